"""Named launches of a repository: kept whole but for secrets, by several studios at once, never over a strange file."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from studio.core.failure import CoreError
from studio.core.serving.gpus import Gpus
from studio.core.serving.kinds import ControlMode, EngineKind
from studio.core.serving.launch import LaunchSpec, Ports
from studio.core.serving.launching.last import keep_last, last
from studio.core.serving.launching.options import ContainerOptions, ServerOptions, Trace
from studio.core.serving.launching.presets import (
    Change,
    delete_preset,
    keep_preset,
    presets_path,
    read_presets,
    rename_preset,
    undo_presets,
)
from studio.core.serving.launching.secrets import without_secrets


@pytest.fixture
def spec(tmp_path: Path) -> LaunchSpec:
    (tmp_path / "models").mkdir()
    return LaunchSpec(
        EngineKind.DOCKER,
        tmp_path / "models",
        image="nvcr.io/nvidia/tritonserver:25.10-py3",
        ports=Ports(9000, 9001, 9002),
        gpus=Gpus(ids=("0",)),
        control=ControlMode.POLL,
        inherited=("HF_HOME",),
        options=ServerOptions(verbose=1, trace=Trace("triton")),
        limits=ContainerOptions(memory_mb=4096, packages=("pillow",)),
    )


def repository(spec: LaunchSpec) -> Path:
    assert spec.repository is not None
    return spec.repository


def test_a_launch_comes_back_as_it_was_kept(spec: LaunchSpec) -> None:
    keep_preset(repository(spec), " On the GPU ", spec)
    other = LaunchSpec(EngineKind.EMBEDDED, repository(spec))
    keep_preset(repository(spec), "embedded", other)
    assert dict(read_presets(repository(spec)).launches) == {"embedded": other, "On the GPU": spec}
    assert list(read_presets(repository(spec)).launches) == ["embedded", "On the GPU"]


def test_the_file_lies_beside_the_repository_and_is_sorted_and_small(spec: LaunchSpec, tmp_path: Path) -> None:
    keep_preset(repository(spec), "b", LaunchSpec(EngineKind.DOCKER, image="x"))
    keep_preset(repository(spec), "a", LaunchSpec(EngineKind.EMBEDDED))
    path = tmp_path / "models.trireme" / "launches" / "presets.json"
    assert path == presets_path(repository(spec))
    expected = ["{", ' "launches": {', '  "a": {', '   "kind": "embedded"', "  },"]
    expected += ['  "b": {', '   "image": "x"', "  }", " },", ' "version": 1', "}"]
    assert path.read_text("utf-8").splitlines() == expected


def test_what_is_done_can_be_undone_and_done_again(spec: LaunchSpec) -> None:
    folder = repository(spec)
    keep_preset(folder, "one", spec)
    before = read_presets(folder)
    changes: tuple[Callable[[], Change], ...] = (
        lambda: delete_preset(folder, "one"),
        lambda: rename_preset(folder, "one", "two"),
        lambda: keep_preset(folder, "one", replace(spec, load=("a",))),
        lambda: keep_preset(folder, "new", spec),
    )
    for change in changes:
        back = change()
        after = read_presets(folder)
        assert after != before
        again = undo_presets(folder, back)
        assert read_presets(folder) == before
        undo_presets(folder, again)
        assert read_presets(folder) == after
        undo_presets(folder, back)


@pytest.mark.parametrize(
    ("old", "new", "says"), [("one", "two", "“two”"), ("gone", "x", "longer"), ("one", " ", "a name")]
)
def test_a_name_that_is_taken_or_none_is_refused(spec: LaunchSpec, old: str, new: str, says: str) -> None:
    for name in ("one", "two"):
        keep_preset(repository(spec), name, spec)
    before = presets_path(repository(spec)).read_bytes()
    with pytest.raises(CoreError, match=says):
        rename_preset(repository(spec), old, new)
    assert presets_path(repository(spec)).read_bytes() == before
    with pytest.raises(CoreError):
        keep_preset(repository(spec), "a\nb", spec)


def test_no_secret_gets_into_the_file(spec: LaunchSpec) -> None:
    secret = "hunter2hunter2"
    hidden = replace(
        spec,
        environment=(("AWS_KEY", secret), ("MODE", "fast")),
        arguments=(
            f"--http-restricted-api=health:key={secret}",
            "--log-info=1",
            "--grpc-restricted-protocol",
            f"inference:key={secret}",
            "--buffer=2",
            "--cache-config",
            "redis,host=cache",
            "--cache-config",
            f"redis,password={secret}",
            f"--trace-config=opentelemetry,url=http://me:{secret}@collector:4318/v1/traces",
            "--metrics-address",
            "127.0.0.1",
        ),
        options=ServerOptions(trace=Trace("opentelemetry", to=f"https://me:{secret}@collector:4318/v1/traces")),
    )
    keep_preset(repository(spec), "one", hidden)
    keep_last(hidden, "one")
    assert secret not in presets_path(repository(spec)).read_text("utf-8")
    kept = read_presets(repository(spec)).launches["one"]
    assert kept.inherited == ("HF_HOME", "AWS_KEY", "MODE")
    shown = ("--cache-config", "redis,host=cache", "--metrics-address", "127.0.0.1")
    assert kept.arguments == ("--log-info=1", "--buffer=2", *shown)
    assert kept.options.trace.to == "https://collector:4318/v1/traces"
    found = last(repository(spec))
    assert found is not None
    assert found.spec == kept
    assert without_secrets(hidden)[1] == (
        "the value of AWS_KEY",
        "the value of MODE",
        "the argument --http-restricted-api",
        "the argument --grpc-restricted-protocol",
        "the argument --cache-config",
        "the argument --trace-config",
        "the password of the collector",
    )
    assert without_secrets(spec) == (spec, ())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"version": 2, "launches": {}}', "newer Trireme"),
        ("{", "damaged"),
        ("[]", "damaged"),
        ('{"version": 1, "launches": {"a": 3}}', "damaged"),
        ('{"version": 1, "launches": []}', "damaged"),
        ("[" * 100_000, "damaged"),
    ],
)
def test_a_file_that_is_damaged_or_newer_is_told_and_left_alone(spec: LaunchSpec, text: str, says: str) -> None:
    path = presets_path(repository(spec))
    path.parent.mkdir(parents=True)
    path.write_text(text, "utf-8")
    found = read_presets(repository(spec))
    assert not found.launches
    assert says in found.problem
    assert str(path) in found.problem
    with pytest.raises(CoreError, match=says):
        keep_preset(repository(spec), "one", spec)
    assert path.read_text("utf-8") == text


def test_what_another_wrote_into_a_launch_stays_with_it(spec: LaunchSpec) -> None:
    path = presets_path(repository(spec))
    keep_preset(repository(spec), "one", spec)
    told = json.loads(path.read_text("utf-8"))
    told["launches"]["one"]["note"] = "of the team"
    path.write_text(json.dumps(told), "utf-8")
    keep_preset(repository(spec), "two", spec)
    rename_preset(repository(spec), "one", "three")
    assert json.loads(path.read_text("utf-8"))["launches"]["three"]["note"] == "of the team"


def test_a_link_out_of_the_folder_is_not_written_through(spec: LaunchSpec, tmp_path: Path) -> None:
    path = presets_path(repository(spec))
    path.parent.mkdir(parents=True)
    (tmp_path / "mine.json").write_text("{}", "utf-8")
    path.symlink_to(tmp_path / "mine.json")
    with pytest.raises(CoreError, match="leads out"):
        keep_preset(repository(spec), "one", spec)
    assert (tmp_path / "mine.json").read_text("utf-8") == "{}"
    assert read_presets(repository(spec)).problem


@pytest.mark.long
def test_studios_that_write_at_once_lose_nothing(spec: LaunchSpec) -> None:
    line = (
        "import sys; from pathlib import Path; from studio.core.serving.launching.presets import *;"
        "from studio.core.serving.launch import LaunchSpec; from studio.core.serving.kinds import EngineKind;"
        "input();"
        "[keep_preset(Path(sys.argv[1]), sys.argv[2] + str(n), LaunchSpec(EngineKind.EMBEDDED)) for n in range(5)]"
    )
    command = [sys.executable, "-c", line, str(repository(spec))]
    studios = [subprocess.Popen([*command, name], stdin=subprocess.PIPE, text=True) for name in "abc"]
    for each in studios:
        assert each.stdin
        each.stdin.write("now\n")
        each.stdin.flush()
    for each in studios:
        each.communicate()
    expected = {f"{name}{number}" for name in "abc" for number in range(5)}
    assert set(read_presets(repository(spec)).launches) == expected


def test_the_last_launch_belongs_to_its_repository_alone(spec: LaunchSpec, tmp_path: Path) -> None:
    keep_last(spec, "one")
    found = last(repository(spec))
    assert found is not None
    assert (found.spec, found.name) == (spec, "one")
    assert last(tmp_path) is None
