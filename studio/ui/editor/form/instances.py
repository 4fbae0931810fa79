"""Instance groups as a table, and in words how many instances that makes."""

from __future__ import annotations

from studio.core.config import InstanceGroup
from studio.core.draft import Draft
from studio.ui.editor.form.context import FormContext
from studio.ui.editor.form.list_model import Cell, Column, Row
from studio.ui.editor.form.list_table import ListTable
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


def instance_table(context: FormContext) -> ListTable:
    """The table of `instance_group`."""
    columns = (
        Column("Count", "count", _count),
        Column("Kind", "kind", _kind, KINDS, "mono", 128),
        Column("GPUs", "gpus", parse_dims, kind="mono"),
        Column("Name", "name", str),
    )
    return ListTable(context, ("instance_group",), columns, _rows, "group")


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
