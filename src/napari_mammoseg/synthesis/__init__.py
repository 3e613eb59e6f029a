"""Synthetic lesions put into healthy tissue: Mammogram -> Synthetic, one file per kind of lesion."""
