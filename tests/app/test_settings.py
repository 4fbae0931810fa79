"""Settings and notices."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from studio.app import notices
from studio.app.declared_settings import DECLARED
from studio.app.failure import AppError
from studio.app.notices import Notice, NoticeCenter
from studio.app.settings import Settings, settings, window_settings
from studio.paths import config_dir, state_dir


@pytest.fixture
def file(application: QCoreApplication, tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.json"


def test_defaults_then_what_was_set(file: Path) -> None:
    one = Settings(file)
    assert one.get("theme") == "system"
    told: list[str] = []
    one.changed.connect(told.append)
    one.set("theme", "dark")
    one.set("theme", "dark")
    assert told == ["theme"]
    assert Settings(file).get("theme") == "dark"
    assert json.loads(file.read_text())["version"] == 1


@pytest.mark.parametrize(("name", "value"), [("theme", "pink"), ("http_port", "8000"), ("http_port", True)])
def test_what_does_not_fit_is_refused(file: Path, name: str, value: str | int) -> None:
    with pytest.raises(AppError, match="does not fit"):
        Settings(file).set(name, value)
    assert not file.exists()


def test_every_setting_accepts_its_default_and_says_what_it_does() -> None:
    for each in DECLARED:
        assert each.accepts(each.default)
        assert each.prose.endswith(".")


def test_texts_of_a_list_are_added_and_taken_away_one_by_one(file: Path) -> None:
    """What another studio added meanwhile stays."""
    one, other = Settings(file), Settings(file)
    one.add("model_environment", "HF_HOME")
    other.add("model_environment", "MY_FLAG")
    one.add("model_environment", "HF_HOME")
    assert one.get("model_environment") == ["MY_FLAG", "HF_HOME"]
    one.remove("model_environment", "HF_HOME")
    assert Settings(file).get("model_environment") == ["MY_FLAG"]


@pytest.mark.parametrize("name", ["", "A B", "A=b"])
def test_a_text_that_will_not_do_is_refused_and_not_read(file: Path, name: str) -> None:
    with pytest.raises(AppError, match="Add to the setting model_environment"):
        Settings(file).add("model_environment", name)
    assert not file.exists()
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"version": 1, "values": {"model_environment": ["A", name]}}), "utf-8")
    assert Settings(file).get("model_environment") == []


def test_recent_ones_are_few_and_exist(file: Path, tmp_path: Path) -> None:
    one = Settings(file)
    folders = [tmp_path / f"r{n}" for n in range(20)]
    for folder in folders:
        folder.mkdir()
        one.remember(folder)
    one.remember(folders[15])
    assert one.recent()[:2] == [folders[15], folders[19]]
    assert len(one.recent()) == 12
    folders[19].rmdir()
    assert folders[19] not in one.recent()


@pytest.mark.logs_warnings
@pytest.mark.parametrize("junk", ["{", "[]", '{"values": 3}', "\x00", "[" * 200_000])
def test_a_broken_file_is_kept_aside(file: Path, junk: str) -> None:
    file.parent.mkdir(parents=True)
    file.write_text(junk)
    assert Settings(file).get("http_port") == 8000
    assert file.with_suffix(".broken.json").read_text() == junk


@pytest.mark.logs_warnings
def test_each_broken_file_is_kept_and_of_many_the_latest(file: Path) -> None:
    file.parent.mkdir(parents=True)
    for number in range(7):
        file.write_text(f"broken {number}")
        Settings(file)
        for age, aside in enumerate(sorted(file.parent.glob("*.broken*"), key=lambda each: each.read_text())):
            os.utime(aside, (age, age))
    kept = sorted(each.read_text() for each in file.parent.iterdir())
    assert kept == [f"broken {number}" for number in range(2, 7)]


@pytest.mark.logs_warnings
def test_a_file_that_cannot_be_read_for_now_is_left_as_it_is(
    file: Path, posted: list[Notice], until: Callable[..., None]
) -> None:
    Settings(file).set("docker_image", "mine")
    held = file.read_bytes()
    file.unlink()
    # As with too many open files, or a disk that is away: nobody can tell what is in it.
    file.symlink_to(file.name)
    one = Settings(file)
    one.set("theme", "dark")
    assert file.is_symlink()
    assert [notice.text for notice in posted] == ["The settings cannot be kept for now"]
    file.unlink()
    file.write_bytes(held)
    until(lambda: Settings(file).get("theme") == "dark")
    assert Settings(file).get("docker_image") == "mine"


def test_values_of_another_version_that_do_not_fit_are_left_out(file: Path) -> None:
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"version": 9, "values": {"http_port": "x", "theme": "light", "new": 1}}))
    one = Settings(file)
    assert (one.get("http_port"), one.get("theme")) == (8000, "light")


def test_what_a_later_version_wrote_is_kept_for_it(file: Path) -> None:
    values = {"http_port": "x", "theme": "sepia", "new": {"a": 1}}
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"version": 9, "values": values, "profiles": ["mine"]}))
    Settings(file).set("docker_image", "one")
    kept = json.loads(file.read_text())
    assert kept == {"version": 9, "values": values | {"docker_image": "one"}, "profiles": ["mine"]}


def test_what_an_earlier_version_wrote_is_read(file: Path) -> None:
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"values": {"theme": "light"}}))
    one = Settings(file)
    assert one.get("theme") == "light"
    one.set("http_port", 9000)
    assert json.loads(file.read_text()) == {"version": 1, "values": {"theme": "light", "http_port": 9000}}


def test_they_live_where_the_paths_say(application: QCoreApplication) -> None:
    settings().set("theme", "dark")
    assert (config_dir() / "settings.json").is_file()
    window = window_settings()
    window.setValue("geometry", b"1")
    window.sync()
    assert (state_dir() / "window.ini").is_file()
    for each in (config_dir() / "settings.json", state_dir() / "window.ini"):
        assert (each.stat().st_mode & 0o777, each.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_what_a_killed_studio_left_of_its_settings_is_gone_at_the_next_start(file: Path) -> None:
    file.parent.mkdir(parents=True)
    (file.parent / f".trireme-4194999-{'0' * 16}.tmp").write_bytes(b"half")
    Settings(file)
    assert list(file.parent.iterdir()) == []


def test_notices_wait_for_a_window(application: QCoreApplication) -> None:
    center = NoticeCenter()
    center.post(Notice("info", "early"))
    seen: list[str] = []
    center.listen(lambda notice: seen.append(notice.text))
    center.post(Notice("info", "late"))
    assert seen == ["early", "late"]
    assert center.waiting() == ()


def test_a_failure_is_put_in_words(application: QCoreApplication, posted: list[Notice]) -> None:
    notices.post_failure(AppError("Save it", "the disk is full.", "Make room."))
    assert (posted[0].text, posted[0].detail) == ("Save it", "the disk is full. Make room.")


def test_a_home_that_cannot_be_written_is_told_once_and_nothing_is_dropped(
    application: QCoreApplication, file: Path, posted: list[Notice], until: Callable[..., None]
) -> None:
    file.parent.write_text("in the way of the folder")
    one = Settings(file)
    told: list[str] = []
    one.changed.connect(told.append)
    one.set("theme", "dark")
    one.set("http_port", 9000)
    one.remember(file.parent.parent)
    assert (told, one.get("theme")) == (["theme", "http_port", "recent"], "dark")
    assert [notice.text for notice in posted] == ["The settings cannot be kept for now"]
    assert "it is not a folder" in posted[0].detail
    file.parent.unlink()
    until(file.is_file)
    again = Settings(file)
    assert (again.get("theme"), again.get("http_port"), again.recent()) == ("dark", 9000, [file.parent.parent])
    assert len(posted) == 1


def test_the_layout_of_the_window_waits_for_a_disk_that_can_be_written(
    application: QCoreApplication, posted: list[Notice], until: Callable[..., None]
) -> None:
    state_dir().parent.mkdir(parents=True, exist_ok=True)
    state_dir().write_text("in the way of the folder")
    window = window_settings()
    window.setValue("window/geometry", "wide")
    until(lambda: bool(posted))
    window.setValue("tabs/open", ["model:one"])
    assert window.value("window/geometry") == "wide"
    state_dir().unlink()
    until((state_dir() / "window.ini").is_file)
    until(lambda: "wide" in (state_dir() / "window.ini").read_text())
    assert "model:one" in (state_dir() / "window.ini").read_text()
    assert [notice.text for notice in posted] == ["The layout of the window cannot be kept for now"]


_FULL = """
import subprocess, sys, pathlib
from PySide6.QtCore import QCoreApplication
from studio.app import notices
from studio.app.settings import settings, window_settings
home = pathlib.Path(sys.argv[1])
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(home)], check=True)
application = QCoreApplication([])
settings().set("theme", "light")
window_settings().setValue("first", "1")
window_settings().sync()
filler = (home / "filler").open("wb", buffering=0)
try:
    while filler.write(bytes(1024)):
        pass
except OSError:
    pass
told = []
notices.notices().listen(told.append)
def turn(until):
    while not until():
        application.processEvents()
settings().set("theme", "dark")
settings().set("http_port", 9001)
window_settings().setValue("second", "x" * 5000)
turn(lambda: len(told) == 2)
kept = (home / "config" / "settings.json").read_text()
print("light" in kept, "first" in (home / "state" / "window.ini").read_text())
print(sorted(notice.detail.partition(".")[0] for notice in told))
(home / "filler").unlink()
filler.close()
turn(lambda: "9001" in (home / "config" / "settings.json").read_text())
turn(lambda: "second" in (home / "state" / "window.ini").read_text())
print(len(told), "dark" in (home / "config" / "settings.json").read_text())
print([each.name for each in (home / "config").iterdir()])
"""
_MOUNT = ("unshare", "--user", "--map-root-user", "--mount")

if shutil.which("unshare") and not subprocess.run([*_MOUNT, "true"], check=False).returncode:

    @pytest.mark.long
    def test_a_full_disk_is_told_once_and_nothing_is_dropped(tmp_path: Path) -> None:
        place = {**os.environ, "TRIREME_HOME": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[2])}
        command = [*_MOUNT, sys.executable, "-c", _FULL, str(tmp_path)]
        run = subprocess.run(command, env=place, capture_output=True, text=True, check=False, timeout=240)
        assert run.returncode == 0, run.stderr
        kept, why, after, left = run.stdout.splitlines()
        assert (kept, after) == ("True True", "2 True")
        assert "the disk is full" in why
        assert left == "['settings.json']"
