"""The object names of a model's tab: what tests and assistive tools hold on to."""

from __future__ import annotations


class Text:
    """The text pane of the editor."""

    PANE = "textPane"
    EDIT = "textEdit"
    GUTTER = "textGutter"
    FIND_BAR = "findBar"
    FIND_FIELD = "findField"
    REPLACE_FIELD = "replaceField"
    REPLACE_ONE = "replaceOne"
    REPLACE_ALL = "replaceAll"
    LINE_FIELD = "goToLine"
    FIND_COUNT = "findCount"
    FIND_NEXT = "findNext"
    FIND_PREVIOUS = "findPrevious"
    FIND_CLOSE = "findClose"
    COMPLETION = "textCompletion"
    COMPLETION_LIST = "textCompletionList"
    HOVER = "textHover"
    HOVER_FIX = "textHoverFix.{}.{}"
    LONG_LINE = "textLongLine"
    LAY_OUT = "textLayOut"


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


class Editor:
    """The tab of a model or a file."""

    TAB = "modelTab"
    FILE_TAB = "fileTab"
    VIEWS = "editorViews"
    SPLIT = "editorSplit"
    STATE = "editorState"
    CRUMB = "editorCrumb.{}"
    SIBLINGS = "editorSiblings"
    CONFLICT = "editorConflict"
    CONFLICT_TAKE = "editorConflictTake"
    CONFLICT_KEEP = "editorConflictKeep"
    CONFLICT_MERGE = "editorConflictMerge"
    PICKED = "editorPicked"
    PICKED_OPEN = "editorPickedOpen"
    GONE = "editorGone"
    GONE_SAVE = "editorGoneSave"
    TRIAL = "editorTrial"
    TRIAL_AGAIN = "editorTrialAgain"
    TRIAL_DROP = "editorTrialDrop"
    TRIAL_KEEP = "editorTrialKeep"
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


class Renaming:
    """The dialog for the new name of a tensor."""

    DIALOG = "renameTensor"
    LIST = "renameTensorList"
    TEXT = "renameTensorText"


class Merge:
    """The dialog that merges with what another program wrote; a choice is named by its field."""

    DIALOG = "mergeDialog"
    LIST = "mergeList"
    CHOICE = "mergeChoice.{}"
    PREVIEW = "mergePreview"
    APPLY = "mergeApply"
    CANCEL = "mergeCancel"


class Status:
    """What it keeps in the status bar."""

    UNSAVED = "statusUnsaved"
