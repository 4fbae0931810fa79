"""Tensors from text that a person typed or pasted: JSON, numbers in rows, and bytes in hex."""

from __future__ import annotations

import json
import re
from typing import Any

from studio.core.config.tensor_info import TensorInfo
from studio.core.failure import CoreError
from studio.core.inference import tensors
from studio.core.inference.requests import Array

_MOST_CHARACTERS = 32 << 20
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+")
_DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+([eE][+-]?\d+)?")
_WORDS = {"true": True, "false": False, "nan": float("nan"), "inf": float("inf"), "-inf": float("-inf")}


def from_text(info: TensorInfo, text: str) -> Array:
    """JSON lists, else numbers in rows parted by commas, tabs or spaces; for strings a line each. Raises CoreError.

    Cells of a spreadsheet, which are parted by tabs alone, may have decimal commas.
    """
    attempted = f"Reading text for {info.name}"
    if not text.strip():
        raise CoreError(attempted, "there is none.", "Copy some first.")
    if len(text) > _MOST_CHARACTERS:
        raise CoreError(attempted, f"it is longer than {_MOST_CHARACTERS >> 20} million characters.", "Use a file.")
    found = _json(text)
    values = _rows(info, text, attempted) if found is None else found
    return tensors.reshape(tensors.from_values(info.data_type, values), info.shape)


def from_json(info: TensorInfo, text: str) -> Array:
    """Nested lists, whose nesting is the shape. Raises CoreError."""
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise CoreError(f"Reading the JSON of {info.name}", f"{error}.") from error
    return tensors.reshape(tensors.from_values(info.data_type, values), info.shape)


def from_hex(info: TensorInfo, text: str) -> Array:
    """Bytes in hex: one string, or little-endian numbers laid out in the shape. Raises CoreError."""
    attempted = f"Reading the hex of {info.name}"
    plain = re.sub(r"0[xX]|[\s,:_]", "", text)
    try:
        data = bytes.fromhex(plain)
    except ValueError:
        wrong = next((each for each in plain if each not in "0123456789abcdefABCDEF"), "")
        why = f"“{wrong}” is no hex digit." if wrong else "it has an odd number of digits."
        raise CoreError(attempted, why, "Type two digits a byte.") from None
    return tensors.reshape(tensors.from_bytes(data, info.data_type, attempted), info.shape)


def cells(text: str) -> list[list[str]]:
    """The cells of a spreadsheet, row by row, with decimal commas as points where they can be nothing else."""
    return [[_plain(cell.strip()) for cell in line.split("\t")] for line in text.rstrip("\r\n").splitlines()]


def _plain(text: str) -> str:
    is_fraction = _DECIMAL_COMMA.fullmatch(text) and not _THOUSANDS.fullmatch(text)
    return text.replace(",", ".") if is_fraction else text


def _rows(info: TensorInfo, text: str, attempted: str) -> list[Any]:
    rows = text.strip("\n").split("\n")
    if info.data_type.wire == "BYTES":
        return rows
    is_table = "\t" in text
    numbers = _table(text, attempted) if is_table else [_numbers(row, attempted) for row in rows if row.strip()]
    return numbers[0] if len(numbers) == 1 else numbers


def _table(text: str, attempted: str) -> list[list[object]]:
    """The cells of a spreadsheet as numbers, row by row; decimal commas are read where they can be nothing else."""
    return [
        [_cell(cell, f"row {at}, column {column}", attempted) for column, cell in enumerate(row, 1)]
        for at, row in enumerate(cells(text), 1)
    ]


def _cell(text: str, where: str, attempted: str) -> object:
    if not text:
        raise CoreError(attempted, f"the cell in {where} is empty.", "Copy cells that hold numbers.")
    if _THOUSANDS.fullmatch(text):
        why = f"“{text}” in {where} may be thousands or a fraction."
        raise CoreError(attempted, why, "Show the cells as plain numbers, and copy them again.")
    try:
        return _number(text, attempted)
    except CoreError:
        raise CoreError(attempted, f"“{text[:40]}” in {where} is no number.") from None


def _json(text: str) -> list[object] | None:
    """The list that the text is in JSON, None where it is none."""
    if not text.lstrip().startswith("["):
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, list) else None


def _numbers(row: str, attempted: str) -> list[object]:
    return [_number(each, attempted) for each in re.split(r"[,;\t ]+", row.strip().strip(",;"))]


def _number(text: str, attempted: str) -> object:
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        raise CoreError(attempted, f"“{text[:40]}” is no number.") from None
