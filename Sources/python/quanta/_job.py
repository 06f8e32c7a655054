"""What a job is told by its environment, and what it logs. Nothing here needs more than Python."""

from __future__ import annotations

import json
import operator
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple, Union

from ._errors import Error


def _variable(name: str) -> Optional[str]:
    """A variable of the environment; None also for an empty one."""
    return os.environ.get(name) or None


def _number(name: str, kind: Any, default: Any) -> Any:
    text = _variable(name)
    if text is None:
        return default
    try:
        return kind(text)
    except ValueError:
        raise Error(f"{name} is {text!r}, expected a number; unset it outside of a job") from None


def job() -> Optional[str]:
    """The job's key; None outside of a job."""
    return _variable("QUANTA_JOB")


def attempt() -> Optional[int]:
    """Which attempt at the job this is, from 1; None outside of a job."""
    return _number("QUANTA_ATTEMPT", int, None)


def params() -> Dict[str, Any]:
    """The job's parameters by name, whole numbers as int and others as float; empty outside of a job."""
    text = _variable("QUANTA_PARAMS")
    if text is None:
        return {}
    try:
        values = json.loads(text)
    except ValueError as error:
        raise Error(f"QUANTA_PARAMS is no JSON: {error}; unset it outside of a job") from None
    if not isinstance(values, dict):
        raise Error("QUANTA_PARAMS is no JSON object; unset it outside of a job")
    return values


def seed(default: Optional[int] = None) -> Optional[int]:
    """The job's seed; `default` for a job without one and outside of a job."""
    return _number("QUANTA_SEED", int, default)


def threads(default: Optional[int] = None) -> int:
    """How many threads the job may use; outside of a job `default`, or what this process may use."""
    if default is None:
        try:
            default = len(os.sched_getaffinity(0))
        except AttributeError:  # not on this system
            default = os.cpu_count() or 1
    return _number("QUANTA_THREADS", int, default)


def deadline() -> Optional[float]:
    """When the job will be stopped, seconds since 1970 as `time.time()`; None where it has no limit."""
    return _number("QUANTA_DEADLINE", float, None)


def checkpoint_dir(default: Union[str, os.PathLike, None] = None) -> Optional[Path]:
    """The folder whose files the job's next attempt finds again; outside of a job `default`, or None.

    The folder exists once this has returned it.
    """
    name = _variable("QUANTA_CHECKPOINT_DIR") or default
    if name is None:
        return None
    folder = Path(name)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _plain(name: str, value: Any) -> Union[int, float]:
    """A number of Python's own: of NumPy, PyTorch, JAX and others by `item()`, `int` and `float`."""
    item = getattr(value, "item", None)
    try:
        if callable(item):
            value = item()  # raises ValueError or RuntimeError unless there is one
        try:
            whole = int(operator.index(value))
        except TypeError:
            if isinstance(value, (str, bytes)):
                raise
            return float(value)
        return whole if -(2**63) <= whole < 2**63 else float(whole)
    except (TypeError, ValueError, RuntimeError, OverflowError):
        raise TypeError(f"{name} is {value!r:.100}, expected a number") from None


def _flattened(values: Mapping, prefix: str = "") -> Dict[str, Any]:
    flat: Dict[str, Any] = {}
    for name, value in values.items():
        if not isinstance(name, str):
            raise TypeError(f"a metric is called {name!r:.100}, expected a text")
        if isinstance(value, Mapping):
            flat.update(_flattened(value, f"{prefix}{name}."))
        else:
            flat[prefix + name] = value
    return flat


#: Files whose last line is known to be whole, by process: a fork looks for itself.
_whole: Dict[Any, bool] = {}


def _append(path: str, line: bytes) -> None:
    """Appends a line in one write, which the kernel does whole before that of another process or thread.

    The file is opened for each line, so that no program that closes descriptors, forks or changes
    threads can divert it. A part of a line that a killed attempt has left is ended first; where that was a
    line of another process on its way, an empty line is all that comes of it.
    """
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0)
    file = os.open(path, flags, 0o666)
    try:
        key = (os.getpid(), path)
        if not _whole.get(key):
            size = os.fstat(file).st_size
            if size > 0 and os.pread(file, 1, size - 1) != b"\n":
                line = b"\n" + line
        _whole[key] = True
        written = os.write(file, line)
        if written < len(line):
            _whole[key] = False
            raise OSError(f"{path}: only {written} of {len(line)} bytes could be written; disk full?")
    finally:
        os.close(file)


#: The longest line, bytes: what reads them need not hold more.
_LONGEST = 1 << 19


def _write(path: str, at: Dict[str, Any], values: List[Tuple[str, Union[int, float]]]) -> None:
    """Writes metrics as a line, a great many as several lines of the same step."""
    line = json.dumps({**at, **dict(values)}).encode("ascii") + b"\n"
    half = len(values) // 2
    if len(line) <= _LONGEST or half == 0:
        return _append(path, line)
    _write(path, at, values[:half])
    _write(path, at, values[half:])


def log(metrics: Optional[Mapping] = None, /, *, step: Any = None, **named: Any) -> None:
    """Logs metrics of a step: ``log(step=100, loss=1.23)`` or ``log({"train/loss": 1.23}, step=100)``.

    Values are numbers, also infinite ones and NaN, of Python, NumPy, PyTorch or JAX; those in a dictionary
    of dictionaries get names with dots. Outside of a job nothing happens.
    """
    path = _variable("QUANTA_METRICS")
    if path is None:
        return
    values = _flattened({**(metrics or {}), **named})
    if step is None:
        step = values.pop("step", None)
    elif "step" in values:
        raise TypeError("step is given twice")
    at: Dict[str, Any] = {}
    if step is not None:
        number = _plain("step", step)
        if number != number or number != (whole := int(number) if abs(number) < 2**63 else None):
            raise TypeError(f"step is {number!r}, expected a whole number")
        at["step"] = whole
    _write(path, at, [(name, _plain(name, value)) for name, value in values.items()])


class Run:
    """What :func:`init` returns, for scripts that were written for W&B."""

    def __init__(self, config: Dict[str, Any]):
        self.config = config

    log = staticmethod(log)

    def finish(self) -> None:
        """Does nothing: every line is written at once."""

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *_: Any) -> None:
        self.finish()


def init(*, config: Optional[Mapping] = None, **_: Any) -> Run:
    """For scripts that were written for W&B: a run whose `config` has the job's parameters for those of
    the same names; other options are taken and mean nothing."""
    return Run({**(config or {}), **params()})


def finish() -> None:
    """For scripts that were written for W&B; does nothing."""
