"""What an edit gets and gives: a document with the schema, read and changed by path in plain Python values.

What edits is loaded with the first edit: to check a model takes none.
"""

from __future__ import annotations

from studio.core.config.editing.targets import target_of, value_at
from studio.core.config.model_config import Config
from studio.core.config.model_config import config as read_config
from studio.text.document import Document, elements, find
from studio.text.parse import parse
from studio.text.tree import Message
from studio.text.tree import Path as TextPath
from studio.value_class import dataclass, field


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """A configuration that can be changed: every change is a new draft that differs in as few bytes as possible.

    A path is field names, with an index behind a repeated one: `("input", 0, "dims")`. The entries of a map are
    addressed by index like the elements of a repeated field. A path that the schema lacks raises CoreError; what
    the text cannot take raises TextError.
    """

    document: Document
    _config: list[Config] = field(default_factory=list, init=False, repr=False)

    @property
    def config(self) -> Config:
        """The typed read view, made when first asked for."""
        if not self._config:
            self._config.append(read_config(self.document))
        return self._config[0]

    def get(self, *path: str | int) -> object:
        """The value at a path, or the schema's default: a scalar, the name of an enumeration's value, a tuple.

        A message is a dictionary of what it writes; None where it is missing.
        """
        return value_at(self.document, target_of(path))

    def has(self, *path: str | int) -> bool:
        """Whether the text writes something at the path."""
        return find(self.document, path) is not None

    def entry(self, path: TextPath, key: object) -> int | None:
        """The index of a map's entry by its key; the last one counts, as for the server."""
        nodes = elements(self.document, path)
        keys = [self.get(*path, i, "key") if isinstance(node, Message) else None for i, node in enumerate(nodes)]
        return max((i for i, found in enumerate(keys) if found == key), default=None)

    def set(self, *path_and_value: object) -> Draft:
        """Sets what stands at a path, the last argument being the value. None clears it.

        Makes the messages around it that are missing; clears the other members of a oneof. A dictionary given for a
        message becomes what that message writes. A list sets a repeated field as a whole.
        """
        from studio.core.config.editing.edits import set_at

        return self._with(set_at(self.document, path_and_value[:-1], path_and_value[-1]))

    def clear(self, *path: str | int) -> Draft:
        """Takes out what stands at a path, if anything does."""
        from studio.core.config.editing.edits import clear_at

        return self._with(clear_at(self.document, path))

    def append(self, *path_and_value: object) -> Draft:
        """Adds an element to a repeated field: a scalar, or a message as a dictionary."""
        from studio.core.config.editing.edits import append_to

        return self._with(append_to(self.document, path_and_value[:-1], path_and_value[-1]))

    def move(self, *path: str | int, index: int) -> Draft:
        """Moves an element of a repeated field to another place."""
        from studio.core.config.editing.edits import move_to

        return self._with(move_to(self.document, path, index))

    def with_text(self, text: str) -> Draft:
        """The draft of another text."""
        return self if text == self.document.text else draft(text)

    def _with(self, document: Document) -> Draft:
        return self if document.text == self.document.text else Draft(document)


def draft(data: bytes | str) -> Draft:
    """The draft of a text."""
    return Draft(parse(data))


def read_draft(data: bytes | str) -> Draft:
    """The draft of a text with its typed view made: for another thread than the one that will ask for it."""
    found = draft(data)
    _ = found.config
    return found
