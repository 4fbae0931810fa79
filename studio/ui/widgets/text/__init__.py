"""Texts in widgets: their colours, their places, how two of them differ."""
