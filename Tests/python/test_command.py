"""A Python script that is a job and uses the package."""

import json
import math
import shlex
import sys

import pytest
from conftest import SOURCES

import quanta

SCRIPT = """
import multiprocessing, os, pathlib
import quanta

def log(process):
    for step in range(50):
        quanta.log({f"process{process}/loss": 1 / (step + 1)}, step=step)

params = quanta.params()
folder = quanta.checkpoint_dir()
assert folder.is_dir() and quanta.threads() >= 1 and quanta.job() and quanta.attempt() >= 1
if quanta.attempt() == 1 and params["width"] == 16:
    quanta.log(step=0, loss=0.5)
    (folder / "state").write_text("1")
    os._exit(75)  # another run, please
begin = int((folder / "state").read_text()) if (folder / "state").exists() else 0
for step in range(begin, 4):
    quanta.log(step=step, loss=params["width"] ** -params["opt.power"] + step, odd=[float("nan"), float("inf"), 1, 2][step])
children = [multiprocessing.get_context("fork").Process(target=log, args=(n,)) for n in range(3)]
[child.start() for child in children]
[child.join() for child in children]
pathlib.Path(os.environ["FACTS"], str(params["width"]) + params["word"] + str(params["seed"])).write_text(repr(
    (sorted(params.items()), quanta.seed(), begin, quanta.deadline() is not None)))
"""


@pytest.fixture(scope="module")
def jobs(store, tmp_path_factory):
    facts = tmp_path_factory.mktemp("facts")
    script = facts / "script.py"
    script.write_text(SCRIPT)
    sweep = {
        "name": "script",
        "workload": "command",
        "run": [sys.executable, str(script)],
        "env": {"PYTHONPATH": str(SOURCES), "FACTS": str(facts)},
        "resources": {"timeout": "1h"},
        "grid": {
            "width": [8, 16],
            "word": ["it's ü"],
            "opt.power": [0.5],
            "flag": [True],
            "seed": [18014398509481985],
        },
    }
    (store.folder / "script.yaml").write_text(json.dumps(sweep))
    store.quanta("run", "script.yaml", "--quiet", "--store", "commands")
    return store.folder / "commands", facts


def test_a_script_is_told_what_its_grid_says(jobs):
    for width in [8, 16]:
        params = [("flag", True), ("opt.power", 0.5), ("seed", 18014398509481985), ("width", width), ("word", "it's ü")]
        expected = (params, 18014398509481985, 0 if width == 8 else 1, True)
        assert (jobs[1] / f"{width}it's ü18014398509481985").read_text() == repr(expected)


def test_what_a_script_logs_is_what_its_store_has(jobs, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    runs = quanta.runs("script", jobs[0])
    assert [(run["width"], run["opt.power"], run["flag"], run["state"]) for run in runs] == [
        (8, 0.5, True, "done"),
        (16, 0.5, True, "done"),
    ]
    assert [run["loss.final"] for run in runs] == [8**-0.5 + 3, 16**-0.5 + 3]
    curves = {}
    for row in quanta.curves("script", store=jobs[0]):
        curves.setdefault((row["width"], row["metric"]), {})[row["step"]] = row["value"]
    assert curves[16, "loss"] == {0: 0.5, 1: 1.25, 2: 2.25, 3: 3.25}
    odd = curves[8, "odd"]
    assert list(odd) == [0, 1, 2, 3] and math.isnan(odd[0]) and [odd[1], odd[2], odd[3]] == [math.inf, 1, 2]
    for process in range(3):
        values = curves[16, f"process{process}/loss"]
        assert [(step, round(1 / value)) for step, value in values.items()] == [(n, n + 1) for n in range(50)]


def test_a_program_goes_to_other_tools_with_its_own_parameters(store, jobs):
    log = store.quanta("export", "script", "--format", "joblog", "--store", "commands")
    *_, first, second, third = log.strip().split("\n")
    commands = [shlex.split(line.split("\t", 8)[8]) for line in (first, second, third)]
    assert all(words[-1].endswith("/script.py") for words in commands)
    given = [json.loads(words[1].removeprefix("QUANTA_PARAMS=")) for words in commands]
    assert sorted(each["width"] for each in given) == [8, 16, 16]
    assert all((each["flag"], each["seed"]) == (True, 18014398509481985) for each in given)
    # The first attempt at one of them asked for another.
    assert sorted(line.split("\t")[6] for line in (first, second, third)) == ["0", "0", "75"]
