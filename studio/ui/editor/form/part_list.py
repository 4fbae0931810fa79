"""Parts that stand below one another: shown where they apply, spoken to by path."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from studio.core.checking.findings import Finding
from studio.core.config.draft import Draft
from studio.text.tree import Path
from studio.ui.editor.form.part import FormPart


class PartList:
    """The parts of a section or of a message."""

    def __init__(self) -> None:
        self.all: list[FormPart] = []
        self._asked: set[FormPart] = set()

    def show_draft(self, draft: Draft) -> None:
        """Shows a draft in every part that has its place in it."""
        for part in self.all:
            self.show_part(part, draft)

    def show_part(self, part: FormPart, draft: Draft) -> None:
        """Shows a draft in one part."""
        shown = part in self._asked or (part.applies(draft) and (part.is_usual or part.is_set(draft)))
        part.setVisible(shown)
        if shown:
            part.show_draft(draft)
            part.show_state(draft)

    def show_findings(self, found: Sequence[Finding]) -> list[Finding]:
        """Shows each problem at the part that is nearest to its path; gives those that are near none."""
        near: dict[FormPart, list[Finding]] = {part: [] for part in self.all}
        left: list[Finding] = []
        for finding in found:
            part = self.at(finding.path)
            (near[part] if part is not None else left).append(finding)
        for part, its in near.items():
            part.show_findings(its)
        return left

    def at(self, path: Path) -> FormPart | None:
        """The part that is nearest to a path."""
        best = max(self.all, key=lambda part: part.nearness(path), default=None)
        return best if best is not None and best.nearness(path) else None

    def reveal(self, path: Path, draft: Draft) -> QWidget | None:
        """Brings out the control that stands for a path."""
        part = self.at(path)
        if part is None:
            return None
        if part.isHidden():
            self._asked.add(part)
            self.show_part(part, draft)
        return part.reveal(path) or part
