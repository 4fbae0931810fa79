"""The canvas: the graph of an ensemble, drawn and edited."""
