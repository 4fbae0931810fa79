"""`trireme trace`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from studio.cli import main

RECORDED = Path(__file__).parents[1] / "core" / "data" / "tracing" / "recorded.json"


def test_a_table_tells_where_the_time_went_and_other_viewers_get_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["trace", str(RECORDED), "--chrome", str(tmp_path / "t.json"), "--perfetto", str(tmp_path / "t.pftrace")]
    assert main(given) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "17 requests in 1,099.95 ms of the server's clock"
    assert lines[1] == "median 32.666 ms, p99 89.137 ms, slowest 89.137 ms"
    assert "       89.137 ms  clf  h-clf" in lines
    at = lines.index("Time in the server, a request") + 1
    stages = [line.split()[-1] for line in lines[at : at + 6]]
    assert stages == ["network", "queue", "input", "compute", "output", "gap"]
    assert any(line.endswith("  clf 1") and "%" in line for line in lines)
    assert json.loads((tmp_path / "t.json").read_bytes())["traceEvents"]
    assert (tmp_path / "t.pftrace").stat().st_size > 1000


def test_what_is_no_trace_is_told_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "t.json").write_text("{}")
    assert main(["trace", str(tmp_path / "t.json")]) != 0
    assert "it is no trace of Triton" in capsys.readouterr().err
    (tmp_path / "t.json").write_text("[")
    assert main(["trace", str(tmp_path / "t.json")]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "It holds no requests."
