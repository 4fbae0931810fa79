"""The list of problems in the repository."""
