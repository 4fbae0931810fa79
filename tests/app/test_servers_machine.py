"""Servers attached, launched, changed, switched, stopped, silent and dying in any order: each keeps what is its own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import shiboken6
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from PySide6.QtCore import QCoreApplication

from studio.app.serving.server import ServerControl
from studio.app.session import Session
from studio.core.inference.requests import InferRequest, InferResult
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec, State
from tests.engines.models import python_model
from tests.fixtures.examples import examples
from tests.fixtures.protocol_server import ProtocolServer, protocol_server
from tests.fixtures.stand_in_engine import stand_in_engine
from tests.fixtures.waiting import wait_until

_SERVERS = 3
_any = st.integers(0, _SERVERS - 1)


def address_of(server: ServerControl) -> str:
    """Where a server was attached to."""
    return server.status.spec.addresses.http if server.status.spec is not None else ""


class Machine(RuleBasedStateMachine):
    """A session and small servers, each with a model of its own by which answers are known."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.there = [self.stack.enter_context(protocol_server(f"of {n}", "common")) for n in range(_SERVERS)]
        self.folders = [Path(self.stack.enter_context(TemporaryDirectory())) for _ in range(2)]
        for folder in self.folders:
            python_model(folder)
        self.engine = self.stack.enter_context(stand_in_engine("contained", "common"))
        self.plain = Path(self.stack.enter_context(TemporaryDirectory()))
        """Without code: what is launched on it is not asked about."""
        self.session = Session()
        self.asked: list[Callable[[bool], object]] = []
        """The questions whether code may run that nobody has answered."""
        self.session.server.consent.ask = lambda _question, answer: self.asked.append(answer)
        self.answers: list[tuple[ServerControl, InferResult]] = []
        self.session.servers.answered.connect(lambda server, result: self.answers.append((server, result)))

    def teardown(self) -> None:
        for server in self.there:
            server.goes_on.set()
        self.engine.is_there.set()
        for stand_in in self.engine.living:
            stand_in.place.loads_go_on.set()
        assert self.session.shutdown()
        # Of one that could not be stopped without its daemon the person was told, and may have closed it.
        left = [each for each in self.engine.living if not each.could_not_be_ended]
        assert not left, "a server outlived its studio"
        shiboken6.delete(self.session)
        self.stack.close()

    def server_at(self, place: ProtocolServer) -> ServerControl | None:
        """The life of a server, where the session has one that runs."""
        running = [each for each in self.session.servers.listed if each.status.is_running]
        return next((each for each in running if address_of(each) == place.address), None)

    def current_is_ready(self) -> bool:
        return self.session.server.status.state is State.READY and bool(self.session.server.models)

    def current_answers(self) -> bool:
        silent = [place.address for place in self.there if not place.goes_on.is_set()]
        return self.current_is_ready() and address_of(self.session.server.current) not in silent

    @rule(which=_any)
    def attach(self, which: int) -> None:
        place = self.there[which]
        place.goes_on.set()
        known = self.server_at(place)
        self.session.server.attach(place.address)
        if known is not None:
            assert self.session.server.current is known, "one place was attached to twice"
        wait_until(self.current_is_ready)
        assert f"of {which}" in self.session.server.models

    @rule(which=_any)
    def attach_without_waiting(self, which: int) -> None:
        self.session.server.attach(self.there[which].address)

    @rule(which=_any)
    def fall_silent(self, which: int) -> None:
        self.there[which].goes_on.clear()

    @rule(which=_any)
    def speak_again(self, which: int) -> None:
        self.there[which].goes_on.set()

    @rule(which=st.integers(0, 1))
    def open_folder(self, which: int) -> None:
        self.session.open_repository(self.folders[which])

    @rule(which=st.integers(0, 1))
    def launch_what_asks_first(self, which: int) -> None:
        """It waits for a yes that is never given: nothing runs, and whatever else is done goes on."""
        running = [each for each in self.session.servers.listed if each.status.is_running]
        self.session.server.launch(LaunchSpec(EngineKind.EMBEDDED, self.folders[which]))
        assert all(each in self.session.servers.listed for each in running)

    @precondition(lambda self: self.asked)
    @rule()
    def say_no(self) -> None:
        self.asked.pop(0)(False)

    @rule()
    def launch_in_a_container(self) -> None:
        before = len(self.engine.servers)
        self.session.server.launch(LaunchSpec(EngineKind.DOCKER, self.plain))
        made = self.session.server.current
        if self.engine.is_there.is_set():
            wait_until(lambda: self.current_is_ready())
            assert made.status.addresses.http in [each.place.address for each in self.engine.servers[before:]]
        else:
            wait_until(lambda: made.status.state is State.FAILED)
            assert made.status.exit is not None
            assert "Docker does not answer" in made.status.exit.reason

    @rule()
    def launch_in_a_container_without_waiting(self) -> None:
        self.session.server.launch(LaunchSpec(EngineKind.DOCKER, self.plain))

    @precondition(lambda self: self.engine.living)
    @rule(which=st.integers(0, 5), loads=st.booleans())
    def die(self, which: int, loads: bool) -> None:
        dying = self.engine.living[which % len(self.engine.living)]
        life = next((each for each in self.contained() if each.status.addresses.http == dying.place.address), None)
        if loads and life is not None and life.models:
            dying.place.loads_go_on.clear()
            life.load("contained")
        dying.dies()
        dying.place.loads_go_on.set()
        if life is not None:
            # One that was told to stop has stopped; one that was told to restart comes again.
            wait_until(lambda: life.is_free or life.status.addresses.http not in ("", dying.place.address))
            assert not life.is_free or not (life.models or life.pending)

    @rule()
    def daemon_goes(self) -> None:
        self.engine.is_there.clear()

    @rule()
    def daemon_comes(self) -> None:
        self.engine.is_there.set()

    def contained(self) -> list[ServerControl]:
        listed = self.session.servers.listed
        return [each for each in listed if each.status.spec is not None and each.status.spec.kind is EngineKind.DOCKER]

    @precondition(lambda self: self.contained())
    @rule(which=st.integers(0, 5))
    def restart(self, which: int) -> None:
        contained = self.contained()
        contained[which % len(contained)].restart()

    @rule(step=st.sampled_from((1, -1)))
    def switch(self, step: int) -> None:
        self.session.servers.choose_next(step)

    @rule()
    def stop(self) -> None:
        self.session.server.stop()

    @rule(which=st.integers(0, 5))
    def close(self, which: int) -> None:
        listed = self.session.servers.listed
        if listed:
            self.session.servers.close(listed[which % len(listed)])

    @precondition(lambda self: self.current_answers())
    @rule()
    def try_and_switch(self) -> None:
        server = self.session.server.current
        self.session.server.load("common", '{"max_batch_size": 2}')
        self.session.servers.choose_next()
        wait_until(lambda: server.trials.of("common") is not None or server.status.state is not State.READY)

    @precondition(lambda self: self.current_answers())
    @rule()
    def ask_and_switch(self) -> None:
        server, before = self.session.server.current, len(self.answers)
        ended: list[object] = []
        self.session.server.infer(InferRequest("common", ()), ended.append, ended.append)
        self.session.servers.choose_next()
        # It may be one that fell silent and was not missed yet.
        for place in self.there:
            if place.address == address_of(server):
                place.goes_on.set()
        wait_until(lambda: ended)
        assert all(each is server for each, _ in self.answers[before:])

    @invariant()
    def all_is_in_order(self) -> None:
        servers = self.session.servers
        assert servers.current in servers.all
        assert self.session.server.current is servers.current
        assert self.session.server.models == servers.current.models
        names = [servers.identity(each).name for each in servers.listed]
        assert len(set(names)) == len(names), "two servers have one name"
        running = [each for each in servers.listed if each.status.is_running]
        attached = [each for each in running if address_of(each)]
        asking = [each for each in running if each not in (*attached, *self.contained())]
        assert all(not each.models for each in asking), "code runs that nobody allowed"
        for each in self.contained():
            assert set(each.models) <= {"contained", "common"}, "models of another server"
            assert not each.is_free or not (each.models or each.pending), "one that is gone has models"
        held = [address_of(each) for each in attached]
        assert len(set(held)) == len(held), "one place is attached to twice"
        for each in attached:
            own = next(number for number, place in enumerate(self.there) if address_of(each) == place.address)
            assert set(each.models) <= {f"of {own}", "common"}, "models of another server"


def test_servers_in_any_order_keep_what_is_their_own(application: QCoreApplication) -> None:
    profile = settings(
        max_examples=examples(5),
        stateful_step_count=12,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
    )
    run_state_machine_as_test(Machine, settings=profile)
