"""How long an ensemble takes to be a graph, to change by a gesture and to be judged, beside text_format on its text."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence

from google.protobuf import text_format
from tritonclient.grpc import model_config_pb2

from studio.core.config.draft import Draft, draft
from studio.core.graph.build import graph_view
from studio.core.graph.differences.difference import difference
from studio.core.graph.edits import connect
from studio.core.graph.elements import PortId
from studio.core.graph.graph import GraphView
from studio.core.graph.models import Model
from studio.core.graph.wiring import Wiring

SIZES = (200, 1000, 3000)
ROUNDS = 5
_FAN = 2


def ensemble(steps: int) -> str:
    """A pipeline of that many steps, each fed by two before it."""
    own = 'input [ { name: "t_1" data_type: TYPE_FP32 dims: [ 8 ] }, { name: "t_0" data_type: TYPE_FP32 dims: [ 8 ] } ]'
    lines = [
        f"""    {{
      model_name: "m{index % 40}"
      model_version: -1
      input_map {{ key: "x0" value: "t_{max(index + 1, 1)}" }}
      input_map {{ key: "x1" value: "t_{max(index - 7, 0)}" }}
      output_map {{ key: "y0" value: "t_{index + _FAN}" }}
    }}"""
        for index in range(steps)
    ]
    last = f'output [ {{ name: "t_{steps + 1}" data_type: TYPE_FP32 dims: [ 8 ] }} ]'
    head = f'name: "big"\nplatform: "ensemble"\nmax_batch_size: 8\n{own}\n{last}\n'
    return f"{head}ensemble_scheduling {{\n  step [\n" + ",\n".join(lines) + "\n  ]\n}\n"


def models() -> Callable[[str], Model | None]:
    """The forty models that its steps run."""
    text = "max_batch_size: 8\n" + "".join(
        f'{field} {{ name: "{name}" data_type: TYPE_FP32 dims: [ 8 ] }}\n'
        for field, name in (("input", "x0"), ("input", "x1"), ("output", "y0"), ("output", "y1"))
    )
    config = draft(text).config
    known = {f"m{index}": Model(f"m{index}", config, "python", (1,)) for index in range(40)}
    return known.get


def _best(work: Callable[[], object]) -> float:
    """Milliseconds, the best of some rounds."""
    found = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        work()
        found.append((time.perf_counter() - begin) * 1000)
    return min(found)


def measure(steps: int) -> dict[str, float]:
    """Milliseconds for a graph of that many steps."""
    text, resolve = ensemble(steps), models()
    given = draft(text)
    view = graph_view(given, resolve)
    targets = [port.id for node in view.nodes for port in node.inputs][-500:]
    source = view.nodes[_FAN].outputs[0].id
    return {
        "steps": steps,
        "text_format_ms": _best(lambda: text_format.Parse(text, model_config_pb2.ModelConfig())),
        "open_ms": _best(lambda: graph_view(draft(text), resolve)),
        "gesture_ms": _best(lambda: _gesture(view)),
        "drag_ms": _best(lambda: _drag(view, source, targets)),
    }


def _gesture(view: GraphView) -> object:
    """A wire drawn, and what a scene is told of it."""
    last = view.nodes[-1]
    after: Draft = connect(view, view.nodes[_FAN].outputs[0].id, last.inputs[0].id).apply(view.draft)
    return difference(view, graph_view(after, view.resolve, view))


def _drag(view: GraphView, source: PortId, targets: Sequence[PortId]) -> object:
    """All verdicts of a drag that begins, over 500 ports."""
    wiring = Wiring(view, source)
    return [wiring.verdict(target) for target in targets]


def run() -> list[dict[str, float]]:
    """The figures for each size."""
    return [measure(steps) for steps in SIZES]


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))
