"""Models of known times for the live figures, and one that publishes what an LLM server does."""

from __future__ import annotations

from pathlib import Path

_STEADY = """import time

import numpy as np
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def execute(self, requests):
        time.sleep(0.02)
        return [pb_utils.InferenceResponse([pb_utils.Tensor("OUT", r.inputs()[0].as_numpy())]) for r in requests]
"""
_LLM = """import time

import numpy as np
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    def initialize(self, args):
        family, made = pb_utils.MetricFamily, {}
        for name, about, kind in (
            ("vllm:prompt_tokens_total", "Number of prefill tokens processed.", family.COUNTER),
            ("vllm:generation_tokens_total", "Number of generation tokens processed.", family.COUNTER),
            ("vllm:num_requests_running", "Number of requests in model execution batches.", family.GAUGE),
            ("vllm:num_requests_waiting", "Number of requests waiting to be processed.", family.GAUGE),
            ("vllm:gpu_cache_usage_perc", "KV-cache usage. 1 means 100 percent usage.", family.GAUGE),
        ):
            made[name] = family(name=name, description=about, kind=kind)
        name = "nv_trt_llm_kv_cache_block_metrics"
        made[name] = family(name=name, description="TRT LLM KV cache block metrics", kind=family.GAUGE)
        self.families = made
        own = {"model_name": "llm"}
        self.figures = {name: each.Metric(labels=own) for name, each in made.items() if "vllm" in name}
        for kind, blocks in (("used", 12), ("free", 52)):
            self.figures[kind] = made[name].Metric(labels={"kv_cache_block_type": kind, "model": "llm"})
            self.figures[kind].set(blocks)

    def execute(self, requests):
        for request in requests:
            sender = request.get_response_sender()
            self.figures["vllm:prompt_tokens_total"].increment(7)
            self.figures["vllm:num_requests_running"].set(1)
            self.figures["vllm:gpu_cache_usage_perc"].set(0.25)
            time.sleep(0.08)
            for token in range(8):
                self.figures["vllm:generation_tokens_total"].increment(1)
                sender.send(pb_utils.InferenceResponse([pb_utils.Tensor("OUT", np.array([token], np.float32))]))
                time.sleep(0.02)
            self.figures["vllm:num_requests_running"].set(0)
            sender.send(flags=pb_utils.TRITONSERVER_RESPONSE_COMPLETE_FINAL)
"""
_CONFIG = """backend: "python"
instance_group [ {{ kind: KIND_CPU }} ]
{more}input [ {{ name: "IN" data_type: TYPE_FP32 dims: [ -1 ] }} ]
output [ {{ name: "OUT" data_type: TYPE_FP32 dims: [ -1 ] }} ]
"""
_BATCHING = "max_batch_size: 4\ndynamic_batching { max_queue_delay_microseconds: 5000 }\n"
LIVE = {"steady": (_BATCHING, _STEADY), "llm": ("model_transaction_policy { decoupled: true }\n", _LLM)}


def write_live(folder: Path) -> Path:
    """The repository; gives its folder."""
    for name, (more, code) in LIVE.items():
        version = folder / name / "1"
        version.mkdir(parents=True)
        (folder / name / "config.pbtxt").write_text(f'name: "{name}"\n' + _CONFIG.format(more=more), "utf-8")
        (version / "model.py").write_text(code, "utf-8")
    return folder
