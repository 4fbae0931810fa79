"""The command `trireme`: without a subcommand it opens the window."""

from studio.cli.main import main

__all__ = ["main"]
