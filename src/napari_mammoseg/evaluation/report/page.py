"""The pages of all reports: a template that extends `page.html.jinja`, filled in by Jinja."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from napari_mammoseg.errors import needed

TEMPLATES = Path(__file__).parent


def page(template: Path, **values: Any) -> str:
    """The page of the template file as HTML text; every value is escaped."""
    jinja2 = needed("jinja2", "a report", "report")
    loader = jinja2.FileSystemLoader([template.parent, TEMPLATES])
    text: str = jinja2.Environment(autoescape=True, loader=loader).get_template(template.name).render(**values)
    return text
