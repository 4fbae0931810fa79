"""Merging by field: nothing of either side is lost, conflicts are told, comments and layout stay."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.config.draft import Draft, draft
from studio.core.failure import CoreError
from studio.core.merging.content import content
from studio.core.merging.merge import merged

BASE = """# The net of the shop.
name: "net"
backend: "onnxruntime"
max_batch_size: 8  # measured
input [
  {
    name: "image"  # NCHW
    data_type: TYPE_FP32
    dims: [ 3, 224, 224 ]
  },
  { name: "mask" data_type: TYPE_BOOL dims: [ 1 ] }
]
output { name: "scores" data_type: TYPE_FP32 dims: [ 10 ] }
instance_group [ { count: 1 kind: KIND_CPU } ]
dynamic_batching {
  # not longer than a frame
  max_queue_delay_microseconds: 100
}
parameters { key: "a" value { string_value: "1" } }
"""
Edit = Callable[[Draft], Draft]
ONE: dict[str, Edit] = {
    "batch": lambda d: d.set("max_batch_size", 16),
    "no batch": lambda d: d.clear("max_batch_size"),
    "dims": lambda d: d.set("input", 0, "dims", [3, 256, 256]),
    "third": lambda d: d.append("input", {"name": "third", "data_type": "TYPE_INT64", "dims": [1]}),
    "no mask": lambda d: d.clear("input", 1),
    "delay": lambda d: d.set("dynamic_batching", "max_queue_delay_microseconds", 5),
}
OTHER: dict[str, Edit] = {
    "backend": lambda d: d.set("backend", "tensorrt"),
    "type": lambda d: d.set("input", 0, "data_type", "TYPE_FP16"),
    "group": lambda d: d.set("instance_group", 0, "count", 2),
    "parameter": lambda d: d.append("parameters", {"key": "b", "value": {"string_value": "2"}}),
    "preferred": lambda d: d.set("dynamic_batching", "preferred_batch_size", [4, 8]),
    "cache": lambda d: d.set("response_cache", "enable", True),
    "comment": lambda d: d.with_text(d.document.text.replace("# The net", "# The best net")),
    "layout": lambda d: d.with_text(d.document.text.replace("output { name", "output {  name")),
}


def _done(edits: list[Edit], given: Draft) -> Draft:
    for edit in edits:
        given = edit(given)
    return given


def _chosen(edits: dict[str, Edit]) -> st.SearchStrategy[list[Edit]]:
    return st.lists(st.sampled_from(list(edits)), unique=True).map(lambda keys: [edits[key] for key in keys])


@given(_chosen(ONE), _chosen(OTHER))
def test_what_does_not_meet_is_both(one: list[Edit], other: list[Edit]) -> None:
    """Whoever is called mine; with every comment of both."""
    base = draft(BASE)
    for first, second in ((one, other), (other, one)):
        mine, theirs = _done(first, base), _done(second, base)
        found = merged(base, mine, theirs)
        assert not found.conflicts
        assert found.draft.document.ok
        assert content(found.draft) == content(_done(second, mine))
        for comment in ("# measured", "# NCHW", "# not longer than a frame", "net of the shop."):
            kept = all(comment in side.document.text for side in (mine, theirs))
            assert comment in found.draft.document.text or not kept
        best = any("best" in side.document.text for side in (mine, theirs))
        assert ("# The best net" in found.draft.document.text) == best


@given(_chosen(ONE | OTHER))
def test_one_side_alone_is_taken_to_the_byte(edits: list[Edit]) -> None:
    """Whichever it is, and where both did the same."""
    base = draft(BASE)
    after = _done(edits, base)
    for mine, theirs in ((base, after), (after, base), (after, after)):
        found = merged(base, mine, theirs)
        assert not found.conflicts
        assert found.draft.document.text == after.document.text


@given(_chosen(ONE | OTHER), _chosen(ONE | OTHER))
def test_any_two_give_a_sound_text(one: list[Edit], other: list[Edit]) -> None:
    """With all conflicts settled for theirs or for mine."""
    base = draft(BASE)
    mine, theirs = _done(one, base), _done(other, base)
    found = merged(base, mine, theirs)
    assert found.draft.document.ok
    again = merged(base, mine, theirs, {conflict.place: "theirs" for conflict in found.conflicts})
    assert again.draft.document.ok
    assert again.conflicts == found.conflicts


def test_a_field_that_both_changed_is_a_conflict() -> None:
    """It tells all three; the choice is what counts."""
    base = draft(BASE)
    mine, theirs = base.set("max_batch_size", 16), base.set("max_batch_size", 32).set("backend", "tensorrt")
    found = merged(base, mine, theirs)
    assert [(c.place, c.path) for c in found.conflicts] == [(("max_batch_size",), ("max_batch_size",))]
    only = found.conflicts[0]
    assert (only.base, only.mine, only.theirs) == ("max_batch_size: 8", "max_batch_size: 16", "max_batch_size: 32")
    assert found.draft.config.max_batch_size == 16
    assert found.draft.config.backend == "tensorrt"
    assert "# measured" in found.draft.document.text
    assert merged(base, mine, theirs, {only.place: "theirs"}).draft.config.max_batch_size == 32


def test_an_element_is_known_by_its_name() -> None:
    """Places may differ: theirs put one before it."""
    base = draft(BASE)
    theirs = base.set(
        "input",
        [
            {"name": "first", "data_type": "TYPE_INT8", "dims": [1]},
            {"name": "image", "data_type": "TYPE_FP32", "dims": [3, 224, 224]},
            {"name": "mask", "data_type": "TYPE_BOOL", "dims": [1]},
        ],
    )
    found = merged(base, base.set("input", 0, "dims", [3, 8, 8]), theirs)
    assert not found.conflicts
    assert [(t.name, t.dims) for t in found.draft.config.inputs] == [
        ("first", (1,)),
        ("image", (3, 8, 8)),
        ("mask", (1,)),
    ]


def test_members_of_a_oneof_do_not_both_stay() -> None:
    """One scheduler at most."""

    def sequence(given: Draft) -> Draft:
        return given.set("sequence_batching", {"max_sequence_idle_microseconds": 7})

    base = draft(BASE)
    mine, theirs = base.set("dynamic_batching", "max_queue_delay_microseconds", 9), sequence(base)
    found = merged(base, mine, theirs)
    assert len(found.conflicts) == 1
    assert found.draft.config.scheduling == "dynamic_batching"
    assert not found.draft.has("sequence_batching")
    place = found.conflicts[0].place
    assert merged(base, mine, theirs, {place: "theirs"}).draft.config.scheduling == "sequence_batching"


def test_removed_here_and_changed_there() -> None:
    """A conflict; either choice does what it says."""
    base = draft(BASE)
    mine, theirs = base.clear("input", 1), base.set("input", 1, "dims", [2])
    found = merged(base, mine, theirs)
    assert [conflict.place for conflict in found.conflicts] == [("input", "mask")]
    assert [t.name for t in found.draft.config.inputs] == ["image"]
    other = merged(base, mine, theirs, {("input", "mask"): "theirs"}).draft
    assert [t.dims for t in other.config.inputs] == [(3, 224, 224), (2,)]
    back = merged(base, theirs, mine).draft
    assert [t.dims for t in back.config.inputs] == [(3, 224, 224), (2,)]


def test_a_field_that_is_mine_alone_brings_its_comments() -> None:
    """Also where the lines around it were changed by the other side."""
    base = draft("name: 'a'\nmax_batch_size: 1\n")
    mine = draft("name: 'a'\nmax_batch_size: 2\n# why\nbackend: 'x'  # because\n")
    theirs = draft("name: 'a'\nmax_batch_size: 1\nplatform: 'y'\n")
    text = merged(base, mine, theirs).draft.document.text
    assert "# why\nbackend: 'x'  # because\n" in text
    assert "platform: 'y'" in text


def test_broken_texts_are_not_merged() -> None:
    """The reason names which."""
    base = draft(BASE)
    with pytest.raises(CoreError, match="the file is not sound"):
        merged(base, base.set("max_batch_size", 2), draft(BASE + "input ["))
