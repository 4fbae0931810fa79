"""Why a model did not load, read from a server's words: the line that tells it, and the place that it names."""

from __future__ import annotations

import re

from studio.value_class import dataclass

_LONGEST = 16_000
_CODE = re.compile(r"(?:^|[\s'\"(])(/[^\s'\"()]*/)?([^\s'\"()/]+\.py)\((\d+)\)")
_TRACEBACK = re.compile(r"File \"([^\"]*/)?([^\"/]+\.py)\", line (\d+)")
_CONFIG = re.compile(r"\bconfig\.pbtxt:(\d+):(\d+): ")
_STATUS = re.compile(
    # The answer to a load names the model and its state first; several versions are told one after the other.
    r"^(?:load failed for model '[^']*': (?:version \d+ is at UNAVAILABLE state: )?)?"
    r"(?:Internal|Invalid argument|Not found|Unavailable|Unsupported|Unknown|Already exists|Cancelled): (?:- )?"
)


_DEPENDS = re.compile(r"ensemble '?[^\s']+'? depends on '[^']+' which has no loaded version")


def is_consequence(text: str) -> bool:
    """Whether a model is not there since another one is not, which tells why."""
    return bool(_DEPENDS.search(text[:_LONGEST]))


@dataclass(frozen=True, slots=True)
class Reason:
    """`summary` is one line, `whole` all that the server said.

    `file` is the file in the model's folder that it speaks of, such as "1/model.py", with line and column; "" and 0
    where it names no place.
    """

    summary: str
    whole: str
    file: str = ""
    line: int = 0
    column: int = 0

    @property
    def place(self) -> str:
        """The place for people: "model.py:6"; "" where there is none."""
        return f"{self.file.rpartition('/')[2]}:{self.line}" if self.file else ""


def read_reason(text: str) -> Reason:
    """The reason in a server's words, as its index or its log has them."""
    whole = text[:_LONGEST].strip()
    if whole.startswith("'"):
        # Quoted as a whole; one at the end alone belongs to a name.
        whole = whole.strip("'").strip()
    lines = [line.strip() for line in whole.splitlines() if line.strip()]
    # The traceback stands below the exception.
    summary = next((line for line in lines if line != "At:"), "")
    summary = _STATUS.sub("", summary)
    if match := _CONFIG.search(whole):
        return Reason(summary[match.end() :] or summary, whole, "config.pbtxt", int(match[1]), int(match[2]))
    if match := _code_place(whole):
        folder = (match[1] or "").rstrip("/").rpartition("/")[2]
        return Reason(summary, whole, f"{folder}/{match[2]}" if folder.isdecimal() else match[2], int(match[3]))
    return Reason(summary, whole)


def _code_place(text: str) -> re.Match[str] | None:
    """The first file of the model's own, which is what stands first below "At:"; Python's own are in brackets."""
    found = _CODE.search(text)
    if found is not None:
        return found
    return next(reversed(list(_TRACEBACK.finditer(text))), None)
