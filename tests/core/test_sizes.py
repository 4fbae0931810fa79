"""Inputs of a size that nobody meant: what is done with them is bounded, and said."""

from __future__ import annotations

import resource
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.core.artifacts.python import python_model
from studio.core.checking.bounded import MOST, bounded
from studio.core.checking.findings import Finding, Severity
from studio.core.checking.profile import Profile
from studio.core.config.draft import draft
from studio.core.failure import CoreError
from studio.core.files.repository import scan
from studio.core.python.syntax import LARGEST, syntax_tree
from tests.core.repositories import check

MEGABYTES = 1 << 20


def _ensemble(steps: int) -> str:
    maps = 'input_map {{ key: "a" value: "t{0}" }} output_map {{ key: "b" value: "t{1}" }}'
    step = f'step {{{{ model_name: "m{{0}}" {maps} }}}}\n'
    return (
        'platform: "ensemble"\ninput { name: "t0" data_type: TYPE_FP32 dims: 3 }\n'
        f'output {{ name: "t{steps}" data_type: TYPE_FP32 dims: 3 }}\nensemble_scheduling {{\n'
        + "".join(step.format(index, index + 1) for index in range(steps))
        + "}\n"
    )


def _findings(root: Path) -> tuple[Finding, ...]:
    repository = scan(root)
    drafts = {folder.name: draft(folder.config_path.read_bytes()) for folder in repository.models if folder.config_path}
    return check(repository, drafts, Profile())


def _model(root: Path, config: str, code: str = "") -> Path:
    (root / "big" / "1").mkdir(parents=True)
    (root / "big" / "config.pbtxt").write_text(config)
    if code:
        (root / "big" / "1" / "model.py").write_text(code)
    return root


def test_thousands_of_steps_that_are_not_there_are_told_of_once_they_are_enough(tmp_path: Path) -> None:
    found = _findings(_model(tmp_path, _ensemble(2000)))
    counts = Counter(each.rule for each in found)
    assert counts["ens-step-missing"] == MOST + 1
    assert len(found) < 2 * MOST
    (more,) = [each for each in found if "more findings of this kind" in each.message]
    assert more.severity is Severity.HINT
    assert "big" in more.message


def test_a_few_steps_that_are_not_there_are_all_told_of(tmp_path: Path) -> None:
    found = _findings(_model(tmp_path, _ensemble(MOST)))
    assert Counter(each.rule for each in found)["ens-step-missing"] == MOST
    assert not any("more findings" in each.message for each in found)


def test_a_rule_is_not_asked_for_more_than_is_told() -> None:
    asked: list[int] = []

    def findings() -> Iterator[Finding]:
        number = 0
        while True:
            asked.append(number)
            yield Finding(f"rule-{number % 2}", Severity.ERROR, str(number), "big")
            number += 1

    told = list(bounded(findings()))
    assert Counter(each.rule for each in told) == {"rule-0": MOST + 1, "rule-1": MOST}
    assert len(asked) <= 2 * MOST + 2


def test_every_kind_that_a_rule_finds_is_told_of() -> None:
    many = [Finding("one", Severity.ERROR, str(number), "big") for number in range(MOST + 50)]
    one = Finding("other", Severity.ERROR, "other", "big")
    assert one in list(bounded([one, *many]))


CODE = "class TritonPythonModel:\n    def execute(self, requests):\n        pass\n"
LINE = "a = [1, 2, 3, {'k': (4, 5)}, f(x + 1)[2:3]]\n"


def test_a_large_model_py_is_not_read_which_a_note_says(tmp_path: Path) -> None:
    root = _model(tmp_path, 'backend: "python"\n', CODE + LINE * (LARGEST // len(LINE)))
    (told,) = [each for each in _findings(root) if each.rule == "py-file-large"]
    assert told.severity is Severity.HINT
    assert "“1/model.py” has more than 256 kB" in told.message
    with pytest.raises(CoreError, match="more than the"):
        python_model(root / "big" / "1" / "model.py")


def test_a_model_py_of_usual_size_is_read(tmp_path: Path) -> None:
    root = _model(tmp_path, 'backend: "python"\n', CODE.replace("execute", "run"))
    assert {"py-file-large", "py-no-execute"} & {each.rule for each in _findings(root)} == {"py-no-execute"}


_LIMITED = """
import sys
from pathlib import Path
from tests.core.test_sizes import _findings
print(sorted({each.rule for each in _findings(Path(sys.argv[1]))}))
"""


@pytest.mark.long
def test_a_model_py_of_4_megabytes_takes_no_memory_to_speak_of(tmp_path: Path) -> None:
    root = _model(tmp_path, 'backend: "python"\n', CODE + LINE * (4 * MEGABYTES // len(LINE)))

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_DATA, (400 * MEGABYTES, 400 * MEGABYTES))

    ran = subprocess.run(
        [sys.executable, "-c", _LIMITED, str(root)], capture_output=True, text=True, preexec_fn=limit, check=False
    )
    assert "py-file-large" in ran.stdout, ran.stderr


@pytest.mark.long
def test_several_threads_may_read_python_at_a_time() -> None:
    source = (CODE + LINE * 500).encode()
    failed: list[BaseException] = []

    def parse() -> None:
        try:
            for _ in range(4):
                syntax_tree(source)
        except BaseException as error:  # noqa: BLE001 - what a thread raises is what this test is about
            failed.append(error)

    threads = [threading.Thread(target=parse) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
