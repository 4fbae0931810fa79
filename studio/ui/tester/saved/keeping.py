"""Saving what stands in the form: over its file, under another name, and with what came as what is expected."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from studio.app import notices, tasks
from studio.app.session import Session
from studio.core.failure import CoreError
from studio.core.files.saving import Conflict
from studio.core.inference.requests import InferRequest
from studio.core.saved_requests.keeping.origins import Origins
from studio.core.saved_requests.keeping.saving_as import Chosen
from studio.failure import Failure
from studio.ui.tester.saved.expected.save_dialog import About, SaveDialog, ask_expected, ask_name
from studio.ui.tester.saved.opened import OpenedRequest
from studio.ui.tester.saved.save_queue import SaveQueue

if TYPE_CHECKING:
    from studio.core.saved_requests.folder import RequestFile, RequestFolder
    from studio.core.saved_requests.renewal import Renewal
    from studio.core.saved_requests.renewing import Written
    from studio.ui.tester.page import TesterPage
    from studio.ui.tester.saved.expected.judged import JudgedAnswer


class Keeping(QObject):
    """Saves by a key or a button, and asks only where something has to be chosen. UI thread only."""

    def __init__(self, session: Session, page: TesterPage, opened: OpenedRequest, judged: JudgedAnswer) -> None:
        super().__init__(page)
        self._saved, self._page = session.requests.saved, page
        self._opened, self._judged = opened, judged
        self._queue = SaveQueue()
        self._wrote: dict[tuple[Path, str], Mapping[str, Any]] = {}
        """What a save wrote last into the file of a request."""

    def save(self) -> None:
        """Keep the request that stands in the form; one that has no name yet is asked for it."""
        if not self._opened.name:
            self.save_as()
            return
        opened, folder = self._opened, self._saved.folder
        name, file, base = opened.name, opened.file, None if opened.is_gone else opened.base
        if file is None or file.name != name:
            notices.post_failure(CoreError("Save the request", "its file is being read.", "Save it in a moment."))
            return
        make = self._plan()
        if make is not None and folder is not None:
            origins = Origins(folder, self._page.inputs.origins())
            as_in_form = partial(_as_in_form, name, file, base, origins)
            known = [each.own for each in (file, opened.other) if each is not None]
            self._queue.add(name, lambda: self._write(folder, name, make, as_in_form, known))

    def _write(
        self,
        folder: RequestFolder,
        name: str,
        make: Callable[[], InferRequest],
        written: Callable[[InferRequest], Written],
        known: Sequence[Mapping[str, Any]],
    ) -> None:
        """Writes what stood in the form; the next one of the name waits until this one is over."""
        saved, opened, queue = self._saved, self._opened, self._queue

        def work() -> tuple[InferRequest, Written]:
            now = make()
            return now, written(now)

        def failed(failure: Failure) -> None:
            queue.end(name)
            notices.post_failure(failure)

        def done(now: InferRequest, tree: Mapping[str, Any]) -> None:
            self._wrote[folder.root, name] = tree
            queue.end(name)
            if opened.name == name and saved.folder == folder:
                opened.saved(now)

        def keep(found: tuple[InferRequest, Written]) -> None:
            if folder == saved.folder:
                last = self._wrote.get((folder.root, name))
                there = known if last is None else [*known, last]
                saved.save(name, found[1], lambda _: done(found[0], found[1].tree), failed, there)
            else:
                queue.end(name)

        tasks.run(self, lambda _: work(), keep, failed)

    def save_as(self) -> None:
        """Ask for a name and keep the request under it."""
        folder, before = self._saved.folder, self._opened.name
        if folder is None:
            why = "no repository is open, and no server is attached to."
            notices.post_failure(CoreError("Save the request", why, "Open one: requests are kept beside it."))
            return

        file = None if self._opened.is_gone else self._opened.file
        origins = Origins(folder, self._page.inputs.origins())
        base = self._opened.base

        def ask(now: InferRequest) -> None:
            outputs = self._judged.outputs_for(now)
            entry = self._saved.entries.get(before)
            about = About(
                folder,
                self._free_name(before or now.model),
                ", ".join(entry.tags) if entry is not None else "",
                outputs,
                _told(file) if file is not None else {},
                origins.outside(),
            )

            def keep(dialog: SaveDialog) -> None:
                where = replace(origins, copies=dialog.copies.isChecked())
                chosen = dialog.told()
                self._keep_new(folder, chosen, now, before, lambda: _saved_as(chosen, now, where, file, base))

            ask_name(self._page, about, self._saved.names, keep)

        self._made(ask)

    def _keep_new(
        self, folder: RequestFolder, chosen: Chosen, now: InferRequest, before: str, make: Callable[[], Written]
    ) -> None:
        def keep(written: Written) -> None:
            if folder == self._saved.folder:
                self._saved.save(chosen.name, written, lambda _: self._adopted(chosen.name, now, before))

        self._work(make)(keep)

    def _adopted(self, name: str, now: InferRequest, before: str) -> None:
        if self._opened.name == before:
            self._opened.adopt(name, now)
            self._judged.judge_again()

    def keep_answer(self) -> None:
        """What came becomes what is expected, in the way in which it is expected."""
        from studio.core.saved_requests.renewing import renewed

        file, outputs = self._opened.file, self._judged.outputs
        if file is not None:
            self._rewrite(file.name, lambda own: renewed(file.name, own, outputs))

    def expect(self) -> None:
        """Ask how each output is expected."""
        folder, file = self._saved.folder, self._opened.other or self._opened.file
        outputs = self._judged.outputs
        if folder is None or file is None or not outputs:
            return
        about = About(folder, file.name, outputs=outputs, before=_told(file))

        def keep(dialog: SaveDialog) -> None:
            self._saved.bound(folder, "Keep as expected", lambda: self._keep_expected(dialog, file))[1]()

        ask_expected(self._page, about, keep)

    def _keep_expected(self, dialog: SaveDialog, file: RequestFile) -> None:
        from studio.core.saved_requests.renewing import expecting

        outputs, ways = dialog.rows.expected()

        def make(own: Mapping[str, Any]) -> Written:
            if own.get("expect") != file.own.get("expect"):
                why = "another program changed what it expects meanwhile."
                raise Conflict(f"Keep what came as expected by {file.name}", why, "Nothing was written: look at it.")
            return expecting(file.name, own, outputs, ways)

        self._rewrite(file.name, make)

    def _rewrite(self, name: str, make: Callable[[Mapping[str, Any]], Written]) -> None:
        """Writes another expectation into the file, which can be taken back."""
        from studio.core.saved_requests.renewal import renewal, take_back

        saved, judged = self._saved, self._judged
        folder = saved.folder
        if folder is None:
            return

        def write(each: RequestFolder) -> Renewal:
            found = renewal(each, name, make)
            each.write(name, found.new.tree, found.new.files)
            return found

        def done(found: Renewal) -> None:
            judged.judge_again()

            def back() -> None:
                saved.change(lambda each: take_back(each, (found,)), lambda _: judged.judge_again())

            undo = saved.bound(folder, "Undo", back)
            notices.post("success", f"{name} expects what came", "", (undo,), key=f"expected {name}")

        saved.change(write, done)

    def _made(self, then: Callable[[InferRequest], object]) -> None:
        """Makes the request that stands in the form, and hands it on."""
        make = self._plan()
        if make is not None:
            tasks.run(self, lambda _: make(), then, notices.post_failure, key="made")

    def _plan(self) -> Callable[[], InferRequest] | None:
        """What makes the request that stands in the form now; None where it cannot be, which is said."""
        page, metadata = self._page, self._page.metadata
        if metadata is None:
            why = "it is not known what the model takes."
            notices.post_failure(CoreError("Save the request", why, "Choose a model that is ready."))
            return None
        try:
            return page.plan(metadata)
        except CoreError as error:
            notices.post_failure(CoreError("Save the request", error.reason, error.remedy))
            return None

    def _work(self, work: Callable[[], tasks.T]) -> Callable[[Callable[[tasks.T], object]], object]:
        return lambda then: tasks.run(self, lambda _: work(), then, notices.post_failure)

    def _free_name(self, wanted: str) -> str:
        taken = set(self._saved.names)
        if wanted not in taken:
            return wanted
        return next(name for number in range(2, len(taken) + 3) if (name := f"{wanted} {number}") not in taken)


def _told(file: RequestFile) -> dict[str, Mapping[str, Any]]:
    """How the file says that each output is expected."""
    before = file.tree.get("expect")
    known: Mapping[str, Any] = before if isinstance(before, Mapping) else {}
    return {name: each for name, each in known.items() if isinstance(each, Mapping)}


def _as_in_form(
    name: str, file: RequestFile, base: InferRequest | None, origins: Origins, now: InferRequest
) -> Written:
    """The file as it was opened, with what is another in the form; a new one where it is not known what it says."""
    from studio.core.saved_requests.renewing import from_request, updated

    if base is None or now.model != base.model:
        return from_request(name, now, origins=origins)
    return updated(name, file, base, now, origins)


def _saved_as(
    chosen: Chosen, now: InferRequest, origins: Origins, file: RequestFile | None, base: InferRequest | None
) -> Written:
    from studio.core.saved_requests.keeping.saving_as import saved_as

    return saved_as(chosen, now, origins, file, base)
