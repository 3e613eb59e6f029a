"""Results as layers: shown, cut again, kept for the next dock, and looked at."""
