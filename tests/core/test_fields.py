"""Fields by path, by name and by words, and what a new one begins with."""

from __future__ import annotations

from studio.core.config.draft import draft
from studio.core.config.fields import (
    free_key,
    known_field,
    known_fields,
    message_of,
    new_value,
    rivals_of,
    search_fields,
    title_of,
)
from studio.text.paths import dotted


def test_every_field_is_known_once() -> None:
    paths = [field.path for field in known_fields()]
    assert len(paths) == len(set(paths)) == 197
    assert known_field(("input", 3, "reshape", "shape")) is known_field(("input", "reshape", "shape"))
    assert known_field(("input", "colour")) is None
    assert title_of(("dynamic_batching", "max_queue_delay_microseconds")) == "Max queue delay"
    assert title_of(("colour",)) == "colour"


def test_a_field_is_found_by_its_path_and_by_its_title() -> None:
    for field in known_fields():
        assert field in search_fields(dotted(field.path).replace(".", " "))[:8], field
        assert field in search_fields(field.title), field


def test_a_field_is_found_by_what_it_is_for() -> None:
    def found(words: str) -> list[str]:
        return [dotted(field.path) for field in search_fields(words)]

    assert found("max_batch_size")[0] == "max_batch_size"
    assert found("queue delay")[0].endswith("max_queue_delay_microseconds")
    assert "model_warmup" in found("first request slow")[:25] or "model_warmup" in found("warm")[:5]
    assert found("xylophone") == []
    assert len(found("")) == 197


def test_rivals_are_the_rest_of_a_oneof() -> None:
    assert rivals_of(("dynamic_batching",)) == (("sequence_batching",), ("ensemble_scheduling",))
    direct = rivals_of(("sequence_batching", "direct"))
    assert direct == (("sequence_batching", "oldest"),)
    assert rivals_of(("max_batch_size",)) == ()


def test_messages_are_known_by_path() -> None:
    whole, group, scalar = message_of(()), message_of(("instance_group", 2)), message_of(("name",))
    assert whole is not None
    assert whole.name == "ModelConfig"
    assert group is not None
    assert group.name == "ModelInstanceGroup"
    assert scalar is None


def test_a_new_element_has_a_name_or_key_of_its_own() -> None:
    given = draft('parameters { key: "KEY_1" } instance_group [ { name: "instance_group_1" } ]')
    assert new_value(given, ("parameters",)) == {"key": "KEY_2"}
    assert new_value(given, ("instance_group",)) == {"name": "instance_group_2"}
    assert new_value(given, ("dynamic_batching",)) == {}
    assert new_value(given, ("response_cache", "enable")) is True
    assert new_value(given, ("max_batch_size",)) is None
    assert new_value(given, ("colour",)) is None
    queue = draft("dynamic_batching { priority_queue_policy { key: 1 } }")
    assert free_key(queue, ("dynamic_batching", "priority_queue_policy")) == 2
