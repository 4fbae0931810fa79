"""Several servers at once: one is current, and nothing of the others is lost."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.app.notices import Notice
from studio.app.serving.connection import Health, Patience
from studio.app.serving.ladder import REPOSITORY, ServerStatus
from studio.app.serving.served_models.elsewhere import differences
from studio.app.serving.server import ServerControl
from studio.app.session import Session
from studio.core.inference.requests import InferRequest, InferResult
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec, LogLine, State
from studio.core.serving.saved import SavedConnection
from tests.fixtures.protocol_server import ProtocolServer, protocol_server
from tests.fixtures.waiting import wait_until


@pytest.fixture
def first() -> Iterator[ProtocolServer]:
    with protocol_server("one") as server:
        yield server


@pytest.fixture
def second() -> Iterator[ProtocolServer]:
    with protocol_server("one", "two") as server:
        yield server


def attached(session: Session, server: ProtocolServer) -> ServerControl:
    """The life of a server that the session attached to just now."""
    session.server.attach(server.address)
    made = session.server.current
    wait_until(lambda: made.status.state is State.READY and made.models)
    return made


def request(model: str) -> InferRequest:
    """A request that a small server answers."""
    return InferRequest(model, ())


def test_a_second_server_is_current_and_the_first_goes_on(
    session: Session, first: ProtocolServer, second: ProtocolServer
) -> None:
    one = attached(session, first)
    two = attached(session, second)
    assert one is not two
    assert session.servers.all == (one, two)
    assert set(session.server.models) == {"one", "two"}
    first.models["late"] = True
    wait_until(lambda: "late" in one.models)
    assert set(session.server.models) == {"one", "two"}, "what another server has was told of the current one"


def test_a_switch_tells_all_that_is_known_of_the_server_that_is_current_then(
    session: Session, first: ProtocolServer, second: ProtocolServer
) -> None:
    one = attached(session, first)
    attached(session, second)
    one.server_logged([LogLine("I", "of the first")])
    told: list[str] = []
    server = session.server
    for name in ("switched", "status_changed", "models_changed", "pending_changed", "guard_changed", "trial_changed"):
        getattr(server, name).connect(lambda *_, name=name: told.append(name))
    session.servers.choose(one)
    assert told[0] == "switched"
    assert set(told) == {
        *("switched", "status_changed", "models_changed", "pending_changed", "guard_changed", "trial_changed")
    }
    assert server.current is one
    assert set(server.models) == {"one"}
    assert [line.text for line in server.log] == ["of the first"]
    lines: list[LogLine] = []
    server.log_appended.connect(lines.extend)
    one.server_logged([LogLine("I", "more")])
    assert [line.text for line in lines] == ["more"]


def test_a_request_is_told_of_the_server_that_it_went_to(
    session: Session, first: ProtocolServer, second: ProtocolServer
) -> None:
    one = attached(session, first)
    two = attached(session, second)
    heard: list[tuple[ServerControl, InferResult]] = []
    session.servers.answered.connect(lambda server, result: heard.append((server, result)))
    session.server.infer(request("two"), lambda _: None)
    session.servers.choose(one)
    wait_until(lambda: heard)
    assert heard[0][0] is two
    assert (first.requests, second.requests) == ([], ["two"])
    assert two.sampler.percentiles("two").count == 1
    assert one.sampler.percentiles("two").count == 0


def test_what_one_server_was_asked_is_not_told_of_another(
    session: Session, first: ProtocolServer, second: ProtocolServer
) -> None:
    one = attached(session, first)
    attached(session, second)
    answers: list[str] = []
    second.goes_on.clear()
    session.server.metadata("one", "", lambda _: answers.append("second"))
    session.servers.choose(one)
    session.server.metadata("one", "", lambda _: answers.append("first"))
    wait_until(lambda: answers)
    second.goes_on.set()
    session.servers.choose(session.servers.all[1])
    session.server.metadata("one", "", lambda _: answers.append("second again"))
    wait_until(lambda: "second again" in answers)
    assert answers[0] == "first"


def test_a_configuration_of_another_folder_is_read_where_it_is_a_plain_file_of_it(
    session: Session, tmp_path: Path
) -> None:
    folder = tmp_path / "other"
    for name in ("plain", "pipe", "link", "none"):
        (folder / name).mkdir(parents=True)
    (folder / "plain" / "config.pbtxt").write_text("max_batch_size: 4\n")
    os.mkfifo(folder / "pipe" / "config.pbtxt")
    (tmp_path / "elsewhere").write_text("max_batch_size: 8\n")
    (folder / "link" / "config.pbtxt").symlink_to(tmp_path / "elsewhere")
    saved = session.servers.current.saved
    found = saved(folder, "plain")
    assert found is not None
    assert found.config.max_batch_size == 4
    assert [saved(folder, name) for name in ("pipe", "link", "none")] == [None, None, None]


def test_a_server_that_does_not_tell_its_folder_is_compared_in_words(session: Session, first: ProtocolServer) -> None:
    there = session.servers.current
    session.server.launch(LaunchSpec(EngineKind.EMBEDDED, Path("/no/models")))
    here = attached(session, first)
    assert here is not there
    told = dict(differences(session, "one", there, here))
    assert told["artifact"] == "it serves /no/models, this one a folder that is not told"


def test_a_trial_stays_with_its_server(session: Session, first: ProtocolServer, second: ProtocolServer) -> None:
    one = attached(session, first)
    session.server.load("one", '{"max_batch_size": 2}')
    wait_until(lambda: one.trials.of("one") is not None)
    two = attached(session, second)
    assert session.server.trials.of("one") is None
    session.servers.choose(one)
    assert session.server.trials.of("one") is not None
    assert two.trials.of("one") is None
    session.server.load("one")
    wait_until(lambda: one.trials.of("one") is None)
    assert [what for what, _, _ in first.changes] == ["load", "load"]
    assert second.changes == []


def test_the_end_of_a_session_lets_go_of_all(
    session: Session, first: ProtocolServer, second: ProtocolServer, posted: list[Notice]
) -> None:
    attached(session, first)
    attached(session, second)
    assert session.shutdown()
    assert not posted


def test_the_same_address_is_attached_once(
    session: Session, first: ProtocolServer, second: ProtocolServer, posted: list[Notice]
) -> None:
    one = attached(session, first)
    two = attached(session, second)
    session.server.attach(f"http://localhost:{first.server_address[1]}/")
    assert session.servers.all == (one, two)
    assert session.server.current is one
    assert posted[-1].text == f"{first.address} is attached to already"
    mine = SavedConnection("Mine", first.address, colour="violet")
    session.server.attach(mine.addresses({}), mine)
    wait_until(lambda: one.status.state is State.READY and session.servers.identity(one).name == "Mine")
    assert session.servers.all == (one, two)


def test_names_and_colours_tell_servers_apart(session: Session, first: ProtocolServer, second: ProtocolServer) -> None:
    for server in (first, second):
        known = SavedConnection("Staging", server.address, colour="amber")
        session.server.attach(known.addresses({}), known)
        wait_until(lambda: session.server.status.state is State.READY)
    one, two = (session.servers.identity(server) for server in session.servers.all)
    assert (one.name, two.name) == ("Staging", "Staging 2")
    assert (one.colour, one.is_here, one.is_ours) == ("amber", True, False)
    session.servers.close(session.servers.all[0])
    wait_until(lambda: len(session.servers.all) == 1)
    assert session.servers.identity(session.servers.all[0]).name == "Staging 2", "a name went to another server"


def test_what_is_elsewhere_and_has_no_colour_does_not_look_like_what_is_here(session: Session) -> None:
    session.server.attach("triton.invalid:1")
    known = session.servers.identity(session.server.current)
    assert (known.colour, known.is_here) == ("red", False)
    wait_until(lambda: session.server.status.state is State.FAILED)
    assert session.servers.identity(session.server.current) == known, "it looks other once it has ended"


def test_a_server_that_goes_in_the_background_is_told_once_and_marked_until_it_is_looked_at(
    session: Session, second: ProtocolServer, posted: list[Notice]
) -> None:
    with protocol_server("one") as server:
        one = attached(session, server)
        attached(session, second)
    wait_until(lambda: posted)
    assert posted[0].text.endswith("does not answer")
    assert session.servers.alarms.is_unseen(one)
    posted[0].actions[0][1]()
    assert session.server.current is one
    assert not session.servers.alarms.is_unseen(one)
    assert len(posted) == 1


def test_one_missed_answer_is_not_known_and_no_end(session: Session, first: ProtocolServer) -> None:
    one = attached(session, first)
    seen: list[ServerStatus] = []
    one.status_changed.connect(seen.append)
    first.goes_on.clear()
    wait_until(lambda: one.status.rung(REPOSITORY).state == "unknown")
    first.goes_on.set()
    wait_until(lambda: one.status.rung(REPOSITORY).state == "ok")
    assert [rung for status in seen for rung in status.rungs if rung.state == "fail"] == []
    assert one.models


def test_after_several_missed_answers_patience_is_over() -> None:
    patience, missed = Patience(), Health(False, problem="no answer")
    now = time.monotonic()
    assert [patience.judge(missed, now).is_unsure for _ in range(3)] == [True, True, False]
    assert not patience.judge(Health(True), now).is_unsure
    assert patience.judge(missed, now).is_unsure
    assert not Patience().judge(missed, now - 11).is_unsure


def test_the_current_one_stops_while_another_starts(
    session: Session, first: ProtocolServer, second: ProtocolServer
) -> None:
    one = attached(session, first)
    session.server.stop()
    session.server.attach(second.address)
    two = session.server.current
    assert two is not one
    wait_until(lambda: one.status.state is State.STOPPED and two.status.state is State.READY)
    assert session.server.current is two


def test_two_that_begin_at_once_both_come_up(session: Session, first: ProtocolServer, second: ProtocolServer) -> None:
    session.server.attach(first.address)
    session.server.attach(second.address)
    wait_until(lambda: all(each.status.state is State.READY for each in session.servers.all))
    assert [set(each.models) for each in session.servers.all] == [{"one"}, {"one", "two"}]


def test_a_load_goes_on_where_it_began(session: Session, first: ProtocolServer, second: ProtocolServer) -> None:
    one = attached(session, first)
    first.loads_go_on.clear()
    session.server.load("one")
    attached(session, second)
    assert session.server.pending == frozenset()
    assert one.pending == {"one"}
    first.loads_go_on.set()
    wait_until(lambda: not one.pending)
    assert [name for _, name, _ in first.changes] == ["one"]
    assert second.changes == []


def test_one_that_is_closed_is_let_go_of_and_another_is_current(
    session: Session, first: ProtocolServer, second: ProtocolServer
) -> None:
    one = attached(session, first)
    two = attached(session, second)
    removed: list[ServerControl] = []
    session.servers.removed.connect(removed.append)
    session.servers.close(two)
    wait_until(lambda: removed)
    assert (session.server.current, session.servers.all) == (one, (one,))
    session.servers.close(one)
    wait_until(lambda: len(removed) == 2)
    assert session.servers.listed == ()
    assert session.server.status.spec is None


def test_the_list_is_gone_through_in_its_order(session: Session, first: ProtocolServer, second: ProtocolServer) -> None:
    one, two = attached(session, first), attached(session, second)
    session.servers.choose_next()
    assert session.server.current is one
    session.servers.choose_next(-1)
    assert session.server.current is two
