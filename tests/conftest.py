"""The baseline of every test: own settings, a virtual display, and no leaks, stray warnings or unexpected skips."""

import gc
import logging
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.display import virtual_display

_STACK = ExitStack()
_THREADS_END = 15.0
_QT_FOLDERS = {"app", "ui", "e2e"}
_ENGINES = str(Path(os.environ.get("TRIREME_ENGINES") or "")) if os.environ.get("TRIREME_ENGINES") else ""


def pytest_collection_finish(session: pytest.Session) -> None:
    """Starts the display once, and only when a collected test needs one."""
    root = Path(__file__).parent
    needs = any(_QT_FOLDERS & set(item.path.relative_to(root).parts) for item in session.items)
    if needs and not session.config.option.collectonly and "TRIREME_TEST_DISPLAY" not in os.environ:
        _STACK.enter_context(virtual_display())


def pytest_unconfigure() -> None:
    """Takes the display down."""
    _STACK.close()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """In CI a skip is a failure: whatever a test needs, `make test` has to set up."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if report.skipped and os.environ.get("CI") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped in CI: {report.longrepr}"


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings, state and data of each test are its own; installed engines are shared."""
    from studio.paths import engines_dir

    engines = _ENGINES or str(engines_dir())
    monkeypatch.setenv("TRIREME_ENGINES", engines)
    monkeypatch.setenv("TRIREME_HOME", str(tmp_path_factory.mktemp("home")))


@pytest.fixture(autouse=True)
def _no_stray_warnings(caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest) -> Iterator[None]:
    """A warning in the studio's own log fails the test, unless it says `@pytest.mark.logs_warnings`."""
    yield
    if request.node.get_closest_marker("logs_warnings"):
        return
    stray = [
        f"{record.name}: {record.getMessage()}"
        for when in ("setup", "call")
        for record in caplog.get_records(when)
        if record.levelno >= logging.WARNING and record.name.startswith("studio")
    ]
    assert not stray, f"unexpected in the log: {stray}"


@pytest.fixture(autouse=True)
def _no_leaked_threads() -> Iterator[None]:
    """A test leaves no thread behind but those that Python and Qt keep for themselves."""
    before = set(threading.enumerate())
    yield
    left = [t for t in threading.enumerate() if t not in before and not _is_kept(t)]
    # A worker of the pool goes by itself once it has found nothing to do for a while, on a busy machine later.
    end = time.monotonic() + _THREADS_END
    for thread in left:
        thread.join(max(0.0, end - time.monotonic()))
    left = [t for t in left if t.is_alive()]
    assert not left, f"threads left running: {[t.name for t in left]}"


def _is_kept(thread: threading.Thread) -> bool:
    """Threads that libraries start once for the whole process."""
    return isinstance(thread, threading._DummyThread) or thread.name.startswith(("grpc", "Dummy", "pydevd"))


@pytest.fixture(autouse=True)
def _no_leaked_widgets(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test of the window leaves no top-level widget behind."""
    yield
    if "PySide6.QtWidgets" not in sys.modules:
        return
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance()
    if not isinstance(app, QApplication):
        return
    left = [w for w in app.topLevelWidgets() if w.isVisible()]
    for widget in left:
        widget.close()
    app.processEvents()
    gc.collect()
    assert not left, f"windows left open: {[w.objectName() or type(w).__name__ for w in left]}"
