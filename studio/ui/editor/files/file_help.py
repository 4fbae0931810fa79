"""What the text files of a model are for, in a few words each."""

from __future__ import annotations

from pathlib import Path

_CODE = (
    "Code of the Python backend",
    "The server imports it and makes one TritonPythonModel for each instance. “initialize” runs once at the load, "
    "“execute” for each batch of requests, “finalize” at the unload; “auto_complete_config” may fill in the "
    "configuration. Trireme reads it and never runs it.",
)
_LABELS = (
    "Names of classes",
    "One name a line, the first for class 0. An output names the file as its “label_filename”; a request for a "
    "classification is answered with these names.",
)
_OTHER_CONFIG = (
    "Another configuration of the model",
    "A server that is started with --model-config-name and the name of this file takes it in place of config.pbtxt.",
)
_TOKENS = ("Part of a tokenizer", "The model's code or its backend reads it. The server itself does not look at it.")
_OTHER = (
    "A text file of the model",
    "The server itself does not look at it. In poll mode a change of it loads the model anew.",
)


def file_help(path: Path) -> tuple[str, str]:
    """A title for a file, and what it is for."""
    name = path.name.lower()
    if name.endswith(".py"):
        return _CODE if name == "model.py" else (_OTHER[0], f"{_OTHER[1]} Code of the model may import it.")
    if name.endswith(".pbtxt"):
        return _OTHER_CONFIG
    if "label" in name or "classes" in name:
        return _LABELS
    return _TOKENS if "token" in name or "vocab" in name else _OTHER
