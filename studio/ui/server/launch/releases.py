"""Chooses a release of NVIDIA's image and its variant: server, CUDA, driver, Python, backends, and what is here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from studio.core.checking.images import VARIANTS, backends_of
from studio.core.checking.profile import Release, release_text, releases, version_of
from studio.core.checking.releases import driver_fits, facts, newest_for_driver, release_in
from studio.core.files.sizes import size_text
from studio.core.serving.launching.image_names import NVIDIA, repository_of, tag_of
from studio.ui.server.launch.names import Releases
from studio.ui.widgets import Chooser, DenseDelegate, DenseTable, Label, Row, SearchField
from studio.ui.widgets.dialogs import Question
from studio.ui.widgets.tables import MONO, ROLE

if TYPE_CHECKING:
    from studio.app.serving.machine import Machine

_COLUMNS = ("Release", "Triton", "CUDA", "Driver", "Python", "ONNX Runtime", "Docker")
_WIDTHS = (72, 64, 88, 172, 64, 112)
_RELEASE = Qt.ItemDataRole.UserRole + 1
_NO_SERVER = "py3-sdk"


class ReleaseDialog(Question):
    """A field that narrows, the variant, and a table; `image()` is what was chosen."""

    def __init__(self, parent: QWidget, image: str, machine: Machine | None) -> None:
        super().__init__(parent, "Releases of Triton", _said(machine), Releases.DIALOG)
        self._machine = machine
        self._repository = repository_of(image) or NVIDIA
        self.setMinimumWidth(760)
        self.search = SearchField("Find a release, a CUDA or a driver")
        self.search.setObjectName(Releases.FIND)
        self.variant = Chooser(tuple(VARIANTS))
        self.variant.setObjectName(Releases.VARIANT)
        self.variant.setAccessibleName("Variant")
        self.what = Label("", "dim", 12)
        self.what.setWordWrap(True)
        self.table = DenseTable()
        self.table.setObjectName(Releases.TABLE)
        self.table.setAccessibleName("Releases")
        self._build()
        self._choose(image)

    def _build(self) -> None:
        line = Row(self.search, Label("Variant", "dim"), self.variant)
        line.box.setStretch(0, 1)
        self._rows = QStandardItemModel(0, len(_COLUMNS), self)
        self._rows.setHorizontalHeaderLabels(list(_COLUMNS))
        self.table.setModel(self._rows)
        self.table.setItemDelegate(DenseDelegate(26, self.table))
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setMinimumHeight(300)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        for place, width in enumerate(_WIDTHS):
            self.table.setColumnWidth(place, width)
        header.setStretchLastSection(True)
        for part in (line, self.table, self.what):
            self.column.addWidget(part)
        self.add_button("", "Cancel")
        self.add_button("yes", "Take it", "primary")
        self.finish()
        self.search.textChanged.connect(lambda _text: self._narrow())
        self.variant.currentIndexChanged.connect(lambda _index: self._fill())
        self.table.doubleClicked.connect(lambda _index: self.accept())
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._tell())

    def _choose(self, image: str) -> None:
        """Begins at the image as it is, else at the newest release that the driver runs."""
        ending = tag_of(image).partition("-")[2]
        self.variant.setCurrentText(ending if ending in VARIANTS else "py3")
        self._fill()
        driver = self._machine.driver if self._machine else ""
        self._select(release_in(image) or newest_for_driver(driver) or releases()[0])
        self.search.setFocus()

    def _fill(self) -> None:
        chosen = self.release()
        self._rows.removeRows(0, self._rows.rowCount())
        for each in releases():
            self._rows.appendRow(self._row(each))
        self._narrow()
        if chosen is not None:
            self._select(chosen)
        self._tell()

    def _row(self, release: Release) -> list[QStandardItem]:
        known = facts(release)
        here = self._here(release)
        driver = self._machine.driver if self._machine else ""
        texts = (release_text(release), version_of(release), known.cuda, known.driver, known.python, known.onnxruntime)
        items = [QStandardItem(text or "not known") for text in texts]
        items.append(QStandardItem(here))
        for text, item in zip(texts, items, strict=False):
            item.setData(bool(text), MONO)
            item.setData("text" if text else "faint", ROLE)
        items[0].setData(release, _RELEASE)
        if driver_fits(driver, release) is False:
            items[3].setData("warn", ROLE)
            items[3].setText(f"{known.driver}, not here")
        for item in items:
            item.setEditable(False)
        return items

    def _here(self, release: Release) -> str:
        """What Docker says of the image; nothing where it has none."""
        name = self._name(release)
        images = self._machine.images if self._machine else ()
        found = next((each for each in images if each.name == name), None)
        return f"here, {size_text(found.size)}" if found else ""

    def _name(self, release: Release) -> str:
        return f"{self._repository}:{release_text(release)}-{self.variant.currentText()}"

    def _narrow(self) -> None:
        words = self.search.text().casefold().split()
        for row in range(self._rows.rowCount()):
            text = " ".join(self._rows.item(row, place).text() for place in range(len(_COLUMNS))).casefold()
            self.table.setRowHidden(row, not all(word in text for word in words))
        shown = [row for row in range(self._rows.rowCount()) if not self.table.isRowHidden(row)]
        if shown and self.table.currentIndex().row() not in shown:
            self.table.selectRow(shown[0])

    def _select(self, release: Release) -> None:
        for row in range(self._rows.rowCount()):
            if self._rows.item(row, 0).data(_RELEASE) == release:
                self.table.selectRow(row)
                self.table.scrollTo(self._rows.index(row, 0))

    def release(self) -> Release | None:
        """The release that is chosen."""
        index = self.table.currentIndex()
        found = self._rows.index(index.row(), 0).data(_RELEASE) if index.isValid() else None
        return (found[0], found[1]) if found else None

    def image(self) -> str:
        """The image that is chosen; empty where none is."""
        release = self.release()
        return self._name(release) if release else ""

    def _tell(self) -> None:
        release, variant = self.release(), self.variant.currentText()
        held = backends_of(release, variant) if release else ()
        self.what.set_role("warn" if variant == _NO_SERVER else "dim")
        named = f" Backends: {', '.join(held)}." if held else ""
        self.what.setText(f"{VARIANTS[variant]}{named}")

    def accept(self) -> None:
        """Takes the image; the clients alone are no server."""
        if self.release() is not None and self.variant.currentText() != _NO_SERVER:
            super().accept()


def _said(machine: Machine | None) -> str:
    driver = machine.driver if machine else ""
    newest = newest_for_driver(driver)
    if newest is not None:
        return f"The driver {driver} of this machine runs GPUs up to release {release_text(newest)}."
    return "Sizes are those that Docker tells of images that are here."
