"""The configuration that a server would hold, against the one that a real server held."""

from pathlib import Path
from typing import Any

import pytest
from google.protobuf import json_format, text_format
from tritonclient.grpc import model_config_pb2

from studio.core.checking.completion import effective
from studio.core.checking.profile import Profile
from studio.core.checking.served import configured, read_drafts
from studio.core.checking.server_flags import with_flags
from studio.core.config.draft import Draft, draft
from studio.core.files.repository import scan
from tests.core.repositories import PLAIN, write
from tests.corpus import corpus, verdicts

_CPU = Profile(gpus=())


def _ours(given: Draft) -> Any:
    return text_format.Parse(given.document.text, model_config_pb2.ModelConfig())


def _held(told: dict[str, Any]) -> Any:
    """What the server said it holds. A stand-in written in Python is its own runtime, which the studio cannot know."""
    message = json_format.ParseDict(told, model_config_pb2.ModelConfig())
    message.ClearField("runtime")
    return message


def test_what_a_real_server_held(capsys: pytest.CaptureFixture[str]) -> None:
    root, same, wrong = corpus(), 0, []
    for name, told in verdicts("probes").items():
        profile = with_flags(_CPU, told["flags"])
        path = root / "probes" / name
        if not told["loads"] or not path.is_dir():
            continue
        repository = configured(scan(path), profile.config_name)
        texts = read_drafts(repository)
        for folder in repository.models:
            config = told["config"].get(folder.name)
            if not isinstance(config, dict) or not config:
                continue
            decoupled = bool(config.get("model_transaction_policy", {}).get("decoupled"))
            found = effective(folder, texts.get(folder.name), profile, decoupled=decoupled)
            if _ours(found.draft) == _held(config):
                same += 1
            else:
                wrong.append((name, folder.name, _ours(found.draft), _held(config)))
    with capsys.disabled():
        print(f"\nconfigurations as the server held them: {same} of {same + len(wrong)}")
    assert same > 50
    assert not wrong, wrong[:3]


def test_where_each_value_comes_from(tmp_path: Path) -> None:
    write(tmp_path, "m", PLAIN + "dynamic_batching { } # soon\n")
    (folder,) = scan(tmp_path).models
    given = draft((tmp_path / "m" / "config.pbtxt").read_bytes())
    found = effective(folder, given, Profile(gpus=(0, 2)))
    reasons = {each.path: each.source for each in found.filled}
    assert reasons[("platform",)] == reasons[("name",)] == "server"
    assert found.draft.get("dynamic_batching", "preferred_batch_size") == (4,)
    assert found.draft.get("instance_group", 0, "gpus") == (0, 2)
    assert found.origin(("input", 0, "name")) is None
    assert found.origin(("instance_group", 0, "kind")) is not None
    assert "# soon" in found.draft.document.text


def test_a_broken_text_is_left_alone(tmp_path: Path) -> None:
    write(tmp_path, "m", PLAIN + "input [\n")
    (folder,) = scan(tmp_path).models
    given = draft((tmp_path / "m" / "config.pbtxt").read_bytes())
    assert effective(folder, given, _CPU).filled == ()


def test_python_completes_what_its_file_says(tmp_path: Path) -> None:
    folder = write(tmp_path, "m", 'backend: "python"\n')
    (folder / "1" / "model.py").write_text(
        "class TritonPythonModel:\n"
        "    @staticmethod\n"
        "    def auto_complete_config(config):\n"
        '        config.add_input({"name": "x", "data_type": "TYPE_FP32", "dims": [3]})\n'
        '        config.add_output({"name": "y", "data_type": "TYPE_INT64", "dims": [-1]})\n'
        "        config.set_max_batch_size(8)\n"
        "        return config\n"
    )
    found = effective(scan(tmp_path).models[0], draft('backend: "python"\n'), _CPU)
    assert found.draft.config.max_batch_size == 8
    assert [each.name for each in found.draft.config.inputs] == ["x"]
    assert found.draft.config.outputs[0].dims == (-1,)
    assert {each.source for each in found.filled if each.path[0] in ("input", "output")} == {"backend"}
