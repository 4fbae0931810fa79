"""The servers that a person has named: kept, attached to, their secrets in the keyring or in this session alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from studio.app import notices, secret_service, tasks
from studio.app.failure import AppError
from studio.app.secret_service import NoKeyring
from studio.app.serving.several.current import CurrentServer
from studio.app.settings import settings
from studio.core.serving.saved import SavedConnection, from_text, to_text
from studio.failure import Failure

_SETTING = "connections"


class Connections(QObject):
    """All of them. UI thread only; the keyring is asked in tasks."""

    changed = Signal()

    def __init__(self, server: CurrentServer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = server
        self._settings = settings()
        self._session: dict[tuple[str, str], str] = {}
        """Secrets of this session, by origin and name: the only place where there is no keyring."""
        self.keyring_problem = ""
        """Why secrets were not kept; empty where they were, or none was."""
        self._settings.changed.connect(self._tell)

    @property
    def all(self) -> tuple[SavedConnection, ...]:
        """The connections, by their names."""
        found = [from_text(text) for text in self._settings.get(_SETTING)]
        return tuple(sorted(found, key=lambda each: each.name.lower()))

    def find(self, name: str) -> SavedConnection | None:
        """The connection of a name."""
        return next((each for each in self.all if each.name == name), None)

    def save(self, connection: SavedConnection, secrets: Mapping[str, str], before: str = "") -> None:
        """Keeps a connection in place of the one called `before`; secrets that are not given stay. Raises AppError."""
        connection_problem = connection.problem()
        if not connection_problem and connection.name != before and self.find(connection.name):
            connection_problem = f"Another connection is called {connection.name}."
        if connection_problem:
            raise AppError("Save the connection", connection_problem)
        old = self.find(before)
        text = to_text(connection)
        if old is not None and to_text(old) != text:
            self._settings.remove(_SETTING, to_text(old))
        self._settings.add(_SETTING, text)
        given = {name: value for name, value in secrets.items() if name in connection.secrets}
        self._session |= {(connection.origin, name): value for name, value in given.items()}
        self._keep(connection.origin, given)

    def remove(self, name: str) -> None:
        """Forgets a connection and its secrets."""
        found = self.find(name)
        if found is None:
            return
        self._settings.remove(_SETTING, to_text(found))
        for secret in found.secrets:
            self._session.pop((found.origin, secret), None)
        others = {(each.origin, secret) for each in self.all for secret in each.secrets}
        names = [secret for secret in found.secrets if (found.origin, secret) not in others]

        def forget(_: object) -> None:
            for secret in names:
                secret_service.forget(found.origin, secret)

        if names:
            tasks.run(self, forget, lambda _: None, lambda _: None)

    def attach(self, name: str) -> None:
        """Talk to the server of a connection; its secrets are read first."""
        found = self.find(name)
        if found is None:
            notices.post("error", f"No connection is called {name}")
            return
        self.secrets(found, lambda secrets: self._server.attach(found.addresses(secrets), found))

    def secrets(self, connection: SavedConnection, done: Callable[[dict[str, str]], object]) -> None:
        """The secrets of a connection, those of this session first; empty where none is known."""
        origin = connection.origin
        known = {name: self._session[origin, name] for name in connection.secrets if (origin, name) in self._session}
        missing = [name for name in connection.secrets if name not in known]
        if not missing:
            done(known)
            return

        def take(found: dict[str, str]) -> None:
            self._session |= {(origin, name): value for name, value in found.items()}
            done(known | found)

        def not_read(failure: Failure) -> None:
            self.keyring_problem = failure.reason
            notices.post("warning", f"The secrets of {connection.name} are not known here", failure.reason)
            done(known)

        tasks.run(self, lambda _: _read(origin, missing), take, not_read)

    def allow_changes(self, allowed: bool) -> None:
        """Lets models of the current server be changed, or no longer; a connection that has a name keeps that."""
        self._server.guard.allow(allowed)
        self._keep_choice(lambda kept: replace(kept, read_only=not allowed))

    def allow_requests(self, allowed: bool) -> None:
        """Lets models of the current server be asked whether they answer; a connection that has a name keeps that."""
        self._server.guard.allow_requests(allowed)
        self._keep_choice(lambda kept: replace(kept, asked=allowed))

    def _keep_choice(self, choose: Callable[[SavedConnection], SavedConnection]) -> None:
        current = self._server.guard.connection
        kept = self.find(current.name) if current is not None else None
        if kept is not None and (changed := choose(kept)) != kept:
            self._settings.remove(_SETTING, to_text(kept))
            self._settings.add(_SETTING, to_text(changed))

    def _tell(self, setting: str) -> None:
        if setting == _SETTING:
            self.changed.emit()

    def _keep(self, origin: str, given: Mapping[str, str]) -> None:
        def keep(_: object) -> None:
            for name, value in given.items():
                secret_service.keep(origin, name, value)

        def not_kept(failure: object) -> None:
            self.keyring_problem = failure.reason if isinstance(failure, NoKeyring) else "the keyring failed."
            notices.post("info", "The secrets are kept until the studio ends", self.keyring_problem)

        self.keyring_problem = ""
        if given:
            tasks.run(self, keep, lambda _: None, not_kept)


def _read(origin: str, names: list[str]) -> dict[str, str]:
    """What the keyring has of these. Raises NoKeyring where it stays locked, or is not there."""
    found = {name: secret_service.read(origin, name) for name in names}
    return {name: value for name, value in found.items() if value}
