"""A metrics address whose counters go on with the clock.

`python -m tests.bench.counting_server MODELS` prints its port.

`GET /step` adds a request to the first model and answers with the moment by the monotonic clock, which all processes
share. A process of its own: what it costs is not the studio's.
"""

from __future__ import annotations

import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_COUNTED = (
    ("nv_inference_request_success", 1),
    ("nv_inference_count", 3),
    ("nv_inference_exec_count", 1),
    ("nv_inference_request_duration_us", 4000),
    ("nv_inference_queue_duration_us", 1000),
    ("nv_inference_compute_input_duration_us", 500),
    ("nv_inference_compute_infer_duration_us", 2000),
    ("nv_inference_compute_output_duration_us", 250),
)


class CountingServer(ThreadingHTTPServer):
    """`busy` models answer a few requests a second each; with `still` none does but by a step."""

    daemon_threads = True

    def __init__(self, models: int, is_still: bool) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self._models, self._is_still = models, is_still
        self._began = time.monotonic()
        self._steps = 0

    def step(self) -> float:
        """One request more; the moment at which it was counted."""
        self._steps += 1
        return time.monotonic()

    def text(self) -> str:
        """The metrics now."""
        passed = 0.0 if self._is_still else time.monotonic() - self._began
        lines = []
        for name, weight in _COUNTED:
            lines.append(f"# TYPE {name} counter")
            for place in range(self._models):
                requests = int(passed * (5 + place % 7)) + (self._steps if not place else 0)
                lines.append(f'{name}{{model="model_{place:04}",version="1"}} {requests * weight + 1000}')
        lines.append("# TYPE nv_inference_pending_request_count gauge")
        for place in range(self._models):
            waiting = 0 if self._is_still else int(passed + place) % 3
            lines.append(f'nv_inference_pending_request_count{{model="model_{place:04}",version="1"}} {waiting}')
        return "\n".join(lines) + "\n"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: CountingServer

    def do_GET(self) -> None:
        said = repr(self.server.step()) if self.path == "/step" else self.server.text()
        body = said.encode("ascii")
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base has this name
        """Nothing: its output is the port alone."""


if __name__ == "__main__":
    made = CountingServer(int(sys.argv[1]), "--still" in sys.argv)
    print(made.server_address[1], flush=True)
    made.serve_forever()
