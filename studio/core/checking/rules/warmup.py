"""Warm-up requests, which the server sends to every instance before the model is ready."""

from __future__ import annotations

from collections.abc import Iterator

from studio.core.checking.findings import Finding, Fix, Severity
from studio.core.checking.rules.applicability import needs
from studio.core.checking.rules.batching import raising, removing
from studio.core.checking.rules.context import Context, ModelView
from studio.core.checking.rules.data_files import Kind, data_file
from studio.core.checking.rules.view import DATA_TYPES, Node
from studio.core.checking.rules.words import short_type, sizes
from studio.core.config.model_config import TensorConfig

_WILDCARD = -1
_DATA = ("zero_data", "random_data", "input_data_file")
_REQUEST = "[request id: <id_unknown>] "
_FILE = Kind(
    folder="warmup",
    field="input_data_file",
    short="warmup-file-short",
    missing="warmup-file-missing",
    called="the warm-up input",
    setting=f"{_REQUEST}warmup setting",
    end="",
)
_BATCHED = (
    "NOTE: Setting a non-zero max_batch_size in the model config requires a batch dimension to be prepended to each "
    "input shape. If you want to specify the full shape including the batch dim in your input dims config, try setting "
    "max_batch_size to zero. See the model configuration docs for more info on max_batch_size."
)


@needs("model_warmup")
def warm_up(context: Context, model: ModelView) -> Iterator[Finding]:
    """Each sample: its data first, then the request that it makes, and last what happens when it runs."""
    if not model.root.has("model_warmup") or not _has_active_instance(model):
        return
    samples = [each for each in model.root.each("model_warmup") if each.number("batch_size")]
    for sample in samples:
        inputs = sample.entries("inputs")
        # The server keeps the inputs in an order of its own; by name is as good as any.
        for name, tensor in inputs.items():
            yield from _data(context, model, name, tensor)
        yield from _request(model, sample, inputs)
    for sample in samples:
        yield from _run(model, sample)


def _has_active_instance(model: ModelView) -> bool:
    groups = list(model.root.each("instance_group"))
    return not groups or any(not group.flag("passive") for group in groups)


def _data(context: Context, model: ModelView, name: str, tensor: Node) -> Iterator[Finding]:
    if _WILDCARD in tensor.numbers("dims"):
        yield model.problem(
            "warmup-wildcard",
            f"The warm-up input “{name}” needs the size of every dimension: -1 is none.",
            phase="4f",
            server=f"warmup setting expects all variable-size dimensions are specified for input '{name}'",
            path=(*tensor.path, "dims"),
        )
    if not any(tensor.has(field) for field in _DATA):
        yield model.problem(
            "warmup-no-data",
            f"The warm-up input “{name}” says neither zero_data nor random_data nor input_data_file.",
            phase="4f",
            server=f"{_REQUEST}warmup setting expects input '{name}' to have input_data_type set",
            path=tensor.path,
            fixes=[Fix("Send zeros", edit=lambda draft: draft.set(*tensor.path, "zero_data", True))],
        )
    elif tensor.has("input_data_file"):
        yield from data_file(context, model, tensor, _FILE)


def _request(model: ModelView, sample: Node, inputs: dict[str, Node]) -> Iterator[Finding]:
    # Of two inputs of one name the first counts.
    known = {each.name: each for each in reversed(model.config.inputs)}
    given = sorted(name for name in inputs if name in known)
    yield from _missing(model, sample, given)
    for name in given:
        yield from _against(model, inputs[name], known[name])


def _missing(model: ModelView, sample: Node, given: list[str]) -> Iterator[Finding]:
    """The server only counts: an optional input makes up for a required one, and two of one name are two."""
    wanted = [each.name for each in model.config.inputs if not each.optional]
    missing = [name for name in wanted if name not in given]
    left_out = ", ".join(f"“{name}”" for name in dict.fromkeys(missing))
    if len(given) < len(wanted):
        same = f"The model needs {len(wanted)} inputs, two of them of one name, which no warm-up request can give."
        yield model.problem(
            "warmup-missing-input",
            f"The warm-up request leaves out {left_out}." if missing else same,
            phase="4f",
            server=f"{_REQUEST}expected {_number(model, wanted)} but got {len(given)} inputs for model "
            f"'{model.title}'. Got input(s) [{_names(given)}], but missing required input(s) "
            # The server takes the last comma away, and the bracket where there is no comma.
            f"{'[' if missing else ''}{_names(missing)}]. Please provide all required input(s).",
            path=sample.path,
        )
    elif missing:
        yield model.problem(
            "warmup-missing-input",
            f"The warm-up request leaves out {left_out}: the server sends it all the same, since it has as many inputs "
            "as the model needs.",
            phase="4f",
            severity=Severity.WARNING,
            path=sample.path,
        )


def _number(model: ModelView, wanted: list[str]) -> str:
    most = len(model.config.inputs)
    return f"number of inputs between {len(wanted)} and {most}" if most > len(wanted) else f"{most} inputs"


def _names(names: list[str]) -> str:
    return ",".join(f"'{name}'" for name in names)


def _against(model: ModelView, tensor: Node, wanted: TensorConfig) -> Iterator[Finding]:
    written = tensor.word("data_type", DATA_TYPES)
    if written != wanted.data_type:
        path = (*tensor.path, "data_type")
        fix = Fix(f"Use {wanted.data_type}", edit=lambda draft: draft.set(*path, wanted.data_type))
        yield model.problem(
            "warmup-dtype",
            f"The warm-up input “{wanted.name}” is {short_type(written)}, but the model takes "
            f"{short_type(wanted.data_type)}.",
            phase="4f",
            server=f"{_REQUEST}inference input '{wanted.name}' data-type is '{_wire(written)}', but model "
            f"'{model.title}' expects '{_wire(wanted.data_type)}'",
            path=path,
            fixes=[fix] if wanted.data_type in DATA_TYPES else (),
        )
    dims = tensor.numbers("dims")
    if not _fits(dims, wanted.dims) and _WILDCARD not in dims:
        batches = model.config.max_batch_size > 0
        expected, got = ((-1, *wanted.dims), (1, *dims)) if batches else (wanted.dims, dims)
        yield model.problem(
            "warmup-shape",
            f"The warm-up input “{wanted.name}” has the dims {sizes(dims)}, but the model takes {sizes(wanted.dims)}.",
            phase="4f",
            server=f"{_REQUEST}unexpected shape for input '{wanted.name}' for model '{model.title}'. Expected "
            f"{sizes(expected)}, got {sizes(got)}. {_BATCHED if batches else ''}",
            path=(*tensor.path, "dims"),
        )


def _fits(dims: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    pairs = zip(dims, wanted, strict=False)
    return len(dims) == len(wanted) and all(theirs in (ours, _WILDCARD) for ours, theirs in pairs)


def _wire(data_type: str) -> str:
    """A data type as the protocol names it."""
    name = data_type.removeprefix("TYPE_")
    return {"STRING": "BYTES", "INVALID": "<invalid>"}.get(name, name)


def _run(model: ModelView, sample: Node) -> Iterator[Finding]:
    size, most = sample.number("batch_size"), model.config.max_batch_size
    if size <= max(most, 1):
        yield from _nameless(model, sample)
        return
    group = model.config.instance_groups[0].name if model.config.instance_groups else model.name
    each = f"batch size {size} for '{group or f'{model.name}_0'}_0', max allowed is {most}; "
    path = (*sample.path, "batch_size")
    yield model.problem(
        "warmup-run-failed",
        f"The warm-up sends batches of {size}, but the model takes {most} at most.",
        phase="4f",
        # The server says it once for each request of the batch.
        server=f"failed to run warmup sample '{sample.text('name')}': {each * min(size, 1000)}",
        path=path,
        fixes=[
            Fix(f"Set batch_size to {most}", edit=lambda draft: draft.set(*path, most)),
            raising(size),
            removing(sample.path, "Remove this warm-up sample"),
        ],
    )


def _nameless(model: ModelView, sample: Node) -> Iterator[Finding]:
    """An input that the configuration does not list goes to the backend, which in Python throws at an empty name."""
    if model.deduced.backend != "python":
        return
    for entry in sample.each("inputs"):
        if not entry.text("key"):
            yield model.problem(
                "warmup-input-name",
                "This input of the warm-up request has no name. The server crashes when it sends that.",
                phase="4f",
                path=entry.path,
                fixes=[removing(entry.path, "Remove it from the request")],
            )
            return


RULES = (warm_up,)
