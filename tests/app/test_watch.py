"""What other programs do to folders is noticed, also where they put another one in the place of one that is open."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from studio.app import tasks
from studio.app.notices import Notice
from studio.app.session import Session
from studio.core.checking.target import Choice

Until = Callable[..., None]


def _write(model: Path, text: str) -> None:
    (model / "config.pbtxt").write_text((model / "config.pbtxt").read_text() + text)


def _replace(folder: Path, aside: Path) -> None:
    """A copy takes the folder's place; the old one lives on under another name, as a deployment leaves it."""
    shutil.copytree(folder, aside / "next")
    folder.rename(aside / "former")
    (aside / "next").rename(folder)


def test_a_model_that_was_replaced_is_watched_further(opened: Session, repository: Path, until: Until) -> None:
    model = opened.open_model("one")
    read: list[object] = []
    opened.scanning.read.connect(read.append)
    _replace(repository / "one", repository.parent)
    until(lambda: len(read) >= 2 and tasks.busy() == 0)
    _write(repository / "one", "# in place\n")
    until(lambda: "# in place" in model.draft.document.text)


def test_a_repository_that_was_replaced_is_watched_further(opened: Session, repository: Path, until: Until) -> None:
    model = opened.open_model("one")
    read: list[object] = []
    opened.scanning.read.connect(read.append)
    _replace(repository, repository.parent)
    until(lambda: len(read) >= 2 and tasks.busy() == 0)
    _write(repository / "one", "# in place\n")
    until(lambda: "# in place" in model.draft.document.text)


def test_what_changes_in_another_repository_of_the_server_is_noticed(
    opened: Session, tmp_path: Path, posted: list[Notice], until: Until
) -> None:
    def rules(name: str) -> set[str]:
        return {found.rule for found in opened.findings_of(name)}

    other = tmp_path / "other"
    opened.target.choose(Choice(flags=f"--model-repository={other}"))
    until(lambda: posted and tasks.busy() == 0)
    assert "repo-duplicate-model" not in rules("one")
    (tmp_path / "next" / "one" / "1").mkdir(parents=True)
    (tmp_path / "next" / "one" / "config.pbtxt").write_text('backend: "python"\n')
    (tmp_path / "next").rename(other)
    until(lambda: "repo-duplicate-model" in rules("one"))
    until(lambda: tasks.busy() == 0)
    (other / "one").rename(other / "two")
    until(lambda: "repo-duplicate-model" in rules("two") and "repo-duplicate-model" not in rules("one"))
    until(lambda: tasks.busy() == 0)
    opened.target.choose(None)
    until(lambda: "repo-duplicate-model" not in rules("two"))


def test_a_repository_that_went_is_looked_for_and_told_of_once(
    opened: Session, repository: Path, posted: list[Notice], until: Until
) -> None:
    lost: list[bool] = []
    opened.scanning.lost.connect(lambda: lost.append(True))
    repository.rename(repository.parent / "away")
    until(lambda: len(lost) >= 2)
    shutil.copytree(repository.parent / "away", repository)
    shutil.copytree(repository / "one", repository / "three")
    until(lambda: opened.repository is not None and opened.repository.model("three") is not None)
    assert len([notice for notice in posted if notice.text.startswith("Open the model repository")]) == 1
