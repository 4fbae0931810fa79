"""The target of a repository: what is said for this run, else what its `trireme.toml` says, else the usual."""

from __future__ import annotations

from collections.abc import Mapping

from studio.core.checking.profile import Profile
from studio.core.checking.project.project_file import ProjectFile
from studio.core.checking.target import MOUNT, Choice, chosen
from studio.value_class import replace

USUAL = Choice(server="24.10", backends="", gpus="any", flags="", agents="", weights="", mount=MOUNT)
"""What holds where nobody says anything: the release whose every answer was asked for, on any GPU."""


def choice_of(project: ProjectFile | None, given: Mapping[str, str]) -> Choice:
    """The choice by the words that are given, by name, and by the project's file for the others."""
    return replace(USUAL, **{**(project.target if project else {}), **given})


def target_of(project: ProjectFile | None, given: Mapping[str, str]) -> Profile:
    """The profile of that choice, with what the project lets pass. Raises CoreError where a word is wrong."""
    return with_allowances(chosen(choice_of(project, given)), project)


def with_allowances(profile: Profile, project: ProjectFile | None) -> Profile:
    """A profile with the rules and templates that a project lets pass."""
    if project is None:
        return profile
    return replace(profile, ignored=project.ignored, templates=project.templates)


def on_project(profile: Profile, project: ProjectFile | None) -> Profile:
    """A profile that comes from elsewhere, such as from a server that runs, with all that a project says besides."""
    if project is None:
        return profile
    words = project.target
    weights = words.get("weights", profile.weights)
    mount = words.get("mount", profile.mount)
    return with_allowances(replace(profile, weights=weights, mount=mount), project)
