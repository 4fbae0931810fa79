"""Servers that a check may speak for: releases, images, flags."""

import pytest

from studio.core.checking.images import PRESETS, from_image, preset, read_server
from studio.core.checking.profile import NEWEST, OLDEST, Profile, Resource, release_of, schema_of, version_of
from studio.core.checking.server_flags import of_launch, with_flags
from studio.core.config.schema import model_config
from studio.core.failure import CoreError
from studio.core.serving.kinds import ControlMode, EngineKind
from studio.core.serving.launch import LaunchSpec


@pytest.mark.parametrize(
    ("version", "release"),
    [
        ("2.42", (24, 1)),
        ("2.51.0", (24, 10)),
        ("2.53", (24, 12)),
        ("2.54", (25, 1)),
        ("2.59", (25, 6)),
        ("2.59.1", (25, 7)),
        ("2.60", (25, 8)),
        ("2.64", (25, 12)),
        ("2.65", (26, 1)),
        ("2.73", (26, 9)),
        ("25.07", (25, 7)),
        ("newest", NEWEST),
    ],
)
def test_versions_and_releases(version: str, release: tuple[int, int]) -> None:
    assert release_of(version) == release


def test_every_release_has_a_version_that_leads_back() -> None:
    every = [(year, month) for year in (24, 25, 26) for month in range(1, 13) if OLDEST <= (year, month) <= NEWEST]
    assert [release_of(version_of(release)) for release in every] == every


@pytest.mark.parametrize("text", ["", "1.9", "2.41", "24.13", "27.00", "3.1", "triton"])
def test_what_is_no_known_version_is_refused(text: str) -> None:
    with pytest.raises(CoreError, match="not known"):
        release_of(text)


@pytest.mark.parametrize(
    ("text", "release", "variant", "note"),
    [
        ("v2.51.0", (24, 10), "", ""),
        ("r26.07", (26, 7), "", ""),
        ("26.07-py3", (26, 7), "py3", ""),
        ("r26.07-py3", (26, 7), "py3", ""),
        ("2.54 (25.01)", (25, 1), "", ""),
        ("26.07-py3-igpu", (26, 7), "py3", ""),
        ("26.07-igpu", (26, 7), "py3", ""),
        ("26.07-pyt-python-py3-igpu", (26, 7), "pyt-python-py3", ""),
        ("24.10-tf2-python-py3", (24, 10), "tf2-python-py3", ""),
        ("26.07-py3-min", (26, 7), "", "brings no backends"),
        ("26.07-py3-sdk", (26, 7), "", "no server"),
        ("26.07-ours", (26, 7), "", "none of NVIDIA's"),
        ("26.07-py3-ours.4", (26, 7), "", "none of NVIDIA's"),
        ("nvcr.io/nvidia/tritonserver:26.07-vllm-python-py3", (26, 7), "vllm-python-py3", ""),
        ("localhost:5000/triton:24.10-py3@sha256:0123abcd", (24, 10), "py3", ""),
        (" tritonserver:2.60.0 ", (25, 8), "", ""),
        ("27.01", NEWEST, "", "27.01 is newer than what Trireme knows"),
        ("2.99.0", NEWEST, "", "is newer"),
        ("nvcr.io/nvidia/tritonserver:26.11-py3", NEWEST, "py3", "26.11 is newer"),
    ],
)
def test_servers_are_named_in_many_ways(text: str, release: tuple[int, int], variant: str, note: str) -> None:
    found = read_server(text)
    assert (found.release, found.variant) == (release, variant)
    assert note in found.note
    assert bool(found.note) is bool(note)


@pytest.mark.parametrize(
    "text", ["", "localhost:5000/triton", "triton@sha256:01ab", "mine:latest", "23.12-py3", "26.13-py3", "26.7", "24"]
)
def test_a_name_that_tells_no_known_release_is_refused(text: str) -> None:
    with pytest.raises(CoreError, match="not known"):
        read_server(text)


def test_fields_come_with_their_release() -> None:
    old, new = schema_of((24, 10)), schema_of(NEWEST)
    assert new is model_config()
    assert "model_metrics" not in old.fields
    assert "model_metrics" in schema_of((24, 11)).fields
    for release, there in (((25, 10), False), ((25, 11), True)):
        message = schema_of(release).fields["ensemble_scheduling"].message
        assert message
        assert ("max_inflight_requests" in message.fields) is there
    early = schema_of((24, 7)).fields["input"].message
    assert early
    assert "is_non_linear_format_io" not in early.fields


def test_images() -> None:
    known = from_image("registry.example:5000/nvidia/tritonserver:24.10-py3")
    assert known
    assert known.backends
    assert {"onnxruntime", "tensorflow", "tensorrt"} <= known.backends
    assert (known.release, known.compute_capability, known.agents) == ((24, 10), 6.0, frozenset({"checksum"}))
    new = preset((26, 7), "py3")
    assert new.backends
    assert "tensorflow" not in new.backends
    assert new.compute_capability == 7.5
    assert from_image("mine:latest") is None
    assert all(preset((25, 12), name).backends for name in PRESETS)
    with pytest.raises(CoreError):
        preset((24, 10), "sdk")


def test_flags() -> None:
    found = with_flags(
        Profile(),
        "--model-control-mode=explicit --load-model=a --load-model b --model-namespacing --exit-on-error=false "
        "--rate-limit=execution_count --rate-limit-resource=R:2 --rate-limit-resource=S:1:global --cache-config "
        "local,size=1 --strict-model-config=true --model-config-name=gpu --log-verbose=1 --http-port 8000 "
        "--backend-config=onnxruntime,default-max-batch-size=16",
    )
    assert (found.control, found.load, found.namespacing) == (ControlMode.EXPLICIT, ("a", "b"), True)
    assert (found.auto_complete, found.cache) == (False, True)
    assert found.resources == (Resource("R", 2), Resource("S", 1, "global"))
    assert (found.rate_limit, found.config_name, found.default_max_batch_size) == (True, "gpu", 16)


@pytest.mark.parametrize(
    "flag", ["--model-namespacing=perhaps", "--model-control-mode=some", "--rate-limit-resource=R", "--load-model='"]
)
def test_flags_without_a_sound_value_are_refused(flag: str) -> None:
    with pytest.raises(CoreError):
        with_flags(Profile(), flag)


def test_a_launched_server() -> None:
    spec = LaunchSpec(
        EngineKind.EMBEDDED, control=ControlMode.NONE, cache_bytes=1, arguments=("--model-config-name=x",)
    )
    found = of_launch(spec, Profile(gpus=()))
    assert (found.cache, found.control, found.config_name, found.gpus) == (True, ControlMode.NONE, "x", ())


def test_gpus_that_are_too_old_do_not_count() -> None:
    found = Profile(gpus=(0, 1), capabilities=((0, 5.2), (1, 8.0)))
    assert found.usable_gpus == (1,)
