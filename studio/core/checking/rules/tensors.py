"""Inputs and outputs: name, data type, dims and reshape, in the order in which the server checks one tensor."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import prod

from studio.core.checking.findings import Finding, Fix, Severity
from studio.core.checking.rules.completed import Completes, completes
from studio.core.checking.rules.context import Context, ModelView
from studio.core.checking.rules.view import Node
from studio.core.config.model_config import TensorConfig
from studio.text.document import values
from studio.text.tree import Message
from studio.text.tree import Path as TextPath
from studio.value_class import dataclass

_WILDCARD = -1
_FORMATS = ("FORMAT_NONE", "FORMAT_NHWC", "FORMAT_NCHW")
_PLAIN = frozenset(("name", "data_type", "dims", "optional", "label_filename", "allow_ragged_batch"))
_IMAGE_DIMS = 3
_LARGEST = (1 << 63) - 1
_COUNTS_ARE_CHECKED = (26, 3)


@dataclass(frozen=True, slots=True)
class _Side:
    """One tensor with the words that go around it."""

    model: ModelView
    tensor: TensorConfig
    word: str
    context: Context
    node: Node

    def problem(self, rule: str, server: str, message: str, at: str = "") -> Finding:
        """A finding about the tensor; `at` is the field it is about."""
        name = f"'{self.name}' " if self.name else ""
        return self.plain(rule, f"model {self.word} {name}{server}", message, at)

    def plain(self, rule: str, server: str, message: str, at: str, *fixes: Fix | None) -> Finding:
        """The same where the server does not say which tensor it means."""
        path: TextPath = (*self.tensor.path, at) if at else self.tensor.path
        text = f"{server} for {self.model.title}"
        return self.model.problem(rule, message, phase=self.context.io_phase, server=text, path=path, fixes=fixes)

    @property
    def name(self) -> str:
        """The name as the server has it: one that is no UTF-8 is lost on its way through JSON."""
        return self.tensor.name if self.tensor.name.isprintable() or not _is_broken(self.tensor.name) else ""

    @property
    def label(self) -> str:
        """How a person would call it."""
        return f"The {self.word} “{self.name}”" if self.name else f"An {self.word}"


def tensors(context: Context, model: ModelView) -> Iterator[Finding]:
    """Every input, then every output."""
    for word, found in (("input", model.config.inputs), ("output", model.config.outputs)):
        # Both go through the same messages in the same order.
        messages = (each for each in values(model.root.message, word) if isinstance(each, Message))
        for tensor, message in zip(found, messages, strict=True):
            if _is_plain(tensor, message):
                continue
            side = _Side(model, tensor, word, context, Node(message, tensor.path))
            for check in _CHECKS:
                yield from check(side)


def _is_plain(tensor: TensorConfig, message: Message) -> bool:
    """Whether it is one of the many that have nothing to say anything about."""
    known = tensor.data_type and tensor.data_type != "TYPE_INVALID" and tensor.dims and tensor.name.isascii()
    return bool(
        known and tensor.name and min(tensor.dims) > 0 and all(field.name in _PLAIN for field in message.fields)
    )


def _is_broken(name: str) -> bool:
    return any("\udc80" <= char <= "\udcff" for char in name)


def _name(side: _Side) -> Iterator[Finding]:
    if not side.name:
        broken = f"The name of an {side.word} is not in UTF-8, so the server loses it."
        message = broken if side.tensor.name else f"{side.label} has no name."
        yield side.problem("io-name", "must specify 'name'", message, "name")


def _data_type(side: _Side) -> Iterator[Finding]:
    if side.tensor.data_type in ("", "0", "TYPE_INVALID"):
        yield from _missing(side, "data_type", "data type", "io-dtype", f"{side.label} has no data type.")


def _dims(side: _Side) -> Iterator[Finding]:
    if not side.tensor.dims:
        message = f"{side.label} has no dims. Write -1 for a size that varies, [ 1 ] for a single value."
        yield from _missing(side, "dims", "dims", "io-dims-empty", message)


def _missing(side: _Side, at: str, called: str, rule: str, message: str) -> Iterator[Finding]:
    """What a tensor must have, unless the backend fills it in; whether it does may be beyond anybody."""
    filled = completes(side.context, side.model, side.word, side.name)
    if filled is Completes.NEVER:
        yield side.problem(rule, f"must specify '{at}'", message, at)
    elif filled is Completes.PERHAPS:
        who = "the engine" if side.model.deduced.backend == "tensorrt" else "auto_complete_config of model.py"
        text = f"Not decidable: {side.label[0].lower()}{side.label[1:]} has no {called} here, and whether {who} fills "
        yield side.model.problem(
            "io-not-decidable",
            f"{text}it in shows only when the server runs.",
            phase=side.context.io_phase,
            severity=Severity.WARNING,
            path=(*side.tensor.path, at),
            undecided=True,
        )


def _empty_reshape(side: _Side) -> Iterator[Finding]:
    if side.tensor.reshape == () and side.model.config.max_batch_size == 0:
        yield side.problem(
            "io-reshape-empty-nobatch",
            "cannot have empty reshape for non-batching model as scalar tensors are not supported",
            f"{side.label} is reshaped to a scalar, which needs a max_batch_size of 1 or more.",
            "reshape",
        )


def _sizes(side: _Side) -> Iterator[Finding]:
    bad = _bad(side.tensor.dims)
    if bad:
        server = "dimension must be integer >= 1, or -1 to indicate a variable-size dimension"
        message = f"{side.label} has {_listed(bad)} in its dims: a size is 1 or more, or -1 where it varies."
        yield side.problem("io-dim-value", server, message, "dims")


def _reshape_sizes(side: _Side) -> Iterator[Finding]:
    bad = _bad(side.tensor.reshape or ())
    if bad:
        server = "reshape dimensions must be integer >= 1, or -1 to indicate a variable-size dimension"
        message = f"{side.label} has {_listed(bad)} in its reshape: a size is 1 or more, or -1 where it varies."
        yield side.problem("io-reshape-dim-value", server, message, "reshape")


def _reshape_counts(side: _Side) -> Iterator[Finding]:
    dims, reshape = side.tensor.dims, side.tensor.reshape
    if reshape is None or not dims or _bad(dims) or _bad(reshape):
        return
    counts, wanted = _runs(dims), _runs(reshape)
    varies, wanted_varies = len(counts) > 1, len(wanted) > 1
    if varies and wanted_varies and len(counts) != len(wanted):
        server = "has different number of variable-size dimensions for dims and reshape"
        message = f"{side.label} has another number of -1 in its dims than in its reshape."
        yield side.problem("io-reshape-wildcards", server, message, "reshape")
    elif varies != wanted_varies or counts != wanted:
        message = f"{side.label} holds another number of values in its dims than in its reshape."
        yield side.problem("io-reshape-size", "has different size for dims and reshape", message, "reshape")


def _format(side: _Side) -> Iterator[Finding]:
    written = side.node.word("format", _FORMATS) if side.word == "input" and side.node.has("format") else ""
    if written in _FORMATS[1:] and len(side.tensor.dims) != _IMAGE_DIMS:
        yield side.plain(
            "io-format-3dims",
            "model input NHWC/NCHW require 3 dims",
            f"{side.label} has {written}, which needs 3 dims: it has {len(side.tensor.dims)}.",
            "format",
            _clearing(side, "format"),
        )


def _tensorrt_only(side: _Side) -> Iterator[Finding]:
    if side.model.deduced.platform != "tensorrt_plan":
        if side.node.flag("is_shape_tensor"):
            yield side.plain(
                "io-shape-tensor",
                "shape tensors are only supported for TensorRT platform",
                f"{side.label} is called a shape tensor, which only TensorRT knows.",
                "is_shape_tensor",
                _clearing(side, "is_shape_tensor"),
            )
        if side.node.flag("is_non_linear_format_io"):
            yield side.plain(
                "io-nonlinear-platform",
                "Non-linear IO format is only supported for the TensorRT platform",
                f"{side.label} is said to have a non-linear format, which only TensorRT knows.",
                "is_non_linear_format_io",
                _clearing(side, "is_non_linear_format_io"),
            )
    elif side.node.flag("is_non_linear_format_io") and len(side.tensor.dims) != _IMAGE_DIMS:
        yield side.plain(
            "io-nonlinear-3dims",
            f"Non-linear IO format {side.word} requires 3 dims",
            f"{side.label} has a non-linear format, which needs 3 dims: it has {len(side.tensor.dims)}.",
            "is_non_linear_format_io",
        )


def _clearing(side: _Side, name: str) -> Fix:
    path = (*side.tensor.path, name)
    return Fix(f"Remove {name}", edit=lambda draft: draft.clear(*path))


def _overflow(side: _Side) -> Iterator[Finding]:
    if side.tensor.reshape is None or side.context.profile.release < _COUNTS_ARE_CHECKED:
        return
    for what, dims in (("dims", side.tensor.dims), ("reshape", side.tensor.reshape)):
        if _WILDCARD not in dims and prod(dims) > _LARGEST:
            yield side.plain(
                "io-elementcount-overflow",
                f"element count for tensor '{side.tensor.name} {what}' exceeds maximum size of {_LARGEST}",
                f"{side.label} holds more values than can be counted.",
                what,
            )


def _bad(sizes: Sequence[int]) -> list[int]:
    return [size for size in sizes if size < 1 and size != _WILDCARD]


def _listed(sizes: Sequence[int]) -> str:
    return ", ".join(map(str, sizes))


def _runs(sizes: Sequence[int]) -> list[int]:
    """The numbers of values before, between and after the sizes that vary."""
    runs: list[list[int]] = [[]]
    for size in sizes:
        if size == _WILDCARD:
            runs.append([])
        else:
            runs[-1].append(size)
    return [prod(run) for run in runs]


_CHECKS: tuple[Callable[[_Side], Iterator[Finding]], ...] = (
    _name,
    _data_type,
    _dims,
    _empty_reshape,
    _sizes,
    _reshape_sizes,
    _overflow,
    _reshape_counts,
    _format,
    _tensorrt_only,
)


def overflowing(context: Context, model: ModelView) -> Iterator[Finding]:
    """Inputs with more values than can be counted, at which the scheduler stops."""
    if context.profile.release < _COUNTS_ARE_CHECKED or model.is_ensemble:
        return
    for tensor in model.config.inputs:
        if _WILDCARD not in tensor.dims and prod(tensor.dims) > _LARGEST:
            yield model.problem(
                "io-elementcount-overflow-input",
                f"The input “{tensor.name}” holds more values than can be counted.",
                phase="4f",
                server=f"element count for tensor '{tensor.name}' exceeds maximum size of {_LARGEST}",
                path=(*tensor.path, "dims"),
            )


RULES = (tensors,)
LOAD_RULES = (overflowing,)
