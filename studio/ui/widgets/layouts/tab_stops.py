"""The way of the Tab key through a page: as it is read, whenever its parts were made.

Qt's own way is the order of making, and at a part with a focus proxy it leaves out what stands before the proxy.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QComboBox, QLayout, QScrollArea, QSplitter, QWidget

from studio.ui.widgets.inline_problem import InlineProblem


def stops(widget: QWidget) -> Iterator[QWidget]:
    """What takes the keyboard in a widget, in the order in which it is laid out."""
    if widget.isHidden() or not widget.isEnabled() or widget.height() == 0:
        return
    if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None:
        yield widget
    if isinstance(widget, InlineProblem):
        # It places its parts itself.
        yield from stops(widget.fix)
    if isinstance(widget, QSplitter):
        for place in range(widget.count()):
            yield from _below(widget.widget(place))
    if isinstance(widget, QScrollArea):
        yield from _below(widget.widget())
    layout = widget.layout()
    if layout is not None and not isinstance(widget, QAbstractScrollArea | QComboBox):
        yield from _in_layout(layout, [each for each in widget.children() if isinstance(each, QWidget)])


def _below(widget: QWidget | None) -> Iterator[QWidget]:
    return iter(()) if widget is None else stops(widget)


def _in_layout(layout: QLayout, widgets: list[QWidget]) -> Iterator[QWidget]:
    """What takes the keyboard in a layout, which holds some of these widgets of its own one."""
    # Not by `itemAt`: PySide keeps what it gives for as long as the layout lives, and once the item is gone takes
    # whatever comes to its place in memory for it.
    inner = [each for each in layout.children() if isinstance(each, QLayout)]
    placed = {layout.indexOf(each): each for each in widgets} | {layout.indexOf(each): each for each in inner}
    placed.pop(-1, None)
    for place in sorted(placed):
        each = placed[place]
        yield from _in_layout(each, widgets) if isinstance(each, QLayout) else stops(each)


def step(pane: QWidget, way: Sequence[QWidget], forward: bool) -> bool:
    """Gives the keyboard to the next of these stops, or to what comes after the pane; false where nothing does."""
    held = QApplication.focusWidget()
    # The last that holds it: a header holds its button, and is a stop itself.
    around = [i for i, each in enumerate(way) if held is not None and (each is held or each.isAncestorOf(held))]
    # The pane may hold it itself: its first stop comes next.
    here = around[-1] if around else -1
    is_inside = bool(around) or (held is pane and forward)
    there = here + (1 if forward else -1)
    reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    target = way[there] if is_inside and 0 <= there < len(way) else _outside(pane, forward)
    if target is None:
        return False
    target.setFocus(reason)
    return True


def _outside(pane: QWidget, forward: bool) -> QWidget | None:
    """The nearest stop of the window that is not in the pane."""
    each: QWidget | None = pane
    while True:
        each = (each.nextInFocusChain() if forward else each.previousInFocusChain()) if each is not None else None
        if each is None or each is pane:
            return None
        usable = each.focusPolicy() & Qt.FocusPolicy.TabFocus and each.focusProxy() is None
        if usable and each.isVisible() and each.isEnabled() and not pane.isAncestorOf(each):
            return each
