"""The spans of one request by their numbers, and what each lies in."""

from __future__ import annotations

from collections.abc import Iterator

from studio.core.tracing.values import Span


class Spans:
    """Made once for a request: a model may ask others ten thousand times, and a key press looks for several spans."""

    def __init__(self, root: Span | None = None) -> None:
        self.all: list[Span] = list(root.walk()) if root is not None else []
        """In the order in which they are drawn."""
        self._by_number: dict[int, Span] = {}
        self._above: dict[int, tuple[Span, int]] = {}
        for span in self.all:
            self._by_number.setdefault(span.id, span)
            for place, step in enumerate(span.steps):
                # Of one number for several the first counts, and the root lies in none: so nothing lies in itself.
                if step.id not in self._above and step.id != self.all[0].id:
                    self._above[step.id] = (span, place)

    def span(self, number: int) -> Span | None:
        """The span with a number."""
        return self._by_number.get(number)

    def above(self, number: int) -> Iterator[tuple[Span, int]]:
        """What a span lies in, and what that lies in, up to the root; each with the place among its steps."""
        found = self._above.get(number)
        while found is not None:
            yield found
            found = self._above.get(found[0].id)
