"""What every ring raises when something cannot be done."""


class Failure(Exception):
    """Something that could not be done: what was attempted, what went wrong, and what to do about it.

    Each ring raises one subclass of its own. `str(failure)` is fit to be shown to a person as it is.
    """

    def __init__(self, attempted: str, reason: str, remedy: str = "") -> None:
        super().__init__(attempted, reason, remedy)
        self.attempted = attempted
        self.reason = reason
        self.remedy = remedy

    @property
    def detail(self) -> str:
        """What went wrong and what to do, for below a title that says what was attempted."""
        return f"{self.reason} {self.remedy}".strip()

    def __str__(self) -> str:
        text = f"{self.attempted}: {self.reason}"
        return f"{text} {self.remedy}" if self.remedy else text
