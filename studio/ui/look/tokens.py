"""The colours of the two schemes, as data: every colour the studio paints comes from here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Scheme = Literal["dark", "light"]


@dataclass(frozen=True, slots=True)
class Stages:
    """One colour for each stage of a request, in the order in which a request meets them."""

    client: str
    network: str
    queue: str
    input: str
    compute: str
    output: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """Colours by what they are for. `faint` and `edge` are not for text that has to be read."""

    scheme: Scheme
    window: str
    panel: str
    field: str
    hover: str
    line: str
    edge: str
    text: str
    dim: str
    faint: str
    accent: str
    on_accent: str
    accent_soft: str
    ok: str
    ok_soft: str
    warn: str
    warn_fill: str
    warn_soft: str
    error: str
    error_soft: str
    select: str
    canvas: str
    grid: str
    float_type: str
    signed_type: str
    unsigned_type: str
    string_type: str
    bool_type: str
    tint: float
    stages: Stages
    series: tuple[str, ...]

    def family(self, letter: str) -> str:
        """The colour of a data type family: F, I, U, B or S."""
        named = {
            "F": self.float_type,
            "I": self.signed_type,
            "U": self.unsigned_type,
            "S": self.string_type,
            "B": self.bool_type,
        }
        return named.get(letter, self.dim)


DARK = Tokens(
    scheme="dark",
    window="#14171b",
    panel="#1a1e23",
    field="#21262d",
    hover="#272d35",
    line="#2b323a",
    edge="#3d4651",
    text="#dde1e7",
    dim="#9aa3b0",
    faint="#838d9a",
    accent="#3fb3c4",
    on_accent="#0b1417",
    accent_soft="#17353b",
    ok="#4fb477",
    ok_soft="#1a2f24",
    warn="#dba23f",
    warn_fill="#dba23f",
    warn_soft="#2c2618",
    error="#ee7b70",
    error_soft="#331f1f",
    select="#1b343b",
    canvas="#101317",
    grid="#2a3139",
    float_type="#5aa9e6",
    signed_type="#a396f5",
    unsigned_type="#d58cdc",
    string_type="#93c560",
    bool_type="#cbb894",
    tint=0.15,
    stages=Stages("#7d8896", "#5b86b8", "#d9a441", "#6fae8c", "#35a7b8", "#9385d6"),
    series=("#35a7b8", "#d9a441", "#9385d6", "#6fae8c", "#d9809b", "#7fa7d9"),
)

LIGHT = Tokens(
    scheme="light",
    window="#f0f2f5",
    panel="#fbfcfd",
    field="#ffffff",
    hover="#e7ebf0",
    line="#dde2e8",
    edge="#c2cad3",
    text="#1c2128",
    dim="#525c69",
    faint="#66707d",
    accent="#0a6f80",
    on_accent="#ffffff",
    accent_soft="#d8eef1",
    ok="#1f7a48",
    ok_soft="#dff1e6",
    warn="#875800",
    warn_fill="#b57608",
    warn_soft="#fbf1dc",
    error="#b5342b",
    error_soft="#fbe7e5",
    select="#d9ecef",
    canvas="#eceff2",
    grid="#ccd3db",
    float_type="#1a68ab",
    signed_type="#5e4bc4",
    unsigned_type="#93389e",
    string_type="#44700f",
    bool_type="#74592a",
    tint=0.09,
    stages=Stages("#7f8a99", "#5b84b5", "#ba8220", "#5f9f7d", "#1590a3", "#8677cc"),
    series=("#0f8596", "#b87d14", "#6e5fc4", "#37875a", "#b84f70", "#3f73b5"),
)
