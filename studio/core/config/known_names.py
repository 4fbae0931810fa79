"""Names that Triton and its backends know, for what a person may write where the schema takes any text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

BACKENDS: Final = (
    "onnxruntime",
    "python",
    "tensorrt",
    "pytorch",
    "openvino",
    "tensorflow",
    "dali",
    "fil",
    "vllm",
    "tensorrtllm",
)
PLATFORMS: Final = (
    "ensemble",
    "onnxruntime_onnx",
    "tensorrt_plan",
    "pytorch_libtorch",
    "tensorflow_savedmodel",
    "tensorflow_graphdef",
    "torch_aoti",
)
MODEL_FILES: Final[Mapping[str, str]] = {
    "onnxruntime": "model.onnx",
    "python": "model.py",
    "tensorrt": "model.plan",
    "pytorch": "model.pt",
    "openvino": "model.xml",
    "tensorflow": "model.savedmodel",
    "dali": "model.dali",
    "fil": "xgboost.json",
}
GPU_ACCELERATORS: Final = ("tensorrt", "cuda", "auto_mixed_precision", "gpu_io")
CPU_ACCELERATORS: Final = ("openvino",)
AGENTS: Final = ("checksum",)
