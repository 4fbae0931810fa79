"""Instance groups as a table, and in words how many instances that makes."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from studio.core.config import InstanceGroup
from studio.core.draft import Draft
from studio.ui.editor.form.context import FormContext
from studio.ui.editor.form.list_model import Cell, Column, Row
from studio.ui.editor.form.list_table import ListTable
from studio.ui.editor.form.section import TableSection
from studio.ui.editor.form.tensors import format_dims, parse_dims

KINDS = ("KIND_AUTO", "KIND_GPU", "KIND_CPU", "KIND_MODEL")


def _kind(text: str) -> str:
    if text not in KINDS:
        raise ValueError(f"{text} is not a kind of instance group")
    return text


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ValueError("it is a whole number from 1.")
    return int(text)


def _rows(draft: Draft) -> list[Row]:
    return [
        (Cell(str(group.count or 1)), Cell(group.kind), Cell(format_dims(group.gpus)), Cell(group.name))
        for group in draft.config.instance_groups
    ]


def instance_table(context: FormContext, parent: QWidget | None = None) -> ListTable:
    """The table of `instance_group`."""
    columns = (
        Column("Count", "count", _count),
        Column("Kind", "kind", _kind, KINDS, "mono", 128),
        Column("GPUs", "gpus", parse_dims, kind="mono"),
        Column("Name", "name", str),
    )
    return ListTable(context, ("instance_group",), columns, _rows, "group", parent)


def new_group(draft: Draft) -> Draft:
    """One more group: on the CPU, which every host has."""
    return draft.append("instance_group", {"count": 1, "kind": "KIND_CPU"})


def in_words(groups: tuple[InstanceGroup, ...]) -> str:
    """How many instances there are in all; the count of a group is for each of its GPUs."""
    if not groups:
        return "one by default"
    if any(group.kind == "KIND_GPU" and not group.gpus for group in groups):
        count = sum(max(group.count, 1) for group in groups)
        return f"{count} on each GPU"
    count = sum(max(group.count, 1) * max(len(group.gpus), 1) for group in groups)
    kinds = {group.kind for group in groups}
    where = " on the CPU" if kinds == {"KIND_CPU"} else ""
    return f"{count} in all{where}"


class InstancesPart(TableSection):
    """The instance groups."""

    def __init__(self, context: FormContext, parent: QWidget | None = None) -> None:
        nothing = "None yet: add a group at the right."
        super().__init__(context, ("instance_group",), lambda part: instance_table(context, part), nothing, parent)

    def detail(self, draft: Draft) -> str:
        """How many instances that makes."""
        return in_words(draft.config.instance_groups)
