"""A real Triton for the tests of the metrics."""

from collections.abc import Iterator

import pytest

from studio.engines.engine import Server
from tests.client.server import serving

MODELS = ("double", "add_one", "cached", "failing", "slow", "pipeline")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The embedded Triton with a few models and fresh metrics; summaries make a family that has no place."""
    arguments = ("--metrics-interval-ms=100", "--metrics-config=summary_latencies=true")
    with serving(tmp_path_factory.mktemp("metrics"), MODELS, arguments) as server:
        yield server
