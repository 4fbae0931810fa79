"""An `onnxruntime` backend for Triton, written in Python: it serves ONNX models where the native one is not at hand.

Triton runs this file in the engine's own environment, Python 3.8 or later. It completes a missing configuration,
checks a given one, and words its errors as Triton's native ONNX Runtime backend does.
"""

# ruff: noqa: B905 — Python 3.8 has no zip(strict=…)

import json
import os
from pathlib import Path

import numpy as np
import onnxruntime as ort
import triton_python_backend_utils as pb_utils
from batching import complete_batching
from onnx_configuration import Tensor, complete_tensor, validate

GRAPH_LEVELS = {
    "-1": ort.GraphOptimizationLevel.ORT_ENABLE_BASIC,
    "1": ort.GraphOptimizationLevel.ORT_ENABLE_EXTENDED,
    "2": ort.GraphOptimizationLevel.ORT_DISABLE_ALL,
}


class TritonPythonModel:
    """One instance of an ONNX model."""

    @staticmethod
    def auto_complete_config(auto_complete_model_config):
        """Fill in what the configuration leaves out, from the model file."""
        config = auto_complete_model_config._model_config
        given_inputs = len(config.get("input", [])) + len(config.get("batch_input", []))
        given_outputs = len(config.get("output", []))
        if given_inputs and given_outputs:
            return auto_complete_model_config
        session = open_session(model_file(_version_folder(), config), config, "CPU", 0)
        inputs = [Tensor(node) for node in session.get_inputs()]
        outputs = [Tensor(node) for node in session.get_outputs()]
        complete_batching(config, all(tensor.batches for tensor in inputs + outputs))
        if not given_inputs:
            config["input"] = [complete_tensor(tensor, config["max_batch_size"]) for tensor in inputs]
        if not given_outputs:
            config["output"] = [complete_tensor(tensor, config["max_batch_size"]) for tensor in outputs]
        return auto_complete_model_config

    def initialize(self, args):
        """Open the model file and check the configuration against it."""
        self.config = json.loads(args["model_config"])
        self.max_batch_size = self.config["max_batch_size"]
        folder = Path(args["model_repository"], args["model_version"])
        kind, device = args["model_instance_kind"], int(args["model_instance_device_id"] or 0)
        self.session = open_session(model_file(folder, self.config), self.config, kind, device)
        inputs = [Tensor(node) for node in self.session.get_inputs()]
        outputs = [Tensor(node) for node in self.session.get_outputs()]
        validate(self.config, inputs, outputs)
        self.inputs = {tensor.name: tensor for tensor in inputs}
        self.outputs = {tensor.name: tensor for tensor in outputs}
        self.dims = {output["name"]: output["dims"] for output in self.config["output"]}

    def execute(self, requests):
        """Answer each request; those whose tensors fit together go through the model in one run."""
        responses = [None] * len(requests)
        groups = {}
        for index, request in enumerate(requests):
            try:
                feeds = self._feeds(request)
            except (ValueError, TypeError, RuntimeError) as error:
                responses[index] = failed(error)
            else:
                groups.setdefault(self._key(index, feeds), []).append((index, request, feeds))
        for members in groups.values():
            self._answer(members, responses)
        return responses

    def finalize(self):
        """Let the model go."""
        self.session = None

    def _feeds(self, request):
        feeds = {}
        for tensor in request.inputs():
            if tensor.name() not in self.inputs:
                continue
            array = tensor.as_numpy()
            if array.dtype == np.object_:
                array = to_strings(array)
            if not self.inputs[tensor.name()].shape:
                array = array.reshape(())
            feeds[tensor.name()] = array
        return feeds

    def _key(self, index, feeds):
        """What requests must have in common to share a run; without batching none share."""
        if not self.max_batch_size:
            return index
        return tuple(sorted((name, array.shape[1:], array.dtype.str[:2]) for name, array in feeds.items()))

    def _answer(self, members, responses):
        try:
            answers = self._run(members)
        # The runtime has an exception type a kind of failure, none of them public with a common base.
        except Exception as error:  # noqa: BLE001 - see above
            if len(members) == 1:
                responses[members[0][0]] = failed(error)
                return
            # One request's data must not fail the others that shared its run.
            for member in members:
                self._answer([member], responses)
            return
        for (index, _, _), answer in zip(members, answers):
            responses[index] = answer

    def _run(self, members):
        wanted = [name for name in self.dims if any(name in m[1].requested_output_names() for m in members)]
        feeds = members[0][2]
        if len(members) > 1:
            feeds = {name: np.concatenate([member[2][name] for member in members]) for name in feeds}
        found = dict(zip(wanted, self.session.run(wanted, feeds))) if wanted else {}
        sizes = [next(iter(member[2].values())).shape[0] if len(members) > 1 else None for member in members]
        answers, start = [], 0
        for (_, request, _), size in zip(members, sizes):
            part = slice(None) if size is None else slice(start, start + size)
            start += size or 0
            answers.append(self._response(request, found, part, sum(sizes) if size is not None else None))
        return answers

    def _response(self, request, found, part, total):
        tensors = []
        for name in request.requested_output_names():
            array = np.asarray(found[name])
            if total is not None:
                if not array.ndim or array.shape[0] != total:
                    raise ValueError(f"output '{name}' has shape {list(array.shape)}, and a batch of {total} was run")
                array = array[part]
            if not array.ndim:
                array = array.reshape(self.dims[name])
            tensors.append(pb_utils.Tensor(name, to_bytes(array)))
        return pb_utils.InferenceResponse(output_tensors=tensors)


def failed(error):
    """The answer to one request that could not be run."""
    return pb_utils.InferenceResponse(error=pb_utils.TritonError(f"onnx runtime error: {error}"))


def to_strings(array):
    """Triton's bytes as the text that the runtime takes; bytes that are no text stay bytes."""
    try:
        return np.array([item.decode("utf-8") for item in array.ravel()], dtype=np.object_).reshape(array.shape)
    except UnicodeDecodeError:
        return array.astype(np.bytes_)


def to_bytes(array):
    """An output as Triton takes it: text as bytes, numbers in one piece."""
    if array.dtype.kind in "OU":
        texts = [item if isinstance(item, bytes) else str(item).encode("utf-8") for item in array.ravel()]
        return np.array(texts, dtype=np.object_).reshape(array.shape)
    return np.ascontiguousarray(array)


def _version_folder():
    """Where the model's version is: completing is a static method that is told nothing, but its process is."""
    return Path(os.fsdecode(Path("/proc/self/cmdline").read_bytes().split(b"\0")[1])).parent


def model_file(folder, config):
    """The model file of a version; where it names a folder, `model.onnx` in that folder."""
    path = folder / (config.get("default_model_filename") or "model.onnx")
    if path.is_dir():
        path = path / "model.onnx"
    if not path.exists():
        raise pb_utils.TritonModelException("unable to find '{}' for model instance '{}'".format(path, config["name"]))
    return path


def open_session(path, config, kind, device):
    """The runtime's session on a model file."""
    providers = ["CPUExecutionProvider"]
    if kind == "GPU" and "CUDAExecutionProvider" in ort.get_available_providers():
        providers.insert(0, ("CUDAExecutionProvider", {"device_id": device}))
    elif kind == "GPU":
        pb_utils.Logger.log_warn("onnxruntime has no CUDA here: '{}' runs on the CPU".format(config["name"]))
    options = session_options(config)
    try:
        return ort.InferenceSession(str(path), sess_options=options, providers=providers)
    except Exception as error:
        raise pb_utils.TritonModelException(f"onnx runtime error: {error}") from error


def session_options(config):
    """What the configuration asks of the runtime."""
    options = ort.SessionOptions()
    level = str(config.get("optimization", {}).get("graph", {}).get("level", 0))
    options.graph_optimization_level = GRAPH_LEVELS.get(level, ort.GraphOptimizationLevel.ORT_ENABLE_ALL)
    parameters = {key: value["string_value"] for key, value in config.get("parameters", {}).items()}
    options.intra_op_num_threads = integer(parameters.get("intra_op_thread_count", "0"))
    options.inter_op_num_threads = integer(parameters.get("inter_op_thread_count", "0"))
    options.enable_cpu_mem_arena = boolean(parameters.get("enable_mem_arena", "1"))
    options.enable_mem_pattern = boolean(parameters.get("enable_mem_pattern", "1"))
    mode = integer(parameters.get("execution_mode", "0"))
    if mode not in (0, 1):
        raise pb_utils.TritonModelException(
            f"Invalid configuration value provided. Expected values for  execution_mode are 0 or 1 but got {mode} ."
        )
    options.execution_mode = ort.ExecutionMode.ORT_PARALLEL if mode else ort.ExecutionMode.ORT_SEQUENTIAL
    for name in ("disable_prepacking", "set_denormal_as_zero"):
        if boolean(parameters.get(name, "0")):
            options.add_session_config_entry("session." + name, "1")
    return options


def integer(text):
    """A parameter that is a whole number."""
    try:
        return int(text)
    except ValueError:
        raise pb_utils.TritonModelException(f"failed to convert '{text}' to integral number") from None


def boolean(text):
    """A parameter that is true or false."""
    known = {"true": True, "1": True, "false": False, "0": False}
    if text.lower() not in known:
        raise pb_utils.TritonModelException(f"failed to convert '{text}' to boolean")
    return known[text.lower()]
