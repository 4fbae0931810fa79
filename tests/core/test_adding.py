"""A field that is asked for gets its place, and room in the text."""

from __future__ import annotations

from studio.core.assist.adding import place_for, with_room_for
from studio.core.config.draft import draft


def test_the_place_is_in_the_element_at_hand() -> None:
    assert place_for(("max_batch_size",)) == ("max_batch_size",)
    assert place_for(("input", "reshape", "shape")) == ("input", 0, "reshape", "shape")
    assert place_for(("input", "reshape", "shape"), ("input", 2, "dims")) == ("input", 2, "reshape", "shape")
    assert place_for(("input", "reshape"), ("output", 2, "dims")) == ("input", 0, "reshape")
    assert place_for(("input",), ("input", 2)) == ("input",)
    assert place_for(("parameters", "value", "string_value")) == ("parameters", 0, "value", "string_value")
    nested = ("model_warmup", 1, "inputs", 3, "key")
    assert place_for(("model_warmup", "inputs", "value", "dims"), nested) == (
        ("model_warmup", 1, "inputs", 3, "value", "dims")
    )


def test_room_is_made_and_nothing_else() -> None:
    start = draft("# Kept.\nmax_batch_size: 4\n")
    assert with_room_for(start, ("max_batch_size",)) is start
    assert with_room_for(start, ("default_model_filename",)) is start
    assert with_room_for(start, ("response_cache", "enable")).get("response_cache", "enable") is True
    assert with_room_for(start, ("dynamic_batching",)).has("dynamic_batching")
    warm = with_room_for(start, ("model_warmup", 0, "inputs", 0, "value", "dims"))
    assert warm.get("model_warmup", 0, "name") == "model_warmup_1"
    assert warm.get("model_warmup", 0, "inputs", 0, "key") == "KEY_1"
    assert not warm.has("model_warmup", 0, "inputs", 0, "value")
    assert warm.document.text.startswith("# Kept.\nmax_batch_size: 4\n")


def test_what_is_there_stays() -> None:
    start = draft('parameters { key: "a" value { string_value: "b" } }')
    assert with_room_for(start, ("parameters",)) is start
    assert with_room_for(start, ("parameters", 0, "value", "string_value")) is start
