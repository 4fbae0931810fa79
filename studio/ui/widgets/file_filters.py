"""Which files the system's dialog offers first."""

from __future__ import annotations

_MODELS = (
    "onnx",
    "pt",
    "pth",
    "pt2",
    "plan",
    "engine",
    "xml",
    "graphdef",
    "pb",
    "json",
    "ubj",
    "bst",
    "txt",
    "model",
    "py",
)
MODEL_FILES = f"Model files ({' '.join(f'*.{ending}' for ending in _MODELS)});;All files (*)"
"""Files that models are made of, then all."""
