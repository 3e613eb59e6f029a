"""Valvano 2018: patches of four classes, table 1, figures 4 to 6."""
