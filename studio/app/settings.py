"""The person's settings: declared once, kept as JSON, and told to whoever listens when one changes."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeAlias

from PySide6.QtCore import QObject, QSettings, QTimer, Signal

from studio import disk, private, temporary
from studio.app.declared_settings import DECLARED, Value
from studio.app.failure import AppError
from studio.app.retried_write import RetriedWrite
from studio.locking import QUICK, locked
from studio.paths import config_dir, state_dir

Change: TypeAlias = Callable[[Any], Value]

_log = logging.getLogger(__name__)
_VERSION = 1
_RECENT = 12
_WRITE_MS = 300
_AT_END = 2.0
"""Seconds that the program waits at its end for another studio that holds the settings."""
_BY_NAME = {setting.name: setting for setting in DECLARED}
_SHARED = frozenset({"recent", "model_environment", "connections", "request_environments"})
"""What every studio adds to; of the others each keeps what it read at its start, until the person changes it."""


class Settings(QObject):
    """The settings of one file. Every change is written at once, in one step, or as soon as that can be. UI thread."""

    changed = Signal(str)

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        # What a studio that was killed left behind.
        temporary.sweep(path.parent)
        self._values = _read(path)
        self._pending: list[tuple[str, Change]] = []
        self._writer = RetriedWrite("The settings", self._write, self)

    def get(self, name: str) -> Any:
        """The value of a declared setting; KeyError for another name."""
        return self._values.get(name, _BY_NAME[name].default)

    def set(self, name: str, value: Value) -> None:
        """Change a setting. Raises AppError for a value that does not fit."""
        if not _BY_NAME[name].accepts(value):
            raise AppError(f"Change the setting {name}", f"{value!r} does not fit.", _BY_NAME[name].prose)
        self._change(name, lambda _: value)

    def add(self, name: str, item: str) -> None:
        """Put a text last in a list. Raises AppError for one that will not do."""
        if reason := _BY_NAME[name].refuses(item):
            raise AppError(f"Add to the setting {name}", reason, _BY_NAME[name].prose)
        self._change(name, lambda known: [*(each for each in known if each != item), item])

    def remove(self, name: str, item: str) -> None:
        """Take a text out of a list."""
        self._change(name, lambda known: [each for each in known if each != item])

    @property
    def largest_config(self) -> int:
        """How many bytes a configuration may have that is read."""
        return int(self.get("largest_config_kilobytes")) * 1024

    def _change(self, name: str, change: Change) -> None:
        """Change a setting from what it is, here and in the file, where others may be another studio's."""
        before = self.get(name)
        self._values[name] = after = change(before)
        if after == before and name not in _SHARED:
            return
        self._pending.append((name, change))
        self._writer.write()
        if self.get(name) != before:
            self.changed.emit(name)

    def flush(self, patience: float = _AT_END) -> None:
        """Write what is still to be written, for the end of the program: with more patience, and in any case then."""
        if self._pending:
            try:
                self._write(patience, force=True)
            except AppError as failure:
                _log.warning("the settings are lost: %s", failure)

    def _write(self, patience: float = QUICK, force: bool = False) -> bool:
        written = _rewrite(self.path, self._pending, patience, force)
        self._pending.clear()
        self._values.update({name: value for name, value in written.items() if name in _SHARED})
        return True

    def recent(self) -> list[Path]:
        """The repositories opened lately that still exist."""
        return [Path(each) for each in self.get("recent") if Path(each).is_dir()]

    def remember(self, repository: Path) -> None:
        """Put a repository first among the recent ones."""
        first = str(repository)
        self._change("recent", lambda known: [first, *(each for each in known if each != first)][:_RECENT])

    def forget(self, repository: Path) -> None:
        """Take a repository out of the recent ones."""
        self.remove("recent", str(repository))


class WindowSettings(QSettings):
    """Where the window keeps its geometry and layout. What cannot be written stays in memory and is tried again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with suppress(OSError):
            # Qt makes it readable to all, and keeps the mode of one that is there.
            private.opened(path).close()
        super().__init__(str(path), QSettings.Format.IniFormat)
        self._writer = RetriedWrite("The layout of the window", self._write, self)
        self._soon = QTimer(self, singleShot=True, interval=_WRITE_MS)
        self._soon.timeout.connect(self._writer.write)

    def setValue(self, key: str, value: Any) -> None:  # noqa: N802 - Qt's name
        """Keep a value, on the disk a moment later."""
        super().setValue(key, value)
        self._soon.start()

    def _write(self) -> bool:
        try:
            private.opened(self._path).close()
        except OSError as error:
            raise _refused(self._path, error) from error
        # All objects of one file share what is to be written, and one that has failed never says that all is well.
        fresh = QSettings(self.fileName(), QSettings.Format.IniFormat)
        fresh.sync()
        if fresh.status() is not QSettings.Status.NoError:
            raise AppError(f"Write {self._path}", "there is no room for it, or no permission.", "Make room.")
        return True


_open: dict[Path, Settings] = {}
_windows: dict[Path, WindowSettings] = {}


def settings() -> Settings:
    """The settings of this person."""
    path = config_dir() / "settings.json"
    if path not in _open:
        _open[path] = Settings(path)
    return _open[path]


def window_settings() -> QSettings:
    """Where the window keeps its geometry and layout: state, lost without harm."""
    path = state_dir() / "window.ini"
    if path not in _windows:
        _windows[path] = WindowSettings(path)
    return _windows[path]


def _read(path: Path) -> dict[str, Value]:
    """What fits of a settings file."""
    try:
        held = _content(path)
    except OSError as error:
        _log.warning("the settings in %s cannot be read for now: %s", path, error)
        return {}
    return {name: v for name, v in held.items() if name in _BY_NAME and _BY_NAME[name].accepts(v)}


def _content(path: Path) -> dict[str, Any]:
    """The values of a settings file."""
    return dict(_document(path).get("values", {}))


def _document(path: Path) -> dict[str, Any]:
    """All that a settings file holds; one that is no JSON is put aside so that nothing in it is lost.

    Raises OSError for one that cannot be read, about which that says nothing.
    """
    try:
        document = json.loads(path.read_text("utf-8"))
        return dict(document) | {"values": dict(document["values"])}
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        aside = private.aside(path)
        _log.warning("the settings in %s cannot be read (%s); they are kept as %s", path, error, aside.name)
        with suppress(OSError):
            path.replace(aside)
        return {}


def _rewrite(path: Path, changes: Sequence[tuple[str, Change]], patience: float, force: bool) -> dict[str, Value]:
    """Change some values of the file and leave the others as they are; gives the new ones. Raises AppError.

    Where another studio holds the file longer than `patience` it is written only by `force`.
    """
    try:
        private.folder(path.parent)
        try:
            with locked(path.parent, patience):
                return _changed(path, changes)
        except BlockingIOError:
            if not force:
                raise
            return _changed(path, changes)
    except OSError as error:
        raise _refused(path, error) from error


def _changed(path: Path, changes: Sequence[tuple[str, Change]]) -> dict[str, Value]:
    document = _document(path)
    held = dict(document.get("values", {}))
    values = dict(held)
    for name, change in changes:
        values[name] = change(_read_one(values, name))
    if values != held:
        # What a later version wrote, and its number, stays for it.
        written = document.get("version")
        version = written if isinstance(written, int) and written > _VERSION else _VERSION
        document |= {"version": version, "values": values}
        text = json.dumps(document, indent=2, sort_keys=True)
        private.write(path, f"{text}\n".encode())
    return {name: values[name] for name, _ in changes}


def _read_one(values: Mapping[str, Any], name: str) -> Any:
    setting = _BY_NAME[name]
    return values[name] if name in values and setting.accepts(values[name]) else setting.default


def _refused(path: Path, error: OSError) -> AppError:
    return AppError(
        f"Write {path}", f"{disk.reason(error)}.", disk.remedy(error, "Check the disk and its permissions.")
    )
