"""What a container's label keeps of a launch is read again whole, and a label that somebody else wrote does no harm."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as some

from studio.core.serving.gpus import Gpus
from studio.core.serving.kinds import ControlMode, EngineKind
from studio.core.serving.launch import LaunchSpec, Ports
from studio.core.serving.launching.derived import image_of
from studio.core.serving.launching.options import TRACE_LEVELS, TRACE_MODES, ContainerOptions, ServerOptions, Trace
from studio.core.serving.launching.record import record, recorded

_TEXTS = some.lists(some.text(max_size=8), max_size=3).map(tuple)
_NAME = some.text("ABC_é", min_size=1, max_size=4)
_PORT = some.integers(0, 65535)
_OPTIONS = some.builds(
    ServerOptions,
    verbose=some.integers(0, 4),
    strict=some.booleans(),
    metrics_interval_ms=some.integers(1, 9999),
    summaries=some.booleans(),
    trace=some.builds(
        Trace,
        some.sampled_from(TRACE_MODES),
        some.sampled_from(TRACE_LEVELS),
        some.integers(0, 9),
        some.text(max_size=4),
    ),
    rate_limit=some.booleans(),
    resources=_TEXTS,
    client_shared_memory=some.booleans(),
)
_LIMITS = some.builds(
    ContainerOptions,
    memory_mb=some.integers(0, 1 << 20),
    cpus=some.floats(0, 64, allow_nan=False),
    user=some.sampled_from(("", "0", "1000:1000")),
    packages=some.sampled_from(((), ("pillow",), ("pillow==11.0.0", "scipy>=1,<2"))),
)
_SPECS = some.builds(
    LaunchSpec,
    kind=some.just(EngineKind.DOCKER),
    repository=some.none() | some.text("ab /é\"'", min_size=1).map(Path),
    ports=some.builds(Ports, _PORT, _PORT, _PORT),
    gpus=some.just(Gpus(all=True)) | some.builds(Gpus, ids=_TEXTS),
    control=some.sampled_from(ControlMode),
    load=_TEXTS,
    image=some.text(min_size=1, max_size=8),
    shared_memory_mb=some.integers(1, 1 << 20),
    cache_bytes=some.integers(0, 1 << 40),
    arguments=_TEXTS,
    environment=some.dictionaries(_NAME, some.text(max_size=4), max_size=3).map(lambda each: tuple(each.items())),
    inherited=_TEXTS,
    bind=some.sampled_from(("127.0.0.1", "127.0.0.9", "10.1.2.3")),
    options=_OPTIONS,
    limits=_LIMITS,
)


@given(_SPECS)
def test_a_launch_is_read_again_as_it_was(spec: LaunchSpec) -> None:
    held = ["PATH=/bin", *(f"{name}={value}" for name, value in spec.environment)]
    assert recorded(record(spec), image_of(spec.image, spec.limits), held) == spec


def test_values_of_variables_stand_in_the_container_and_not_in_its_label() -> None:
    """Whoever lists containers reads labels; one of a studio that wrote them there is read as well."""
    spec = LaunchSpec(EngineKind.DOCKER, environment=(("TOKEN", "planted-77e1"), ("A", "b=c")), image="x")
    text = record(spec)
    assert "planted" not in text
    assert recorded(text, "x", ["A=b=c", "TOKEN=planted-77e1", "B="]) == spec
    assert recorded(text, "x", ["A=b=c"]).environment == (("A", "b=c"),)
    assert recorded('{"environment": [["TOKEN", "older"]]}', "x", ["TOKEN=now"]).environment == (("TOKEN", "older"),)
    assert recorded('{"variables": ["B", 7]}', "x", ["B="]).environment == (("B", ""),)
    assert recorded('{"variables": 7}', "x", ["B="]).environment == ()


def test_what_is_said_of_an_image_that_docker_names_otherwise_is_not_taken() -> None:
    limits = ContainerOptions(packages=("pillow",))
    spec = LaunchSpec(EngineKind.DOCKER, Path("/srv/models"), image="base:1", limits=limits)
    assert recorded(record(spec), "other:1") == LaunchSpec(EngineKind.DOCKER, Path("/srv/models"), image="other:1")
    assert recorded('{"kind": "attached", "image": "y"}', "x") == LaunchSpec(EngineKind.DOCKER, image="x")


def test_what_is_usual_is_left_out() -> None:
    assert record(LaunchSpec(EngineKind.DOCKER, Path("/srv/models"), image="x")) == (
        '{"version":1,"repository":"/srv/models"}'
    )


def test_a_label_of_an_older_studio_is_read() -> None:
    text = '{"repository": "/srv/models", "control": "poll", "load": ["a"]}'
    expected = LaunchSpec(EngineKind.DOCKER, Path("/srv/models"), control=ControlMode.POLL, load=("a",), image="x")
    assert recorded(text, "x") == expected


def test_a_label_that_nobody_of_us_wrote_is_as_usual() -> None:
    usual = LaunchSpec(EngineKind.DOCKER, image="x")
    for text in (
        "",
        "no json",
        "[]",
        "7",
        '{"ports": [1], "gpus": 5, "load": [1], "control": "odd", "cache_bytes": -1}',
        '{"bind": "here", "options": {"verbose": "x", "trace": {"mode": "odd", "rate": true}, "strict": 1}}',
        '{"options": 7, "limits": {"cpus": "many", "memory_mb": 1e9, "packages": ["--index-url=x"]}}',
    ):
        assert recorded(text, "x") == usual or recorded(text, "x").ports == Ports(1)
