"""The docks: one for each pipeline, made of controls, a result panel and layers. A dock only shows."""
