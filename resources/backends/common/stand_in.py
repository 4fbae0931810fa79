"""What backends that stand in for Triton's share: one instance of a model, requests that run together, the words of
what is refused. Copied beside the `model.py` of each. Python 3.11 or later.
"""

import json
import os
from pathlib import Path

import numpy as np
import triton_python_backend_utils as pb_utils


class Tensor:
    """One input or output of a model file; its shape has -1 for what is open, the batch's dimension included."""

    def __init__(self, name, data_type, shape):
        self.name, self.type, self.shape = name, data_type, list(shape)


class StandIn:
    """One instance. A backend gives `FILE`, `WORDS`, `open()` and `run(feeds)`, which returns arrays by their names."""

    FILE = ""
    WORDS = ""
    """What an error of its library begins with."""

    def initialize(self, args):
        """Open the model file and check the configuration against it."""
        self.config = json.loads(args["model_config"])
        self.name = args["model_name"]
        self.kind = args["model_instance_kind"]
        self.folder = Path(args["model_repository"], args["model_version"])
        self.open()

    def execute(self, requests):
        """Answer each request; those whose tensors fit together go through the model in one run."""
        responses = [None] * len(requests)
        groups = {}
        for index, request in enumerate(requests):
            feeds = {tensor.name(): tensor.as_numpy() for tensor in request.inputs()}
            groups.setdefault(self._key(index, feeds), []).append((index, request, feeds))
        for members in groups.values():
            self._answer(members, responses)
        return responses

    def _key(self, index, feeds):
        """What requests must have in common to share a run; without batching none share."""
        if not self.config["max_batch_size"]:
            return index
        return tuple(sorted((name, array.shape[1:], array.dtype.str) for name, array in feeds.items()))

    def _answer(self, members, responses):
        try:
            found = self.run({name: np.concatenate([each[2][name] for each in members]) for name in members[0][2]})
        # The libraries have an exception type a kind of failure, none of them with a common base.
        except Exception as error:  # noqa: BLE001 - see above
            if len(members) > 1:
                # One request's data must not fail the others that shared its run.
                for member in members:
                    self._answer([member], responses)
                return
            reason = pb_utils.TritonError(f"{self.WORDS}: {error}")
            responses[members[0][0]] = pb_utils.InferenceResponse(error=reason)
            return
        start = 0
        for index, request, feeds in members:
            end = start + len(next(iter(feeds.values())))
            # Without batching a run is of one request, and its outputs are as long as they are.
            cut = slice(start, end) if len(members) > 1 else slice(None)
            names = request.requested_output_names()
            tensors = [pb_utils.Tensor(name, np.ascontiguousarray(found[name][cut])) for name in names]
            responses[index] = pb_utils.InferenceResponse(tensors)
            start = end


def refuse(reason):
    """Say that a model cannot be loaded."""
    raise pb_utils.TritonModelException(reason)


def version_folder():
    """Where the model's version is: completing is a static method that is told nothing, but its process is."""
    return Path(os.fsdecode(Path("/proc/self/cmdline").read_bytes().split(b"\0")[1])).parent


def parameter(config, name, default=""):
    """What the configuration says of a parameter."""
    return config.get("parameters", {}).get(name, {}).get("string_value", default)


def completed(tensor, max_batch_size):
    """The configuration of one tensor."""
    dims = tensor.shape[1:] if max_batch_size else tensor.shape
    return {"name": tensor.name, "data_type": tensor.type, "dims": dims or [1]}


def check_tensors(config, side, tensors):
    """Names, data types and shapes of the inputs or of the outputs, in the words of Triton's backends."""
    model = {tensor.name: tensor for tensor in tensors}
    title = config["name"]
    for given in config[side]:
        name = given["name"]
        if name not in model:
            allowed = ", ".join(sorted(model))
            refuse(f"unexpected inference {side} '{name}', allowed {side}s are: {allowed}")
        found = model[name]
        if given["data_type"] != found.type:
            refuse(
                f"unable to load model '{title}', configuration expects datatype {given['data_type']} for {side} "
                f"'{name}', model provides {found.type}"
            )
        dims = [int(dim) for dim in given.get("reshape", given).get("shape" if "reshape" in given else "dims", [])]
        full = [-1, *dims] if config["max_batch_size"] else dims
        fits = all(-1 in (ours, theirs) or ours == theirs for ours, theirs in zip(full, found.shape, strict=False))
        if len(full) != len(found.shape) or not fits:
            refuse(
                f"model '{title}', tensor '{name}': the model expects {len(found.shape)} dimensions (shape "
                f"{_text(found.shape)}) but the model configuration specifies {len(full)} dimensions "
                + _made(full, config["max_batch_size"])
            )


def _made(full, max_batch_size):
    if not max_batch_size:
        return f"(shape {_text(full)})"
    return (
        "(an initial batch dimension because max_batch_size > 0 followed by the explicit tensor shape, making complete "
        f"shape {_text(full)})"
    )


def _text(shape):
    return "[" + ",".join(map(str, shape)) + "]"
