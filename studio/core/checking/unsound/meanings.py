"""What a person meant by a word that the schema does not have, and what else may stand in a place."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import lru_cache

from studio.core.checking.rules.words import nearest
from studio.core.config.datatypes import DATA_TYPES
from studio.core.config.literal_rules import judge
from studio.core.config.schema import EnumSchema, FieldSchema, MessageSchema
from studio.core.config.values import limits
from studio.text.literals import quote
from studio.text.parse import parse
from studio.text.tree import ListValue, Message, Scalar

_FIELDS = {
    "dim": "dims",
    "shape": "dims",
    "dtype": "data_type",
    "datatype": "data_type",
    "type": "data_type",
    "batch_size": "max_batch_size",
    "model": "model_name",
    "version": "model_version",
    "gpu": "gpus",
    "max_queue_delay": "max_queue_delay_microseconds",
}
_TYPES = {
    "bytes": "TYPE_STRING",
    "str": "TYPE_STRING",
    "text": "TYPE_STRING",
    "float": "TYPE_FP32",
    "single": "TYPE_FP32",
    "double": "TYPE_FP64",
    "half": "TYPE_FP16",
    "float16": "TYPE_FP16",
    "float32": "TYPE_FP32",
    "float64": "TYPE_FP64",
    "bfloat16": "TYPE_BF16",
    "boolean": "TYPE_BOOL",
    "int": "TYPE_INT32",
    "long": "TYPE_INT64",
}
"""What other programs call Triton's data types."""
_UNSURE = ("int", "long")
"""Types whose size is another one in other languages."""
_OTHER_TYPES = ("TYPE_FP32", "TYPE_INT64", "TYPE_STRING", "TYPE_BOOL")
_NUMBERS = ("1", "0", "7", "1048576")
_MOST = 6
_NEAR = 0.8
_QUOTES = "\"'"
BARE = re.compile(r"[-\w./:+]+")
"""A text that is clear without quotes."""


_latest: list[tuple[Message, frozenset[str]] | None] = [None]


def _written(message: Message) -> frozenset[str]:
    """The names in a message; they are asked for again and again where one has many mistakes."""
    latest = _latest[0]
    if latest is None or latest[0] is not message:
        latest = _latest[0] = (message, frozenset(field.name for field in message.fields))
    return latest[1]


def meant_field(name: str, owner: MessageSchema, message: Message) -> str:
    """The field that a misspelt name surely means; "" where none is near, or it stands there already."""
    taken = {each for each in _written(message) if each in owner.fields and not owner.fields[each].repeated}
    known = [each for each in owner.fields if each not in taken]
    alias = _FIELDS.get(name.lower(), "")
    return alias if alias in known else nearest(name, known)


def meant_value(known: EnumSchema, word: str) -> tuple[str, bool]:
    """The value of an enumeration that a word means, "" for none, and whether it is only spelt in another way."""
    names = known.values
    plain = word.strip().strip("\"'").removeprefix("TYPE_" if "TYPE_FP32" in names else "")
    alias = _TYPES.get(plain.lower(), "")
    if alias in names:
        return alias, plain.lower() not in _UNSURE
    ends = [name for name in names if name.upper() == plain.upper() or name.upper().endswith(f"_{plain.upper()}")]
    if len(ends) == 1 and plain:
        return ends[0], True
    meant = nearest(word, names)
    return meant, is_near(word, meant)


def is_near(word: str, meant: str) -> bool:
    """Whether a word is so like another that nobody would doubt it."""
    return bool(meant) and SequenceMatcher(None, word.lower(), meant.lower()).ratio() >= _NEAR


def message_for(schema: MessageSchema, raw: str) -> str:
    """A message by the one word or text that stands in its place; "" where nothing tells."""
    word = raw.strip("\"'")
    if "string_value" in schema.fields and raw:
        return f"{{ string_value: {raw if raw[0] in _QUOTES else quote(word)} }}"
    inner = schema.fields.get(word)
    if inner and inner.message:
        return f"{{ {word} {{ }} }}"
    if word.lower() not in ("true", "yes", "on", "enable", "enabled"):
        return ""
    return "{ enable: true }" if "enable" in schema.fields else "{ }"


def value_for(known: FieldSchema, raw: str) -> tuple[str, bool]:
    """A text of one element by what stands there now, "" where nothing tells, and whether it says just the same."""
    plain = raw.strip()
    bare = plain[1:-1] if len(plain) > 1 and plain[0] in "\"'" and plain[-1] == plain[0] else plain
    if known.kind == "enum" and known.enum:
        return meant_value(known.enum, bare)
    if known.kind == "string":
        return (quote(bare), True) if bare and BARE.fullmatch(bare) else ("", False)
    if known.kind == "bool":
        return _truth(bare), True
    if known.kind in ("int", "uint") and re.fullmatch(r"[-+]?\d+\.0*", bare):
        bare = bare.partition(".")[0]
    text = "-1" if known.name == "model_version" and bare.lower() in _LATEST else bare.removeprefix("+")
    return (text, True) if text and fits(known, text) else ("", False)


def _truth(word: str) -> str:
    low = word.lower()
    return "true" if low in ("true", "yes", "on", "1", "t", "y") else "false" if low in _NO else ""


_LATEST = ("latest", "newest")
_NO = ("false", "no", "off", "0", "f", "n", "none")


def fits(known: FieldSchema, text: str) -> bool:
    """Whether a field can hold this literal."""
    document = parse(f"{known.name}: {text}\n")
    value = document.root.fields[0].value if document.ok and len(document.root.fields) == 1 else None
    return isinstance(value, Scalar) and judge(known, value, document.text) is None


@lru_cache(maxsize=256)
def possible(known: FieldSchema) -> tuple[str, ...]:
    """A few texts of one element that are unlike each other: what holds for all of them hardly hangs on the value."""
    if known.kind == "message":
        return ("{ }",)
    if known.kind == "enum" and known.enum:
        is_type = {each.config for each in DATA_TYPES} <= set(known.enum.values)
        return _OTHER_TYPES if is_type else tuple(known.enum.values)[:_MOST]
    if known.kind == "string":
        return ('"?"', '""')
    if known.kind == "bool":
        return ("false", "true")
    if known.kind == "float":
        return ("0.5", "0", "1e9")
    highest = limits(known)[1]
    return tuple(each for each in _NUMBERS if int(each) <= highest)


@lru_cache(maxsize=256)
def _snippets(owner: MessageSchema) -> dict[str, str]:
    """Each field of a message as it might stand there."""
    texts = {name: '"?"' if known.kind == "string" else possible(known)[-1] for name, known in owner.fields.items()}
    return {name: f"{name}: {text}" for name, text in texts.items()}


def anything(owner: MessageSchema, message: Message) -> tuple[str, ...]:
    """What a part of a message that cannot be read may have been: fields that the rest of it does not write."""
    written = _written(message)
    taken = {owner.fields[name].oneof for name in written if name in owner.fields} - {""}
    found: list[list[str]] = [[], []]
    for name, text in _snippets(owner).items():
        known = owner.fields[name]
        if (name in written and not known.repeated) or (known.oneof and known.oneof in taken):
            continue
        members = [each for each in owner.oneofs.get(known.oneof, ()) if each != name]
        first = not members or owner.oneofs[known.oneof].index(name) == 0
        last = not members or owner.oneofs[known.oneof].index(name) == len(members)
        found[0] += [text] if first else []
        found[1] += [text] if last else []
    texts = dict.fromkeys(" ".join(each) for each in found if each)
    return tuple(f" {text} " for text in texts)


def renamed(name: str, owner: MessageSchema, message: Message, value: object) -> tuple[str, ...]:
    """Other fields that a name which is unknown may stand for, by what it holds and what is there already."""
    written = _written(message)
    is_message = isinstance(value, Message) or (
        isinstance(value, ListValue) and any(isinstance(item, Message) for item in value.items)
    )
    free = [each for each in owner.fields.values() if each.repeated or each.name not in written]
    return tuple(each.name for each in free if each.name != name and (each.kind == "message") == is_message)[:12]
