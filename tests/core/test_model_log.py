"""What a server's log says of its models, from lines of a real server; and what those lines mean."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.serving.launch import LogLine
from studio.core.serving.logs.causes import is_harmless, meaning
from studio.core.serving.logs.log_buffer import LogBuffer
from studio.core.serving.logs.model_log import ModelLog
from studio.core.serving.logs.reasons import read_reason
from studio.engines.log import LineReader
from tests.fixtures.examples import examples

_LOG = rb"""
W1130 07:11:50.535933 8359 pinned_memory_manager.cc:273] "Unable to allocate pinned system memory, pinned memory pool will not be available: CUDA driver version is insufficient for CUDA runtime version"
E1130 07:11:50.536083 8359 server.cc:241] "CudaDriverHelper has not been initialized."
[libprotobuf ERROR /src/google/protobuf/text_format.cc:337] Error parsing text-format inference.ModelConfig: 5:19: Expected identifier, got: {
E1130 07:11:50.537036 8359 model_repository_manager.cc:1460] "Poll failed for model directory 'bad_syntax': failed to read text proto from /models/bad_syntax/config.pbtxt"
E1130 07:11:50.537311 8359 model_repository_manager.cc:1460] "Poll failed for model directory 'misnamed': unexpected directory name 'misnamed' for model 'other_name', directory name must equal model name"
E1130 07:11:50.537512 8359 model_repository_manager.cc:703] "Invalid argument: ensemble needs_missing contains models that are not available or ambiguous: nobody"
I1130 07:11:50.539008 8359 model_lifecycle.cc:472] "loading: good_a:1"
I1130 07:11:50.539146 8359 model_lifecycle.cc:472] "loading: bad_init:1"
I1130 07:11:50.539219 8359 model_lifecycle.cc:472] "loading: no_file:1"
I1130 07:11:52.398702 8510 pb_stub.cc:2105]  Failed to preinitialize Python stub: Python model file not found in '/models/no_file/1/model.py'
I1130 07:11:52.707641 8359 python_be.cc:2249] "TRITONBACKEND_ModelInstanceInitialize: good_a_0 (CPU device 0)"
a print of a model
I1130 07:11:53.418222 8359 model_lifecycle.cc:839] "successfully loaded 'good_a'"
E1130 07:11:53.608176 8359 model_lifecycle.cc:642] "failed to load 'bad_init' version 1: Internal: ValueError: no such labels\n\nAt:\n  /models/bad_init/1/model.py(6): initialize\n"
I1130 07:11:53.608187 8359 model_lifecycle.cc:777] "failed to load 'bad_init'"
"""  # noqa: E501 — as the server wrote it


def _read(raw: bytes) -> tuple[ModelLog, list[LogLine]]:
    found = ModelLog()
    return found, found.read(LineReader().feed(raw))


def test_what_did_not_load_is_told_whole_and_with_its_place() -> None:
    loads = _read(_LOG)[0].loads
    assert {name: load.stage for name, load in loads.items()} == {
        "bad_syntax": "failed",
        "misnamed": "failed",
        "needs_missing": "failed",
        "good_a": "ready",
        "bad_init": "failed",
        "no_file": "loading",
    }
    python = read_reason(loads["bad_init"].reason)
    assert (python.summary, python.file, python.line, python.place) == (
        "ValueError: no such labels",
        "1/model.py",
        6,
        "model.py:6",
    )
    assert python.whole.endswith("initialize")
    syntax = read_reason(loads["bad_syntax"].reason)
    assert (syntax.summary, syntax.place, syntax.column) == ("Expected identifier, got: {", "config.pbtxt:5", 19)
    assert "nobody" in loads["needs_missing"].reason
    assert "'other_name'" in loads["misnamed"].reason


def test_what_still_loads_says_since_when_and_what_went_wrong_already() -> None:
    loads = _read(_LOG)[0].loads
    assert "model file not found" in loads["no_file"].reason
    assert loads["good_a"].took == pytest.approx(2.879, abs=0.001)
    assert loads["no_file"].took == 0


def test_a_line_is_tied_to_the_model_that_it_names() -> None:
    tied = {line.text: line.model for line in _read(_LOG)[1]}
    assert tied["loading: good_a:1"] == "good_a"
    assert tied["TRITONBACKEND_ModelInstanceInitialize: good_a_0 (CPU device 0)"] == "good_a"
    assert tied["  /models/bad_init/1/model.py(6): initialize"] == "bad_init"
    assert tied["a print of a model"] == "", "three were there to print it"
    assert tied["CudaDriverHelper has not been initialized."] == ""


def test_a_print_is_of_the_only_model_that_is_there() -> None:
    start = b'I1130 07:11:50.5 1 model_lifecycle.cc:472] "loading: m_0:1"\nhello\n+---+\n'
    lines = _read(start + b"E1130 07:11:51.5 1 a.cc:4] \"Stub process 'm_0_0_1' is not healthy.\"\n")[1]
    assert [line.model for line in lines] == ["m_0", "m_0", "", "m_0"]


def test_a_traceback_names_the_innermost_file_and_an_empty_reason_nothing() -> None:
    text = 'Traceback:\n  File "/a/x/1/model.py", line 3, in f\n  File "/a/x/1/help.py", line 9, in g\nKeyError: 1'
    assert read_reason(text).place == "help.py:9"
    told = "load failed for model 'm': version 1 is at UNAVAILABLE state: Internal: ValueError: no such labels"
    assert read_reason(told).summary == "ValueError: no such labels"
    assert read_reason(told).whole == told
    assert read_reason("no version of model 'm'").summary == "no version of model 'm'"
    assert read_reason("").summary == read_reason("'").place == ""


def test_what_a_machine_without_a_gpu_says_is_harmless_and_what_is_known_has_a_meaning() -> None:
    assert [is_harmless(line) for line in _read(_LOG)[1][:2]] == [True, True]
    assert not is_harmless(LogLine("E", "Stub process 'x_0_0' is not healthy."))
    assert "no backend 'tensorrt'" in meaning("unable to find backend library for backend 'tensorrt', try")
    assert meaning("successfully loaded 'x'") == ""


def test_the_oldest_lines_go_by_number_and_by_size() -> None:
    buffer = LogBuffer(lines=3, characters=10)
    lines = [LogLine("", text) for text in ("a", "b", "c", "d" * 9, "e" * 20)]
    assert buffer.extend(lines[:4]) == lines[:2]
    assert list(buffer) == lines[2:4]
    assert buffer.extend(lines[4:]) == lines[2:]
    assert len(buffer) == 0
    assert buffer.extend(lines[:1]) == []


_LINES = [line for line in _LOG.splitlines(keepends=True) if line.strip()]
_PIECE = st.one_of(st.sampled_from(_LINES), st.binary(max_size=12), st.sampled_from([b"\n", b"'", b'"', b"\xff\0"]))


@settings(max_examples=examples(300))
@given(pieces=st.lists(_PIECE, max_size=14), cut=st.integers(0, 400))
def test_no_bytes_of_a_log_hurt_its_reader(pieces: list[bytes], cut: int) -> None:
    raw = b"".join(pieces)
    log = ModelLog()
    reader = LineReader()
    lines = log.read([*reader.feed(raw[:cut]), *reader.feed(raw[cut:]), *reader.close()])
    for line in lines:
        assert meaning(line.text).encode() is not None
        assert read_reason(line.text).line >= 0
    assert all(load.took >= 0 for load in log.loads.values())
