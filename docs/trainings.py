"""What the scripts that train networks for the documents share: their arguments, and one `mammoseg train` each."""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

PROGRAM = (sys.executable, "-c", "from napari_mammoseg.cli import main; main()")
DONE = "finished"


def asked(explained: str | None, minutes: float, device: str = "cpu") -> argparse.Namespace:
    """DATA, OUT, NETWORK…, --minutes, --device and --set of the command line."""
    parser = argparse.ArgumentParser(description=explained, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("networks", nargs="*", metavar="NETWORK")
    parser.add_argument("--minutes", type=float, default=minutes)
    parser.add_argument("--device", default=device)
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    return parser.parse_args()


def trained(name: str, out: Path, given: argparse.Namespace, further: Sequence[str] = ()) -> dict[str, str]:
    """The last row of the log of the training in `out`, which is done first where it is not finished there."""
    if not (out / DONE).is_file():
        settings = [f"--set={each}" for each in (*further, *given.set)]
        options = ["--minutes", f"{given.minutes:g}", "--device", given.device, "--resume"]
        subprocess.run([*PROGRAM, "train", name, "--data", given.data, "--out", out, *settings, *options], check=True)
        (out / DONE).touch()
    return last_row(out)


def last_row(out: Path) -> dict[str, str]:
    """The last row of the log of the training in `out`."""
    with (out / "log.csv").open(newline="") as file:
        return list(csv.DictReader(file))[-1]
