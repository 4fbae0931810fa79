"""Where a field goes that somebody asks for by name, and the edit that makes room for it."""

from __future__ import annotations

from studio.core.config.draft import Draft
from studio.core.config.fields import known_field, new_value
from studio.text.paths import field_names
from studio.text.tree import Path


def place_for(wanted: Path, near: Path = ()) -> Path:
    """The path of a field in a configuration: in the elements that `near` is in, else in the first ones."""
    names: Path = field_names(wanted)
    found: Path = ()
    for place, name in enumerate(names):
        found = (*found, name)
        field = known_field(found)
        if field is not None and field.schema.repeated and place < len(names) - 1:
            same = len(near) > len(found) and near[: len(found)] == found
            index = near[len(found)] if same else 0
            found = (*found, index if isinstance(index, int) else 0)
    return found


def with_room_for(draft: Draft, path: Path) -> Draft:
    """The draft with a field added; where only a person can say its value, with the elements around it that lack."""
    changed = draft
    for length in range(1, len(path)):
        if isinstance(path[length], int) and not changed.has(*path[: length + 1]):
            changed = changed.append(*path[:length], new_value(changed, path[:length]))
    value = None if changed.has(*path) else new_value(changed, path)
    field = known_field(path)
    if value is None or field is None:
        return changed
    is_element = field.schema.repeated and field.schema.message is not None
    return changed.append(*path, value) if is_element else changed.set(*path, value)
