"""A saved request from the JSON of its file, which a person may have written, or somebody who means harm."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, get_args

from studio.core.config.datatypes import DataType, data_type
from studio.core.failure import CoreError
from studio.core.inference import tensors
from studio.core.inference.compare import Tolerance
from studio.core.inference.images import NORMALISATIONS, Colour, ImageSettings, Layout, Resize
from studio.core.saved_requests import values
from studio.core.saved_requests.saved import (
    KINDS,
    STATISTICS,
    Expectation,
    Generated,
    SavedRequest,
    Source,
    TensorFile,
    Values,
)

T = TypeVar("T")
_CLOSE = Tolerance(1e-5, 1e-4)
"""Where an expectation says "close" and no more: what another order of additions makes of 32 bits."""
_MOST_SECONDS = 1e6
_LARGEST = sys.float_info.max
_MOST_COUNT = (1 << 64) - 1
"""What the protocol can hold."""
_MOST = 1000
"""Inputs, outputs, parameters: no request has more."""


class Misread(CoreError):
    """The JSON of a request holds what cannot be: `place` are the names that lead to it, from the outermost on."""

    def __init__(self, attempted: str, reason: str, place: tuple[str, ...]) -> None:
        super().__init__(attempted, reason)
        self.place = place


def request_of(tree: Mapping[str, Any], whose: str) -> SavedRequest:
    """The request that the JSON of a file says. Raises CoreError, naming the place in it."""
    reader = _Reader(tree, f"Reading the request {whose}")
    model = reader.take("model", str, "")
    if not model:
        raise reader.wrong("model", "is missing")
    found = SavedRequest(
        model=model,
        inputs={name: _source(each) for name, each in reader.objects("inputs")},
        expect={name: _expectation(each) for name, each in reader.objects("expect")},
        version=str(reader.take("version", (str, int), "")),
        outputs=reader.texts("outputs"),
        classes={name: reader.positive("classes", value) for name, value in reader.mapping("classes").items()},
        parameters={name: reader.scalar("parameters", value) for name, value in reader.mapping("parameters").items()},
        headers={name: str(reader.scalar("headers", value)) for name, value in reader.mapping("headers").items()},
        request_id=reader.take("request_id", str, ""),
        priority=reader.count("priority"),
        timeout_us=reader.count("timeout_us"),
        sequence_id=reader.take("sequence_id", (int, str), 0),
        sequence_start=reader.take("sequence_start", bool, False),
        sequence_end=reader.take("sequence_end", bool, False),
        protocol=reader.one_of("protocol", ("grpc", "http"), "grpc"),
        compression=reader.one_of("compression", ("", "gzip", "deflate"), ""),
        shared_memory=reader.take("shared_memory", bool, False),
        stream=reader.take("stream", bool, False),
        seconds=reader.number("seconds", 0.0, _MOST_SECONDS),
        tags=reader.texts("tags"),
        note=reader.take("note", str, ""),
    )
    reader.end()
    return found


class _Reader:
    """One object of the file, and where it stands; what nobody took from it is an error."""

    def __init__(self, tree: object, attempted: str, place: tuple[str, ...] = ()) -> None:
        self.attempted = attempted
        self.place = place
        if not isinstance(tree, Mapping):
            raise self.wrong("", "is no object")
        if len(tree) > _MOST:
            raise self.wrong("", f"has more than {_MOST:,} entries")
        self.tree = tree
        self._taken: set[str] = set()

    def wrong(self, name: str, why: str) -> Misread:
        place = tuple(filter(None, (*self.place, name)))
        return Misread(self.attempted, f"{'.'.join(place) or 'it'} {why}.", place)

    def take(self, name: str, kind: type[T] | tuple[type, ...], usual: Any) -> Any:
        self._taken.add(name)
        value = self.tree.get(name, usual)
        kinds = kind if isinstance(kind, tuple) else (kind,)
        # True is an int for Python, and not for a person.
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            raise self.wrong(name, f"is {_shown(value)}")
        return value

    def one_of(self, name: str, known: tuple[str, ...], usual: str) -> Any:
        value = self.take(name, str, usual)
        if value not in known:
            raise self.wrong(name, f"is {_shown(value)}, and one of {', '.join(filter(None, known))} is needed")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        value = self.take(name, list, [])
        if not all(isinstance(each, str) for each in value):
            raise self.wrong(name, "is no list of texts")
        return tuple(value)

    def mapping(self, name: str) -> Mapping[str, Any]:
        value = self.take(name, dict, {})
        if len(value) > _MOST:
            raise self.wrong(name, f"has more than {_MOST:,} entries")
        return dict(value)

    def objects(self, name: str) -> list[tuple[str, _Reader]]:
        found = self.mapping(name).items()
        return [(key, _Reader(each, self.attempted, (*self.place, name, key))) for key, each in found]

    def scalar(self, name: str, value: Any) -> Any:
        if not isinstance(value, str | int | float | bool):
            raise self.wrong(name, f"holds {_shown(value)}")
        return value

    def positive(self, name: str, value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 1 << 31:
            raise self.wrong(name, f"holds {_shown(value)}")
        return value

    def number(self, name: str, usual: float, most: float = _LARGEST) -> float:
        """One that is finite and not negative: within what is no number everything would be."""
        value = self.take(name, (int, float), usual)
        if not 0 <= value <= most:
            raise self.wrong(name, f"is {_shown(value)}, and a number from 0 to {most:g} is needed")
        return float(value)

    def count(self, name: str) -> int:
        """A whole number that is not negative."""
        value: int = self.take(name, int, 0)
        if not 0 <= value <= _MOST_COUNT:
            raise self.wrong(name, f"is {_shown(value)}, and a whole number of 64 bits is needed")
        return value

    def kind(self) -> DataType | None:
        name = self.take("type", str, "")
        kind = data_type(name) if name else None
        if name and kind is None:
            raise self.wrong("type", f"is {_shown(name)}, which is no data type")
        return kind

    def shape(self) -> tuple[int, ...] | None:
        value = self.take("shape", (list, type(None)), None)
        if value is None:
            return None
        if len(value) > 32 or not all(isinstance(n, int) and not isinstance(n, bool) and n >= 0 for n in value):
            raise self.wrong("shape", f"is {_shown(value)}")
        return tuple(value)

    def within(self, call: Callable[[], T]) -> T:
        """What a call gives; its failure is one of this place."""
        try:
            return call()
        except CoreError as error:
            raise self.wrong("", f"cannot be used: {error.reason.rstrip('.')}") from error
        except (ValueError, TypeError, OverflowError) as error:
            raise self.wrong("", f"cannot be used: {error}") from error

    def end(self) -> None:
        if unknown := sorted(set(self.tree) - self._taken):
            raise self.wrong(str(unknown[0]), "is not known here")


def _source(reader: _Reader) -> Source:
    if "values" in reader.tree or "file" in reader.tree:
        return _tensor(reader)
    how = reader.one_of("generate", tuple(tensors.GENERATORS), "")
    options = tuple(
        (name, reader.scalar(name, reader.take(name, (int, float, str), 0)))
        for name in ("seed", "low", "high", "start", "step", "value")
        if name in reader.tree
    )
    found = Generated(how, reader.shape(), options)
    reader.end()
    return found


def _tensor(reader: _Reader) -> Values | TensorFile:
    kind, shape = reader.kind(), reader.shape()
    if "values" in reader.tree:
        if kind is None:
            raise reader.wrong("type", "is missing")
        given = reader.take("values", (list, str, int, float, bool), [])
        found: Values | TensorFile = Values(kind, reader.within(lambda: values.from_inline(kind, shape, given)))
    else:
        stored = reader.one_of("stored", ("", "bits", "lengths"), "")
        image = _image(_Reader(reader.take("image", dict, {}), reader.attempted, (*reader.place, "image")))
        found = TensorFile(reader.take("file", str, ""), kind, shape, image if "image" in reader.tree else None, stored)
    reader.take("from", str, "")
    return found


def _image(reader: _Reader) -> ImageSettings:
    usual = ImageSettings()
    found = ImageSettings(
        resize=reader.one_of("resize", get_args(Resize), usual.resize),
        layout=reader.one_of("layout", get_args(Layout), usual.layout),
        colour=reader.one_of("colour", get_args(Colour), usual.colour),
        normalisation=reader.one_of("normalisation", tuple(NORMALISATIONS), usual.normalisation),
    )
    reader.end()
    return found


def _expectation(reader: _Reader) -> Expectation:
    kind = reader.one_of("is", KINDS, "exact")
    usual = _CLOSE if kind == "close" else Tolerance()
    tolerance = Tolerance(reader.number("absolute", usual.absolute), reader.number("relative", usual.relative))
    statistics = _statistics(reader)
    classes = reader.take("classes", list, [])
    if not all(isinstance(each, int | str) and not isinstance(each, bool) for each in classes):
        raise reader.wrong("classes", "is no list of indices or labels")
    for name, given in (("statistics", statistics), ("top", classes)):
        if kind == name and not given:
            # Every answer would be as expected.
            raise reader.wrong("classes" if name == "top" else name, "is missing")
    tensor = _tensor(reader) if kind in ("exact", "close") else None
    reader.end()
    return Expectation(kind, tensor, tolerance, statistics, tuple(classes))


def _statistics(reader: _Reader) -> tuple[tuple[str, float], ...]:
    found = []
    for name, value in sorted(reader.mapping("statistics").items()):
        if name not in STATISTICS:
            raise reader.wrong("statistics", f"knows no {name}: {', '.join(STATISTICS)} are known")
        if isinstance(value, bool):
            raise reader.wrong(f"statistics.{name}", f"is {_shown(value)}")
        found.append((name, reader.within(lambda given=value: float(given))))  # type: ignore[misc]
    return tuple(found)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}…"
