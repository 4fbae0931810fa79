"""The example on the real server: it loads without a complaint, and every sample gets its right label."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.client.triton import ClientError, Triton
from studio.core.config.datatypes import data_type
from studio.core.files.example import expected_labels, write_example
from studio.core.inference.requests import Array, InferRequest, InferResult, Tensor
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec, LogLine
from studio.engines.engine import Server
from studio.engines.install import info, install
from studio.engines.registry import start
from studio.paths import engines_dir
from tests.fixtures.grace import NO_GRACE

pytestmark = pytest.mark.engine

# What this release says on every machine without a GPU, whatever it serves.
WITHOUT_GPU = (
    "CUDA driver version is insufficient",
    "CudaDriverHelper has not been initialized",
    "failed to allocate pinned system memory",
    "DCGM unable to start",
)
LOADED = {
    ("classifier", "1"),
    ("classifier", "2"),
    ("image_pipeline", "1"),
    ("postprocess", "1"),
    ("preprocess", "1"),
    ("text_classifier", "1"),
    ("text_pipeline", "1"),
    ("tokenizer", "1"),
}


@contextmanager
def serving(folder: Path, **options: Any) -> Iterator[Server]:
    """A fresh example on the embedded engine, ready; the engine is installed where it is missing."""
    if not info().installed:
        install(lambda fraction, text: None, lambda: False)
    spec = LaunchSpec(EngineKind.EMBEDDED, write_example(folder / "example"), **options)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRIREME_ENGINES", os.environ.get("TRIREME_ENGINES") or str(engines_dir()))
        patch.setenv("TRIREME_HOME", str(folder / "home"))
        server = start(spec)
        try:
            wait_until_ready(server)
            yield server
        finally:
            server.stop(NO_GRACE)


def wait_until_ready(server: Server) -> None:
    """Returns when every model has settled."""
    with closing(Triton(server.addresses)) as client:
        wait_until(lambda: server.poll() is not None or client.ready())
    assert server.poll() is None, server.read_log()


def wait_until(holds: Callable[[], bool], seconds: float = 60) -> None:
    """Returns when a condition holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to hold"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for the tests that leave it as it is."""
    with serving(tmp_path_factory.mktemp("served")) as started:
        yield started


@pytest.fixture
def client(server: Server) -> Iterator[Triton]:
    """A client of that server."""
    with closing(Triton(server.addresses)) as opened:
        yield opened


def samples(server: Server, kind: str) -> dict[bytes, str]:
    """The right label by content, of the samples beside the served repository."""
    assert server.spec.repository
    example = server.spec.repository.parent
    expected = expected_labels(example)
    return {(example / "samples" / name).read_bytes(): expected[name] for name in expected if name.startswith(kind)}


def ask(client: Triton, model: str, rows: list[bytes], protocol: str = "grpc") -> InferResult:
    """The answer of a pipeline to files or messages, as one batch."""
    name = "image" if model == "image_pipeline" else "text"
    return client.infer(InferRequest(model, (column(name, rows),), protocol=protocol), stages=False)


def tensor(name: str, kind: str, array: Array) -> Tensor:
    """An input."""
    found = data_type(kind)
    assert found
    return Tensor(name, found, array)


def column(name: str, rows: list[bytes]) -> Tensor:
    """Files or messages as a batch of one element each."""
    return tensor(name, "BYTES", np.array(rows, np.object_).reshape(-1, 1))


def output(result: InferResult, name: str) -> Array:
    """One output of an answer."""
    return next(found.array for found in result.outputs if found.name == name)


def image_labels(result: InferResult) -> list[str]:
    """The names in an answer of image_pipeline."""
    return [row[0].decode() for row in output(result, "label")]


def text_labels(server: Server, result: InferResult) -> list[str]:
    """The likeliest topics in an answer of text_pipeline, by the ensemble's own label file."""
    assert server.spec.repository
    names = (server.spec.repository / "text_pipeline/labels.txt").read_text(encoding="utf-8").splitlines()
    return [names[best] for best in output(result, "probabilities").argmax(axis=1)]


def test_loads_every_version_without_a_complaint(server: Server, client: Triton) -> None:
    states = {(model.name, model.version): model.state for model in client.index()}
    assert states == dict.fromkeys(LOADED, "READY")
    assert [line.text for line in server.read_log() if is_complaint(line)] == []


def is_complaint(line: LogLine) -> bool:
    """A warning or an error that is not about a missing GPU."""
    return line.level in ("W", "E") and not any(known in line.text for known in WITHOUT_GPU)


@pytest.mark.parametrize("protocol", ["grpc", "http"])
def test_every_sample_image_gets_its_label(server: Server, client: Triton, protocol: str) -> None:
    right = samples(server, "images")
    answers = {file: ask(client, "image_pipeline", [file], protocol) for file in right}
    assert {file: image_labels(answer)[0] for file, answer in answers.items()} == right
    for answer in answers.values():
        probabilities = output(answer, "probabilities")
        assert probabilities.shape == (1, 10)
        assert output(answer, "score")[0, 0] == probabilities.max()
        assert probabilities.sum() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("protocol", ["grpc", "http"])
def test_every_sample_message_gets_its_label(server: Server, client: Triton, protocol: str) -> None:
    right = samples(server, "texts")
    answers = {text: ask(client, "text_pipeline", [text], protocol) for text in right}
    assert {text: text_labels(server, answer)[0] for text, answer in answers.items()} == right


def test_a_batch_of_mixed_files_gets_an_answer_each(server: Server, client: Triton) -> None:
    right = samples(server, "images")
    files = list(right)[:16]
    assert {file[:4] for file in files} == {b"\x89PNG", b"\xff\xd8\xff\xe0"}
    assert image_labels(ask(client, "image_pipeline", files)) == [right[file] for file in files]
    messages = samples(server, "texts")
    assert text_labels(server, ask(client, "text_pipeline", list(messages))) == list(messages.values())


def test_the_smaller_version_answers_too_and_differs(server: Server, client: Triton) -> None:
    files = list(samples(server, "images"))[:16]
    pixels = output(client.infer(InferRequest("preprocess", (column("image", files),))), "pixels")
    assert pixels.shape == (16, 3, 64, 64)
    assert 0 <= pixels.min() < pixels.max() <= 1
    request = (tensor("pixels", "FP32", pixels),)
    answers = (client.infer(InferRequest("classifier", request, v)) for v in ("1", "2"))
    old, new = (output(answer, "probabilities").astype(np.float64) for answer in answers)
    assert old.shape == new.shape == (16, 10)
    assert np.abs(old - new).max() > 0.01


DAMAGE: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda file: b"", "image 1 of the batch (0 bytes) is neither PNG nor JPEG"),
    "other format": (lambda file: b"GIF89a" + file, "is neither PNG nor JPEG: send the whole file"),
    "cut": (lambda file: file[: len(file) // 2], "is damaged"),
    "zeros inside": (lambda file: file[:80] + bytes(len(file)), "is damaged"),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_broken_image_is_named(server: Server, client: Triton, kind: str) -> None:
    damage, words = DAMAGE[kind]
    good = next(iter(samples(server, "images")))
    with pytest.raises(ClientError) as refused:
        ask(client, "image_pipeline", [good, damage(good)])
    assert words in refused.value.reason
    assert image_labels(ask(client, "image_pipeline", [good])) == ["anchor"]


@pytest.mark.parametrize(("message", "words"), [(b"\xff\xfe", "is not UTF-8"), (b"?!", "no word in Latin letters")])
def test_a_message_without_words_is_named(client: Triton, message: bytes, words: str) -> None:
    with pytest.raises(ClientError, match=words):
        ask(client, "text_pipeline", [message])


def test_requests_share_batches_and_a_broken_one_fails_alone(server: Server, client: Triton) -> None:
    right = samples(server, "images")
    files = [file for file in right for _ in range(4)]
    broken = [file if k % 10 else file[:500] for k, file in enumerate(files)]
    before = executed(client, "preprocess")
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda file: label_or_reason(client, file), broken))
    for file, sent, answer in zip(files, broken, answers, strict=True):
        assert answer == right[file] if file is sent else "is damaged" in answer
    wait_until(lambda: executed(client, "preprocess")[0] - before[0] == len(files))
    assert executed(client, "preprocess")[1] - before[1] < len(files)


def label_or_reason(client: Triton, file: bytes) -> str:
    """What one request gets: the label, or why not."""
    try:
        return image_labels(ask(client, "image_pipeline", [file]))[0]
    except ClientError as error:
        return error.reason


def executed(client: Triton, model: str) -> tuple[int, int]:
    """Requests that a model answered, well or not, and executions that it took."""
    (statistics,) = client.statistics(model)
    return statistics.success_count + statistics.failure_count, statistics.execution_count


def test_a_repeated_message_comes_from_the_cache(tmp_path: Path) -> None:
    only = ("text_pipeline", "tokenizer", "text_classifier")
    with serving(tmp_path, cache_bytes=16 << 20, load=only) as server, closing(Triton(server.addresses)) as client:
        text = next(iter(samples(server, "texts")))
        first, again = (ask(client, "text_pipeline", [text]) for _ in range(2))
        assert (output(first, "probabilities") == output(again, "probabilities")).all()
        # The server counts after it has answered.
        wait_until(lambda: executed(client, "tokenizer") == (2, 2) and executed(client, "text_classifier")[0] == 2)
        assert executed(client, "text_classifier") == (2, 1)
        assert [line.text for line in server.read_log() if is_complaint(line)] == []
