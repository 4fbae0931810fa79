"""The object names of the settings: what tests and assistive tools hold on to."""

from __future__ import annotations


class Settings:
    """The settings page; a field is named by its setting."""

    PAGE = "settingsPage"
    FIELD = "setting.{}"
    RESTART = "settingsRestart"
