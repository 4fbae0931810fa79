"""Spans of time as rows of bars on one axis, with a ruler and a map of the whole."""
