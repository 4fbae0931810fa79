"""What reports as JUnit's XML have in common."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree

_FORBIDDEN = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot hold, not even escaped; a carriage return would be read back as another sign."""


def count(element: ElementTree.Element, suites: Sequence[ElementTree.Element]) -> None:
    """Says in an element how many tests the suites hold, and what came of them."""
    for name, kind in (("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        element.set(name, str(sum(len(list(each.iter(kind))) for each in suites)))


def plain(text: str) -> str:
    """A text without what XML cannot hold."""
    return _FORBIDDEN.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)
