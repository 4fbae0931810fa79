"""What the text ring raises when an edit cannot be made."""

from studio.failure import Failure


class TextError(Failure):
    """An edit that the text does not allow: no such place, or a result that would not be sound."""
