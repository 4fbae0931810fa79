"""The page that is there before a repository is."""
