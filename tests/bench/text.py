"""How long a megabyte of configuration takes to be helped with: suggestions, formatting, merging."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import partial

from google.protobuf import text_format
from tritonclient.grpc import model_config_pb2

from studio.core.assist.references import Scope
from studio.core.assist.suggestions import suggestions
from studio.core.config.draft import draft
from studio.core.merging.merge import merged
from studio.text.format import formatted

_TENSOR = '  {\n    name: "input_%d"\n    data_type: TYPE_FP32\n    dims: [ 3, 224, 224 ]\n  }'
TENSORS = 12_000
ROUNDS = 5


def _best(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begin)
    return min(taken)


def run() -> dict[str, float]:
    """Milliseconds for each on one text, and what `text_format` takes to parse it."""
    text = 'name: "net"\ninput [\n' + ",\n".join(_TENSOR % i for i in range(TENSORS)) + "\n]\nmax\n"
    sound = draft(text.removesuffix("max\n"))
    around = Scope("net", sound.config, (), lambda _: None, lambda _: ())
    places = (len(text) - 1, text.index("data_type", len(text) // 2))
    mine, theirs = sound.set("name", "mine"), sound.set("input", 7, "dims", [1])
    reference = _best(lambda: text_format.Parse(sound.document.text, model_config_pb2.ModelConfig()))
    return {
        "suggest_ms": round(max(_best(partial(suggestions, text, at, around, sound.document)) for at in places) * 1000),
        "format_ms": round(_best(lambda: formatted(sound.document)) * 1000),
        "merge_ms": round(_best(lambda: merged(sound, mine, theirs)) * 1000),
        "text_format_ms": round(reference * 1000),
    }


if __name__ == "__main__":
    print(json.dumps(run()))
