"""The widgets of the window's frame: bars, docks, tabs and notices."""
