"""The language server: what the checker and the editor know, for other editors. `server.serve` is the door to it."""
