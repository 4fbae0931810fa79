"""A new model: what a file or a template proposes, how it is written down, and how it comes into a repository."""
