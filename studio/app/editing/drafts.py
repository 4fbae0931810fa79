"""Drafts as states of the undo stack, and as texts."""

from __future__ import annotations

from collections.abc import Callable
from zlib import compress, decompress

from studio.app.editing.undo import Kind
from studio.core.config.draft import Draft
from studio.text.parse import render

_TREE = 32
"""A parsed text takes so many bytes a character, by measurement."""


def text_of(held: Draft) -> str:
    """The text of a draft."""
    return held.document.text


def kind_of(parse: Callable[[bytes | str], Draft]) -> Kind[Draft]:
    """Drafts as states; `parse` makes one of its text again."""
    return Kind(
        same=lambda one, other: text_of(one) == text_of(other),
        size=lambda held: len(text_of(held)) * _TREE,
        pack=lambda held: compress(render(held.document), 1),
        unpack=lambda packed: parse(decompress(packed)),
    )
