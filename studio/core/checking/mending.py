"""Makes every safe fix of a model's configuration, one after the other, as long as each mends what it is for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from studio.core.checking.findings import Finding, Fix
from studio.core.checking.profile import Profile
from studio.core.checking.served import Served, check_touched
from studio.core.config.draft import Draft
from studio.failure import Failure
from studio.value_class import dataclass, replace

_MOST = 500
"""Fixes of one model: a text with more mistakes is none that anybody wants mended unseen."""


@dataclass(frozen=True, slots=True, eq=False)
class Mended:
    """A model's text before and after, and what was done, in that order."""

    model: str
    before: Draft
    after: Draft
    titles: tuple[str, ...]


def has_safe(finding: Finding) -> bool:
    """Whether a finding can be mended without a look at it."""
    return any(map(_is_safe, finding.fixes))


def mend_each(
    own: Served, others: Sequence[Served], profile: Profile, names: Iterable[str]
) -> Iterator[tuple[str, Mended | None]]:
    """Each of these models with what can be mended in it, None where there is nothing.

    A model is judged with what was mended before it; nothing is written. It can be left after any of them.
    """
    drafts = dict(own.drafts)
    for name in names:
        before, served = drafts.get(name), replace(own, drafts=drafts)
        mended = _mended(served, others, profile, name, before) if before is not None else None
        if mended is not None:
            drafts[name] = mended.after
        yield name, mended


def _mended(own: Served, others: Sequence[Served], profile: Profile, name: str, before: Draft) -> Mended | None:
    def findings(text: Draft) -> tuple[Finding, ...]:
        served = replace(own, drafts={**own.drafts, name: text})
        return next((found for each, found in check_touched(served, others, profile, (name,)) if each == name), ())

    text, titles, refused = before, list[str](), set[tuple[str, str, str]]()
    found = findings(text)
    while len(titles) < _MOST:
        step = next(_steps(text, found, refused), None)
        if step is None:
            break
        finding, fix, after = step
        left = findings(after)
        if _is_mended(finding, found, left) and after.document.ok >= text.document.ok:
            text, found = after, left
            titles.append(fix.title)
        else:
            refused.add(_key(finding, fix))
    return Mended(name, before, text, tuple(titles)) if titles else None


def _steps(
    text: Draft, found: Sequence[Finding], refused: set[tuple[str, str, str]]
) -> Iterator[tuple[Finding, Fix, Draft]]:
    """The safe fixes that change the text and were not tried in vain, with what each makes of it."""
    for finding in found:
        for fix in filter(_is_safe, finding.fixes):
            if fix.edit is None or _key(finding, fix) in refused:
                continue
            try:
                after = fix.edit(text)
            except Failure:
                continue
            if after.document.text != text.document.text:
                yield finding, fix, after


def _is_safe(fix: Fix) -> bool:
    return fix.safe and fix.edit is not None


def _key(finding: Finding, fix: Fix) -> tuple[str, str, str]:
    return finding.rule, finding.message, fix.title


def _is_mended(finding: Finding, before: Sequence[Finding], after: Sequence[Finding]) -> bool:
    """Whether there is one less of its kind; two may say the same of two places."""

    def count(found: Sequence[Finding]) -> int:
        return sum((each.rule, each.message) == (finding.rule, finding.message) for each in found)

    return count(after) < count(before)
