"""Instance groups as a table, and in words how many instances that makes."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from studio.core.config.dims import format_dims, parse_dims
from studio.core.config.draft import Draft
from studio.core.config.model_config import InstanceGroup
from studio.ui.editor.form.part import FormContext
from studio.ui.editor.form.tables.list_model import Cell, Column, TableRow
from studio.ui.editor.form.tables.list_table import ListTable
from studio.ui.editor.form.tables.table_part import TablePart

KINDS = ("KIND_AUTO", "KIND_GPU", "KIND_CPU", "KIND_MODEL")


def _kind(text: str) -> str:
    if text not in KINDS:
        raise ValueError(f"{text} is not a kind of instance group")
    return text


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ValueError("it is a whole number from 1.")
    return int(text)


def _rows(draft: Draft) -> list[TableRow]:
    return [
        (Cell(str(group.count or 1)), Cell(group.kind), Cell(format_dims(group.gpus)), Cell(group.name))
        for group in draft.config.instance_groups
    ]


def instance_table(context: FormContext, parent: QWidget | None = None) -> ListTable:
    """The table of `instance_group`."""

    def gpus(_row: int) -> tuple[str, ...]:
        return offered_gpus(context.session.profile.usable_gpus)

    columns = (
        Column("Count", "count", _count),
        Column("Kind", "kind", _kind, KINDS, "mono", 128),
        Column("GPUs", "gpus", _gpus, kind="mono", offers=gpus),
        Column("Name", "name", str),
    )
    return ListTable(context, ("instance_group",), columns, _rows, "group", parent)


def offered_gpus(gpus: tuple[int, ...]) -> tuple[str, ...]:
    """Each GPU of the server, and all of them."""
    every = (format_dims(gpus),) if len(gpus) > 1 else ()
    return ("all of the server", *(str(gpu) for gpu in gpus), *every) if gpus else ()


def _gpus(text: str) -> list[int] | None:
    """None names none, which is all that the server has. Raises ValueError for what is no list of ids."""
    if text.startswith("all"):
        return None
    try:
        return parse_dims(text) or None
    except ValueError:
        raise ValueError(f"{text} names no GPUs. Write their ids as 0, 1, or all.") from None


def new_group(draft: Draft) -> Draft:
    """One more group: on the CPU, which every host has."""
    return draft.append("instance_group", {"count": 1, "kind": "KIND_CPU"})


def in_words(groups: tuple[InstanceGroup, ...], gpus: tuple[int, ...] = ()) -> str:
    """How many instances there are in all on a server with these GPUs; the count of a group is for each of its GPUs."""
    if not groups:
        return "one by default"
    on_gpu = sum(max(group.count, 1) * len(_places(group, gpus)) for group in groups if _is_on_gpu(group, gpus))
    on_cpu = sum(max(group.count, 1) for group in groups if not _is_on_gpu(group, gpus))
    nowhere = not gpus and any(group.kind == "KIND_GPU" and not group.gpus for group in groups)
    if nowhere:
        count = sum(max(group.count, 1) for group in groups)
        return f"{count} on each GPU; this server has none"
    if on_gpu and on_cpu:
        return f"{on_gpu + on_cpu} in all: {on_gpu} on GPUs, {on_cpu} on the CPU"
    return f"{on_gpu} on GPUs" if on_gpu else f"{on_cpu} on the CPU"


def _is_on_gpu(group: InstanceGroup, gpus: tuple[int, ...]) -> bool:
    """A group of no kind goes to the GPU where there is one."""
    return group.kind == "KIND_GPU" or (group.kind == "KIND_AUTO" and bool(gpus or group.gpus))


def _places(group: InstanceGroup, gpus: tuple[int, ...]) -> tuple[int, ...]:
    return group.gpus or gpus


class InstancesPart(TablePart):
    """The table of instance groups, with how many instances they make in all."""

    def __init__(self, context: FormContext, parent: QWidget | None = None) -> None:
        nothing = "None yet: add a group at the right."
        super().__init__(context, ("instance_group",), lambda part: instance_table(context, part), nothing, parent)

    def detail(self, draft: Draft) -> str:
        """How many instances that makes."""
        return in_words(draft.config.instance_groups, self.context.session.profile.usable_gpus)
