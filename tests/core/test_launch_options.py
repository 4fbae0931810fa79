"""What the options of a launch become: arguments that the release knows, and what is said of those that are wrong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from studio.core.checking.profile import Profile
from studio.core.checking.server_flags import of_launch
from studio.core.consent.isolation import isolation
from studio.core.serving.arguments import option_arguments
from studio.core.serving.container import Place, container
from studio.core.serving.kinds import EngineKind
from studio.core.serving.launch import LaunchSpec, Ports
from studio.core.serving.launching.bind import asked_at, is_open, who_reaches, wrong_bind
from studio.core.serving.launching.derived import derived_name, recipe, wrong_package
from studio.core.serving.launching.image_names import (
    as_docker_lists,
    digest_of,
    pinned,
    repository_of,
    tag_of,
    unpinned,
)
from studio.core.serving.launching.options import ContainerOptions, ServerOptions, Trace
from studio.core.serving.launching.problems import hints, problems

SPEC = LaunchSpec(EngineKind.DOCKER, Path("/srv/models"), image="nvcr.io/nvidia/tritonserver:25.10-py3")
SUMMARIES = "--metrics-config=summary_latencies=true"
READY = [
    "--trace-config=triton,file=/tmp/trace.json",
    "--trace-config=triton,log-frequency=1",
    "--trace-config=level=OFF",
    "--trace-config=rate=1",
]
"""Nothing is recorded until the server is asked to."""
ANYWHERE = "0.0.0.0"  # noqa: S104 - nothing is bound


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("nvcr.io/nvidia/tritonserver:26.04-py3", [SUMMARIES, "--allow-client-shm=true", *READY]),
        ("nvcr.io/nvidia/tritonserver:26.03-py3", [SUMMARIES, *READY]),
        ("nvcr.io/nvidia/tritonserver:23.03-py3", []),
        ("my/triton:prod", [SUMMARIES, *READY]),
    ],
)
def test_a_flag_is_given_to_the_releases_that_know_it(image: str, expected: list[str]) -> None:
    spec = replace(SPEC, image=image, options=ServerOptions(client_shared_memory=True))
    assert option_arguments(spec) == expected
    assert ("client_shared_memory" in hints(spec)) == (image == "my/triton:prod")


def test_what_is_usual_takes_no_argument() -> None:
    assert option_arguments(replace(SPEC, options=ServerOptions(summaries=False, trace=Trace("off")))) == []


def test_a_trace_file_that_is_given_by_hand_is_the_only_one() -> None:
    given = replace(SPEC, options=ServerOptions(summaries=False), arguments=("--trace-config=triton,file=/t.json",))
    assert option_arguments(given) == []


def test_each_option_has_its_argument() -> None:
    options = ServerOptions(2, True, 500, False, Trace("triton", "TIMESTAMPS", 3), True, ("R1:4", "R2:1:0"))
    assert option_arguments(replace(SPEC, options=options)) == [
        "--log-verbose=2",
        "--disable-auto-complete-config",
        "--metrics-interval-ms=500",
        "--trace-config=triton,file=/tmp/trace.json",
        "--trace-config=triton,log-frequency=1",
        "--trace-config=level=TIMESTAMPS",
        "--trace-config=rate=3",
        "--rate-limit=execution_count",
        "--rate-limit-resource=R1:4",
        "--rate-limit-resource=R2:1:0",
    ]
    collector = Trace("opentelemetry", "TIMESTAMPS", 1, "http://127.0.0.1:4318/v1/traces")
    assert option_arguments(replace(SPEC, options=ServerOptions(summaries=False, trace=collector)))[:2] == [
        "--trace-config=mode=opentelemetry",
        "--trace-config=opentelemetry,url=http://127.0.0.1:4318/v1/traces",
    ]


def test_models_are_checked_for_the_server_that_the_options_make() -> None:
    profile = of_launch(
        replace(SPEC, options=ServerOptions(strict=True, rate_limit=True, resources=("R:2",))), Profile()
    )
    assert (profile.auto_complete, profile.rate_limit) == (False, True)
    assert [(each.name, each.count) for each in profile.resources] == [("R", 2)]


@pytest.mark.parametrize(
    ("changed", "option"),
    [
        ({"ports": Ports(8000, 8000, 8002)}, "ports"),
        ({"bind": "localhost"}, "bind"),
        ({"options": ServerOptions(rate_limit=True, resources=("R",))}, "resources"),
        ({"options": ServerOptions(trace=Trace("opentelemetry"))}, "trace"),
        ({"options": ServerOptions(trace=Trace("triton", rate=0))}, "trace"),
        ({"options": ServerOptions(metrics_interval_ms=0)}, "metrics_interval"),
        ({"image": "no name:"}, "image"),
        ({"image": "nvcr.io/nvidia/tritonserver:25.10-py3-sdk"}, "image"),
        ({"shared_memory_mb": 0}, "shared_memory"),
        ({"limits": ContainerOptions(memory_mb=3)}, "memory"),
        ({"limits": ContainerOptions(user="me too")}, "user"),
        ({"limits": ContainerOptions(packages=("--index-url=http://x",))}, "packages"),
    ],
)
def test_what_is_wrong_is_told_by_its_option(changed: dict[str, object], option: str) -> None:
    (wrong,) = problems(replace(SPEC, **changed))  # type: ignore[arg-type]
    assert wrong.option == option


@pytest.mark.parametrize(
    "image",
    [
        "triton",
        "localhost:5000/team/triton:25.10-py3",
        f"nvcr.io/nvidia/tritonserver:25.10-py3@sha256:{'0' * 64}",
        "a/b",
    ],
)
def test_images_of_any_registry_will_do_and_by_digest_too(image: str) -> None:
    assert problems(replace(SPEC, image=image, options=ServerOptions(resources=("not used",)))) == ()


def test_who_reaches_an_address() -> None:
    assert [is_open(each) for each in ("127.0.0.1", "127.9.0.1", ANYWHERE, "10.0.0.7", "here")] == [
        *(False, False),
        *(True, True),
        False,
    ]
    assert wrong_bind("10.0.0.7") == ""
    assert "::1" in wrong_bind("::1")
    assert (asked_at(ANYWHERE), asked_at("10.0.0.7")) == ("127.0.0.1", "10.0.0.7")
    assert who_reaches("127.0.0.1") == "from this machine only"
    assert "10.0.0.7" in who_reaches("10.0.0.7")


def test_the_question_before_code_runs_says_who_reaches_it_and_as_whom_it_runs() -> None:
    spec = replace(SPEC, bind=ANYWHERE, limits=ContainerOptions(user="1000:1000"))
    told = " ".join(isolation(replace(spec, options=ServerOptions(client_shared_memory=True))))
    assert "by everybody who reaches this machine" in told
    assert "As user 1000:1000, no capabilities" in told
    assert "Shares memory" in told
    assert "from this machine only" in " ".join(isolation(SPEC))


def test_a_chosen_user_comes_before_the_engines() -> None:
    rootless = Place(user="0:0")
    assert container(SPEC, place=rootless).user == "0:0"
    assert container(replace(SPEC, limits=ContainerOptions(user="7")), place=rootless).user == "7"


def test_packages_are_installed_into_an_image_of_their_own() -> None:
    image, wanted = SPEC.image, ("pillow==11.0.0", "scipy>=1, <2")
    assert recipe(image, wanted) == (
        f"FROM {image}\n"
        "RUN PIP_BREAK_SYSTEM_PACKAGES=1 python3 -m pip install --no-cache-dir pillow==11.0.0 'scipy>=1, <2'\n"
    )
    name = derived_name(image, wanted)
    assert name.startswith("trireme/with-packages:25.10-py3-")
    assert name != derived_name(image, wanted[:1])
    assert name != derived_name("nvcr.io/nvidia/tritonserver:25.11-py3", wanted)
    made = container(replace(SPEC, limits=ContainerOptions(packages=wanted)))
    assert made.image == name
    assert derived_name("registry:5000/a@sha256:0", wanted).startswith("trireme/with-packages:a-")


@pytest.mark.parametrize(
    "text", ["", "-r x.txt", "git+https://x", "./here", "a b", "x; rm -rf /", "a\nRUN b", "x @ file:/y"]
)
def test_only_names_and_versions_are_taken_as_packages(text: str) -> None:
    assert wrong_package(text)


@pytest.mark.parametrize("text", ["pillow", "torch==2.5.1+cpu", "uvicorn[standard]>=0.30,<1", "numpy == 1.26.*"])
def test_requirements_are_taken_as_packages(text: str) -> None:
    assert wrong_package(text) == ""


@pytest.mark.parametrize(
    ("image", "parts"),
    [
        ("triton", ("triton", "", "")),
        ("localhost:5000/a/triton", ("localhost:5000/a/triton", "", "")),
        ("nvcr.io/nvidia/tritonserver:25.10-py3", ("nvcr.io/nvidia/tritonserver", "25.10-py3", "")),
        ("h:5/a:1@sha256:ab", ("h:5/a", "1", "sha256:ab")),
        ("h:5/a@sha256:ab", ("h:5/a", "", "sha256:ab")),
    ],
)
def test_the_parts_of_an_images_name(image: str, parts: tuple[str, str, str]) -> None:
    assert (repository_of(image), tag_of(image), digest_of(image)) == parts


def test_an_image_is_pinned_and_let_go_of_again() -> None:
    name = pinned("h:5/a:1", "sha256:ab")
    assert (name, pinned(name, "sha256:cd"), unpinned(name)) == ("h:5/a:1@sha256:ab", "h:5/a:1@sha256:cd", "h:5/a:1")
    assert unpinned("a@sha256:ab") == "a@sha256:ab"
    assert [as_docker_lists(each) for each in (name, "a", "h:5/a:1")] == ["h:5/a@sha256:ab", "a:latest", "h:5/a:1"]
