"""A configuration changed by path: what a path leads to, and the edits."""
