"""What the processes that the studio starts get of the environment."""

from __future__ import annotations

import pytest

from studio.environment import (
    MODELS_GET,
    Variable,
    is_given,
    leave_own_behind,
    model_environment,
    tool_environment,
    variables,
    wrong_name,
)


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


def test_a_name_that_is_added_is_no_pattern() -> None:
    held = {"AWS_SECRET_ACCESS_KEY": "s", "A": "1"}
    assert model_environment(["AWS_*", "?"], held) == {}


def test_what_models_get_is_told_by_name_with_what_is_not_set() -> None:
    held = {"PATH": "/usr/bin", "LC_ALL": "C", "LC_TIME": "", "CLOUD_KEY": "s"}
    assert list(variables(("LC_*", "PATH", "CUDA_*", "TZ"), held)) == [
        Variable("LC_ALL", "C"),
        Variable("LC_TIME", ""),
        Variable("PATH", "/usr/bin"),
        Variable("CUDA_*", None),
        Variable("TZ", None),
    ]
    assert is_given("LC_MONETARY")
    assert not is_given("CLOUD_KEY")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "is missing"),
        ("MY FLAG", "“MY FLAG” is no name"),
        ("2ND", "no digit first"),
        ("AWS_*", "letters, digits and _"),
        ("TOKEN=abc", "only the name is wanted"),
        ("PYTHONHOME", "a Python of its own"),
    ],
)
def test_what_cannot_name_a_variable_is_told_with_the_reason(name: str, reason: str) -> None:
    assert reason in wrong_name(name)


@pytest.mark.parametrize("name", ["HF_HOME", "_x", "http_proxy", "A1"])
def test_names_of_variables_are_taken(name: str) -> None:
    assert wrong_name(name) == ""


def test_no_setting_brings_in_what_would_break_the_engines_python() -> None:
    held = {"PYTHONHOME": "/usr", "HF_HOME": "/models", "": "", "A=B": ""}
    assert model_environment(("PYTHONHOME", "HF_HOME", "", "A=B"), held) == {"HF_HOME": "/models"}
