"""Breast, pectoral muscle, resampling and normalisation of mammograms: arrays in, arrays out."""
