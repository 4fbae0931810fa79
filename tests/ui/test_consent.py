"""The question before the code of a repository runs, in the real window, by keys and mouse."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from studio.core.consent.question import question, question_of_load
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec, State
from studio.ui.consent.dialog import ConsentDialog
from studio.ui.shell.window import MainWindow
from tests.engines.models import python_model
from tests.fixtures import names
from tests.fixtures.consent import run_its_code
from tests.fixtures.waiting import wait_until
from tests.fixtures.windows import OpenWindow


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LaunchSpec:
    """Two models with code; no engine is installed, so that a launch which goes on ends at once."""
    monkeypatch.setenv("TRIREME_ENGINES", str(tmp_path / "none"))
    python_model(tmp_path / "models")
    python_model(tmp_path / "models", "second")
    return LaunchSpec(EngineKind.EMBEDDED, tmp_path / "models")


@pytest.fixture
def window(open_window: OpenWindow, spec: LaunchSpec) -> MainWindow:
    return open_window(spec.repository)


def _dialog(window: MainWindow, spec: LaunchSpec) -> ConsentDialog:
    window.need_session().server.launch(spec)
    wait_until(lambda: isinstance(QApplication.activeModalWidget(), ConsentDialog))
    found = QApplication.activeModalWidget()
    assert isinstance(found, ConsentDialog)
    return found


def _rows(dialog: ConsentDialog) -> list[tuple[str, ...]]:
    model = dialog.files.model()
    return [tuple(str(model.index(row, column).data()) for column in (0, 1, 2, 4)) for row in range(model.rowCount())]


def _state(window: MainWindow) -> State:
    return window.need_session().server.status.state


def test_escape_is_no_and_enter_is_yes(window: MainWindow, spec: LaunchSpec) -> None:
    dialog = _dialog(window, spec)
    assert _rows(dialog) == [("identity", "1/model.py", "Python", ""), ("second", "1/model.py", "Python", "")]
    assert "Nothing isolates it" in dialog.cards[EngineKind.EMBEDDED].accessibleDescription()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    wait_until(lambda: _state(window) is State.STOPPED)
    assert question(spec) is not None
    dialog = _dialog(window, spec)
    assert dialog.focusWidget() is dialog.findChild(QPushButton, names.Consent.YES)
    QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
    wait_until(lambda: _state(window) is State.FAILED)
    wait_until(lambda: question(spec) is None)


def test_what_changed_is_named_alone(window: MainWindow, spec: LaunchSpec) -> None:
    run_its_code(spec)
    assert spec.repository is not None
    changed = spec.repository / "second" / "1" / "model.py"
    changed.write_text(changed.read_text("utf-8") + "# changed\n", "utf-8")
    dialog = _dialog(window, spec)
    assert _rows(dialog) == [("second", "1/model.py", "Python", "changed")]
    assert "changed" in dialog.windowTitle()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    wait_until(lambda: _state(window) is State.STOPPED)


def test_a_file_can_be_read_first_which_is_no(window: MainWindow, spec: LaunchSpec) -> None:
    dialog = _dialog(window, spec)
    dialog.files.setFocus()
    QTest.keyClick(dialog.files, Qt.Key.Key_Down)
    button = dialog.findChild(QPushButton, names.Consent.READ)
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    wait_until(lambda: _state(window) is State.STOPPED)
    wait_until(lambda: "second" in window.tabs.current())
    assert question(spec) is not None


def test_a_load_and_a_change_under_a_server_say_so(window: MainWindow, spec: LaunchSpec) -> None:
    loads = question_of_load(spec, {"identity": None})
    polled = question(spec, is_running=True)
    assert loads is not None
    assert polled is not None
    dialogs = [ConsentDialog(window, asked) for asked in (loads, polled)]
    assert [_rows(dialog)[-1][0] for dialog in dialogs] == ["identity", "second"]
    assert dialogs[0].windowTitle() == "Run the code of identity?"
    assert "Loading identity" in dialogs[0].accessibleDescription()
    assert "by itself" in dialogs[1].accessibleDescription()
    button = dialogs[1].findChild(QPushButton, "answer.")
    assert button is not None
    assert button.text() == "Stop the server"
    for dialog in dialogs:
        dialog.close()


def test_the_environment_is_shown_by_names_and_secrets_that_are_held_back_are_named(
    window: MainWindow, spec: LaunchSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_planted")
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    monkeypatch.setenv("OWN_SECRET", "planted")
    dialog = _dialog(window, replace(spec, environment=(("MODE", "fast"),), inherited=("OWN_SECRET",)))
    told = [label.text() for label in dialog.environment.findChildren(QLabel)]
    assert any("look" in text and "HF_TOKEN" in text for text in told)
    row = next(part for part in dialog.environment.findChildren(QWidget) if part.accessibleName().startswith("Variab"))
    assert row.accessibleName().startswith("Variables: MODE, OWN_SECRET, ")
    assert "OMP_NUM_THREADS" in row.accessibleName()
    assert "planted" not in row.accessibleName() + row.toolTip() + "".join(told)
    change = dialog.findChild(QPushButton, names.Consent.CHANGE)
    assert change is not None
    QTest.mouseClick(change, Qt.MouseButton.LeftButton)
    wait_until(lambda: _state(window) is State.STOPPED)
    assert question(spec) is not None


def test_another_engine_is_chosen_beside_the_first_where_it_can_be_had(window: MainWindow, spec: LaunchSpec) -> None:
    asked = question(spec)
    assert asked is not None
    dialog = ConsentDialog(window, asked)
    dialog.open()
    container, here = dialog.cards[EngineKind.DOCKER], dialog.cards[EngineKind.EMBEDDED]
    dialog.offer(
        EngineKind.DOCKER, None, "no Docker engine answers. Install Docker or start it, or use the other engine."
    )
    assert not container.isEnabled()
    wait_until(lambda: dialog.isVisible() and abs(container.width() - here.width()) <= 2)
    told = [label for label in here.findChildren(QLabel) if label.wordWrap() and label.isVisible()]
    assert told
    wait_until(lambda: all(label.height() >= label.heightForWidth(label.width()) for label in told))
    assert (here.is_chosen, container.is_chosen) == (True, False)
    dialog.offer(EngineKind.DOCKER, replace(spec, kind=EngineKind.DOCKER, image="triton:x"), "")
    assert "container of triton:x" in container.accessibleDescription()
    container.setFocus()
    QTest.keyClick(container, Qt.Key.Key_Space)
    assert (here.is_chosen, container.is_chosen) == (False, True)
    assert dialog.spec.kind is EngineKind.DOCKER
    yes = dialog.findChild(QPushButton, names.Consent.YES)
    assert yes is not None
    assert yes.text() == "Run it in a container"
    dialog.close()


def test_the_choice_of_the_other_engine_is_what_is_agreed_to_and_launched(window: MainWindow, spec: LaunchSpec) -> None:
    """From a container, whose image nobody has, to this machine, which has no engine: either launch fails at once."""
    boxed = replace(spec, kind=EngineKind.DOCKER, image="triton:x")
    dialog = _dialog(window, boxed)
    dialog.offer(EngineKind.EMBEDDED, spec, "")
    QTest.mouseClick(dialog.cards[EngineKind.EMBEDDED], Qt.MouseButton.LeftButton)
    yes = dialog.findChild(QPushButton, names.Consent.YES)
    assert yes is not None
    QTest.mouseClick(yes, Qt.MouseButton.LeftButton)
    wait_until(lambda: question(spec) is None)
    wait_until(lambda: _state(window) is State.FAILED)
    assert window.need_session().server.status.spec == spec
