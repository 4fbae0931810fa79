"""Texts that are no configuration, as drafts without fields: what edits, undoes and saves a draft does so with them."""

from __future__ import annotations

from studio.core.config.draft import Draft
from studio.text.document import Document
from studio.text.tree import Message


class PlainDraft(Draft):
    """A text that is not read as protobuf: sound whatever it holds."""

    __slots__ = ()

    def with_text(self, text: str) -> Draft:
        """The draft of another plain text."""
        return self if text == self.document.text else plain(text)


def plain(data: bytes | str) -> Draft:
    """The draft of a text as it is. Any bytes; those that are no UTF-8 come out as they were."""
    text = data if isinstance(data, str) else data.decode("utf-8", "surrogateescape")
    return PlainDraft(Document(text, Message((), 0, len(text))))
