"""All safe fixes of a text at once."""

from __future__ import annotations

from pathlib import Path

from studio.core.checking.check import check_model
from studio.core.checking.findings import Severity
from studio.core.checking.mending import Mended, has_safe, mend_each
from studio.core.checking.profile import Profile
from studio.core.checking.served import Served
from studio.core.files.repository import scan
from tests.core.repositories import drafts

BROKEN = """# Of the camera team.
max_batch_size: "8"  # as asked
backend: "python"
input [
  { name: "a" data_type: FP32 dims: [ 3 ] }
  { name: "b" data_type: TYPE_FP32 dims: [ 3 ] }
]
output { name: "y" data_type: INT64 dims: [ 5 ] }
"""
MENDED = """# Of the camera team.
max_batch_size: 8  # as asked
backend: "python"
input [
  { name: "a" data_type: TYPE_FP32 dims: [ 3 ] },
  { name: "b" data_type: TYPE_FP32 dims: [ 3 ] }
]
output { name: "y" data_type: TYPE_INT64 dims: [ 5 ] }
"""


def _served(root: Path, **texts: str) -> Served:
    for name, text in texts.items():
        (root / name / "1").mkdir(parents=True)
        (root / name / "1" / "model.py").write_text("class TritonPythonModel:\n    def execute(self, requests): ...\n")
        (root / name / "config.pbtxt").write_text(text)
    repository = scan(root)
    return Served(repository, drafts(repository))


def _mend(served: Served) -> dict[str, Mended]:
    names = [folder.name for folder in served.repository.folders]
    return {name: mended for name, mended in mend_each(served, (), Profile(), names) if mended}


def test_every_safe_fix_is_made_and_nothing_else(tmp_path: Path) -> None:
    """Comments and all that was right stay to the byte; a model in which a choice is left stays as it is."""
    choice = 'name: "other"\nbackend: "python"\n'
    served = _served(tmp_path, net=BROKEN, choice=choice)
    (mended,) = _mend(served).values()
    assert mended.model == "net"
    assert mended.before.document.text == BROKEN
    assert mended.after.document.text == MENDED
    assert len(mended.titles) == 4
    assert served.drafts["net"].document.text == BROKEN, "what was given was changed"


def test_nothing_safe_is_left_then_and_it_is_no_worse(tmp_path: Path) -> None:
    served = _served(tmp_path, net=BROKEN)
    mended = _mend(served)["net"]
    found = check_model(served.repository, "net", {"net": mended.after}, Profile())
    assert not any(map(has_safe, found))
    assert not [each.message for each in found if each.severity is Severity.ERROR and each.phase == "1"]
    again = Served(served.repository, {"net": mended.after})
    assert not _mend(again)


def test_an_ensemble_is_judged_with_what_was_mended_in_its_steps(tmp_path: Path) -> None:
    """The step's model is broken and mended first; what the ensemble lacked for that is not mended in it."""
    ensemble = """platform: "ensemble"
input { name: "in" data_type: TYPE_FP32 dims: [ 3 ] }
output { name: "out" data_type: TYPE_INT64 dims: [ 5 ] }
ensemble_scheduling { step { model_name: "net"
  input_map { key: "a" value: "in" }
  input_map { key: "b" value: "in" }
  output_map { key: "y" value: "out" } } }
"""
    served = _served(tmp_path, net=BROKEN, pipe=ensemble)
    assert set(_mend(served)) == {"net"}
