"""One step of an ensemble as its configuration has it; those of large ensembles are kept from one edit to the next."""

from __future__ import annotations

from collections.abc import Callable

from studio import TYPE_CHECKING
from studio.text.tree import Message
from studio.text.tree import Path as TextPath
from studio.value_class import dataclass, replace

if TYPE_CHECKING:
    from typing import Final

MANY_STEPS: Final = 100
"""From this number on the steps of an ensemble are remembered."""
_MOST_KEPT: Final = 20_000


@dataclass(frozen=True, slots=True)
class StepConfig:
    """One step of an ensemble. The maps go from the step model's tensor to the ensemble's."""

    model_name: str
    model_version: int
    input_map: dict[str, str]
    output_map: dict[str, str]
    path: TextPath
    model_namespace: str = ""

    def is_same_step(self, other: StepConfig) -> bool:
        """Whether another step says the same, wherever it stands."""
        return (
            self.model_name == other.model_name
            and self.model_version == other.model_version
            and self.model_namespace == other.model_namespace
            and self.input_map == other.input_map
            and self.output_map == other.output_map
            # The ports that only the maps name come in their order.
            and [*self.input_map, *self.output_map] == [*other.input_map, *other.output_map]
        )


_kept: dict[str, StepConfig] = {}
"""Steps by their text, where they stood first."""


def remembered(text: str, read: Callable[[Message, TextPath], StepConfig]) -> Callable[[Message, TextPath], StepConfig]:
    """A way to read steps that reads each text once: an edit changes one of thousands, the others stay as they are."""
    if len(_kept) > _MOST_KEPT:
        _kept.clear()

    def step(message: Message, path: TextPath) -> StepConfig:
        raw = text[message.start : message.end]
        found = _kept.get(raw)
        if found is None:
            found = _kept[raw] = read(message, path)
        return found if found.path == path else replace(found, path=path)

    return step
