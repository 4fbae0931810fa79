"""What a configuration says of an ONNX model: completed from the model file, or checked against it.

Order and words are those of Triton's native ONNX Runtime backend. Python 3.8 or later.
"""

# ruff: noqa: B905 — Python 3.8 has no zip(strict=…)

import triton_python_backend_utils as pb_utils

TYPES = {
    "tensor(bool)": "TYPE_BOOL",
    "tensor(uint8)": "TYPE_UINT8",
    "tensor(uint16)": "TYPE_UINT16",
    "tensor(uint32)": "TYPE_UINT32",
    "tensor(uint64)": "TYPE_UINT64",
    "tensor(int8)": "TYPE_INT8",
    "tensor(int16)": "TYPE_INT16",
    "tensor(int32)": "TYPE_INT32",
    "tensor(int64)": "TYPE_INT64",
    "tensor(float16)": "TYPE_FP16",
    "tensor(float)": "TYPE_FP32",
    "tensor(double)": "TYPE_FP64",
    "tensor(string)": "TYPE_STRING",
}


class Tensor:
    """One input or output of the model file; a dimension that it leaves open is -1."""

    def __init__(self, node):
        if node.type not in TYPES and not node.type.startswith("tensor("):
            kind = "ONNX_TYPE_" + node.type.split("(")[0].upper().replace("SEQ", "SEQUENCE")
            raise pb_utils.TritonModelException(
                f"Unsupported ONNX Type '{kind}' for I/O '{node.name}', expected 'ONNX_TYPE_TENSOR'."
            )
        self.name = node.name
        self.type = TYPES.get(node.type, "TYPE_INVALID")
        self.shape = [d if isinstance(d, int) and d >= 0 else -1 for d in node.shape or []]

    @property
    def batches(self):
        """Whether its first dimension is open."""
        return bool(self.shape) and self.shape[0] == -1


def complete_tensor(tensor, max_batch_size):
    """The configuration of one tensor."""
    dims = tensor.shape[1:] if max_batch_size else list(tensor.shape)
    completed = {"name": tensor.name, "data_type": tensor.type, "dims": dims or [1]}
    # An empty shape cannot be written as dims; without batching the native backend leaves the reshape out.
    if not dims and max_batch_size:
        completed["reshape"] = {"shape": []}
    return completed


def validate(config, inputs, outputs):
    """Check a configuration against the model file, in the order and words of the native backend."""
    if any(tensor.get("allow_ragged_batch") for tensor in config["input"]) or config.get("batch_input"):
        raise pb_utils.TritonModelException(
            "unable to load model '{}', this ONNX Runtime backend does not serve ragged batches; "
            "use an engine with the native one".format(config["name"])
        )
    if config.get("sequence_batching", {}).get("state"):
        raise pb_utils.TritonModelException(
            "unable to load model '{}', this ONNX Runtime backend keeps no implicit state for sequences; "
            "use an engine with the native one".format(config["name"])
        )
    validate_inputs(config, {tensor.name: tensor for tensor in inputs})
    validate_tensors(config, "output", {tensor.name: tensor for tensor in outputs})


def validate_inputs(config, model):
    """Every input of the model is given by the configuration, or by a sequence control."""
    controls = control_names(config)
    required = sum(not given.get("optional") for given in config["input"]) + len(controls)
    optional = len(config["input"]) + len(controls) - required
    if required > len(model) or required + optional < len(model):
        raise pb_utils.TritonModelException(
            f"unable to load model '{config['name']}', configuration expects {required + optional} inputs, "
            f"model provides {len(model)}"
        )
    for name in controls:
        if name not in model:
            raise pb_utils.TritonModelException(
                f"configuration specified sequence control '{name}', but model does not provide that input"
            )
    for given in config["input"]:
        if given.get("optional") and config["max_batch_size"]:
            raise pb_utils.TritonModelException(
                f"unable to load model '{config['name']}', optional input '{given['name']}' is not supported for "
                "models that support batching"
            )
    validate_tensors(config, "input", model)


def control_names(config):
    """The inputs that the sequence batcher fills."""
    controls = config.get("sequence_batching", {}).get("control_input", [])
    return [control["name"] for control in controls]


def validate_tensors(config, side, model):
    """Names, data types and shapes of the inputs or of the outputs."""
    for given in config[side]:
        name = given["name"]
        if name not in model:
            raise pb_utils.TritonModelException(
                "unexpected inference {} '{}', allowed {}s are: {}".format(side, name, side, ", ".join(sorted(model)))
            )
        if given["data_type"] not in TYPES.values():
            raise pb_utils.TritonModelException(
                "unsupported datatype {} for {} '{}' for model '{}'".format(
                    given["data_type"], side, name, config["name"]
                )
            )
        if given["data_type"] != model[name].type:
            # The native backend says "input" here for an output too.
            raise pb_utils.TritonModelException(
                "unable to load model '{}', configuration expects datatype {} for {} '{}', model provides {}".format(
                    config["name"], given["data_type"], "input", name, model[name].type
                )
            )
        dims = [int(dim) for dim in given.get("reshape", given).get("shape" if "reshape" in given else "dims", [])]
        validate_shape(config, model[name], dims, exact=side == "output")


def validate_shape(config, tensor, dims, exact):
    """One tensor's shape; an output must state open dimensions as open, an input may narrow them."""
    where = "model '{}', tensor '{}'".format(config["name"], tensor.name)
    batching = config["max_batch_size"] > 0
    if not tensor.shape:
        if any(dim != 1 for dim in dims):
            raise pb_utils.TritonModelException(
                "unable to load model '{}', scalar tensor '{}', should only provide 1 in the model configuration when "
                "the model doesn't support batching. Model configuration provided: {}.".format(
                    config["name"], tensor.name, shape_text(dims)
                )
            )
        return
    if batching and tensor.shape[0] != -1:
        raise pb_utils.TritonModelException(
            where + ": for the model to support batching the shape should have at least 1 dimension and the first "
            "dimension must be -1; but shape expected by the model is " + shape_text(tensor.shape)
        )
    full = [-1, *dims] if batching else dims
    fits = all(a == b or (a == -1 and not exact) for a, b in zip(tensor.shape, full))
    if len(full) == len(tensor.shape) and fits:
        return
    expects = ": the model expects %d dimensions (shape %s) but the model configuration specifies %d dimensions "
    note = "(shape %s)"
    if batching:
        note = (
            "(an initial batch dimension because max_batch_size > 0 followed by the explicit tensor shape, "
            "making complete shape %s)"
        )
    raise pb_utils.TritonModelException(
        where + (expects + note) % (len(tensor.shape), shape_text(tensor.shape), len(full), shape_text(full))
    )


def shape_text(shape):
    """A shape as Triton writes it: [-1,3]."""
    return "[" + ",".join(map(str, shape)) + "]"
