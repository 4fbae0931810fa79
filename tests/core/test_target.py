"""The profile to check for: of a choice, and of a server by how it was launched."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.core.checking.profile import NEWEST, OLDEST, Profile, release_of, releases, version_of
from studio.core.checking.server_flags import put, with_flags
from studio.core.checking.target import EMBEDDED_BACKENDS, Choice, chosen, of_server
from studio.core.failure import CoreError
from studio.core.serving.gpus import Gpus
from studio.core.serving.kinds import ControlMode, EngineKind
from studio.core.serving.launch import LaunchSpec


def test_every_release_is_offered_once_and_is_its_own_version() -> None:
    known = releases()
    assert (known[0], known[-1]) == (NEWEST, OLDEST)
    assert len(set(known)) == len(known)
    assert all(release_of(version_of(each)) == each for each in known)


def test_any_gpu_is_one_whose_number_is_not_known() -> None:
    some = chosen(Choice(gpus="any"))
    assert some.lacking((0, 7)) == []
    assert some.usable_gpus
    assert chosen(Choice(gpus="0,1")).lacking((0, 7)) == [7]
    assert chosen(Choice(gpus="none")).lacking((0,)) == [0]


def test_an_image_brings_its_backends_unless_they_are_named() -> None:
    plain = chosen(Choice("26.07-vllm-python-py3", "", "none"))
    assert (plain.backends, plain.agents) == (frozenset({"python", "vllm"}), frozenset({"checksum"}))
    named = chosen(Choice("26.07-py3", "python,mine", "none", agents="any"))
    assert (named.backends, named.agents) == (frozenset({"python", "mine"}), None)
    assert chosen(Choice("26.07-py3", "any", "none")).backends is None
    assert chosen(Choice("26.07", "none", "none")).backends == frozenset()
    assert chosen(Choice("26.07", "python", "none")).agents == frozenset()


@pytest.mark.parametrize(("gpus", "wanted"), [("auto", (0, 1)), ("none", ()), ("0, 3", (0, 3)), ("", (0, 1))])
def test_gpus_of_a_choice(gpus: str, wanted: tuple[int, ...]) -> None:
    assert chosen(Choice(gpus=gpus), (0, 1)).gpus == wanted


@pytest.mark.parametrize(
    "choice", [Choice(server="2.7"), Choice(gpus="first"), Choice(flags="--rate-limit-resource=a:b"), Choice(flags='"')]
)
def test_a_wrong_part_is_named(choice: Choice) -> None:
    with pytest.raises(CoreError) as caught:
        chosen(choice, ())
    assert any(word in caught.value.attempted for word in ("server", "GPUs", "flag"))


def test_backends_of_a_choice_are_names_any_or_those_of_an_image() -> None:
    assert chosen(Choice(), ()).backends is None
    assert chosen(Choice(backends="python, fil"), ()).backends == frozenset({"python", "fil"})
    vllm = chosen(Choice("25.01", "vllm-python-py3"), (0,)).backends
    assert vllm == frozenset({"python", "vllm"})


def test_a_launched_server_is_checked_for_what_it_was_given() -> None:
    here = Path("models")
    embedded = of_server(LaunchSpec(EngineKind.EMBEDDED, here, cache_bytes=1), "", (0, 1))
    assert (embedded.backends, embedded.gpus, embedded.cache) == (EMBEDDED_BACKENDS, (), True)
    image = LaunchSpec(
        EngineKind.DOCKER,
        here,
        image="nvcr.io/nvidia/tritonserver:25.01-vllm-python-py3",
        gpus=Gpus(ids=("2", "3")),
        control=ControlMode.POLL,
        arguments=("--strict-model-config=true",),
    )
    found = of_server(image, "", (0, 1, 2, 3))
    assert (found.release, found.backends, found.gpus) == ((25, 1), frozenset({"python", "vllm"}), (0, 1))
    assert (found.control, found.auto_complete) == (ControlMode.POLL, False)


def test_the_version_that_a_server_tells_counts_and_a_strange_one_does_not() -> None:
    spec = LaunchSpec(EngineKind.ATTACHED)
    assert of_server(spec, "2.54.0", ()).release == (25, 1)
    assert of_server(spec, "2.99.0", ()).release == NEWEST
    assert of_server(spec, "something else", ()) == of_server(spec, "", ())
    assert of_server(LaunchSpec(EngineKind.DOCKER, image="mine:99.99-py3"), "", ()) == Profile(
        (), control=ControlMode.EXPLICIT, mount="/models"
    )


@pytest.mark.parametrize(
    ("flags", "name", "value", "wanted"),
    [
        ("", "--rate-limit", "execution_count", "--rate-limit=execution_count"),
        ("--a=1 --rate-limit off --b", "--rate-limit", "execution_count", "--a=1 --rate-limit=execution_count --b"),
        ("--a=1 --rate-limit=x", "--rate-limit", "", "--a=1"),
        ("--disable-auto-complete-config --a", "--disable-auto-complete-config", "", "--a"),
        ("", "--disable-auto-complete-config", "true", "--disable-auto-complete-config"),
        ("--model-namespacing --a", "--model-namespacing", "true", "--model-namespacing=true --a"),
    ],
)
def test_one_flag_is_put_in_its_place(flags: str, name: str, value: str, wanted: str) -> None:
    assert put(flags, name, value) == wanted
    assert with_flags(Profile(), put(put(flags, name, value), name, "")) == with_flags(Profile(), put(flags, name, ""))
