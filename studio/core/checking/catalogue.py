"""Every rule of the checker by its name, with what it finds in a few words, from `resources/help/rules.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache

from studio.resources import resource


@cache
def rules() -> Mapping[str, str]:
    """What each rule finds, by its name."""
    return dict(json.loads(resource("help", "rules.json").read_text("utf-8")))
