"""The problems as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from studio.ui.widgets.structure import SEVERITY_ICONS
from studio.ui.widgets.tables import AT_RIGHT, ICON, MONO, ROLE, Index, column_head

if TYPE_CHECKING:
    from studio.core.checking.findings import Finding

FINDING = Qt.ItemDataRole.UserRole + 1
HEADERS = ("Message", "Rule", "Model", "Line", "Fix")
MESSAGE, RULE, MODEL, LINE, FIX = range(5)
_ORDER = {"error": 0, "warning": 1, "hint": 2}


class ProblemsModel(QAbstractTableModel):
    """One finding a row, errors first; `shown` are the severities that are not filtered out."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: tuple[Finding, ...] = ()
        self._rows: list[Finding] = []
        self.shown: frozenset[str] = frozenset(_ORDER)

    def set_findings(self, findings: tuple[Finding, ...]) -> None:
        """Takes the findings of the whole repository."""
        self._all = findings
        rows = [f for f in findings if f.severity.value in self.shown]
        rows.sort(key=lambda f: (_ORDER[f.severity.value], f.model, f.line, f.column))
        if rows == self._rows:
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def show_severities(self, shown: frozenset[str]) -> None:
        """Shows only these severities."""
        self.shown = shown
        self.set_findings(self._all)

    def findings(self) -> list[Finding]:
        """The rows from the top."""
        return self._rows

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(HEADERS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return column_head(HEADERS, section, orientation, role, numbers=LINE)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        finding, column = self._rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(finding, column)
        if role == FINDING:
            return finding
        if role == Qt.ItemDataRole.ToolTipRole:
            return _tip(finding, column)
        if role == Qt.ItemDataRole.AccessibleTextRole and column == MESSAGE:
            return f"{finding.severity.value}: {finding.message}"
        if role == Qt.ItemDataRole.TextAlignmentRole and column == LINE:
            return AT_RIGHT
        return _look(finding, column, role)


def _text(finding: Finding, column: int) -> str:
    line = str(finding.line) if finding.line else "–"
    fix = finding.fixes[0].title if finding.fixes else ""
    return (finding.message, finding.rule, finding.model, line, fix)[column]


def _tip(finding: Finding, column: int) -> str:
    """What a narrow column may cut; elsewhere the server's words."""
    whole = _text(finding, column) if column in (MODEL, FIX) else ""
    return whole or finding.server_text or finding.message


def _look(finding: Finding, column: int, role: int) -> Any:
    if role == ICON and column == MESSAGE:
        return SEVERITY_ICONS[finding.severity.value]
    if role == MONO:
        return column == RULE
    return "dim" if role == ROLE and column != MESSAGE else None
