"""Scraping a real Triton's metrics, and what else may stand at a metrics address."""

import contextlib
import math
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.client.triton import ClientError, Triton
from studio.core.config.datatypes import DATA_TYPES
from studio.core.inference.requests import InferRequest, Tensor
from studio.core.serving.series import samples
from studio.engines.engine import Server
from studio.metrics.failure import MetricsError
from studio.metrics.prometheus import Prometheus, scrape
from studio.metrics.scrape import Scrape, parse
from studio.metrics.text_format import Limits
from tests.client.server import answering, free_port, http
from tests.metrics.dripping import dripping

FP32 = next(kind for kind in DATA_TYPES if kind.wire == "FP32")
# As a server with two GPUs writes it; labels as in Triton's own text.
TWO_GPUS = """# HELP nv_inference_request_success Number of successful inference requests, all batch sizes
# TYPE nv_inference_request_success counter
nv_inference_request_success{gpu_uuid="GPU-a",model="m",version="1"} 3
nv_inference_request_success{gpu_uuid="GPU-b",model="m",version="1"} 4
nv_inference_request_success{gpu_uuid="GPU-a",model="m",version="2"} 50
# HELP nv_inference_request_failure Number of failed inference requests, all batch sizes
# TYPE nv_inference_request_failure counter
nv_inference_request_failure{model="m",reason="REJECTED",version="1"} 1
nv_inference_request_failure{model="m",reason="OTHER",version="1"} 2
# HELP nv_inference_queue_duration_us Cumulative inference queuing duration in microseconds
# TYPE nv_inference_queue_duration_us counter
nv_inference_queue_duration_us{gpu_uuid="GPU-a",model="m",version="1"} Nan
# HELP nv_gpu_utilization GPU utilization rate [0.0 - 1.0)
# TYPE nv_gpu_utilization gauge
nv_gpu_utilization{gpu_uuid="GPU-b"} 0.25
nv_gpu_utilization{gpu_uuid="GPU-a"} 1
# HELP nv_gpu_memory_used_bytes GPU used memory, in bytes
# TYPE nv_gpu_memory_used_bytes gauge
nv_gpu_memory_used_bytes{gpu_uuid="GPU-a"} 1.5e+09
# HELP nv_gpu_power_usage GPU power usage in watts
# TYPE nv_gpu_power_usage gauge
nv_gpu_power_usage{gpu_uuid="GPU-a"} 61.5
# HELP vllm:tokens Tokens
# TYPE vllm:tokens counter
vllm:tokens{model="m"} 12
# HELP vllm:wait Waiting
# TYPE vllm:wait histogram
vllm:wait_bucket{le="1"} 2
vllm:wait_bucket{le="+Inf"} 3
vllm:wait_count 3
vllm:wait_sum 4.5
"""


@pytest.fixture
def triton(server: Server) -> Iterator[Triton]:
    client = Triton(server.addresses)
    yield client
    client.close()


def _ask(triton: Triton, model: str, rows: int = 2) -> None:
    array = np.ones((rows, 3) if model in ("double", "add_one", "pipeline") else (1,), np.float32)
    triton.infer(InferRequest(model, (Tensor("IN", FP32, array),)), stages=False)


@pytest.mark.engine
def test_counters_rise_by_what_was_asked(server: Server, triton: Triton) -> None:
    with Prometheus(server.addresses.metrics) as metrics:
        before = metrics.scrape()
        for _ in range(5):
            _ask(triton, "pipeline", rows=4)
        after = _settled(metrics, "pipeline", before.models["pipeline", "1"].success + 5)
    done = samples(before.models, after.models, after.time - before.time)
    seconds = after.time - before.time
    for model in ("pipeline", "double", "add_one"):
        one = done[model, "1"]
        assert one.requests_s * seconds == pytest.approx(5)
        assert one.inferences_s * seconds == pytest.approx(20)
        assert one.batch == 4
        assert one.failures_s == 0
        assert one.pending == 0
    assert done["double", "1"].compute_ms > 1.9
    assert done["add_one", "1"].compute_ms > 3.9
    assert done["slow", "1"].requests_s == 0
    assert math.isnan(done["slow", "1"].queue_ms)


@pytest.mark.engine
def test_the_cache_is_counted_where_it_is_on(server: Server, triton: Triton) -> None:
    before = scrape(server.addresses.metrics)
    for _ in range(4):
        _ask(triton, "cached")
    with Prometheus(server.addresses.metrics) as metrics:
        after = _settled(metrics, "cached", before.models["cached", "1"].success + 4)
    delta = after.models["cached", "1"].cache_hits - before.models["cached", "1"].cache_hits
    assert delta in (3, 4)
    assert samples(before.models, after.models, 1.0)["cached", "1"].cache_hit >= 0.75
    assert math.isnan(after.models["double", "1"].cache_hits)


@pytest.mark.engine
def test_waiting_requests_show_as_pending(server: Server, triton: Triton) -> None:
    request = InferRequest("slow", (Tensor("IN", FP32, np.array([0.4], np.float32)),))
    threads = [threading.Thread(target=triton.infer, args=(request, None, False)) for _ in range(3)]
    for thread in threads:
        thread.start()
    seen = {_pending(server)}
    while 2 not in seen and any(thread.is_alive() for thread in threads):
        seen.add(_pending(server))
    for thread in threads:
        thread.join()
    assert 2 in seen
    assert _pending(server) == 0


@pytest.mark.engine
def test_a_reload_after_unloading_is_a_gap(server: Server, triton: Triton) -> None:
    _ask(triton, "double")
    with Prometheus(server.addresses.metrics) as metrics:
        before = metrics.scrape()
        triton.unload("double")
        end = time.monotonic() + 60
        while any(row.name == "double" and row.state == "UNLOADING" for row in triton.index()):
            assert time.monotonic() < end
            time.sleep(0.05)
        gone = metrics.scrape()
        triton.load("double")
        back = metrics.scrape()
    assert math.isnan(samples(before.models, back.models, 1.0)["double", "1"].requests_s)
    assert math.isnan(samples(before.models, gone.models, 1.0)["double", "1"].requests_s)
    assert back.models["double", "1"].success == 0


@pytest.mark.engine
def test_what_has_no_place_is_kept_as_it_is(server: Server) -> None:
    reading = scrape(f"http://{server.addresses.metrics}/metrics")
    others = {family.name: family for family in reading.others}
    assert reading.server["memory_total"] > 1e8
    assert reading.server.keys() == {
        "processor", "memory_total", "memory_used", "pinned_total", "pinned_used",
    }  # fmt: skip
    assert others["nv_inference_request_summary_us"].kind == "summary"
    assert reading.gpus == ()


@pytest.mark.engine
def test_the_connection_is_kept(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    real, made = socket.create_connection, list[object]()

    def connect(address: tuple[str, int], *rest: Any, **options: Any) -> socket.socket:
        made.append(address)
        return real(address, *rest, **options)

    monkeypatch.setattr(socket, "create_connection", connect)
    with Prometheus(server.addresses.metrics) as metrics:
        for _ in range(2):
            metrics.scrape()
    assert len(made) == 1


@pytest.mark.engine
def test_a_metrics_address_that_is_another_port_is_told(server: Server) -> None:
    with pytest.raises(MetricsError) as caught:
        scrape(server.addresses.http)
    assert f"Reading metrics from {server.addresses.http}: HTTP status 404." in str(caught.value)


def test_series_are_summed_over_gpus_and_reasons() -> None:
    reading = parse(TWO_GPUS.encode(), 5.0)
    first, second = reading.models["m", "1"], reading.models["m", "2"]
    assert (reading.time, first.success, first.failure, second.success) == (5.0, 7, 3, 50)
    assert math.isnan(first.queue_us)
    a, b = reading.gpus
    assert (a.uuid, a.utilisation, a.memory_used, a.power) == ("GPU-a", 1, 1.5e9, 61.5)
    assert (b.uuid, b.utilisation, math.isnan(b.memory_used), b.name, b.index) == ("GPU-b", 0.25, True, "", -1)


def test_unknown_families_keep_kind_labels_and_endings() -> None:
    tokens, wait = parse(TWO_GPUS.encode(), 0).others
    assert (tokens.name, tokens.kind, tokens.points[0].labels, tokens.points[0].value) == (
        "vllm:tokens", "counter", (("model", "m"),), 12,
    )  # fmt: skip
    assert (wait.kind, [(p.suffix, p.value) for p in wait.points]) == (
        "histogram", [("_bucket", 2), ("_bucket", 3), ("_count", 3), ("_sum", 4.5)],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<html><body>Welcome!</body></html>", "not Prometheus text"),
        (b'nv_inference_count{model="m"', "not Prometheus text"),
        (b'nv_inference_count{model="m",version="1"} many', "not Prometheus text"),
        (b"\xff\xfe\x00", "not Prometheus text"),
    ],
)
def test_junk_is_one_error_in_plain_words(body: bytes, words: str) -> None:
    with answering(lambda _: http(body)) as address, pytest.raises(MetricsError) as caught:
        scrape(address)
    assert words in caught.value.reason
    assert address in caught.value.attempted


@given(st.text(alphabet=st.sampled_from('abc{}"=,# \n\\0.+NaTYPEHL_'), max_size=60))
def test_no_junk_takes_the_parser_by_surprise(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert parse(text.encode(), 0.0).time == 0.0


@pytest.mark.parametrize(
    "address", ["http://[", "[::1", "http://a..b:1", f"{'x' * 300}:1", "127.0.0.1:x", "http://%zz"]
)
def test_what_is_no_address_is_told(address: str) -> None:
    with pytest.raises(MetricsError):
        scrape(address, timeout=0.3)


def test_of_an_endless_answer_the_beginning_is_taken_and_the_rest_said_to_be_left_out() -> None:
    line = b'x{a="b"} 1\n'
    answer = b"HTTP/1.1 200 OK\r\n\r\n" + line * 200_000
    with answering(lambda _: answer) as address, Prometheus(address, limits=Limits(size=1 << 18)) as metrics:
        # The connection that was cut off is not used again.
        for _ in range(2):
            found = metrics.scrape()
            assert len(found.others[0].points) == (1 << 18) // len(line)
            assert found.left_out == "what comes after 0.25 MiB"


def test_headers_that_drip_end_with_the_call_and_the_next_one_is_taken() -> None:
    slow, body = threading.Event(), b'nv_inference_count{model="m",version="1"} 3\n'
    with dripping(slow, http(body)) as address, Prometheus(address, timeout=0.3) as metrics:
        with pytest.raises(MetricsError, match=r"no answer within 0.3 s"):
            metrics.scrape()
        slow.set()
        assert metrics.scrape().models["m", "1"].inferences == 3


def test_silence_and_absence_are_told_apart() -> None:
    def answer(_: bytes) -> bytes:
        time.sleep(0.5)
        return b""

    with answering(answer) as address, pytest.raises(MetricsError, match=r"no answer within 0.1 s"):
        scrape(address, timeout=0.1)
    with pytest.raises(MetricsError, match=r"no answer: Connection refused\. Check"):
        scrape(f"127.0.0.1:{free_port()}")


@pytest.mark.engine
def test_failures_are_the_servers_own_count(server: Server, triton: Triton) -> None:
    """Release 24.10 counts a model that raises, and takes an error that a model answers with for a success."""
    before = scrape(server.addresses.metrics)
    for value, times in ((2, 2), (1, 3)):
        for _ in range(times):
            request = InferRequest("failing", (Tensor("IN", FP32, np.array([value], np.float32)),))
            with pytest.raises(ClientError):
                triton.infer(request, stages=False)
    with Prometheus(server.addresses.metrics) as metrics:
        after = _settled(metrics, "failing", before.models["failing", "1"].success + 3)
    one = samples(before.models, after.models, 1.0)["failing", "1"]
    assert (one.requests_s, one.failures_s) == (3, 2)


def _pending(server: Server) -> float:
    return scrape(server.addresses.metrics).models["slow", "1"].pending


def _settled(metrics: Prometheus, model: str, success: float) -> Scrape:
    """The first reading that has so many requests: a server counts one shortly after it has answered."""
    end = time.monotonic() + 60
    while True:
        reading = metrics.scrape()
        if reading.models[model, "1"].success >= success:
            return reading
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_zero_that_is_no_measurement_is_a_gap() -> None:
    """Triton writes 0 for what a GPU does not tell."""
    names = ("utilization", "memory_total_bytes", "memory_used_bytes", "power_usage", "power_limit")
    lines = (
        f'nv_gpu_{name}{{gpu_uuid="{gpu}"}} {value}'
        for gpu, values in (("silent", "00000"), ("part", "09000"), ("idle", "09130"))
        for name, value in zip(names, values, strict=True)
    )
    idle, part, silent = parse(("\n".join(lines) + "\n").encode(), 0.0).gpus
    assert (idle.utilisation, idle.memory_total, idle.memory_used, idle.power) == (0.0, 9.0, 1.0, 3.0)
    assert math.isnan(idle.power_limit)
    assert part.memory_total == 9.0
    assert math.isnan(part.utilisation)
    assert math.isnan(part.memory_used)
    assert all(math.isnan(each) for each in (silent.memory_total, silent.utilisation, silent.power))
