"""The studio installed in parts, from the wheel, into a clean environment."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.packaging.conftest import PROJECT

_BASE_MB = 150


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the base part; the folder of its commands."""
    folder = tmp_path_factory.mktemp("base")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    build = [*pip, "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", str(folder), str(PROJECT)]
    subprocess.run(build, check=True, timeout=240)
    (wheel,) = folder.glob("*.whl")
    environment = folder / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True, timeout=240)
    into = ["--python", str(environment / "bin/python"), "install", "--quiet", "--no-compile"]
    pins = ["--constraint", str(PROJECT / "packaging/constraints.txt")]
    subprocess.run([*pip, *into, *pins, str(wheel)], check=True, timeout=300)
    return environment / "bin"


def said(*command: str | Path) -> tuple[int, str]:
    """The exit code of a command and what it said."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=240)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.timeout(500)
def test_the_base_checks_without_a_window_or_a_server(base: Path, tmp_path: Path) -> None:
    size = sum(path.lstat().st_size for path in base.parent.rglob("*") if not path.is_dir()) / 1e6
    assert size <= _BASE_MB
    for module in ("PySide6", "grpc", "docker", "pyqtgraph"):
        code, told = said(base / "python", "-c", f"import {module}")
        assert code == 1
        assert "ModuleNotFoundError" in told
    assert said(base / "trireme", "example", tmp_path / "example")[0] == 0
    code, told = said(base / "trireme", "check", tmp_path / "example" / "models")
    assert code == 0, told


_CONFIG = 'backend: "onnxruntime"\nmax_batch_size: 4\ninput [ { name: "x" data_type: TYPE_FP32 dims: [ 3 ] } ]\n'
_CONFIG += 'output [ { name: "y" data_type: TYPE_FP32 dims: [ 2 ] label_filename: "labels.txt" } ]\n'
_PIPELINE = 'platform: "ensemble"\nmax_batch_size: 4\ninput [ { name: "a" data_type: TYPE_FP32 dims: [ 3 ] } ]\n'
_PIPELINE += (
    'output [ { name: "b" data_type: TYPE_FP32 dims: [ 2 ] } ]\nensemble_scheduling { step [ { model_name: "net" '
)
_PIPELINE += 'model_version: -1 input_map { key: "x" value: "a" } output_map { key: "y" value: "b" } } ] }\n'
_POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'ab' * 32}\nsize 91238400\n"
_MODEL = "class TritonPythonModel:\n    def execute(self, requests):\n        return []\n"
_PROJECT = """\
server = "nvcr.io/nvidia/tritonserver:26.07-py3"
weights = "elsewhere"
[[ignore]]
rule = "ig-same-name"
reason = "nobody reads the names of the groups"
"""


def _checkout(folder: Path) -> Path:
    """A project as people keep it in git: sources, and two repositories without weights and without empty folders."""
    files = {
        "src/app.py": "",
        "docs/1/index.md": "",
        "trireme.toml": _PROJECT,
        "vision/models/net/config.pbtxt": _CONFIG + "instance_group [ { kind: KIND_GPU gpus: [ 3 ] } ]\n",
        "vision/models/net/labels.txt": "one\ntwo\n",
        "vision/models/pipeline/config.pbtxt": _PIPELINE,
        "speech/models/net/config.pbtxt": _CONFIG + 'instance_group [ { name: "a" }, { name: "a" } ]\n',
        "speech/models/net/labels.txt": "one\ntwo\n",
        "speech/models/net/1/model.onnx": _POINTER,
        "speech/models/code/1/model.py": _MODEL,
        "speech/models/code/config.pbtxt": 'backend: "python"\n',
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    for words in (("init", "-q"), ("add", "-A")):
        subprocess.run(["git", *words], cwd=folder, check=True, timeout=60)
    return folder


def test_a_checkout_without_weights_passes_the_settings_of_a_user(base: Path, tmp_path: Path) -> None:
    project = _checkout(tmp_path)
    code, told = said(base / "trireme", "check", "--discover", project, "--format", "github")
    assert code == 0, told
    assert "4 of 4 models load. 0 errors, 0 warnings" in told
    assert said(base / "trireme", "check", project)[0] == 2
    for form in ("text", "json", "junit", "sarif"):
        assert said(base / "trireme", "check", "--discover", project, "--format", form)[0] == 0
    config = project / "vision/models/net/config.pbtxt"
    config.write_text(config.read_text().replace('"y"', '"z"'))
    code, told = said(base / "trireme", "check", "--format", "github", config)
    assert code == 1
    assert "::error file=vision/models/pipeline/config.pbtxt,line=" in told
    code, told = said(base / "trireme", "check", "--discover", project, "--weights", "here")
    assert code == 1
    assert "git lfs pull" in told


@pytest.mark.parametrize(("command", "part"), [("serve", "serve"), ("gui", "gui")])
def test_a_command_whose_part_is_missing_says_how_to_get_it(
    base: Path, tmp_path: Path, command: str, part: str
) -> None:
    code, told = said(base / "trireme", command, tmp_path)
    assert code == 1
    assert f"pip install 'trireme-studio[{part}]'" in told
    assert "Traceback" not in told
