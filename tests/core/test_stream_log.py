"""What has come of a stream, in rows and figures."""

import numpy as np
import pytest

from studio.core.config.datatypes import of_array
from studio.core.inference import stream_log
from studio.core.inference.requests import Tensor
from studio.core.inference.stream_log import Figures, StreamLog
from studio.core.inference.streams import EventPart, StreamPart


def _words(number: int, at_ms: int, text: bytes) -> StreamPart:
    array = np.array([text], object)
    return StreamPart(number, at_ms * 1_000_000, (Tensor("text_output", of_array(array), array),))


def test_figures_of_words() -> None:
    log = StreamLog()
    assert log.figures() == Figures(0)
    for number, (at, text) in enumerate([(90, b""), (100, b"Kitti"), (120, b"wake"), (140, b","), (200, b" ")]):
        log.add(_words(number, at, text))
    found = log.figures()
    assert "".join(row.text for row in log.rows) == "Kittiwake, "
    assert found.first == 100_000_000, "an empty response is no first one"
    assert (found.count, found.mean, found.median, found.last) == (5, 27_500_000, 20_000_000, 200_000_000)
    assert found.late == 1
    assert found.rate == pytest.approx(4 / 0.11)
    assert [row.size for row in log.rows] == [0, 5, 4, 1, 1]


def test_events_are_rows_too() -> None:
    row = StreamLog().add(EventPart(0, 5, {"text_output": "é", "model_name": "m"}))
    assert (row.text, row.shown, row.size) == ("é", '"é"', 2)
    assert '"model_name": "m"' in row.fields


def test_numbers_are_shown_where_they_are_few() -> None:
    log = StreamLog()
    for number, size in enumerate((2, 9)):
        array = np.arange(size, dtype=np.float32)
        log.add(StreamPart(number, number, (Tensor("OUT", of_array(array), array),)))
    assert [row.shown for row in log.rows] == ["0, 1", "FP32 [9]"]
    assert log.add(StreamPart(2, 2, ())).shown == ""


def test_tensors_of_old_responses_are_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_log, "MOST_BYTES", 40)
    log = StreamLog()
    for number in range(3):
        log.add(_words(number, number, b"12345"))
    assert log.dropped == 1
    assert [bool(row.outputs) for row in log.rows] == [False, True, True]
    assert [row.text for row in log.rows] == ["", "12345", "12345"]
    assert [row.shown for row in log.rows] == ['"12345"'] * 3


def test_long_texts_of_old_events_are_let_go_and_only_their_beginning_is_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stream_log, "MOST_BYTES", 1 << 20)
    log = StreamLog()
    for number in range(40):
        log.add(EventPart(number, number, {"text_output": "a" * (64 << 10)}))
    held = sum(len(row.text) + len(row.shown) + len(row.fields) for row in log.rows)
    assert held <= (1 << 20) + 40 * 400
    assert [row.size for row in log.rows] == [64 << 10] * 40
    assert len(log.rows[-1].text) == 64 << 10
    assert all(row.shown.startswith('"aaa') and len(row.shown) <= 2000 for row in log.rows)


def test_the_oldest_rows_go_and_the_figures_count_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_log, "MOST_ROWS", 10)
    log = StreamLog()
    for number in range(25):
        log.add(_words(number, 100 + number * 20, b"word"))
    assert [row.number for row in log.rows] == list(range(15, 25))
    found = log.figures()
    assert (found.count, found.first, found.mean) == (25, 100_000_000, 20_000_000)
    assert log.kept_bytes == sum(row.kept_bytes for row in log.rows)
