"""What the core ring raises."""

from studio.failure import Failure


class CoreError(Failure):
    """Something about a repository, a model file or a tensor that could not be done."""
