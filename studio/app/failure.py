"""What the app ring raises."""

from studio.failure import Failure


class AppError(Failure):
    """Something about the session that could not be done, or a mistake of the studio itself."""
