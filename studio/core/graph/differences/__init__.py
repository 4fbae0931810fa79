"""How graphs differ: two states of one, for its scene, and two ensembles beside one another."""
