"""What is made or sorted over several turns of the event loop, so that the window goes on meanwhile."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from studio.app.session import Session
from studio.ui.in_turns import InTurns
from studio.ui.served.ordering import Key, Ordering
from studio.ui.server import names
from studio.ui.server.page import ServePage
from tests.fixtures.waiting import wait_until


def test_each_step_has_a_turn_of_its_own_until_somebody_wants_all(qtbot: QtBot) -> None:
    """Those that are left are taken once, in their order."""
    owner, taken = QObject(), list[str]()

    def first() -> None:
        taken.append("first")
        QTimer.singleShot(0, owner, lambda: taken.append("an event of the window"))

    turns = InTurns((first, lambda: taken.append("second"), lambda: taken.append("third")), owner)
    assert taken == []
    wait_until(lambda: turns.is_whole)
    assert taken == ["first", "an event of the window", "second", "third"]
    InTurns((first, lambda: taken.append("second")), owner).finish()
    assert taken[4:] == ["first", "second"]


def test_the_settings_of_a_launch_come_after_their_page(session: Session, qtbot: QtBot) -> None:
    """Whoever asks for them has them at once."""
    first, second = ServePage(session), ServePage(session)
    for page in (first, second):
        qtbot.addWidget(page)
        assert page.findChild(QWidget, names.Serve.ENGINE) is None
    assert second.form.spec().kind.value == second.form.engine.value()
    assert first.findChild(QWidget, names.Serve.ENGINE) is None
    wait_until(lambda: first.findChild(QWidget, names.Serve.ENGINE) is not None)
    wait_until(lambda: first.form.isVisibleTo(first))


def test_what_waits_for_the_whole_comes_once_after_the_last_step(qtbot: QtBot) -> None:
    owner, done = QObject(), list[str]()
    turns = InTurns((lambda: done.append("a"), lambda: done.append("b")), owner)
    turns.when_whole(lambda: done.append("whole"))
    assert not done
    wait_until(lambda: len(done) > 2)
    assert done == ["a", "b", "whole"]
    turns.when_whole(lambda: done.append("at once"))
    turns.finish()
    assert done[2:] == ["whole", "at once"]


def test_thousands_of_names_are_put_in_order_and_a_newer_wish_is_the_one_that_counts(qtbot: QtBot) -> None:
    """In turns: the first ones are not all."""
    owner = QObject()
    ordering, told = Ordering(owner), list[list[str]]()
    ordering.done.connect(told.append)
    asked = list[str]()

    def wish_newer() -> None:
        assert told == []
        ordering.begin(names_[:3000], lambda name: (0.0, name[::-1], name), is_down=True)

    def key(name: str) -> Key:
        asked.append(name)
        if len(asked) == 1:
            # The newer wish waits already when the first turn, which this one name takes whole, is over.
            QTimer.singleShot(0, owner, wish_newer)
            end = time.monotonic() + 0.1
            while time.monotonic() < end:
                pass
        return float(sum(range(2000)) * int(name) % 7), "", name

    names_ = [str(number) for number in range(6000)]
    ordering.begin(names_, key, is_down=False)
    assert not asked, "the turn that asks does none of it"
    wait_until(lambda: told)
    assert told == [sorted(names_[:3000], key=lambda name: name[::-1], reverse=True)]
    ordering.begin(["b", "a"], lambda name: (0.0, name, name), is_down=False)
    assert told[-1] == ["a", "b"]
