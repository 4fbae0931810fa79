"""Scores to labels: FP32 [classes] in, the best labels and their probabilities out."""

import json
from pathlib import Path

import numpy as np
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    """Ranks the scores; labels.txt beside config.pbtxt names them."""

    def initialize(self, args):
        config = json.loads(args["model_config"])
        (self._count,) = pb_utils.get_output_config_by_name(config, "label")["dims"]
        labels = Path(args["model_repository"], "labels.txt").read_text("utf-8").splitlines()
        self._labels = np.array([label.encode() for label in labels], dtype=np.object_)

    def execute(self, requests):
        # One response a request, in order: wrong scores fail their own request only, whoever shares their batch.
        return [self._answer(request) for request in requests]

    def _answer(self, request):
        scores = pb_utils.get_input_tensor_by_name(request, "scores").as_numpy()
        known = len(self._labels)
        if not self._count <= scores.shape[1] == known:
            reason = f"{scores.shape[1]} scores for {known} labels, of which the best {self._count} are asked for"
            return pb_utils.InferenceResponse(error=pb_utils.TritonError(reason, pb_utils.TritonError.INVALID_ARG))
        # The largest score is taken off first, so that none overflows.
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        chances = powers / powers.sum(axis=1, keepdims=True)
        best = np.argsort(-chances, axis=1, kind="stable")[:, : self._count]
        label = pb_utils.Tensor("label", self._labels[best])
        probability = pb_utils.Tensor("probability", np.take_along_axis(chances, best, axis=1))
        return pb_utils.InferenceResponse([label, probability])
