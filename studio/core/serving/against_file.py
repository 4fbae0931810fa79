"""What a server runs against the file of a model: field by field, and what of it can be taken into the file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from studio.core.checking.effective import Ident, Leaf, leaves, told_leaves
from studio.core.config.draft import Draft
from studio.core.config.schema import FieldSchema, MessageSchema, model_config
from studio.core.config.typed import typed
from studio.text.document import find
from studio.text.paths import indexed
from studio.text.tree import Path as TextPath
from studio.value_class import dataclass

FieldOrigin = Literal["text", "older", "server", "completed"]
"""Whose the server's value is: the unsaved text that it tries, the file before it changed, the server's own where the
file says another, or the server's where the file says nothing."""

_EVERY_SERVER = (
    ("name",),
    ("version_policy",),
    ("optimization",),
    ("model_transaction_policy",),
    ("runtime",),
)
"""What every server fills in, alike or from the backend alone: no news, unless the file says otherwise."""
_FROM_THE_BACKEND = (("platform",), ("default_model_filename",))
"""What a server works out from the backend each time: a file that names one says nothing more by them."""
_OWN_CHOICE = frozenset({"KIND_AUTO", "-1", ""})
"""What a file writes to leave the choice to the server."""


@dataclass(frozen=True, slots=True)
class ServedField:
    """One value that differs. None stands for what is not set; `line` is that of the text that is tried."""

    path: TextPath
    file: str | None
    server: str | None
    origin: FieldOrigin
    line: int = 0

    @property
    def name(self) -> str:
        """The field as it is written in a sentence: "dynamic_batching.max_queue_delay_microseconds"."""
        return indexed(self.path)

    @property
    def can_adopt(self) -> bool:
        """Whether it can be taken into the file."""
        return self.server is not None and self.origin != "text"

    @property
    def from_words(self) -> str:
        """Where the server has it from."""
        if self.origin == "text":
            return f"your text, line {self.line}" if self.line else "your text"
        return {"older": "the file before it changed", "server": "the server", "completed": "completed by the server"}[
            self.origin
        ]


@dataclass(frozen=True, slots=True)
class AgainstFile:
    """How a model that runs differs from its file. `tried`: it runs another text than the file's."""

    fields: tuple[ServedField, ...] = ()
    is_newer: bool = False
    tried: bool = False
    served: Mapping[str, Any] | None = None

    @property
    def different(self) -> tuple[ServedField, ...]:
        """The fields in which the file says something else."""
        return tuple(each for each in self.fields if each.origin != "completed")

    @property
    def completed(self) -> tuple[ServedField, ...]:
        """The fields that the file leaves to the server."""
        return tuple(each for each in self.fields if each.origin == "completed")

    @property
    def worth_adopting(self) -> tuple[ServedField, ...]:
        """Those of them that a file says more by."""
        return tuple(each for each in self.completed if each.can_adopt and each.path not in _FROM_THE_BACKEND)

    @property
    def words(self) -> str:
        """All of it in two words."""
        count = len(self.different)
        if self.is_newer and not self.tried:
            return "file is newer"
        if count:
            return f"{count} field{'s' if count > 1 else ''}"
        return "completed" if self.fields else "same"


def against_file(
    file: Draft, served: Mapping[str, Any], tried: Draft | None = None, *, is_newer: bool = False
) -> AgainstFile:
    """The differences between a file and the configuration that a server reports; `tried` is what it was given."""
    written, told = leaves(file), told_leaves(served)
    given = leaves(tried) if tried is not None else {}
    found = []
    for ident in [*written, *(each for each in told if each not in written)]:
        before, now = written.get(ident), told.get(ident)
        if not _is_news(ident, before, now, told):
            continue
        path = (now or before or Leaf((), "", True)).path
        origin = _origin(ident, before, now, given, is_newer)
        line = _line(tried, given[ident].path) if origin == "text" and tried is not None and ident in given else 0
        found.append(ServedField(path, before and before.value, now and now.value, origin, line))
    return AgainstFile(tuple(found), is_newer, tried is not None, served)


def _is_news(ident: Ident, before: Leaf | None, now: Leaf | None, told: Mapping[Ident, Leaf]) -> bool:
    if before is None:
        return now is not None and not now.is_default and not _is_usual(ident)
    if now is None:
        # An empty block that the server filled, or a default that it need not tell.
        is_block = ident[-1] == "" and any(each[: len(ident) - 1] == ident[:-1] for each in told)
        return not is_block and not before.is_default
    return before.value != now.value


def _is_usual(ident: Ident) -> bool:
    is_group_name = ident[0] == "instance_group" and ident[-1] == "name"
    return is_group_name or any(ident[: len(each)] == each for each in _EVERY_SERVER)


def _origin(
    ident: Ident, before: Leaf | None, now: Leaf | None, given: Mapping[Ident, Leaf], is_newer: bool
) -> FieldOrigin:
    if given and (given[ident].value if ident in given else None) == (now.value if now else None):
        return "text"
    if before is None or (now is not None and before.value in _OWN_CHOICE):
        return "completed"
    return "older" if is_newer else "server"


def _line(tried: Draft, path: TextPath) -> int:
    node = find(tried.document, path)
    return tried.document.line_column(node.span.start)[0] if node is not None else 0


def adopt(draft: Draft, served: Mapping[str, Any], path: TextPath) -> Draft:
    """The draft with the server's value at a path, and with the block around it where the draft has none."""
    reach = _missing(draft, path)
    schema, value = _served_value(served, reach)
    if value is None:
        return draft.clear(*path)
    wanted = _value(schema, value, is_element=isinstance(reach[-1], int))
    return draft.append(*reach[:-1], wanted) if isinstance(reach[-1], int) else draft.set(*reach, wanted)


def _missing(draft: Draft, path: TextPath) -> TextPath:
    """The shortest beginning of a path that the draft lacks; the path itself where it has all of it."""
    for length in range(1, len(path)):
        if not draft.has(*path[:length]):
            return path[:length]
    return path


def _served_value(served: Mapping[str, Any], path: TextPath) -> tuple[FieldSchema, Any]:
    """What a server tells at a path, and its field. A map's entries count in the order in which they are told."""
    message: MessageSchema | None = model_config()
    value: Any = served
    schema: FieldSchema | None = None
    for step in path:
        if isinstance(step, str):
            schema = message.fields[step] if message is not None else None
            message = schema.message if schema is not None else None
            value = value.get(step) if isinstance(value, Mapping) else None
        elif isinstance(value, Mapping):
            key, item = list(value.items())[step]
            value = {"key": key, "value": item}
        else:
            value = value[step] if value else None
    if schema is None:
        raise KeyError(indexed(path))
    return schema, value


def _value(schema: FieldSchema, value: Any, *, is_element: bool = False) -> object:
    """A server's value as a draft takes it, without what is the default anyway."""
    if schema.map and isinstance(value, Mapping) and not is_element:
        return [_value(schema, {"key": key, "value": item}, is_element=True) for key, item in value.items()]
    if schema.repeated and not is_element:
        return [_value(schema, item, is_element=True) for item in value]
    if schema.message is not None:
        return {
            name: _value(field, value[name])
            for name, field in schema.message.fields.items()
            if name in value and not _is_default(field, value[name])
        }
    # Whole numbers of 64 bits come as texts.
    return typed(schema, value) if isinstance(value, str) else value


def _is_default(schema: FieldSchema, value: Any) -> bool:
    if value is None or value in ([], {}):
        return value is None or schema.repeated
    if schema.message is not None:
        return False
    return str(value) == str(schema.default)
