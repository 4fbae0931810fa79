"""The order in which Tab goes through parts that were made at different times."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def order_tabs(whole: QWidget, parts: Sequence[QWidget], end: QWidget) -> None:
    """Tab goes through what is in `whole`, its `parts` last and in their order, and from there to `end`."""
    chain = _in_chain(whole)
    ordered = [each for each in chain if not any(part.isAncestorOf(each) for part in parts)]
    for part in parts:
        ordered += [each for each in chain if part.isAncestorOf(each)]
    ordered.append(end)
    for before, after in itertools.pairwise(ordered):
        QWidget.setTabOrder(before, after)


def _in_chain(whole: QWidget) -> list[QWidget]:
    """What can have the keyboard in a widget, as Tab goes through it now."""
    found, widget = [], whole.nextInFocusChain()
    while widget is not None and widget is not whole:
        if whole.isAncestorOf(widget) and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            found.append(widget)
        widget = widget.nextInFocusChain()
    return found
