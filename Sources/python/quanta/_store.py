"""The results of sweeps as tables, read from a store's views; see README, "Python"."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import sqlite3
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Sequence, Union

from ._errors import Error
from ._tables import Columns, curve_table, table, titled
from ._words import remedy

#: The mark of a store among SQLite's files, and the newest schema whose views are known here.
_APPLICATION = 0x5175616E
_NEWEST_SCHEMA = 7

#: The facts of a run before its parameters, as `quanta export` has them.
_FACTS = [
    "position", "job", "state", "reason", "attempts", "worker", "host", "instruction_set", "threads",
    "wall_seconds", "cpu_seconds", "peak_memory_bytes", "started_at", "ended_at", "quarantine",
]  # fmt: skip

_Store = Union[str, "os.PathLike[str]", None]


def _folder(store: _Store) -> Path:
    chosen = store or os.environ.get("QUANTA_STORE") or "quanta-store"
    return Path(chosen).expanduser().absolute()


def _address(folder: Path) -> str:
    """SQLite's address of a store that nothing may change.

    A reader needs the shared memory beside the database; in a folder where it cannot be made, nobody
    writes either, and the file is read as it is.
    """
    database = folder / "store.sqlite"
    if not folder.exists():
        raise Error(
            f"there is no store at {folder}; `quanta run SWEEP` makes one, or name its folder with "
            "store= or QUANTA_STORE"
        )
    if not database.is_file():
        raise Error(f"{folder} is not a store: it has no store.sqlite; name the folder of a store")
    address = database.as_uri() + "?mode=ro"
    if os.access(folder, os.W_OK) or Path(f"{database}-shm").exists():
        return address
    log = Path(f"{database}-wal")
    if log.exists() and log.stat().st_size > 0:
        raise Error(
            f"the latest results of {folder} lie in its write-ahead log, which cannot be read in a "
            "folder that is not writable; copy store.sqlite and store.sqlite-wal and read them there"
        )
    return address + "&immutable=1"


def _check(db: sqlite3.Connection, folder: Path) -> None:
    if db.execute("PRAGMA application_id").fetchone()[0] != _APPLICATION:
        raise Error(f"{folder}/store.sqlite is a file of another application; name the folder of a store")
    schema = db.execute("PRAGMA user_version").fetchone()[0]
    if schema > _NEWEST_SCHEMA:
        raise Error(
            f"the store {folder} was written by a newer version of Quanta (schema {schema}; this package "
            f"knows {_NEWEST_SCHEMA}); install that version's package: pip install ./Sources/python"
        )
    if schema < 3:
        raise Error(
            f"the store {folder} was written by an older version of Quanta (schema {schema}); `quanta "
            "resume` brings it up to date"
        )


@contextmanager
def _reading(store: _Store) -> Iterator[sqlite3.Connection]:
    """A store in one consistent state; what is read never blocks or changes it."""
    folder = _folder(store)
    db = sqlite3.connect(_address(folder), uri=True, timeout=10, isolation_level=None)
    try:
        db.row_factory = sqlite3.Row
        db.execute("BEGIN")
        _check(db, folder)
        yield db
    except sqlite3.Error as error:
        raise Error(f"the store {folder} cannot be read: {error}; `quanta store` may say more") from error
    finally:
        db.close()


def _names(db: sqlite3.Connection) -> List[str]:
    return [row[0] for row in db.execute("SELECT name FROM sweep ORDER BY id")]


def _sweep(db: sqlite3.Connection, name: str) -> str:
    """The name of a stored sweep, `last` for the one that was registered last."""
    names = _names(db)
    if name in names:
        return name
    if name == "last" and names:
        return names[-1]
    if not names:
        raise Error(f'there is no sweep "{name}": the store has none yet; `quanta run SWEEP` makes one')
    raise Error(f'there is no sweep "{name}"; ' + remedy(name, names))


def sweeps(store: _Store = None) -> List[str]:
    """The names of a store's sweeps, in the order in which they were first run."""
    with _reading(store) as db:
        return _names(db)


def _number(value: Any) -> Any:
    """A scalar from a view's JSON, where NaN is null and infinities are words."""
    return float("nan" if value is None else value)


def runs(sweep: str = "last", store: _Store = None) -> Any:
    """A sweep's jobs, a row each: facts, a column for each parameter, then one for each scalar.

    These are the columns of ``quanta export``: whole parameters are int, others float, bool or str; a
    name that is taken already gets ``parameter.`` or ``scalar.`` before it. What a job does not have is
    missing. A pandas DataFrame where pandas can be imported, else a list of dictionaries.

    - sweep: its name, or ``last``.
    - store: the store's folder; what QUANTA_STORE names, or ``./quanta-store``, if absent.
    """
    with _reading(store) as db:
        query = "SELECT * FROM runs WHERE sweep = ? ORDER BY position"
        rows = [dict(row) for row in db.execute(query, [_sweep(db, sweep)])]
    parameters = [json.loads(row["parameters"]) for row in rows]
    scalars = [
        {name: _number(value) for name, value in json.loads(row["scalars"]).items()} for row in rows
    ]
    for row in rows:  # the one word that a person sees, in `quanta status` too
        row["state"] = "failed" if row["state"] == "setAside" else row["state"]
    return table(
        titled(
            [("fact", name, [row.get(name) for row in rows]) for name in _FACTS]
            + _columns("parameter", parameters)
            + _columns("scalar", scalars)
            + [("fact", "origin", [row.get("origin") for row in rows])]
        )
    )


def _columns(kind: str, rows: Sequence[Dict[str, Any]]) -> Columns:
    names = sorted({name for row in rows for name in row}, key=lambda name: name.encode())
    return [(kind, name, [row.get(name) for row in rows]) for name in names]


def curves(sweep: str = "last", metric: Optional[str] = None, store: _Store = None) -> Any:
    """The curves of a sweep's finished jobs, a row for each step (and column, where a curve has several).

    Columns: ``position``, ``job``, the parameters, ``metric``, ``step``, ``column``, ``value``; values are
    those of single precision that the store keeps. A parameter of such a name gets ``parameter.`` before
    it. A pandas DataFrame where pandas can be imported, else a list of dictionaries.

    - metric: the curve's name, such as ``loss``; all if absent.
    """
    with _reading(store) as db:
        name = _sweep(db, sweep)
        jobs = "SELECT position, job, parameters FROM runs WHERE sweep = ? AND state = 'done'"
        rows = db.execute(jobs + " ORDER BY position", [name]).fetchall()
        query = (
            "SELECT curve_data.* FROM runs JOIN curve_data ON curve_data.job = runs.job "
            "WHERE runs.sweep = ? AND runs.state = 'done' AND ? IN (curve_data.name, '') "
            "ORDER BY runs.position, curve_data.name"
        )
        found = db.execute(query, [name, metric or ""]).fetchall()
        if metric and rows and not found:
            known = "SELECT DISTINCT curves.name FROM runs JOIN curves USING (job) WHERE sweep = ?"
            raise Error(
                f'no job of {name} has a curve "{metric}"; '
                + remedy(metric, [row[0] for row in db.execute(known + " ORDER BY 1", [name])])
            )
    place = {row["job"]: index for index, row in enumerate(rows)}
    jobs = [("fact", name, [row[name] for row in rows]) for name in ["position", "job"]]
    return curve_table(
        jobs + _columns("parameter", [json.loads(row["parameters"]) for row in rows]),
        [(place[row["job"]], row["name"], row["steps"], row["columns"], row["data"]) for row in found],
    )


def weights(sweep: str = "last", store: _Store = None) -> Any:
    """The weights that a sweep's finished jobs have kept, a row for each job and step.

    Columns: ``position``, ``job``, the parameters, ``step``, ``file`` (its path), ``sha256``, ``bytes``. A
    parameter of such a name gets ``parameter.`` before it. ``quanta.tensors`` reads a file. Jobs whose
    result is quarantined are left out. A pandas DataFrame where pandas can be imported, else a list of
    dictionaries.
    """
    folder = _folder(store)
    with _reading(store) as db:
        name = _sweep(db, sweep)
        query = "SELECT * FROM weights WHERE sweep = ? AND quarantine IS NULL ORDER BY position, step"
        has_view = db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'weights'").fetchone()
        rows = db.execute(query, [name]).fetchall() if has_view else []
    facts = [("fact", name, [row[name] for row in rows]) for name in ["position", "job"]]
    ending = {
        "step": [row["step"] for row in rows],
        "file": [str(folder / row["file"]) for row in rows],
        "sha256": [row["hash"] for row in rows],
        "bytes": [row["size"] for row in rows],
    }
    columns = titled(
        facts + _columns("parameter", [json.loads(row["parameters"]) for row in rows]), taken=list(ending)
    )
    return table(columns + list(ending.items()))


#: The columns of fits that are words, whatever stands in them.
_WORDS = {"source", "name", "group", "x", "y", "form", "held", "objective"}


def _cell(name: str, text: str) -> Any:
    if name in _WORDS:
        return text
    if text in ("", "true", "false"):
        return {"": None, "true": True, "false": False}[text]
    try:
        return int(text)
    except ValueError:
        return float(text)


def fits(sweep: str = "last", store: _Store = None, program: Optional[str] = None) -> Any:
    """The fits that a sweep's file asks for, a row each: every parameter with its error and 95 % interval.

    The program ``quanta`` makes them (``quanta export --what fits``), from the results as they are now.
    A pandas DataFrame where pandas can be imported, else a list of dictionaries.

    - program: the path of ``quanta``; the one on the PATH if absent.
    """
    with _reading(store) as db:
        name = _sweep(db, sweep)
    found = program or shutil.which("quanta")
    if found is None:
        raise Error("fits are made by the program `quanta`, which is not on the PATH; name it with program=")
    folder = _folder(store)
    arguments = [found, "export", "--what", "fits", "--format", "csv", "--store", str(folder), "--", name]
    try:
        # In the store's folder no file of the sweep's name is taken for its definition.
        done = subprocess.run(arguments, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True)
    except OSError as error:
        raise Error(f"{found} cannot be run: {error.strerror}; name the program `quanta`") from None
    if done.returncode not in (0, 1) or not done.stdout:
        raise Error(f"{name} cannot be fitted: " + done.stderr.decode("utf-8", "replace").strip())
    header, *lines = csv.reader(io.StringIO(done.stdout.decode("utf-8"), newline=""))
    rows = [dict(zip(header, line)) for line in lines]
    return table([(name, [_cell(name, row[name]) for row in rows]) for name in header])
