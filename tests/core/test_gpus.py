"""GPUs as text: the same reading for the checker, the command line and the form."""

from __future__ import annotations

import pytest

from studio.core.failure import CoreError
from studio.core.serving.gpus import Gpus, gpus_text, numbered, parse_gpus


@pytest.mark.parametrize(
    ("text", "gpus", "written"),
    [
        ("", Gpus(), "none"),
        ("none", Gpus(), "none"),
        (" , ", Gpus(), "none"),
        ("all", Gpus(all=True), "all"),
        ("auto", Gpus(all=True), "all"),
        ("0, 2", Gpus(ids=("0", "2")), "0,2"),
        ("GPU-1f,3", Gpus(ids=("GPU-1f", "3")), "GPU-1f,3"),
    ],
)
def test_a_text_names_gpus(text: str, gpus: Gpus, written: str) -> None:
    assert parse_gpus(text) == gpus
    assert gpus_text(gpus) == written
    assert parse_gpus(written) == gpus


def test_all_are_those_of_the_machine_where_it_is_known() -> None:
    assert numbered("all", (0, 3)) == (0, 3)
    assert numbered("none", (0, 3)) == ()
    with pytest.raises(CoreError, match="GPUs are numbers"):
        numbered("all")


@pytest.mark.parametrize("text", ["one", "0,GPU-1f", "none,0", "-1", "²"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(CoreError, match="GPUs are numbers"):
        numbered(text, (0,))
