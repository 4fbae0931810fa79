"""Saved requests in a session: kept, watched, renamed, removed and brought back; and those that were sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.app import tasks
from studio.app.notices import Notice
from studio.app.requests.past import Past, PastRequests
from studio.app.requests.store import SavedRequests
from studio.app.session import Session
from studio.core.config.datatypes import DATA_TYPES
from studio.core.inference.requests import InferRequest, InferResult, StageTimes, Tensor
from studio.core.saved_requests.folder import requests_folder
from studio.core.saved_requests.moving import Removed
from studio.core.saved_requests.renewing import Written, from_request

FP32 = next(kind for kind in DATA_TYPES if kind.wire == "FP32")
Until = Callable[..., None]


def _request(count: int = 3) -> InferRequest:
    return InferRequest("one", (Tensor("x", FP32, np.arange(count, dtype=np.float32)),))


def _idle() -> bool:
    return tasks.busy() == 0


@pytest.fixture
def saved(opened: Session) -> SavedRequests:
    """The saved requests of a session on a repository; none yet."""
    return opened.requests.saved


def _keep(saved: SavedRequests, until: Until, name: str, count: int = 3) -> None:
    saved.save(name, from_request(name, _request(count)))
    until(lambda: name in saved.names)


def test_a_request_is_kept_beside_the_repository_and_listed(
    saved: SavedRequests, repository: Path, until: Until
) -> None:
    _keep(saved, until, "deep/first")
    assert saved.folder is not None
    assert saved.folder.root == requests_folder(repository)
    assert (repository.with_name("models.trireme") / "requests" / "deep" / "first.json").is_file()
    assert not [each for each in repository.iterdir() if each.name not in ("one", "two", "both")]
    read: list[Any] = []
    saved.read("deep/first", read.append)
    until(lambda: read)
    assert read[0].tree["model"] == "one"


def test_what_another_program_writes_is_seen(saved: SavedRequests, until: Until) -> None:
    _keep(saved, until, "first")
    assert saved.folder is not None
    root = saved.folder.root
    (root / "new.tmp").write_text('{"model": "two"}')
    (root / "new.tmp").replace(root / "second.json")
    until(lambda: saved.names == ("first", "second"))
    told: list[object] = []
    saved.changed.connect(told.append)
    (root / "again.tmp").write_text(json.dumps({"model": "both"}))
    (root / "again.tmp").replace(root / "second.json")
    until(lambda: told)


def test_a_name_can_change_and_its_tensors_go_along(saved: SavedRequests, until: Until) -> None:
    _keep(saved, until, "first", count=1000)
    saved.rename("first", "other/second")
    until(lambda: saved.names == ("other/second",))
    assert saved.folder is not None
    there = sorted(str(path.relative_to(saved.folder.root)) for path in saved.folder.root.rglob("*") if path.is_file())
    assert there == ["other/second.json", "other/second.x.npy"]
    assert saved.folder.read("other/second").own["inputs"]["x"]["file"] == "second.x.npy"


def test_a_name_that_is_taken_or_leads_out_is_refused(saved: SavedRequests, until: Until, posted: list[Notice]) -> None:
    _keep(saved, until, "first")
    _keep(saved, until, "second")
    saved.rename("first", "second")
    until(lambda: len(posted) == 1)
    saved.rename("first", "../../out")
    until(lambda: len(posted) == 2)
    until(_idle)
    assert saved.names == ("first", "second")


def test_what_was_removed_comes_back_byte_for_byte(saved: SavedRequests, until: Until) -> None:
    _keep(saved, until, "first", count=1000)
    _keep(saved, until, "second")
    assert saved.folder is not None
    root = saved.folder.root
    before = {path.name: path.read_bytes() for path in root.iterdir()}
    removed: list[tuple[Removed, ...]] = []
    saved.remove(("first", "second"), removed.append)
    until(lambda: removed and not saved.names)
    assert not list(root.iterdir())
    saved.restore(removed[0])
    until(lambda: saved.names == ("first", "second"))
    assert {path.name: path.read_bytes() for path in root.iterdir()} == before


def test_nothing_is_brought_back_over_another_request(saved: SavedRequests, until: Until, posted: list[Notice]) -> None:
    _keep(saved, until, "first")
    removed: list[tuple[Removed, ...]] = []
    saved.remove(("first",), removed.append)
    until(lambda: removed and not saved.names)
    _keep(saved, until, "first", count=5)
    saved.restore(removed[0])
    until(lambda: posted)
    assert saved.folder is not None
    assert saved.folder.read("first").own["inputs"]["x"]["shape"] == [5]


def test_several_are_removed_all_or_none_and_one_that_cannot_come_back_keeps_no_other_away(
    saved: SavedRequests, until: Until, posted: list[Notice]
) -> None:
    _keep(saved, until, "first", count=1000)
    _keep(saved, until, "second")
    assert saved.folder is not None
    root = saved.folder.root
    before = {path.name: path.read_bytes() for path in root.iterdir()}
    saved.remove(("first", "second", "not there"))
    until(lambda: posted)
    assert {path.name: path.read_bytes() for path in root.iterdir()} == before
    removed: list[tuple[Removed, ...]] = []
    saved.remove(("first", "second"), removed.append)
    until(lambda: removed and not saved.names)
    _keep(saved, until, "first", count=5)
    saved.restore(removed[0])
    until(lambda: len(posted) == 2)
    until(lambda: saved.names == ("first", "second"))
    assert posted[1].text == "Bring back first"
    assert saved.folder.read("first").own["inputs"]["x"]["shape"] == [5]


def test_another_repository_has_other_requests(opened: Session, saved: SavedRequests, until: Until) -> None:
    _keep(saved, until, "first")
    opened.close_repository()
    assert saved.names == ()
    assert saved.folder is None
    assert saved.save("x", from_request("x", _request())) is None


def test_what_came_of_one_repository_is_not_told_of_another(
    opened: Session, saved: SavedRequests, until: Until, repository: Path
) -> None:
    runs = opened.requests.runs
    ended: list[dict[str, Any]] = []
    runs.ended.connect(ended.append)
    _keep(saved, until, "first")
    opened.requests.run()
    until(lambda: ended)
    opened.close_repository()
    assert runs.outcomes["first"].state == "error"
    other = repository.rename(repository.with_name("others"))
    opened.open_repository(other)
    until(lambda: saved.folder is not None)
    assert (runs.outcomes, runs.progress, runs.began_at) == ({}, (0, 0), 0.0)
    assert ended[1:] == [{}]
    _keep(saved, until, "first")
    opened.requests.run()
    assert "first" in runs.outcomes
    assert not runs.before


def test_an_undo_is_about_the_folder_in_which_something_was_done(
    opened: Session, saved: SavedRequests, until: Until, repository: Path, posted: list[Notice]
) -> None:
    folder = saved.folder
    assert folder is not None
    done: list[str] = []
    title, press = saved.bound(folder, "Undo", lambda: done.append("undone"))
    opened.close_repository()
    press()
    assert (done, title, posted[-1].text) == ([], "Undo", "Undo")
    assert str(folder.root) in posted[-1].detail
    opened.open_repository(repository)
    until(lambda: saved.folder == folder)
    posted[-1].actions[0][1]()
    assert done == ["undone"]


def _past(count: int) -> Past:
    result = InferResult("one", "1", (Tensor("y", FP32, np.zeros(count, np.float32)),), StageTimes(1))
    return Past(0.0, _request(count), result)


def test_past_requests_are_bounded_by_their_bytes_and_say_what_went() -> None:
    past = PastRequests(most_bytes=100)
    for count in (5, 6, 4):
        past.add(_past(count))
    assert [each.request.inputs[0].array.size for each in past.latest] == [4, 6]
    assert (past.size, past.dropped) == (80, 1)
    past.add(_past(1000))
    assert [each.request.inputs[0].array.size for each in past.latest] == [1000]
    assert past.dropped == 3
    past.clear()
    assert (past.latest, past.size, past.dropped) == ((), 0, 0)


def test_a_run_without_a_server_tells_each_request(opened: Session, saved: SavedRequests, until: Until) -> None:
    _keep(saved, until, "first")
    _keep(saved, until, "second")
    ended: list[dict[str, Any]] = []
    opened.requests.runs.ended.connect(ended.append)
    opened.requests.run()
    until(lambda: ended)
    assert {name: each.state for name, each in ended[0].items()} == {"first": "error", "second": "error"}
    assert "no server runs" in ended[0]["first"].message
    assert opened.requests.runs.progress == (2, 2)


def test_the_list_knows_models_tags_and_broken_files(saved: SavedRequests, until: Until) -> None:
    _keep(saved, until, "first")
    assert saved.folder is not None
    assert (saved.entries["first"].model, saved.entries["first"].is_good) == ("one", True)
    (saved.folder.root / "new.tmp").write_text('{\n"model": 3}')
    (saved.folder.root / "new.tmp").replace(saved.folder.root / "second.json")
    until(lambda: "second" in saved.entries)
    assert saved.entries["second"].line == 2


def test_an_environment_gives_variables_their_values(saved: SavedRequests, until: Until) -> None:
    told: list[None] = []
    saved.environment_changed.connect(lambda: told.append(None))
    saved.save("first", Written({"model": "one", "priority": "${SIZE}"}, {}))
    until(lambda: "first" in saved.entries)
    assert saved.entries["first"].unset == ("SIZE",)
    saved.save_environments({"local": {"SIZE": 3}, "far": {}})
    until(lambda: "local" in saved.environments)
    saved.choose_environment("local")
    assert saved.variables == {"SIZE": 3}
    until(lambda: saved.entries["first"].is_good)
    saved.save_environments({"far": {}})
    until(lambda: saved.environment == "")
    assert saved.entries["first"].unset == ("SIZE",)
    assert len(told) == 3


def test_the_environment_that_was_chosen_is_chosen_again_at_the_next_start(
    opened: Session, saved: SavedRequests, tmp_path: Path, until: Until
) -> None:
    assert saved.folder is not None
    root = saved.folder.root
    saved.save_environments({"local": {"SIZE": 3}, "far": {}})
    until(lambda: "local" in saved.environments)
    saved.choose_environment("local")
    later = SavedRequests(opened)
    later.follow(root)
    until(lambda: later.environment == "local")
    assert later.variables == {"SIZE": 3}
    later.follow(tmp_path / "others")
    assert later.environment == ""
    (root / "environments.json").rename(root / "away")
    saved.refresh()
    until(lambda: saved.environment == "")
    (root / "away").rename(root / "environments.json")
    saved.refresh()
    until(lambda: saved.environment == "local")
    saved.choose_environment("")
    again = SavedRequests(opened)
    again.follow(root)
    until(lambda: "local" in again.environments)
    assert again.environment == ""


def test_requests_are_exported(saved: SavedRequests, tmp_path: Path, until: Until) -> None:
    _keep(saved, until, "first", count=1000)
    done: list[int] = []
    saved.export(tmp_path / "out", done.append)
    until(lambda: done)
    assert sorted(each.name for each in (tmp_path / "out").iterdir()) == ["first.json", "first.x.npy"]


def test_a_run_that_bails_says_what_it_did_not_send(opened: Session, saved: SavedRequests, until: Until) -> None:
    for number in range(7):
        _keep(saved, until, f"r{number}")
    ended: list[dict[str, Any]] = []
    opened.requests.runs.ended.connect(ended.append)
    opened.requests.run(bail=True)
    until(lambda: ended)
    states = [each.state for each in ended[0].values()]
    assert states == ["error", *["cancelled"] * 6]
    assert ended[0]["r6"].message == "It was not sent, since r0 is not as expected."
    opened.requests.run("r0")
    until(lambda: len(ended) == 2)
    assert opened.requests.runs.before["r0"].state == "error"
