"""The baseline of every test: own settings, a virtual display, and no leaks, stray warnings or unexpected skips."""

import gc
import itertools
import logging
import os
import signal
import sys
import threading
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from pathlib import Path

import hypothesis
import pluggy
import pytest

from tests.display import virtual_display
from tests.fixtures import groups, leaks, shares

_STACK = ExitStack()
_MAY_SKIP = ("tests/core/test_rules_agreement.py::test_no_error_on_a_wild_model_that_loads",)
"""The repositories of other projects are not ours to keep."""
_HOMES = itertools.count()
_QT_FOLDERS = {"app", "ui", "e2e"}

# A machine that is busy is not wrong: no example has a time to keep.
hypothesis.settings.register_profile("default", deadline=None)
hypothesis.settings.register_profile("quick", deadline=None, max_examples=10)
hypothesis.settings.load_profile("default")


def pytest_configure() -> None:
    """A run in the background of a shell begins with Ctrl+C ignored, and so would the processes of its tests."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Several workers compile the tests of a clean checkout together."""
    shares.import_share(session.config)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Marks what needs an engine, before some are left out by that; orders the rest once they are mixed."""
    groups.mark(items)
    yield
    groups.order(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Tests that share a server or Docker go to one worker."""
    return groups.scheduler(config, log)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Starts the display once, and only when a collected test needs one; each worker has its own."""
    # Thousands of tests and modules, which stay: no pass of the garbage collector has to look at them.
    gc.freeze()
    root = Path(__file__).parent
    needs = any(_QT_FOLDERS & set(item.path.relative_to(root).parts) for item in session.items)
    if needs and not session.config.option.collectonly and "TRIREME_TEST_DISPLAY" not in os.environ:
        _STACK.enter_context(virtual_display())


def pytest_unconfigure() -> None:
    """Takes the display down."""
    _STACK.close()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """As in the program no worker collects garbage: what it would free may be Qt's. It is collected between tests."""
    uses_qt = bool(_QT_FOLDERS & set(item.path.relative_to(Path(__file__).parent).parts))
    if uses_qt:
        gc.disable()
    try:
        return (yield)
    finally:
        if uses_qt:
            gc.collect(1)
            gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """What is not seen any more builds no more of itself in the turns that pytest-qt gives it after the test."""
    try:
        return (yield)
    finally:
        leaks.hide_windows()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pluggy.Result[pytest.TestReport], None]:
    """In CI a skip is a failure: whatever a test needs, `make test` has to set up; but for what is named here."""
    outcome = yield
    report = outcome.get_result()
    unexpected = report.skipped and not hasattr(report, "wasxfail") and item.nodeid not in _MAY_SKIP
    if unexpected and os.environ.get("CI"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped in CI: {report.longrepr}"


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable() -> Generator[None, object, object]:
    """A worker can only tell what is UTF-8, and what a test prints need not be."""
    return _told((yield))


def _told(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(value, dict):
        return {_told(key): _told(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_told(each) for each in value)
    return value


@pytest.fixture(scope="session", autouse=True)
def _home_of_the_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What fixtures of a module keep is the run's own; installed engines are the person's."""
    from studio.paths import engines_dir

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRIREME_ENGINES", os.environ.get("TRIREME_ENGINES") or str(engines_dir()))
        patch.setenv("TRIREME_HOME", str(tmp_path_factory.mktemp("home-of-the-run")))
        yield


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings, state and data of each test are its own."""
    # By a count: pytest's own numbers are found by a look at the folders of all tests before.
    home = tmp_path_factory.getbasetemp() / "homes" / str(next(_HOMES))
    home.mkdir(parents=True)
    monkeypatch.setenv("TRIREME_HOME", str(home))


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
def _no_leaks(_own_home: None, _no_stray_warnings: None) -> Iterator[None]:
    """A test leaves nothing behind: no top-level widget, whether it is seen or not, no task and no thread."""
    before = set(threading.enumerate())
    yield
    windows = leaks.end_windows()
    unended = leaks.end_tasks()
    threads = leaks.end_threads(before)
    assert not windows, f"windows left alive: {windows}"
    assert not unended, f"tasks left running: {unended}"
    assert not threads, f"threads left running: {threads}"


@pytest.fixture
def own_trash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What goes to the trash goes to a folder of the test; gives it."""
    # Where the trash is, the library asks as it is imported.
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    for name in [name for name in sys.modules if name.partition(".")[0] == "send2trash"]:
        monkeypatch.delitem(sys.modules, name)
    return tmp_path / "share" / "Trash"
