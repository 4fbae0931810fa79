"""What the server makes of a configuration: each value, its origin, and what a server that runs says of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.core.checking.completion import Effective, effective
from studio.core.checking.effective import Outcome, outcomes, with_filled
from studio.core.checking.profile import Profile
from studio.core.config.draft import Draft, draft
from studio.core.files.repository import scan

TEXT = """backend: "python"
max_batch_size: 4
input [ { name: "x" data_type: TYPE_FP32 dims: [ 2, 3 ] } ]
dynamic_batching { }
parameters [ { key: "b" value { string_value: "1" } }, { key: "a" value { string_value: "2" } } ]
"""


@pytest.fixture
def found(tmp_path: Path) -> Effective:
    folder = tmp_path / "models" / "net"
    (folder / "1").mkdir(parents=True)
    (folder / "1" / "model.py").write_text("class TritonPythonModel: pass\n")
    (folder / "config.pbtxt").write_text(TEXT)
    model = scan(tmp_path / "models").model("net")
    assert model is not None
    return effective(model, draft(TEXT), Profile(gpus=()))


def _by_path(outcomes: tuple[Outcome, ...]) -> dict[tuple[object, ...], Outcome]:
    return {each.path: each for each in outcomes}


def test_each_value_says_where_it_comes_from(found: Effective) -> None:
    rows = _by_path(outcomes(found))
    assert (rows[("backend",)].value, rows[("backend",)].origin) == ("python", "written")
    assert rows[("input", 0, "dims")].value == "2, 3"
    assert (rows[("name",)].value, rows[("name",)].origin) == ("net", "server")
    kind = rows[("instance_group", 0, "kind")]
    assert (kind.value, kind.origin) == ("KIND_CPU", "server")
    assert kind.reason
    assert rows[("dynamic_batching", "preferred_batch_size")].value == "4"
    assert all(row.reported is None and not row.differs for row in rows.values())


def test_a_running_server_is_compared(found: Effective) -> None:
    told = {
        "name": "net",
        "backend": "python",
        "max_batch_size": 8,
        "runtime": "",
        "input": [{"name": "x", "data_type": "TYPE_FP32", "dims": ["2", "3"], "format": "FORMAT_NONE"}],
        "parameters": {"a": {"string_value": "2"}, "b": {"string_value": "other"}},
        "default_model_filename": "model.py",
        "metric_tags": {"team": "vision"},
    }
    rows = _by_path(outcomes(found, told))
    assert (rows[("max_batch_size",)].reported, rows[("max_batch_size",)].differs) == ("8", True)
    assert not rows[("input", 0, "dims")].differs
    assert ("input", 0, "format") not in rows
    assert rows[("parameters", 0, "value", "string_value")].reported == "other"
    assert not rows[("parameters", 1, "value", "string_value")].differs
    assert rows[("instance_group", 0, "kind")].reported == ""
    only = rows[("metric_tags", 0, "value")]
    assert (only.origin, only.value, only.reported) == ("reported", "", "vision")


def test_a_filled_value_is_written_as_it_was_filled(found: Effective) -> None:
    given: Draft = draft(TEXT)
    rows = _by_path(outcomes(found))
    named = with_filled(given, found, rows[("name",)])
    assert named.get("name") == "net"
    assert named.document.text.endswith(TEXT)
    group = with_filled(given, found, rows[("instance_group", 0, "kind")])
    assert group.get("instance_group", 0, "kind") == "KIND_CPU"
    assert with_filled(given, found, rows[("backend",)]) is given
