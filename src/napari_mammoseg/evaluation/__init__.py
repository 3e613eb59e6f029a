"""Scores that can be believed: every number comes with its matching rule and its denominator in words.

`boxes` (IoU, NMS), `regions` (the truth's shapes), `matching` (which mark hits which lesion, by named rules), `froc`,
`average_precision`, `roc`, `overlap` (pixels), `bootstrap` (intervals over patients). NumPy and SciPy only.
"""
