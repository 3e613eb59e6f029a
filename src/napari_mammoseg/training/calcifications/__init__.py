"""Calcifications: films, windows to train on, losses, scores."""
