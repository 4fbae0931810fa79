"""An open model: edits, undo to the byte, saving, and a file that changes outside."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication

from studio.app.editing.open_model import OpenModel
from studio.app.notices import Notice
from studio.core.config.draft import Draft, draft
from studio.core.failure import CoreError
from studio.core.files.reading import read
from studio.core.files.repository import scan
from studio.text.parse import render


@pytest.fixture
def model(application: QCoreApplication, repository: Path) -> OpenModel:
    folder = scan(repository).model("one")
    assert folder is not None
    assert folder.config_path is not None
    data, stamp = read(folder.config_path)
    return OpenModel(folder, draft(data), stamp)


def _set_batch(size: int) -> Callable[[Draft], Draft]:
    return lambda d: d.set("max_batch_size", size)


def _set_text(text: str) -> Callable[[Draft], Draft]:
    return lambda d: d.with_text(text)


def _add_group(group: dict[str, Any]) -> Callable[[Draft], Draft]:
    return lambda d: d.append("instance_group", group)


def test_an_edit_is_told_and_undone_to_the_byte(model: OpenModel) -> None:
    told: list[tuple[Draft, Draft]] = []
    unsaved: list[bool] = []
    model.changed.connect(lambda before, after: told.append((before, after)))
    model.unsaved_changed.connect(unsaved.append)
    before = render(model.draft.document)
    assert model.edit("Set max batch size", _set_batch(8))
    assert render(model.draft.document) == before.replace(b"max_batch_size: 4", b"max_batch_size: 8")
    assert model.undo_stack.undoText() == "Set max batch size"
    model.undo_stack.undo()
    assert render(model.draft.document) == before
    assert unsaved == [True, False]
    assert told[0][1] is told[1][0], "undo does not share the documents"
    assert told[0][0] is told[1][1]


def test_an_edit_that_changes_nothing_is_no_step(model: OpenModel) -> None:
    assert not model.edit("Nothing", lambda d: d.with_text(d.document.text))
    assert not model.undo_stack.canUndo()


def test_typing_is_one_step(model: OpenModel) -> None:
    start = model.draft.document.text
    for end in range(1, 20):
        text = start + "# a comment of typing"[:end]
        model.edit("Typing", _set_text(text), merge="typing")
    assert model.undo_stack.count() == 1
    model.undo_stack.undo()
    assert model.draft.document.text == start


def test_typing_back_to_the_start_leaves_no_step(model: OpenModel) -> None:
    start = model.draft.document.text
    for text in (start + "#", start + "# a", start):
        model.edit("Typing", _set_text(text), merge="typing")
    assert model.undo_stack.count() == 0
    assert not model.is_unsaved


def test_other_merge_keys_and_bursts_are_steps_of_their_own(model: OpenModel, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr("studio.app.editing.undo.time.monotonic", lambda: clock[0])
    model.edit("Batch", _set_batch(5), merge="max_batch_size")
    model.edit("Batch", _set_batch(6), merge="max_batch_size")
    assert model.undo_stack.count() == 1
    clock[0] += 10
    model.edit("Batch", _set_batch(7), merge="max_batch_size")
    assert model.undo_stack.count() == 2
    model.edit("Backend", lambda d: d.set("backend", "onnxruntime"), merge="backend")
    assert model.undo_stack.count() == 3


def test_a_save_ends_a_burst(model: OpenModel) -> None:
    model.edit("Batch", _set_batch(5), merge="b")
    assert model.save()
    model.edit("Batch", _set_batch(6), merge="b")
    assert model.undo_stack.count() == 2
    model.undo_stack.undo()
    assert not model.is_unsaved
    model.undo_stack.undo()
    assert model.is_unsaved


def test_broken_text_is_legal_and_what_can_be_read_of_it_is_known(model: OpenModel) -> None:
    good = model.draft
    broken = good.document.text + "input {\n"
    assert model.edit("Typing", lambda d: d.with_text(broken))
    assert not model.draft.document.ok
    assert model.last_good.get("name") == good.get("name"), "what can be read of it is not shown"
    assert model.last_good.document.ok
    assert model.edit("Set max batch size", _set_batch(9)), "the sound part cannot be edited"
    assert "max_batch_size: 9" in model.draft.document.text
    assert model.save()
    assert model.path.read_text().endswith("input {\n")


def test_an_edit_that_cannot_be_done_is_a_notice(model: OpenModel, posted: list[Notice]) -> None:
    def refuse(_: Draft) -> Draft:
        raise CoreError("Set it", "there is no such place.")

    assert not model.edit("Set it", refuse)
    assert posted[0].text == "Set it"


def test_many_edits_undone_give_the_bytes_back(model: OpenModel) -> None:
    rng = random.Random(5)
    before = render(model.draft.document)
    texts = [before]
    for _ in range(60):
        kind = rng.randrange(3)
        if kind == 0:
            model.edit("Batch", _set_batch(rng.randrange(100, 10**6)))
        elif kind == 1:
            group = {"kind": "KIND_CPU", "count": rng.randrange(1, 9)}
            model.edit("Group", _add_group(group))
        else:
            text = model.draft.document.text + f"# {rng.random()}\n"
            model.edit("Typing", _set_text(text))
        texts.append(render(model.draft.document))
    for wanted in reversed(texts[:-1]):
        model.undo_stack.undo()
        assert render(model.draft.document) == wanted
    for wanted in texts[1:]:
        model.undo_stack.redo()
        assert render(model.draft.document) == wanted


def test_saving_never_loses_what_another_program_wrote(model: OpenModel) -> None:
    asked: list[bool] = []
    model.disk_changed.connect(lambda: asked.append(True))
    model.edit("Batch", _set_batch(8))
    model.path.write_text("# theirs\n")
    assert not model.save()
    assert asked
    assert model.differs_on_disk
    assert model.path.read_text() == "# theirs\n"


def test_keeping_ours_overwrites(model: OpenModel) -> None:
    model.edit("Batch", _set_batch(8))
    model.path.write_text("# theirs\n")
    assert not model.save()
    assert model.overwrite()
    assert "max_batch_size: 8" in model.path.read_text()
    assert not model.is_unsaved
    assert not model.differs_on_disk


def test_taking_theirs_is_one_step(model: OpenModel) -> None:
    model.edit("Batch", _set_batch(8))
    ours = model.draft
    model.path.write_text("# theirs\n")
    assert not model.save()
    assert model.reload()
    assert model.draft.document.text == "# theirs\n"
    assert not model.is_unsaved
    model.undo_stack.undo()
    assert model.draft is ours
    assert model.is_unsaved


def test_a_file_that_goes_can_be_written_again(model: OpenModel) -> None:
    model.edit("Batch", _set_batch(8))
    model.path.unlink()
    assert not model.save()
    assert model.overwrite()
    assert "max_batch_size: 8" in model.path.read_text()


def test_unsaved_edits_stay_where_a_file_goes_and_another_comes(model: OpenModel) -> None:
    model.edit("Batch", _set_batch(8))
    model.see_disk(b"", None)
    model.path.write_text("# theirs\n")
    model.see_disk(*read(model.path))
    assert model.differs_on_disk
    assert "max_batch_size: 8" in model.draft.document.text


def test_a_saved_text_whose_file_goes_gives_way_to_another(model: OpenModel) -> None:
    before = model.draft.document.text
    model.see_disk(b"", None)
    model.path.write_text("# theirs\n")
    model.see_disk(*read(model.path))
    assert not model.differs_on_disk
    assert model.draft.document.text == "# theirs\n"
    model.undo_stack.undo()
    assert model.draft.document.text == before


def test_a_model_without_a_configuration_gets_one(application: QCoreApplication, repository: Path) -> None:
    (repository / "one" / "config.pbtxt").unlink()
    folder = scan(repository).model("one")
    assert folder is not None
    model = OpenModel(folder)
    assert not model.is_unsaved
    assert model.edit("Set the backend", lambda d: d.set("backend", "python"))
    assert model.save()
    assert 'backend: "python"' in (repository / "one" / "config.pbtxt").read_text()


def test_a_save_that_fails_is_a_notice_and_keeps_the_edit(model: OpenModel, posted: list[Notice]) -> None:
    model.edit("Batch", _set_batch(8))
    model.path.chmod(0o444)
    folder = model.path.parent
    folder.chmod(0o555)
    parent = folder.parent
    parent.chmod(0o555)
    try:
        saved = model.save()
    finally:
        parent.chmod(0o755)
        folder.chmod(0o755)
    if not saved:
        assert posted
        assert model.is_unsaved
    else:
        # Root may write anywhere.
        assert "max_batch_size: 8" in model.path.read_text()
