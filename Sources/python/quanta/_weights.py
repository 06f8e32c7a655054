"""Weights that jobs have kept: files of the format safetensors."""

from __future__ import annotations

import hashlib
import json
import os
import struct
import sys
from array import array
from pathlib import Path
from typing import Any, Dict, Union

from ._errors import Error


def _is_hash(name: str) -> bool:
    return len(name) == 64 and set(name) <= set("0123456789abcdef")


def _header(data: bytes) -> Dict[str, Any]:
    (length,) = struct.unpack("<Q", data[:8])
    if length > len(data) - 8:
        raise ValueError("its header does not fit")
    header = json.loads(data[8 : 8 + length])
    if not isinstance(header, dict):
        raise ValueError("its header is no object")
    header.pop("__metadata__", None)
    return header


def _array(values: bytes, shape: Any) -> Any:
    try:
        import numpy
    except ImportError:
        numbers = array("f")
        numbers.frombytes(values)
        if sys.byteorder == "big":
            numbers.byteswap()
        return numbers
    return numpy.frombuffer(values, "<f4").reshape(shape)


def tensors(file: Union[str, "os.PathLike[str]"]) -> Dict[str, Any]:
    """The arrays of a file of weights by name, as ``quanta.weights`` names it or ``quanta export`` writes it.

    NumPy arrays of single precision where NumPy can be imported, which cannot be written to; else flat
    ``array.array``. A file of a store is checked against its name, which is its SHA-256.
    """
    path = Path(file)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Error(f"{path} cannot be read: {error.strerror}") from None
    if _is_hash(path.name) and hashlib.sha256(data).hexdigest() != path.name:
        raise Error(
            f"the weights in {path} are damaged: their SHA-256 is not the file's name; `quanta store merge` "
            "of a copy brings them back, `quanta verify` computes them again"
        )
    try:
        header = _header(data)
        start = 8 + struct.unpack("<Q", data[:8])[0]
        found = {}
        for name, facts in header.items():
            if facts["dtype"] != "F32":
                raise ValueError(f"{name} is of type {facts['dtype']}, not F32")
            first, end = facts["data_offsets"]
            found[name] = _array(data[start + first : start + end], facts["shape"])
        return found
    except (ValueError, KeyError, TypeError, struct.error) as error:
        raise Error(f"{path} is no safetensors file that Quanta writes: {error}") from None
