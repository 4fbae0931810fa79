"""Repositories of models that exist in memory only, and graphs over them."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from hypothesis import Phase
from hypothesis import strategies as st

from studio.core.checking.check import check_model
from studio.core.checking.findings import Finding
from studio.core.checking.profile import Profile
from studio.core.config.draft import Draft, draft
from studio.core.files.repository import FileInfo, ModelFolder, Repository, Version
from studio.core.graph.build import graph_view
from studio.core.graph.graph import GraphView
from studio.core.graph.models import Catalogue

PHASES = (Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink)
"""Without the search for an explanation, which takes minutes on graphs."""
CPU = Profile(gpus=())
ROOT = Path("/nowhere/models")
TYPES = ("TYPE_FP32", "TYPE_INT64")
SHAPES = ("3", "-1", "-1, 3", "2, 3", "4")


def tensors(field: str, given: Mapping[str, tuple[str, str]], extra: str = "") -> str:
    """Inputs or outputs by name, each with its data type and dims."""
    return "".join(
        f'{field} {{ name: "{name}" data_type: {kind} dims: [ {dims} ] {extra} }}\n'
        for name, (kind, dims) in given.items()
    )


def model_text(
    inputs: Mapping[str, tuple[str, str]],
    outputs: Mapping[str, tuple[str, str]],
    batch: int = 0,
    *,
    decoupled: bool = False,
) -> str:
    """A model's configuration."""
    policy = "model_transaction_policy { decoupled: true }\n" if decoupled else ""
    return f'backend: "python"\nmax_batch_size: {batch}\n{policy}{tensors("input", inputs)}{tensors("output", outputs)}'


def repository(texts: Mapping[str, str]) -> tuple[Repository, dict[str, Draft]]:
    """A repository with these configurations, each with version 1."""
    folders = []
    for name in texts:
        path = ROOT / name
        files = (FileInfo("model.py", str(path / "1"), 10, 0),)
        versions = (Version(1, path / "1", files),)
        folders.append(ModelFolder(name, path, path / "config.pbtxt", versions, first=files))
    return Repository(ROOT, tuple(folders)), {name: draft(text) for name, text in texts.items()}


class World:
    """Models, and what the checker says of an ensemble `e` of them."""

    def __init__(self, texts: Mapping[str, str], ensemble: str) -> None:
        self.repository, self.drafts = repository({**texts, "e": ensemble})
        self.catalogue = Catalogue(self.repository, self.drafts, CPU)
        self.names = tuple(texts)

    def view(self, text: Draft | None = None, before: GraphView | None = None) -> GraphView:
        """The ensemble's graph, or that of another text."""
        return graph_view(text or self.drafts["e"], self.catalogue, before)

    def findings(self, text: Draft) -> tuple[Finding, ...]:
        """What the checker says of the ensemble with this text."""
        found = check_model(self.repository, "e", {**self.drafts, "e": text}, CPU)
        return tuple(each for each in found if each.model == "e")


@st.composite
def worlds(
    draw: st.DrawFn,
    kinds: Sequence[str] = TYPES,
    shapes: Sequence[str] = SHAPES,
    batches: Sequence[int] = (0, 4, 8),
) -> World:
    """Three models of random tensors, and an ensemble of them with some inputs and outputs and no wire."""
    side = st.lists(st.tuples(st.sampled_from(kinds), st.sampled_from(shapes)), min_size=1, max_size=2)
    texts = {}
    for name in ("a", "b", "c"):
        ins = {f"{name}_in{i}": end for i, end in enumerate(draw(side))}
        outs = {f"{name}_out{i}": end for i, end in enumerate(draw(side))}
        texts[name] = model_text(ins, outs, draw(st.sampled_from(batches)), decoupled=draw(st.booleans()))
    own = {f"x{i}": end for i, end in enumerate(draw(side))}
    answers = {f"y{i}": end for i, end in enumerate(draw(side))}
    steps = draw(st.lists(st.sampled_from("abc"), min_size=2, max_size=4))
    lines = "".join(f'  step {{ model_name: "{name}" model_version: -1 }}\n' for name in steps)
    batch = draw(st.sampled_from(batches[:2]))
    head = f'platform: "ensemble"\nmax_batch_size: {batch}\n{tensors("input", own)}{tensors("output", answers)}'
    return World(texts, f"{head}ensemble_scheduling {{\n{lines}}}\n")
