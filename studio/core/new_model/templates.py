"""Templates: working models to start from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from itertools import islice
from pathlib import Path

from studio.core.config.draft import Draft, draft
from studio.core.config.model_config import TensorConfig
from studio.core.failure import CoreError
from studio.core.files.repository import CONFIG_NAME
from studio.core.new_model.proposal import Proposal, Written
from studio.core.new_model.proposing import explained
from studio.resources import resource
from studio.text.parse import render
from studio.value_class import dataclass

_FIRST = 50


@dataclass(frozen=True, slots=True)
class Template:
    """One template. `calls` tells that it needs another model to call."""

    key: str
    title: str
    text: str
    icon: str
    calls: bool = False


@cache
def templates() -> tuple[Template, ...]:
    """All templates in the order to show them."""
    known = json.loads(resource("templates", "templates.json").read_text("utf-8"))
    return tuple(Template(key, **facts) for key, facts in known.items())


def template(key: str) -> Template:
    """The template of that key."""
    return next(each for each in templates() if each.key == key)


def propose_template(chosen: Template, called: Draft | None = None, called_name: str = "") -> Proposal:
    """The proposal of a template. One that calls a model takes that model's inputs and outputs."""
    folder = resource("templates", chosen.key)
    base = (folder / CONFIG_NAME).read_text("utf-8")
    if chosen.calls:
        base = _calling(base, called, called_name)
    written = tuple(_written(path, folder) for path in sorted(folder.rglob("*")) if _is_part(path))
    made = Proposal(chosen.key, chosen.title, base=base, texts=written, backend="python")
    where = "Change both together: the names in the text and in 1/model.py."
    called_too = f"Those of {called_name}, which it calls." if chosen.calls else ""
    reason = f"{called_too} {where}".strip()
    return explained(made, backend="The Python backend runs 1/model.py.", inputs=reason)


def callable_models(drafts: Mapping[str, Draft]) -> tuple[str, ...]:
    """The models that a template can call: those that write their inputs and outputs."""
    return tuple(sorted(name for name, text in drafts.items() if _is_callable(text)))


def has_callable(drafts: Mapping[str, Draft]) -> bool:
    """Whether there is any; of a large repository only the first few are looked at."""
    return any(_is_callable(text) for text in islice(drafts.values(), _FIRST))


def _is_callable(text: Draft) -> bool:
    config = text.config
    return bool(config.inputs and config.outputs) and not config.decoupled


def _is_part(path: Path) -> bool:
    return path.is_file() and path.name != CONFIG_NAME and "__pycache__" not in path.parts


def _written(path: Path, folder: Path) -> Written:
    return Written(path.relative_to(folder).as_posix(), path.read_text("utf-8"))


def _calling(base: str, called: Draft | None, name: str) -> str:
    if called is None or not _is_callable(called):
        raise CoreError(
            "Make a model that calls another one",
            "there is no model here whose configuration writes its inputs and outputs.",
            "Add one first, or start from another template.",
        )
    config = called.config
    made = draft(base).set("parameters", 0, "value", "string_value", name)
    made = made.set("max_batch_size", config.max_batch_size or None)
    made = made.set("input", [_tensor(each) for each in config.inputs])
    made = made.set("output", [_tensor(each) for each in config.outputs])
    return render(made.document).decode("utf-8")


def _tensor(tensor: TensorConfig) -> dict[str, object]:
    """A tensor as a request carries it: the model that is called reshapes it itself."""
    found: dict[str, object] = {
        "name": tensor.name,
        "data_type": tensor.data_type,
        "dims": list(tensor.dims),
    }
    if tensor.optional:
        found["optional"] = True
    return found
