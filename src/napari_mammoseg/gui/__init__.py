"""All that knows napari: docks, layers and the hooks of napari.yaml. A dock only shows."""
