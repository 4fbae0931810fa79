"""The problems room: what is wrong in the repository, with a way to it and a way out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studio.ui.problems import row_commands
from studio.ui.room import facts
from studio.ui.room.at_pointer import open_menu, turn_panel
from studio.ui.room.command import Command
from studio.ui.room.menus import ContextMenu, Menu, Scope
from studio.ui.room.room import Panel, Region, Room, StatusItem

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from studio.ui.problems.panel import ProblemsPanel
    from studio.ui.room.context import Context


def _panel(context: Context) -> ProblemsPanel:
    from studio.ui.problems import mending
    from studio.ui.problems.panel import ProblemsPanel

    panel = ProblemsPanel(context.session)
    panel.opened.connect(lambda finding: mending.reveal(context, panel, finding))
    panel.fix_wanted.connect(lambda finding: mending.press(context, panel, finding))
    panel.fix_all.clicked.connect(lambda: context.run("fix_repository"))
    panel.chosen.connect(context.selection.set_problem)
    panel.menu_asked.connect(lambda at: open_menu(context, ContextMenu.PROBLEM, at))
    context.bind_keys(panel.table, Scope.PROBLEMS)
    panel.target_wanted.connect(lambda: choose_target(context))
    panel.counted.connect(lambda count: context.count("problems", count))
    context.count("problems", len(context.session.findings))
    return panel


def _status(context: Context) -> QWidget:
    from studio.ui.problems.status import ProblemsEntry

    return ProblemsEntry(context)


def next_problem(context: Context) -> None:
    """Goes to the next problem from the cursor: those of the model in front first."""
    from studio.ui.problems.mending import go

    go(context, forward=True)


def previous_problem(context: Context) -> None:
    """Goes to the problem before the cursor, back the way that one came."""
    from studio.ui.problems.mending import go

    go(context, forward=False)


def quick_fix(context: Context) -> None:
    """Mends the problem at the cursor."""
    from studio.ui.problems.mending import quick_fix

    quick_fix(context)


def fix_model(context: Context) -> None:
    """Shows what can be mended without a look at it in the selected models, or in the one in front."""
    from studio.ui.problems.mending import fix_all

    fix_all(context, context.selection.models)


def fix_repository(context: Context) -> None:
    """Shows what can be mended without a look at it in all models."""
    from studio.ui.problems.mending import fix_all

    fix_all(context)


def choose_target(context: Context) -> None:
    """Asks for the server that problems are told for."""
    from studio.ui.problems.target import TargetDialog

    target = context.session.target
    context.ask(lambda window: TargetDialog(window, target, target.machine).open())


COMMANDS: tuple[Command[Context], ...] = (
    *row_commands.COMMANDS,
    Command(
        "show_problems",
        "Problems",
        Menu.VIEW,
        (2, 35),
        lambda context: turn_panel(context, "problems"),
        ("Ctrl+Shift+M",),
        "warning",
        facts.session,
    ),
    Command("next_problem", "Next problem", Menu.EDIT, (2, 10), next_problem, ("F8",), "warning", facts.repository),
    Command(
        "previous_problem",
        "Problem before",
        Menu.EDIT,
        (2, 15),
        previous_problem,
        ("Shift+F8",),
        needs=facts.repository,
    ),
    Command(
        "quick_fix",
        "Quick fix",
        Menu.EDIT,
        (2, 20),
        quick_fix,
        ("Ctrl+.",),
        "lightbulb",
        facts.repository,
        context_menus=frozenset({ContextMenu.TEXT, ContextMenu.PROBLEM}),
    ),
    Command(
        "fix_model",
        "Fix all safe problems of the model…",
        Menu.EDIT,
        (2, 30),
        fix_model,
        ("Ctrl+F8",),
        "magic-wand",
        facts.selected_model,
        context_menus=frozenset({ContextMenu.MODEL_ROW}),
    ),
    Command(
        "fix_repository",
        "Fix all safe problems of the repository…",
        Menu.EDIT,
        (2, 40),
        fix_repository,
        ("Ctrl+Shift+F8",),
        needs=facts.repository,
    ),
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
