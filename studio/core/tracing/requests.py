"""Which streams of a file belong to one request: whose parents lead to the same that came from outside."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from studio.core.tracing.records import Positions
from studio.core.tracing.streams import NEVER, Booleans, Streams

DEEPEST = 32
"""Steps within steps; what is nested deeper leads in a circle, or was made to hang a reader."""


@dataclass(frozen=True)
class Requests:
    """The requests of one file by the time when they began. `begins` and `ends` are the server's clock.

    `streams` are places in the streams of the file, those of request i from `bounds[i]` to `bounds[i + 1]`, its own
    first. `orphans` streams name a parent that is not there, `circles` lead to none, `bare` ones came from outside but
    tell no time or no model.
    """

    begins: Positions
    ends: Positions
    streams: Positions
    bounds: Positions
    orphans: int
    circles: int
    bare: int

    def __len__(self) -> int:
        return len(self.begins)


def requests_of(streams: Streams, bases: Positions) -> Requests:
    """All requests that have a beginning and a model. `bases` are where files begin: a request stands in one alone."""
    up, is_missing = _parents(streams, np.searchsorted(bases, streams.begins, "right"))
    top = np.arange(len(streams))
    for _ in range(DEEPEST):
        top = up[top]
    is_root = (streams.parents == 0) & (streams.models >= 0)
    begins = np.where(streams.arrived < NEVER, streams.arrived, streams.started)
    is_root &= begins < NEVER
    roots = np.flatnonzero(is_root)
    roots = roots[np.argsort(begins[roots], kind="stable")]
    is_circle = (up[top] != top) | ((streams.parents[top] > 0) & ~is_missing[top])
    members = np.flatnonzero(is_root[top] & ~is_circle)
    place = np.full(len(streams), -1, np.int64)
    place[roots] = np.arange(len(roots))
    owner = place[top[members]]
    # Of one request in the order of the file, but its own stream first.
    order = np.lexsort((members, members != roots[owner], owner)) if len(members) else members
    ends = np.where(streams.sent >= 0, streams.sent, np.where(streams.ended >= 0, streams.ended, streams.last))[roots]
    return Requests(
        begins[roots],
        np.maximum(ends, begins[roots]),
        members[order],
        np.append(0, np.cumsum(np.bincount(owner, minlength=len(roots)))).astype(np.int64),
        int(np.count_nonzero(is_missing[top] & ~is_circle)),
        int(np.count_nonzero(is_circle)),
        int(np.count_nonzero(~is_root & (streams.parents <= 0))),
    )


def _parents(streams: Streams, files: Positions) -> tuple[Positions, Booleans]:
    """The stream of each one's parent, itself where it has none; and whether one is missing.

    An id may stand in a file twice, after a server was started anew: the parent is the one nearest in the file.
    """
    count = len(streams)
    own = np.arange(count)
    children = np.flatnonzero(streams.parents > 0)
    if not len(children):
        return own, np.zeros(count, bool)
    names, dense = np.unique(streams.ids, return_inverse=True)
    wanted = np.searchsorted(names, streams.parents[children])
    known = (wanted < len(names)) & (names[np.minimum(wanted, len(names) - 1)] == streams.parents[children])
    missing = np.zeros(count, bool)
    missing[children[~known]] = True
    children, wanted = children[known], wanted[known]
    keys = dense.astype(np.int64) * count + own
    order = np.argsort(keys)
    after = np.searchsorted(keys[order], wanted * count + children)
    left = order[np.maximum(after - 1, 0)]
    right = order[np.minimum(after, count - 1)]
    near_left = dense[left] == wanted
    near_right = dense[right] == wanted
    take_right = near_right & (~near_left | (right - children < children - left))
    nearest = np.where(take_right, right, left)
    here = files[nearest] == files[children]
    missing[children[~here]] = True
    up = own.copy()
    up[children[here]] = nearest[here]
    return up, missing
