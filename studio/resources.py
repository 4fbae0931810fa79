"""The one door to `resources/`: icons, themes, field help, the example repository."""

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


@cache
def _root() -> Path:
    """`_resources` inside an installed package, `resources/` beside it in a checkout."""
    packed = _PACKAGE / "_resources"
    return packed if packed.is_dir() else _PACKAGE.parent / "resources"


def resource(*parts: str) -> Path:
    """The path of a file or folder under `resources/`."""
    return _root().joinpath(*parts)
