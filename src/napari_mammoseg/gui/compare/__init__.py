"""Results held against a truth, in the window."""
