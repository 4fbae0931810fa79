"""Asking about many files: what is tried again, what is kept, and going on where a run ended."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import ml_dtypes
import numpy as np
import pytest

from studio.client.file_runs import FileRun, ask
from studio.client.triton import Triton
from studio.core.config.datatypes import DATA_TYPES
from studio.core.config.tensor_info import TensorInfo
from studio.core.failure import CoreError
from studio.core.inference.batches.journal import Journal
from studio.core.inference.batches.results import FileResult, files_in, to_csv, to_npz
from studio.core.inference.batches.retrying import may_be_retried, pause_after
from studio.core.inference.requests import Array, InferRequest, Tensor
from studio.core.serving.launch import Addresses
from studio.net.cancel import Cancel
from tests.client.server import answering, free_port, http

KINDS = {kind.wire: kind for kind in DATA_TYPES}
INFO = TensorInfo("IN", KINDS["FP32"], (-1, 2))
FULL = http(b'{"error": "Exceeds maximum queue size"}', "503 Service Unavailable")
BAD = http(b'{"error": "unexpected shape for input"}', "400 Bad Request")
GOOD = http(b'{"outputs": [{"name": "OUT", "datatype": "FP32", "shape": [1], "data": [7]}]}')


def _run(folder: Path) -> FileRun:
    np.save(folder / "a.npy", np.ones((1, 2), np.float32))
    return FileRun(folder, InferRequest("m", (), protocol="http"), INFO, tries=3)


def _asked(folder: Path, *answers: bytes) -> tuple[FileResult | None, int]:
    """What came of a file where a server answers so, one after the other, and how often it was asked."""
    asked: list[bytes] = []

    def answer(raw: bytes) -> bytes:
        asked.append(raw)
        return answers[min(len(asked), len(answers)) - 1]

    with answering(answer) as address:
        client = Triton(Addresses(http=address))
        found = ask(client, _run(folder), "a.npy", Cancel())
        client.close()
    return found, len(asked)


def test_a_full_queue_is_asked_again_and_a_bad_request_is_not(tmp_path: Path) -> None:
    found, asked = _asked(tmp_path, FULL, GOOD)
    assert found is not None
    assert (found.state, found.tries, asked) == ("done", 2, 2)
    assert found.outputs[0].array.tolist() == [7]
    found, asked = _asked(tmp_path, BAD, GOOD)
    assert found is not None
    assert (found.state, found.tries, asked) == ("failed", 1, 1)
    assert "unexpected shape" in found.failure
    found, asked = _asked(tmp_path, FULL)
    assert found is not None
    assert (found.state, asked) == ("failed", 3)


def test_a_cancelled_run_waits_for_no_other_try(tmp_path: Path) -> None:
    client, cancel = Triton(Addresses(http=f"127.0.0.1:{free_port()}")), Cancel()
    cancel.set()
    assert ask(client, _run(tmp_path), "a.npy", cancel) is None
    client.close()


def test_a_file_that_cannot_be_read_fails_without_a_request(tmp_path: Path) -> None:
    run = _run(tmp_path)
    (tmp_path / "bad.npy").write_bytes(b"nothing")
    found = ask(Triton(Addresses(http="127.0.0.1:1")), run, "bad.npy", Cancel())
    assert found is not None
    assert (found.state, found.tries) == ("failed", 0)
    assert "bad.npy" in found.failure


@pytest.mark.parametrize(
    ("kind", "reason", "again"),
    [
        ("unreachable", "no answer", True),
        ("deadline", "no answer within 3 s", True),
        ("refused", "Exceeds maximum queue size", True),
        ("refused", "model is not found", False),
        ("malformed", "the answer makes no sense", False),
        ("request", "too large", False),
    ],
)
def test_only_what_may_go_otherwise_is_tried_again(kind: str, reason: str, again: bool) -> None:
    assert may_be_retried(kind, reason) is again


def test_pauses_double_up_to_an_end() -> None:
    pauses = [pause_after(tries) for tries in range(1, 12)]
    assert pauses[:4] == [0.25, 0.5, 1, 2]
    assert pauses[-1] == pauses[-2] == 8


def _result(file: str, *outputs: Tensor) -> FileResult:
    return FileResult(file, "done", 1, 0.5, outputs)


def _tensor(name: str, wire: str, array: Array) -> Tensor:
    return Tensor(name, KINDS[wire], array)


def test_results_outlive_a_run_bit_for_bit_and_a_line_that_was_cut_off_is_left_out(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "results")
    outputs = (
        _tensor("text", "BYTES", np.array([b"a\0", b"\xff"], object)),
        _tensor("many", "BYTES", np.array([b"x" * 3000, b"", b"\0" * 3000], object)),
        _tensor("half", "BF16", np.arange(500).astype(ml_dtypes.bfloat16)),
        _tensor("large", "FP32", np.linspace(0, 1, 1000, dtype=np.float32).reshape(10, 100)),
        _tensor("one", "BYTES", np.array([[b"\x89PNG" * 5000]], object)),
    )
    journal.add(_result("deep/a.png", *outputs))
    journal.add(FileResult("b.png", "failed", 4, 1.0, failure="no answer"))
    with (tmp_path / "results" / "progress.jsonl").open("a") as file:
        file.write('{"file": "c.png", "sta')
    found = Journal(tmp_path / "results").read()
    assert set(found) == {"deep/a.png", "b.png"}
    assert found["b.png"].failure == "no answer"
    for sent, got in zip(outputs, found["deep/a.png"].outputs, strict=True):
        assert (got.name, got.data_type, got.array.shape) == (sent.name, sent.data_type, sent.array.shape)
        if sent.data_type.wire == "BYTES":
            assert got.array.tolist() == sent.array.tolist()
        else:
            assert got.array.tobytes() == sent.array.tobytes()


def test_the_results_of_another_run_are_not_taken_for_those_of_this_one(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    run = _run(tmp_path / "files")
    Journal(tmp_path / "results").begin(run.told())
    Journal(tmp_path / "results").begin(run.told())
    other = replace(run, request=InferRequest("other", ()))
    with pytest.raises(CoreError, match="of another run, of m on "):
        Journal(tmp_path / "results").begin(other.told())
    (tmp_path / "results" / "run.json").write_text("[")
    with pytest.raises(CoreError, match="another run"):
        Journal(tmp_path / "results").begin(run.told())
    value = Tensor("x", KINDS["FP32"], np.ones(1, np.float32))
    assert replace(run, request=InferRequest("m", (value,))).told() != run.told()


def test_what_comes_after_a_line_that_was_cut_off_is_kept(tmp_path: Path) -> None:
    Journal(tmp_path).add(_result("a"))
    with (tmp_path / "progress.jsonl").open("a") as file:
        file.write('{"file": "b", "sta')
    Journal(tmp_path).add(_result("c"))
    Journal(tmp_path).add(_result("d"))
    assert set(Journal(tmp_path).read()) == {"a", "c", "d"}


def test_what_an_earlier_run_wrote_is_not_asked_about(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.png").write_bytes(b"")
    results = tmp_path / "photos" / "results"
    Journal(results).add(_result("a.png"))
    assert files_in(tmp_path / "photos", results=results) == ("a.png",)
    assert "results/progress.jsonl" in files_in(tmp_path / "photos")


def test_files_and_outputs_whose_names_become_alike_keep_their_own(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    files = ("a/b", "a__b", "a_b", f"{'long' * 60}/{'name' * 60}")
    for number, file in enumerate(files):
        named = [
            _tensor(name, "FP32", np.full(1000, number + part, np.float32)) for part, name in ((0, "x/y"), (9, "x_y"))
        ]
        journal.add(_result(file, *named))
    for number, file in enumerate(files):
        assert [each.array[0] for each in journal.read()[file].outputs] == [number, number + 9]


def test_the_table_has_a_row_for_each_file_and_columns_for_small_outputs() -> None:
    first = _result(
        "a.png",
        _tensor("label", "BYTES", np.array([[b'anchor, "big"']], object)),
        _tensor("scores", "FP32", np.array([[0.5, np.nan]], np.float32)),
        _tensor("image", "UINT8", np.zeros((100, 100), np.uint8)),
    )
    rows = list(csv.DictReader(io.StringIO(to_csv([first, FileResult("b", "failed", 4, 2.0, failure="line\nbreak")]))))
    assert rows[0]["label"] == 'anchor, "big"'
    assert (rows[0]["scores[0]"], rows[0]["scores[1]"]) == ("0.5", "nan")
    assert rows[0]["image"] == "shape [100, 100]"
    assert (rows[1]["state"], rows[1]["failure"], rows[1]["label"]) == ("failed", "line\nbreak", "")


def test_the_arrays_are_stacked_where_they_are_alike() -> None:
    several = [
        _result(
            name,
            _tensor("same", "FP32", np.full((1, 2), number, np.float32)),
            _tensor("ragged", "INT64", np.arange(number)),
            _tensor("text", "BYTES", np.array([b"a\0" * number], object)),
        )
        for number, name in ((1, "a"), (2, "b"))
    ]
    failed = FileResult("c", "failed", 1, failure="no")
    with np.load(io.BytesIO(to_npz([*several, failed])), allow_pickle=False) as found:
        assert found["file"].tolist() == ["a", "b"]
        assert found["same"].tolist() == [[[1, 1]], [[2, 2]]]
        assert found["ragged/1"].tolist() == [0, 1]
        assert found["text/lengths"].tolist() == [[2], [4]]
        assert found["text/data"].tobytes() == b"a\0a\0a\0"


def test_files_are_found_by_a_pattern_below_a_folder(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name in ("b.png", "a.png", "deep/c.png", "d.txt", ".hidden.png"):
        (tmp_path / name).write_bytes(b"")
    assert files_in(tmp_path, "*.png") == ("a.png", "b.png", "deep/c.png")
    assert len(files_in(tmp_path)) == 4
    with pytest.raises(CoreError, match="no such folder"):
        files_in(tmp_path / "gone")
    with pytest.raises(CoreError, match="no pattern"):
        files_in(tmp_path, "/*")
