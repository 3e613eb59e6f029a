"""Many inputs: any job by this process, by worker processes or by a cluster; folders for results; resuming."""

from napari_mammoseg.batch.jobs import Outcome, outcome_of, run

__all__ = ["Outcome", "outcome_of", "run"]
