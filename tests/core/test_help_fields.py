"""Every field of the schema has help of our own, and the help speaks of nothing else."""

import json
from collections.abc import Iterator

from studio.core.config.help import field_help
from studio.core.config.schema import FieldSchema, MessageSchema, model_config
from studio.resources import resource
from studio.text.paths import dotted

_LONGEST = 400


def _fields(message: MessageSchema, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], FieldSchema]]:
    for field in message.fields.values():
        path = (*above, field.name)
        yield path, field
        if field.message:
            yield from _fields(field.message, path)


_SCHEMA = dict(_fields(model_config()))
_SHARED = {f"{field.message.name}.": field.message for field in _SCHEMA.values() if field.message}


def test_the_schema_is_the_one_that_the_help_was_written_for() -> None:
    assert len(_SCHEMA) > 186


def test_every_field_has_help() -> None:
    for path in _SCHEMA:
        found = field_help(path)
        assert found, path
        assert found.title, path
        assert found.what.endswith("."), path
        assert found.title != found.what, path
        texts = (found.title, found.what, found.default, found.when, found.cost)
        assert sum(map(len, texts)) <= _LONGEST, path
        assert all(text == text.strip() and "  " not in text for text in texts), path


def test_neighbours_exist_and_are_others() -> None:
    for path in _SCHEMA:
        found = field_help(path)
        assert found, path
        for other in found.see:
            assert tuple(other.split(".")) in _SCHEMA, (path, other)
            assert other != dotted(path)


def test_no_help_for_what_the_schema_lacks() -> None:
    """A key is a path of the schema, or a message's name with a path within it."""
    known = {dotted(path) for path in _SCHEMA}
    for start, message in _SHARED.items():
        known |= {start + dotted(path) for path, _ in _fields(message)}
    assert set(json.loads(resource("help", "fields.json").read_text("utf-8"))) <= known


def test_indices_do_not_matter() -> None:
    assert field_help(("input", 3, "dims", 0)) is field_help(("input", "dims"))


def test_a_shared_message_has_one_text_unless_a_place_has_its_own() -> None:
    default = field_help(("dynamic_batching", "default_queue_policy", "max_queue_size"))
    by_level = field_help(("dynamic_batching", "priority_queue_policy", 0, "value", "max_queue_size"))
    assert default is by_level
    inputs, outputs = (field_help((side, "name")) for side in ("input", "output"))
    assert inputs != outputs


def test_an_unknown_field_has_none() -> None:
    assert field_help(("input", "nonsense")) is None
    assert field_help(()) is None
    assert field_help(("value",)) is None


def test_no_two_fields_of_a_message_share_a_title() -> None:
    for path, field in _SCHEMA.items():
        if not field.message:
            continue
        helps = [field_help((*path, name)) for name in field.message.fields]
        titles = [found.title for found in helps if found]
        assert len(titles) == len(set(titles)), path
