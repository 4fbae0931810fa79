"""How soon a trace of 100,000 requests is there beside `json.loads` of its bytes, each in a process of its own."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from studio.core.progress import no_progress
from studio.core.tracing.reading import read_trace
from studio.core.tracing.trace import Trace

REQUESTS = 100_000
_BEFORE = ("HTTP_RECV_START", "HTTP_RECV_END")
_AFTER = (
    *("REQUEST_START", "QUEUE_START", "INFER_RESPONSE_COMPLETE", "HTTP_SEND_START", "HTTP_SEND_END", "COMPUTE_START"),
    *("COMPUTE_INPUT_END", "COMPUTE_OUTPUT_START", "COMPUTE_END", "REQUEST_END"),
)


def write(path: Path, requests: int = REQUESTS) -> None:
    """Requests of one model as Triton 2.51 writes them, about a kilobyte each."""
    with path.open("w") as file:
        for number in range(1, requests + 1):
            begin = 64_039_702_824_629 + number * 700_000
            times = {name: begin + place * 60_000 for place, name in enumerate((*_BEFORE, *_AFTER))}
            stamps = {n: f'{{"id":{number},"timestamps":[{{"name":"{n}","ns":{ns}}}]}}' for n, ns in times.items()}
            header = f'{{"id":{number},"model_name":"pre","model_version":1,"request_id":"r-{number}"}}'
            records = [*(stamps[name] for name in _BEFORE), header, *(stamps[name] for name in _AFTER)]
            file.write(("[" if number == 1 else ",") + ",".join(records))
        file.write("]")


def _open(path: Path) -> dict[str, float]:
    grown: list[float] = []
    begin = time.perf_counter()

    def grow(_: Trace) -> None:
        grown.append(time.perf_counter() - begin)

    trace = read_trace([path], no_progress, grow)
    whole = time.perf_counter() - begin
    begin = time.perf_counter()
    trace.request(len(trace) // 2)
    one = time.perf_counter() - begin
    begin = time.perf_counter()
    trace.between(trace.extent // 2, trace.extent // 2 + 10**9)
    pan = time.perf_counter() - begin
    return {"first_s": grown[0], "whole_s": whole, "request_ms": one * 1000, "pan_ms": pan * 1000}


def _json(path: Path) -> dict[str, float]:
    data = path.read_bytes()
    begin = time.perf_counter()
    json.loads(data)
    return {"json_s": time.perf_counter() - begin}


def run() -> dict[str, float]:
    """Seconds, milliseconds and megabytes."""
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "t.json")
        write(path)
        found["megabytes"] = path.stat().st_size / 2**20
        for what in ("open", "json"):
            words = [sys.executable, "-m", "tests.bench.traces", what, str(path)]
            told = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
            found |= {name if name != "memory_mb" else f"{what}_mb": value for name, value in told.items()}
    return found


if __name__ == "__main__":
    figures = (_open if sys.argv[1] == "open" else _json)(Path(sys.argv[2]))
    print(json.dumps(figures | {"memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
