"""What is known of a text that the server cannot read."""

from __future__ import annotations

import re

from studio import TYPE_CHECKING
from studio.core.config.draft import Draft
from studio.text.tree import Problem, Span
from studio.value_class import dataclass

if TYPE_CHECKING:
    from studio.core.checking.unsound.patch import Patch
    from studio.text.layout import Edit

_TEMPLATE = r"\$\{[^{}\n]*\}|\{\{.*?\}\}|\{%.*?%\}|<%.*?%>"
"""A placeholder of a template that was never filled in, in the usual ways of writing one."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake of a text and, with a `title`, the change that mends it; places are those of the text as it is.

    `rule` and `message` are empty where the parser's words tell enough.
    """

    problem: Problem
    rule: str = ""
    message: str = ""
    title: str = ""
    change: Edit | None = None
    safe: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """The text as it may have been meant."""

    draft: Draft
    patch: Patch


@dataclass(frozen=True, slots=True, eq=False)
class Recovered:
    """What is wrong with a text, and how it may be read: the likeliest way first, none where too much is wrong.

    `unsure` are the places of the text whose meaning nobody knows; `is_open`: whether fields or names are among that,
    so that nothing can be said of what is missing or used nowhere.
    """

    mistakes: tuple[Mistake, ...] = ()
    readings: tuple[Reading, ...] = ()
    unsure: tuple[Span, ...] = ()
    is_open: bool = False


def template_at(text: str, place: int) -> re.Match[str] | None:
    """The placeholder of a template that stands at a place."""
    return re.compile(_TEMPLATE).match(text, place)
