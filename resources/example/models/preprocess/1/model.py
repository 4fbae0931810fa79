"""Image files to pixels: the bytes of a PNG or JPEG in, FP32 [3, height, width] from 0 to 1 out."""

import io
import json

import numpy as np
import triton_python_backend_utils as pb_utils
from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("PNG", "JPEG")


def _refusal(reason):
    """What the caller can mend: HTTP 400, gRPC INVALID_ARGUMENT."""
    return pb_utils.TritonError(reason, pb_utils.TritonError.INVALID_ARG)


class TritonPythonModel:
    """Decodes, crops to the middle square and resizes. The size is what config.pbtxt says of the output."""

    def initialize(self, args):
        config = json.loads(args["model_config"])
        _, self._height, self._width = pb_utils.get_output_config_by_name(config, "pixels")["dims"]
        limit = config["parameters"].get("max_megapixels", {"string_value": "32"})
        self._max_pixels = float(limit["string_value"]) * 1e6

    def execute(self, requests):
        # One response a request, in order: a broken image fails its own request only, whoever shares its batch.
        return [self._answer(request) for request in requests]

    def _answer(self, request):
        files = pb_utils.get_input_tensor_by_name(request, "image").as_numpy().reshape(-1)
        try:
            pixels = np.stack([self._decode(file, row) for row, file in enumerate(files)])
        except ValueError as error:
            return pb_utils.InferenceResponse(error=_refusal(str(error)))
        return pb_utils.InferenceResponse([pb_utils.Tensor("pixels", pixels)])

    def _decode(self, file, row):
        where = f"image {row} of the batch"
        try:
            image = Image.open(io.BytesIO(file), formats=FORMATS)
            # The size stands in the header: refuse a decompression bomb before it unpacks.
            if image.width * image.height > self._max_pixels:
                raise ValueError(f"{where} has {image.width} x {image.height} pixels, more than max_megapixels allows")
            upright = ImageOps.exif_transpose(image).convert("RGB")
        except UnidentifiedImageError:
            raise ValueError(f"{where} ({len(file)} bytes) is neither PNG nor JPEG: send the whole file") from None
        except (OSError, SyntaxError) as error:  # what Pillow raises on a cut or damaged file
            raise ValueError(f"{where} ({len(file)} bytes) is damaged: {error}") from None
        fitted = ImageOps.fit(upright, (self._width, self._height), Image.Resampling.BILINEAR)
        return np.asarray(fitted, dtype=np.float32).transpose(2, 0, 1) / np.float32(255)
