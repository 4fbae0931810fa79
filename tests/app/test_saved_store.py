"""The saved requests of a folder say which variables have other values, and no more than that."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from studio.app.requests.store import SavedRequests
from tests.fixtures.waiting import wait_until


def _write(root: Path, given: dict[str, dict[str, Any]] | str) -> None:
    text = given if isinstance(given, str) else json.dumps(given)
    new = root / "new"
    new.write_text(text)
    new.replace(root / "environments.json")


def _written_and_seen(saved: SavedRequests, root: Path, given: dict[str, dict[str, Any]] | str) -> None:
    before = saved.environments, saved.environments_problem
    _write(root, given)
    saved.refresh()
    wait_until(lambda: (saved.environments, saved.environments_problem) != before)


@pytest.mark.usefixtures("session")
def test_only_the_variables_with_another_value_are_told(tmp_path: Path) -> None:
    root = tmp_path / "requests"
    root.mkdir()
    _write(root, {"here": {"A": 1, "B": 2}})
    saved = SavedRequests()
    saved.follow(root)
    wait_until(lambda: saved.environments)
    told: list[frozenset[str]] = []
    saved.variables_changed.connect(told.append)
    saved.choose_environment("here")
    assert told == [frozenset({"A", "B"})]
    wait_until(lambda: saved.environment == "here")
    # Another environment, a file that is half written, and the same again are no other values.
    for given in ({"here": {"A": 1, "B": 2}, "there": {"A": 5}}, '{"here": {"A"', {"here": {"A": True, "B": 2}}):
        _written_and_seen(saved, root, given)
    assert told[1:] == [frozenset({"A"})]
