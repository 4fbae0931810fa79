"""Where the studio keeps what is its own: settings, state, and the engines it installs."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs

_APP = "trireme"


def _home(kind: str, usual: str) -> Path:
    home = os.environ.get("TRIREME_HOME")
    return Path(home) / kind if home else Path(usual)


def config_dir() -> Path:
    """Settings. `TRIREME_HOME` moves it, and the folders below, under one root."""
    return _home("config", platformdirs.user_config_dir(_APP))


def data_dir() -> Path:
    """What the studio installs or writes for the person: example copies, saved requests without a home."""
    return _home("data", platformdirs.user_data_dir(_APP))


def state_dir() -> Path:
    """Crash journals, window geometry, logs: lost without harm."""
    return _home("state", platformdirs.user_state_dir(_APP))


def engines_dir() -> Path:
    """Embedded engines. `TRIREME_ENGINES` moves it alone, since they are large and can be shared."""
    own = os.environ.get("TRIREME_ENGINES")
    return Path(own) if own else data_dir() / "engines"


@contextmanager
def temporary_home() -> Iterator[Path]:
    """Settings, state and data for this run alone, removed at its end; the installed engines are the person's."""
    with tempfile.TemporaryDirectory(prefix="trireme-") as folder:
        before = {name: os.environ.get(name) for name in ("TRIREME_HOME", "TRIREME_ENGINES")}
        os.environ.update(TRIREME_ENGINES=str(engines_dir()), TRIREME_HOME=folder)
        try:
            yield Path(folder)
        finally:
            for name, value in before.items():
                os.environ.pop(name, None)
                if value is not None:
                    os.environ[name] = value
