"""New model: from a dropped file or a template to a model in the repository."""
