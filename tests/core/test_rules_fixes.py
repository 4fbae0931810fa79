"""Every fix of every finding: it removes the finding and leaves the rest of the text alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.core.checking.check import check_model
from studio.core.checking.findings import Finding, Fix
from studio.core.config.draft import Draft, draft
from studio.core.files.repository import Repository, scan
from tests.core.repositories import check, drafts
from tests.core.test_rules_neighbours import SERVER, group, write

_BROKEN_TEXTS = {
    "comma": "max_batch_size: 4\ninput [ { name: 'x' data_type: TYPE_FP32 dims: [ 3, ] } ]\n",
    "no-comma": "input [ { name: 'x' data_type: TYPE_FP32 dims: [ 3 4 ] } ]\n",
    "quoted": 'max_batch_size: "4"\n',
    "unquoted": "name: unquoted\n",
    "slashes": "// a comment\nmax_batch_size: 4\n",
    "twice": "max_batch_size: 4\n# between\nmax_batch_size: 8\n",
    "oneof": "dynamic_batching { }\nsequence_batching { }\n",
    "unknown": "max_batch_sizes: 4\n",
    "strange": "wholly_unlike: 4\n",
    "bool": "parameters { }\nmodel_transaction_policy { decoupled: TRUE }\n",
    "enum": "input { name: 'x' data_type: TYPE_FLOAT dims: 1 }\n",
}


def _same(one: Finding, other: Finding) -> bool:
    return (one.rule, one.message, one.model, one.path) == (other.rule, other.message, other.model, other.path)


def _rest_is_kept(before: str, after: str) -> bool:
    """Whether what stands before and behind the change is still there: lines that nothing touched are as they were."""
    comments = [line for line in before.splitlines() if line.lstrip().startswith("#")]
    return all(line in after for line in comments)


def _edits(findings: tuple[Finding, ...], most: int) -> Iterator[tuple[Finding, Fix]]:
    """Each kind of fix of each rule a few times."""
    seen: dict[tuple[str, str], int] = {}
    for finding in findings:
        for fix in finding.fixes:
            key = (finding.rule, fix.title.partition("“")[0])
            seen[key] = seen.get(key, 0) + 1
            if fix.edit is not None and seen[key] <= most:
                yield finding, fix


def _left(repository: Repository, texts: dict[str, Draft], finding: Finding, fix: Fix) -> str:
    """What is wrong with a fix; "" where nothing is."""
    assert fix.edit
    before = texts.get(finding.model) or draft("")
    after = fix.edit(before)
    if after.document.text == before.document.text:
        return "it changes nothing"
    found = check_model(repository, finding.model, {**texts, finding.model: after}, SERVER)
    if any(_same(each, finding) for each in found):
        return "the finding is still there"
    return "" if _rest_is_kept(before.document.text, after.document.text) else "a comment is gone"


@pytest.mark.parametrize("name", ["fields", "libraries", "python", "ensembles"])
def test_every_edit_removes_its_finding(name: str, tmp_path: Path) -> None:
    write(tmp_path, group(name))
    repository = scan(tmp_path)
    texts = drafts(repository)
    commented = {model: text.with_text(f"# kept\n{text.document.text}# to the end\n") for model, text in texts.items()}
    findings = check(repository, commented, SERVER)
    wrong = {
        (finding.rule, finding.model, fix.title): said
        for finding, fix in _edits(findings, most=2)
        if (said := _left(repository, commented, finding, fix))
    }
    assert not wrong


def test_texts_that_cannot_be_read_are_mended_in_place(tmp_path: Path) -> None:
    for name, text in _BROKEN_TEXTS.items():
        (tmp_path / name / "1").mkdir(parents=True)
        (tmp_path / name / "config.pbtxt").write_text(f'backend: "onnxruntime" # kept\n{text}# to the end\n')
    repository = scan(tmp_path)
    texts = drafts(repository)
    found = [each for each in check(repository, texts, SERVER) if each.rule.startswith("pbtxt-")]
    assert {each.model for each in found if each.fixes} == set(_BROKEN_TEXTS)
    for finding, fix in _edits(tuple(found), most=99):
        assert fix.edit
        after = fix.edit(texts[finding.model]).document.text
        assert after.startswith('backend: "onnxruntime" # kept\n'), (finding.model, after)
        assert after.endswith("# to the end\n"), (finding.model, after)
        again = check_model(repository, finding.model, {**texts, finding.model: draft(after)}, SERVER)
        assert not any(_same(each, finding) for each in again), (finding.model, fix.title, after)


def test_a_fix_of_another_text_does_nothing(tmp_path: Path) -> None:
    """A fix that was made for a text is not put into one that has changed since."""
    (tmp_path / "m" / "1").mkdir(parents=True)
    (tmp_path / "m" / "config.pbtxt").write_text('max_batch_size: "4"\n')
    repository = scan(tmp_path)
    (finding, *_others) = check(repository, drafts(repository), SERVER)
    (fix,) = finding.fixes
    assert fix.edit
    other = draft("# new\nname: 'm'\n")
    assert fix.edit(other) is other
