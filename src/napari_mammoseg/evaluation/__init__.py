"""Scores: matching, FROC, average precision, overlap, ROC, intervals. Numbers in, numbers out."""
