"""Sweeps of a real store as tables."""

import hashlib
import math
import os
import shutil
import sqlite3
import struct
import sys
from contextlib import closing

import pytest

import quanta


@pytest.fixture(params=["pandas", "no pandas"])
def rows(request, monkeypatch):
    """Makes a table a list of dictionaries, once with pandas and once as if there were none."""
    if request.param == "pandas":
        pandas = pytest.importorskip("pandas", reason="pandas is not installed")

        def records(table):
            assert isinstance(table, pandas.DataFrame)
            table = table.astype("object")
            return table.where(table.notna(), None).to_dict("records")

        return records
    monkeypatch.setitem(sys.modules, "pandas", None)
    return lambda table: table


def test_runs_are_what_export_writes(store, rows):
    for sweep in ["widths", "mixed"]:
        expected = store.json(sweep)
        found = rows(quanta.runs(sweep, store.path))
        assert len(found) == len(expected) == (16 if sweep == "widths" else 2)
        for run, row in zip(found, expected):
            assert {name: value for name, value in run.items() if value is not None} == row
    header = store.quanta("export", "widths").split("\n")[0].split(",")
    assert list(rows(quanta.runs("widths", store.path))[0]) == header


def test_parameters_keep_their_types(store, rows):
    runs = rows(quanta.runs("widths", store.path))
    assert {run["seed"] for run in runs} == {0, 2**53 + 1}
    types = {name: type(runs[0][name]) for name in ["width", "learningRate", "weightDecay", "regime", "earlyStop"]}
    assert types == dict(width=int, learningRate=float, weightDecay=float, regime=str, earlyStop=bool)
    failed = rows(quanta.runs("mixed", store.path))[1]
    assert failed["state"] == "failed" and failed["size"] == 11 and failed["loss.final"] is None


def test_columns_of_a_frame_have_types(store):
    pytest.importorskip("pandas", reason="pandas is not installed")
    runs = quanta.runs("widths", store.path)
    expected = dict(width="int64", learningRate="float64", earlyStop="bool", seed="int64", threads="int64")
    assert {name: str(runs[name].dtype) for name in expected} == expected
    assert str(quanta.runs("mixed", store.path)["threads"].dtype) == "Int64"
    assert runs.groupby("width")["loss.final"].mean().size == 4


def test_curves_are_what_export_writes(store, rows):
    for metric in ["loss", "loss.subtasks"]:
        found = rows(quanta.curves("widths", metric, store.path))
        expected = store.json("widths", "--what", "curves", "--curve", metric)
        values = {}
        for row in found:
            assert row["metric"] == metric
            values.setdefault(row["job"], {})[row["step"], row["column"]] = (row["value"], row["width"], row["seed"])
        assert set(values) == {curve["job"] for curve in expected} and len(values) == 16
        for curve in expected:
            columns = curve["columns"]
            places = [(step, column) for step in curve["steps"] for column in range(columns)]
            mine = values[curve["job"]]
            assert list(mine) == places
            # Export writes the shortest text of a single, which names the same single.
            assert [single(v) for v, _, _ in mine.values()] == [single(v) for v in curve["values"]]
            assert {(w, s) for _, w, s in mine.values()} == {
                (curve["parameters"]["width"], curve["parameters"]["seed"])
            }


def single(value):
    return struct.pack("<f", value)


def test_curves_of_all_metrics(store, rows):
    names = {row["metric"] for row in rows(quanta.curves("widths", store=store.path))}
    assert {"loss", "loss.subtasks", "accuracy"} <= names
    assert {row["position"] for row in rows(quanta.curves("mixed", store=store.path))} == {0}


def test_fits_are_what_export_writes(store, rows):
    fit = rows(quanta.fits("widths", store.path, program=store.program))[0]
    expected = store.json("widths", "--what", "fits")[0]
    exponent = expected["parameters"]["c"]
    assert (fit["c"], fit["n"], fit["name"], fit["x"]) == (exponent["value"], 16, "alpha_N", "width")
    assert math.isfinite(fit["c_lo95"]) and fit["converged"] is True


def test_names_of_sweeps(store, rows, monkeypatch):
    assert quanta.sweeps(store.path) == ["widths", "mixed"]
    monkeypatch.setenv("QUANTA_STORE", str(store.path))
    assert rows(quanta.runs())[0]["size"] == 10  # the last one's
    with pytest.raises(quanta.Error, match='no sweep "width"; did you mean "widths"'):
        quanta.runs("width")
    with pytest.raises(quanta.Error, match='no job of widths has a curve "los"; did you mean "loss"'):
        quanta.curves("widths", "los")
    with pytest.raises(quanta.Error, match="expected|cannot be run"):
        quanta.fits("widths", program="/nowhere/quanta")


def test_a_store_that_cannot_be_read_says_why(store, tmp_path):
    for folder, words in [(tmp_path / "none", "there is no store at"), (tmp_path, "it has no store.sqlite")]:
        with pytest.raises(quanta.Error, match=words):
            quanta.runs("widths", folder)
    for number, pragma, words in [
        (1, "user_version = 99", "newer version of Quanta .schema 99"),
        (2, "user_version = 2", "older version of Quanta .schema 2"),
        (3, "application_id = 7", "another application"),
    ]:
        copy = tmp_path / f"copy #{number}? 100%"
        copy_store(store, copy)
        assert len(quanta.runs("widths", copy)) == 16
        with closing(sqlite3.connect(copy / "store.sqlite")) as db:
            db.execute(f"PRAGMA {pragma}")
        with pytest.raises(quanta.Error, match=words):
            quanta.runs("widths", copy)
    for ending in ["", "-wal", "-shm"]:
        (copy / f"store.sqlite{ending}").unlink(missing_ok=True)
    (copy / "store.sqlite").write_bytes(b"no database" * 1000)
    with pytest.raises(quanta.Error, match="cannot be read: file is not a database"):
        quanta.runs("widths", copy)


def copy_store(store, folder):
    folder.mkdir()
    with closing(sqlite3.connect(store.path / "store.sqlite")) as source:
        with closing(sqlite3.connect(folder / "store.sqlite")) as copy:
            source.backup(copy)


def digest(folder):
    return hashlib.sha256((folder / "store.sqlite").read_bytes()).hexdigest()


def test_reading_changes_nothing_and_waits_for_no_writer(store, tmp_path):
    folder = tmp_path / "copy"
    copy_store(store, folder)
    before = digest(folder)
    quanta.runs("widths", folder), quanta.curves("widths", "loss", folder)
    assert digest(folder) == before
    writer = sqlite3.connect(folder / "store.sqlite", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE sweep SET name = 'other' WHERE name = 'mixed'")
    assert quanta.sweeps(folder) == ["widths", "mixed"]
    from quanta._store import _reading

    with _reading(folder) as db:
        writer.execute("COMMIT")  # while somebody reads
        assert db.execute("SELECT count(*) FROM sweep WHERE name = 'mixed'").fetchone()[0] == 1
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            db.execute("DELETE FROM sweep")
    assert quanta.sweeps(folder) == ["widths", "other"]
    writer.close()


def test_a_folder_in_which_nothing_can_be_made_is_read_as_it_is(store, tmp_path, monkeypatch):
    folder = tmp_path / "copy"
    copy_store(store, folder)
    for ending in ["-wal", "-shm"]:
        (folder / f"store.sqlite{ending}").unlink(missing_ok=True)
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert len(quanta.runs("widths", folder)) == 16
    assert [path.name for path in folder.iterdir()] == ["store.sqlite"]
    shutil.copyfile(folder / "store.sqlite", folder / "store.sqlite-wal")
    with pytest.raises(quanta.Error, match="write-ahead log"):
        quanta.runs("widths", folder)
