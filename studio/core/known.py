"""Names that Triton and its backends know, for what a person may write where the schema takes any text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
PARAMETERS: Final[Mapping[str, Sequence[str]]] = {
    "onnxruntime": [
        "intra_op_thread_count",
        "inter_op_thread_count",
        "execution_mode",
        "enable_mem_arena",
        "enable_mem_pattern",
        "memory.enable_memory_arena_shrinkage",
        "cudnn_conv_algo_search",
        "cudnn_conv_use_max_workspace",
        "arena_extend_strategy",
        "gpu_mem_limit",
        "do_copy_in_default_stream",
    ],
    "pytorch": [
        "DISABLE_OPTIMIZED_EXECUTION",
        "INFERENCE_MODE",
        "ENABLE_NVFUSER",
        "ENABLE_WEIGHT_SHARING",
        "ENABLE_CACHE_CLEANING",
        "ENABLE_JIT_EXECUTOR",
        "ENABLE_JIT_PROFILING",
        "ENABLE_TORCH_FUSER",
        "ENABLE_CUDNN",
        "INTRA_OP_THREAD_COUNT",
        "INTER_OP_THREAD_COUNT",
    ],
    "tensorrt": ["execution_context_allocation_strategy", "enable_multi_device", "multi_device_gpus"],
    "python": ["EXECUTION_ENV_PATH", "FORCE_CPU_ONLY_INPUT_TENSORS"],
}
"""The keys of `parameters` by backend."""
