"""The rules by name, as reports and people name them."""

import re
from pathlib import Path

import studio.core.checking
from studio.core.checking.catalogue import rules

_RULES = Path(str(studio.core.checking.__file__)).parent
_NAME = re.compile(r'"([a-z][a-z0-9]*(?:-[a-z0-9]+)+)"')
_NO_RULES = frozenset(
    # Options of backends, and the ends of names that are put together.
    ["shm-default-byte-size", "shm-growth-byte-size", "stub-timeout-seconds", "thread-pool-size", "le-max"]
)


def _written() -> set[str]:
    files = [*(_RULES / "rules").glob("*.py"), _RULES / "served.py", _RULES / "allowances.py"]
    return {found[1] for file in files for found in _NAME.finditer(file.read_text("utf-8"))} - _NO_RULES


def test_every_rule_is_told_in_a_few_words() -> None:
    names = {name for name in _written() if name not in ("seq-oldest-preferred", "dyn-preferred")}
    assert len(names) > 200
    assert names - set(rules()) == set()


def test_no_rule_is_told_that_there_is_not() -> None:
    source = "\n".join(file.read_text("utf-8") for file in _RULES.rglob("*.py"))
    put_together = re.compile(
        r"batch-(in|out)put-|dyn-preferred-|seq-oldest-preferred-|ens-step-|ort-(in|out)put-unknown|pt-no-"
    )
    assert [name for name in rules() if f'"{name}"' not in source and not put_together.match(name)] == []


def test_what_is_told_is_short_and_ends_without_a_dot() -> None:
    assert [text for text in rules().values() if len(text) > 90 or text.endswith(".")] == []
