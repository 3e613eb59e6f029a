"""Batches drawn ahead by threads and moved to the device; a seed, an epoch and an index always give the same one."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
import torch
from torch import Tensor

from napari_mammoseg.training.engine.recipe import Batch

AHEAD = 4
"""So many batches are drawn while the network works on another one."""


def drawn_ahead(
    draw: Callable[[int, int, np.random.Generator], Batch], count: int, seed: int, epoch: int, threads: int
) -> Iterator[Batch]:
    """The `count` batches of an epoch, in order."""
    waiting: deque[Future[Batch]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        for index in range(count):
            waiting.append(pool.submit(draw, epoch, index, np.random.default_rng([seed, epoch, index])))
            if len(waiting) > AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def moved(batch: Batch, device: torch.device) -> Any:
    """The same nested tuples, lists and dicts with their tensors on `device`; the memory layout stays."""
    if isinstance(batch, Tensor):
        return batch.to(device, non_blocking=True)
    if isinstance(batch, dict):
        return {name: moved(each, device) for name, each in batch.items()}
    if isinstance(batch, tuple | list):
        return type(batch)(moved(each, device) for each in batch)
    return batch
