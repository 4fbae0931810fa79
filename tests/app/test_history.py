"""An undo history of bounded size: what is dropped, what stays, and that a packed step is undone to the byte."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from studio.app.editing.history import History
from studio.app.editing.open_model import OpenModel
from studio.app.editing.undo import Kind, UndoStep, as_one_step
from studio.core.config.draft import Draft, draft
from studio.core.files.repository import ModelFolder
from studio.text.parse import render

PLAIN: Kind[str] = Kind(size=len)
PACKED: Kind[str] = Kind(size=len, pack=lambda text: text[:10].encode(), unpack=lambda kept: kept.decode().ljust(1000))


class Desk:
    """Holds the state that the steps of a history put in place."""

    def __init__(self, largest: int, kind: Kind[str]) -> None:
        self.history = History(largest=largest)
        self.kind = kind
        self.state = "0".ljust(1000)

    def put(self, state: str) -> None:
        self.state = state

    def push(self, number: int) -> None:
        after = str(number).ljust(1000)
        self.history.push(UndoStep(f"Step {number}", self.put, self.state, after, kind=self.kind))

    def undo_all(self) -> list[str]:
        """Every state that undo brings, the latest first."""
        seen = []
        while self.history.canUndo():
            self.history.undo()
            seen.append(self.state.strip())
        return seen


@pytest.fixture
def desk(application: QCoreApplication) -> Desk:
    return Desk(100_000, PLAIN)


def test_the_oldest_steps_go_where_all_take_too_much(desk: Desk) -> None:
    for number in range(1, 1001):
        desk.push(number)
        assert desk.history.size() <= 116_000
        assert desk.state.strip() == str(number)
        assert desk.history.undoText() == f"Step {number}"
    seen = desk.undo_all()
    assert seen == [str(number) for number in range(999, 999 - len(seen), -1)]
    assert len(seen) > 60
    for number in range(1000 - len(seen) + 1, 1001):
        desk.history.redo()
        assert desk.state.strip() == str(number)
    assert not desk.history.canRedo()


@pytest.mark.long
def test_steps_that_can_be_packed_stay_much_longer(application: QCoreApplication) -> None:
    desk = Desk(100_000, PACKED)
    for number in range(1, 3001):
        desk.push(number)
    assert desk.undo_all() == [str(number) for number in range(2999, -1, -1)]


def test_the_saved_state_is_still_known_while_its_step_is_there(desk: Desk) -> None:
    for number in range(1, 99):
        desk.push(number)
    desk.history.setClean()
    for number in range(99, 130):
        desk.push(number)
    assert not desk.history.isClean()
    while not desk.history.isClean():
        desk.history.undo()
    assert desk.state.strip() == "98"


def test_no_state_passes_for_the_saved_one_once_its_step_is_dropped(desk: Desk) -> None:
    desk.push(1)
    desk.history.setClean()
    for number in range(2, 300):
        desk.push(number)
    while desk.history.canUndo():
        desk.history.undo()
        assert not desk.history.isClean()


def test_a_macro_stays_one_step(desk: Desk) -> None:
    for number in range(0, 400, 2):
        with as_one_step(desk.history, "Both"):
            desk.push(number + 1)
            desk.push(number + 2)
    assert desk.history.size() <= 132_000
    assert desk.history.undoText() == "Both"
    desk.history.undo()
    assert desk.state.strip() == "398"
    desk.history.undo()
    assert desk.state.strip() == "396"


def test_random_walks_bring_every_state_back(application: QCoreApplication) -> None:
    chance = random.Random(7)
    desk = Desk(40_000, PACKED)
    states = [desk.state]
    at = 0
    for number in range(2000):
        act = chance.choice(("push", "push", "push", "undo", "redo"))
        if act == "push":
            desk.push(number + 1)
            states[at + 1 :] = [desk.state]
            at += 1
        elif act == "undo" and desk.history.canUndo():
            desk.history.undo()
            at -= 1
        elif act == "redo" and desk.history.canRedo():
            desk.history.redo()
            at += 1
        assert desk.state == states[at]


def _set_batch(size: int) -> Callable[[Draft], Draft]:
    return lambda draft: draft.set("max_batch_size", size)


@pytest.mark.long
def test_a_large_configuration_is_undone_to_the_byte_within_its_room(
    application: QCoreApplication, tmp_path: Path
) -> None:
    lines = b"".join(b'input { name: "x%d" data_type: TYPE_FP32 dims: 3 }  # \xe9\n' % index for index in range(2000))
    model = OpenModel(ModelFolder("big", tmp_path), draft(lines))
    texts = [render(model.draft.document)]
    for number in range(30):
        model.edit(f"Step {number}", _set_batch(number + 1))
        texts.append(render(model.draft.document))
    history = model.undo_stack
    assert isinstance(history, History)
    assert history.count() == 30
    assert history.size() < 40 << 20, "older texts are kept with their trees"
    for text in reversed(texts[:-1]):
        history.undo()
        assert render(model.draft.document) == text
    for text in texts[1:]:
        history.redo()
        assert render(model.draft.document) == text
