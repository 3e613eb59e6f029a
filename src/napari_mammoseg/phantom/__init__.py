"""Synthetic mammograms with exact truth, and the lesions that are put into them or into real tissue. Numpy only."""
