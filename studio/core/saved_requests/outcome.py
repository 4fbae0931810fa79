"""What came of a saved request that was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from studio.core.inference.requests import InferResult
from studio.value_class import dataclass

if TYPE_CHECKING:
    # The window is up without numpy.
    from studio.core.saved_requests.judging import Verdict

State = Literal["passed", "failed", "error", "cancelled", "written"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One request: "failed" where the answer is not as expected, "error" where there is none, as `message` says.

    "written" is one whose answer has become what is expected. A request that expects nothing passes where it is
    answered.
    """

    name: str
    model: str
    state: State
    seconds: float = 0.0
    verdicts: tuple[Verdict, ...] = ()
    message: str = ""
    result: InferResult | None = None

    @property
    def is_good(self) -> bool:
        """Whether nothing is wrong with it."""
        return self.state in ("passed", "written")

    @property
    def words(self) -> str:
        """What is wrong, in one line; what was seen where nothing is."""
        if self.message:
            return self.message
        off = [f"{each.output}: {each.words}" for each in self.verdicts if not each.passed]
        if off:
            return "; ".join(off)
        return "as expected" if self.verdicts else "answered; nothing is expected of the answer"
