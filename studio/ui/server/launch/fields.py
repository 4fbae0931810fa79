"""The controls of options, with their names."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from studio.ui.server.launch.names import Launch
from studio.ui.widgets import NumberField, Segmented, Switch, TextField

Change = Callable[[], object]


def number(
    key: str, title: str, low: int, high: int, changed: Change, *, unit: str = "", decimals: int = 0, width: int = 72
) -> NumberField:
    """A number."""
    made = NumberField(low, unit, low=low, high=high, decimals=decimals, width=width)
    made.setObjectName(Launch.OPTION.format(key))
    made.setAccessibleName(title)
    made.edited.connect(lambda _value: changed())
    return made


def text(key: str, title: str, placeholder: str, changed: Change) -> TextField:
    """A line of text."""
    made = TextField(mono=True)
    made.setObjectName(Launch.OPTION.format(key))
    made.setAccessibleName(title)
    made.setPlaceholderText(placeholder)
    made.textEdited.connect(lambda _text: changed())
    return made


def switch(key: str, title: str, changed: Change) -> Switch:
    """On or off."""
    made = Switch()
    made.setObjectName(Launch.OPTION.format(key))
    made.setAccessibleName(title)
    made.clicked.connect(lambda _on: changed())
    return made


def segmented(key: str, title: str, items: Sequence[tuple[str, ...]], changed: Change) -> Segmented:
    """One of a few."""
    made = Segmented(items)
    made.setObjectName(Launch.OPTION.format(key))
    made.setAccessibleName(title)
    made.changed.connect(lambda _key: changed())
    return made


def whole(field: NumberField, otherwise: int = 0) -> int:
    """The whole number in a field."""
    value = field.value()
    return otherwise if value is None else int(value)
