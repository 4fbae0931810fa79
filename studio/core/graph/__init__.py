"""An ensemble as a graph that can be edited: nodes, ports and wires, gestures on them, and which wires will do."""
