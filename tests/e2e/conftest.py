"""What the end-to-end tests share: the window, and the embedded engine, installed where it is missing."""

import pytest

from tests.fixtures.windows import open_window as open_window


@pytest.fixture(scope="session")
def engine() -> None:
    """The real embedded engine."""
    from studio.engines import install

    if not install.info().installed:
        install.install(lambda _fraction, _text: None, lambda: False)
    assert install.info().installed
