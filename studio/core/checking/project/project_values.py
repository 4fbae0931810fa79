"""The values of a `trireme.toml`, each judged when it is read, with its line where it will not do."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NoReturn

from studio.core.checking.catalogue import rules
from studio.core.checking.profile import Ignored
from studio.core.checking.project.failing import fail_on
from studio.core.checking.project.toml_places import line_of
from studio.core.checking.rules.words import nearest
from studio.core.checking.target import TARGET_WORDS, Choice, chosen
from studio.core.failure import CoreError
from studio.core.files.bounds import Bounds

Place = tuple[str | int, ...]

_KNOWN = frozenset({*TARGET_WORDS, "templates", "fail-on", "baseline", "ignore"})
_OF_IGNORE = frozenset({"rule", "reason", "models"})
_OF_FOLDERS = frozenset({"--model-repository", "--model-store", "--backend-directory", "--repoagent-directory"})
"""Flags that would have further folders looked at."""
_LISTED = frozenset({"backends", "agents"})


class Reader:
    """Reads the values of one file. Every method raises CoreError with the line of what is wrong."""

    def __init__(self, path: Path, text: str, told: Mapping[str, Any]) -> None:
        self._path = path
        self._text = text
        self._told = told

    def require_known(self) -> None:
        """Refuses keys that there are not."""
        for key in self._told:
            if key not in _KNOWN:
                meant = nearest(key, _KNOWN)
                hint = f" Did you mean “{meant}”?" if meant else f" There are {', '.join(sorted(_KNOWN))}."
                self._refuse((key,), f"there is no key “{key}”.{hint}")

    def target(self) -> dict[str, str]:
        """The words of a choice that are written."""
        found = {key: self._word(key) for key in TARGET_WORDS if key in self._told}
        for flag in shlex.split(found.get("flags", "")) if "flags" in found else ():
            if flag.partition("=")[0] in _OF_FOLDERS:
                name = flag.partition("=")[0]
                self._refuse(("flags",), f"{name} names a folder: that is for the command line, not for a file.")
        return found

    def ignored(self) -> tuple[Ignored, ...]:
        """The rules that are passed over."""
        tables = self._told.get("ignore", [])
        if not isinstance(tables, list):
            self._refuse(("ignore",), "“ignore” is a list of tables, each written as [[ignore]].")
        return tuple(self._ignored(index, table) for index, table in enumerate(tables))

    def templates(self) -> tuple[str, ...]:
        """The names of models whose configuration is a template, with wildcards."""
        return self._texts(("templates",), self._told.get("templates", []))

    def fail_on(self) -> str:
        """What fails a check, "" where nothing is said."""
        if "fail-on" not in self._told:
            return ""
        text = self._text_at(("fail-on",), self._told["fail-on"])
        self._judged("fail-on", lambda: fail_on(text))
        return text

    def baseline(self, bounds: Bounds) -> Path | None:
        """The file with what was found before; it lies where the file itself may."""
        if "baseline" not in self._told:
            return None
        name = self._text_at(("baseline",), self._told["baseline"])
        path = self._path.parent / name
        if not name or "\0" in name or bounds.outside(path) is not None:
            self._refuse(("baseline",), f"the baseline “{name}” does not lie in the checkout.")
        return path

    def _word(self, key: str) -> str:
        value = self._told[key]
        if key == "gpus" and isinstance(value, list) and all(type(each) is int for each in value):
            text = ",".join(map(str, value)) or "none"
        elif key in _LISTED and isinstance(value, list):
            text = ",".join(self._texts((key,), value)) or "none"
        elif key == "flags" and isinstance(value, list):
            text = shlex.join(self._texts((key,), value))
        else:
            text = self._text_at((key,), value)
        if key == "gpus" and text in ("auto", "all"):
            self._refuse((key,), "which GPUs a machine has is not for a file to say: write any, none or their numbers.")
        self._judged(key, lambda: chosen(Choice(**{"gpus": "any", key: text})))
        return text

    def _ignored(self, index: int, table: Any) -> Ignored:
        place: Place = ("ignore", index)
        if not isinstance(table, dict):
            self._refuse(place, "what is ignored is a table with rule and reason.")
        for key in table:
            if key not in _OF_IGNORE:
                self._refuse((*place, key), f"[[ignore]] has no key “{key}”. It has rule, reason and models.")
        rule = self._text_at((*place, "rule"), table.get("rule", ""))
        if rule not in rules():
            meant = nearest(rule, rules())
            hint = f" Did you mean “{meant}”?" if meant else ""
            self._refuse((*place, "rule"), f"there is no rule “{rule}”.{hint}" if rule else "a rule is not named.")
        reason = self._text_at((*place, "reason"), table.get("reason", "")).strip()
        if not reason:
            self._refuse((*place, "reason"), f"why “{rule}” is ignored is not said: write a reason.")
        return Ignored(rule, reason, self._texts((*place, "models"), table.get("models", [])))

    def _text_at(self, place: Place, value: Any) -> str:
        if not isinstance(value, str):
            self._refuse(place, f"“{place[-1]}” is a text in quotes, not {_kind(value)}.")
        return value

    def _texts(self, place: Place, value: Any) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self._refuse(place, f"“{place[-1]}” is a list of texts in quotes, not {_kind(value)}.")
        return tuple(value)

    def _judged(self, key: str, judge: Callable[[], object]) -> None:
        try:
            judge()
        except CoreError as failure:
            self._refuse((key,), f"{failure.attempted}: {failure.reason} {failure.remedy}".rstrip(), failure)

    def _refuse(self, place: Place, reason: str, cause: CoreError | None = None) -> NoReturn:
        line = line_of(self._text, place)
        raise CoreError(f"Read {self._path}", f"line {line}: {reason}" if line else reason) from cause


def _kind(value: Any) -> str:
    names = {bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "a table", str: "a text"}
    return names.get(type(value), "a time")
