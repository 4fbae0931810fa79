"""The keyring of the desktop (GNOME, KDE, KeePassXC and others): the Secret Service over D-Bus. Blocking: for tasks.

By jeepney, which is small and pure Python; the library `keyring` brings a compiled cryptography along for the same
calls. Secrets go over the session's own bus, which nobody else can read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from studio.app.failure import AppError

if TYPE_CHECKING:
    from jeepney.io.blocking import DBusConnection

_BUS = "org.freedesktop.secrets"
_ROOT = "/org/freedesktop/secrets"
_DEFAULT = f"{_ROOT}/aliases/default"
_SECONDS = 5.0
_PROMPT_SECONDS = 120.0
_NOTHING = "/"
_MARK = {"application": "trireme"}


class NoKeyring(AppError):
    """There is no keyring here, it is locked and stays so, or it refuses."""

    def __init__(self, why: str) -> None:
        super().__init__("Use the keyring", why, "What is secret is kept until the studio ends.")


def read(origin: str, name: str) -> str:
    """A secret that was kept; empty where none was. Raises NoKeyring."""
    with _service() as service:
        items = service.found(_attributes(origin, name))
        return service.secret(items[0]) if items else ""


def keep(origin: str, name: str, value: str) -> None:
    """Keeps a secret, in place of the one before. Raises NoKeyring."""
    with _service() as service:
        service.unlock([_DEFAULT])
        service.create(_attributes(origin, name), f"Trireme: {name} for {origin}", value)


def forget(origin: str, name: str) -> None:
    """Takes a secret out of the keyring. Raises NoKeyring."""
    with _service() as service:
        for item in service.found(_attributes(origin, name)):
            service.call(item, "org.freedesktop.Secret.Item", "Delete")


def _attributes(origin: str, name: str) -> dict[str, str]:
    return {**_MARK, "origin": origin, "name": name}


@contextmanager
def _service() -> Iterator[_Service]:
    try:
        from jeepney import DBusErrorResponse
        from jeepney.io.blocking import open_dbus_connection
    except ImportError as error:
        raise NoKeyring("the studio speaks to keyrings on Linux alone.") from error
    try:
        connection = open_dbus_connection("SESSION")
    except (OSError, KeyError, ValueError, EOFError) as error:
        raise NoKeyring("this session has no D-Bus, and so no keyring.") from error
    try:
        yield _Service(connection)
    except DBusErrorResponse as error:
        raise NoKeyring(f"the keyring does not answer ({error.name.rpartition('.')[2]}).") from error
    except (OSError, EOFError) as error:
        raise NoKeyring("the keyring did not answer in time.") from error
    finally:
        connection.close()


@dataclass(slots=True)
class _Service:
    """One session with the Secret Service."""

    connection: DBusConnection
    _session: str = ""

    def call(self, path: str, interface: str, method: str, signature: str = "", body: tuple[Any, ...] = ()) -> Any:
        """The body of the answer to one call; raises DBusErrorResponse."""
        from jeepney import DBusAddress, new_method_call
        from jeepney.wrappers import unwrap_msg

        address = DBusAddress(path, bus_name=_BUS, interface=interface)
        message = new_method_call(address, method, signature or None, body)
        return unwrap_msg(self.connection.send_and_get_reply(message, timeout=_SECONDS))

    def found(self, attributes: Mapping[str, str]) -> list[str]:
        """The items with these attributes, unlocked."""
        where = (_ROOT, "org.freedesktop.Secret.Service", "SearchItems", "a{ss}", (dict(attributes),))
        open_, locked = self.call(*where)
        if locked:
            self.unlock(locked)
        return [*open_, *locked]

    def secret(self, item: str) -> str:
        """What an item holds."""
        ((_, _, value, _),) = self.call(item, "org.freedesktop.Secret.Item", "GetSecret", "o", (self.session(),))
        return bytes(value).decode("utf-8", "replace")

    def create(self, attributes: Mapping[str, str], label: str, value: str) -> None:
        """Puts an item into the default collection."""
        properties = {
            "org.freedesktop.Secret.Item.Label": ("s", label),
            "org.freedesktop.Secret.Item.Attributes": ("a{ss}", dict(attributes)),
        }
        held = (self.session(), b"", value.encode(), "text/plain; charset=utf8")
        interface = "org.freedesktop.Secret.Collection"
        _, prompt = self.call(_DEFAULT, interface, "CreateItem", "a{sv}(oayays)b", (properties, held, True))
        self._prompt(prompt)

    def unlock(self, paths: list[str]) -> None:
        """Opens what is locked; the keyring asks the person itself."""
        _, prompt = self.call(_ROOT, "org.freedesktop.Secret.Service", "Unlock", "ao", (paths,))
        self._prompt(prompt)

    def session(self) -> str:
        """The session in which secrets are passed."""
        if not self._session:
            where = (_ROOT, "org.freedesktop.Secret.Service", "OpenSession", "sv", ("plain", ("s", "")))
            self._session = self.call(*where)[1]
        return self._session

    def _prompt(self, path: str) -> None:
        if path == _NOTHING:
            return
        from jeepney import MatchRule, message_bus
        from jeepney.wrappers import unwrap_msg

        rule = MatchRule(type="signal", interface="org.freedesktop.Secret.Prompt", member="Completed", path=path)
        unwrap_msg(self.connection.send_and_get_reply(message_bus.AddMatch(rule), timeout=_SECONDS))
        with self.connection.filter(rule) as answers:
            self.call(path, "org.freedesktop.Secret.Prompt", "Prompt", "s", ("",))
            dismissed, _ = self.connection.recv_until_filtered(answers, timeout=_PROMPT_SECONDS).body
        if dismissed:
            raise NoKeyring("the keyring stays locked.")
