"""Every fix of every finding of the probes and of texts with mistakes: the finding goes, and no error comes."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from studio.core.checking.check import check_model
from studio.core.checking.findings import Finding, Fix, Severity
from studio.core.checking.profile import Profile
from studio.core.checking.repositories import check_path
from studio.core.checking.served import configured, read_drafts
from studio.core.checking.server_flags import with_flags
from studio.core.config.draft import Draft, draft
from studio.core.files.repository import Repository, scan
from tests.core import test_rules_unsound as unsound
from tests.core.repositories import check, write
from tests.core.test_rules_neighbours import SERVER, group
from tests.core.test_rules_neighbours import write as write_group
from tests.corpus import corpus, verdicts

_GROUPS = ("fields", "libraries", "python", "ensembles")
_OTHERS = ("mutations", "probes")
_SHARE = 0.6


class _Case(NamedTuple):
    repository: Repository
    texts: dict[str, Draft]
    profile: Profile


_Checked = Callable[[str], list[tuple[_Case, tuple[Finding, ...]]]]


def _probes() -> Iterator[_Case]:
    for name, told in verdicts("probes").items():
        path = corpus() / "probes" / name
        if path.is_dir():
            profile = with_flags(SERVER, told["flags"])
            repository = configured(scan(path), profile.config_name)
            yield _Case(repository, read_drafts(repository), profile)


def _group(path: Path, name: str) -> Iterator[_Case]:
    write_group(path, group(name))
    repository = scan(path)
    yield _Case(repository, read_drafts(repository), SERVER)


def _mutations(path: Path) -> Iterator[_Case]:
    """Texts with one mistake, and with three."""
    unsound.write_model(path)
    repository = scan(path)
    texts = read_drafts(repository)
    chance = random.Random(3)
    pool = (*unsound.SYNTAX, *unsound.MEANING)
    chosen = [[each] for each in pool] + [unsound.chosen(chance, unsound.VALID, pool, 3) for _ in range(20)]
    for mistakes in chosen:
        text = unsound.with_mistakes(unsound.VALID, mistakes)
        yield _Case(repository, {**texts, "m": draft(text or "")}, unsound.SERVER)
    for mistake in unsound.OF_ENSEMBLE:
        text = unsound.ENSEMBLE.replace(mistake.old, mistake.new)
        yield _Case(repository, {**texts, "e": draft(text)}, unsound.SERVER)


def _same(found: list[Finding], wanted: Finding) -> int:
    mark = (wanted.rule, wanted.message, wanted.model)
    return sum((each.rule, each.message, each.model) == mark for each in found)


def _errors(found: list[Finding]) -> set[tuple[str, object]]:
    return {(each.rule, each.path) for each in found if each.severity is Severity.ERROR}


def _left(case: _Case, finding: Finding, fix: Fix, before: list[Finding]) -> str:
    """What is wrong with a fix; "" where nothing is."""
    assert fix.edit
    text = case.texts.get(finding.model) or draft("")
    after = fix.edit(text)
    if after.document.text == text.document.text:
        return "it changes nothing"
    found = _found(case, finding.model, {**case.texts, finding.model: after})
    if _same(found, finding) >= _same(before, finding):
        return "the finding is still there"
    new = _errors(found) - _errors(before)
    # A name that an ensemble has wrong hides what would be said of what it stands for.
    hidden = finding.rule.startswith("ens-") and all(rule.startswith("ens-") for rule, _path in new)
    return "" if hidden or not new else f"new: {sorted(map(str, new))}"


def _found(case: _Case, name: str, texts: dict[str, Draft]) -> list[Finding]:
    found = check_model(case.repository, name, texts, case.profile)
    return [each for each in found if each.model == name]


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> _Checked:
    """The cases of a name, each with what is found in it; worked out once."""

    @cache
    def of(name: str) -> list[tuple[_Case, tuple[Finding, ...]]]:
        path = tmp_path_factory.mktemp(name)
        made: dict[str, Callable[[], Iterator[_Case]]] = {"probes": _probes, "mutations": lambda: _mutations(path)}
        cases = made[name]() if name in made else _group(path, name)
        return [(case, tuple(check(case.repository, case.texts, case.profile))) for case in cases]

    return of


def _tried(cases: list[tuple[_Case, tuple[Finding, ...]]], most: int) -> tuple[int, dict[tuple[str, str], str]]:
    """How many fixes were made, each kind of each rule a few times, and what was wrong with any."""
    seen: Counter[tuple[str, str]] = Counter()
    wrong: dict[tuple[str, str], str] = {}
    for case, findings in cases:
        for finding in findings:
            fixes = [fix for fix in finding.fixes if fix.edit]
            kinds = [(finding.rule, fix.title.partition("“")[0]) for fix in fixes]
            seen.update(kinds)
            wanted = [fix for fix, kind in zip(fixes, kinds, strict=True) if seen[kind] <= most]
            before = _found(case, finding.model, case.texts) if wanted else []
            said = {(finding.rule, fix.title): _left(case, finding, fix, before) for fix in wanted}
            wrong.update((key, text) for key, text in said.items() if text)
    return seen.total(), wrong


@pytest.mark.parametrize("name", [*_GROUPS, *_OTHERS])
def test_a_fix_removes_its_finding_and_brings_no_error(name: str, checked: _Checked) -> None:
    count, wrong = _tried(checked(name), most=3)
    assert not wrong
    assert count > 15


def test_most_kinds_of_findings_have_a_fix(checked: _Checked, capsys: pytest.CaptureFixture[str]) -> None:
    """The kinds are those that the probes, the neighbours of each rule and the texts with mistakes bring."""
    kinds: dict[str, bool] = {}
    for _case, findings in (each for name in (*_GROUPS, *_OTHERS) for each in checked(name)):
        for each in findings:
            kinds[each.rule] = kinds.get(each.rule, False) or bool(each.fixes)
    share = sum(kinds.values()) / len(kinds)
    with capsys.disabled():
        print(f"\nfixes: {sum(kinds.values())} of {len(kinds)} kinds of findings have one ({share:.0%})")
    assert share >= _SHARE
    assert len(kinds) > 120


def test_a_safe_fix_leaves_no_choice(checked: _Checked) -> None:
    """One at most for each finding, an edit, and of what the server refuses or passes over."""
    safe: Counter[str] = Counter()
    for _case, findings in (each for name in _OTHERS for each in checked(name)):
        for finding in findings:
            found = [fix for fix in finding.fixes if fix.safe]
            safe.update([finding.rule] * len(found))
            assert len(found) <= 1, finding
            assert all(fix.edit and not fix.touches for fix in found)
            assert not found or finding.severity is not Severity.HINT
    assert len(safe) > 12


def test_a_fix_tells_the_files_that_it_touches(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    write(tmp_path, "m", "", "x")
    (tmp_path / "m" / "config.pbtxt").write_text('backend: "python"\n')
    findings = [each for model in check_path(tmp_path, SERVER).models for each in model.findings]
    touched = {path for each in findings for fix in each.fixes for path in fix.touches}
    assert {tmp_path / "data", tmp_path / "m" / "1"} <= touched
    assert all(bool(fix.touches) == (fix.edit is None) for each in findings for fix in each.fixes)
