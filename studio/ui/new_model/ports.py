"""The inputs or outputs of a new model: name, data type, dims, and the shape that a request carries."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from studio.core.config.datatypes import DATA_TYPES
from studio.core.config.dims import format_dims, parse_dims
from studio.core.new_model.proposal import Port, wire_shape
from studio.ui.new_model import names
from studio.ui.widgets import Chooser, IconButton, Label, LinkButton, MonoLabel, TextField
from studio.ui.widgets.structure import Row

_TYPES = tuple(kind.short for kind in DATA_TYPES)
_TITLES = ("Name", "Data type", "Dims", "Wire shape")


def parsed_dims(text: str) -> tuple[int, ...] | None:
    """The dims that a person wrote; None where they will not do."""
    try:
        found = tuple(parse_dims(text))
    except ValueError:
        return None
    return found if found and all(size == -1 or 0 < size < 1 << 63 for size in found) else None


def port_problem(ports: tuple[Port, ...], place: int) -> str:
    """What is wrong with one of the ports, or ""."""
    port = ports[place]
    if not port.name.strip():
        return "A tensor needs a name."
    if any(other.name == port.name for other in ports[:place]):
        return f"“{port.name}” is there twice."
    return ""


class PortTable(QWidget):
    """Rows to edit. Every edit gives the ports as they are then."""

    changed = Signal(object)
    """tuple[Port, ...]"""

    def __init__(self, side: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side = side
        self._ports: tuple[Port, ...] = ()
        self._batch = 0
        self._rows: list[_PortRow] = []
        self._body = QWidget(self)
        self._grid = QGridLayout(self._body)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        for column, share in enumerate((5, 0, 4, 5, 0)):
            self._grid.setColumnStretch(column, share)
        for column, title in enumerate(_TITLES):
            self._grid.addWidget(Label(title, "dim", 11, 500, self._body), 0, column)
        self._problem = Label("", "error", 12, parent=self)
        self._add = LinkButton(f"Add an {side}", "plus", "small", self)
        self._add.setObjectName(names.NewModel.ADD.format(side))
        self._add.clicked.connect(self._append)
        column_ = QVBoxLayout(self)
        column_.setContentsMargins(0, 0, 0, 0)
        column_.setSpacing(4)
        column_.addWidget(self._body)
        column_.addWidget(self._problem)
        column_.addWidget(Row(self._add, "stretch", parent=self))

    def set_ports(self, ports: tuple[Port, ...], batch: int) -> None:
        """Shows ports; a row that is there already is patched, so that the keyboard stays where it is."""
        self._ports, self._batch = ports, batch
        while len(self._rows) > len(ports):
            self._rows.pop().drop()
        while len(self._rows) < len(ports):
            self._rows.append(self._row(len(self._rows)))
        told = any(port.shape is not None for port in ports)
        for row, port in zip(self._rows, ports, strict=True):
            row.show_port(port, batch, removable=not told)
        self._body.setVisible(bool(ports))
        self._add.setVisible(not told)
        self._judge()

    @property
    def problem(self) -> str:
        """What is wrong with the rows, or ""."""
        return self._problem.text()

    def _row(self, place: int) -> _PortRow:
        made = _PortRow(self._side, place, self._body)
        made.put(self._grid, place + 1)
        made.name.textEdited.connect(lambda text: self._edit(place, name=text.strip()))
        made.kind.activated.connect(lambda index: self._edit(place, data_type=DATA_TYPES[index].config))
        made.dims.textEdited.connect(lambda text: self._edit_dims(place, text))
        made.remove.clicked.connect(lambda: self._take_out(place))
        return made

    def _edit(self, place: int, **values: Any) -> None:
        port = replace(self._ports[place], **values)
        self._put(place, replace(port, assumed=port.assumed and "name" in values))

    def _edit_dims(self, place: int, text: str) -> None:
        dims = parsed_dims(text)
        if dims is None:
            # The dims stay as they were; that they cannot be created with is to be seen at once.
            self._judge()
            self.changed.emit(self._ports)
            return
        port = self._ports[place]
        shape = port.shape
        if shape is not None:
            shape = (shape[0] if shape else -1, *dims) if self._batch > 0 else dims
        self._put(place, replace(port, dims=dims, shape=shape, assumed=False))

    def _put(self, place: int, port: Port) -> None:
        self._ports = (*self._ports[:place], port, *self._ports[place + 1 :])
        self._rows[place].show_shape(port, self._batch)
        self._judge()
        self.changed.emit(self._ports)

    def _append(self) -> None:
        taken = {port.name for port in self._ports}
        numbers = range(len(taken), 2 * len(taken) + 1)
        name = next(each for number in numbers if (each := f"{self._side}_{number}") not in taken)
        self.set_ports((*self._ports, Port(name, "TYPE_FP32", (-1,))), self._batch)
        self._rows[-1].name.setFocus()
        self._rows[-1].name.selectAll()
        self.changed.emit(self._ports)

    def _take_out(self, place: int) -> None:
        self.set_ports((*self._ports[:place], *self._ports[place + 1 :]), self._batch)
        self.changed.emit(self._ports)

    def _judge(self) -> None:
        said = ""
        for place, row in enumerate(self._rows):
            name = port_problem(self._ports, place)
            dims = (
                "" if parsed_dims(row.dims.text()) else "Dims are whole numbers with commas: -1 for any, else from 1."
            )
            row.name.set_state("error" if name else "")
            row.dims.set_state("error" if dims else "warning" if self._ports[place].assumed else "")
            said = said or name or dims
        self._problem.setText(said)
        self._problem.setVisible(bool(said))


class _PortRow:
    """The fields of one port."""

    def __init__(self, side: str, place: int, parent: QWidget) -> None:
        called = f"{side} {place + 1}"
        self.name = TextField("", dense=True, parent=parent)
        self.kind = Chooser(_TYPES, dense=True, parent=parent)
        self.dims = TextField("", dense=True, mono=True, parent=parent)
        self.wire = MonoLabel("", "dim", parent=parent)
        self.remove = IconButton("x", f"Take {called} out", size=12, parent=parent)
        self.kind.setFixedWidth(96)
        for part in (self.name, self.dims, self.wire):
            # The columns of both tables stand below one another, whatever is in them.
            part.setMinimumWidth(40)
            part.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        for key, title, field in (
            ("name", "Name", self.name),
            ("type", "Data type", self.kind),
            ("dims", "Dims", self.dims),
        ):
            field.setObjectName(names.NewModel.PORT.format(side, place, key))
            field.setAccessibleName(f"{title} of {called}")
        self.remove.setObjectName(names.NewModel.REMOVE.format(side, place))

    def _parts(self) -> tuple[QWidget, ...]:
        return (self.name, self.kind, self.dims, self.wire, self.remove)

    def put(self, grid: QGridLayout, row: int) -> None:
        """Takes its place in the table."""
        for column, part in enumerate(self._parts()):
            grid.addWidget(part, row, column, Qt.AlignmentFlag.AlignVCenter)

    def show_port(self, port: Port, batch: int, *, removable: bool) -> None:
        """Shows a port; a field that holds it already keeps its cursor."""
        if self.name.text().strip() != port.name:
            self.name.setText(port.name)
        self.kind.setCurrentText(port.data_type.removeprefix("TYPE_"))
        if parsed_dims(self.dims.text()) != (port.dims or (1,)):
            self.dims.setText(format_dims(port.dims or (1,)))
        self.remove.setVisible(removable)
        self.show_shape(port, batch)

    def show_shape(self, port: Port, batch: int) -> None:
        """Tells the shape of a request's tensor."""
        self.wire.setText(wire_shape(port, batch))
        self.wire.setToolTip(self.wire.text())

    def drop(self) -> None:
        """Removes the row's widgets."""
        for part in self._parts():
            part.hide()
            part.deleteLater()
