"""Pictures of what stands below the monitor's table, with recorded readings: metrics, alerts, memory, two stretches."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSize

from studio.app.session import Session
from studio.core.serving.series import GpuReading
from studio.metrics.text_format import read
from studio.ui.look import theme
from studio.ui.monitor.page import MonitorPage
from studio.ui.monitor.views.compare_view import CompareView
from studio.ui.monitor.views.memory_view import MemoryView
from studio.ui.run import application
from studio.ui.shell.window import MainWindow
from studio.ui.workbench import ROOMS
from tests.fixtures.panels import close_notices
from tests.fixtures.waiting import wait_until
from tests.standins.figures import FIRST, GB, SECOND
from tests.ui.monitor_recorded import Recorder, ready, served
from tests.ui.shots import settle

_SECONDS, _UNLOADED = 300, 200
_SIZES = (QSize(1440, 900), QSize(1280, 720))
_LOADS = (("image_pipeline", 0.0), ("classifier", 1.2), ("text_encoder", 6.4), ("reply_writer", 9.1))
_LLM = """# HELP vllm:num_requests_running Number of requests in model execution batches.
# TYPE vllm:num_requests_running gauge
vllm:num_requests_running{{model_name="reply_writer"}} {running}
# HELP vllm:num_requests_waiting Number of requests waiting to be processed.
# TYPE vllm:num_requests_waiting gauge
vllm:num_requests_waiting{{model_name="reply_writer"}} {waiting}
# HELP vllm:gpu_cache_usage_perc GPU KV-cache usage. 1 means 100 percent usage.
# TYPE vllm:gpu_cache_usage_perc gauge
vllm:gpu_cache_usage_perc{{model_name="reply_writer"}} {cache}
# HELP vllm:generation_tokens_total Number of generation tokens processed.
# TYPE vllm:generation_tokens_total counter
vllm:generation_tokens_total{{model_name="reply_writer"}} {tokens}
# HELP nv_trt_llm_kv_cache_block_metrics TRT LLM KV cache block metrics
# TYPE nv_trt_llm_kv_cache_block_metrics gauge
nv_trt_llm_kv_cache_block_metrics{{kv_cache_block_type="used",model="tensorrt_llm",version="1"}} {used}
nv_trt_llm_kv_cache_block_metrics{{kv_cache_block_type="free",model="tensorrt_llm",version="1"}} {free}
# HELP nv_pinned_memory_pool_used_bytes Pinned memory pool used memory size, in bytes
# TYPE nv_pinned_memory_pool_used_bytes gauge
nv_pinned_memory_pool_used_bytes {pinned}
# HELP preprocess_tiles_total Tiles cut, counted by the model itself
# TYPE preprocess_tiles_total counter
preprocess_tiles_total{{kind="whole"}} {tokens}
preprocess_tiles_total{{kind="edge"}} {running}
"""


def pictures(folder: Path, theme_name: str) -> list[Path]:
    """Saves each of them in one theme and two sizes; gives their paths."""
    theme.apply(application(), theme_name)
    folder.mkdir(parents=True, exist_ok=True)
    window, session = MainWindow(ROOMS), Session()
    session.server.current.sampler.stop()
    window.bind(session)
    window.show()
    window.show_activity("monitor")
    window.docks.bottom.hide()
    try:
        return _of_record(window, folder, theme_name)
    finally:
        session.shutdown()
        session.deleteLater()
        window.close()
        window.deleteLater()


def _of_record(window: MainWindow, folder: Path, theme_name: str) -> list[Path]:
    session = window.need_session()
    page = window.page("monitor")
    assert isinstance(page, MonitorPage)
    recorder = _recorded(session)
    wait_until(lambda: page.deck is not None, 20)
    page.choose(("classifier", "1"))
    found = []
    for name in ("families", "alerts", "memory", "compare"):
        _turn(page, recorder, name)
        found += _shot(window, folder, f"monitor-{name}", theme_name)
    recorder.gpus = ()
    recorder.tick()
    _turn(page, recorder, "memory")
    return found + _shot(window, folder, "monitor-memory-without-gpu", theme_name)


def _shot(window: MainWindow, folder: Path, name: str, theme_name: str) -> list[Path]:
    found = []
    for size in _SIZES:
        window.resize(size)
        settle()
        window.docks.bottom.hide()
        close_notices(window)
        settle()
        found.append(folder / f"{name}{'-720' if size == _SIZES[1] else ''}-{theme_name}.png")
        window.grab().save(str(found[-1]))
    return found


def _turn(page: MonitorPage, recorder: Recorder, name: str) -> None:
    assert page.deck is not None
    page.show_all()
    page.deck.show_view(name)
    page.refresh()
    settle()
    view = page.deck.views[name]
    if isinstance(view, CompareView):
        for button, begin in ((view.first, 200), (view.second, 70)):
            page.stretch(recorder.time - begin, recorder.time - begin + 60)
            settle()
            button.click()
    if isinstance(view, MemoryView) and recorder.gpus:
        view.tables.show_table("ledger")
        view.waterfall.choose(2)


def _recorded(session: Session) -> Recorder:
    """Five minutes that end now: models are loaded, a burst makes a queue, one is unloaded and keeps some memory."""
    served(session, {})
    recorder = Recorder(session.sampler, time.monotonic() - _SECONDS)
    at, used = 0, 0.62
    for number in range(len(_LOADS) + 1):
        names = [(name, "1") for name, _ in _LOADS[:number]]
        served(session, ready(*names))
        used += _LOADS[number - 1][1] if number else 0.0
        for _ in range(8):
            _second(recorder, at, used)
            at += 1
    for _ in range(at, _UNLOADED):
        _second(recorder, at, used + (1.3 if at > 90 else 0))
        at += 1
    served(session, ready(*[(name, "1") for name, _ in _LOADS if name != "text_encoder"]))
    for _ in range(at, _SECONDS):
        _second(recorder, at, used + 1.3 - 5.9 + (6.1 if at > 285 else 0))
        at += 1
    return recorder


def _second(recorder: Recorder, at: int, used: float) -> None:
    busy = 1.5 + math.sin(at / 23) + 0.3 * math.sin(at / 3)
    is_burst = 232 <= at < 260
    for place, (name, _) in enumerate(_LOADS[: max(0, min(at // 8, len(_LOADS)))]):
        if name == "text_encoder" and at >= _UNLOADED:
            recorder.counters.pop((name, "1"), None)
            continue
        count = round((40 >> place) * busy) + 1
        queued = 6 * (at - 231) if is_burst and name == "classifier" else round(busy)
        fails = 2 if is_burst and name == "reply_writer" else 0
        recorder.count((name, "1"), count, failures=fails, pending=queued, queue_ms=9.0 if is_burst else 0.8)
    first = GpuReading(FIRST, "NVIDIA RTX 4090", 0, 24 * GB, used * GB, min(1, busy / 3), 180 + 40 * busy, 450, 57)
    second = GpuReading(SECOND, "NVIDIA A100-SXM4-40GB", 1, 40 * GB, 1.1 * GB, power=61, temperature=39)
    recorder.gpus = (replace(first, clock=2520, energy=148_000 + 300.0 * at), second)
    waiting = 6 if is_burst else round(busy / 2)
    cache, blocks = min(1.0, 0.2 * busy + 0.002 * at), round(200 * busy)
    recorder.others = read(
        _LLM.format(running=round(4 * busy), waiting=waiting, cache=cache, tokens=at * 310 + round(90 * busy),
                    used=blocks, free=1024 - blocks, pinned=(12 + round(8 * busy)) << 20).encode()
    ).families  # fmt: skip
    recorder.tick()
