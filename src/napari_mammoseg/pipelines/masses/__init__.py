"""Masses, each in a box, benign or malignant (Jin and Zheng 2019)."""
