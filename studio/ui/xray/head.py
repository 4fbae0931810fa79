"""The header of the X-ray: how many requests it shows, of what, and what there is to do."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from studio.ui.widgets import IconButton, KeyHint, Label, NumberField, PageHeader, Pill, PrimaryButton, QuietButton
from studio.ui.xray import names

_MOST = 100_000


class XrayHead(PageHeader):
    """The buttons are named so that the page connects them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("text-align-left", "X-ray", parent)
        self.pill = Pill("", dot=True)
        self.pill.setObjectName(names.Xray.COUNT)
        self.add_sign(self.pill)
        self.number = NumberField(20, low=1, high=_MOST, width=46)
        self.number.setObjectName(names.Xray.NUMBER)
        self.number.setAccessibleName("How many requests to trace")
        self.open = QuietButton("Open a trace", "folder-open")
        self.open.setObjectName(names.Xray.OPEN)
        self.export = QuietButton("Export", "export")
        self.export.setObjectName(names.Xray.EXPORT)
        self.trace = PrimaryButton("Trace", "record")
        self.trace.setObjectName(names.Xray.TRACE)
        self.more = IconButton("caret-down", "What is traced")
        self.more.setObjectName(names.Xray.MORE)
        self.with_tensors = QAction("With tensors", self)
        """Checked where their values are recorded too."""
        self.with_tensors.setCheckable(True)
        self.with_tensors.setToolTip("Their values stand with each span, and on the wires of the canvas.")
        self.with_tensors.toggled.connect(self._show_tensors)
        self.risk = QAction("", self)
        """What may go wrong where they are."""
        self.risk.setEnabled(False)
        self.more.clicked.connect(self._offer)
        self.show_list = IconButton("list", "Show the requests")
        self.show_list.setObjectName(names.Xray.LIST)
        self.show_span = IconButton("info", "Show the span")
        self.show_span.setObjectName(names.Xray.SPAN)
        self.next = Label("Trace the next", "dim")
        parts: tuple[QWidget, ...] = (self.show_list, self.show_span, self.next, self.number, self.open, self.export)
        for widget in (*parts, self.trace, self.more, KeyHint("T")):
            self.add_action(widget)
        self.hide_columns()

    def hide_columns(self) -> None:
        """Without a trace there is no column to show."""
        self.show_list.hide()
        self.show_span.hide()

    def _offer(self) -> None:
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        menu.addAction(self.with_tensors)
        if self.risk.text():
            menu.addAction(self.risk)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def _show_tensors(self, are_wanted: bool) -> None:
        self.next.setText("Trace with tensors the next" if are_wanted else "Trace the next")

    def show_recording(self, is_recording: bool, why_not: str, tensors_risk: str = "") -> None:
        """Says what *Trace* does now, or why it does nothing."""
        self.risk.setText(tensors_risk)
        self.more.setEnabled(not is_recording)
        self.trace.setText("Cancel" if is_recording else "Trace")
        self.trace.setAccessibleName("Trace no more requests" if is_recording else "Trace the next requests")
        self.trace.set_icon_name("x" if is_recording else "record")
        self.trace.setEnabled(is_recording or not why_not)
        self.trace.setToolTip("" if is_recording else why_not)
        self.number.setEnabled(not is_recording)
