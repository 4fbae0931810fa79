"""The problems room: what is wrong in the repository, with a way to it and a way out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.ui.room import facts
from studio.ui.room.command import Command
from studio.ui.room.menus import Menu
from studio.ui.room.page import HasProblems
from studio.ui.room.place import ModelPlace, PanelPlace
from studio.ui.room.room import Panel, Region, Room, StatusItem

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from studio.core.checking.findings import Finding
    from studio.ui.problems.panel import ProblemsPanel
    from studio.ui.room.context import Context


def _panel(context: Context) -> ProblemsPanel:
    from studio.ui.problems.panel import ProblemsPanel

    panel = ProblemsPanel(context.session)
    panel.opened.connect(lambda finding: _reveal(context, finding))
    panel.target_wanted.connect(lambda: choose_target(context))
    panel.counted.connect(lambda count: context.count("problems", count))
    context.count("problems", len(context.session.findings))
    return panel


def _status(context: Context) -> QWidget:
    from studio.ui.problems.status import ProblemsEntry

    return ProblemsEntry(context)


def _reveal(context: Context, finding: Finding) -> None:
    """Shows the place of a problem; one of the repository as a whole has none."""
    repository = context.session.repository
    if repository is not None and repository.model(finding.model) is not None:
        context.show(ModelPlace(finding.model, finding.span or finding.path or None))


def _shown(context: Context) -> ProblemsPanel | None:
    from studio.ui.problems.panel import ProblemsPanel

    panel = context.show(PanelPlace("problems"))
    return panel if isinstance(panel, ProblemsPanel) else None


def next_problem(context: Context) -> None:
    """Goes to the next problem."""
    panel = _shown(context)
    if panel is not None:
        panel.next()


def quick_fix(context: Context) -> None:
    """Applies the fix of the problem at hand: that of the field in front, else the one that is selected."""
    from studio.ui.problems.panel import ProblemsPanel

    page = context.front()
    finding = None
    if isinstance(page, HasProblems):
        if page.open_fixes():
            return
        finding = page.finding_at_cursor()
    panel = context.panel("problems")
    if not isinstance(panel, ProblemsPanel):
        return
    done = panel.fix(finding) if finding else panel.fix_current()
    if not done:
        context.show(PanelPlace("problems"))


def choose_target(context: Context) -> None:
    """Asks for the server that problems are told for."""
    from studio.ui.problems.target import TargetDialog

    target = context.session.target
    context.ask(lambda window: TargetDialog(window, target, target.machine).open())


COMMANDS: tuple[Command[Context], ...] = (
    Command("next_problem", "Next problem", Menu.EDIT, (2, 10), next_problem, ("F8",), "warning", facts.problem),
    Command("quick_fix", "Quick fix", Menu.EDIT, (2, 20), quick_fix, ("Ctrl+.",), "lightbulb", facts.problem),
    Command(
        "choose_target",
        "Check for another server…",
        Menu.SERVER,
        (2, 10),
        choose_target,
        (),
        "funnel-simple",
        facts.repository,
    ),
)
ROOM = Room(
    "problems",
    "Problems",
    "warning",
    "Everything that the server would refuse or warn of, with its place and its fix.",
    COMMANDS,
    panels=(Panel("problems", "Problems", Region.FOOT, _panel, 10),),
    status=(StatusItem(_status, 92),),
)
