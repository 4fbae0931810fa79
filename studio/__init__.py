"""Trireme: a desktop studio for model repositories of NVIDIA Triton Inference Server."""

__version__ = "0.1.0"
