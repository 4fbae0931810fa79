"""A `pytorch` backend for Triton, written in Python: it serves TorchScript models where the native one is not at hand.

Triton runs this file in the engine's own environment. Which tensor is which argument, and what is refused, is as in
Triton's native LibTorch backend, as far as that is documented. It completes no configuration, since TorchScript tells
no shapes.
"""

# ruff: noqa: B905 — Python 3.8 has no zip(strict=…)

import json
import re
from pathlib import Path

import numpy as np
import torch
import triton_python_backend_utils as pb_utils

INDEXED = re.compile(r".+__(\d+)")
TYPES = {
    "TYPE_BOOL": torch.bool,
    "TYPE_UINT8": torch.uint8,
    "TYPE_INT8": torch.int8,
    "TYPE_INT16": torch.int16,
    "TYPE_INT32": torch.int32,
    "TYPE_INT64": torch.int64,
    "TYPE_FP16": torch.float16,
    "TYPE_FP32": torch.float32,
    "TYPE_FP64": torch.float64,
}

# Each instance is a process of its own: two pools of threads would fight for the machine.
torch.set_num_threads(1)


class TritonPythonModel:
    """One instance of a TorchScript model."""

    @staticmethod
    def auto_complete_config(auto_complete_model_config):
        """Leave it as it is, as the native backend does."""
        return auto_complete_model_config

    def initialize(self, args):
        """Open the model file, and find the place of each tensor."""
        self.config = json.loads(args["model_config"])
        self.name = args["model_name"]
        self.device = device_of(args)
        self.module = self.open(Path(args["model_repository"], args["model_version"]))
        arguments = [each.debugName() for each in self.module.forward.graph.inputs()][1:]
        names = [each["name"] for each in self.config["input"]]
        self.inputs = places(names, [name.split(".")[0] for name in arguments])
        if sorted(self.inputs.values()) != list(range(len(names))) or len(names) > len(arguments):
            reason = f"configuration gives the inputs {names}, the model takes {arguments}"
            raise pb_utils.TritonModelException(f"unable to load model '{self.name}', {reason}")
        self.outputs = places([each["name"] for each in self.config["output"]], [])
        for each in self.config["input"] + self.config["output"]:
            if each["data_type"] not in TYPES:
                words = "unsupported datatype {} for '{}' of model '{}'"
                raise pb_utils.TritonModelException(words.format(each["data_type"], each["name"], self.name))

    def open(self, folder):
        """The module in the model file of a version."""
        path = folder / (self.config.get("default_model_filename") or "model.pt")
        if not path.exists():
            words = "unable to find '{}' for model instance '{}'"
            raise pb_utils.TritonModelException(words.format(path, self.name))
        try:
            return torch.jit.load(str(path), map_location=self.device).eval()
        except (RuntimeError, ValueError) as error:
            words = "failed to load model '{}': {}"
            raise pb_utils.TritonModelException(words.format(self.name, error)) from error

    def execute(self, requests):
        """Answer each request; those whose tensors fit together go through the model in one run."""
        responses = [None] * len(requests)
        groups = {}
        for index, request in enumerate(requests):
            feeds = {tensor.name(): tensor.as_numpy() for tensor in request.inputs()}
            groups.setdefault(self.key(index, feeds), []).append((index, feeds))
        for members in groups.values():
            self.answer(members, responses)
        return responses

    def key(self, index, feeds):
        """What requests must have in common to share a run; without batching none share."""
        if not self.config["max_batch_size"]:
            return index
        return tuple(sorted((name, array.shape[1:], array.dtype.str) for name, array in feeds.items()))

    def answer(self, members, responses):
        try:
            found = self.run({name: np.concatenate([feeds[name] for _, feeds in members]) for name in members[0][1]})
        except (RuntimeError, ValueError, IndexError, TypeError) as error:
            if len(members) > 1:
                # One request's data must not fail the others that shared its run.
                for member in members:
                    self.answer([member], responses)
                return
            responses[members[0][0]] = failed(f"PyTorch execute failure: {error}")
            return
        start = 0
        for index, feeds in members:
            end = start + len(next(iter(feeds.values())))
            # Without batching a run is of one request, and its outputs are as long as they are.
            cut = slice(start, end) if len(members) > 1 else slice(None)
            tensors = [pb_utils.Tensor(name, array[cut]) for name, array in found.items()]
            responses[index] = pb_utils.InferenceResponse(tensors)
            start = end

    def run(self, feeds):
        """The outputs by their names."""
        ordered = sorted(feeds, key=self.inputs.__getitem__)
        given = [torch.from_numpy(np.ascontiguousarray(feeds[name])).to(self.device) for name in ordered]
        with torch.inference_mode():
            found = self.module(*given)
        found = found if isinstance(found, (tuple, list)) else (found,)
        tensors = {}
        for output in self.config["output"]:
            place = self.outputs[output["name"]]
            if place >= len(found):
                words = "the output {} is number {}, and the model gives {}"
                raise ValueError(words.format(output["name"], place, len(found)))
            wanted = TYPES[output["data_type"]]
            if found[place].dtype != wanted:
                words = "configuration expects datatype {} for output '{}', model provides {}"
                raise ValueError(words.format(output["data_type"], output["name"], found[place].dtype))
            tensors[output["name"]] = found[place].cpu().contiguous().numpy()
        return tensors

    def finalize(self):
        """Let the model go."""
        self.module = None


def places(names, arguments):
    """The position of each tensor: by the number behind two underscores, by the argument's name, else as they stand."""
    numbers = [INDEXED.fullmatch(name) for name in names]
    if all(numbers):
        return {name: int(found[1]) for name, found in zip(names, numbers)}
    if all(name in arguments for name in names):
        return {name: arguments.index(name) for name in names}
    return {name: place for place, name in enumerate(names)}


def device_of(args):
    """Where an instance runs."""
    if args["model_instance_kind"] != "GPU":
        return torch.device("cpu")
    if torch.cuda.is_available():
        return torch.device("cuda", int(args["model_instance_device_id"] or 0))
    pb_utils.Logger.log_warn("PyTorch has no CUDA here: '{}' runs on the CPU".format(args["model_name"]))
    return torch.device("cpu")


def failed(reason):
    """A response that says why there is no answer."""
    return pb_utils.InferenceResponse(error=pb_utils.TritonError(reason))
