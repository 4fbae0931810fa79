"""What was seen on the wires of an ensemble: the tensors, and what is said of them in few figures."""
