"""A configuration given with a load, in the JSON that the call takes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def override_text(config: str | Mapping[str, Any]) -> str:
    """The JSON of a dict, of JSON text or of pbtxt text. Raises ValueError for what is none of them."""
    if not isinstance(config, str):
        return json.dumps(config)
    if config.lstrip().startswith("{"):
        try:
            json.loads(config)
        except ValueError as error:
            raise ValueError(f"the configuration is not JSON: {error}") from error
        return config
    return _from_pbtxt(config)


def _from_pbtxt(text: str) -> str:
    from google.protobuf import json_format, text_format
    from tritonclient.grpc import model_config_pb2

    try:
        config = text_format.Parse(text, model_config_pb2.ModelConfig())
    except text_format.ParseError as error:
        raise ValueError(f"the configuration is not a sound config.pbtxt: {error}") from error
    return str(json_format.MessageToJson(config, preserving_proto_field_name=True, indent=None))
