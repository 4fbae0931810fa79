"""Parameters and accelerators of the ONNX Runtime backend."""

from __future__ import annotations

from collections.abc import Iterator

from studio.core.checking.findings import Finding
from studio.core.checking.rules.batching import removing
from studio.core.checking.rules.context import Context, ModelView
from studio.core.checking.rules.ensemble import renaming
from studio.core.checking.rules.file_tensors import is_boolean, is_integer, parameter
from studio.core.checking.rules.instances import uses_gpu
from studio.core.checking.rules.view import Node
from studio.core.checking.rules.words import nearest, quoted

_INTEGERS = ("intra_op_thread_count", "inter_op_thread_count", "execution_mode")
_BOOLEANS = ("enable_mem_arena", "enable_mem_pattern")
_CHOICES = {"cudnn_conv_algo_search": ("0", "1", "2"), "arena_extend_strategy": ("0", "1")}
_ACCELERATORS = {"gpu_execution_accelerator": ("tensorrt", "cuda"), "cpu_execution_accelerator": ("openvino",)}
_PRECISIONS = ("FP32", "FP16", "BF16", "INT8")
_TENSORRT = frozenset(
    {
        "precision_mode",
        "max_workspace_size_bytes",
        "int8_calibration_table_name",
        "int8_use_native_calibration_table",
    }
)
"""Those of the TensorRT accelerator that do not start with `trt_`; of the latter each release has more."""


def options(context: Context, model: ModelView) -> Iterator[Finding]:
    """What the backend reads before it opens the file."""
    yield from _parameters(model)
    yield from _accelerators(context, model)
    if uses_gpu(context, model):
        yield from _on_gpu(model)


def _parameters(model: ModelView) -> Iterator[Finding]:
    given = model.config.parameters
    for name in _INTEGERS:
        text = given.get(name)
        if text is not None and not is_integer(text):
            yield parameter(model, "ort-param-int", name, f"failed to convert '{text}' to integral number")
        elif name == "execution_mode" and text is not None and int(text) not in (0, 1):
            said = f"Invalid configuration value provided. Expected values for  {name} are 0 or 1 but got {text} ."
            yield parameter(model, "ort-execution-mode", name, said, "0", "1")
    for name in _BOOLEANS:
        text = given.get(name)
        if text is not None and not is_boolean(text):
            yield parameter(model, "ort-param-bool", name, f"failed to convert '{text}' to boolean", "1", "0")


def _on_gpu(model: ModelView) -> Iterator[Finding]:
    for name, choices in _CHOICES.items():
        text = model.config.parameters.get(name)
        if text is not None and text not in choices:
            said = f"unsupported {name} value '{text}' is requested"
            if not is_integer(text):
                said = f"failed to convert '{text}' to integral number"
            yield parameter(model, "ort-param-cuda", name, said, *choices)


def _accelerators(context: Context, model: ModelView) -> Iterator[Finding]:
    block = model.root.child("optimization").child("execution_accelerators")
    on_gpu = uses_gpu(context, model)
    for side, known in _ACCELERATORS.items():
        # Those of the other device are not looked at.
        for each in block.each(side) if on_gpu or side.startswith("cpu") else ():
            name = each.text("name")
            if name not in known:
                yield _unknown(model, each, name, known)
            elif name == "tensorrt":
                yield from _tensorrt(model, each)


def _unknown(model: ModelView, each: Node, name: str, known: tuple[str, ...]) -> Finding:
    meant = nearest(name, known)
    return model.problem(
        "ort-accelerator",
        f"ONNX Runtime has no accelerator “{name}” here: {quoted(known)}.",
        phase="4d",
        server=f"unknown Execution Accelerator '{name}' is requested",
        path=(*each.path, "name"),
        fixes=[renaming(each.path, "name", meant), removing(each.path, "Remove this accelerator")],
    )


def _tensorrt(model: ModelView, each: Node) -> Iterator[Finding]:
    given = each.values("parameters")
    precision = given.get("precision_mode", "FP32")
    if precision not in _PRECISIONS:
        yield model.problem(
            "ort-trt-precision",
            f"The precision is one of {', '.join(_PRECISIONS)}, not “{precision}”.",
            phase="4d",
            server=f"unsupported precision mode '{precision}' is requested",
            path=each.path,
        )
    for name in given:
        if name not in _TENSORRT and not name.startswith("trt_"):
            entry = model.map_entry((*each.path, "parameters"), name)
            yield model.problem(
                "ort-trt-param",
                f"The TensorRT accelerator has no parameter “{name}”.",
                phase="4d",
                server=f"unknown parameter '{name}' is provided for TensorRT Execution Accelerator",
                path=entry,
                fixes=[renaming(entry, "key", nearest(name, _TENSORRT)), removing(entry, f"Remove {name}")],
            )
