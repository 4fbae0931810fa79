"""The object names of the launch settings: what tests and assistive tools hold on to."""

from __future__ import annotations


class Launch:
    """The options of a launch."""

    FIND = "launchFind"
    OPTION = "launchOption.{}"
    ROW = "launchRow.{}"
    RESET = "launchReset.{}"
    PROBLEM = "launchProblem.{}"
    TOPIC = "launchTopic.{}"
    CONFIRM_BIND = "launchConfirmBind"
    GPU = "launchGpu.{}"
    PROPOSE = "launchProposeSharedMemory"
    RELEASES = "launchReleases"
    PIN = "launchPin"
    FACTS = "launchImageFacts"
    RECIPE = "launchRecipe"
    BUILD = "launchBuild"
    BUILD_PROGRESS = "launchBuildProgress"
    CANCEL_BUILD = "launchCancelBuild"
    PRESET = "launchPreset"
    SAVE_PRESET = "launchSavePreset"
    MORE_PRESET = "launchMorePreset"


class Releases:
    """The dialog that chooses a release."""

    DIALOG = "releasesDialog"
    FIND = "releasesFind"
    VARIANT = "releasesVariant"
    TABLE = "releasesTable"
