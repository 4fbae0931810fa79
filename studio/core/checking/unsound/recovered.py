"""A text that the server cannot read, mended mistake by mistake, so that what follows of one is not told as another.

The first mistake is worded as the server words it. Then each is mended as it was most likely meant, and the text read
again: what is still wrong is a mistake of its own. What comes out are several readings of the text, which differ where
nobody can know what was meant; a finding that all of them share holds whatever it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from studio.core.checking.unsound.field_guesses import guess_field
from studio.core.checking.unsound.guess import Guess, blank
from studio.core.checking.unsound.meanings import anything, possible
from studio.core.checking.unsound.patch import Patch, Slot
from studio.core.checking.unsound.reading import Mistake, Reading, Recovered
from studio.core.checking.unsound.text_guesses import EXTRA, UNCLOSED, forgotten, guess_end, guess_text
from studio.core.config.conformance import Fault, conforms, faults
from studio.core.config.draft import Draft
from studio.core.config.schema import MessageSchema
from studio.text.document import Document
from studio.text.layout import Edit
from studio.text.parse import parse
from studio.text.tree import Message, Problem, Scalar, Span
from studio.value_class import replace

_MOST_ROUNDS = 40
_WORK = 2_000_000
"""Characters that are read for one text, over all rounds."""
_LARGE = 20_000
_MOST_FAULTS = 400
_MANY, _FEW = 200, 20
"""Mistakes that are looked for, in a text of the usual size and in a large one."""


@lru_cache(maxsize=32)
def recovered(text: str, schema: MessageSchema) -> Recovered:
    """Mends a text that the server cannot read. Any text; the time is bounded by its length."""
    return _Recovery(text, schema).run()


class _Recovery:
    def __init__(self, text: str, schema: MessageSchema) -> None:
        self._first = parse(text)
        self._schema = schema
        self._patch = Patch(text)
        self._mistakes: list[Mistake] = []
        self._told: set[int] = set()
        self._most = _MANY if len(text) < _LARGE else _FEW

    def run(self) -> Recovered:
        """Mends until nothing is wrong, or no more can be made of it."""
        document, rounds = self._first, 0
        most = min(_MOST_ROUNDS, 1 + _WORK // max(len(document.text), 1))
        while found := faults(document, self._schema, _MOST_FAULTS):
            rounds += 1
            if rounds > most or len(self._mistakes) >= self._most or not self._mend(document, found):
                self._give_up(found)
                return Recovered(tuple(self._mistakes))
            document = parse(self._patch.text)
        if {EXTRA, UNCLOSED} <= {each.rule for each in self._mistakes}:
            # Nobody knows what belongs to what.
            return Recovered(tuple(self._mistakes))
        unsure = [self._patch.span(span) for slot in self._patch.slots for span in (slot.span, slot.whole) if span]
        is_open = any(slot.is_open for slot in self._patch.slots)
        return Recovered(tuple(self._mistakes), tuple(self._readings(document)), tuple(unsure), is_open)

    def _give_up(self, found: Sequence[Fault]) -> None:
        """What cannot be mended is told as the parser tells it; behind a mistake that leaves no sense, nothing is."""
        most = self._most if len(self._mistakes) >= self._most // 2 else 1
        for fault in found[:most]:
            self._tell(fault, None)

    def _mend(self, document: Document, found: Sequence[Fault]) -> bool:
        """Mends what can be mended at once: up to the first mistake that hides what follows."""
        chosen: list[tuple[Fault, Guess]] = []
        for fault in found:
            guess = self._guess(document, found, fault)
            if guess is None:
                break
            if not chosen or guess.change.start >= chosen[-1][1].change.end:
                chosen.append((fault, guess))
            if guess.is_last or len(chosen) + len(self._mistakes) >= self._most:
                break
        for fault, guess in chosen:
            self._tell(fault, guess)
        for _fault, guess in reversed(chosen):
            self._apply(guess)
        return bool(chosen)

    def _guess(self, document: Document, found: Sequence[Fault], fault: Fault) -> Guess | None:
        if fault.kind == "text":
            return guess_text(document, self._schema, fault)
        value = fault.value
        if isinstance(value, Scalar) and value.kind == "missing" and value.start >= len(document.text.rstrip()):
            return guess_end(document, self._schema, fault)
        is_unbalanced = _is_unbalanced(found)
        if fault.kind == "unknown" and is_unbalanced and (guess := forgotten(document.text, fault)):
            return guess
        if self._was_told(fault) and fault.field is not None:
            # What was put there did not help: the field goes.
            message, owner = fault.owners[-1]
            change = blank(document.text, *fault.field.span)
            again = [f"{fault.field.name}: {each}" for each in possible(fault.known)] if fault.known else []
            return Guess(change, others=(change.text, *again, *anything(owner, message)), is_last=True, is_open=True)
        guess = guess_field(document.text, fault)
        return _without_bracket(document.text, fault) or guess if is_unbalanced else guess

    def _was_told(self, fault: Fault) -> bool:
        return self._patch.origin(fault.problem.span.start) in self._told

    def _tell(self, fault: Fault, guess: Guess | None) -> None:
        problem = fault.problem
        if self._mistakes:
            if self._was_told(fault):
                return
            problem = self._placed(fault)
        mistake = Mistake(problem)
        if guess is not None:
            change = self._patch.edit(guess.change) if guess.title else None
            mistake = Mistake(problem, guess.rule, guess.message, guess.title, change, guess.safe)
        self._mistakes.append(mistake)
        self._told.add(problem.span.start)

    def _placed(self, fault: Fault) -> Problem:
        """A problem of the text as it is now at its place in the text as it was."""
        problem = fault.problem
        if self._patch.text == self._first.text:
            return problem
        span = self._patch.span(problem.span)
        line, column = self._first.line_column(self._patch.origin(fault.at))
        return replace(problem, span=span, line=line, column=column)

    def _apply(self, guess: Guess) -> None:
        start, end, text = guess.change
        by = len(text) - (end - start)
        whole = Span(guess.whole.start, guess.whole.end + by) if guess.whole else None
        self._patch.slots += guess.slots
        self._patch.apply(guess.change)
        if guess.others:
            self._patch.slots += (Slot(Span(start, start + len(text)), guess.others, whole, guess.is_open),)

    def _readings(self, document: Document) -> Iterator[Reading]:
        yield Reading(Draft(document), self._patch)
        slots = self._patch.slots
        if not slots:
            return
        count = max(len(slot.others) for slot in slots)
        for changes in (_gone(self._patch.text, slots), *(_others(slots, index) for index in range(count))):
            patch = self._patch.copy()
            for change in sorted(changes, reverse=True):
                patch.apply(change)
            read = parse(patch.text)
            if patch.text != self._patch.text and conforms(read, self._schema):
                yield Reading(Draft(read), patch)


_CLOSING = ("Expected identifier, got: ]", "Expected identifier, got: }", 'Expected "', "Expected identifier, got: >")


def _without_bracket(text: str, fault: Fault) -> Guess | None:
    """An unknown field with a bracket too many, which swallows what follows."""
    field = fault.field
    if fault.kind != "unknown" or field is None or not isinstance(field.value, Message):
        return None
    change = blank(text, field.start, field.value.start + 1)
    message, owner = fault.owners[-1]
    return Guess(change, others=(change.text, *anything(owner, message)), is_last=True, is_open=True)


def _is_unbalanced(found: Sequence[Fault]) -> bool:
    """Whether brackets are left open, or close what they do not belong to."""
    told = [fault.problem.message for fault in found if fault.kind == "text"]
    return any(each == "Expected identifier, got: " or each.startswith(_CLOSING) for each in told)


def _gone(text: str, slots: Sequence[Slot]) -> list[Edit]:
    """All that is unsure taken out."""
    changes: list[Edit] = []
    for slot in sorted(slots, key=lambda each: each.whole or each.span):
        span = slot.whole or slot.span
        if slot.whole and (not changes or span.start >= changes[-1].end):
            changes.append(blank(text, *span))
    return changes


def _others(slots: Sequence[Slot], index: int) -> list[Edit]:
    """Another text in each place that is unsure."""
    changes: list[Edit] = []
    for slot in sorted(slots, key=lambda each: each.span):
        if slot.others and (not changes or slot.span.start >= changes[-1].end):
            changes.append(Edit(*slot.span, slot.others[index % len(slot.others)]))
    return changes
