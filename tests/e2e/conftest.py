"""What the end-to-end tests share: the embedded engine, installed where it is missing."""

import pytest


@pytest.fixture(scope="session")
def engine() -> None:
    """The real embedded engine."""
    from studio.engines import install

    if not install.info().installed:
        install.install(lambda _fraction, _text: None, lambda: False)
    assert install.info().installed
