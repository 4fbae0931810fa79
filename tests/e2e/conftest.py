"""What the end-to-end tests share: the window, and the embedded engine, installed where it is missing."""

from collections.abc import Iterator

import pytest

from tests.e2e.stalls import StallWatch
from tests.fixtures.windows import open_window as open_window


@pytest.fixture(scope="session")
def engine() -> None:
    """The real embedded engine."""
    from studio.engines import install

    if not install.info().installed:
        install.install(lambda _fraction, _text: None, lambda: False)
    assert install.info().installed


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Prints how long the frames of each journey through the window took."""
    if not {"open_window", "journey", "window"} & set(getattr(item, "fixturenames", ())):
        yield
        return
    with StallWatch() as watch:
        yield
    print(f"\n{watch.report(item.name)}")
