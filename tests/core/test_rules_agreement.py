"""The rules held against what a real server said of real and of purpose-made repositories."""

import re
from pathlib import Path
from typing import Any

import pytest

from studio.core.checking.check import first_error
from studio.core.checking.findings import Severity
from studio.core.checking.profile import Profile
from studio.core.checking.repositories import Verdict, check_path
from studio.core.checking.server_flags import with_flags
from tests.core.repositories import CPU, checked, has_errors
from tests.corpus import WILD, corpus, has_wild, verdicts

_BACKENDS = "python onnxruntime tensorrt pytorch openvino dali tensorflow identity"
_PROBES = Profile(gpus=(), backends=frozenset(_BACKENDS.split()), agents=frozenset())
_PREFIX = re.compile(
    r"^(ERROR: Failed to create instance: )?"
    r"(Poll failed for model directory '.*?': |failed to load '.*?' version -?\d+: )?"
    r"((Invalid argument|Internal|Not found|Unsupported|Unavailable): )?"
)
_FOREIGN = {
    "symlink-model-dir": "its link leads to a place that the archive does not hold",
    "one-bad-model-exit-on-error-false": "the server was told to go on without the model that fails",
}
_SHOWN = {
    "pbtxt-": ["pt-unknown-field", "pt-unclosed", "pt-enum-string", "pt-dup-scalar", "dyn-and-seq-oneof", "pt-bom"],
    "pbtxt-template-placeholder": ["pt-template-var"],
    "model-name-mismatch": ["name-mismatch"],
    "no-servable-version": ["version-is-file", "version-latest-zero", "version-specific-empty", "ens-no-version-dir"],
    "stray-folder": ["hidden-dir-dotgit", "hidden-dir-ipynb", "pycache-dir", "plain-data-dir", "empty-model-dir"],
    "backend-undeducible": ["no-config-unknown-file", "pt-empty-file"],
    "backend-library-missing": ["backend-ensemble", "backend-onnx-typo"],
    "platform-": ["platform-unknown", "platform-python-typo", "platform-torch-aoti", "backend-tensorflow-no-platform"],
    "io-d": ["input-no-dtype", "input-no-dims", "input-dims-empty-list", "input-dim-minus2"],
    "ens-step-missing": ["ens-missing-model", "ens-step-model-poll-fails"],
    "ens-output-not-written": ["ens-no-inputs"],
    "ens-": ["ens-required-step-input-unmapped", "ens-no-model-version-field", "ens-step-model-fails"],
    "ig-": ["ig-kind-gpu-no-gpu", "ig-kind-cpu-gpus", "ig-kind-model-gpus", "ig-auto-gpus0-on-cpu-host"],
}


def _plain(text: str, repository: Path) -> str:
    """A server's text without its prefix, numbers and paths; its log puts a backslash before quotes."""
    text = _PREFIX.sub("", text.replace('\\"', '"').replace(str(repository), "$REPO"))
    text = text.replace("/opt/tritonserver/backends", "$BACKENDS")
    return re.sub(r"\d+", "N", text).strip()


@pytest.mark.long
@pytest.mark.skipif(not has_wild(), reason=f"no repositories of other projects in {WILD} (TRIREME_WILD_CORPUS)")
def test_no_error_on_a_wild_model_that_loads(capsys: pytest.CaptureFixture[str]) -> None:
    root, loading, wrong = corpus(), 0, []
    refused, equal, silent = 0, 0, 0
    for name, verdict in verdicts("wild").items():
        repository = root / "wild" / name
        findings = checked(repository, CPU)
        for model, said in verdict["models"].items():
            ours = first_error(findings, model)
            errors = [each for each in findings if each.model in ("", model) and each.severity is Severity.ERROR]
            loading += said["loads"]
            wrong += [(name, model, each.rule) for each in errors if said["loads"]]
            if said["error"]:
                refused += 1
                equal += _plain(ours, repository) == _plain(said["error"], repository)
                silent += not ours
    with capsys.disabled():
        print(f"\nwild: {loading} models load, {len(wrong)} with an error of ours; {refused} are refused, ", end="")
        print(f"{equal} in exactly our words, {refused - equal - silent} in others, {silent} not found")
    assert not wrong
    assert loading > 400
    assert equal > 0.9 * refused


def test_no_error_on_a_probe_that_loads() -> None:
    root = corpus()
    found = {
        name: checked(root / "probes" / name, _PROBES)
        for name, verdict in verdicts("probes").items()
        if verdict["loads"] and name not in _FOREIGN
    }
    assert len(found) > 60
    assert not {name: each.rule for name, all_ in found.items() for each in all_ if each.severity is Severity.ERROR}


@pytest.mark.parametrize(("rule", "probe"), [(rule, probe) for rule, probes in _SHOWN.items() for probe in probes])
def test_a_probe_of_these_rules_gets_the_words_of_the_server(rule: str, probe: str) -> None:
    repository = corpus() / "probes" / probe
    verdict = verdicts("probes")[probe]
    assert not verdict["loads"]
    findings = [each for each in checked(repository, _PROBES) if each.severity is Severity.ERROR]
    assert [each for each in findings if each.rule.startswith(rule)]
    firsts = {_plain(first_error(findings, each.model), repository) for each in findings}
    assert {_plain(error, repository) for error in verdict["errors"]} & firsts


def test_the_words_of_the_parser(capsys: pytest.CaptureFixture[str]) -> None:
    """Where the server's text parser printed something, the first finding has its first line."""
    root, same, told = corpus(), 0, 0
    for name, verdict in verdicts("probes").items():
        if verdict.get("parser"):
            told += 1
            findings = checked(root / "probes" / name, _PROBES)
            lines = [line for each in findings for line in each.server_text.splitlines()[:2]]
            same += verdict["parser"][0] in lines
    with capsys.disabled():
        print(f"\nprobes that the parser refuses: {same} of {told} in its own words and place")
    assert same >= told - 1


def _verdict(name: str, told: dict[str, Any]) -> Verdict:
    return check_path(corpus() / "probes" / name, with_flags(_PROBES, told["flags"]))


def test_every_probe_loads_or_fails_as_the_server_says(capsys: pytest.CaptureFixture[str]) -> None:
    told = {name: each for name, each in verdicts("probes").items() if name not in _FOREIGN}
    wrong = [name for name, each in told.items() if has_errors(_verdict(name, each)) == each["loads"]]
    with capsys.disabled():
        print(f"\nprobes: {len(told) - len(wrong)} of {len(told)} load or fail as with the server")
    assert not wrong


def test_the_failing_probes_altogether(capsys: pytest.CaptureFixture[str]) -> None:
    root, equal, failing = corpus(), 0, 0
    for name, told in verdicts("probes").items():
        if told["errors"] and not told["loads"]:
            failing += 1
            repository = root / "probes" / name
            verdict = _verdict(name, told)
            ours = {_plain(model.first_error, repository) for model in verdict.models if not model.loads}
            equal += bool(ours & {_plain(error, repository) for error in told["errors"]})
    with capsys.disabled():
        print(f"\nprobes: {equal} of {failing} failing ones in the server's words")
    assert equal >= 0.97 * failing


def test_the_server_serves_the_others_where_one_model_is_bad() -> None:
    name = "one-bad-model-exit-on-error-false"
    verdict = _verdict(name, verdicts("probes")[name])
    assert [model.loads for model in verdict.models] == [True, False]
