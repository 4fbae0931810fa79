"""Scans of real folders: versions as the server reads them, links, strays, and what cannot be read."""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from studio.core.config.model_config import config
from studio.core.failure import CoreError
from studio.core.files.repository import Link, scan, servable
from studio.core.files.version_names import VersionFault, version_number
from studio.text.parse import parse


def _model(repository: Path, name: str, *versions: str, text: str | None = 'backend: "python"\n') -> Path:
    folder = repository / name
    folder.mkdir(parents=True)
    for version in versions:
        (folder / version).mkdir()
        (folder / version / "model.py").write_text("")
    if text is not None:
        (folder / "config.pbtxt").write_text(text)
    return folder


def test_models_versions_and_files_are_found(tmp_path: Path) -> None:
    folder = _model(tmp_path, "b", "10", "2", "1")
    _model(tmp_path, "a", "1", text=None)
    (folder / "labels.txt").write_text("cat\ndog\n")
    (tmp_path / "README.md").write_text("read me")
    found = scan(tmp_path)
    assert [model.name for model in found.models] == ["a", "b"]
    assert [file.name for file in found.files] == ["README.md"]
    assert (found.strays, found.problems) == ((), ())
    model = found.models[1]
    assert [version.number for version in model.versions] == [1, 2, 10]
    assert [file.name for file in model.versions[0].files] == ["model.py"]
    assert model.config_path == folder / "config.pbtxt"
    assert {file.name: file.size for file in model.files if not file.is_folder}["labels.txt"] == 8
    assert found.models[0].config_path is None
    assert found.models[0].backend_hint == "python"
    assert found.model("b") is model
    assert found.model("c") is None


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("1", 1),
        ("0", 0),
        ("-1", -1),
        ("+3", 3),
        (" 4", 4),
        ("1abc", 1),
        ("01", VersionFault.LEADING_ZERO),
        ("00", VersionFault.LEADING_ZERO),
        ("latest", VersionFault.NOT_A_NUMBER),
        ("v1", VersionFault.NOT_A_NUMBER),
        ("", VersionFault.NOT_A_NUMBER),
        ("٣", VersionFault.NOT_A_NUMBER),
        ("9223372036854775807", 9223372036854775807),
        ("9223372036854775808", VersionFault.OUT_OF_RANGE),
        ("-9223372036854775809", VersionFault.OUT_OF_RANGE),
    ],
)
def test_a_folder_name_becomes_a_version_as_stoll_reads_it(name: str, number: int | VersionFault) -> None:
    assert version_number(name) == number


def test_a_folder_that_goes_while_it_is_read_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _model(tmp_path, "stays", "1")
    gone, list_folder = _model(tmp_path, "goes", "1"), os.scandir

    def scandir(path: str) -> object:
        # Between two listings no other program can be made to act at will.
        if str(path) == str(tmp_path):
            found = list(list_folder(path))
            gone.rename(tmp_path.parent / f"{tmp_path.name}-gone")
            return nullcontext(iter(found))
        return list_folder(path)

    monkeypatch.setattr(os, "scandir", scandir)
    repository = scan(tmp_path)
    assert [model.name for model in repository.models] == ["stays"]
    assert not repository.problems


def test_what_is_no_version_is_a_stray_of_its_model(tmp_path: Path) -> None:
    folder = _model(tmp_path, "m", "1", "1abc", "01", "latest", "warmup", "configs", "initial_state", "-2")
    (folder / "3").write_text("a plain file")
    model = scan(tmp_path).models[0]
    assert [version.number for version in model.versions] == [-2, 1]
    assert model.versions[1].path == folder / "1"
    assert [path.name for path in model.strays] == ["01", "1abc", "latest"]


@pytest.mark.parametrize(
    ("policy", "picked"),
    [
        ("", (10,)),
        ("version_policy: { latest: { num_versions: 2 } }", (2, 10)),
        ("version_policy: { latest: { } }", ()),
        ("version_policy: { all: { } }", (1, 2, 10)),
        ("version_policy: { }", (1, 2, 10)),
        ("version_policy: { specific: { versions: [ 1, 7 ] } }", (1,)),
        ("version_policy: { specific: { } }", ()),
    ],
)
def test_the_policy_picks_versions_as_the_server_does(tmp_path: Path, policy: str, picked: tuple[int, ...]) -> None:
    _model(tmp_path, "m", "1", "2", "10", text=policy)
    model = scan(tmp_path).models[0]
    assert servable(model, config(parse(policy))) == picked


def test_without_a_configuration_the_latest_version_is_served(tmp_path: Path) -> None:
    _model(tmp_path, "m", "1", "3", text=None)
    assert servable(scan(tmp_path).models[0], None) == (3,)


def test_hidden_and_empty_folders_are_strays_of_the_repository(tmp_path: Path) -> None:
    _model(tmp_path, "m", "1")
    _model(tmp_path, ".hidden", "1")
    for name in (".git/objects", "__pycache__", "notes"):
        (tmp_path / name).mkdir(parents=True)
    found = scan(tmp_path)
    assert [model.name for model in found.models] == [".hidden", "m"]
    assert [folder.name for folder in found.strays] == [".git", "__pycache__", "notes"]


def test_links_inside_are_followed_and_links_out_are_not(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    _model(outside, "secret", "1")
    repository = tmp_path / "repository"
    _model(repository, "m", "1")
    (repository / "twin").symlink_to("m")
    (repository / "away").symlink_to(outside / "secret")
    (repository / "m" / "2").symlink_to(outside / "secret" / "1")
    found = scan(repository)
    models = {model.name: model for model in found.models}
    assert models["twin"].link is Link.INSIDE
    assert [version.number for version in models["twin"].versions] == [1, 2]
    assert models["away"].link is Link.OUTSIDE
    assert (models["away"].versions, models["away"].files) == ((), ())
    assert "not followed" in models["away"].unread
    assert [(version.number, version.files) for version in models["m"].versions][1] == (2, ())
    assert {note.path.name for note in found.problems} == {"away", "2"}


def test_a_repository_that_is_itself_a_link_is_opened(tmp_path: Path) -> None:
    _model(tmp_path / "real", "m", "1")
    (tmp_path / "link").symlink_to("real")
    assert [version.number for version in scan(tmp_path / "link").models[0].versions] == [1]


def test_broken_and_circular_links_are_noted(tmp_path: Path) -> None:
    folder = _model(tmp_path, "m", "1")
    (tmp_path / "gone").symlink_to("nowhere")
    (tmp_path / "self").symlink_to("self")
    (folder / "weights").symlink_to("nowhere")
    found = scan(tmp_path)
    assert {note.path.name: note.link for note in found.problems} == dict.fromkeys(
        ("gone", "self", "weights"), Link.BROKEN
    )
    assert [model.name for model in found.models] == ["m"]


def test_a_link_to_its_own_repository_ends(tmp_path: Path) -> None:
    _model(tmp_path, "m", "1")
    (tmp_path / "again").symlink_to(tmp_path)
    (tmp_path / "m" / "up").symlink_to(tmp_path)
    assert [model.name for model in scan(tmp_path).models] == ["m"]


def test_a_folder_that_cannot_be_listed_is_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _model(tmp_path, "open", "1")
    closed = _model(tmp_path, "closed", "1")
    real = os.scandir

    def scandir(path: str) -> object:
        # The permission of a folder does not stop root, as whom tests may run.
        if Path(path) == closed:
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    models = {model.name: model for model in scan(tmp_path).models}
    assert models["closed"].unread == "You have no permission for it."
    assert models["open"].unread == ""


def test_names_of_any_bytes_are_kept(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9 \xff")
    _model(tmp_path, name, "1")
    assert [model.name for model in scan(tmp_path).models] == [name]


def test_what_is_no_folder_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for name, words in (("file", "not a folder"), ("none", "no such folder")):
        with pytest.raises(CoreError, match=words):
            scan(tmp_path / name)


def test_the_scan_touches_each_entry_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Linear in the number of folders, whatever lies in them: the deep content of a version is left alone."""
    folder = _model(tmp_path, "m", "1")
    (folder / "1" / "model.savedmodel" / "variables").mkdir(parents=True)
    real, seen = os.scandir, list[str]()

    def scandir(path: str) -> Iterator[os.DirEntry[str]]:
        seen.append(path)
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    scan(tmp_path)
    assert sorted(seen) == sorted(map(str, (tmp_path, folder, folder / "1")))


def test_a_thousand_models_take_one_look_at_each_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for index in range(1000):
        _model(tmp_path, f"m{index}", "1")
    real, looks = os.scandir, Counter[str]()

    def scandir(path: str) -> Iterator[os.DirEntry[str]]:
        looks[str(path)] += 1
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    scan(tmp_path)
    assert len(looks) == looks.total() == 1 + 2 * 1000
