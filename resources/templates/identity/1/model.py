"""Gives its input back."""

import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    """Triton makes one of these for each instance."""

    def execute(self, requests):
        # One response a request, in order.
        return [self._answer(request) for request in requests]

    def _answer(self, request):
        given = pb_utils.get_input_tensor_by_name(request, "input").as_numpy()
        return pb_utils.InferenceResponse([pb_utils.Tensor("output", given)])
