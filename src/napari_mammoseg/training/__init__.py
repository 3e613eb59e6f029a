"""Data sets, losses, one loop, and one recipe a model."""
