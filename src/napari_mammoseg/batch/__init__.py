"""Many inputs: folders, workers, clusters, resume."""
