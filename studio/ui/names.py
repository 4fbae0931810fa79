"""Every `objectName` in one place: what tests and assistive tools hold on to. One class an area."""

from __future__ import annotations

NUMBER = "{}.number"
"""The line inside a number field, which is what takes the keyboard."""


class Shell:
    """The window and its fixed parts."""

    WINDOW = "mainWindow"
    TOP_BAR = "topBar"
    MENU_BAR = "menuBar"
    COMMAND_FIELD = "commandField"
    ENGINE_CHOOSER = "engineChooser"
    RESTART = "restartButton"
    STOP = "stopButton"
    ACTIVITY_BAR = "activityBar"
    ACTIVITY = "activity.{}"
    TABS = "tabs"
    TAB_BAR = "tabBar"
    TAB_CLOSE = "tabClose"
    TAB_LIST = "tabListButton"
    EXPLORER_DOCK = "explorerDock"
    INSPECTOR_DOCK = "inspectorDock"
    BOTTOM_DOCK = "bottomDock"
    BOTTOM_TABS = "bottomTabs"
    BOTTOM_FOLD = "bottomFold"
    DOCK_CLOSE = "dockClose"
    TOAST = "toast"
    TOAST_CLOSE = "toastClose"
    TOAST_ACTION = "toastAction.{}"
    ABOUT = "aboutDialog"
    RECOVERY = "recoveryDialog"


class Status:
    """The status bar."""

    BAR = "statusBar"
    BUSY = "statusBusy"
    LADDER = "statusLadder"
    SERVER = "statusServer"
    MODELS = "statusModels"
    QUEUE = "statusQueue"
    P99 = "statusP99"
    GPU = "statusGpu"
    PROBLEMS = "statusProblems"
    UNSAVED = "statusUnsaved"
    VERSION = "statusVersion"


class Palette:
    """The command palette."""

    POPUP = "palette"


class Explorer:
    """The explorer."""

    PANEL = "explorer"
    FILTER = "explorerFilter"
    TREE = "explorerTree"
    RESCAN = "explorerRescan"
    MENU = "explorerMenu"
    EMPTY = "explorerEmpty"
    EMPTY_NEW = "explorerEmptyNew"
    NEW = "explorerNew"
    DROP = "explorerDrop"
    UNLOAD_FIRST = "explorerUnloadFirst"
    RENAME = "renameDialog"
    RENAME_CHANGES = "renameChanges"
    VERSION = "versionDialog"
    VERSION_NUMBER = "versionNumber"
    VERSION_SOURCE = "versionSource"
    VERSION_CHOOSE = "versionChooseFile"
    VERSION_FILE = "versionFileName"


class Start:
    """The start page."""

    PAGE = "startPage"
    OPEN = "startOpen"
    EXAMPLE = "startExample"
    ATTACH = "startAttach"
    DROP = "startDrop"
    RECENT = "startRecent.{}"
    CLEAR = "startClear"
    CHECK = "startCheck"
    MACHINE = "startMachine.{}"
    INSTALL = "startInstall"
    CANCEL_INSTALL = "startCancelInstall"
    PROGRESS = "startInstallProgress"


class NewModel:
    """The dialog for a new model; a field is named by what it sets, a port's by side, place and column."""

    DIALOG = "newModel"
    DROP = "newModelDrop"
    FILE = "newModelFile"
    FOLDER = "newModelFolder"
    OTHER = "newModelOther"
    TEMPLATE = "newModelTemplate.{}"
    FIELD = "newModelField.{}"
    PORT = "newModelPort.{}.{}.{}"
    ADD = "newModelAdd.{}"
    REMOVE = "newModelRemove.{}.{}"
    FILES = "newModelFiles"
    TEXT = "newModelText"
    FINDINGS = "newModelFindings"
    PROBLEM = "newModelProblem"
    PROGRESS = "newModelProgress"
    CANCEL = "newModelCancel"
    CREATE = "newModelCreate"
    SCROLL = "newModelForm"


class Problems:
    """The problems panel."""

    PANEL = "problems"
    TABLE = "problemsTable"
    FILTER = "problemsFilter"
    FIX = "problemsFix.{}"
    TARGET = "problemsTarget"


class Target:
    """The dialog for the server that is checked for."""

    DIALOG = "target"
    FIELD = "target.{}"


class Requests:
    """The list of requests sent in this session."""

    PANEL = "requests"
    TABLE = "requestsTable"


class Settings:
    """The settings page; a field is named by its setting."""

    PAGE = "settingsPage"
    FIELD = "setting.{}"


class Text:
    """The text pane of the editor."""

    PANE = "textPane"
    EDIT = "textEdit"
    GUTTER = "textGutter"
    FIND_BAR = "findBar"
    FIND_FIELD = "findField"
    FIND_COUNT = "findCount"
    FIND_NEXT = "findNext"
    FIND_PREVIOUS = "findPrevious"
    FIND_CLOSE = "findClose"
    COMPLETION = "textCompletion"
    COMPLETION_LIST = "textCompletionList"
    HOVER = "textHover"
    HOVER_FIX = "textHoverFix.{}.{}"
    FIXES = "textFixes"


class Form:
    """The form of the editor; a field is named by its path: `form.dynamic_batching.max_queue_delay_microseconds`."""

    PANE = "formPane"
    FIELD = "form.{}"
    CHOICE = "formChoice.{}"
    CHIP = "formChip.{}.{}"
    TABLE = "formTable.{}"
    ADD = "formAdd.{}"
    STARTERS = "formStarters.{}"
    STARTERS_MENU = "formStartersMenu"
    SECTION = "formSection.{}"
    CELL = "formCell"
    POLICY = "formVersionPolicy"
    VERSION_COUNT = "formVersionCount"
    BROKEN = "formBroken"
    PROBLEM = "formProblem.{}"
    REFUSED = "formRefused.{}"
    CLEAR = "formClear.{}"
    MORE = "formMore.{}"
    ONE_OF = "formOneOf.{}"
    VERSION = "formVersion.{}"
    ACTION = "formAction.{}.{}"
    ADD_FIELD = "formAddField"
    FIND = "formFindField"
    FIND_POPUP = "formFindPopup"
    FIND_LIST = "formFindList"
    FIND_HELP = "formFindHelp"
    ELSEWHERE = "formElsewhere.{}"


class Editor:
    """A model's tab."""

    TAB = "modelTab"
    VIEWS = "editorViews"
    SPLIT = "editorSplit"
    STATE = "editorState"
    CONFLICT = "editorConflict"
    CONFLICT_TAKE = "editorConflictTake"
    CONFLICT_KEEP = "editorConflictKeep"
    CONFLICT_MERGE = "editorConflictMerge"
    HELP = "fieldHelp"
    EFFECTIVE = "effectivePane"
    EFFECTIVE_TABLE = "effectiveTable"
    EFFECTIVE_FILTER = "effectiveFilter"
    EFFECTIVE_SHOWN = "effectiveShown"
    EFFECTIVE_WRITE = "effectiveWrite"
    EFFECTIVE_STATE = "effectiveState"
    HELP_TITLE = "fieldHelpTitle"
    HELP_VALUE = "fieldHelpValue.{}"
    HELP_LINK = "fieldHelpLink.{}"


class Review:
    """The dialog that shows what is unsaved."""

    DIALOG = "reviewDialog"
    LIST = "reviewList"
    TEXT = "reviewText"
    NEXT = "reviewNext"
    PREVIOUS = "reviewPrevious"
    REVERT = "reviewRevert"
    SAVE = "reviewSave"
    SAVE_ALL = "reviewSaveAll"
    CLOSE = "reviewClose"


class Merge:
    """The dialog that merges with what another program wrote; a choice is named by its field."""

    DIALOG = "mergeDialog"
    LIST = "mergeList"
    CHOICE = "mergeChoice.{}"
    PREVIEW = "mergePreview"
    APPLY = "mergeApply"
    CANCEL = "mergeCancel"


class Canvas:
    """The graph of an ensemble; tools are named by what they do."""

    PANE = "graphPane"
    VIEW = "graphView"
    MINIMAP = "graphMap"
    TOOLS = "graphTools"
    TOOL = "graphTool.{}"
    ALIGN_MENU = "graphAlign"
    ZOOM = "graphZoom"
    LIVE = "graphLive"
    SEARCH = "graphSearch"
    MENU = "graphMenu"
    RENAME = "graphRename"
    OFFER = "graphOffer.{}"
    BROKEN = "graphBroken"
    FIELD = "graphField.{}"
    OPEN_MODEL = "graphOpenModel"
    TEST_STEP = "graphTestStep"


class File:
    """What a model file says; a fix is named by side, tensor and what it mends."""

    PANEL = "filePanel"
    VERSION = "fileVersion"
    STATE = "fileState"
    CANCEL = "fileCancel"
    FIX = "fileFix.{}.{}.{}"


class Compare:
    """Two interfaces side by side."""

    DIALOG = "compareDialog"
    LEFT = "compareLeft"
    RIGHT = "compareRight"
    SWAP = "compareSwap"
    TABLE = "compareTable"
    STATE = "compareState"
    CLOSE = "compareClose"


class Tensors:
    """Viewers of one tensor."""

    VIEW = "tensor.{}"
    TABS = "tensorTabs.{}"
    LABELS = "tensorLabels"
    TABLE = "tensorTable"
    PICTURE = "tensorPicture"
    TOP = "tensorTop"
    SAVE = "tensorSave"
    SLICE = "tensorSlice"
    TEXT = "tensorText"
    STATISTICS = "tensorStatistics"


class Tester:
    """The tester; a card is named by its input."""

    PAGE = "testerPage"
    MODEL = "testerModel"
    VERSION = "testerVersion"
    PROTOCOL = "testerProtocol"
    BATCH = "testerBatch"
    SEND = "testerSend"
    CANCEL = "testerCancel"
    STATUS = "testerStatus"
    PROBLEM = "testerProblem"
    EMPTY_START = "testerStartServer"
    BREAKDOWN = "testerBreakdown"
    INPUTS = "testerInputs"
    OUTPUTS = "testerOutputs"
    TIMING = "testerTiming"
    CARD = "input.{}"
    SOURCE = "inputSource.{}"
    FILE = "inputFile.{}"
    CHOOSE_FILE = "inputChooseFile.{}"
    TEXT = "inputText.{}"
    GRID = "inputGrid.{}"
    GENERATOR = "inputGenerator.{}"
    SIZE = "inputSize.{}.{}"
    SUMMARY = "inputSummary.{}"


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
    ADDRESS = "serveAddress"
    INSTALL = "serveInstall"
    INSTALLING = "serveInstalling"
    CANCEL_INSTALL = "serveCancelInstall"
    PROGRESS = "serveInstallProgress"
    ENGINE_NOTE = "serveEngineNote"
    GPU_NOTE = "serveGpuNote"
    SAME_AS = "serveSameAs"
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


class Log:
    """The server's log."""

    PANEL = "logPanel"
    LIST = "logList"
    LEVEL = "logLevel"
    FILTER = "logFilter"
    FOLLOW = "logFollow"
    COPY = "logCopy"
    CLEAR = "logClear"
    EMPTY = "logEmpty"


class Monitor:
    """The monitor; a chart is named by its key: throughput, latency, percentiles or pending."""

    PAGE = "monitorPage"
    STATE = "monitorState"
    RANGE = "monitorRange"
    PAUSE = "monitorPause"
    MARK = "monitorMark"
    EXPORT = "monitorExport"
    PROBLEM = "monitorProblem"
    EMPTY = "monitorEmpty"
    TABLE = "monitorTable"
    CHART = "monitorChart.{}"
    LEGEND = "monitorLegend.{}"
    DEVICES = "monitorDevices"
