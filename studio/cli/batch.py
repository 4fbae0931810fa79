"""`trireme batch MODEL FOLDER`: a model is asked about each file of a folder, a few at a time."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from studio.cli.infer import pairs, value_of
from studio.cli.parts import require
from studio.cli.signals import interruptible
from studio.core.inference.requests import InferRequest, Tensor
from studio.core.serving.launch import Addresses
from studio.failure import Failure

if TYPE_CHECKING:
    from studio.client.file_runs import FileRun
    from studio.client.triton import Triton
    from studio.core.inference.batches.journal import Journal
    from studio.core.inference.batches.results import FileResult

_TOLD_EVERY = 0.5


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the options of `trireme batch`."""
    parser.add_argument("model", metavar="MODEL")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="the files, also those in folders below it")
    parser.add_argument("--results", type=Path, required=True, metavar="DIR", help="where they go; a run goes on there")
    parser.add_argument("--pattern", default="*", help="which files, such as '*.png' (all)")
    parser.add_argument("--file-input", default="", metavar="NAME", help="the input that a file is for (the first)")
    parser.add_argument("--version", default="", help="the model's version (the server chooses)")
    parser.add_argument("--http", default="", metavar="HOST:PORT", help="ask over HTTP")
    parser.add_argument("--grpc", default="", metavar="HOST:PORT", help="ask over gRPC (127.0.0.1:8001)")
    parser.add_argument("--input", action="append", default=[], metavar="NAME=VALUE", help="the others, as for infer")
    parser.add_argument("--output", action="append", default=[], metavar="NAME", help="only these outputs")
    parser.add_argument("--jobs", type=int, default=8, help="how many requests at once (8)")
    parser.add_argument("--tries", type=int, default=4, help="for each file, where it may help to ask again (4)")
    parser.add_argument("--timeout", type=float, default=30.0, help="seconds for each answer (30)")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    require("serve")
    from studio.client.triton import Triton
    from studio.core.inference.batches.journal import Journal
    from studio.core.inference.batches.results import files_in

    files = files_in(options.folder, options.pattern, options.results)
    if not files:
        raise Failure(f"Reading {options.folder}", f"no file fits “{options.pattern}”.")
    journal = Journal(options.results)
    addresses = Addresses(http=options.http, grpc=options.grpc or ("" if options.http else "127.0.0.1:8001"))
    client = Triton(addresses, timeout=options.timeout)
    try:
        run = _file_run(client, options)
        journal.begin(run.told())
        return _sent(client, run, journal, files, options.jobs)
    finally:
        client.close()


def _sent(client: Triton, run: FileRun, journal: Journal, files: tuple[str, ...], jobs: int) -> int:
    wanted = frozenset(files)
    results = {name: each for name, each in journal.read().items() if each.state == "done" and name in wanted}
    if results:
        print(f"{len(results):,} of {len(files):,} are done already.", file=sys.stderr)
    waiting = [name for name in files if name not in results]
    began = told = time.monotonic()
    try:
        with interruptible(), _asking(client, run, waiting, jobs) as answers:
            for each in answers:
                results[each.file] = each
                journal.add(each)
                if time.monotonic() - told > _TOLD_EVERY:
                    told = time.monotonic()
                    _tell(len(results), len(files), results, began)
    finally:
        paths = journal.finish(results[name] for name in files if name in results)
    _tell(len(results), len(files), results, began)
    print(f"\n{paths[0]}\n{paths[1]}")
    return 0 if all(each.state == "done" for each in results.values()) else 1


@contextmanager
def _asking(client: Triton, run: FileRun, files: list[str], jobs: int) -> Iterator[Iterator[FileResult]]:
    """The answers as they come; where the command ends before, what is under way is cancelled."""
    from studio.client.file_runs import ask
    from studio.net.cancel import Cancel

    cancel = Cancel()
    pool = ThreadPoolExecutor(max(1, jobs))
    try:
        futures = [pool.submit(ask, client, run, name, cancel) for name in files]
        yield _answers(futures)
    finally:
        cancel.set()
        pool.shutdown(wait=True, cancel_futures=True)


def _answers(futures: list[Future[FileResult | None]]) -> Iterator[FileResult]:
    for future in as_completed(futures):
        if (found := future.result()) is not None:
            yield found


def _file_run(client: Triton, options: argparse.Namespace) -> FileRun:
    from studio.client.file_runs import FileRun

    declared = client.metadata(options.model, options.version).inputs
    if not declared:
        raise Failure(f"Asking {options.model}", "it has no inputs.")
    given = pairs(options.input, options.model, declared)
    wanted = options.file_input or next((each.name for each in declared if each.name not in given), declared[0].name)
    info = next((each for each in declared if each.name == wanted), None)
    if info is None:
        raise Failure(f"Asking {options.model}", f"it has no input {wanted!r}.")
    others = tuple(
        Tensor(each.name, each.data_type, value_of(each, given.get(each.name, "zeros"), 1))
        for each in declared
        if each is not info and (each.name in given or not each.optional)
    )
    request = InferRequest(
        options.model,
        others,
        options.version,
        tuple(options.output),
        protocol="http" if options.http else "grpc",
    )
    return FileRun(options.folder, request, info, max(1, options.tries), options.timeout)


def _tell(done: int, total: int, results: dict[str, FileResult], began: float) -> None:
    failed = sum(each.state == "failed" for each in results.values())
    words = f"{done:,} of {total:,}, {failed:,} failed, {time.monotonic() - began:.1f} s"
    print(f"\r{words}", end="" if sys.stderr.isatty() else "\n", file=sys.stderr, flush=True)
