"""A new model is written whole or not at all, with the faults that disks really have."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from pathlib import Path

import pytest

from studio.core.failure import CoreError
from studio.core.files.repository import scan
from studio.core.new_model.creation import can_link, create, make_repository, renamed, repository_problem
from studio.core.new_model.proposal import Proposal
from studio.core.new_model.recognition import recognise
from studio.core.new_model.rendering import config_text
from studio.core.new_model.templates import propose_template, template
from studio.resources import resource

MODELS = resource("example", "models")
CLASSIFIER = MODELS / "classifier" / "1" / "model.onnx"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with a model in it."""
    found = tmp_path / "models"
    (found / "held" / "1").mkdir(parents=True)
    (found / "held" / "config.pbtxt").write_text('backend: "identity"\n')
    return found


@pytest.fixture
def made() -> Proposal:
    (found,) = recognise([CLASSIFIER]).proposals
    return found


def everything(root: Path) -> dict[str, bytes]:
    """Every file below, with its bytes; folders as empty ones."""
    return {str(p.relative_to(root)): p.read_bytes() if p.is_file() else b"" for p in sorted(root.rglob("*"))}


def _written(files: dict[str, bytes]) -> dict[str, bytes]:
    return {name: data for name, data in files.items() if "__pycache__" not in name}


def test_a_model_is_written_and_nothing_else(root: Path, made: Proposal) -> None:
    before = everything(root.parent)
    steps: list[float] = []
    assert create(made, root, lambda fraction, _: steps.append(fraction)) == root / "classifier"
    new = {
        "models/classifier": b"",
        "models/classifier/1": b"",
        "models/classifier/1/model.onnx": CLASSIFIER.read_bytes(),
        "models/classifier/config.pbtxt": config_text(made).encode(),
    }
    assert everything(root.parent) == before | new
    assert steps == sorted(steps)
    assert steps[-1] == 1.0
    assert [folder.name for folder in scan(root).models] == ["classifier", "held"]


def test_templates_and_folders_are_written_whole(root: Path) -> None:
    create(propose_template(template("postprocess")), root)
    assert (root / "postprocess" / "labels.txt").is_file()
    assert "TritonPythonModel" in (root / "postprocess" / "1" / "model.py").read_text()
    (folder,) = recognise([MODELS / "tokenizer"]).proposals
    create(replace(folder, name="words"), root)
    copied, given = everything(root / "words"), everything(MODELS / "tokenizer")
    config = copied.pop("config.pbtxt")
    assert config == given.pop("config.pbtxt").replace(b'name: "tokenizer"', b'name: "words"')
    # Whoever trained the example left what Python compiled of it.
    assert _written(copied) == _written(given)


def test_a_file_can_be_linked_instead_of_copied(root: Path, made: Proposal, tmp_path: Path) -> None:
    file = tmp_path / "net.onnx"
    file.write_bytes(CLASSIFIER.read_bytes())
    (own,) = recognise([file]).proposals
    assert can_link(own, root)
    assert not can_link(own, tmp_path / "gone")
    assert not can_link(propose_template(template("identity")), root)
    create(replace(own, link=True), root)
    assert (root / "net" / "1" / "model.onnx").samefile(file)
    assert not (root / "net" / "1" / "model.onnx").is_symlink()


@pytest.mark.parametrize(
    ("name", "words"), [("held", "there already"), ("", "needs a name"), ("a b", "letters"), (".x", "letters")]
)
def test_a_name_that_will_not_do_is_refused(root: Path, made: Proposal, name: str, words: str) -> None:
    before = everything(root.parent)
    with pytest.raises(CoreError, match=words):
        create(replace(made, name=name), root)
    assert everything(root.parent) == before


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EIO])
def test_what_the_disk_refuses_leaves_nothing(
    root: Path, made: Proposal, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(root.parent)

    real = Path.rename

    def rename(source: Path, target: Path) -> Path:
        if target == root / "classifier":
            raise OSError(number, os.strerror(number))
        return real(source, target)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(CoreError) as caught:
        create(made, root)
    assert "classifier" in caught.value.attempted
    assert caught.value.remedy
    assert everything(root.parent) == before


def test_leaving_in_the_middle_leaves_nothing(root: Path, made: Proposal) -> None:
    before = everything(root.parent)

    class Left(Exception):
        """What a cancelled task raises."""

    def leave(fraction: float, _: str) -> None:
        if fraction > 0:
            raise Left

    with pytest.raises(Left):
        create(made, root, leave)
    assert everything(root.parent) == before


def test_a_file_that_went_away_is_named(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "net.onnx"
    file.write_bytes(CLASSIFIER.read_bytes())
    (own,) = recognise([file]).proposals
    file.unlink()
    before = everything(root.parent)
    with pytest.raises(CoreError, match=r"net\.onnx"):
        create(own, root)
    assert everything(root.parent) == before


def test_a_refused_proposal_is_not_created(root: Path, made: Proposal) -> None:
    with pytest.raises(CoreError, match="weights"):
        create(replace(made, refusal="Its weights are missing."), root)


def test_a_repository_can_be_made_where_none_is(tmp_path: Path) -> None:
    new = tmp_path / "a" / "models"
    assert repository_problem(new) == ""
    assert make_repository(new).is_dir()
    (new / "stray").mkdir()
    assert "stray" in repository_problem(new)
    with pytest.raises(CoreError, match="stray"):
        make_repository(new)
    assert "whole path" in repository_problem(Path("models"))
    (tmp_path / "file").touch()
    assert "file" in repository_problem(tmp_path / "file")
    assert "model’s folder" in repository_problem(MODELS / "tokenizer")


def test_a_name_is_carried_into_what_says_it(made: Proposal) -> None:
    engine = replace(made, parameters=(("gpt_model_path", "/models/NAME/1/engine"),))
    assert renamed(engine, "llm").parameters == (("gpt_model_path", "/models/llm/1/engine"),)
