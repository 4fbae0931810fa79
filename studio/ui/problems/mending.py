"""From problem to problem by a key, and the fix of the one at hand: only ever in what is in front."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from studio.app.editing.open_files import is_model_file
from studio.app.repository.fixing import take_mended
from studio.core.checking.mending import Mended, has_safe
from studio.core.checking.served import is_in_picked
from studio.ui.problems.fix_all import FixAllDialog
from studio.ui.problems.panel import ProblemsPanel
from studio.ui.problems.walk import Spot
from studio.ui.room.fixing import apply_fix, offer_fixes
from studio.ui.room.page import FilePage, HasProblems, OffersFixes
from studio.ui.room.place import FilePlace, ModelPlace, PanelPlace, ReviewPlace
from studio.ui.widgets.deletion import unless_deleted

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from studio.core.checking.findings import Finding
    from studio.core.files.repository import ModelFolder
    from studio.text.tree import Path, Span
    from studio.ui.room.context import Context


def go(context: Context, forward: bool) -> None:
    """Goes to the next problem from the cursor, or to the one before."""
    panel = context.show(PanelPlace("problems"))
    if isinstance(panel, ProblemsPanel):
        _spot(context, panel)
        context.session.checker.when_checked(unless_deleted(panel, lambda: _step(context, panel, forward)))


def _step(context: Context, panel: ProblemsPanel, forward: bool) -> None:
    repository = context.session.repository
    models = [folder.name for folder in repository.folders] if repository else []
    found = panel.walk.step(_spot(context, panel), [*models, ""], forward)
    if found is None:
        hidden = "Those that there are were filtered out." if context.session.findings else ""
        context.tell("info", "There is no problem to go to", hidden)
    else:
        reveal(context, panel, found)


def _spot(context: Context, panel: ProblemsPanel) -> Spot:
    """Where the person is: at a row of the panel, or in the model in front, whose typing becomes an edit."""
    row = panel.focused()
    if row is not None:
        spot = Spot(row.model, row.span.start if row.span else -1)
        panel.walk.stand(row, spot)
        return spot
    page = context.front()
    return Spot(page.model.name, page.cursor_offset()) if isinstance(page, HasProblems) else Spot()


def reveal(context: Context, panel: ProblemsPanel, finding: Finding) -> None:
    """Shows the place of a problem; where it has none in a text its row in the panel gets the keyboard."""
    panel.select(finding)
    repository = context.session.repository
    folder = repository.model(finding.model) if repository else None
    page = None
    if folder is not None and not folder.is_stray:
        at = None if is_in_picked(finding, folder) else finding.span or finding.path or None
        page = context.show(_place(finding, folder, at))
        if isinstance(page, FilePage):
            panel.walk.stand(finding, _spot(context, panel))
            return
        if page is not None and at is None:
            page = None
    if page is None:
        panel.table.setFocus()
    panel.walk.stand(finding, _spot(context, panel))


def _place(finding: Finding, folder: ModelFolder, at: Path | Span | None) -> ModelPlace | FilePlace:
    """The file of a problem that is in another text than the configuration, else the model."""
    file = finding.file
    if at is None and file is not None and file != folder.config_path and file.is_file() and not is_model_file(file):
        return FilePlace(file, finding.line)
    return ModelPlace(finding.model, at)


def quick_fix(context: Context) -> None:
    """Mends the problem at the cursor of what is in front; where several fixes would do one is chosen."""
    panel = context.panel("problems")
    if isinstance(panel, ProblemsPanel):
        _spot(context, panel)
        context.session.checker.when_checked(unless_deleted(panel, lambda: _offer(context, panel)))


def _offer(context: Context, panel: ProblemsPanel) -> None:
    here = panel.walk.here(_spot(context, panel))
    at, is_row = panel.row_spot(), panel.focused() is not None
    if here is not None and is_row:
        # The row may be of a model that is not in front: what is mended is seen.
        reveal(context, panel, here)
    page = context.front()
    found = [here] if here is not None else []
    if isinstance(page, OffersFixes) and not is_row:
        at = page.fix_spot()
        found = found if here is not None and here.fixes else page.findings_here()
    fixes = [(each, fix) for each in found for fix in each.fixes]
    if fixes:
        context.ask(lambda window: offer_fixes(window, context.session, fixes, at))
    elif found:
        context.tell("info", "Nothing to fix here", f"There is no fix for this: {found[0].message}")
    else:
        context.tell("info", "Nothing to fix here", "F8 goes to the next problem.")


def press(context: Context, panel: ProblemsPanel, finding: Finding) -> None:
    """The fix that the row of a problem offers, with what it mends in front."""
    reveal(context, panel, finding)
    context.ask(lambda window: apply_fix(window, context.session, finding, finding.fixes[0]))


def fix_all(context: Context, models: Sequence[str] = ()) -> None:
    """Shows what can be mended without a look at it in these models, in all of them where none is given."""
    session = context.session
    page = context.front()
    if isinstance(page, HasProblems):
        page.cursor_offset()

    def ask(window: QWidget) -> FixAllDialog:
        repository = session.repository
        there = [folder.name for folder in repository.models] if repository else []
        wanted = [name for name in models or there if any(map(has_safe, session.findings_of(name)))]
        what = models[0] if len(models) == 1 else f"{len(models)} models" if models else "the repository"
        dialog = FixAllDialog(window, session, wanted, what)
        dialog.chosen.connect(lambda mended: _take(context, mended))
        dialog.open()
        return dialog

    session.checker.when_checked(lambda: context.ask(ask))


def _take(context: Context, mended: tuple[Mended, ...]) -> None:
    """Puts what was chosen in place, and says what became of it."""
    done = take_mended(context.session, mended)
    names = tuple(text.name for text in done.texts)
    count = sum(len(each.titles) for each in mended if each.model in names)
    late = f"{', '.join(done.late)} changed meanwhile and {'was' if len(done.late) == 1 else 'were'} left alone."
    where = names[0] if len(names) == 1 else f"{len(names)} models"
    text = f"{count} fix{'' if count == 1 else 'es'} in {where}" if names else "Nothing was mended"
    review = ("Review changes…", lambda: context.show(ReviewPlace(names)))
    actions = (("Undo", done.undo), review) if names else ()
    context.tell("success" if names else "warning", text, late if done.late else "", actions)
