"""Adding to a `trireme.toml` that a rule is passed over."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.core.checking.project.ignoring import ignore, ignoring_path, take_back, with_ignored
from studio.core.checking.project.project_file import project_file
from studio.core.failure import CoreError

BEFORE = '# Ours.\nserver = "26.07-py3"  # the one in production\n[[ignore]]\nrule = "label-count"\nreason = "later"'


def test_what_is_written_is_kept_and_the_rule_is_read_back(tmp_path: Path) -> None:
    repository = tmp_path / "models"
    repository.mkdir()
    path = tmp_path / "trireme.toml"
    path.write_text(BEFORE)
    assert ignoring_path(repository) == path
    before, stamp = ignore(path, "config-unread", 'says "no" \\ \x7f ö', ["a*b"])
    assert path.read_text().startswith(f"{BEFORE}\n\n[[ignore]]\n")
    found = project_file(repository)
    assert found is not None
    assert [each.rule for each in found.ignored] == ["label-count", "config-unread"]
    assert found.ignored[1].reason == 'says "no" \\ \x7f ö'
    assert found.ignored[1].holds("config-unread", "a*b")
    assert not found.ignored[1].holds("config-unread", "axb")
    take_back(path, before, stamp)
    assert path.read_text() == BEFORE


def test_a_file_is_made_beside_the_repository_or_at_the_root_of_its_checkout(tmp_path: Path) -> None:
    repository = tmp_path / "checkout" / "deep" / "models"
    repository.mkdir(parents=True)
    assert ignoring_path(repository) == repository.parent / "trireme.toml"
    (tmp_path / "checkout" / ".git").mkdir()
    path = ignoring_path(repository)
    assert path == tmp_path / "checkout" / "trireme.toml"
    before, stamp = ignore(path, "config-unread", "it is fine", ())
    assert before is None
    assert path.read_text() == '[[ignore]]\nrule = "config-unread"\nreason = "it is fine"\n'
    found = project_file(repository)
    assert found is not None
    assert found.ignored[0].holds("config-unread", "any")
    take_back(path, before, stamp)
    assert not path.exists()


def test_the_line_ends_of_the_file_are_kept() -> None:
    assert with_ignored(b"gpus = [0]\r\n", "config-unread", "r", ()).count(b"\r\n") == 5


@pytest.mark.parametrize("held", [b"ignore = []\n", b"server = \n", b"\xff\n"])
def test_a_file_that_cannot_take_it_is_left_alone(tmp_path: Path, held: bytes) -> None:
    path = tmp_path / "trireme.toml"
    path.write_bytes(held)
    with pytest.raises(CoreError, match="cannot take it"):
        ignore(path, "config-unread", "r", ())
    assert path.read_bytes() == held


def test_what_was_changed_since_is_not_taken_back(tmp_path: Path) -> None:
    path = tmp_path / "trireme.toml"
    before, stamp = ignore(path, "config-unread", "r", ())
    path.write_text("# theirs\n")
    with pytest.raises(CoreError, match="changed since"):
        take_back(path, before, stamp)
    assert path.read_text() == "# theirs\n"
