"""How a person applies fixes: one at once, several by a choice; what changes files or folders is asked for first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu, QWidget

from studio.ui.look.icons import icon
from studio.ui.room import names
from studio.ui.widgets.dialogs import confirm

if TYPE_CHECKING:
    from studio.app.session import Session
    from studio.core.checking.findings import FileMove, Finding, Fix

_LONGEST = 80
"""Characters of a problem above its fixes in a menu."""


def apply_fix(parent: QWidget, session: Session, finding: Finding, fix: Fix) -> None:
    """Makes an edit at once; what moves, makes or removes a file or folder is named and asked for first."""
    if not fix.touches:
        session.apply_fix(finding, fix)
        return
    title, (text, verb, kind) = f"{fix.title}?", _change(fix)
    confirm(parent.window(), title, text, verb, lambda: session.apply_fix(finding, fix), kind)


def offer_fixes(parent: QWidget, session: Session, found: Sequence[tuple[Finding, Fix]], at: QPoint) -> QMenu | None:
    """Applies the one fix that there is, or gives the menu, opened at a place of the screen, that lets one choose.

    What is read only with leave is chosen too: nobody gives it without having seen what for.
    """
    if len(found) == 1 and found[0][1].read is None:
        apply_fix(parent, session, *found[0])
        return None
    menu = QMenu(parent)
    menu.setObjectName(names.Fixes.MENU)
    menu.setAccessibleName("Fixes for the problem here")
    _fill(menu, found)
    menu.triggered.connect(lambda action: apply_fix(parent, session, *action.data()))
    menu.aboutToHide.connect(menu.deleteLater)
    menu.setActiveAction(next(action for action in menu.actions() if action.isEnabled()))
    menu.popup(at)
    return menu


def _fill(menu: QMenu, found: Sequence[tuple[Finding, Fix]]) -> None:
    """The fixes, those of several problems each below the words of its own."""
    told = None
    has_several = len({finding.message for finding, _ in found}) > 1
    for finding, fix in found:
        if has_several and finding.message != told:
            told = finding.message
            words = told if len(told) <= _LONGEST else f"{told[: _LONGEST - 1]}…"
            menu.addAction(words.replace("&", "&&")).setEnabled(False)
        action = menu.addAction(icon("lightbulb", "accent"), fix.title.replace("&", "&&"))
        action.setToolTip(finding.message)
        action.setData((finding, fix))


def _change(fix: Fix) -> tuple[str, str, str]:
    """What a fix does to files, what the button that does it says, and its kind; empty for a mere edit."""
    if fix.move is not None:
        return _move(fix.move)
    if fix.make is not None:
        return f"Makes the folder “{fix.make.path.name}” in {fix.make.path.parent}.", "Make the folder", "primary"
    return "", "", ""


def _move(move: FileMove) -> tuple[str, str, str]:
    source, target = move.source, move.target
    if target is None:
        return f"{source} goes to the trash of the system.", "Move to the trash", "danger"
    if target.parent == source.parent:
        return f"“{source.name}” in {source.parent} is called “{target.name}” then.", "Rename", "primary"
    return f"{source} is moved to {target}.", "Move", "primary"
