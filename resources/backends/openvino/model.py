"""An `openvino` backend for Triton, written in Python: it serves OpenVINO models where the native one is not at hand.

Triton runs this file in the engine's own environment. It completes a configuration, and words its errors, as Triton's
native OpenVINO backend does; like that it runs on the CPU only.
"""

import numpy as np
import openvino as ov
from batching import complete_batching
from stand_in import (
    StandIn,
    Tensor,
    check_tensors,
    completed,
    parameter,
    refuse,
    version_folder,
)

FILE = "model.xml"
TYPES = {
    "f16": "FP16",
    "f32": "FP32",
    "f64": "FP64",
    "boolean": "BOOL",
    "string": "STRING",
    **{f"{sign}{bits}": f"{word}{bits}" for sign, word in (("i", "INT"), ("u", "UINT")) for bits in (8, 16, 32, 64)},
}
THREADS = ("INFERENCE_NUM_THREADS", "COMPILATION_NUM_THREADS")


class TritonPythonModel(StandIn):
    """One instance of an OpenVINO model."""

    WORDS = "OpenVINO execute failure"

    @staticmethod
    def auto_complete_config(auto_complete_model_config):
        """Fill in what the configuration leaves out, from the model file."""
        config = auto_complete_model_config._model_config
        model = read(version_folder(), config)
        complete_batching(config, has_batch([*model.inputs, *model.outputs]))
        for side, ports in (("input", model.inputs), ("output", model.outputs)):
            if not config.get(side):
                config[side] = [completed(tensor_of(port), config["max_batch_size"]) for port in ports]
        return auto_complete_model_config

    def open(self):
        """Read the file, check the configuration against it, and compile it."""
        if self.kind not in ("CPU", "AUTO"):
            refuse(f"unable to load model '{self.name}', Triton OpenVINO backend supports only Kind CPU and AUTO")
        options = properties(self.config)
        model = read(self.folder, self.config)
        if self.config["max_batch_size"]:
            open_batch(model, self.name)
        inputs = [tensor_of(port) for port in model.inputs]
        if len(self.config["input"]) != len(inputs):
            refuse(
                f"unable to load model '{self.name}', configuration expects {len(self.config['input'])} inputs, "
                f"model provides {len(inputs)}"
            )
        check_tensors(self.config, "input", inputs)
        check_tensors(self.config, "output", [tensor_of(port) for port in model.outputs])
        try:
            compiled = ov.Core().compile_model(model, "CPU", options)
        except RuntimeError as error:
            refuse(f"unable to load model '{self.name}', OpenVINO cannot compile it: {error}")
        self.outputs = [tensor_of(port).name for port in compiled.outputs]
        self.request = compiled.create_infer_request()

    def run(self, feeds):
        """The outputs by their names."""
        found = self.request.infer(feeds, share_inputs=True)
        # What OpenVINO gives is overwritten by the next run.
        return {name: np.array(found[place]) for place, name in enumerate(self.outputs)}

    def finalize(self):
        """Let the model go."""
        self.request = None


def read(folder, config):
    """The model of a version."""
    path = folder / (config.get("default_model_filename") or FILE)
    if not path.exists():
        refuse(f"unable to find '{path}' for model '{config['name']}'")
    try:
        return ov.Core().read_model(str(path))
    except RuntimeError as error:
        refuse(f"unable to load model '{config['name']}', OpenVINO cannot read it: {error}")


def tensor_of(port):
    """An input or output as the configuration calls it."""
    name = port.get_any_name() if port.get_names() else port.get_node().get_friendly_name()
    kind = port.element_type.get_type_name()
    rank = port.partial_shape.rank
    shape = list(port.partial_shape) if rank.is_static else []
    return Tensor(
        name, f"TYPE_{TYPES.get(kind, 'INVALID')}", [each.get_length() if each.is_static else -1 for each in shape]
    )


def has_batch(ports):
    """Whether every tensor's layout has a batch."""
    return all(ov.layout_helpers.has_batch(ov.layout_helpers.get_layout(port)) for port in ports)


def open_batch(model, name):
    """Let the first dimension be any, as batches of several sizes come."""
    shapes = {}
    for port in model.inputs:
        shape = port.partial_shape
        if shape.rank.is_dynamic or not len(shape):
            refuse(f"unable to load model '{name}', an input has no dimension for a batch")
        shape[0] = -1
        shapes[port] = shape
    try:
        model.reshape(shapes)
    except RuntimeError as error:
        refuse(f"unable to load model '{name}', its batch size cannot be changed: {error}")


def properties(config):
    """What the configuration asks of OpenVINO; each instance has one thread of its own where it says nothing."""
    found = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": 1, "INFERENCE_PRECISION_HINT": "f32"}
    for name in THREADS:
        given = parameter(config, name)
        if given and not given.isdecimal():
            refuse(f"expected the parameter '{name}' to be a non-negative number, got {given}")
        if given:
            found[name] = int(given)
    if parameter(config, "HINT_BF16") == "YES":
        found["INFERENCE_PRECISION_HINT"] = "bf16"
    streams = parameter(config, "NUM_STREAMS")
    if streams and not (streams.isdecimal() or streams in ("AUTO", "NUMA")):
        refuse(f"expected the parameter 'NUM_STREAMS' to be either AUTO/NUMA/<int_value>, got {streams}")
    if streams:
        found["NUM_STREAMS"] = int(streams) if streams.isdecimal() else streams
    return found
