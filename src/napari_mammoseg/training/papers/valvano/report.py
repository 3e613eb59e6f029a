"""The paper's look at its errors (section 3, figures 4 to 6) as a web page with pictures, and table 1."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_mammoseg.evaluation.report.page import page
from napari_mammoseg.files import atomic
from napari_mammoseg.models import Model
from napari_mammoseg.training.papers.valvano import patch_map
from napari_mammoseg.training.papers.valvano.patch_map import PatchMap, examine, laid_out
from napari_mammoseg.training.papers.valvano.table import CLASSES, HEAD, Row, markdown, rows

if TYPE_CHECKING:
    from napari_mammoseg.networks.valvano import Valvano
    from napari_mammoseg.training.papers.valvano.store import PatchStore

TEMPLATE = Path(__file__).with_name("report.html.jinja")
ON_THE_PLANE = 300
SHOWN = 8
COLOURS = {1: "#d62728", 2: "#ff9f1c", 3: "#8f5fbf", 4: "#1f77b4"}
NAMES = {
    1: "C1: the centre is calcified",
    2: "C2: a calcification near the centre",
    3: "C3: a calcification elsewhere",
    4: "C4: none",
}


def write_report(network: Valvano, out: Path, *, model: Model, store: PatchStore, positives: tuple[int, ...]) -> None:
    """Writes `report.html` with its pictures, `table1.md` and the patches on a plane into `out`.

    The table holds all trainings of the model in the folders beside `out`. Where scikit-learn, matplotlib or Jinja is
    not installed (extra `train`), only the table is written.
    """
    table = rows(model.name, out.resolve().parent)
    _write(out / "table1.md", markdown(table))
    if any(find_spec(each) is None for each in ("sklearn", "matplotlib", "jinja2")):
        return
    seen = examine(network, store, model.name, positives, "test")
    plane = laid_out(seen, ON_THE_PLANE, seed=0)
    plane.save(out / patch_map.FILE)
    _draw_plane(plane, out / "tsne.png")
    pictures = {number: out / f"errors-c{number}.png" for number in CLASSES}
    shown = {number: _draw_errors(seen, number, path) for number, path in pictures.items()}
    title = f"{model.name}, patches of {network.size} pixels, {network.padding} convolutions"
    _write(out / "report.html", _page(title, seen, plane, table, shown))


def _draw_plane(plane: PatchMap, path: Path) -> None:
    """Figure 4: on the left the classes, on the right the misclassified ones."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 6), layout="constrained")
    left, right = figure.subplots(1, 2)
    for number in CLASSES:
        mine = plane.classes == number
        left.scatter(*plane.places[mine].T, s=8, color=COLOURS[number], label=NAMES[number])
        right.scatter(*plane.places[mine & ~plane.wrong].T, s=6, color="#dddddd")
    for number in CLASSES:
        wrong = plane.wrong & (plane.classes == number)
        right.scatter(*plane.places[wrong].T, s=18, color=COLOURS[number])
    left.legend(fontsize=8)
    left.set(title="64 features by t-SNE", xticks=[], yticks=[])
    right.set(title="misclassified", xticks=[], yticks=[])
    _save(figure, path)


def _draw_errors(seen: PatchMap, number: int, path: Path) -> int:
    """Figures 5 and 6: the worst misclassified patches of a class, each above the nearest one of the other side.

    Returns how many there are; no picture is written for none.
    """
    from matplotlib.figure import Figure

    worst = seen.worst(number, SHOWN)
    if not len(worst):
        return 0
    figure = Figure(figsize=(1.6 * SHOWN, 4), layout="constrained")
    for column, index in enumerate(worst):
        near = seen.nearest(int(index))
        for line, each in enumerate((int(index), near)):
            if each >= 0:
                _draw_patch(figure.add_subplot(2, SHOWN, 1 + line * SHOWN + column), seen, each)
    _save(figure, path)
    return len(worst)


def _draw_patch(axes: Any, seen: PatchMap, index: int) -> None:
    axes.imshow(seen.patches[index], cmap="gray", vmin=0, vmax=255, interpolation="nearest")
    axes.set(xticks=[], yticks=[])
    axes.set_title(f"C{seen.classes[index]}, error {seen.error[index]:.2f}", fontsize=8)


def _page(title: str, seen: PatchMap, plane: PatchMap, table: Sequence[Row], shown: dict[int, int]) -> str:
    errors = [
        (number, NAMES[number], int((seen.wrong & (seen.classes == number)).sum()), int((seen.classes == number).sum()))
        for number in shown
    ]
    return page(
        TEMPLATE,
        title=title,
        head=HEAD,
        table=[row.cells for row in table],
        patches=len(seen.classes),
        on_the_plane=len(plane.classes),
        of_a_class=ON_THE_PLANE,
        errors=errors,
        pictured={number for number, count in shown.items() if count},
    )


def _save(figure: Any, path: Path) -> None:
    with atomic(path) as temporary:
        figure.savefig(temporary, format="png", dpi=80)


def _write(path: Path, text: str) -> None:
    with atomic(path) as temporary:
        temporary.write_text(text, "utf-8")
