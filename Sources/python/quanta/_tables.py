"""Tables as pandas has them, or as lists of dictionaries where there is no pandas."""

from __future__ import annotations

import sys
from array import array
from typing import Any, List, Sequence, Tuple

#: Columns as (kind, name, values), of which kinds a name that is taken gets its kind before it.
Columns = List[Tuple[str, str, Sequence[Any]]]

#: A curve as (place of its job, name, steps, columns in a row, values), the last as a store's bytes.
Curves = Sequence[Tuple[int, str, bytes, int, bytes]]


def _pandas() -> Any:
    try:
        import pandas
    except ImportError:
        return None
    return pandas


def titled(columns: Columns, taken: Sequence[str] = ()) -> List[Tuple[str, Sequence[Any]]]:
    """Columns with unique titles: `width`, `scalar.width`."""
    titles = set(taken)
    result = []
    for kind, name, values in columns:
        while name in titles:
            name = f"{kind}.{name}"
        titles.add(name)
        result.append((name, values))
    return result


def _series(pandas: Any, values: Sequence[Any]) -> Any:
    """A column of the type that all its values have; whole numbers and switches may be missing."""
    present = [value for value in values if value is not None]
    kinds = {type(value) for value in present}
    missing = len(present) < len(values)
    if kinds == {bool}:
        return pandas.Series(values, dtype="boolean" if missing else "bool")
    if kinds == {int}:
        if all(-(2**63) <= value < 2**63 for value in present):
            return pandas.Series(values, dtype="Int64" if missing else "int64")
        return pandas.Series(values, dtype="object")
    if kinds == {float} or (kinds == {int, float} and all(float(value) == value for value in present)):
        return pandas.Series(values, dtype="float64")
    return pandas.Series(values, dtype=None if kinds == {str} else "object")


def table(columns: Sequence[Tuple[str, Sequence[Any]]]) -> Any:
    """A DataFrame, or a dictionary a row."""
    pandas = _pandas()
    if pandas is not None:
        return pandas.DataFrame({name: _series(pandas, values) for name, values in columns})
    names = [name for name, _ in columns]
    return [dict(zip(names, row)) for row in zip(*(values for _, values in columns))]


def _numbers(kind: str, data: bytes) -> array:
    """Little-endian numbers of a store."""
    numbers = array(kind)
    numbers.frombytes(data)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def curve_table(jobs: Columns, curves: Curves) -> Any:
    """A row for each step and column of curves, with what stands in `jobs` at the place of its job."""
    ending = ["metric", "step", "column", "value"]
    known = titled(jobs, taken=ending)
    pandas = _pandas()
    if pandas is None:
        return [
            {**{name: values[place] for name, values in known}, **dict(zip(ending, row))}
            for place, metric, steps, columns, data in curves
            for row in _rows(metric, steps, columns, data)
        ]
    import numpy

    counts = [len(data) // 4 for _, _, _, _, data in curves]
    places = numpy.repeat(numpy.array([place for place, *_ in curves], dtype="int64"), counts)
    frame = pandas.DataFrame({name: _series(pandas, values) for name, values in known})
    frame = frame.take(places).reset_index(drop=True)
    names = sorted({metric for _, metric, *_ in curves})
    codes = numpy.repeat(numpy.array([names.index(m) for _, m, *_ in curves], dtype="int64"), counts)
    frame["metric"] = pandas.Categorical.from_codes(codes, names)
    parts = [
        (numpy.repeat(numpy.frombuffer(steps, "<i8"), columns), numpy.frombuffer(data, "<f4"), columns)
        for _, _, steps, columns, data in curves
    ]
    whole, real = numpy.empty(0, "int64"), numpy.empty(0, "float32")
    frame["step"] = numpy.concatenate([whole] + [steps for steps, _, _ in parts])
    frame["column"] = numpy.concatenate(
        [whole] + [numpy.arange(len(values), dtype="int64") % max(columns, 1) for _, values, columns in parts]
    )
    frame["value"] = numpy.concatenate([real] + [values for _, values, _ in parts])
    return frame


def _rows(metric: str, steps: bytes, columns: int, data: bytes) -> List[Tuple[str, int, int, float]]:
    values = _numbers("f", data)
    return [
        (metric, step, column, values[row * columns + column])
        for row, step in enumerate(_numbers("q", steps))
        for column in range(columns)
    ]
