"""The records of a block decoded at once: whose each is, and which moment it tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from studio.core.tracing.records import Block, Positions

Codes: TypeAlias = npt.NDArray[np.int8]

STAMPS = (
    "HTTP_RECV_START",
    "HTTP_RECV_END",
    "GRPC_WAITREAD_START",
    "GRPC_WAITREAD_END",
    "REQUEST_START",
    "QUEUE_START",
    "COMPUTE_START",
    "COMPUTE_INPUT_END",
    "COMPUTE_OUTPUT_START",
    "COMPUTE_END",
    "INFER_RESPONSE_COMPLETE",
    "REQUEST_END",
    "HTTP_SEND_START",
    "HTTP_SEND_END",
    "GRPC_SEND_START",
    "GRPC_SEND_END",
)
"""The names of moments in Triton's tracer; a code is a place in it."""
CODE = {name: code for code, name in enumerate(STAMPS)}
OTHER = -1
"""The code of a record that tells no moment, or not in Triton's own form."""

_HEAD = b'{"id":'
_BEFORE = b',"timestamps":[{"name":"'
_BETWEEN = b'","ns":'
_AFTER = b"}]}"
_WORD = 8
_MOST_DIGITS = 18
_PADDING = bytes(96)


@dataclass(frozen=True)
class Decoded:
    """What the records of a block say, one row each. `ids` are -1 where there is none that fits."""

    ids: Positions
    codes: Codes
    times: Positions


def decode(block: Block) -> Decoded:
    """All records of a block; those with another code than `OTHER` have a time, in nanoseconds."""
    data = block.data + _PADDING
    every = np.frombuffer(data, np.uint8)
    words = np.ndarray((len(data) - _WORD + 1,), "<u8", data, strides=(1,))
    ids, at, good = _digits(every, block.starts + len(_HEAD))
    rows = np.flatnonzero(good & _says(words, at, _BEFORE))
    codes = np.full(len(ids), OTHER, np.int8)
    times = np.zeros(len(ids), np.int64)
    names = at[rows] + len(_BEFORE)
    first, second = words[names], words[names + _WORD]
    for code, name in enumerate(STAMPS):
        text = name.encode() + _BETWEEN
        mine = np.flatnonzero((first == _word(text, 0)) & (second == _word(text, _WORD)))
        mine = mine[_says(words, names[mine], text)]
        told, end, fine = _digits(every, names[mine] + len(text))
        fine &= _says(words, end, _AFTER) & (end + len(_AFTER) <= block.ends[rows[mine]])
        codes[rows[mine[fine]]] = code
        times[rows[mine[fine]]] = told[fine]
    return Decoded(np.where(good, ids, -1), codes, times)


def _digits(every: npt.NDArray[np.uint8], at: Positions) -> tuple[Positions, Positions, npt.NDArray[np.bool_]]:
    """The whole numbers that stand at these places, where each ends, and which of them are ones that fit."""
    value = np.zeros(len(at), np.int64)
    length = np.zeros(len(at), np.int64)
    going = np.ones(len(at), bool)
    for place in range(_MOST_DIGITS + 1):
        digit = every[at + place] - np.uint8(ord("0"))
        going &= digit < 10
        if not going.any():
            break
        value = np.where(going, value * 10 + digit, value)
        length += going
    return value, at + length, (length > 0) & (length <= _MOST_DIGITS)


def _says(words: npt.NDArray[np.uint64], at: Positions, text: bytes) -> npt.NDArray[np.bool_]:
    """Whether a text stands at each of these places."""
    found = np.ones(len(at), bool)
    for place in range(0, len(text), _WORD):
        part = text[place : place + _WORD]
        mask = np.uint64((1 << 8 * len(part)) - 1)
        found &= (words[at + place] & mask) == np.uint64(int.from_bytes(part, "little"))
    return found


def _word(text: bytes, place: int) -> np.uint64:
    return np.uint64(int.from_bytes(text[place : place + _WORD], "little"))
