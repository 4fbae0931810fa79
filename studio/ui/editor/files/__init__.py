"""Text files of a model besides its configuration."""
