"""Mutated configurations before a real server: whether each loads, and its first error, as the checker says."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from studio.core.checking.profile import Profile
from studio.core.checking.repositories import ModelVerdict, check_path
from tests.engines.conftest import Serve, Served
from tests.engines.mutated import Case, base, mutations, write

pytestmark = pytest.mark.engine

_HERE = Profile(gpus=(), backends=frozenset({"python", "onnxruntime"}), agents=frozenset(), mount="")
_FLAGS = ("--exit-on-error=false", "--strict-readiness=false")
_BATCH = 100
_SAID = (
    re.compile(r"Poll failed for model directory '(?P<model>[^']+)': (?P<text>.*)"),
    re.compile(r"failed to load '(?P<model>[^']+)' version -?\d+: \w[\w ]*?: (?P<text>.*)"),
    re.compile(r"(?P<text>failed to load model '(?P<model>[^']+)': at least one .*)"),
    re.compile(r"Invalid argument: (?P<text>(?:in )?ensemble '?(?P<model>e\d+)'?[ ,].*)"),
    re.compile(r"(?P<text>circular dependency between ensembles: (?P<model>\w+).*)"),
)
_NEAR_ENOUGH = 0.95


def _plain(text: str, repository: Path) -> str:
    text = text.replace('\\"', '"').replace(str(repository), "$REPO").replace("/opt/tritonserver/backends", "$BACKENDS")
    return re.sub(r"\d+", "N", text).strip().rstrip('"')


def _said(served: Served) -> dict[str, str]:
    """The first error of each model in the server's log."""
    found: dict[str, str] = {}
    for line in served.text().splitlines():
        match = next((match for pattern in _SAID if (match := pattern.search(line))), None)
        if match:
            found.setdefault(match["model"], match["text"])
    return found


def _asked(serve: Serve, repository: Path, cases: Sequence[Case]) -> tuple[set[str], dict[str, str]]:
    """Which of the models the server loads, and what it says of the others.

    Where it dies of one, each half is asked again, so that the others are judged all the same.
    """
    repository.mkdir()
    base(repository)
    for name, text, is_ensemble in cases:
        write(repository, name, text, ensemble=is_ensemble)
    served = serve(repository, arguments=_FLAGS)
    try:
        served.wait(280)
    except AssertionError:
        if served.server.poll() is None:
            raise
        if len(cases) == 1:
            print(f"\nthe server dies of this:\n{cases[0][1]}")
            return set(), {}
        half = len(cases) // 2
        first = _asked(serve, repository.with_name(f"{repository.name}a"), cases[:half])
        second = _asked(serve, repository.with_name(f"{repository.name}b"), cases[half:])
        return first[0] | second[0], first[1] | second[1]
    ready = {name for name, model in served.index().items() if model.get("state") == "READY"}
    said = {name: _plain(text, repository) for name, text in _said(served).items()}
    served.server.stop(timeout=0.3)
    return ready, said


def _compare(serve: Serve, repository: Path, seed: int, count: int) -> tuple[int, int, list[str]]:
    """How many the server refuses, how many of those in our words, and where the two say something else."""
    cases = list(mutations(seed, count))
    server = _asked(serve, repository, cases)
    ours = {model.name: model for model in check_path(repository, _HERE).models}
    return _judged(repository, ours, server, [name for name, _text, _is_ensemble in cases])


def _judged(
    repository: Path, ours: dict[str, ModelVerdict], server: tuple[set[str], dict[str, str]], names: Sequence[str]
) -> tuple[int, int, list[str]]:
    ready, said = server
    wrong: list[str] = []
    refused, same = 0, 0
    for name in names:
        model, text = ours[name], said.get(name, "")
        if model.loads != (name in ready):
            first = next((each.message for each in model.findings), "")
            config = (repository / name / "config.pbtxt").read_text("utf-8")
            wrong.append(f"{name}: ours loads {model.loads} ({first}), the server's {name in ready}: {text}\n{config}")
        elif not model.loads:
            refused += 1
            # A server that dies says nothing, and neither do we.
            same += (is_same := _plain(model.first_error, repository) == text)
            if not is_same:
                print(f"\n{name}: ours “{model.first_error}”\n{' ' * len(name)}  the server's “{text}”")
    return refused, same, wrong


@pytest.mark.parametrize(
    ("first", "batches", "count"),
    [
        pytest.param(1, 1, 40, id="short"),
        pytest.param(2, 10, _BATCH, id="long", marks=[pytest.mark.slow, pytest.mark.timeout(7200)]),
    ],
)
def test_mutated_configurations_load_or_not_as_the_checker_says(
    serve: Serve, tmp_path: Path, first: int, batches: int, count: int, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong: list[str] = []
    refused, same = 0, 0
    for seed in range(first, first + batches):
        more = _compare(serve, tmp_path / str(seed), seed, count)
        refused, same, wrong = refused + more[0], same + more[1], wrong + more[2]
    total = batches * count
    with capsys.disabled():
        print(f"\nmutations: {total - len(wrong)} of {total} verdicts, {same} of {refused} first errors of the server")
    assert not wrong, "\n".join(wrong)
    assert same >= _NEAR_ENOUGH * refused
    assert refused > total // 5
