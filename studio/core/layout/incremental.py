"""Places for what is new, while all that has a place keeps it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from studio.core.layout.layered import layered
from studio.core.layout.model import GAP_X, GAP_Y, Box, Link, Placement

_CELL = 256.0


def place_new(
    boxes: Iterable[Box],
    links: Iterable[Link],
    known: Mapping[str, tuple[float, float]],
    check: Callable[[], object] = lambda: None,
) -> Placement:
    """A place for every box: the known one, else one beside what it is linked with, on free ground.

    What is new goes right of what feeds it, else left of what it feeds, else below everything. Where nothing has a
    place yet, all are placed in layers.
    """
    there = list(boxes)
    found: Placement = {box.key: known[box.key] for box in there if box.key in known}
    inner = list(links)
    if not found:
        return layered(there, inner, check)
    ground = _TakenSquares([(box, found[box.key]) for box in there if box.key in found])
    fresh = [box for box in there if box.key not in found]
    sizes = {box.key: box for box in there}
    before, after = _neighbours(inner)
    # As they would stand among themselves, from left to right, so that a chain follows what it hangs on.
    own = layered(fresh, inner, check) if len(fresh) > 1 else {box.key: (0.0, 0.0) for box in fresh}
    for box in sorted(fresh, key=lambda each: own[each.key]):
        wish = _wish(box, sizes, found, before[box.key], after[box.key]) or (ground.left, ground.bottom + 2 * GAP_Y)
        found[box.key] = ground.free(box, wish)
        ground.take(box, found[box.key])
        check()
    return found


def _neighbours(links: Iterable[Link]) -> tuple[dict[str, list[Link]], dict[str, list[Link]]]:
    before: dict[str, list[Link]] = defaultdict(list)
    after: dict[str, list[Link]] = defaultdict(list)
    for link in links:
        if link.source != link.target:
            before[link.target].append(link)
            after[link.source].append(link)
    return before, after


def _wish(
    box: Box, sizes: Mapping[str, Box], found: Placement, before: list[Link], after: list[Link]
) -> tuple[float, float] | None:
    """Beside its placed neighbours, level with their wires."""
    fed = [link for link in before if link.source in found]
    feeds = [link for link in after if link.target in found]
    if fed:
        x = max(found[link.source][0] + sizes[link.source].width for link in fed) + GAP_X
        y = sum(found[link.source][1] + link.source_y - link.target_y for link in fed) / len(fed)
        return float(round(x)), float(round(y))
    if feeds:
        x = min(found[link.target][0] for link in feeds) - GAP_X - box.width
        y = sum(found[link.target][1] + link.target_y - link.source_y for link in feeds) / len(feeds)
        return float(round(x)), float(round(y))
    return None


class _TakenSquares:
    """What is taken, by squares, so that thousands of boxes are asked about quickly."""

    def __init__(self, placed: list[tuple[Box, tuple[float, float]]]) -> None:
        self._cells: dict[tuple[int, int], list[tuple[float, float, float, float]]] = defaultdict(list)
        self.left = min(at[0] for _, at in placed)
        self.bottom = max(at[1] + box.height for box, at in placed)
        for box, at in placed:
            self.take(box, at)

    def take(self, box: Box, at: tuple[float, float]) -> None:
        """Marks the ground of a box as taken."""
        area = (at[0], at[1], at[0] + box.width, at[1] + box.height)
        for cell in _cells(area):
            self._cells[cell].append(area)
        self.bottom = max(self.bottom, area[3])

    def free(self, box: Box, wish: tuple[float, float]) -> tuple[float, float]:
        """The nearest free place straight below or above the wanted one."""
        below, above = self._slide(box, wish, 1), self._slide(box, wish, -1)
        return below if below[1] - wish[1] <= wish[1] - above[1] else above

    def _slide(self, box: Box, at: tuple[float, float], way: int) -> tuple[float, float]:
        x, y = at
        while (hit := self._hit((x, y, x + box.width, y + box.height))) is not None:
            y = hit[3] + GAP_Y if way > 0 else hit[1] - GAP_Y - box.height
        return x, y

    def _hit(self, area: tuple[float, float, float, float]) -> tuple[float, float, float, float] | None:
        wide = (area[0] - GAP_Y / 2, area[1] - GAP_Y / 2, area[2] + GAP_Y / 2, area[3] + GAP_Y / 2)
        for cell in _cells(wide):
            for other in self._cells.get(cell, ()):
                if wide[0] < other[2] and other[0] < wide[2] and wide[1] < other[3] and other[1] < wide[3]:
                    return other
        return None


def _cells(area: tuple[float, float, float, float]) -> Iterable[tuple[int, int]]:
    for column in range(int(area[0] // _CELL), int(area[2] // _CELL) + 1):
        for row in range(int(area[1] // _CELL), int(area[3] // _CELL) + 1):
            yield column, row
