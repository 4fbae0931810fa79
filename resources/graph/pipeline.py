"""Runs a pipeline by business logic scripting: each step is a request to its model."""

import triton_python_backend_utils as pb_utils

# Model, version (-1: the latest), the inputs of the model with the tensor that each reads, and its outputs with the
# tensor that each writes. The order is that of the data.
STEPS = []
INPUTS = []
OUTPUTS = []


class TritonPythonModel:
    """Answers one request after the other. Steps that do not wait for each other could run at once: `async_exec`."""

    def execute(self, requests):
        return [self._answer(request) for request in requests]

    def _answer(self, request):
        given = {name: pb_utils.get_input_tensor_by_name(request, name) for name in INPUTS}
        tensors = {name: tensor for name, tensor in given.items() if tensor is not None}
        try:
            for step in STEPS:
                self._run(request, tensors, *step)
        except pb_utils.TritonModelException as error:
            return pb_utils.InferenceResponse(error=pb_utils.TritonError(str(error)))
        return pb_utils.InferenceResponse([_named(name, tensors[name]) for name in OUTPUTS])

    def _run(self, request, tensors, model, version, reads, writes):
        call = pb_utils.InferenceRequest(
            model_name=model,
            model_version=version,
            inputs=[_named(port, tensors[name]) for port, name in reads.items() if name in tensors],
            requested_output_names=list(writes),
            request_id=request.request_id(),
            correlation_id=request.correlation_id(),
            flags=request.flags(),
        )
        response = call.exec()
        if response.has_error():
            raise pb_utils.TritonModelException(f"{model}: {response.error().message()}")
        for port, name in writes.items():
            tensors[name] = pb_utils.get_output_tensor_by_name(response, port)


def _named(name, tensor):
    """The same tensor under another name."""
    if tensor.name() == name:
        return tensor
    if tensor.is_cpu():
        return pb_utils.Tensor(name, tensor.as_numpy())
    return pb_utils.Tensor.from_dlpack(name, tensor.to_dlpack())
