"""*Why?* of a server that is gone: by its exit code, by what the studio says of its end, and by its log."""

from __future__ import annotations

import pytest

from studio.core.serving.launch import LogLine
from studio.core.serving.logs.causes import cause
from studio.core.serving.why.answer import LAYERS, LayerName
from studio.core.serving.why.explain import why
from studio.core.serving.why.facts import Ended, Facts, Seen
from studio.engines.log import exit_reason, parse_line

_NOW = 1_760_000_000.0
_ABORT = """\
I1130 14:38:01.100000 1 http_server.cc:349] Started Metrics Service at 127.0.0.1:41437
terminate called after throwing an instance of 'boost::interprocess::lock_exception'
  what():  boost::interprocess::lock_exception
Signal (6) received.
 0# 0x00005587F3CE352D in /engine/bin/tritonserver
 9# 0x00007FEB0BF53659 in /engine/backends/python/libtriton_python.so
12# TRITONBACKEND_ModelInstanceExecute in /engine/backends/python/libtriton_python.so
13# 0x00007FEB117A70B4 in /engine/libs/libtritonserver-717102f0.so"""
"""What Triton 2.51 printed as it ended of a stub that was stopped with a request in it, and went on."""


def _lines(text: str) -> list[LogLine]:
    return [parse_line(line.encode()) for line in text.splitlines()]


def _down(code: int, words: str, log: str = "") -> Facts:
    return Facts("", "down", gone=Seen(words, _NOW), ended=Ended(code, words, log))


@pytest.mark.parametrize(
    ("code", "words", "log", "layer", "title"),
    [
        (1, "Port 8000 is in use by another program. Choose another port.", "", "transport", "A port of it is taken"),
        (137, "It ran out of the memory that its container may use. Allow it more.", "", "device", "no memory left"),
        (
            1,
            "It ended with code 1 and no word why.",
            "terminate called: std::bad_alloc",
            "device",
            "No memory was left",
        ),
        (1, "Model a asks for GPU 0, which this server does not have.", "", "device", "cannot have the GPU"),
        (1, "This server has no backend 'tensorrt'.", "", "backend", "A backend that a model needs is not there"),
        (1, "Model net, version 1, did not load: boom", "", "artifact", "A model of it did not load"),
        (1, "The disk or the shared memory is full.", "", "artifact", "is full"),
        (-11, "It crashed (SIGSEGV) in the backend onnxruntime.", "", "backend", "A backend of it crashed"),
        (-1, "Its container was removed from outside.", "", "transport", "Docker did not keep it running"),
        (
            -1,
            "cannot start /x/tritonserver: the image has no program tritonserver.",
            "",
            "transport",
            "Its image cannot",
        ),
    ],
)
def test_the_end_of_a_server_is_laid_to_the_layer_that_its_words_speak_of(
    code: int, words: str, log: str, layer: LayerName, title: str
) -> None:
    """What is behind it was not reached; where no server ever was, its log is the place to look."""
    found = why(_down(code, words, log))
    assert title in found.title
    assert found.is_certain
    assert [each.name for each in found.layers if each.state == "cause"] == [layer]
    assert words.rstrip(".") in found.layer(layer).evidence
    assert {found.layer(name).state for name in LAYERS[1:-1] if name != layer} == {"not reached"}
    assert found.looks[-1].kind == "log"
    assert found.report.startswith(f"The server: {found.title}")


@pytest.mark.parametrize("name", ["image_net", "container", "docker-net", "registry", "nvml_test", "has_stopped"])
def test_the_name_of_a_model_is_not_taken_for_a_cause(name: str) -> None:
    """Nor are the words of a model that were in the log."""
    assert why(_down(1, f"The model {name} did not load")).title == "A model of it did not load"
    found = why(_down(3, "It ended with code 3.", f"the image of {name} was taken from a container and stopped"))
    assert not [each for each in found.layers if each.state == "cause"]


def test_a_model_that_the_end_names_is_looked_at_first() -> None:
    found = why(_down(1, "Model net, version 1, did not load: boom"))
    assert [look.words for look in found.looks] == ["net/config.pbtxt", found.looks[-1].words]


def test_a_kill_may_have_come_from_anywhere() -> None:
    """No certainty is claimed for what cannot be told apart."""
    found = why(_down(-9, exit_reason(-9, [])))
    assert not found.is_certain
    assert found.title == "Likely: it was killed: from outside, or for lack of memory"
    assert found.layer("device").evidence.endswith("(exit code -9, SIGKILL)")


def test_an_end_without_a_word_is_not_laid_to_anything() -> None:
    found = why(_down(3, exit_reason(3, [])))
    assert not [each for each in found.layers if each.state == "cause"]
    assert not found.is_certain
    assert "(exit code 3)" in found.layer("transport").evidence


def test_one_that_runs_and_does_not_answer_stops_at_the_transport() -> None:
    found = why(Facts("", "down", gone=Seen("no answer within 5 s.", _NOW)))
    assert (found.title, found.layer("transport").state) == ("It does not answer", "cause")
    assert {found.layer(name).state for name in LAYERS[2:-1]} == {"not reached"}


def test_a_process_that_was_stopped_with_a_request_in_it_and_goes_on_is_what_the_server_ended_of() -> None:
    """What happened, and what to do: the studio cannot keep another's request from such a process."""
    lines = _lines(_ABORT)
    words = exit_reason(-6, lines)
    assert words == cause(lines)
    assert words.endswith("Triton ends of that. Launch it again.")
    found = why(_down(-6, words))
    assert found.title == "A model’s process was stopped with a request in it, and went on"
    assert found.layer("instance").state == "cause"
    assert exit_reason(-6, [line for line in lines if "lock_exception" not in line.text]) == (
        "It crashed (SIGABRT) in the backend python."
    )
