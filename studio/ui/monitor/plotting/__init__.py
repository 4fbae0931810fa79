"""Charts: lines by pyqtgraph with legend and overlay, and the small ones that are painted."""
