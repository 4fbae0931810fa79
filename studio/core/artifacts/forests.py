"""What tree models for the FIL backend say of themselves: XGBoost, LightGBM and treelite."""

from __future__ import annotations

import re
import struct
from pathlib import Path

from studio.core.artifacts.artifact import Artifact
from studio.core.artifacts.reading import Malformed, ends, parsed_json, reading, shown
from studio.core.config.datatypes import data_type
from studio.core.config.tensor_info import TensorInfo

# XGBoost writes the numbers that matter after the trees, LightGBM and treelite before them.
_ENDS = 1 << 20
_LARGEST = 100_000_000
_JSON_PARAM = re.compile(rb'"learner_model_param"\s*:\s*(\{[^{}]{0,4096}\})')
_JSON_NAME = re.compile(rb'"name"\s*:\s*"([^"]{1,80})"')
_UBJ_STRING = r"L\0{{7}}[\0-\x7f]{name}SL\0{{7}}([\0-\x7f])"
_NEAR = 4096
_HEADER = struct.Struct("<iii2BQi2B")


def read_xgboost(path: Path) -> Artifact:
    """Features and classes of an XGBoost file: JSON, UBJSON or the old binary. Raises CoreError for what is none."""
    with reading(path, "XGBoost model", "XGBoost"):
        head, tail = ends(path, _ENDS)
        if head.startswith(b"{L\0"):
            return _xgboost("UBJSON", *_ubj(tail))
        if head.lstrip()[:1] == b"{":
            return _xgboost("JSON", *_json(tail, head))
        return _xgboost("binary", *_binary(head))


def read_lightgbm(path: Path) -> Artifact:
    """Features and classes of a LightGBM text file. Raises CoreError for what is none."""
    with reading(path, "LightGBM model", "LightGBM"):
        head = ends(path, _ENDS)[0]
        if not head.startswith(b"tree"):
            raise Malformed("it does not begin with “tree”")
        lines = head.split(b"\nTree=", 1)[0].decode("utf-8", "replace").splitlines()
        known = dict(line.split("=", 1) for line in lines if "=" in line)
        features = _count(known.get("max_feature_idx", "")) + 1
        facts: dict[str, object] = {
            "Classes": known.get("num_class"),
            "Objective": known.get("objective"),
            "Format": known.get("version"),
        }
        return _forest("LightGBM", features, facts)


def read_treelite(path: Path) -> Artifact:
    """Features and classes of a treelite checkpoint. Raises CoreError for what is none."""
    with reading(path, "treelite checkpoint", "treelite"):
        head = ends(path, 4096)[0]
        if len(head) < _HEADER.size:
            raise Malformed("it is cut short")
        major, minor, patch, _, _, trees, features, _, _ = _HEADER.unpack_from(head)
        if major not in (3, 4) or not 0 <= minor < 100 or not 0 <= patch < 100 or trees > _LARGEST:
            raise Malformed("it does not begin as a checkpoint does")
        facts = {
            "Trees": trees,
            "Classes": _classes(head) if major == 4 else "",
            "treelite": f"{major}.{minor}.{patch}",
        }
        return _forest("treelite", features, facts)


def _classes(head: bytes) -> str:
    """Version 4 goes on with the number of targets, then the number of classes of each."""
    if len(head) < 40:
        return ""
    targets, count = struct.unpack_from("<iQ", head, _HEADER.size)
    if not 0 < targets == count <= 64 or len(head) < 40 + 4 * count:
        return ""
    return ", ".join(str(number) for number in struct.unpack_from(f"<{count}i", head, 40))


def _json(tail: bytes, head: bytes) -> tuple[dict[str, str], str]:
    for text in (tail, head):
        found = _JSON_PARAM.match(text, max(0, text.rfind(b'"learner_model_param"')))
        if found:
            objective = _JSON_NAME.search(_after(text, b'"objective"'))
            return parsed_json(found[1]), objective[1].decode("utf-8", "replace") if objective else ""
    raise Malformed("it does not tell its number of features")


def _ubj(tail: bytes) -> tuple[dict[str, str], str]:
    text = _after(tail, b"learner_model_param{")
    known = {name: _ubj_string(text, name) for name in ("num_feature", "num_class", "num_target")}
    return {name: value for name, value in known.items() if value}, _ubj_string(_after(tail, b"objective{"), "name")


def _after(text: bytes, mark: bytes) -> bytes:
    """What follows the last place of a mark, within the reach of what belongs to it."""
    place = text.rfind(mark)
    return text[place + len(mark) : place + len(mark) + _NEAR] if place >= 0 else b""


def _ubj_string(text: bytes, name: str) -> str:
    """The text of a key: both are written with their length in front."""
    found = re.search(_UBJ_STRING.format(name=name).encode("ascii"), text)
    return text[found.end() : found.end() + found[1][0]].decode("utf-8", "replace") if found else ""


def _binary(head: bytes) -> tuple[dict[str, str], str]:
    """The format before JSON: an optional mark, then base score, features, classes, … and the objective's name."""
    data = head.removeprefix(b"binf")
    if len(data) < 144:
        raise Malformed("it is cut short")
    _, features, classes = struct.unpack_from("<fIi", data)
    length = struct.unpack_from("<Q", data, 136)[0]
    name = data[144 : 144 + length] if 0 < length <= 80 else b""
    if not re.fullmatch(rb"[a-z0-9]+:[a-z0-9:_-]+", name) or classes < 0:
        raise Malformed("it does not begin as an XGBoost file does")
    return {"num_feature": str(features), "num_class": str(classes)}, name.decode("ascii")


def _xgboost(kind: str, known: dict[str, str], objective: str) -> Artifact:
    classes = _count(known.get("num_class", "0"))
    targets = _count(known.get("num_target", "1"))
    facts: dict[str, object] = {
        "Classes": classes or "",
        "Targets": targets if targets > 1 else "",
        "Objective": objective,
        "Format": kind,
    }
    return _forest("XGBoost", _count(known.get("num_feature", "")), facts)


def _forest(kind: str, features: int, facts: dict[str, object]) -> Artifact:
    """The FIL backend takes the features as one tensor, always of this name and type."""
    if not 0 < features <= _LARGEST:
        raise Malformed(f"it tells of {features:,} features")
    single = data_type("FP32")
    inputs = (TensorInfo("input__0", single, (-1, features)),) if single else ()
    return Artifact(kind, inputs, facts=shown({"Features": features, **facts}))


def _count(text: object) -> int:
    try:
        return int(str(text)[:20])
    except ValueError as error:
        raise Malformed("it does not tell its number of features") from error
