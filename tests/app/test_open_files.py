"""Text files of models: edited and saved as safely as configurations."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.app import tasks
from studio.app.editing.journal import Journal
from studio.app.editing.open_file import OpenFile
from studio.app.editing.open_files import LeadsElsewhere
from studio.app.editing.recovery import abandoned, restore
from studio.app.editing.shelf import root
from studio.app.failure import AppError
from studio.app.notices import Notice
from studio.app.session import Session
from studio.core.checking.findings import FileMove

Until = Callable[..., None]
LABELS = b"cat\r\ndog \xc3\xa9\r\n\xff\n"
"""Other line ends, and a byte that is no UTF-8."""


@pytest.fixture
def labels(repository: Path) -> Path:
    """A file of labels that only its owner may read."""
    path = repository / "one" / "labels.txt"
    path.write_bytes(LABELS)
    path.chmod(0o600)
    return path


@pytest.fixture
def opened(session: Session, repository: Path, labels: Path, until: Until) -> Session:
    """A session on the repository."""
    session.open_repository(repository)
    until(lambda: session.repository is not None and tasks.busy() == 0)
    return session


def _type(file: OpenFile, text: str) -> None:
    assert file.edit("Typing", lambda held: held.with_text(held.document.text + text))


def test_it_is_saved_to_the_byte_with_its_permissions_and_undone(
    opened: Session, labels: Path, repository: Path, until: Until
) -> None:
    file = opened.files.open(labels)
    assert file.name == "one/labels.txt"
    assert opened.files.open(labels) is file
    _type(file, "bird\n")
    assert opened.unsaved() == [file]
    assert opened.save_all()
    assert labels.read_bytes() == LABELS + b"bird\n"
    assert stat.S_IMODE(labels.stat().st_mode) == 0o600
    assert sorted(each.name for each in labels.parent.iterdir()) == ["1", "config.pbtxt", "labels.txt"]
    file.undo_stack.undo()
    assert file.is_unsaved
    assert file.save()
    assert labels.read_bytes() == LABELS
    until(lambda: tasks.busy() == 0)


def test_what_another_program_wrote_is_taken_or_asked_about(opened: Session, labels: Path, until: Until) -> None:
    file = opened.files.open(labels)
    labels.write_text("theirs\n")
    opened.rescan()
    until(lambda: file.draft.document.text == "theirs\n" and tasks.busy() == 0)
    _type(file, "mine\n")
    labels.write_text("theirs again\n")
    assert not file.save(), "it wrote over what another program wrote"
    assert file.differs_on_disk
    assert labels.read_text() == "theirs again\n"
    assert file.overwrite()
    assert labels.read_text() == "theirs\nmine\n"
    until(lambda: tasks.busy() == 0)


def test_what_is_gone_is_closed_unless_it_has_unsaved_edits(opened: Session, labels: Path, until: Until) -> None:
    code = labels.parent / "1" / "model.py"
    files = [opened.files.open(path) for path in (labels, code)]
    _type(files[1], "# mine\n")
    for path in (labels, code):
        path.unlink()
    opened.rescan()
    until(lambda: list(opened.files.all()) == ["one/1/model.py"] and tasks.busy() == 0)
    assert files[1].save()
    assert code.read_text().endswith("# mine\n")
    until(lambda: tasks.busy() == 0)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("weights.onnx", b"\x08\x01", "model file"),
        ("blob.dat", b"a\0b", "no text"),
        ("huge.json", b" " * (2 << 20), "larger than"),
        ("gone.txt", None, "no such file"),
    ],
)
def test_what_is_no_text_is_refused_with_the_reason(
    opened: Session, repository: Path, name: str, content: bytes | None, reason: str
) -> None:
    path = repository / "one" / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(AppError, match=reason):
        opened.files.open(path)
    assert not opened.files.all()


def test_nothing_out_of_the_repository_is_read(opened: Session, repository: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret\n")
    link = repository / "one" / "link.txt"
    link.symlink_to(secret)
    with pytest.raises(LeadsElsewhere) as refused:
        opened.files.open(link)
    assert refused.value.target == secret
    with pytest.raises(AppError, match="no model"):
        opened.files.open(secret)


def test_a_save_never_leads_out_of_the_repository_unasked(
    opened: Session, repository: Path, tmp_path: Path, labels: Path, posted: list[Notice]
) -> None:
    """Somebody puts a link in its place while it is open."""
    file = opened.files.open(labels)
    _type(file, "mine\n")
    target = tmp_path / "elsewhere.txt"
    target.write_bytes(LABELS)
    labels.unlink()
    labels.symlink_to(target)
    assert not file.save()
    assert target.read_bytes() == LABELS
    assert "out of the repository" in posted[-1].detail


def test_unsaved_edits_outlive_a_crash(opened: Session, labels: Path, until: Until) -> None:
    journal = Journal(opened)
    file = opened.files.open(labels)
    _type(file, "kept\n")
    until(lambda: any(root().glob("*/*.json")) and tasks.busy() == 0)
    (entry,) = root().glob("*/*.json")
    copy = root() / "dead" / entry.name
    copy.parent.mkdir()
    os.link(entry, copy)
    file.undo_stack.undo()
    left = abandoned()
    (offer,) = left.offers
    assert offer.model == "one/labels.txt"
    assert offer.can_be_restored
    assert restore(opened, journal, offer) is file
    assert file.draft.document.text.endswith("kept\n")
    left.release()
    journal.close()


def test_no_folder_goes_with_unsaved_edits_in_it(
    opened: Session, labels: Path, repository: Path, posted: list[Notice]
) -> None:
    _type(opened.files.open(labels), "mine\n")
    opened.folders.to_trash([repository / "one"], "one")
    opened.folders.move(FileMove(repository / "one", repository / "uno"), "Rename it")
    assert [each.text for each in posted] == ["Move one to the trash", "Rename it"]
    assert all("one/labels.txt" in each.detail for each in posted)
    assert labels.is_file()


def test_another_repository_closes_them(opened: Session, labels: Path) -> None:
    closed: list[str] = []
    opened.files.closed.connect(closed.append)
    opened.files.open(labels)
    opened.close_repository()
    assert closed == ["one/labels.txt"]
    assert not opened.files.all()
