"""The commands as a person types them, in processes of their own, against the real embedded server."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.core.files.example import expected_labels
from studio.engines import install
from tests.engines.models import python_model

TRIREME = [sys.executable, "-m", "studio"]
ANYWHERE = "0.0.0.0"  # noqa: S104 - nothing is bound
ANY_PORTS = ("--http-port=0", "--grpc-port=0", "--metrics-port=0")


def trireme(*words: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end."""
    return subprocess.run([*TRIREME, *words], capture_output=True, text=True, timeout=timeout)


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `trireme example` wrote."""
    folder = tmp_path_factory.mktemp("cli") / "example"
    done = trireme("example", str(folder))
    assert done.returncode == 0, done.stderr
    assert str(folder / "models") in done.stdout
    return folder


@pytest.fixture(scope="module")
def served(example: Path) -> Iterator[dict[str, str]]:
    """`trireme serve` on the example; gives the addresses that it printed."""
    if not install.info().installed:
        install.install(lambda _fraction, _text: None, lambda: False)
    process = subprocess.Popen(
        [*TRIREME, "serve", str(example / "models"), "--quiet", *ANY_PORTS], stdout=subprocess.PIPE, text=True
    )
    try:
        addresses: dict[str, str] = {}
        assert process.stdout
        for line in process.stdout:
            if match := re.match(r"\s+(http|grpc|metrics)\s+(\S+)", line):
                addresses[match[1]] = match[2]
            if "Ctrl+C" in line:
                break
        assert set(addresses) == {"http", "grpc", "metrics"}
        yield addresses
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(120) == 0
        assert process.stdout
        process.stdout.close()


def test_a_second_example_in_the_same_folder_is_refused(example: Path) -> None:
    done = trireme("example", str(example))
    assert done.returncode == 1
    assert str(example) in done.stderr
    assert "Traceback" not in done.stderr


def test_the_engine_says_where_it_is(tmp_path: Path) -> None:
    done = trireme("engine", "info")
    assert ("installed in" in done.stdout) == (done.returncode == 0)
    none = subprocess.run(
        [*TRIREME, "engine", "info"],
        capture_output=True,
        text=True,
        env={**os.environ, "TRIREME_ENGINES": str(tmp_path)},
    )
    assert none.returncode == 1
    assert "trireme engine install" in none.stdout


@pytest.mark.parametrize(("given", "reason"), [("MY FLAG", "“MY FLAG” is no name"), ("=x", "is missing")])
def test_a_variable_without_a_proper_name_is_refused(tmp_path: Path, given: str, reason: str) -> None:
    done = trireme("serve", str(tmp_path), "--env", given)
    assert done.returncode == 1
    assert reason in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--bind", ANYWHERE], f"by everybody who reaches this machine. Say that you want it: --open-to {ANYWHERE}"),
        (["--bind", "10.0.0.1", "--open-to", "10.0.0.2"], "by everybody who reaches 10.0.0.1"),
        (["--bind", "localhost"], "“localhost” is no IPv4 address"),
        (["--http-port", "8001"], "HTTP, gRPC and metrics need a port each"),
        (["--engine", "docker", "--package=-r x"], "“-r x” is no requirement"),
    ],
)
def test_a_launch_that_cannot_be_meant_is_refused(tmp_path: Path, words: list[str], reason: str) -> None:
    done = trireme("serve", str(tmp_path), *words)
    assert done.returncode == 1
    assert reason in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("protocol", ["http", "grpc"])
def test_an_image_gets_its_label(example: Path, served: dict[str, str], protocol: str) -> None:
    sample, label = next((s, v) for s, v in sorted(expected_labels(example).items()) if s.startswith("images/"))
    done = trireme(
        "infer",
        "image_pipeline",
        f"--{protocol}",
        served[protocol],
        "--input",
        f"image=@{example / 'samples' / sample}",
        "--json",
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["outputs"]["label"]["values"] == [label]
    assert answer["times_ns"]["total"] > 0


def test_text_is_sent_and_the_answer_reads_well(served: dict[str, str]) -> None:
    done = trireme("infer", "text_pipeline", "--grpc", served["grpc"], "--input", "text=text:mayday, we are sinking")
    assert done.returncode == 0, done.stderr
    assert re.search(r"probabilities\s+FP32 \[1, \d+\]", done.stdout)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nosuchmodel"], "nosuchmodel"),
        (["image_pipeline", "--input", "nope=[1]"], "image"),
        (["image_pipeline", "--input", "image=@/does/not/exist.png"], "exist.png"),
        (["image_pipeline", "--input", "image"], "NAME=VALUE"),
        (["classifier", "--input", "pixels=[1,2]"], "does not fit"),
    ],
)
def test_what_cannot_be_sent_is_said_in_one_line(served: dict[str, str], words: list[str], says: str) -> None:
    done = trireme("infer", words[0], "--grpc", served["grpc"], *words[1:])
    assert done.returncode == 1
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_server_that_is_not_there_is_named() -> None:
    done = trireme("infer", "any", "--http", "127.0.0.1:9")
    assert done.returncode == 1
    assert "127.0.0.1:9" in done.stderr


def test_serving_a_folder_that_is_not_there_is_refused() -> None:
    done = trireme("serve", "/does/not/exist")
    assert done.returncode == 1
    assert "/does/not/exist" in done.stderr


def test_stopping_leaves_nothing_running(tmp_path: Path) -> None:
    python_model(tmp_path)
    words = ["serve", str(tmp_path), "--trust", "--quiet", *ANY_PORTS]
    process = subprocess.Popen([*TRIREME, *words], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert next(line for line in process.stdout if "Ctrl+C" in line)
    children = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True).stdout.split()
    assert children
    process.send_signal(signal.SIGTERM)
    assert process.wait(120) == 0
    process.stdout.close()
    end = time.monotonic() + 60
    while any(Path(f"/proc/{pid}").exists() for pid in children) and time.monotonic() < end:
        time.sleep(0.05)
    assert not [pid for pid in children if Path(f"/proc/{pid}").exists()]
