"""Control inputs of sequences: which tensor tells the model what, and by which values."""

from __future__ import annotations

import re
from typing import Any

from studio.core.config.draft import Draft
from studio.text.tree import Path
from studio.ui.editor.form.rows.typed_rows import parse_type, short_type
from studio.ui.editor.form.tables.list_model import Cell, Column, TableRow
from studio.ui.editor.form.tables.own_columns import OwnColumnsPart

_KINDS = {
    "start": "CONTROL_SEQUENCE_START",
    "end": "CONTROL_SEQUENCE_END",
    "ready": "CONTROL_SEQUENCE_READY",
    "correlation ID": "CONTROL_SEQUENCE_CORRID",
}
_WORDS = {kind: word for word, kind in _KINDS.items()}
_VALUES = ("int32 0, 1", "fp32 0, 1", "bool false, true")
_ID_TYPES = ("UINT64", "INT64", "UINT32", "INT32", "STRING")
_PAIRS = ("int32_false_true", "fp32_false_true", "bool_false_true")
_PAIR = re.compile(r"(?:(int32|fp32|bool)\s+)?(\S+?)\s*[,\s]\s*(\S+)")


class ControlsPart(OwnColumnsPart):
    """The control inputs. An input of several controls shows all, and is edited below the table."""

    noun = "control"

    def columns(self) -> tuple[Column, ...]:
        """The tensor, what it tells, and by which values."""
        values = Column(
            "False, true or type",
            parse=parse_values,
            kind="mono",
            at=("control", 0),
            offers=self._offered,
            write=_write_values,
        )
        return (
            Column("Tensor", "name", str),
            Column("Tells", parse=_kind, choices=tuple(_KINDS), at=("control", 0, "kind"), write=_write_kind),
            values,
        )

    def cells(self, element: dict[str, Any], draft: Draft) -> TableRow:
        return _row(element)

    def _offered(self, row: int) -> tuple[str, ...]:
        kind = self.context.model.last_good.get(*self.path, row, "control", 0, "kind")
        return _ID_TYPES if kind == _KINDS["correlation ID"] else _VALUES


def _row(entry: dict[str, Any]) -> TableRow:
    controls = [each for each in entry.get("control") or () if isinstance(each, dict)]
    kinds = [str(each.get("kind") or "CONTROL_SEQUENCE_START") for each in controls]
    told = ", ".join(_WORDS.get(kind, kind) for kind in kinds)
    return Cell(str(entry.get("name") or "")), Cell(told), Cell(", ".join(filter(None, map(_values, controls))))


def _values(control: dict[str, Any]) -> str:
    for short in ("int32", "fp32", "bool"):
        pair = control.get(f"{short}_false_true")
        if pair:
            return f"{short} {', '.join(_shown(each) for each in pair)}"
    return short_type(control.get("data_type"))


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)


def _kind(text: str) -> str:
    if text in _KINDS:
        return _KINDS[text]
    if text not in _WORDS:
        raise ValueError(f"it is one of {', '.join(_KINDS)}.")
    return text


def parse_values(text: str) -> tuple[str, Any]:
    """`int32 0, 1` as a field and its value, `UINT64` as a data type; raises ValueError for anything else."""
    found = _PAIR.fullmatch(text.strip())
    if not found:
        return "data_type", parse_type(text)
    short = found[1] or ("bool" if found[2].lower() in ("true", "false") else "fp32" if "." in text else "int32")
    return f"{short}_false_true", [_value(short, found[2]), _value(short, found[3])]


def _value(short: str, text: str) -> object:
    if short == "bool":
        if text.lower() not in ("true", "false"):
            raise ValueError(f"{text} is neither true nor false.")
        return text.lower() == "true"
    try:
        return int(text) if short == "int32" else float(text)
    except ValueError:
        raise ValueError(f"{text} is not a number of {short}.") from None


def _write_kind(draft: Draft, element: Path, kind: str) -> Draft:
    """Another kind; the values stay where they still make sense."""
    control = (*element, "control", 0)
    takes_id = kind == _KINDS["correlation ID"]
    draft = draft.set(*control, "kind", kind)
    for field in _PAIRS if takes_id else ("data_type",):
        draft = draft.clear(*control, field)
    if takes_id:
        return draft if draft.has(*control, "data_type") else draft.set(*control, "data_type", "TYPE_UINT64")
    pairs = (f"{short}_false_true" for short in ("int32", "fp32", "bool"))
    return (
        draft if any(draft.has(*control, pair) for pair in pairs) else draft.set(*control, "int32_false_true", [0, 1])
    )


def _write_values(draft: Draft, element: Path, given: tuple[str, Any]) -> Draft:
    """One way to say it, not two."""
    control = (*element, "control", 0)
    for field in (*_PAIRS, "data_type"):
        draft = draft if field == given[0] else draft.clear(*control, field)
    return draft.set(*control, *given)
