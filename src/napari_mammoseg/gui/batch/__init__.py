"""Pipelines on whole folders, from the window."""
