"""Outlines of masses (Cobos 2016, Aung 2018, and our own network)."""
