"""The scores of a comparison as text: numbers below the rule and the denominator that give them their meaning."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

from napari_mammoseg.batch.comparing import Compared
from napari_mammoseg.evaluation.case import Case
from napari_mammoseg.evaluation.score import Score, counted
from napari_mammoseg.evaluation.scores import why_none
from napari_mammoseg.gui.widgets.message import WRONG
from napari_mammoseg.pipeline_table import PIPELINES


def page(compared: Compared, command: str | None = None) -> str:
    """The text, as HTML. command: what gives the same numbers in a shell."""
    again = [] if command is None else [f"<p>The same on the command line:<br><code>{escape(command)}</code></p>"]
    return "".join((*_head(compared), *_groups(compared), *_left_out(compared), *again))


def _head(compared: Compared) -> Iterator[str]:
    facts = compared.evaluation.facts
    if not compared.evaluation.cases:
        return
    of = f"{counted(facts['images'], 'image')} of {counted(facts['patients'], 'patient')}"
    between = "; 95 % intervals by bootstrap over patients" if facts["patients"] > 1 else ""
    yield f"<p><b>{escape(facts['model'])}</b>: {of}{between}</p>"
    for target in PIPELINES[compared.evaluation.pipeline].targets:
        yield from _counts(compared.evaluation.cases, target.name)
    cases = compared.evaluation.cases
    for each in cases[0].answers if len(cases) == 1 else ():
        yield f"<p><b>said {each.said}</b>, p(malignant) {each.p_malignant:.2f}; in truth <b>{each.truth}</b></p>"
    if not compared.evaluation.scores:
        yield f"<p>No score: {why_none(compared.evaluation.pipeline)}.</p>"


def _counts(cases: Sequence[Case], target: str) -> Iterator[str]:
    """How many lesions are found, and how many marks are false, at the thresholds of the results."""
    known = [(each.readings[target], each.threshold) for each in cases if target in each.readings]
    lesions = sum(len(reading.found_at) for reading, _ in known)
    found = sum(int((reading.found_at >= threshold).sum()) for reading, threshold in known)
    false = sum(int((reading.false >= threshold).sum()) for reading, threshold in known)
    if known:
        at = ", ".join(f"{each:g}" for each in sorted({threshold for _, threshold in known}))
        words = f"{target}: {found} of {lesions} found, {counted(false, 'false mark')}"
        yield f"<p><b>{words}</b> at the threshold {at}</p>"


def _groups(compared: Compared) -> Iterator[str]:
    """The scores in the order of the command's, each rule said once as long as it stays the same."""
    for rule, of_rule in groupby(compared.evaluation.scores, lambda score: score.rule):
        yield f"<p><i>{escape(rule)}</i></p>"
        for words, scores in groupby(of_rule, lambda score: f"{score.denominator}; {score.of}"):
            yield f'<p style="margin-bottom: 2px"><small>{escape(words)}</small></p><table cellspacing="4">'
            yield from map(_row, scores)
            yield "</table>"


def _row(score: Score) -> str:
    between = "" if score.interval is None else f"{score.interval[0]:.3f} to {score.interval[1]:.3f}"
    return f"<tr><td>{escape(score.name)}</td><td><b>{score.value:.3f}</b></td><td>{between}</td></tr>"


def _left_out(compared: Compared) -> Iterator[str]:
    for error in compared.failures:
        yield f'<p style="{WRONG}">{escape(str(error))}</p>'
