"""A witness of one open model: what its file held, what the studio knew of that, and who changed the editor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from studio.app.editing.open_model import OpenModel
from studio.core.config.draft import Draft


class Witness:
    """Checks each time that the studio learns what the file holds, which between two steps of a test may be often."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.contents: list[str | None] = [self.now()]
        """What the file held one after another, None where it was gone."""
        self.at = 0
        """Which of them the studio last knew."""
        self.text = ""
        """What the editor holds."""
        self.replaced: str | None = None
        """What the editor held before the studio took other texts from the file, where that was done last."""
        self.wrong: list[str] = []
        """Told later: an exception in a slot goes no further."""
        self._acting = False
        self._saved = False
        """Whether the person wrote the file since the editor changed."""
        self._lost: str | None = None
        """What the editor and the file held when the studio learned that the file is gone."""
        self._was_unsaved = False
        """Whether the person had unsaved edits when the studio learned last what the file holds."""

    def follow(self, model: OpenModel) -> None:
        """The model was opened."""
        self._know(file_of(model))
        self.text, self.replaced, self._lost = model.draft.document.text, None, None
        model.decided.connect(lambda: self._decided(model))
        model.changed.connect(self._changed)

    @contextmanager
    def act(self) -> Iterator[None]:
        """What happens meanwhile is what the person does."""
        self._acting = True
        try:
            yield
        finally:
            self._acting = False

    def now(self) -> str | None:
        """What the file holds."""
        return self.path.read_text() if self.path.exists() else None

    def known(self) -> str | None:
        """What the file holds as far as the studio knows."""
        return self.contents[self.at]

    def write(self, text: str | None) -> None:
        """The file holds this now."""
        self.contents.append(text)

    def know_last(self) -> None:
        """The person decided upon what the file holds now."""
        self.at, self._lost, self._saved = len(self.contents) - 1, None, True

    def _decided(self, model: OpenModel) -> None:
        if self._acting:
            return
        self._was_unsaved = self.text not in (self.known() or "", self._lost)
        self._know(file_of(model))
        self._lost = self.text if self.known() is None and not self._was_unsaved else None

    def _know(self, text: str | None) -> None:
        """The studio says that the file holds this: it did so at a time no earlier than what was known."""
        later = self.contents[self.at + 1 :]
        if text in later and text != self.known():
            self.at += 1 + later.index(text)
        if text != self.known():
            self.wrong.append(f"{text!r} was taken for the file's, which held {self.contents} from {self.at} on")

    def _changed(self, before: Draft, after: Draft) -> None:
        """The editor holds something else, by what was found in the file unless the person did it."""
        was, self.text = before.document.text, after.document.text
        # What is taken upon what was just taken is one step with it, and none where that leads back.
        first = was if self.replaced is None or self._saved else self.replaced
        self.replaced, self._saved = None if self._acting or first == self.text else first, False
        if not self._acting and self._was_unsaved:
            self.wrong.append(f"the unsaved edits {was!r} were replaced by {self.text!r}")
        if not self._acting and self.text != self.known():
            self.wrong.append(f"the editor was changed to {self.text!r}, which the file did not hold")


def file_of(model: OpenModel) -> str | None:
    """What the studio says that a model's file holds, None where there is none."""
    return model.saved_draft.document.text if model.stamp is not None else None
