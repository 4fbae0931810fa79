"""Server-sent events, however they are cut in pieces."""

import itertools
import json

from hypothesis import given
from hypothesis import strategies as st

from studio.core.inference.events import EventReader

EVENTS = [{"text_output": "ä"}, {"n": 1}, {"text_output": ""}]
STREAM = b"".join(b": comment\r\ndata: " + json.dumps(each, ensure_ascii=False).encode() + b"\n\n" for each in EVENTS)


@given(st.lists(st.integers(min_value=0, max_value=len(STREAM)), max_size=12))
def test_pieces_do_not_matter(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(STREAM)]
    reader = EventReader()
    pieces = [STREAM[start:end] for start, end in itertools.pairwise(places)]
    assert [event for piece in pieces for event in reader.feed(piece)] == EVENTS
