"""The window and the command line check alike: the same findings for every probe and every flag that is known."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.app import tasks
from studio.app.notices import Notice
from studio.app.session import Session
from studio.core.checking.findings import Finding
from studio.core.checking.repositories import check_path
from studio.core.checking.server_flags import FLAGS
from studio.core.checking.target import Choice
from tests.corpus import corpus, verdicts
from tests.fixtures.examples import examples

Until = Callable[..., None]
Place = tuple[str, str, str, str, str, Path | None, int, int, tuple[str | int, ...]]

_PROBES = sorted(verdicts("probes"))
_VALUES: dict[str, st.SearchStrategy[str]] = {
    "--strict-model-config": st.sampled_from(("true", "false")),
    "--model-config-name": st.sampled_from(("alt", "slow", "nope")),
    "--model-namespacing": st.sampled_from(("true", "false")),
    "--model-control-mode": st.sampled_from(("none", "poll", "explicit")),
    "--load-model": st.sampled_from(("*", "m", "nope")),
    "--exit-on-error": st.sampled_from(("true", "false")),
    "--rate-limit": st.sampled_from(("off", "execution_count")),
    "--rate-limit-resource": st.sampled_from(("R:2", "R:1:0", "S:4:global")),
    "--cache-config": st.just("local,size=1048576"),
    "--response-cache-byte-size": st.sampled_from(("0", "1048576")),
    "--min-supported-compute-capability": st.sampled_from(("6.0", "9.9")),
    "--backend-directory": st.just("/opt/b"),
    "--repoagent-directory": st.just("/opt/a"),
    "--backend-config": st.sampled_from(
        ("default-max-batch-size=0", "python,shm-default-byte-size=1", "onnxruntime,default-max-batch-size=8")
    ),
    "--host-policy": st.just("policy_0,numa-node=0"),
    "--model-repository": st.sampled_from(_PROBES),
    "--model-store": st.sampled_from(_PROBES),
}
"""Every flag of the profile that takes a value."""


def _place(found: Finding) -> Place:
    """What a finding says, and where: its fixes are functions, which compare by identity."""
    words = (found.rule, found.severity.value, found.message, found.model, found.server_text)
    return (*words, found.file, found.line, found.column, found.path)


def _by_model(findings: tuple[Finding, ...]) -> dict[str, list[Place]]:
    told: dict[str, list[Place]] = {}
    for each in findings:
        told.setdefault(each.model, []).append(_place(each))
    return told


def _told_by_the_command_line(path: Path, session: Session) -> dict[str, list[Place]]:
    verdict = check_path(path, session.profile)
    return _by_model((*verdict.findings, *(each for model in verdict.models for each in model.findings)))


def _open(session: Session, path: Path, until: Until) -> None:
    session.open_repository(path)
    until(lambda: session.repository is not None and session.repository.path == path and tasks.busy() == 0)


@st.composite
def _flags(draw: st.DrawFn) -> str:
    names = draw(st.lists(st.sampled_from((*_VALUES, "--disable-auto-complete-config")), max_size=4))
    words = []
    for name in names:
        value = draw(_VALUES[name]) if name in _VALUES else ""
        if name in ("--model-repository", "--model-store"):
            value = str(_probe(value))
        words.append(f"{name}={value}" if value else name)
    return " ".join(words)


def _probe(name: str) -> Path:
    return corpus() / "probes" / name


@pytest.mark.timeout(600)
@settings(max_examples=examples(300), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(name=st.sampled_from(_PROBES), flags=_flags())
def test_a_session_finds_what_the_command_line_finds(session: Session, until: Until, name: str, flags: str) -> None:
    session.target.choose(Choice("24.10", "any", "none", flags))
    path = _probe(name)
    _open(session, path, until)
    assert _by_model(session.findings) == _told_by_the_command_line(path, session)


@pytest.mark.long
def test_every_probe_is_found_alike_with_the_flags_that_it_was_served_with(session: Session, until: Until) -> None:
    for name, told in verdicts("probes").items():
        session.target.choose(Choice("24.10", "any", "none", " ".join(told["flags"])))
        path = _probe(name)
        _open(session, path, until)
        assert _by_model(session.findings) == _told_by_the_command_line(path, session), name


def test_every_flag_that_the_checker_knows_is_tried() -> None:
    assert {*_VALUES, "--disable-auto-complete-config"} == set(FLAGS)


_MODEL = 'backend: "python"\nmax_batch_size: {batch}\n'


def _model(root: Path, name: str, batch: int = 1) -> Path:
    (root / name / "1").mkdir(parents=True)
    (root / name / "1" / "model.py").write_text("class TritonPythonModel: pass\n")
    (root / name / "config.pbtxt").write_text(_MODEL.format(batch=batch))
    return root / name


def test_a_configuration_that_a_flag_picks_is_checked_and_not_marked_in_the_usual_text(
    session: Session, tmp_path: Path, until: Until, posted: list[Notice]
) -> None:
    folder = _model(tmp_path / "models", "one")
    (folder / "configs").mkdir()
    picked = folder / "configs" / "slow.pbtxt"
    picked.write_text(_MODEL.format(batch=-1))
    session.target.choose(Choice(flags="--model-config-name=slow"))
    _open(session, tmp_path / "models", until)
    (found,) = [each for each in session.findings_of("one") if each.rule == "mbs-negative"]
    assert found.file == picked
    assert found not in session.findings_in_text("one"), "it would be marked in another text than the one it is in"
    text = session.open_model("one").draft.document.text
    session.apply_fix(found, found.fixes[0])
    assert session.open_model("one").draft.document.text == text, "the fix was made in the wrong file"
    assert "--model-config-name" in posted[-1].detail
    session.open_model("one").edit("Batch", lambda draft: draft.set("max_batch_size", 4))
    until(lambda: not session.checker.is_waiting and tasks.busy() == 0)
    assert found.rule in {each.rule for each in session.findings_of("one")}, "an edit of the usual text mended it"


def test_other_repositories_of_the_server_are_looked_at(session: Session, tmp_path: Path, until: Until) -> None:
    _model(tmp_path / "models", "one")
    _model(tmp_path / "models", "two")
    _model(tmp_path / "more", "one")
    session.target.choose(Choice(flags=f"--model-repository={tmp_path / 'more'}"))
    _open(session, tmp_path / "models", until)
    assert [each.model for each in session.findings if each.rule == "repo-duplicate-model"] == ["one"]
    session.open_model("one").edit("Batch", lambda draft: draft.set("max_batch_size", 4))
    until(lambda: not session.checker.is_waiting and tasks.busy() == 0)
    assert [each.model for each in session.findings if each.rule == "repo-duplicate-model"] == ["one"]


def test_a_repository_of_the_flags_that_is_not_there_is_told_once(
    session: Session, tmp_path: Path, until: Until, posted: list[Notice]
) -> None:
    _model(tmp_path / "models", "one", -1)
    session.target.choose(Choice(flags=f"--model-repository={tmp_path / 'nowhere'}"))
    _open(session, tmp_path / "models", until)
    assert "mbs-negative" in {each.rule for each in session.findings}
    session.open_model("one").edit("Batch", lambda draft: draft.set("max_batch_size", -2))
    until(lambda: not session.checker.is_waiting and tasks.busy() == 0)
    assert len([each for each in posted if "nowhere" in each.text + each.detail]) == 1
