"""The log of a server, and the cause of its end found in it."""

from __future__ import annotations

import calendar
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.serving.launch import LogLine
from studio.core.serving.logs.causes import cause
from studio.core.serving.logs.model_log import ModelLog
from studio.engines.log import LineReader, LogFile, exit_reason, parse_line
from tests.fixtures.examples import examples


def test_a_line_in_the_default_format() -> None:
    line = parse_line(b'I1120 13:00:01.250000 4711 http_server.cc:4713] "Started HTTPService at 127.0.0.1:8000"\n')
    assert (line.level, line.source, line.text) == ("I", "http_server.cc", "Started HTTPService at 127.0.0.1:8000")
    moment = time.gmtime(line.time)
    assert (moment.tm_mon, moment.tm_mday, moment.tm_hour, moment.tm_sec) == (11, 20, 13, 1)
    assert line.time % 1 == pytest.approx(0.25)


def test_a_line_in_iso_format() -> None:
    line = parse_line(b'2026-01-31T22:51:56Z 99 E model.cc:12] "no"')
    assert line == LogLine("E", "no", "model.cc", calendar.timegm((2026, 1, 31, 22, 51, 56)))


def test_what_a_model_prints_is_its_own_whatever_it_looks_like() -> None:
    line = b"\x1fnet\x1fE1399 00:00:00.000000 1 a.cc:1] no\n\x1fnet\x1f\x1fother\x1fyes\n"
    told = LineReader().feed(line)
    assert [(each.level, each.model, each.text) for each in told] == [
        ("", "net", "E1399 00:00:00.000000 1 a.cc:1] no"),
        ("", "net", "\x1fother\x1fyes"),
    ]
    assert ModelLog().read(told) == told


def test_nul_bytes_and_broken_text_do_not_stop_it() -> None:
    assert parse_line(b"a\0b\xffc\r\n") == LogLine("", "ab�c")


def test_a_model_s_own_line_and_a_table_have_no_level() -> None:
    lines = LineReader().feed(b"I1120 13:00:01.25 1 server.cc:604] \n+---+\n| a |\n\n")
    assert [(line.level, line.text) for line in lines] == [("", "+---+"), ("", "| a |")]


def test_a_message_of_several_lines_gives_several() -> None:
    raw = rb'E1120 13:00:01.25 1 model_lifecycle.cc:642] "failed: \"x\"\n\nAt:\n  model.py(3)"' + b"\n"
    lines = LineReader().feed(raw)
    assert [line.text for line in lines] == ['failed: "x"', "At:", "  model.py(3)"]
    assert {line.level for line in lines} == {"E"}


def test_lines_come_whole_however_the_bytes_come() -> None:
    raw = "".join(f'I1120 13:00:01.25 1 a.cc:1] "número {n}"\n' for n in range(20)).encode()
    reader = LineReader()
    lines = [line for index in range(len(raw)) for line in reader.feed(raw[index : index + 1])]
    assert [line.text for line in lines] == [f"número {n}" for n in range(20)]


def test_a_line_that_never_ends_is_broken() -> None:
    reader = LineReader()
    lines = [line for _ in range(40) for line in reader.feed(b"x" * 4096)]
    kept = sum(len(line.text) for line in reader.close())
    assert sum(len(line.text) for line in lines) + kept == 40 * 4096
    assert kept < 1 << 17


def test_a_log_file_is_read_as_it_grows_and_kept_small(tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    file = LogFile(path, largest=6)
    assert file.read() == []
    with path.open("ab") as out:
        out.write(b"one\ntw")
        out.flush()
        assert [line.text for line in file.read()] == ["one"]
        out.write(b"o\n")
        out.flush()
        assert [line.text for line in file.read()] == ["two"]
        assert path.stat().st_size == 0
        out.write(b"three\nfour")
        out.flush()
        assert [line.text for line in file.close()] == ["three", "four"]


CAUSES = [
    ("E", "failed to start HTTP service: Unavailable - Socket '127.0.0.1:8000' already in use ", "127.0.0.1:8000"),
    (
        "",
        "stub: error while loading shared libraries: libpython3.11.so.1.0: cannot open shared",
        "libpython3.11.so.1.0",
    ),
    ("", "tritonserver: unrecognized option '--fast'", "--fast"),
    ("E", "instance group m_0 of model m specifies invalid or unsupported gpu id 0. GPUs with", "GPU 0"),
    ("E", "unable to find backend library for backend 'tensorrt', try specifying runtime", "tensorrt"),
    ("E", "Failed to increase the shared memory pool size for key", "shared memory"),
    ("E", "failed to load 'm' version 1: Internal: ModuleNotFoundError: No module named 'torch'", "'torch'"),
    ("E", "Poll failed for model directory 'x': Invalid model name: Could not determine backend", "Model x"),
    ("", "Error parsing text-format inference.ModelConfig: 3:7: Expected identifier, got: {", "3:7"),
    ("E", "something nobody has seen before", "something nobody has seen before"),
]


@pytest.mark.parametrize(("level", "text", "named"), CAUSES)
def test_the_cause_is_named(level: str, text: str, named: str) -> None:
    noise = [LogLine("E", "CudaDriverHelper has not been initialized."), LogLine("I", "Collecting CPU metrics")]
    assert named in cause([*noise, LogLine(level, text), noise[1]])


def test_the_particular_cause_goes_before_the_general_one() -> None:
    lines = [LogLine("E", "Internal: failed to load all models"), LogLine("E", "failed to load 'm' version 1: no file")]
    assert cause(lines) == "Model m, version 1, did not load: no file"


def test_what_a_machine_without_a_gpu_always_says_is_no_cause() -> None:
    lines = [
        LogLine("W", "Unable to allocate pinned system memory: CUDA driver version is insufficient"),
        LogLine("E", "CudaDriverHelper has not been initialized."),
    ]
    assert cause(lines) == ""
    assert exit_reason(1, lines) == "It ended with code 1 and no word why."


def test_a_server_that_was_told_to_end_did_not_do_so_by_itself() -> None:
    """As `docker stop` does, after which the server ends with code 0."""
    assert exit_reason(0, [LogLine("", "Signal (15) received.")]) == "It was told to end from outside."
    assert exit_reason(0, [LogLine("", "a print of Signal (15) received.")]) == "It ended by itself."


def test_signals_are_said_in_words() -> None:
    assert "killed" in exit_reason(-9, [])
    assert "killed" in exit_reason(137, [])
    slow = [LogLine("", "Signal (15) received."), LogLine("I", "Waiting for in-flight requests to complete.")]
    assert exit_reason(137, slow) == "It was told to end from outside, and killed since it took too long."
    assert "SIGSEGV" in exit_reason(-11, [])


_PIECES = (
    b"I0101 00:00:00.000000 1 a.cc:1] ",
    b"E1399 99:99:99.9 1 a.cc:1] ",
    b"0000-00-00T99:99:99Z 1 E a.cc:1] ",
    b'"\\ud800"',
    b"failed to load 'm' version 1: ",
    b"Port {0}: Failed to bind :3",
    "٣".encode(),
)
_PIECE = st.one_of(st.sampled_from((*_PIECES, b"\n", b"\0", b"\xff", b'"')), st.binary(max_size=4))


@settings(max_examples=examples(300))
@given(pieces=st.lists(_PIECE, max_size=12), code=st.integers(-140, 300))
def test_no_bytes_of_a_log_take_the_reader_by_surprise(pieces: list[bytes], code: int) -> None:
    reader = LineReader()
    lines = [*reader.feed(b"".join(pieces)), *reader.close()]
    assert exit_reason(code, lines).encode()
    for line in lines:
        assert line.text.encode()
        assert line.time >= 0


def test_a_moment_that_no_calendar_has_is_no_moment() -> None:
    line = parse_line(b'E1399 99:99:99.9 1 a.cc:1] "no"')
    assert (line.level, line.text, line.time) == ("E", "no", 0.0)
    assert parse_line(b"0000-00-00T99:99:99Z 1 E a.cc:1] no").text == "no"


def test_a_signal_without_a_name_is_told_by_its_number() -> None:
    assert exit_reason(-56, []) == "It crashed (signal 56)."
    assert exit_reason(-11, []) == "It crashed (SIGSEGV)."


def test_a_log_that_is_no_file_gives_no_lines(tmp_path: Path) -> None:
    assert LogFile(tmp_path).read() == []
    assert LogFile(tmp_path / "none").close() == []
