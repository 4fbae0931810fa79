"""The bytes of a JPEG or PNG file in, FP32 [3, height, width] from 0 to 1 out."""

import io
import json

import numpy as np
import triton_python_backend_utils as pb_utils
from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("JPEG", "PNG")
MOST_PIXELS = 32_000_000


class TritonPythonModel:
    """Decodes, crops to the middle square and resizes. The size is what config.pbtxt says of the output."""

    def initialize(self, args):
        config = json.loads(args["model_config"])
        _, self._height, self._width = pb_utils.get_output_config_by_name(config, "PREPROCESSED_IMAGE")["dims"]

    def execute(self, requests):
        return [self._answer(request) for request in requests]

    def _answer(self, request):
        files = pb_utils.get_input_tensor_by_name(request, "RAW_IMAGE").as_numpy()
        try:
            pixels = np.stack([self._decode(file.tobytes()) for file in files])
        except ValueError as error:
            return pb_utils.InferenceResponse(error=pb_utils.TritonError(str(error), pb_utils.TritonError.INVALID_ARG))
        return pb_utils.InferenceResponse([pb_utils.Tensor("PREPROCESSED_IMAGE", pixels)])

    def _decode(self, data):
        try:
            image = Image.open(io.BytesIO(data), formats=FORMATS)
            if image.width * image.height > MOST_PIXELS:
                raise ValueError(f"{image.width} x {image.height} pixels are more than this model takes")
            upright = ImageOps.exif_transpose(image).convert("RGB")
        except UnidentifiedImageError:
            raise ValueError(f"{len(data)} bytes are neither JPEG nor PNG: send the whole file") from None
        except (OSError, SyntaxError) as error:  # what Pillow raises on a cut or damaged file
            raise ValueError(f"the image of {len(data)} bytes is damaged: {error}") from None
        fitted = ImageOps.fit(upright, (self._width, self._height), Image.Resampling.BILINEAR)
        return np.asarray(fitted, dtype=np.float32).transpose(2, 0, 1) / np.float32(255)
