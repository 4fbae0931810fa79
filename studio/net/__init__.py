"""Reading from servers over HTTP, for the rings that do: with a cap in bytes, and one deadline for all of a call."""
