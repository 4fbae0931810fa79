"""Installing the embedded engine: really, half, again, and where it cannot be."""

from __future__ import annotations

import json
import os
import platform
import re
import select
import shutil
import stat
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pip as bundled_pip
import pytest

from studio.engines import install as engine_install
from studio.engines import pip, pythons
from studio.engines.failure import EngineError
from studio.engines.files import EngineFiles, read_mark, root
from studio.engines.install import EngineInfo, info, install
from studio.engines.pip import InstallCancelled
from studio.engines.pythons import Python, find_python, has_library, probe
from studio.resources import resource


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An engines folder with nothing in it."""
    monkeypatch.setenv("TRIREME_ENGINES", str(tmp_path / "engines"))
    return tmp_path / "engines"


def quiet(_fraction: float, _text: str) -> None:
    """Progress that nobody looks at."""


def executable(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.mark.engine
def test_what_is_installed_is_told(engine: EngineInfo, monkeypatch: pytest.MonkeyPatch) -> None:
    """From its files alone: nothing is started."""
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.delattr(subprocess, "Popen")
    found = info()
    assert found == engine
    assert found.installed
    assert found.problem == ""
    assert found.version == "2.51.0"
    assert found.onnxruntime
    assert Path(sys.prefix) not in found.path.parents


def test_a_python_whose_library_was_taken_away_is_noticed(tmp_path: Path) -> None:
    assert not has_library("3.99", str(tmp_path))
    (tmp_path / "libpython3.99.so.1.0").touch()
    assert has_library("3.99", str(tmp_path))


def test_an_installation_that_is_cancelled_early_is_none(own_folder: Path) -> None:
    """At once, and once its parts are looked for."""
    heard: list[str] = []
    for cancelled, problem in (
        (lambda: True, "It is not installed."),
        (lambda: any("nvidia-pytriton" in text for text in heard), "did not finish"),
    ):
        with pytest.raises(InstallCancelled):
            install(lambda _fraction, text: heard.append(text), cancelled)
        assert not info().installed
        assert problem in info().problem


@pytest.mark.engine
@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_cancelled_installation_is_gone_on_with(own_folder: Path) -> None:
    seen: list[tuple[float, str]] = []

    def progress(fraction: float, text: str) -> None:
        seen.append((fraction, text))

    def downloading() -> bool:
        return bool(seen) and "nvidia-pytriton" in seen[-1][1]

    with pytest.raises(InstallCancelled):
        install(progress, downloading)
    assert not info().installed
    assert info().problem == "Its installation did not finish."
    seen.clear()
    done = install(progress, lambda: False)
    assert done.installed
    assert done.problem == ""
    fractions = [fraction for fraction, _ in seen]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert any("Downloading nvidia-pytriton" in text or "Installing nvidia-pytriton" in text for _, text in seen)
    assert not any("Making an environment" in text for _, text in seen)
    seen.clear()
    assert install(progress, lambda: False) == done
    assert seen == [(1.0, "Triton 2.51.0 is installed")]
    broken = EngineFiles(root(), ".".join(done.python.split(".")[:2])).server
    broken.unlink()
    assert not info().installed
    assert "tritonserver is gone" in info().problem
    assert install(progress, lambda: False) == done
    assert broken.is_file()
    assert engine_install.check() == ()


def test_nothing_there_is_told(own_folder: Path) -> None:
    assert info() == EngineInfo(False, root(), problem="It is not installed.")
    assert not own_folder.exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"layout": 1}', json.dumps({"layout": 0})])
def test_a_mark_that_is_not_whole_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "engine.json").write_text(text, "utf-8")
    assert read_mark(tmp_path) is None


def test_a_disk_without_room_is_said_before_anything_is_made(own_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1 << 20))
    with pytest.raises(EngineError, match="MB free"):
        install(quiet, lambda: False)
    assert not (root() / "venv").exists()


def test_a_disk_that_gets_full_is_told_as_that_and_nothing_is_left(
    own_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What makes the environment only says that it failed."""
    free = [1 << 40]

    def fill(*_: object) -> None:
        (root() / "venv" / "lib").mkdir(parents=True)
        free[0] = 0
        raise EngineError("Install the embedded engine", "ensurepip returned non-zero exit status 1.")

    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free[0]))
    monkeypatch.setattr(engine_install, "run", fill)
    with pytest.raises(EngineError, match="is full"):
        install(quiet, lambda: False)
    assert info() == EngineInfo(False, root(), problem="It is not installed.")


def test_a_folder_that_may_not_be_written_is_said(own_folder: Path) -> None:
    own_folder.write_text("a file where a folder should be", "utf-8")
    with pytest.raises(EngineError) as raised:
        install(quiet, lambda: False)
    assert str(own_folder) in str(raised.value)


def test_another_system_is_said(own_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    assert "Linux x86-64 only" in info().problem
    with pytest.raises(EngineError, match="this is Darwin"):
        install(quiet, lambda: False)
    monkeypatch.undo()
    monkeypatch.setattr(platform, "libc_ver", lambda: ("glibc", "2.31"))
    assert "glibc 2.35" in info().problem


def test_an_installation_without_onnxruntime_says_so(own_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise EngineError("Install the embedded engine", "no matching distribution found.")

    monkeypatch.setattr(engine_install, "pip_install", refuse)
    files = EngineFiles(root(), "3.11")
    problem = engine_install.install_onnxruntime(files, (), quiet, lambda: False)
    assert problem.startswith("ONNX models cannot be served")


# pip ------------------------------------------------------------------------------------------------------------


def test_lines_are_heard_and_a_failure_carries_the_reason() -> None:
    heard: list[str] = []
    python = Path(sys.executable)
    pip.run(python, ["-c", "print('one'); print('two', end='\\r'); print('three')"], heard.append, lambda: False)
    assert heard == ["one", "two", "three"]
    with pytest.raises(EngineError, match="no such package"):
        pip.run(python, ["-c", "print('noise'); exit('ERROR: no such package')"], heard.append, lambda: False)
    with pytest.raises(EngineError, match="could not be started"):
        pip.run(Path("/no/such/program"), [], heard.append, lambda: False)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "the disk is full"),
        ("WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(...)'", "no package index"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "not the one that this Trireme"),
    ],
)
def test_what_pip_says_is_told_as_what_it_is(words: str, reason: str) -> None:
    code = f"print({words!r}); exit('ERROR: No matching distribution found for numpy')"
    with pytest.raises(EngineError, match=reason):
        pip.run(Path(sys.executable), ["-c", code], lambda _: None, lambda: False)


def test_a_network_that_is_not_there_is_told_as_that(own_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"INDEX_URL": "http://127.0.0.1:9/simple", "RETRIES": "1", "CONFIG_FILE": os.devnull}.items():
        monkeypatch.setenv(f"PIP_{name}", value)
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    with pytest.raises(EngineError, match="reaches no package index") as raised:
        install(quiet, lambda: False)
    assert "HTTPS_PROXY" in raised.value.remedy
    assert info() == EngineInfo(False, root(), problem="It is not installed.")


def test_a_file_with_another_hash_is_not_installed(tmp_path: Path) -> None:
    """A wheel of the right name and version that somebody else made."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    with zipfile.ZipFile(folder / "flatbuffers-25.12.19-py2.py3-none-any.whl", "w") as wheel:
        wheel.writestr("flatbuffers/__init__.py", "")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "venv")], check=True)
    (site,) = (tmp_path / "venv" / "lib").glob("python*/site-packages")
    (site / "pip").symlink_to(Path(bundled_pip.__file__).parent)
    wanted = tmp_path / "pip.txt"
    wanted.write_text(f"--no-index\n--find-links {folder}\nflatbuffers==25.12.19 --hash=sha256:{'0' * 64}\n")
    with pytest.raises(EngineError, match="not the one that this Trireme was made for"):
        pip.pip_install(tmp_path / "venv" / "bin" / "python", wanted, quiet, lambda: False)


def test_every_package_of_the_engine_has_a_version_and_hashes() -> None:
    pattern = r"[\w.-]+==[\w.]+( ; python_version [<>=]+ \"3\.\d+\")?( +--hash=sha256:[0-9a-f]{64})+"
    for name in ("pip", "server", "onnxruntime", "on-demand/pytorch"):
        lines = resource("engine", f"{name}.txt").read_text("utf-8").replace("\\\n", "").splitlines()
        wanted = [line for line in lines if not line.startswith(("#", "--extra-index-url https://"))]
        assert wanted
        for line in wanted:
            assert re.fullmatch(pattern, line), line


@pytest.mark.engine
def test_damage_is_seen_and_told(engine: EngineInfo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a copy of links to the engine's files, of which two are replaced."""
    shutil.copytree(engine.path, tmp_path / engine.path.name, symlinks=True, copy_function=os.link)
    monkeypatch.setenv("TRIREME_ENGINES", str(tmp_path))
    assert info().installed
    assert engine_install.check() == ()
    files = EngineFiles(root(), ".".join(engine.python.split(".")[:2]))
    same_size = files.site / "numpy" / "version.py"
    words = same_size.read_bytes()
    same_size.unlink()
    same_size.write_bytes(words[:-2] + b"#\n")
    assert info().installed
    assert engine_install.check() == (same_size,)
    other_size = files.site / "PIL" / "Image.py"
    other_size.unlink()
    other_size.write_bytes(b"")
    assert not info().installed
    assert info().problem == f"Its file {other_size} is damaged."


def test_an_installation_dies_with_a_studio_that_is_killed(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    child = f"import os, signal; open({str(file)!r}, 'w').write(str(os.getpid())); print('up', flush=True)"
    code = (
        "import sys; from pathlib import Path; from studio.engines import pip\n"
        f"arguments = ['-c', {child!r} + '; signal.pause()']\n"
        "pip.run(Path(sys.executable), arguments, lambda line: print(line, flush=True), lambda: False)"
    )
    studio = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert studio.stdout
    assert studio.stdout.readline() == b"up\n"
    installing = os.pidfd_open(int(file.read_text("ascii")))
    studio.kill()
    studio.wait()
    studio.stdout.close()
    # Readable once that process has ended.
    ended = select.select([installing], [], [], 30)[0]
    os.close(installing)
    assert ended


def test_cancelling_ends_it_and_its_children_at_once(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    heard: list[str] = []
    script = f"sleep 600 & echo $! > {file}; echo started; wait"
    code = f"import subprocess; subprocess.run(['sh', '-c', {script!r}])"
    with pytest.raises(InstallCancelled):
        pip.run(Path(sys.executable), ["-c", code], heard.append, lambda: bool(heard))
    deadline = time.monotonic() + 30
    child = Path("/proc") / file.read_text("ascii").strip() / "cmdline"
    while child.exists() and child.read_bytes() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not child.exists() or not child.read_bytes()


def test_pip_s_words_become_a_fraction() -> None:
    told: list[tuple[float, str]] = []
    meter = pip.Meter(("nvidia-pytriton", "numpy"), lambda fraction, text: told.append((round(fraction, 3), text)))
    for line in (
        "Looking in indexes: somewhere",
        "Collecting nvidia-pytriton==0.7.0",
        "Downloading nvidia_pytriton-0.7.0-py3-none-any.whl (55.4 MB)",
        "Progress 0 of 55000000",
        "Progress 27500000 of 55000000",
        "Processing /files/numpy-1.26.4-cp311-cp311-manylinux_2_17_x86_64.whl",
        "Installing collected packages: nvidia-pytriton, numpy",
        "Successfully installed numpy-1.26.4 nvidia-pytriton-0.7.0",
    ):
        meter.hear(line)
    assert told == [
        (0.0, "Looking for nvidia-pytriton"),
        (0.0, "Downloading nvidia-pytriton: 0.0 of 55.0 MB"),
        (round(27.5 / 73 * 0.75, 3), "Downloading nvidia-pytriton: 27.5 of 55.0 MB"),
        (round(55 / 73 * 0.75, 3), "Looking for numpy"),
        (0.75, "Installing nvidia-pytriton, numpy"),
        (1.0, "Installed nvidia-pytriton, numpy"),
    ]


def test_a_person_s_own_pip_target_does_not_lead_it_astray(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_TARGET", "/elsewhere")
    monkeypatch.setenv("PIP_RETRIES", "7")
    heard: list[str] = []
    code = "import os; print(*(f'{name}={value}' for name, value in os.environ.items()), sep='\\n')"
    pip.run(Path(sys.executable), ["-c", code], heard.append, lambda: False)
    assert not [line for line in heard if line.startswith("PIP_TARGET=")]
    assert "PIP_RETRIES=7" in heard


# Pythons --------------------------------------------------------------------------------------------------------


def test_this_python_is_known() -> None:
    found = probe(Path(sys.executable))
    if sys.version_info[:2] == (3, 13):
        assert found is None
    else:
        assert found is not None
        assert found.minor == f"3.{sys.version_info.minor}"
        assert found.path.name.startswith("python3")
        assert not found.library_dir or Path(found.library_dir, found.library).exists()


def fake_python(folder: Path, version: tuple[int, int, int], library: bool, has_pip: bool) -> Path:
    """A program that answers the probe as such a Python would."""
    answer = json.dumps([list(version), str(folder / "python3"), "/lib" if library else "", has_pip])
    folder.mkdir()
    return executable(folder / "python3", f"#!/bin/sh\necho '{answer}'\n")


def test_a_stub_whose_python_library_is_not_found_fails_the_installation(tmp_path: Path) -> None:
    files = EngineFiles(tmp_path, "3.11")
    files.stub.parent.mkdir(parents=True)
    words = "stub: error while loading shared libraries: libpython3.11.so.1.0: cannot open shared object file"
    executable(files.stub, f"#!/bin/sh\necho '{words}' >&2\nexit 127\n")
    with pytest.raises(EngineError, match=r"libpython3\.11"):
        engine_install.check_stub(files, {})


def choose(monkeypatch: pytest.MonkeyPatch, *paths: Path) -> None:
    monkeypatch.setattr(pythons, "candidates", lambda: iter(paths))


def test_the_first_python_that_serves_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    choose(
        monkeypatch,
        tmp_path / "none",
        executable(tmp_path / "fails", "#!/bin/sh\nexit 1\n"),
        fake_python(tmp_path / "new", (3, 13, 0), library=True, has_pip=True),
        fake_python(tmp_path / "bare", (3, 8, 99), library=False, has_pip=True),
        fake_python(tmp_path / "good", (3, 10, 13), library=True, has_pip=True),
    )
    found = find_python()
    assert found == Python(tmp_path / "good" / "python3", (3, 10, 13), "/lib", True, True)


def test_what_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Where the loader knows no library by itself, as with a Python that was built without one.
    (tmp_path / "bin").mkdir()
    executable(tmp_path / "bin" / "ldconfig", "#!/bin/sh\n")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    choose(monkeypatch, fake_python(tmp_path / "bare", (3, 11, 2), library=False, has_pip=True))
    with pytest.raises(EngineError, match="lacks its shared library") as raised:
        find_python()
    assert raised.value.remedy == "Install it, for example: sudo apt install libpython3.11"
    choose(monkeypatch, fake_python(tmp_path / "debian", (3, 11, 2), library=True, has_pip=False))
    with pytest.raises(EngineError, match="lacks its venv") as raised:
        find_python()
    assert "python3.11-venv" in raised.value.remedy
    choose(monkeypatch)
    with pytest.raises(EngineError, match=r"from 3\.8 to 3\.12"):
        find_python()


def test_pythons_are_looked_for_where_people_have_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "versions" / "3.9.18" / "bin").mkdir(parents=True)
    python = executable(tmp_path / "versions" / "3.9.18" / "bin" / "python3", "#!/bin/sh\n")
    own = tmp_path / "bin"
    own.mkdir()
    on_path = executable(own / "python3.10", "#!/bin/sh\n")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    monkeypatch.setenv("PATH", f"{own}{os.pathsep}/usr/bin")
    found = list(pythons.candidates())
    assert found[0] == Path(sys.executable)
    assert python in found
    assert on_path in found
