"""Two studios at once, each in a process of its own: neither loses or takes what is the other's."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QSettings

from studio.app.settings import settings, window_settings
from studio.core.graph.positions import Frame, Positions, read_positions, write_positions
from studio.engines.embedded import new_run
from studio.engines.files import root
from studio.engines.install import install
from studio.engines.pip import InstallCancelled
from studio.engines.ports import asking, hold, holder
from studio.paths import config_dir
from tests.app.studios import ask, hear, running, tell

_SETTINGS = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from studio.app.settings import settings

application = QCoreApplication([])
settings().get("theme")
print("ready", flush=True)
name, start = sys.argv[1], int(sys.argv[2])
sys.stdin.readline()
for number in range(40):
    settings().set(name, start + number)
    folder = Path(sys.argv[3], f"{name}{number % 4}")
    settings().remember(folder)
settings().flush()
print("done", flush=True)
sys.stdin.readline()
"""


@pytest.mark.long
def test_settings_that_two_change_at_once_are_all_kept(application: QCoreApplication, tmp_path: Path) -> None:
    settings().set("theme", "dark")
    one = running(_SETTINGS, "http_port", "8000", str(tmp_path))
    other = running(_SETTINGS, "grpc_port", "9000", str(tmp_path))
    with one as first, other as second:
        assert (hear(first), hear(second)) == ("ready", "ready")
        tell(first)
        tell(second)
        assert (hear(first), hear(second)) == ("done", "done")
    held = json.loads((config_dir() / "settings.json").read_text())["values"]
    assert (held["theme"], held["http_port"], held["grpc_port"]) == ("dark", 8039, 9039)
    assert {Path(each).name for each in held["recent"]} == {
        f"{n}{k}" for n in ("http_port", "grpc_port") for k in range(4)
    }
    assert [path.name for path in config_dir().iterdir()] == ["settings.json"]


def test_a_setting_of_a_newer_studio_stays_in_the_file(application: QCoreApplication) -> None:
    config_dir().mkdir(parents=True)
    file = config_dir() / "settings.json"
    file.write_text(json.dumps({"version": 1, "values": {"invented_later": [1, 2], "http_port": 8100}}))
    settings().set("theme", "light")
    held = json.loads(file.read_text())["values"]
    assert held == {"invented_later": [1, 2], "http_port": 8100, "theme": "light"}


_STATE = """
import sys
from PySide6.QtCore import QCoreApplication
from studio.app.settings import window_settings

application = QCoreApplication([])
print("ready", flush=True)
sys.stdin.readline()
for number in range(40):
    store = window_settings()
    store.setValue(f"tabs/{sys.argv[1]}/open", [f"model:{number}"])
    store.setValue("window/geometry", sys.argv[1] * 1000)
    store.sync()
    del store
print("done", flush=True)
sys.stdin.readline()
"""


@pytest.mark.long
def test_the_state_of_two_windows_is_kept_by_key_and_stays_whole(application: QCoreApplication) -> None:
    with running(_STATE, "a") as first, running(_STATE, "b") as second:
        assert (hear(first), hear(second)) == ("ready", "ready")
        tell(first)
        tell(second)
        assert (hear(first), hear(second)) == ("done", "done")
    store = window_settings()
    assert store.status() is QSettings.Status.NoError
    assert [store.value(f"tabs/{key}/open") for key in "ab"] == ["model:39", "model:39"]
    assert store.value("window/geometry") in ("a" * 1000, "b" * 1000)


_POSITIONS = """
import sys
from pathlib import Path
from studio.core.graph.positions import Positions, read_positions, write_positions

repository, key = Path(sys.argv[1]), sys.argv[2]
before = read_positions(repository, "e")
print("ready", flush=True)
sys.stdin.readline()
for number in range(40):
    after = Positions({**before.nodes, key: (number, number)}, before.frames)
    write_positions(repository, "e", after, before)
    before = after
print("done", flush=True)
sys.stdin.readline()
"""


@pytest.mark.long
def test_nodes_that_two_move_on_one_canvas_stay_where_each_put_them(repository: Path) -> None:
    frames = (Frame("Before", 1, 2, 30, 40),)
    write_positions(repository, "e", Positions({"a": (1, 1), "b": (2, 2), "c": (3, 3)}, frames))
    with running(_POSITIONS, str(repository), "a") as first, running(_POSITIONS, str(repository), "b") as second:
        assert (hear(first), hear(second)) == ("ready", "ready")
        tell(first)
        tell(second)
        assert (hear(first), hear(second)) == ("done", "done")
    assert read_positions(repository, "e") == Positions({"a": (39, 39), "b": (39, 39), "c": (3, 3)}, frames)


def test_a_node_that_went_here_goes_and_one_that_came_there_stays(repository: Path) -> None:
    before = Positions({"a": (1, 1), "b": (2, 2)})
    write_positions(repository, "e", Positions({"a": (1, 1), "b": (5, 5), "theirs": (9, 9)}))
    write_positions(repository, "e", Positions({"b": (2, 2), "ours": (7, 7)}), before)
    assert read_positions(repository, "e").nodes == {"b": (5, 5), "theirs": (9, 9), "ours": (7, 7)}


_HOLDING = """
import sys
from studio.core.serving.launch import Ports
from studio.engines.ports import claim

claimed = claim(Ports(0, 0, 0))
print(claimed.ports.http, claimed.ports.grpc, claimed.ports.metrics, flush=True)
sys.stdin.readline()
"""


def test_the_ports_of_a_server_tell_whether_a_studio_still_has_it() -> None:
    with running(_HOLDING) as other:
        ports = [int(word) for word in hear(other).split()]
        assert hold(ports) is None
    ours = hold(ports)
    assert ours is not None
    assert hold(ports) is None, "what one took over another would be offered"
    ours.close()


_ASKED = """
import sys
from studio.core.serving.launch import Ports
from studio.engines.ports import claim

claimed = claim(Ports(0, 0, 0))
print(*claimed.numbers, flush=True)
sys.stdin.readline()
print(claimed.asker() or "nobody", flush=True)
sys.stdin.readline()
claimed.close()
print("let go", flush=True)
sys.stdin.readline()
"""


def test_a_studio_hears_who_asks_for_its_server_and_is_known_by_its_process() -> None:
    with running(_ASKED) as other:
        ports = [int(word) for word in hear(other).split()]
        assert holder(ports) == other.pid
        with asking(ports, "Trireme (process 7, /models)"):
            assert ask(other) == "Trireme (process 7, /models)"
            assert hold(ports) is None, "asking alone took it"
            assert ask(other) == "let go"
            ours = hold(ports)
        assert ours is not None
        assert ours.asker() == "", "the one who asked would be asked"
        assert holder(ports) == os.getpid()
        ours.close()


_SERVING = """
import sys
from studio.engines.embedded import hold_run, new_run

run = new_run()
handle = hold_run(run)
(run / "log.txt").write_text("started")
print(run, flush=True)
sys.stdin.readline()
"""


def test_the_log_of_a_server_that_another_runs_is_not_cleared_away() -> None:
    with running(_SERVING) as other:
        run = Path(hear(other))
        made = [new_run() for _ in range(30)]
        assert (run / "log.txt").read_text() == "started"
        assert len([each for each in made if each.exists()]) <= 10
    for _ in range(2):
        new_run()
    assert not run.exists()


_INSTALLING = """
import fcntl, sys
from studio.engines.files import root

root().mkdir(parents=True)
lock = (root() / ".lock").open("w")
fcntl.flock(lock, fcntl.LOCK_EX)
print("installing", flush=True)
sys.stdin.readline()
"""


def test_an_installation_waits_for_that_of_another_studio_and_can_be_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIREME_ENGINES", str(tmp_path))
    told: list[str] = []
    with running(_INSTALLING) as other:
        assert hear(other) == "installing"
        with pytest.raises(InstallCancelled):
            install(lambda _, text: told.append(text), lambda: len(told) > 1)
    assert set(told) == {"Another Trireme is installing it; waiting"}
    assert [path.name for path in root().iterdir()] == [".lock"], "two installed at once"
