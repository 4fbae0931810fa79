"""What a right click in the monitor offers of its own: a value or a row to copy, lines to hide, a moment to mark."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu

from studio.ui.monitor import history
from studio.ui.monitor.rows import COLUMNS
from studio.ui.monitor.table_model import FIRST

if TYPE_CHECKING:
    from studio.core.serving.series import ModelKey
    from studio.ui.monitor.page import MonitorPage

Entry: TypeAlias = tuple[str, Callable[[], object]]
_AROUND = 30.0


def copy(text: str) -> None:
    """Puts a text on the clipboard."""
    QGuiApplication.clipboard().setText(text)


def put_first(menu: QMenu, entries: Sequence[Entry]) -> None:
    """Puts entries above those that are there."""
    before = menu.actions()[0] if menu.actions() else None
    for title, act in entries:
        made = QAction(title, menu)
        made.triggered.connect(lambda _=False, act=act: act())
        menu.insertAction(before, made) if before else menu.addAction(made)
    if before is not None and entries:
        menu.insertSeparator(before)


def of_row(page: MonitorPage) -> list[Entry]:
    """What can be done with the cell of the table that was clicked."""
    row, column = page.table.spot
    found = page.model.row_at(row)
    if found is None:
        return []
    entries: list[Entry] = []
    if column >= FIRST and not found.message:
        told = COLUMNS[column - FIRST]
        text = told.text(found.values[column - FIRST])
        entries.append((f"Copy {told.title} {text}", lambda: copy(text)))
    heads = "\t".join(("model", "version", *(each.title for each in COLUMNS)))
    cells = (*found.key, *(each.text(value) for each, value in zip(COLUMNS, found.values, strict=True)))
    whole = f"{heads}\n" + "\t".join(cells)
    entries.append(("Copy the row", lambda: copy(whole)))
    return [*entries, *_of_lines(page, found.key)]


def of_chart(page: MonitorPage) -> list[Entry]:
    """What can be done with the line and the moment of the charts that were clicked."""
    spot = page.charts.spot if page.charts is not None else None
    if spot is None:
        return []
    chart, moment, near = spot
    clock, values = history.clock(moment, history.offset()), chart.values_at(moment)
    entries: list[Entry] = [
        (f"Mark {clock}", lambda: page.mark(moment)),
        ("Zoom to a minute around it", lambda: page.stretch(moment - _AROUND, moment + _AROUND)),
    ]
    if values:
        head, line = ("time", *(name for name, _ in values)), (clock, *(text for _, text in values))
        both = "\t".join(head) + "\n" + "\t".join(line)
        entries.insert(0, (f"Copy the values of {clock}", lambda: copy(both)))
    key = _named(page.charted.keys(), near)
    return [*entries, *(_of_lines(page, key) if key is not None else ())]


def _named(keys: Sequence[ModelKey], line: str) -> ModelKey | None:
    """The model of a line, which is called after its version too where that is needed."""
    return next((key for key in keys if line in (key[0], f"{key[0]} {key[1]}")), None)


def _of_lines(page: MonitorPage, key: ModelKey) -> list[Entry]:
    name = f"{key[0]} {key[1]}".strip()
    entries: list[Entry] = []
    if page.charted.colour(key) < 0:
        entries.append((f"Show {name} in the charts", lambda: page.choose(key)))
    else:
        entries.append((f"Hide {name} in the charts", lambda: page.toggle(key)))
    if page.charted.keys() != (key,):
        entries.append((f"Only {name} in the charts", lambda: page.only(key)))
    return entries
