"""What was seen on the wires of a canvas: at the pointer, on cards that stay, and at the step that failed."""
