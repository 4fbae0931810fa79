"""What sets the project up: the make targets, `packaging/prepare`, and the pinned versions."""

from __future__ import annotations

import os
import re
import select
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ROOT / "packaging" / "system-packages.txt"
CONSTRAINTS = ROOT / "packaging" / "constraints.txt"
TARGETS = ("run", "quick", "test", "slow", "lint", "pictures", "bench", "venv")


def lines(path: Path) -> list[str]:
    """What a file says beside its comments."""
    return [line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]


def normal(name: str) -> str:
    """A distribution's name as all tools compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of what `prepare` reads, with packages that are surely missing and one that is there."""
    (tmp_path / "packaging").mkdir()
    for name in ("prepare", "constraints.txt"):
        shutil.copy(ROOT / "packaging" / name, tmp_path / "packaging" / name)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    listed = ["run absent-one no-such-command", "run libabsent2 libnothing.so.9", "run shell /bin/sh"]
    listed += [
        "display absent-three /no/such/path",
        "display absent-one no-such-command",
        "display bash bash",
        "run glibc libc.so.6",
    ]
    (tmp_path / "packaging" / "system-packages.txt").write_text("# A comment.\n" + "\n".join(listed) + "\n", "utf-8")
    return tmp_path


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A folder of commands that stand before the system's own; each notes how it was called."""
    folder = tmp_path / "tools"
    folder.mkdir()
    for name, body in (("apt-get", 'echo "apt-get $*" >>"$CALLS"'), ("id", "echo 1000"), ("sudo", "exit 1")):
        (folder / name).write_text(f"#!/bin/bash\n{body}\n", "utf-8")
        (folder / name).chmod(0o755)
    return folder


def prepare(project: Path, *arguments: str, tools: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Runs it there."""
    path = f"{tools}:{os.environ['PATH']}" if tools else os.environ["PATH"]
    environment = {**os.environ, "PATH": path, "PYTHON": sys.executable, "CALLS": str(project / "calls")}
    return subprocess.run(
        [project / "packaging" / "prepare", *arguments], env=environment, capture_output=True, text=True, timeout=240
    )


def test_missing_packages_are_named_where_they_cannot_be_installed(project: Path, tools: Path) -> None:
    done = prepare(project, "--system", "run,display", tools=tools)
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1].split() == [
        *("sudo", "apt-get", "install", "--no-install-recommends"),
        *("absent-one", "libabsent2", "absent-three"),
    ]
    assert not (project / "calls").exists()


def test_only_the_groups_that_were_asked_for_are_looked_at(project: Path, tools: Path) -> None:
    done = prepare(project, "--system", "display", tools=tools)
    assert done.stdout.split()[-2:] == ["absent-three", "absent-one"]
    assert "libabsent2" not in done.stdout


def test_missing_packages_are_installed_by_root(project: Path, tools: Path) -> None:
    (tools / "id").write_text("#!/bin/bash\necho 0\n", "utf-8")
    done = prepare(project, "--system", "run", tools=tools)
    assert done.returncode == 0, done.stderr
    calls = (project / "calls").read_text("utf-8").splitlines()
    assert calls[0].startswith("apt-get update")
    assert calls[1].split()[-2:] == ["absent-one", "libabsent2"]


def test_they_are_installed_through_sudo_where_it_asks_nothing(project: Path, tools: Path) -> None:
    (tools / "sudo").write_text('#!/bin/bash\n[ "$1" = -n ] && exit 0\necho "sudo" >>"$CALLS"\n"$@"\n', "utf-8")
    done = prepare(project, "--system", "run", tools=tools)
    assert done.returncode == 0, done.stderr
    calls = (project / "calls").read_text("utf-8").splitlines()
    assert [call.split()[0] for call in calls] == ["sudo", "apt-get", "sudo", "apt-get"]


def test_nothing_is_said_or_called_where_nothing_is_missing(project: Path, tools: Path) -> None:
    (project / "packaging" / "system-packages.txt").write_text("run bash bash\nrun shell /bin/sh\n", "utf-8")
    done = prepare(project, "--system", "run", tools=tools)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not (project / "calls").exists()


def test_packages_of_the_systems_python_carry_its_version(project: Path, tools: Path) -> None:
    (project / "packaging" / "system-packages.txt").write_text("run libpython{minor} /no/{minor}\n", "utf-8")
    done = prepare(project, "--system", "run", tools=tools)
    assert "{" not in done.stdout
    if Path("/usr/bin/python3").exists():
        assert re.fullmatch(r"libpython3\.\d+", done.stdout.split()[-1])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "nothing asked for"),
        (("--nonsense",), "unknown option --nonsense"),
        (("--system",), "--system needs groups"),
        (("--system", "run,nonsense"), "unknown group nonsense"),
    ],
)
def test_a_wrong_command_line_is_refused(project: Path, arguments: tuple[str, ...], words: str) -> None:
    done = prepare(project, *arguments)
    assert done.returncode == 1
    assert words in done.stderr


def test_a_python_that_does_not_serve_is_refused_by_name(project: Path) -> None:
    environment = {**os.environ, "PYTHON": "/bin/false"}
    done = subprocess.run(
        [project / "packaging" / "prepare", "--venv"], env=environment, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 1
    assert "/bin/false is no Python 3.11, 3.12 or 3.13" in done.stderr
    assert not (project / ".venv").exists()


def test_every_package_has_a_group_a_name_and_a_sign() -> None:
    rows = [line.split() for line in lines(PACKAGES)]
    assert all(len(row) == 3 for row in rows)
    groups = {"run", "display", "docker", "podman", "tests", "venv", "engine", "package", "editors"}
    assert {row[0] for row in rows} == groups
    assert len({(row[0], row[1]) for row in rows}) == len(rows)


def test_the_constraints_are_names_and_versions_only() -> None:
    rows = lines(CONSTRAINTS)
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", row) for row in rows)
    names = [normal(row.split("==")[0]) for row in rows]
    assert len(set(names)) == len(names)


def test_the_constraints_cover_everything_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = [
        *project["project"]["dependencies"],
        *project["project"]["optional-dependencies"]["dev"],
        *project["build-system"]["requires"],
    ]
    pinned = {normal(row.split("==")[0]) for row in lines(CONSTRAINTS)}
    assert {normal(re.split(r"[\[<>=!~ ;]", each)[0]) for each in wanted} <= pinned


def test_the_constraints_cover_everything_that_is_installed() -> None:
    found = subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", "list", "--format=freeze", "--exclude-editable"],
        capture_output=True,
        text=True,
        check=True,
    )
    pinned = {normal(row.split("==")[0]): row.split("==")[1] for row in lines(CONSTRAINTS)}
    installed = {normal(row.split("==")[0]): row.split("==")[1] for row in found.stdout.split() if "==" in row}
    own = {"pip", "setuptools", "wheel", "trireme-studio"}
    assert {
        name: version for name, version in installed.items() if name not in own and pinned.get(name) != version
    } == {}


@pytest.mark.parametrize("target", TARGETS)
def test_make_knows_its_targets(target: str) -> None:
    done = subprocess.run(["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    assert "packaging/prepare" in done.stdout


def test_make_asks_for_a_virtual_display_only_without_a_screen() -> None:
    bare = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    for environment, wanted in ((bare, True), ({**bare, "DISPLAY": ":0"}, False)):
        done = subprocess.run(["make", "-n", "run"], cwd=ROOT, env=environment, capture_output=True, text=True)
        assert ("display" in done.stdout) is wanted


def test_groups_that_make_asks_for_exist() -> None:
    known = {line.split()[0] for line in lines(PACKAGES)}
    asked = re.findall(r"--system ([a-z,]+)", (ROOT / "Makefile").read_text("utf-8"))
    assert asked
    assert {group for groups in asked for group in groups.split(",")} <= known


@pytest.mark.parametrize("failing", ["", "venv", "ready", "lint", "test"])
def test_continuous_integration_lints_and_runs_the_tests_and_fails_where_one_of_them_does(
    tools: Path, tmp_path: Path, failing: str
) -> None:
    script, calls = ROOT / ".ci" / "run", tmp_path / "calls"
    assert os.access(script, os.X_OK)
    (tools / "make").write_text('#!/bin/bash\necho "$*" >>"$CALLS"\necho "$1 says"\n[ "$1" != "$FAILING" ]\n', "utf-8")
    (tools / "make").chmod(0o755)
    environment = {"PATH": f"{tools}:{os.environ['PATH']}", "CALLS": str(calls), "FAILING": failing}
    done = subprocess.run([script], capture_output=True, text=True, timeout=60, env=os.environ | environment)
    assert (done.returncode != 0) == bool(failing)
    made = calls.read_text("utf-8").split()
    if failing not in ("venv", "ready"):
        assert sorted(made) == ["lint", "ready", "test", "venv"]
        assert made.index("ready") < made.index("test")
        assert "lint says" in done.stdout
    assert made[0] == "venv"


def test_continuous_integration_that_is_cut_off_tells_what_was_read_and_leaves_nothing_running(
    tools: Path, tmp_path: Path
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    held = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    # What the recipe starts holds the pipe open for as long as it lives.
    lint = f'echo "lint says"; exec 3>"{pipe}"; sleep 30 && true'
    (tools / "make").write_text(
        f'#!/bin/bash\ncase "$1" in lint) {lint} ;; ready) : <"{pipe}"; exit 3 ;; esac\n', "utf-8"
    )
    (tools / "make").chmod(0o755)
    environment = os.environ | {"PATH": f"{tools}:{os.environ['PATH']}"}
    done = subprocess.run([ROOT / ".ci" / "run"], capture_output=True, text=True, timeout=60, env=environment)
    assert (done.returncode, "lint says" in done.stdout) == (3, True)
    assert select.select([held], [], [], 20)[0], "nobody holds it any more"
    os.close(held)
