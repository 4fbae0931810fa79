"""The self-test as a person starts it, really, and where it cannot be done."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from studio.core.steps import Step, Steps
from studio.engines.install import EngineInfo
from studio.failure import Failure
from studio.paths import temporary_home
from tests.engines.conftest import engine as engine

_STEPS = ("Write the example", "Check it", "The embedded engine", "Start the server", "Send the images")


def selftest(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs the self-test to its end."""
    return subprocess.run(
        [sys.executable, "-m", "studio", *words],
        capture_output=True,
        text=True,
        timeout=240,
        env={**os.environ, **environment},
    )


def in_home(home: Path) -> list[Path]:
    return sorted(home.rglob("*"))


@pytest.mark.engine
def test_the_self_test_does_the_main_job_and_touches_nothing_of_the_person(engine: EngineInfo) -> None:
    home = Path(os.environ["TRIREME_HOME"])
    before = in_home(home)
    done = selftest("--selftest")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    for step in (*_STEPS, "Stop the server"):
        row = next(line for line in done.stdout.splitlines() if line.startswith(step))
        assert row.endswith("  ok")
    assert "30 of 30 answers are right" in done.stdout
    assert "24 of 24 answers are right" in done.stdout
    assert done.stdout.endswith("All is right.\n")
    assert in_home(home) == before


def test_an_engine_that_cannot_be_had_fails_it_in_one_sentence(tmp_path: Path) -> None:
    """Where the engines' folder should be there is a file."""
    (tmp_path / "engines").touch()
    done = selftest("selftest", TRIREME_ENGINES=str(tmp_path / "engines"))
    assert done.returncode == 1
    assert "The embedded engine" in done.stdout
    assert done.stdout.rstrip().endswith("failed")
    assert done.stderr.startswith("trireme: the self-test failed. Install the embedded engine: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("words", [("--selftest", "--window"), ("selftest", "--window"), ("gui",)])
def test_a_window_without_a_display_is_one_sentence(words: tuple[str, ...]) -> None:
    none = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": ""}
    done = selftest(*words, **none)
    assert done.returncode == 1
    assert "there is no display" in done.stderr
    assert done.stderr.count("\n") == 1
    gone = selftest(*words, **(none | {"DISPLAY": ":9876"}))
    assert gone.returncode == 1
    assert "the display :9876 does not answer" in gone.stderr


def test_steps_are_told_as_they_end_and_the_first_failure_ends_them() -> None:
    told: list[Step] = []
    steps = Steps(told.append)
    with steps.step("one") as seen:
        seen += ["a", "b"]
    with pytest.raises(Failure, match="the disk is full"), steps.step("two"):
        raise OSError(28, "No space left on device", "/some/file")
    assert [(step.name, step.seen, bool(step.failure)) for step in told] == [("one", "a, b", False), ("two", "", True)]
    assert "/some/file" in told[1].failure
    assert all(step.seconds >= 0 for step in told)


def test_a_temporary_home_is_gone_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRIREME_ENGINES")
    before = os.environ["TRIREME_HOME"]
    with temporary_home() as home:
        assert os.environ["TRIREME_HOME"] == str(home)
        assert os.environ["TRIREME_ENGINES"].startswith(before)
    assert not home.exists()
    assert os.environ["TRIREME_HOME"] == before
    assert "TRIREME_ENGINES" not in os.environ
