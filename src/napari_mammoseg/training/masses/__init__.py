"""Masses and their boxes: films, crops, losses, scores."""
