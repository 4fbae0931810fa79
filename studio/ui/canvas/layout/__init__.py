"""Where nodes and frames are: grid, alignment, placement and the file that keeps it."""
