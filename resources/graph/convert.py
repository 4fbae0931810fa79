"""Turns one tensor into another of the data type and dims that config.pbtxt says: casts, reorders axes, reshapes."""

import json

import numpy as np
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    """One input, one output. The parameter `axes` says in which order the input's dims come out, as in numpy."""

    def initialize(self, args):
        config = json.loads(args["model_config"])
        given, made = config["input"][0], config["output"][0]
        self._input, self._output = given["name"], made["name"]
        self._type = pb_utils.triton_string_to_numpy(made["data_type"])
        self._dims = [int(size) for size in made["dims"]]
        self._batch = 1 if config["max_batch_size"] > 0 else 0
        axes = config["parameters"].get("axes", {"string_value": ""})["string_value"]
        order = [int(axis) for axis in axes.split(",") if axis.strip()]
        self._axes = [*range(self._batch), *(axis + self._batch for axis in order)] if order else None

    def execute(self, requests):
        return [pb_utils.InferenceResponse([self._converted(request)]) for request in requests]

    def _converted(self, request):
        array = pb_utils.get_input_tensor_by_name(request, self._input).as_numpy()
        if self._axes:
            array = array.transpose(self._axes)
        elif self._dims.count(-1) < 2:
            array = array.reshape([*array.shape[: self._batch], *self._dims])
        return pb_utils.Tensor(self._output, np.ascontiguousarray(array.astype(self._type)))
