"""The saved request that is open in the tester: filled into the form, compared with its file, kept, and let go of."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from studio.app import notices, tasks
from studio.app.session import Session
from studio.core.failure import CoreError
from studio.core.inference.requests import InferRequest, ModelMetadata
from studio.core.saved_requests.folder import RequestFile
from studio.core.saved_requests.variables import used
from studio.failure import Failure
from studio.ui.tester.saved.comparison import Comparison
from studio.ui.tester.saved.drafts import Drafts
from studio.ui.tester.saved.filling import FormOfModel, asks_the_same, fill

if TYPE_CHECKING:
    from studio.ui.tester.page import TesterPage


class OpenedRequest(QObject):
    """At most one is open. Changes that are not saved are kept by name when another one is opened. UI thread only."""

    changed = Signal()
    """Another one is open, it was changed or saved, or its file is another."""
    refused = Signal(object)
    """Failure: why one could not be opened."""

    def __init__(self, session: Session, page: TesterPage) -> None:
        super().__init__(page)
        self.name = ""
        """The one that is open; empty for a request that was never saved."""
        self.file: RequestFile | None = None
        self.is_changed = False
        """Whether the form has another request than the file."""
        self.other: RequestFile | None = None
        """What another program wrote into the file since it was read; None where nothing."""
        self.is_gone = False
        """Whether another program removed the file."""
        self.form = FormOfModel(session, page)
        self.drafts = Drafts(self)
        """Changes that are not saved of requests that are not open."""
        self._session, self._saved, self._page = session, session.requests.saved, page
        self._comparison = Comparison(page)
        self._comparison.told.connect(self._tell_changed)
        self._comparison.left.connect(self.close)
        self._wanted = ""
        self._is_rereading = False
        """Whether it was saved from here, and the file was not read again yet."""
        self.drafts.changed.connect(self.changed)
        page.left.connect(self._leave)
        page.inputs_changed.connect(self._fill_again)
        page.inputs.options.sequence.was_set.connect(self._see_flag)
        self._saved.variables_changed.connect(self._see_variables)
        self._saved.changed.connect(self._look)
        self._root = self._saved.folder.root if self._saved.folder is not None else None

    def open(self, name: str) -> None:
        """Fill the form with a saved request; changes of the one that is open are kept for later."""
        if self._saved.folder is None:
            return
        if name == self.name and self._comparison.base is not None:
            self._stay()
            return
        self._leave()
        self._wanted = name
        self._saved.read(name, self._read, lambda why: self._not_opened(why) if name == self._wanted else None)

    def _read(self, file: RequestFile) -> None:
        from studio.core.saved_requests.building import filled_request

        if file.name != self._wanted or self._saved.folder is None:
            return
        folder = self._saved.folder
        try:
            saved = filled_request(file, self._saved.variables)
        except CoreError as error:
            self._not_opened(error)
            return

        def fill(metadata: ModelMetadata) -> None:
            from studio.core.saved_requests.building import build

            tasks.run(
                self,
                lambda _: build(folder, file.name, saved, metadata),
                lambda request: self._fill(file, request),
                self._not_opened,
                key="build",
            )

        self.name, self.file, self._comparison.base = file.name, file, None
        self.other, self.is_gone, self.is_changed = None, False, False
        self._page.answer.clear()
        self.changed.emit()
        if not self.form.of(saved.model, fill):
            self.form.offline(file.name, saved, fill, self.refused.emit)

    def _fill(self, file: RequestFile, request: InferRequest) -> None:
        if file is not self.file:
            return
        page, metadata = self._page, self._page.metadata
        if metadata is None or metadata.name != request.model:
            # Another model was chosen by hand while its tensors were read.
            self.close()
            return
        page.answer.clear()
        fill(page, request, f"of {file.name}")
        try:
            make = page.plan(metadata)
        except CoreError as error:
            self._not_opened(error)
            return
        tasks.run(self, lambda _: make(), lambda base: self._based(file, base), self._not_opened, key="base")

    def _based(self, file: RequestFile, base: InferRequest) -> None:
        if file is not self.file:
            return
        self._comparison.base = base
        draft = self.drafts.take(file.name)
        if draft is not None:
            fill(self._page, draft, f"of {file.name}, changed")
        self._comparison.note()
        self.changed.emit()

    def _stay(self) -> None:
        """The one that is in the form stays there, whichever was to be opened."""
        self._wanted = self.name
        self.drafts.take(self.name)
        self._comparison.note()

    def _not_opened(self, failure: Failure) -> None:
        if self._comparison.base is not None:
            self._stay()
        self.refused.emit(failure)
        self.changed.emit()

    def close(self) -> None:
        """Let go of it: what stands in the form is a request that was never saved."""
        self._leave()
        self.name, self.file, self._comparison.base = "", None, None
        self.form.forget()
        self.other, self.is_gone, self.is_changed = None, False, False
        self.changed.emit()

    def _fill_again(self) -> None:
        """The model takes other inputs: what stands in the form is filled in anew."""
        name = self.name
        if self._comparison.base is not None:
            self._leave()
            self._comparison.base = None
            self.open(name)

    def _see_flag(self, flag: str, is_on: bool) -> None:
        """What sending makes of the flags of a sequence is no change of the saved request."""
        base = self._comparison.base
        if base is not None and self._page.inputs.options.sequence.id.text().strip() == str(base.sequence_id):
            begins, ends = replace(base, sequence_start=is_on), replace(base, sequence_end=is_on)
            self._comparison.base = begins if flag == "start" else ends

    def _see_variables(self, names: frozenset[str]) -> None:
        """Variables have other values: the form takes them, unless it was changed."""
        file, folder = self.file, self._saved.folder
        if file is None or folder is None or folder.root != self._root or not used(dict(file.tree)) & names:
            return
        if self.is_changed:
            title = f"{file.name} was changed in the form, and keeps the values of its variables"
            notices.post("info", title, "Save it, or take its file again, to send the new ones.")
            return
        # What was typed in this very moment is kept, as where another one is opened.
        self._leave()
        self._comparison.base, self._wanted = None, file.name
        self._read(file)

    def revert(self) -> None:
        """Fill the form with what the file says now."""
        name = self.name
        self.drafts.take(name)
        self._comparison.base = None
        self.is_changed = False
        self.open(name)

    # Changes

    @property
    def base(self) -> InferRequest | None:
        """The request as its file says it; None while it is not known."""
        return self._comparison.base

    @property
    def changed_names(self) -> frozenset[str]:
        """All with changes that are not saved."""
        return frozenset({*self.drafts.names, *({self.name} if self.name and self.is_changed else ())})

    def _tell_changed(self, is_changed: bool) -> None:
        if is_changed != self.is_changed:
            self.is_changed = is_changed
            self.changed.emit()

    def _leave(self) -> None:
        """Keeps what is not saved."""
        name, base, root = self.name, self._comparison.base, self._root
        self._wanted = ""
        self._comparison.stop()
        if name and base is not None:
            # It is planned now: the form is filled anew in a moment.
            self.drafts.make(self._page, base, lambda made: self._keep_draft(name, base, made, root))

    def _keep_draft(self, name: str, base: InferRequest, made: InferRequest, root: Path | None) -> None:
        if root != self._root or (name == self._wanted and self._comparison.base is base):
            # There are other requests now, or it never left the form.
            return
        if name == self._wanted == self.name and self._comparison.base is not None:
            fill(self._page, made, f"of {name}, changed")
            self._comparison.note()
        elif name in self._saved.entries:
            self.drafts.keep(name, made)

    # The file

    def _look(self, *_: object) -> None:
        """The folder was read again: is the file still the one that was opened?"""
        root = self._saved.folder.root if self._saved.folder is not None else None
        if root != self._root:
            self._root = root
            self.drafts.keep_only(())
            self._comparison.base = None
            self.close()
            return
        self.drafts.keep_only(self._saved.entries)
        if not self.name or self.file is None:
            self.changed.emit()
            return
        if self.name not in self._saved.entries:
            self.is_gone = True
            self.changed.emit()
            return
        name = self.name
        self._saved.read(name, lambda file: self._see(file), lambda _failure: None)

    def _see(self, file: RequestFile) -> None:
        if file.name != self.name or self.file is None or self._is_rereading:
            return
        self.is_gone = False
        if (file.own, file.tree, file.variables) == (self.file.own, self.file.tree, self.file.variables):
            self.other = None
        elif self.is_changed or self._comparison.base is None:
            self.other = file
        elif asks_the_same(file, self.file):
            # Only what is expected is another, or what is noted: the form stays as it is.
            self.file = file
        else:
            # What was read is taken at once: another look at the folder may be under way.
            self._comparison.base, self._wanted = None, file.name
            self._read(file)
            return
        self.changed.emit()

    def saved(self, now: InferRequest) -> None:
        """It was saved as it stood in the form then."""
        self._comparison.base, self.other, self.is_gone = now, None, False
        self.is_changed = False
        self._reread()

    def adopt(self, name: str, now: InferRequest) -> None:
        """What stands in the form was saved under a name: that one is open from now on."""
        self.drafts.take(name)
        # What is still read or built of another file is no longer for the form.
        self.name, self.file, self._comparison.base = name, None, now
        self.other, self.is_gone, self.is_changed = None, False, False
        self._reread()

    def follow_name(self, old: str, new: str) -> None:
        """A request has another name now."""
        self.drafts.rename(old, new)
        if self.name == old:
            self.name, self.is_gone, self.other = new, False, None
            self._reread()
            self.changed.emit()

    def _reread(self) -> None:
        name, self._is_rereading = self.name, True

        def read(file: RequestFile) -> None:
            self._is_rereading = False
            if self.name == name:
                self.file = file
                self._comparison.note()
                self.changed.emit()

        def not_read(failure: Failure) -> None:
            self._is_rereading = False
            notices.post_failure(failure)

        self._saved.read(name, read, not_read)
