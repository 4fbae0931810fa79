"""The object names of the server's page and its log: what tests and assistive tools hold on to."""

from __future__ import annotations


class Serve:
    """The server's page."""

    PAGE = "servePage"
    SIDE = "serveSide.{}"
    ENGINE = "serveEngine"
    IMAGE = "serveImage"
    GPUS = "serveGpus"
    GPU_IDS = "serveGpuIds"
    SHARED_MEMORY = "serveSharedMemory"
    PORT = "servePort.{}"
    CONTROL = "serveControl"
    CACHE = "serveCache"
    ARGUMENTS = "serveArguments"
    ENVIRONMENT = "serveEnvironment"
    VARIABLE = "serveVariable"
    ADD_VARIABLE = "serveAddVariable"
    VARIABLE_PROBLEM = "serveVariableProblem"
    TAKE_VARIABLE = "serveTakeVariable.{}"
    SHOW_VALUES = "serveShowValues"
    GIVEN = "serveGivenVariables"
    GIVEN_HEAD = "serveGivenVariablesHead"
    INSTALL = "serveInstall"
    INSTALLING = "serveInstalling"
    CANCEL_INSTALL = "serveCancelInstall"
    PROGRESS = "serveInstallProgress"
    ENGINE_NOTE = "serveEngineNote"
    GPU_NOTE = "serveGpuNote"
    SAME_AS = "serveSameAs"
    SAME_AS_FORM = "serveSameAsForm"
    COPY = "serveCopy"
    LAUNCH = "serveLaunch"
    STOP = "serveStop"
    STATE = "serveState"
    LADDER = "serveLadder"
    PROBLEM = "serveProblem"
    WAITING = "serveWaiting"
    MODELS = "serveModels"
    LOAD = "serveLoad.{}"
    UNLOAD = "serveUnload.{}"
    ON_CPU = "serveLoadOnCpu.{}"
    CONNECTION = "serveConnection"
    CONNECTION_WORDS = "serveConnectionWords"
    ALLOW_CHANGES = "serveAllowChanges"


class Attach:
    """The dialog that attaches to a server."""

    DIALOG = "attachDialog"
    KNOWN = "attachKnown"
    FORGET = "attachForget"
    FIELD = "attachField.{}"
    COLOUR = "attachColour"
    CHANGES = "attachChanges"
    MORE = "attachMore"
    REASON = "attachReason"
    ADD_HEADER = "attachAddHeader"
    HEADER = "attachHeader.{}"
    HEADER_KIND = "attachHeaderKind.{}"
    HEADER_VALUE = "attachHeaderValue.{}"
    REMOVE_HEADER = "attachRemoveHeader.{}"


class Log:
    """The server's log."""

    PANEL = "logPanel"
    LIST = "logList"
    LEVEL = "logLevel"
    MODEL = "logModel"
    SAVE = "logSave"
    FILTER = "logFilter"
    FOLLOW = "logFollow"
    COPY = "logCopy"
    CLEAR = "logClear"
    EMPTY = "logEmpty"


class Status:
    """What it keeps in the status bar."""

    SERVER = "statusServer"
    LADDER = "statusLadder"
    CONNECTION = "statusConnection"
    FOLDER = "statusFolder"
    SERVE_HERE = "statusServeHere"
    MODELS = "statusModels"
