"""The object names of the dialog for a new model: what tests and assistive tools hold on to."""

from __future__ import annotations


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
