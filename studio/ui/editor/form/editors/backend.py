"""The backend that a configuration is for, as the server would find it out."""

from __future__ import annotations

from studio.core.checking.deduction import Deduction, deduce
from studio.core.config.draft import Draft
from studio.ui.editor.form.part import FormContext


def backend_in(context: FormContext, draft: Draft) -> str:
    """As the file says, or by the platform and by what lies in the model's folder; empty where nothing tells."""
    config, folder = draft.config, context.model.folder
    given = Deduction(config.backend, config.platform, config.default_model_filename)
    return deduce(folder.name, given, folder.first_names).backend
