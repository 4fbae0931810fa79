"""The schema is protobuf's own, and costs no grpc."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from importlib.abc import InspectLoader
from importlib.machinery import ModuleSpec, SourceFileLoader
from types import CodeType

import pytest
from tritonclient.grpc import model_config_pb2
from tritonclient.grpc.model_config_pb2 import ModelConfig

from studio.core.config.descriptor import model_config_file
from studio.core.config.schema import MessageSchema, model_config

_FIELDS = 186
_SCRIPT = """
import sys
from studio.core.config.schema import model_config
assert len(model_config().fields) == 25
loaded = [name for name in sys.modules if name.startswith(("grpc.", "google.protobuf", "tritonclient.grpc"))]
assert not loaded, loaded
import tritonclient.grpc
from tritonclient.grpc.model_config_pb2 import ModelConfig
assert ModelConfig(name="m").SerializeToString()
"""


def _messages() -> dict[str, MessageSchema]:
    found: dict[str, MessageSchema] = {}
    waiting = [model_config()]
    while waiting:
        schema = waiting.pop()
        if schema.full_name not in found:
            found[schema.full_name] = schema
            waiting += [field.message for field in schema.fields.values() if field.message]
    return found


class _AsFrozen:
    """Finds a module and loads it as the importer of a frozen program does, which is of no kind that importlib has."""

    def __init__(self, path: str) -> None:
        self.path = path

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: object = None) -> ModuleSpec:
        return ModuleSpec(fullname, self)  # type: ignore[arg-type]

    def get_code(self, fullname: str) -> CodeType | None:
        return SourceFileLoader(fullname, self.path).get_code(fullname)


def test_the_descriptor_is_read_in_a_frozen_program_too(monkeypatch: pytest.MonkeyPatch) -> None:
    importer = _AsFrozen(model_config_pb2.__file__)
    assert not isinstance(importer, InspectLoader)
    installed = model_config_file()
    monkeypatch.setattr(sys, "meta_path", [importer])
    assert model_config_file() == installed


def test_every_field_is_there_with_its_number_and_oneof() -> None:
    messages = _messages()
    assert sum(len(schema.fields) for schema in messages.values()) == _FIELDS
    waiting, seen = [ModelConfig.DESCRIPTOR], set()
    while waiting:
        given = waiting.pop()
        if given.full_name in seen:
            continue
        seen.add(given.full_name)
        waiting += [field.message_type for field in given.fields if field.message_type]
        schema = messages[given.full_name]
        assert list(schema.fields) == [field.name for field in given.fields]
        for field in given.fields:
            ours = schema.fields[field.name]
            assert ours.number == field.number
            assert ours.oneof == (field.containing_oneof.name if field.containing_oneof else "")
            assert (ours.enum is None) == (field.enum_type is None)
            assert (ours.repeated, ours.presence) == (field.is_repeated, field.has_presence)
            if ours.enum:
                assert dict(ours.enum.values) == {value.name: value.number for value in field.enum_type.values}
            elif ours.message:
                assert ours.map == field.message_type.GetOptions().map_entry
            elif not ours.repeated:
                assert (ours.default, type(ours.default)) == (field.default_value, type(field.default_value))
    assert seen == set(messages)


def test_kinds_widths_and_defaults() -> None:
    fields = model_config().fields
    assert (fields["max_batch_size"].kind, fields["max_batch_size"].bits) == ("int", 32)
    assert (fields["name"].kind, fields["name"].default, fields["name"].presence) == ("string", "", False)
    assert (fields["input"].repeated, fields["input"].default) == (True, ())
    assert (fields["dynamic_batching"].oneof, fields["dynamic_batching"].default) == ("scheduling_choice", None)
    tensor = fields["input"].message
    assert tensor
    data_type = tensor.fields["data_type"]
    assert data_type.enum
    assert (data_type.default, data_type.enum.values["TYPE_BF16"], data_type.enum.name_of(11)) == (
        "TYPE_INVALID",
        14,
        "TYPE_FP32",
    )


def test_a_map_is_a_repeated_entry_with_key_and_value() -> None:
    parameters = model_config().fields["parameters"]
    assert parameters.map
    assert parameters.repeated
    assert parameters.message
    assert list(parameters.message.fields) == ["key", "value"]


@pytest.mark.long
def test_grpc_is_not_loaded_for_it_and_can_be_later() -> None:
    subprocess.run([sys.executable, "-W", "error", "-c", _SCRIPT], check=True, timeout=240)
