"""The example with mistakes that people make, for pictures and tests of what is said about them."""

from __future__ import annotations

from pathlib import Path

from studio.core.files.example import write_example

_MISTAKES = (
    ("classifier", 'name: "classifier"', 'name: "clasifier"'),
    ("classifier", "dims: [ 10 ]", "dims: [ 0 ]"),
    ("image_pipeline", 'key: "pixels" value: "pixels"', 'key: "pixel" value: "pixels"'),
    ("text_pipeline", 'model_name: "tokenizer"', 'model_name: "tokeniser"'),
    ("preprocess", 'backend: "python"', 'backend: "pyton"'),
    ("postprocess", "data_type: TYPE_FP32\n    ", ""),
)


def write_broken(folder: Path) -> Path:
    """Writes it to `folder` and gives its model repository."""
    models = write_example(folder)
    for model, right, wrong in _MISTAKES:
        path = models / model / "config.pbtxt"
        text = path.read_text("utf-8")
        if right not in text:
            raise ValueError(f"{path} has no {right!r} to break")
        path.write_text(text.replace(right, wrong, 1), "utf-8")
    (models / ".git").mkdir()
    return models
