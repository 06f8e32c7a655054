"""What a job of a Quanta sweep logs and is told, and the results of sweeps as tables.

In a job, which is any program that ``quanta run`` starts::

    import quanta

    width = quanta.params()["width"]
    for step in range(1000):
        ...
        quanta.log(step=step, loss=loss)

The same program runs by itself, too: ``log`` then does nothing, ``params`` is empty, and so on.

In a notebook, also while the sweep runs::

    runs = quanta.runs("widths")                     # a row a job
    curves = quanta.curves("widths", metric="loss")  # a row a step
    fits = quanta.fits("widths")                     # a row a fit, by the program `quanta`
    kept = quanta.weights("widths")                  # a row for weights that a job has kept after a step
    layers = quanta.tensors(kept.file[0])            # their arrays by name
"""

from ._errors import Error
from ._job import (
    Run,
    attempt,
    checkpoint_dir,
    deadline,
    finish,
    init,
    job,
    log,
    params,
    seed,
    threads,
)
from ._store import curves, fits, runs, sweeps, weights
from ._weights import tensors

__all__ = [
    "Error",
    "Run",
    "attempt",
    "checkpoint_dir",
    "curves",
    "deadline",
    "finish",
    "fits",
    "init",
    "job",
    "log",
    "params",
    "runs",
    "seed",
    "sweeps",
    "tensors",
    "threads",
    "weights",
]
