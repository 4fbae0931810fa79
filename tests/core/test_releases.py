"""What is known of Triton's releases is read whole, and what is not known is not made up."""

from __future__ import annotations

import re

import pytest

from studio.core.checking.images import VARIANTS, backends_of, read_server
from studio.core.checking.profile import releases
from studio.core.checking.releases import driver_fits, facts, facts_text, newest_for_driver, release_in


def test_every_release_of_the_matrix_is_one_that_is_checked_for() -> None:
    known = [each for each in releases() if facts(each).cuda]
    assert known == [each for each in releases() if (24, 4) <= each <= (26, 8)]
    for each in known:
        assert re.fullmatch(r"1[23]\.\d\.\d", facts(each).cuda)
        assert re.fullmatch(r"\d{3}\.\d+(\.\d+)?", facts(each).driver)
        assert re.fullmatch(r"1\.\d\d\.\d", facts(each).onnxruntime)


def test_newer_releases_need_newer_drivers() -> None:
    drivers = [tuple(map(int, facts(each).driver.split("."))) for each in releases() if facts(each).driver]
    assert drivers == sorted(drivers, reverse=True)


def test_what_is_not_known_is_left_out() -> None:
    assert facts_text((25, 10)) == "CUDA 13.0.2 · driver 580.95.05 · Python 3.12 · ONNX Runtime 1.23.1"
    assert facts_text((24, 1)) == "Python 3.10"
    assert facts_text((31, 2)) == "31.02 is not known"


@pytest.mark.parametrize(
    ("driver", "newest"),
    [("580.95.05", (25, 11)), ("580.105", (25, 11)), ("700.1", (26, 8)), ("535.1.1", None), ("", None), ("R580", None)],
)
def test_the_newest_release_for_a_driver(driver: str, newest: tuple[int, int] | None) -> None:
    assert newest_for_driver(driver) == newest


def test_a_driver_fits_or_does_not_or_nobody_knows() -> None:
    assert driver_fits("580.95.05", (25, 10)) is True
    assert driver_fits("575.51.03", (25, 10)) is False
    assert driver_fits("575.51.03", (24, 1)) is None
    assert driver_fits("", (25, 10)) is None


@pytest.mark.parametrize(
    ("image", "release"),
    [("x:25.10@sha256:ab", (25, 10)), ("x:25.10-py3@sha256:ab", (25, 10)), ("x@sha256:ab", None), ("x:25.10.1", None)],
)
def test_a_digest_hides_no_release(image: str, release: tuple[int, int] | None) -> None:
    assert release_in(image) == release


def test_each_variant_of_an_image_says_what_it_holds() -> None:
    held = {name: backends_of((25, 10), name) for name in VARIANTS}
    assert held["vllm-python-py3"] == ("python", "vllm")
    assert held["py3-igpu"] == held["py3"]
    assert "onnxruntime" in held["py3"]
    assert [name for name, backends in held.items() if not backends] == ["py3-min", "py3-sdk"]
    assert "tensorflow" in backends_of((24, 10), "py3")
    for name in VARIANTS:
        assert read_server(f"nvcr.io/nvidia/tritonserver:25.10-{name}").release == (25, 10)
