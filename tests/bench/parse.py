"""How fast the lossless parser is beside `google.protobuf.text_format`, over the corpus, in one run."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from google.protobuf import text_format
from tritonclient.grpc import model_config_pb2

from studio.text.parse import parse
from tests.corpus import corpus_files

ROUNDS = 9


def _reference(data: bytes) -> bool:
    try:
        text_format.Parse(data, model_config_pb2.ModelConfig())
    except (text_format.ParseError, UnicodeDecodeError):
        return False
    return True


def _seconds(work: Callable[[bytes], object], files: list[bytes]) -> float:
    begin = time.perf_counter()
    for data in files:
        work(data)
    return time.perf_counter() - begin


def run() -> dict[str, float]:
    """Seconds for each over all files, the best of interleaved rounds, and the ratio."""
    # Only what the reference accepts: it stops at the first error, the lossless parser goes on to the end.
    files = [data for data in (path.read_bytes() for path in corpus_files()) if _reference(data)]
    if not files:
        return {}
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(_seconds(parse, files))
        theirs.append(_seconds(_reference, files))
    best, reference = min(ours), min(theirs)
    return {
        "files": len(files),
        "lossless_s": round(best, 4),
        "text_format_s": round(reference, 4),
        "ratio": round(reference / best, 2),
    }


if __name__ == "__main__":
    print(json.dumps(run()))
