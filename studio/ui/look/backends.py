"""The short words for backends, wherever a model has a badge."""

from __future__ import annotations

_WORDS = {
    "ensemble": "ENS",
    "python": "PY",
    "onnxruntime": "ONNX",
    "tensorrt": "TRT",
    "pytorch": "PT",
    "tensorflow": "TF",
    "openvino": "OV",
    "tensorrtllm": "LLM",
    "vllm": "vLLM",
    "dali": "DALI",
    "fil": "FIL",
    "identity": "ID",
}


def backend_badge(backend: str) -> str:
    """The short word for a backend."""
    return _WORDS.get(backend, backend[:4].upper())
