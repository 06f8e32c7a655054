"""What the tests of the Python package and of exports share: a store that the real `quanta` made.

QUANTA_PROGRAM names the program; PythonTests.swift starts these tests with it.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SOURCES = Path(__file__).resolve().parents[2] / "Sources" / "python"
sys.path.insert(0, str(SOURCES))

WIDTHS = """
name: widths
workload: sparse-parity
settings: {alpha: 0.4, tasks: 4, bits: 16, subset: 3, batch: 50, steps: 40, logEvery: 10, regime: online}
grid: {width: {values: [8, 12, 20, 32]}, learningRate: {values: [0.001, 0.1]}, seed: [0, 9007199254740993]}
fits: {alpha_N: {x: width, y: loss.final, form: power}}
"""

MIXED = """
name: mixed
workload: self-test
settings: {steps: 2}
retries: 0
grid:
  points:
    - {size: 10, ending: result, noise: 0.5}
    - {size: 11, ending: failure, noise: 0.25}
"""


class Store:
    """A folder with a store, and the program that made it."""

    def __init__(self, folder):
        self.folder = folder
        self.path = folder / "quanta-store"
        self.program = os.environ["QUANTA_PROGRAM"]

    def quanta(self, *arguments, status=0):
        done = subprocess.run([self.program, *arguments], cwd=self.folder, capture_output=True, text=True)
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout if status == 0 else done.stderr

    def json(self, *arguments):
        return json.loads(self.quanta("export", *arguments, "--format", "json"))


@pytest.fixture(scope="session")
def store(tmp_path_factory):
    store = Store(tmp_path_factory.mktemp("store"))
    for name, text, status in [("widths", WIDTHS, 0), ("mixed", MIXED, 1)]:
        (store.folder / f"{name}.yaml").write_text(text)
        store.quanta("run", f"{name}.yaml", "--quiet", status=status)
        (store.folder / f"{name}.yaml").unlink()
    return store
