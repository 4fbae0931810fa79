"""Writing the steps of an ensemble into its text: maps, new steps and the ensemble's own tensors, bytes kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from studio.core.config.draft import Draft
from studio.core.config.model_config import text
from studio.named_tuple import NamedTuple
from studio.text import edit, layout
from studio.text.bulk_edit import remove_all, replace_scalars
from studio.text.document import elements, occurrences, values
from studio.text.literals import quote
from studio.text.tree import Message, Scalar
from studio.text.tree import Path as TextPath

SCHEDULING = "ensemble_scheduling"
_SIDES = ("input_map", "output_map")
_ORDER = ("step", "max_inflight_requests")
_STEP_ORDER = ("model_name", "model_version", "input_map", "output_map", "model_namespace")


class Maps(NamedTuple):
    """The maps of one step, from its model's tensors to the ensemble's."""

    reads: dict[str, str]
    writes: dict[str, str]


class _Entry(NamedTuple):
    """One entry of a map as it stands in the text."""

    path: TextPath
    key: Scalar | None
    value: Scalar | None


def step_messages(draft: Draft) -> list[Message]:
    """The steps in the text, by the indices of `Config.steps`."""
    found = [each for each in values(draft.document.root, SCHEDULING) if isinstance(each, Message)]
    return [each for each in values(found[0], "step") if isinstance(each, Message)] if found else []


def step_path(draft: Draft, index: int) -> TextPath:
    """The path of a step."""
    return draft.config.steps[index].path


def with_maps(draft: Draft, wanted: Mapping[int, Maps], own: Mapping[TextPath, str]) -> Draft:
    """The draft with these maps in these steps, and these names at the ensemble's own inputs and outputs.

    A tensor whose key alone differs keeps its entry, and what stays the same is not touched.
    """
    writing = _Writing(draft)
    for index, maps in wanted.items():
        for side, names in zip(_SIDES, maps, strict=True):
            writing.side(index, side, names)
    for path, name in own.items():
        writing.own(path, name)
    return writing.written()


class _Writing:
    """Changes of many maps, gathered to be written in a few passes."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._messages = step_messages(draft)
        self._raws: dict[Scalar, str] = {}
        self._gone: list[TextPath] = []
        self._new: list[tuple[TextPath, str, str, str]] = []
        self._set: list[tuple[TextPath, str]] = []

    def side(self, index: int, side: str, names: Mapping[str, str]) -> None:
        """One map of one step."""
        path = step_path(self._draft, index)
        there = _entries(self._messages[index], (*path, side))
        gone = {key: several for key, several in there.items() if key not in names}
        # Who had a tensor under another key keeps the entry: only the key is written anew.
        free = {_text(several[-1].value): key for key, several in gone.items()}
        for key, tensor in names.items():
            if key in there:
                self._write(there[key][-1], "value", tensor)
            elif tensor in free:
                self._write(gone.pop(free.pop(tensor))[-1], "key", key)
            else:
                self._new.append((path, side, key, tensor))
        self._gone += [entry.path for several in gone.values() for entry in several]

    def own(self, path: TextPath, name: str) -> None:
        """The name of one of the ensemble's own tensors."""
        message = element_at(self._draft, path)
        found = next((each.value for each in occurrences(message, "name")), None) if message else None
        self._literal(found if isinstance(found, Scalar) else None, (*path, "name"), name)

    def _write(self, entry: _Entry, field: str, wanted: str) -> None:
        scalar = entry.key if field == "key" else entry.value
        if _text(scalar) != wanted or scalar is None:
            self._literal(scalar, (*entry.path, field), wanted)

    def _literal(self, scalar: Scalar | None, path: TextPath, wanted: str) -> None:
        if scalar is None or scalar.kind != "string":
            self._set.append((path, wanted))
        elif _text(scalar) != wanted:
            raw = quote(wanted)
            single = scalar.raw.startswith("'") and not {"'", "\\"} & set(raw)
            self._raws[scalar] = f"'{raw[1:-1]}'" if single else raw

    def written(self) -> Draft:
        """The draft with all of it."""
        now = replace_scalars(self._draft.document, self._raws)
        draft = self._draft if now is self._draft.document else Draft(now)
        for path, wanted in self._set:
            draft = draft.set(*path, wanted)
        if self._gone:
            draft = Draft(remove_all(draft.document, self._gone))
        document = draft.document
        for path, side, key, tensor in self._new:
            raw = f"{{ key: {quote(key)} value: {quote(tensor)} }}"
            count = len(elements(document, (*path, side)))
            document = edit.insert(document, path, side, raw, order=_STEP_ORDER, index=count or None, short=_SIDES)
        return draft if document is draft.document else Draft(document)


def with_steps(draft: Draft, raws: Sequence[tuple[int, str]]) -> Draft:
    """The draft with more steps: each the text of a message and its place among the steps that are there then."""
    if not draft.has(SCHEDULING):
        draft = draft.set(SCHEDULING, {})
    document = draft.document
    for place, raw in raws:
        there = len(step_messages(Draft(document)))
        document = edit.insert(
            document, (SCHEDULING,), "step", raw, order=_ORDER, index=min(place, there), short=_SIDES
        )
    return Draft(document)


def without_steps(draft: Draft, indices: Iterable[int]) -> Draft:
    """The draft without these steps."""
    paths = [step_path(draft, index) for index in indices]
    return Draft(remove_all(draft.document, paths)) if paths else draft


def step_raw(model: str, maps: Maps, version: int = -1) -> str:
    """A step as the text of a message, on one line; the file's own layout is given to it when it is put in."""
    parts = [f"model_name: {quote(model)}", f"model_version: {version}"]
    for side, names in zip(_SIDES, maps, strict=True):
        parts += [f"{side} {{ key: {quote(key)} value: {quote(tensor)} }}" for key, tensor in names.items()]
    return f"{{ {' '.join(parts)} }}"


def step_indent(draft: Draft) -> str:
    """The white space before a step in the text, or what would be before the first."""
    there = step_messages(draft)
    return layout.indent(draft.document.text, there[0].start) if there else "  "


def element_at(draft: Draft, path: TextPath) -> Message | None:
    """The element of a repeated field at the top."""
    name, place = str(path[0]), path[1]
    found = values(draft.document.root, name)
    value = found[place] if isinstance(place, int) and place < len(found) else None
    return value if isinstance(value, Message) else None


def _entries(step: Message, path: TextPath) -> dict[str, list[_Entry]]:
    """The entries of a map by key, each key's in the order of the text."""
    found: dict[str, list[_Entry]] = {}
    for place, entry in enumerate(values(step, str(path[-1]))):
        if isinstance(entry, Message):
            key, value = _scalar(entry, "key"), _scalar(entry, "value")
            found.setdefault(_text(key), []).append(_Entry((*path, place), key, value))
    return found


def _scalar(entry: Message, name: str) -> Scalar | None:
    found = next((each.value for each in occurrences(entry, name)), None)
    return found if isinstance(found, Scalar) else None


def _text(scalar: Scalar | None) -> str:
    return (text(scalar) or "") if scalar else ""
