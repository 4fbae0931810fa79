"""The commands on the problem whose row is selected, by key and in the menu at the pointer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from studio.ui.room import facts
from studio.ui.room.command import Command
from studio.ui.room.menus import ContextMenu, Menu, Scope

if TYPE_CHECKING:
    from studio.core.checking.findings import Finding
    from studio.ui.room.context import Context


def _go(context: Context, finding: Finding) -> None:
    from studio.ui.problems.mending import reveal
    from studio.ui.problems.panel import ProblemsPanel

    panel = context.panel("problems")
    if isinstance(panel, ProblemsPanel):
        reveal(context, panel, finding)


def _copy(_: Context, finding: Finding) -> None:
    from PySide6.QtGui import QGuiApplication

    place = f"{finding.file}{f':{finding.line}' if finding.line else ''}: " if finding.file is not None else ""
    server = f"\n{finding.server_text}" if finding.server_text else ""
    text = f"{place}{finding.severity.value}: {finding.message} [{finding.rule}]{server}"
    QGuiApplication.clipboard().setText(text)


def _explain(context: Context, finding: Finding) -> None:
    from studio.ui.problems.explain import ExplainDialog

    context.ask(lambda window: ExplainDialog(window, finding, lambda: _go(context, finding)).open())


def _ignore(context: Context, finding: Finding) -> None:
    from studio.app.repository.ignoring import ignore_rule
    from studio.core.checking.project.ignoring import ignoring_path
    from studio.ui.problems.ignore import IgnoreDialog

    session = context.session
    if session.repository is None:
        return
    path = ignoring_path(session.repository.path)

    def then(reason: str, models: tuple[str, ...]) -> None:
        ignore_rule(session, path, finding.rule, reason, models)

    context.ask(lambda window: IgnoreDialog(window, finding, path, then).open())


def _on_problem(
    id_: str, text: str, order: int, run: Callable[[Context, Finding], object], key: str, icon: str
) -> Command[Context]:
    def run_on(context: Context) -> None:
        if context.selection.problem is not None:
            run(context, context.selection.problem)

    return Command(
        id_,
        text,
        Menu.PROBLEMS,
        (0, order),
        run_on,
        (key,),
        icon,
        facts.selected_problem,
        scope=Scope.PROBLEMS,
        context_menus=frozenset({ContextMenu.PROBLEM}),
    )


COMMANDS: tuple[Command[Context], ...] = (
    _on_problem("problem_go", "Go to the problem", 10, _go, "Return", "arrow-right"),
    _on_problem("problem_explain", "Explain the problem", 20, _explain, "Alt+Return", "info"),
    _on_problem("problem_copy", "Copy the message", 30, _copy, "Ctrl+C", "copy"),
    _on_problem("problem_ignore", "Ignore in trireme.toml…", 40, _ignore, "Alt+I", "eye-slash"),
)
