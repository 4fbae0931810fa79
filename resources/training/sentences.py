"""Messages to a harbour office, written by combining phrases: what the text classifier learns from.

`sentences.json` holds for each topic its phrases, with slots in braces, and the words that give it away, which go
into frames that all topics share. One phrase in five is kept back: no training message is made from it, so the
accuracy on those is that on wordings never seen.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from numpy.random import Generator

_DATA = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
PHRASES: dict[str, list[str]] = _DATA["phrases"]
TOPICS = sorted(PHRASES)
HELD_OUT_EVERY = 5
FRAMED = 0.4  # the share of training messages made from frames


def phrases(topic: str, held_out: bool) -> list[str]:
    """The topic's wordings to train on, or those kept back."""
    last = HELD_OUT_EVERY - 1
    return [p for k, p in enumerate(PHRASES[topic]) if (k % HELD_OUT_EVERY == last) == held_out]


def message(topic: str, rng: Generator, held_out: bool = False) -> str:
    """One message on the topic."""
    framed = not held_out and rng.random() < FRAMED
    wordings = _DATA["frames"] if framed else phrases(topic, held_out)
    text = "".join(_pick(part, rng) for part in (_DATA["openings"], wordings, _DATA["endings"]))
    slots = {**_DATA["slots"], "word": _DATA["keywords"][topic]}
    filled = re.sub(r"\{(\w+)\}", lambda slot: _pick(slots[slot.group(1)], rng), text)
    return filled[0].upper() + filled[1:] + (".", "", "?", "!")[int(rng.integers(4))]


def _pick(words: list[str], rng: Generator) -> str:
    return words[int(rng.integers(len(words)))]


def mistype(text: str, rng: Generator) -> str:
    """The text with two neighbouring letters swapped or one dropped, as hurried people write."""
    at = int(rng.integers(1, max(2, len(text) - 2)))
    if rng.random() < 0.5:
        return text[:at] + text[at + 1 :]
    return text[:at] + text[at + 1 : at + 2] + text[at] + text[at + 2 :]
