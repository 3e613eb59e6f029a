"""Where a network runs: which device of this machine a word of `--device` names."""

from __future__ import annotations

import platform
import re
import shutil
from pathlib import Path

from napari_mammoseg.errors import InputError


def resolve(device: str) -> str:
    """The device that `device` names: for "auto" the best one here. Raises InputError if there is no such device.

    torch is loaded only where there may be an accelerator: a run on the processor does not wait for it.
    """
    if not re.fullmatch(r"auto|cpu|mps|cuda(:\d+)?", device):
        raise InputError(f"--device {device}", "is not a device", "choose auto, cpu, cuda, cuda:N or mps")
    if device == "cpu" or (device == "auto" and not _accelerator_may_exist()):
        return "cpu"
    there = _accelerators()
    if device == "auto":
        return there[0] if there else "cpu"
    name = "cuda:0" if device == "cuda" else device
    if name not in there:
        raise InputError(f"--device {device}", "is not on this machine", f"choose from cpu {' '.join(there)}".strip())
    return name


def _accelerator_may_exist() -> bool:
    apple = platform.system() == "Darwin" and platform.machine() == "arm64"
    return (
        apple or Path("/dev/nvidiactl").exists() or shutil.which("nvidia-smi") is not None or Path("/dev/kfd").exists()
    )


def _accelerators() -> list[str]:
    import torch

    cuda = [f"cuda:{index}" for index in range(torch.cuda.device_count())] if torch.cuda.is_available() else []
    return cuda + (["mps"] if torch.backends.mps.is_available() else [])
