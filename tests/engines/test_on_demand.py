"""Backends that are installed on demand, into a copy of the embedded engine."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from studio.client.saved_runs import Run, send
from studio.client.triton import Triton
from studio.core.config.datatypes import data_type
from studio.core.files.example import expected_labels, write_example
from studio.core.inference.repository_labels import RepositoryLabels
from studio.core.inference.requests import InferRequest, Tensor
from studio.core.inference.results import read_labels, top_k
from studio.core.saved_requests.folder import RequestFolder, requests_folder
from studio.core.serving.kinds import ControlMode
from studio.engines import install
from studio.engines.failure import EngineError
from studio.engines.install import info
from tests.engines.conftest import Serve
from tests.fixtures.http import HTTP


def test_a_backend_that_cannot_be_fetched_leaves_the_engine_whole(
    copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("INDEX_URL", "http://127.0.0.1:9/simple"), ("FIND_LINKS", ""), ("RETRIES", "0")):
        monkeypatch.setenv(f"PIP_{name}", value)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    with pytest.raises(EngineError):
        install.install(lambda *_: None, lambda: False, ("pytorch",))
    assert info().installed
    assert info().backends == ()


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_torchscript_example_is_served_by_the_stand_in(copied: Path, serve: Serve, tmp_path: Path) -> None:
    told: list[tuple[float, str]] = []
    found = install.install(lambda *step: told.append(step), lambda: False, ("pytorch",))
    assert found.backends == ("pytorch",)
    assert found.problem == ""
    assert [fraction for fraction, _ in told] == sorted(fraction for fraction, _ in told)
    repository = write_example(tmp_path / "example", torchscript=True)
    served = serve(repository, control=ControlMode.NONE, cache_bytes=1 << 24).wait()
    client = Triton(served.server.addresses, timeout=60.0)
    try:
        for _ in range(2):
            for name, label in expected_labels(repository.parent).items():
                assert _label(client, repository, name) == label
        stats = HTTP.get(served.url("/v2/models/classifier/stats")).json()["model_stats"][0]["inference_stats"]
        assert stats["cache_hit"]["count"] == stats["cache_miss"]["count"] == len(expected_labels(repository.parent))
        saved = Run(RequestFolder(requests_folder(repository)), labels=RepositoryLabels(repository))
        outcomes = [send(client, saved, name) for name in saved.folder.names()]
        assert [(each.name, each.words) for each in outcomes] == [
            ("images/buoy", "as expected"),
            ("images/fish", "as expected"),
        ]
    finally:
        client.close()


def _label(client: Triton, repository: Path, name: str) -> str:
    content = np.frombuffer((repository.parent / "samples" / name).read_bytes(), np.uint8)
    kind = data_type("UINT8")
    assert kind is not None
    answer = client.infer(InferRequest("pipeline", (Tensor("RAW_IMAGE", kind, content[None]),)), stages=False)
    return top_k(answer.outputs[0].array, 1, read_labels(repository / "pipeline" / "labels.txt"))[0].label
