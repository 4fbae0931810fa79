"""The GPUs that a server is to have: whether they suit it, and whether it has them."""
