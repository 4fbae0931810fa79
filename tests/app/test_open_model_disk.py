"""An open model whose file or folder another program changes: what is a step to undo, and what a save does."""

from __future__ import annotations

import resource
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from studio.app.editing.open_model import OpenModel
from studio.app.notices import Notice
from studio.core.config.draft import Draft, draft
from studio.core.files.reading import read
from studio.core.files.repository import scan


@pytest.fixture
def model(application: QCoreApplication, repository: Path) -> OpenModel:
    folder = scan(repository).model("one")
    assert folder is not None
    assert folder.config_path is not None
    data, stamp = read(folder.config_path)
    return OpenModel(folder, draft(data), stamp)


def _set_batch(size: int) -> Callable[[Draft], Draft]:
    return lambda d: d.set("max_batch_size", size)


def _change(model: OpenModel, text: str) -> None:
    """Another program writes the file, and that is seen."""
    model.path.write_text(text)
    model.see_disk(*read(model.path))


def test_changes_from_disk_that_follow_each_other_are_one_step(model: OpenModel) -> None:
    before = model.draft.document.text
    for text in ("", "# theirs\n", "# theirs again\n"):
        _change(model, text)
    assert not model.is_unsaved
    assert model.undo_stack.count() == 1
    assert model.undo_stack.isClean()
    model.undo_stack.undo()
    assert model.draft.document.text == before
    assert model.is_unsaved
    assert not model.undo_stack.isClean()
    model.undo_stack.redo()
    assert model.draft.document.text == "# theirs again\n"
    assert model.undo_stack.isClean()


def test_changes_from_disk_that_lead_back_are_no_step(model: OpenModel) -> None:
    before = model.draft.document.text
    _change(model, "# first\n")
    model.undo_stack.undo()
    model.undo_stack.redo()
    for text in ("", "# first\n"):
        _change(model, text)
    assert model.undo_stack.count() == 1
    assert model.undo_stack.isClean()
    _change(model, "# second\n")
    for wanted in ("# first\n", before):
        model.undo_stack.undo()
        assert model.draft.document.text == wanted


@pytest.mark.parametrize("act", ["edit", "save", "undo and redo"])
def test_what_the_person_does_parts_changes_from_disk(model: OpenModel, act: str) -> None:
    _change(model, "# theirs\n")
    if act == "edit":
        model.edit("Batch", _set_batch(8))
    elif act == "undo and redo":
        model.undo_stack.undo()
        model.undo_stack.redo()
    assert model.save()
    held = model.draft.document.text
    _change(model, "# theirs again\n")
    model.undo_stack.undo()
    assert model.draft.document.text == held


def test_changes_from_disk_are_one_step_however_much_lies_before_them(model: OpenModel) -> None:
    """Steps long past are packed; the latest is not, and takes the next change in."""
    for size in range(20):
        model.edit("Batch", _set_batch(size + 10))
    assert model.save()
    held = model.draft.document.text
    for number in range(20):
        _change(model, f"# theirs, {number}\n")
    assert model.undo_stack.count() == 21
    model.undo_stack.undo()
    assert model.draft.document.text == held
    model.undo_stack.undo()
    assert "max_batch_size: 28" in model.draft.document.text


def test_a_folder_that_is_gone_is_made_again_by_a_save(model: OpenModel, posted: list[Notice]) -> None:
    model.edit("Batch", _set_batch(8))
    shutil.rmtree(model.folder.path)
    model.see_folder(None)
    model.see_disk(b"", None)
    assert model.is_gone
    assert "The folder of one was removed" in posted[-1].text
    assert model.save()
    assert "max_batch_size: 8" in model.path.read_text()
    assert not model.is_unsaved


def test_a_folder_is_not_made_where_its_repository_is_gone(model: OpenModel, posted: list[Notice]) -> None:
    model.edit("Batch", _set_batch(8))
    repository = model.folder.path.parent
    shutil.rmtree(repository)
    assert not model.overwrite()
    assert f"the repository {repository} is gone" in posted[-1].detail
    assert not repository.exists()
    assert model.is_unsaved


@pytest.mark.parametrize("is_seen", [True, False])
def test_a_file_that_is_a_link_to_itself_is_named_and_is_no_conflict(
    model: OpenModel, posted: list[Notice], is_seen: bool
) -> None:
    model.edit("Batch", _set_batch(8))
    model.path.unlink()
    if is_seen:
        model.see_disk(b"", None)
    model.path.symlink_to(model.path.name)
    for act in (model.save, model.overwrite, model.reload):
        posted.clear()
        assert not act()
        assert "a symbolic link that leads back to itself" in posted[-1].detail
        assert not model.differs_on_disk
    assert "max_batch_size: 8" in model.draft.document.text
    model.path.unlink()
    assert model.overwrite()
    assert "max_batch_size: 8" in model.path.read_text()


def test_a_folder_goes_again_where_nothing_could_be_written_into_it(model: OpenModel, posted: list[Notice]) -> None:
    model.edit("Batch", _set_batch(8))
    shutil.rmtree(model.folder.path)
    with _no_room():
        assert not model.overwrite()
    assert "larger than this system allows" in posted[-1].detail
    assert not model.folder.path.exists()
    assert model.overwrite()
    assert "max_batch_size: 8" in model.path.read_text()


@contextmanager
def _no_room() -> Iterator[None]:
    """No file of this process may have any bytes meanwhile."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
