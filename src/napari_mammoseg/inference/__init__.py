"""Networks on mammograms of any size: one tiler, one generator that can be stopped, backends behind a small seam."""
