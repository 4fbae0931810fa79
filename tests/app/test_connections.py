"""Servers that were given a name: kept, bound to where their secrets may go, and with these in a keyring or nowhere."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from studio.app import crash, secret_service
from studio.app.failure import AppError
from studio.app.notices import Notice
from studio.app.secret_service import NoKeyring
from studio.app.session import Session
from studio.app.settings import settings
from studio.core.serving.command import command_line
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec, State
from studio.core.serving.saved import KEY_PASSWORD, SavedConnection, header_secret, restricted_secret
from tests.fixtures.keyring import PASSWORD, answer_prompt, lock
from tests.fixtures.waiting import wait_until

SECRET = "planted-77c1-secret"
FAR = SavedConnection(
    "Production",
    "https://triton.example/models",
    colour="red",
    headers=("Authorization",),
    restricted=("admin-key",),
    certificate="/etc/client.pem",
)
SECRETS = {header_secret("Authorization"): f"Bearer {SECRET}", restricted_secret("admin-key"): SECRET}


def told(session: Session, connection: SavedConnection) -> dict[str, str]:
    found: list[dict[str, str]] = []
    session.connections.secrets(connection, found.append)
    wait_until(lambda: bool(found))
    return found[0]


def grep(folder: Path, secret: str) -> list[Path]:
    """The files below a folder in which a text stands."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if secret.encode() in path.read_bytes()]


def test_a_connection_is_kept_and_found_again(session: Session) -> None:
    session.connections.save(FAR, {})
    assert session.connections.all == (FAR,)
    changed = replace(FAR, name="Live", colour="amber")
    session.connections.save(changed, {}, before="Production")
    assert session.connections.all == (changed,)
    session.connections.save(FAR, {})
    with pytest.raises(AppError, match="Another connection is called Live"):
        session.connections.save(replace(FAR, name="Live"), {}, before="Production")
    session.connections.remove("Live")
    assert session.connections.all == (FAR,)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": " "}, "Give it a name"),
        ({"http": ""}, "Give an address"),
        ({"http": "ftp://x"}, "no address"),
        ({"proxy": "http://me:word@proxy:8080"}, "do not belong in the proxy"),
        ({"certificate": "", "key": "/k"}, "certificate that the key belongs to"),
        ({"headers": ("a b",)}, "no name of a header"),
    ],
)
def test_what_will_not_do_is_said(session: Session, wrong: dict[str, str], said: str) -> None:
    with pytest.raises(AppError, match=said):
        session.connections.save(replace(FAR, **wrong), {})  # type: ignore[arg-type]
    assert session.connections.all == ()


def _crash(spec: LaunchSpec) -> None:
    """An error that nobody caught, in a frame that holds all secrets and with all that is told of them."""
    crash.install()
    try:
        raise RuntimeError(f"{spec!r}")  # noqa: TRY301 - it is caught as the program's own hook does
    except RuntimeError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    finally:
        crash.uninstall()


@pytest.mark.logs_warnings
def test_without_a_keyring_secrets_live_in_the_session_alone(
    session: Session, posted: list[Notice], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    session.connections.save(FAR, SECRETS)
    wait_until(lambda: bool(posted))
    assert "until the studio ends" in posted[-1].text
    assert told(session, FAR) == SECRETS
    access = FAR.addresses(SECRETS).access
    assert access.headers == (("Authorization", f"Bearer {SECRET}"),)
    spec = LaunchSpec(EngineKind.ATTACHED, addresses=FAR.addresses({**SECRETS, KEY_PASSWORD: SECRET}))
    session.connections.attach("Production")
    wait_until(lambda: session.server.status.state is State.FAILED)
    settings().flush()
    _crash(spec)
    home = settings().path.parent.parent
    assert (home / "config" / "settings.json").is_file()
    assert grep(home, SECRET) == grep(tmp_path, SECRET) == []
    assert SECRET not in command_line(spec) + caplog.text + repr(spec) + repr(session.server.status)
    assert not any(SECRET in f"{each.text} {each.detail}" for each in posted)


def kept(header: str) -> str | None:
    """What the keyring has for Production; None while it is just making or taking away an item."""
    name = restricted_secret(header) if header in FAR.restricted else header_secret(header)
    try:
        return secret_service.read(FAR.origin, name)
    except NoKeyring:
        return None


def test_the_keyring_keeps_secrets_for_their_origin_alone(keyring: Path, session: Session) -> None:
    session.connections.save(FAR, SECRETS)
    wait_until(lambda: kept("admin-key") == SECRET and bool(kept("Authorization")))
    assert grep(keyring, SECRET) == []
    later = Session()
    assert told(later, FAR) == SECRETS
    moved = replace(FAR, http="https://elsewhere.example")
    assert told(later, moved) == {}
    assert told(later, replace(FAR, http="http://triton.example/models")) == {}
    later.connections.remove("Production")
    wait_until(lambda: kept("admin-key") == "" and kept("Authorization") == "")


def test_a_locked_keyring_asks_for_its_password(keyring: Path, session: Session) -> None:
    session.connections.save(FAR, SECRETS)
    wait_until(lambda: kept("admin-key") == SECRET and bool(kept("Authorization")))
    lock()
    later = Session()
    with ThreadPoolExecutor(1) as person:
        person.submit(answer_prompt, *PASSWORD, "Return")
        assert told(later, FAR) == SECRETS


def test_a_keyring_that_stays_locked_leaves_secrets_to_the_session(
    keyring: Path, session: Session, posted: list[Notice]
) -> None:
    session.connections.save(FAR, SECRETS)
    wait_until(lambda: kept("admin-key") == SECRET and bool(kept("Authorization")))
    lock()
    later = Session()
    with ThreadPoolExecutor(1) as person:
        person.submit(answer_prompt, "Escape")
        assert told(later, FAR) == {}
        assert "the keyring stays locked" in posted[-1].detail
        assert FAR.name in posted[-1].text
        person.submit(answer_prompt, "Escape")
        later.connections.save(FAR, SECRETS, FAR.name)
        wait_until(lambda: "until the studio ends" in posted[-1].text)
    assert told(later, FAR) == SECRETS


def test_a_keyring_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    with pytest.raises(NoKeyring, match="has no D-Bus"):
        secret_service.read("tls:x", "header y")


def attached(session: Session, connection: SavedConnection) -> None:
    """As if a server had been found there: the guard knows no more of one."""
    session.server.guard.begin(LaunchSpec(EngineKind.ATTACHED, addresses=connection.addresses({})), connection)


def test_what_is_not_on_this_machine_is_read_only_until_it_is_allowed(session: Session, posted: list[Notice]) -> None:
    asked: list[tuple[str, str]] = []
    answers: list[Callable[[], object]] = []
    session.connections.save(FAR, {})
    guard = session.server.guard

    def ask(what: str, name: str, act: Callable[[], object]) -> None:
        asked.append((what, name))
        answers.append(act)

    guard.ask = ask
    attached(session, FAR)
    assert guard.is_read_only
    session.server.load("m")
    session.server.unload("m")
    session.server.load("m", "{}")
    assert len(posted) == 3
    assert all("Production is read-only here" in each.detail for each in posted)
    session.connections.allow_changes(True)
    assert not guard.refusal
    session.server.load("m")
    session.server.unload("n")
    wait_until(lambda: bool(asked))
    assert asked == [("Load m, Unload n", "Production")]
    kept = session.connections.find("Production")
    assert kept is not None
    assert kept.read_only is False
    attached(session, replace(FAR, name="Other"))
    answers[0]()
    assert len(posted) == 3, "what was asked about one server was tried on the next"


def test_what_is_on_this_machine_is_not_asked_about(session: Session) -> None:
    attached(session, SavedConnection("Here", "127.0.0.1:8000"))
    assert not session.server.guard.refusal
    assert not session.server.guard.asks
    attached(session, SavedConnection("Through a proxy", "127.0.0.1:8000", proxy="http://proxy:8080"))
    assert session.server.guard.is_read_only
    attached(session, SavedConnection("Mine", "127.0.0.1:8000", read_only=True))
    assert session.server.guard.is_read_only


def test_a_server_without_model_control_is_not_offered_it_again(session: Session) -> None:
    attached(session, SavedConnection("Here", "127.0.0.1:8000"))
    guard = session.server.guard
    guard.note_refused("load / unload: explicit model load / unload is not allowed if polling is enabled")
    assert "without explicit model control" in guard.refusal
    attached(session, SavedConnection("Here", "127.0.0.1:8000"))
    assert not guard.refusal
