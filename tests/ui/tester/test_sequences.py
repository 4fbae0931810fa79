"""The sequence that a request belongs to: its flags as they are set, saved and shown again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from studio.app.session import Session
from studio.core.inference.asking.model_traits import Sequences, Traits
from studio.core.inference.requests import InferRequest
from studio.ui.tester.options.panel import OptionsPanel
from studio.ui.tester.sending import Sending
from studio.ui.tester.sequences.follow import SequenceFollower
from studio.ui.tester.sequences.lanes import LanesPanel

_SEQUENCES = Sequences("direct", 4, 60_000_000)
_PLAIN = InferRequest("m", ())
_SAVED = InferRequest("m", (), sequence_id=77, sequence_end=True)


@pytest.fixture
def options(qtbot: QtBot) -> OptionsPanel:
    made = OptionsPanel()
    qtbot.addWidget(made)
    made.sequence.show_sequences(_SEQUENCES)
    return made


def test_the_sequence_of_a_saved_request_is_shown_as_it_was_saved(options: OptionsPanel) -> None:
    part = options.sequence
    assert options.fill(_PLAIN).sequence_start
    options.show_request(_SAVED)
    part.refresh()
    assert options.fill(_PLAIN) == _SAVED
    assert part.words.text() == "Without Start the server refuses 77: it holds no such sequence."
    options.show_request(_PLAIN)
    shown = options.fill(_PLAIN)
    assert (shown.sequence_id, shown.sequence_start, shown.sequence_end) == (77, True, False)


def test_what_is_set_by_hand_is_a_change_and_stays_until_it_was_sent(options: OptionsPanel) -> None:
    part, changes = options.sequence, list[str]()
    options.changed.connect(lambda: changes.append(part.id.text()))
    part.start.click()
    part.refresh()
    assert (part.start.isChecked(), len(changes)) == (False, 1)
    part.end.click()
    part.id.setText("9")
    assert changes[1] != changes[-1] == "9"
    assert part.start.isChecked(), "another sequence needs it again"
    part.start.click()
    part.begin_next()
    assert part.start.isChecked()


def test_sequences_end_with_the_server_that_held_them(options: OptionsPanel, session: Session, qtbot: QtBot) -> None:
    part, lanes, sending = options.sequence, LanesPanel(), Sending()
    qtbot.addWidget(lanes)
    follower = SequenceFollower(session, sending, part, lanes, lambda: lambda: _PLAIN)
    follower.show_model("m", Traits(sequences=_SEQUENCES))
    endings: tuple[Callable[[], object], ...] = (
        session.server.switched.emit,
        lambda: session.server.status_changed.emit(session.server.status),
        lambda: session.server.models_changed.emit({}),
    )
    for ends in endings:
        sending.sent.emit(options.fill(_PLAIN))
        assert (part.start.isChecked(), len(lanes.model.names)) == (False, 1)
        ends()
        assert (part.start.isChecked(), lanes.model.names) == (True, [])
