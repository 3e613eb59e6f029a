"""What can be run on an open image: one folder per pipeline, each a plain function from Mammogram to what it found."""

from napari_mammoseg.pipeline_table import PIPELINES, Pipeline, PipelineSettings, pipeline
from napari_mammoseg.pipelines.analysis import analyze, analyze_all, get_ready, model_of, nothing, settings_of

__all__ = [
    "PIPELINES",
    "Pipeline",
    "PipelineSettings",
    "analyze",
    "analyze_all",
    "get_ready",
    "model_of",
    "nothing",
    "pipeline",
    "settings_of",
]
