"""Synthetic mammograms, and lesions put into tissue: arrays, no torch."""
