"""Trainings of what puts synthetic lesions into healthy tissue."""
