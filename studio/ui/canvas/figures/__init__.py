"""What the steps of a running ensemble cost, as figures on their nodes."""
