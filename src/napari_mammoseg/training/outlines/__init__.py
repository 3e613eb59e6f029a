"""Training of the networks that outline masses."""
