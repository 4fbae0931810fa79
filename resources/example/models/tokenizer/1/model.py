"""Messages to token ids: TYPE_STRING [1] in, INT64 [32] out, for every message of a batch."""

from pathlib import Path

import numpy as np
import triton_python_backend_utils as pb_utils
import words


def _refusal(reason):
    """What the caller can mend: HTTP 400, gRPC INVALID_ARGUMENT."""
    return pb_utils.TritonError(reason, pb_utils.TritonError.INVALID_ARG)


class TritonPythonModel:
    """Looks words up in the vocabulary that stands in this version's folder."""

    def initialize(self, args):
        version = Path(args["model_repository"], args["model_version"])
        self._vocabulary = words.read_vocabulary(version / "vocabulary.txt")

    def execute(self, requests):
        # One response a request, in order: a message that cannot be read fails its own request only.
        return [self._answer(request) for request in requests]

    def _answer(self, request):
        texts = pb_utils.get_input_tensor_by_name(request, "text").as_numpy()
        try:
            rows = [self._encode(element, row) for row, element in enumerate(texts.reshape(-1))]
        except ValueError as error:
            return pb_utils.InferenceResponse(error=_refusal(str(error)))
        ids = np.array(rows, dtype=np.int64).reshape(len(rows), words.LENGTH)
        return pb_utils.InferenceResponse([pb_utils.Tensor("token_ids", ids)])

    def _encode(self, element, row):
        try:
            text = element.decode("utf-8")
        except UnicodeDecodeError as error:
            raise ValueError(f"text {row} of the batch is not UTF-8: {error.reason} at byte {error.start}") from None
        if not words.tokens(text):
            raise ValueError(f"text {row} of the batch holds no word in Latin letters")
        return words.encode(text, self._vocabulary)
