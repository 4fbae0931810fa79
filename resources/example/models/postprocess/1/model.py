"""Probabilities to an answer: FP32 [classes] in, the name of the likeliest class and its probability out."""

import json
from pathlib import Path

import numpy as np
import triton_python_backend_utils as pb_utils


def _refusal(reason):
    """What the caller can mend: HTTP 400, gRPC INVALID_ARGUMENT."""
    return pb_utils.TritonError(reason, pb_utils.TritonError.INVALID_ARG)


class TritonPythonModel:
    """Names the top class with the label file that config.pbtxt points to."""

    def initialize(self, args):
        config = json.loads(args["model_config"])
        (self._classes,) = pb_utils.get_input_config_by_name(config, "probabilities")["dims"]
        path = Path(args["model_repository"], config["parameters"]["labels"]["string_value"])
        names = path.read_text(encoding="utf-8").splitlines()
        self._labels = np.array([name.encode() for name in names], dtype=np.object_)
        if len(self._labels) != self._classes:
            raise pb_utils.TritonModelException(
                f"{path} names {len(self._labels)} classes, but probabilities has {self._classes}"
            )

    def execute(self, requests):
        return [self._answer(request) for request in requests]

    def _answer(self, request):
        rows = pb_utils.get_input_tensor_by_name(request, "probabilities").as_numpy()
        if not np.isfinite(rows).all():
            return pb_utils.InferenceResponse(error=_refusal("probabilities hold NaN or infinity"))
        best = rows.argmax(axis=1)
        labels = self._labels[best].reshape(-1, 1)
        scores = np.take_along_axis(rows, best[:, None], axis=1).astype(np.float32)
        return pb_utils.InferenceResponse([pb_utils.Tensor("label", labels), pb_utils.Tensor("score", scores)])
