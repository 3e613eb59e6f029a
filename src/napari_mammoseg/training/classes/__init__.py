"""Benign or malignant: masses whose label is known, one per picture."""
