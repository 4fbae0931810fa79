"""Asking for the address of a server that already runs."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from studio.ui.widgets.dialogs import Prompt, prompt

_TEXT = "Its gRPC address as host:port, or its HTTP URL."


def _reason(text: str) -> str:
    return "" if ":" in text else "Write an address as host:port, for example 127.0.0.1:8001."


def ask_address(parent: QWidget, then: Callable[[str], object]) -> Prompt:
    """Asks for an address and hands it on as it was written."""
    return prompt(parent, "Attach to a server", _TEXT, "127.0.0.1:8001", "Attach", _reason, then)
