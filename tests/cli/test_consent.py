"""`trireme serve` asks before code runs. The engine that is not there tells that it went on."""

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from studio.cli.consent import Polled
from studio.core.serving.kinds import ControlMode, EngineKind
from studio.core.serving.launch import LaunchSpec
from studio.failure import Failure
from tests.engines.models import python_model
from tests.fixtures.consent import run_its_code

TRIREME = [sys.executable, "-m", "studio", "serve"]
WENT_ON = "It is not installed."


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRIREME_ENGINES", str(tmp_path / "none"))
    python_model(tmp_path / "models")
    return tmp_path / "models"


def _serve(repository: Path, *words: str) -> str:
    """What it says where there is no terminal; nothing is served, so that it always fails."""
    done = subprocess.run(
        [*TRIREME, str(repository), *words], capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr


def _in_a_terminal(repository: Path, typed: str, at_the_question: Callable[[], object] = lambda: None) -> str:
    """What a terminal shows of it when a person types that once they are asked."""
    ours, theirs = pty.openpty()
    with subprocess.Popen([*TRIREME, str(repository)], stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        shown, is_asked = b"", False
        while True:
            try:
                shown += os.read(ours, 4096)
                if not is_asked and b"[y/N]" in shown:
                    is_asked = True
                    at_the_question()
                    os.write(ours, typed.encode())
            except OSError:
                # Linux tells the end of a terminal so.
                break
    os.close(ours)
    assert process.returncode == 1
    return shown.decode()


def test_without_a_terminal_the_code_is_named_and_nothing_runs(repository: Path) -> None:
    said = _serve(repository)
    assert "identity/1/model.py" in said
    assert "Nothing isolates it" in said
    assert "--trust" in said
    assert WENT_ON not in said


def test_trust_goes_on_and_is_not_kept(repository: Path) -> None:
    said = _serve(repository, "--trust")
    assert WENT_ON in said
    assert "model.py" not in said
    assert WENT_ON not in _serve(repository)


@pytest.mark.parametrize("typed", ["\n", "no\n", "\x04"])
def test_in_a_terminal_everything_but_yes_is_no(repository: Path, typed: str) -> None:
    shown = _in_a_terminal(repository, typed)
    assert "identity/1/model.py" in shown
    assert "Run it? [y/N]" in shown
    assert "may not run" in shown
    assert WENT_ON not in shown


def test_yes_holds_without_a_terminal_until_the_code_changes(repository: Path) -> None:
    assert WENT_ON in _in_a_terminal(repository, "y\n")
    said = _serve(repository)
    assert WENT_ON in said
    assert "model.py" not in said
    (repository / "identity" / "1" / "model.py").write_text("import os\n", "utf-8")
    said = _serve(repository)
    assert "changed" in said
    assert WENT_ON not in said


def test_code_that_changes_while_the_question_stands_is_asked_about_once_more(repository: Path) -> None:
    code = repository / "identity" / "1" / "model.py"
    shown = _in_a_terminal(repository, "y\nn\n", at_the_question=lambda: code.write_text("import os\n", "utf-8"))
    assert shown.count("Run it? [y/N]") == 2
    assert "changed" in shown
    assert WENT_ON not in shown


def test_a_name_cannot_speak_to_the_terminal(repository: Path) -> None:
    (repository / "identity" / "1" / "\x1b[2Kx.py").write_text("", "utf-8")
    assert "\x1b" not in _serve(repository)


def test_code_that_changes_under_a_server_that_looks_itself_ends_it_without_a_terminal(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = LaunchSpec(EngineKind.EMBEDDED, repository, control=ControlMode.POLL)
    run_its_code(spec)
    Polled(spec).look()
    assert "model.py" not in capsys.readouterr().err
    (repository / "identity" / "1" / "model.py").write_text("import os\n", "utf-8")
    with pytest.raises(Failure, match="nobody has agreed"):
        Polled(spec).look()
    assert "identity/1/model.py" in capsys.readouterr().err
    Polled(replace(spec, control=ControlMode.EXPLICIT)).look()
