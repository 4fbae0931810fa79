"""What the processes that the studio starts get of the environment."""

from __future__ import annotations

import pytest

from studio.environment import MODELS_GET, leave_own_behind, model_environment, tool_environment


def test_the_frozen_programs_own_variables_stay_behind() -> None:
    held = {
        "LD_LIBRARY_PATH": "/opt/trireme/_internal",
        "LD_LIBRARY_PATH_ORIG": "/home/me/lib",
        "LD_PRELOAD": "/opt/trireme/x.so",
        "QT_PLUGIN_PATH": "/opt/trireme/_internal/PySide6",
        "_PYI_ARCHIVE_FILE": "/opt/trireme/trireme",
        "_MEIPASS2": "/opt/trireme/_internal",
        "PATH": "/usr/bin",
    }
    leave_own_behind(held)
    assert held == {"LD_LIBRARY_PATH": "/home/me/lib", "PATH": "/usr/bin"}


def test_a_source_install_keeps_the_environment_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", "/home/me/lib")
    leave_own_behind()
    assert tool_environment()["LD_LIBRARY_PATH"] == "/home/me/lib"


def test_another_python_is_not_told_where_ours_keeps_its_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/home/me/modules")
    monkeypatch.setenv("PYTHONHOME", "/opt/python")
    assert not {"PYTHONPATH", "PYTHONHOME"} & set(tool_environment())


def test_models_get_what_is_named_and_nothing_else() -> None:
    held = {"PATH": "/usr/bin", "LC_ALL": "C", "OMP_NUM_THREADS": "2", "AWS_SECRET_ACCESS_KEY": "s", "MY_FLAG": "1"}
    assert model_environment(source=held) == {"PATH": "/usr/bin", "LC_ALL": "C", "OMP_NUM_THREADS": "2"}
    assert model_environment(["MY_FLAG"], held)["MY_FLAG"] == "1"
    assert not any("SECRET" in name or "TOKEN" in name for name in MODELS_GET)
