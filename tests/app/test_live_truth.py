"""What is shown live of a real server against arithmetic: a load of known times, a stream, an LLM's own metrics."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from studio.app.serving.sampling.leak_test import LeakTest
from studio.app.serving.sampling.scraping import Reading
from studio.app.session import Session
from studio.app.settings import settings
from studio.core.config.datatypes import data_type
from studio.core.inference.model_index import is_ready
from studio.core.inference.requests import InferRequest, InferResult, ModelStatistics, Tensor
from studio.core.inference.streams import StreamTimes
from studio.core.serving.figures.grafana import dashboard
from studio.core.serving.figures.ledger import Leak
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec
from studio.core.serving.series import Floats, GpuReading, ModelCounters
from studio.metrics.prometheus import scrape
from tests.metrics.live_repository import LIVE, write_live

pytestmark = [pytest.mark.engine, pytest.mark.timeout(300)]
Until = Callable[..., None]
STEADY, LLM = ("steady", "1"), ("llm", "1")
_ASKED = 12


@pytest.fixture
def live(session: Session, tmp_path: Path, until: Until) -> Session:
    """A session that serves both models, with summaries on."""
    # What the studio asks by itself would be counted too.
    settings().set("ask_models", False)
    arguments = ("--metrics-config=summary_latencies=true", "--metrics-interval-ms=200")
    session.server.launch(LaunchSpec(EngineKind.EMBEDDED, write_live(tmp_path / "models"), arguments=arguments))
    until(lambda: all(is_ready(session.server.models.get(name, ())) for name in LIVE), 200)
    until(lambda: session.sampler.last.models)
    return session


def test_a_known_load_is_what_the_figures_say(live: Session, until: Until) -> None:
    _ask_steady(live, 1, until)
    until(lambda: "steady" in live.sampler.figures.streams)
    until(lambda: _recorded(live) > 0.99 and live.sampler.last.models[STEADY].requests_s == 0)
    since, before = live.sampler.last.time, _counted(live)
    _ask_steady(live, _ASKED, until)
    until(lambda: _counted(live).success == before.success + _ASKED)
    until(lambda: _recorded(live) >= _ASKED + 0.99)
    _check_against_counters(live, since, before, _counted(live))
    _check_batches(live, until)
    _check_stream(live, until)
    _check_families(live, until)
    _check_dashboard(live)
    _check_reload(live, until)
    _check_leak(live, until)


def _request(name: str) -> InferRequest:
    kind = data_type("FP32")
    assert kind is not None
    shape = (1, 1) if name == "steady" else (1,)
    return InferRequest(name, (Tensor("IN", kind, np.ones(shape, np.float32)),))


def _ask_steady(live: Session, times: int, until: Until) -> None:
    answers: list[InferResult] = []
    for _ in range(times):
        live.server.infer(_request("steady"), answers.append)
    until(lambda: len(answers) == times)


def _counted(live: Session) -> ModelCounters:
    return scrape(live.server.status.addresses.metrics).models[STEADY]


def _recorded(live: Session) -> float:
    """So many requests as the rates say."""
    times, rates = live.sampler.model(*STEADY, "requests_s").points()
    return float(np.nansum(rates[1:] * np.diff(times)))


def _check_against_counters(live: Session, since: float, before: ModelCounters, after: ModelCounters) -> None:
    """The means over the load are the counters' true differences, and no run took less than its sleep."""
    times, rates = live.sampler.model(*STEADY, "requests_s").points()
    weights = np.nan_to_num(rates) * np.diff(times, prepend=times[0])
    weights[: np.flatnonzero(times <= since)[-1] + 1] = 0
    assert weights.sum() == pytest.approx(_ASKED)
    for field, counter in (("compute_ms", "compute_us"), ("queue_ms", "queue_us"), ("request_ms", "request_us")):
        shown = (np.nan_to_num(live.sampler.model(*STEADY, field).points()[1]) * weights).sum() / _ASKED
        true = (getattr(after, counter) - getattr(before, counter)) / _ASKED / 1000
        assert shown == pytest.approx(true, rel=0.001)
    assert float(np.nanmin(live.sampler.model(*STEADY, "compute_ms").points()[1])) >= 20
    assert float(np.nanmax(live.sampler.model(*STEADY, "p99").points()[1])) >= 20
    assert live.sampler.percentiles("steady").count == _ASKED + 1


def _check_batches(live: Session, until: Until) -> None:
    found: list[ModelStatistics] = []
    live.server.current.ask("Read", lambda client: client.statistics("steady", "1"), found.extend)
    until(lambda: found)
    batches = found[0].batches
    assert sum(each.size * each.runs for each in batches) == found[0].inference_count >= _ASKED + 1
    assert sum(each.runs for each in batches) == found[0].execution_count
    assert min(each.compute_ns / each.runs for each in batches) >= 20e6
    facts = live.sampler.facts("steady")
    assert facts is not None
    assert (facts.batching.most, facts.batching.delay_us, facts.is_decoupled) == (4, 5000, False)


def _check_stream(live: Session, until: Until) -> None:
    """Eighty milliseconds before the first token, twenty for each: ours, not the server's, which counts parts."""
    ended: list[StreamTimes] = []
    for count in (1, 2):
        live.server.stream(_request("llm"), lambda _: None, ended.append)
        until(lambda count=count: len(ended) == count)
    until(lambda: live.sampler.figures.streams.get("llm"))
    own = live.sampler.percentiles("llm")
    assert own.count == 2
    assert 80e6 <= own.first50 <= own.p50 - 7 * 20e6
    until(lambda: np.nansum(live.sampler.model(*LLM, "requests_s").points()[1]) > 0)
    assert np.isnan(live.sampler.model(*LLM, "request_ms").points()[1]).all()


def _check_families(live: Session, until: Until) -> None:
    families = live.sampler.figures.families

    def tokens() -> tuple[Floats, Floats]:
        lines = (family.lines for family in families.shown if family.name == "vllm:generation_tokens_total")
        key = next((line.key for line in next(lines, ()) if line.title == "llm"), None)
        return families.history.points(key, "value")

    until(lambda: np.nansum(tokens()[1]) > 0)
    times, rates = tokens()
    assert np.nansum(rates[1:] * np.diff(times)) == pytest.approx(16, abs=0.5)
    shown = {family.name: family for family in families.shown}
    assert shown["vllm:gpu_cache_usage_perc"].group == "vLLM"
    assert shown["vllm:gpu_cache_usage_perc"].help == "KV-cache usage. 1 means 100 percent usage."
    blocks = shown["nv_trt_llm_kv_cache_block_metrics"]
    assert (blocks.group, len(blocks.lines)) == ("TensorRT-LLM", 2)
    assert {families.history.last(line.key, "value") for line in blocks.lines} == {12, 52}


def _check_dashboard(live: Session) -> None:
    there = scrape(live.server.status.addresses.metrics).names
    made = json.loads(dashboard(live.sampler.figures.names, "Live"))
    asked = {name for panel in made["panels"] for t in panel["targets"] for name in re.findall(r"nv_\w+", t["expr"])}
    assert len(made["panels"]) >= 8
    assert asked <= there


def _check_reload(live: Session, until: Until) -> None:
    """What was unloaded and loaded counts from zero: a gap, no spike."""
    highest = float(np.nanmax(live.sampler.model(*STEADY, "requests_s").points()[1]))
    live.server.unload("steady")
    until(lambda: not live.server.pending and not is_ready(live.server.models.get("steady", ())))
    live.server.load("steady")
    until(lambda: not live.server.pending and is_ready(live.server.models.get("steady", ())), 60)
    _ask_steady(live, 2, until)
    until(lambda: _counted(live).success == 2)
    until(lambda: live.sampler.last.models.get(STEADY) and live.sampler.last.models[STEADY].requests_s == 0)
    rates = live.sampler.model(*STEADY, "requests_s").points()[1]
    assert float(np.nanmax(rates)) == highest
    assert float(np.nanmin(rates)) >= 0


def _check_leak(live: Session, until: Until) -> None:
    """A GPU that has 16 MB more in use after each unload, while the real server unloads and loads."""
    server, ended = live.server.current, list[tuple[Leak | None, str]]()
    server.sampler.stop()
    test = LeakTest(server, server.sampler, "steady", live, cycles=3)
    test.ended.connect(lambda found, model: ended.append((found, model)))
    test.start()
    at = live.sampler.last.time + 1

    def sample() -> bool:
        nonlocal at
        at += 1
        there = 2**30 if is_ready(server.models.get("steady", ())) else 0
        used = 4 * 2**30 + there + test.done * 16 * 2**20
        live.sampler.take(Reading(at, gpus=(GpuReading("GPU-x", index=0, memory_total=2**36, memory_used=used),)))
        return bool(ended)

    until(sample, 120)
    ((found, model),) = ended
    assert model == "steady"
    assert found is not None
    assert found.slope == pytest.approx(16 * 2**20)
    assert found.leaks
    until(lambda: not server.pending)
