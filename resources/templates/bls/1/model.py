"""Calls another model of the server and gives its answer back. Put your own logic around the call."""

import json

import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    """The model to call is a parameter of config.pbtxt; inputs and outputs are passed on by name."""

    def initialize(self, args):
        config = json.loads(args["model_config"])
        self._model = config["parameters"]["model"]["string_value"]
        self._inputs = [each["name"] for each in config["input"]]
        self._outputs = [each["name"] for each in config["output"]]

    def execute(self, requests):
        # One response a request, in order.
        return [self._answer(request) for request in requests]

    def _answer(self, request):
        given = [pb_utils.get_input_tensor_by_name(request, name) for name in self._inputs]
        call = pb_utils.InferenceRequest(
            model_name=self._model,
            inputs=[tensor for tensor in given if tensor is not None],
            requested_output_names=self._outputs,
        )
        answer = call.exec()
        if answer.has_error():
            return pb_utils.InferenceResponse(error=answer.error())
        return pb_utils.InferenceResponse([pb_utils.get_output_tensor_by_name(answer, name) for name in self._outputs])
