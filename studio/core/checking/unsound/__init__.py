"""Texts that the server cannot read: each mistake in them, what was meant, and what can be said of the rest."""
