"""Pixels to a normalised tensor: UINT8 [height, width, 3] in, FP32 [3, height, width] out."""

import json

import numpy as np
import triton_python_backend_utils as pb_utils


def _numbers(config, key):
    """A parameter of config.pbtxt that lists numbers."""
    return np.array(config["parameters"][key]["string_value"].split(","), dtype=np.float32)


def _places(size, wanted):
    """For each place of the result the two places that it lies between, and how far it is from the first."""
    at = np.clip((np.arange(wanted) + 0.5) * size / wanted - 0.5, 0, size - 1)
    first = at.astype(np.int64)
    return first, np.minimum(first + 1, size - 1), (at - first).astype(np.float32)


class TritonPythonModel:
    """Resizes and normalises. The size is what config.pbtxt says of the output."""

    def initialize(self, args):
        config = json.loads(args["model_config"])
        _, self._height, self._width = pb_utils.get_output_config_by_name(config, "pixels")["dims"]
        self._mean, self._deviation = _numbers(config, "mean"), _numbers(config, "deviation")

    def execute(self, requests):
        # One response a request, in order.
        return [self._answer(request) for request in requests]

    def _answer(self, request):
        images = pb_utils.get_input_tensor_by_name(request, "image").as_numpy()
        if 0 in images.shape:
            reason = f"an image of shape {list(images.shape[1:])} has no pixels"
            return pb_utils.InferenceResponse(error=pb_utils.TritonError(reason, pb_utils.TritonError.INVALID_ARG))
        pixels = (self._resized(images.astype(np.float32)) / 255 - self._mean) / self._deviation
        return pb_utils.InferenceResponse(
            [pb_utils.Tensor("pixels", np.ascontiguousarray(pixels.transpose(0, 3, 1, 2)))]
        )

    def _resized(self, images):
        """Bilinear, all images of the batch at once: they have one size, or they would not be in one batch."""
        top, bottom, down = _places(images.shape[1], self._height)
        left, right, across = _places(images.shape[2], self._width)
        down, across = down[:, None, None], across[:, None]
        above = images[:, top][:, :, left] * (1 - across) + images[:, top][:, :, right] * across
        below = images[:, bottom][:, :, left] * (1 - across) + images[:, bottom][:, :, right] * across
        return above * (1 - down) + below * down
