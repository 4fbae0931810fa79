"""The controls that every page is made of."""

from studio.ui.widgets.buttons import (
    DangerButton,
    IconButton,
    LinkButton,
    PrimaryButton,
    QuietButton,
    Segmented,
    Switch,
)
from studio.ui.widgets.charts import Sparkline, StageBar, paint_sparkline
from studio.ui.widgets.fields import Chooser, IndexField, NumberField, SearchField, TextField, set_state
from studio.ui.widgets.inline_problem import InlineProblem
from studio.ui.widgets.labels import (
    CountBadge,
    DataTypeChip,
    DataTypeMark,
    ElidedLabel,
    IconLabel,
    KeyHint,
    Label,
    MonoLabel,
    Pill,
    chip_width,
    paint_chip,
)
from studio.ui.widgets.ladder import Ladder, LadderRungs, format_seconds
from studio.ui.widgets.stage_keys import StageKeys
from studio.ui.widgets.structure import (
    SEVERITY_ICONS,
    Clickable,
    EmptyState,
    HairLine,
    NoServer,
    PageHeader,
    Row,
    SectionHeader,
    without_room,
)
from studio.ui.widgets.tables import DenseDelegate, DenseTable

__all__ = [
    "SEVERITY_ICONS",
    "Chooser",
    "Clickable",
    "CountBadge",
    "DangerButton",
    "DataTypeChip",
    "DataTypeMark",
    "DenseDelegate",
    "DenseTable",
    "ElidedLabel",
    "EmptyState",
    "HairLine",
    "IconButton",
    "IconLabel",
    "IndexField",
    "InlineProblem",
    "KeyHint",
    "Label",
    "Ladder",
    "LadderRungs",
    "LinkButton",
    "MonoLabel",
    "NoServer",
    "NumberField",
    "PageHeader",
    "Pill",
    "PrimaryButton",
    "QuietButton",
    "Row",
    "SearchField",
    "SectionHeader",
    "Segmented",
    "Sparkline",
    "StageBar",
    "StageKeys",
    "Switch",
    "TextField",
    "chip_width",
    "format_seconds",
    "paint_chip",
    "paint_sparkline",
    "set_state",
    "without_room",
]
