"""Trireme: a desktop studio for model repositories of NVIDIA Triton Inference Server."""

__version__ = "0.1.0"

TYPE_CHECKING = False
"""That of `typing`, which type checkers know by its name; `typing` takes a fortieth of a check to load."""
