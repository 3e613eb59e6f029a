"""What holds for the package as a whole."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("torch", "napari", "qtpy", "pydicom", "scipy", "skimage", "openvino")


def _modules_after(statement: str) -> set[str]:
    code = f"import sys; {statement}; print('\\n'.join(sys.modules))"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert not _modules_after("import napari_mammoseg") & set(HEAVY)


def test_importing_the_package_takes_less_than_0_3_seconds() -> None:
    code = "import time; start = time.perf_counter(); import napari_mammoseg; print(time.perf_counter() - start)"
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(3)]
    assert min(float(run.stdout) for run in runs) < 0.3


def test_the_command_line_starts_without_torch_and_napari() -> None:
    assert not _modules_after("import napari_mammoseg.cli as cli; cli.app()") & {"torch", "napari", "qtpy"}


def test_modules_import_downwards_only() -> None:
    run = subprocess.run(["lint-imports"], capture_output=True, text=True, env=_path())
    assert run.returncode == 0, run.stdout


def _path() -> dict[str, str]:
    import os
    from pathlib import Path

    return {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
