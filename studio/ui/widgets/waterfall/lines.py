"""The rows of one request: how it came in and went out, its spans, and the stages of those that are opened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from studio.core.tracing.values import RequestTrace, Span
from studio.ui.widgets.waterfall.axis import percent
from studio.ui.widgets.waterfall.values import EARLIER, LATER, TRANSPORT, Bar, Line, Place

_PROTOCOLS = {"grpc": "gRPC", "http": "HTTP", "": "transport"}
_STAGE_ROWS = ("queue", "input", "compute", "output")
_SHOWN_CALLS = 12
"""A model that asked others more often begins folded."""
PAGE = 500
"""Steps of one span that are shown at once."""
_MOST_ROWS = 4000
"""Of one request; so many come about where steps with many steps are opened, and more would hold up the window."""


@dataclass
class Folds:
    """Which spans a person opened or folded; the others are as they begin."""

    turned: set[int] = field(default_factory=set)
    _firsts: dict[int, int] = field(default_factory=dict)

    def is_open(self, span: Span) -> bool:
        """Whether the rows below a span are shown."""
        begins_open = span.is_ensemble or 0 < len(span.steps) <= _SHOWN_CALLS
        return begins_open != (span.id in self.turned)

    def turn(self, span: int) -> None:
        """Opens a span, or folds it."""
        self.turned ^= {span}

    def first(self, span: Span) -> int:
        """The place of the first step of a span that is shown; from there on a page of them is."""
        return self._firsts.get(span.id, 0)

    def show_step(self, span: Span, place: int) -> None:
        """Shows the page of a span's steps with the one at a place."""
        self._firsts[span.id] = place // PAGE * PAGE


def lines(request: RequestTrace, folds: Folds, offset: int = 0) -> list[Line]:
    """All rows that are shown, from the top. `offset` is when the request began, on the clock of the rows."""
    found = []
    if request.network:
        bars = tuple(Bar(offset + piece.begin, offset + piece.end, "network") for piece in request.network)
        lasts = sum(piece.duration for piece in request.network)
        name = _PROTOCOLS.get(request.protocol, request.protocol)
        found.append(Line(TRANSPORT, name, lasts, bars[0].start, bars[-1].end, bars, "arrows-left-right"))
    # Only in what ran last can the failure be: the server wrote down nothing after it.
    last = max(span.end for span in request.root.walk()) if request.failed else -1
    rows = list(islice(_of_span(request.root, _Of(request, folds, offset, last), 0, "cube"), _MOST_ROWS))
    if len(rows) == _MOST_ROWS:
        rows.append(Line(Place(TRANSPORT.span, LATER), "… fold some to see more", 0, rows[-1].end, rows[-1].end, ()))
    return found + rows


@dataclass(frozen=True, slots=True)
class _Of:
    """What all rows of a request have in common; `last` is when its last span ended, where it failed."""

    request: RequestTrace
    folds: Folds
    offset: int
    last: int


def _of_span(span: Span, of: _Of, depth: int, icon: str) -> Iterator[Line]:
    is_last = not span.steps and of.last >= 0 and span.end >= of.last
    is_open, is_outline, error = of.folds.is_open(span), span.is_ensemble, of.request.error
    bars = _outline_bars(span, of) if is_outline else _stage_bars(span, of.offset, error if is_last else "")
    yield Line(
        Place(span.id),
        span.model,
        span.duration,
        of.offset + span.begin,
        of.offset + span.end,
        bars,
        "flow-arrow" if is_outline else icon,
        _note(span),
        depth,
        is_outline=is_outline,
        folds=bool(span.steps or span.pieces),
        is_open=is_open,
        is_strong=depth == 0,
        failed=error if is_last or depth == 0 else "",
    )
    if not is_open:
        return
    yield from _of_stages(span, of.offset, depth + 1)
    before, shown, after = _paged(span, of.folds)
    yield from _of_hidden(Place(span.id, EARLIER), before, of.offset, depth + 1)
    for step in shown:
        # What a model asked for by itself is told apart from the steps of an ensemble.
        yield from _of_span(step, of, depth + 1, "cube" if is_outline else "arrow-bend-down-right")
    yield from _of_hidden(Place(span.id, LATER), after, of.offset, depth + 1)


def _paged(span: Span, folds: Folds) -> tuple[Sequence[Span], Sequence[Span], Sequence[Span]]:
    """The steps of a span: those before the page that is shown, the page, and those after it."""
    first = folds.first(span)
    return span.steps[:first], span.steps[first : first + PAGE], span.steps[first + PAGE :]


def _of_hidden(place: Place, steps: Sequence[Span], offset: int, depth: int) -> Iterator[Line]:
    """The row for steps that are not shown. It is where they meet those that are, so that choosing it moves little."""
    if steps:
        is_before = place.stage == EARLIER
        words = f"… {len(steps):,} {'before' if is_before else 'more'}"
        edge = offset + (steps[-1].end if is_before else steps[0].begin)
        lasts = sum(step.duration for step in steps)
        yield Line(place, words, lasts, edge, edge, (_hidden_bar(place.stage, steps, offset),), depth=depth)


def _hidden_bar(stage: str, steps: Sequence[Span], offset: int) -> Bar:
    return Bar(offset + steps[0].begin, offset + max(step.end for step in steps), stage)


def _note(span: Span) -> str:
    version = f"v{span.version}" if span.version and not span.is_ensemble else ""
    if not span.is_whole:
        return f"{version}, not ended".removeprefix(", ")
    if not span.ran and not span.is_ensemble:
        return f"did not run, {version}".removesuffix(", ")
    return version


def _stage_bars(span: Span, offset: int, error: str) -> tuple[Bar, ...]:
    longest = max((piece.duration for piece in span.pieces), default=0)
    bars = []
    for piece in span.pieces:
        is_named = piece.duration == longest and piece.duration * 2 > span.duration
        words = f"{piece.stage} {piece.duration / 1e6:.2f}" if is_named else ""
        bars.append(Bar(offset + piece.begin, offset + piece.end, piece.stage, words))
    if error and bars:
        bars[-1] = replace(bars[-1], stage="failed", words=error)
    return tuple(bars)


def _outline_bars(span: Span, of: _Of) -> tuple[Bar, ...]:
    offset, total = of.offset, max(of.request.total, 1)
    before, shown, after = _paged(span, of.folds)
    bars = [
        Bar(offset + step.begin, offset + step.end, "step", f"{step.model} {percent(step.duration / total)}")
        for step in shown
    ]
    bars += [_hidden_bar(stage, steps, offset) for stage, steps in ((EARLIER, before), (LATER, after)) if steps]
    begin = before[-1].end if before else span.begin
    end = after[0].begin if after else span.end
    gaps = [gap for gap in span.gaps if gap.begin >= begin and gap.end <= end]
    bars += [Bar(offset + gap.begin, offset + gap.end, "gap") for gap in gaps]
    return tuple(sorted(bars, key=lambda bar: bar.start))


def _of_stages(span: Span, offset: int, depth: int) -> Iterator[Line]:
    for stage in _STAGE_ROWS:
        pieces = [piece for piece in span.pieces if piece.stage == stage]
        if not pieces:
            continue
        lasts = sum(piece.duration for piece in pieces)
        bars = tuple(Bar(offset + each.begin, offset + each.end, stage) for each in pieces)
        yield Line(Place(span.id, stage), stage, lasts, bars[0].start, bars[-1].end, bars, depth=depth)
