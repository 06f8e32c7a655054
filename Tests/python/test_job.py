"""What a job logs and is told."""

import json
import math
import multiprocessing
import os
import threading
from decimal import Decimal
from pathlib import Path

import pytest

import quanta


@pytest.fixture
def metrics(tmp_path, monkeypatch):
    path = tmp_path / "metrics.jsonl"
    monkeypatch.setenv("QUANTA_METRICS", str(path))
    return path


def lines(path):
    return [json.loads(line) for line in path.read_text("ascii").split("\n")[:-1] if line]


def test_log_writes_a_line_of_json(metrics):
    quanta.log(step=100, loss=1.23)
    quanta.log({"train/loss": 0.1, "grad": {"norm": 2, "max": 3.5}}, step=101, lr=1e-3)
    quanta.log(accuracy=1)
    quanta.log({"step": 7, "größe\n": True})
    assert metrics.read_text("ascii").split("\n")[0] == '{"step": 100, "loss": 1.23}'
    assert lines(metrics)[1:] == [
        {"step": 101, "train/loss": 0.1, "grad.norm": 2, "grad.max": 3.5, "lr": 0.001},
        {"accuracy": 1},
        {"step": 7, "größe\n": 1},
    ]


def test_log_of_any_float_reads_back_bit_for_bit(metrics):
    values = [0.1, 5e-324, 1.7976931348623157e308, -0.0, 2.0**-1074, 1 / 3, math.inf, -math.inf]
    for step, value in enumerate(values):
        quanta.log(step=step, x=value)
    quanta.log(step=99, x=math.nan, y=10**30)
    assert [math.copysign(1, line["x"]) * abs(line["x"]) for line in lines(metrics)[:-1]] == values
    assert metrics.read_text().split("\n")[-2] == '{"step": 99, "x": NaN, "y": 1e+30}'


def test_log_takes_numbers_of_other_libraries(metrics):
    numpy = pytest.importorskip("numpy", reason="NumPy is not installed")
    quanta.log(step=numpy.int64(3), a=numpy.float32(0.1), b=numpy.array([[2.5]]), c=numpy.bool_(True), d=Decimal("0.5"))
    assert lines(metrics) == [{"step": 3, "a": float(numpy.float32(0.1)), "b": 2.5, "c": 1, "d": 0.5}]
    with pytest.raises(TypeError, match="losses is .*expected a number"):
        quanta.log(step=4, losses=numpy.zeros(2))


@pytest.mark.parametrize(
    "bad",
    [
        dict(step=1, loss="1.5"),
        dict(step=1, loss=None),
        dict(step=1, loss=[1.0]),
        dict(step=1.5, loss=1),
        dict(step=math.nan, loss=1),
        dict(step="2", loss=1),
        dict(metrics={3: 1}),
    ],
)
def test_log_of_what_is_no_number_says_so_and_writes_nothing(metrics, bad):
    with pytest.raises(TypeError, match="expected a"):
        quanta.log(bad.pop("metrics", None), **bad)
    assert not metrics.exists()


def _many(number, count):
    for step in range(count):
        quanta.log({f"metric{name}": number for name in range(600)}, step=step)


def test_log_of_processes_and_threads_at_once_mixes_no_lines(metrics):
    context = multiprocessing.get_context("fork")
    children = [context.Process(target=_many, args=(number, 100)) for number in range(4)]
    threads = [threading.Thread(target=_many, args=(number, 100)) for number in range(4, 8)]
    for one in children + threads:
        one.start()
    for one in children + threads:
        one.join()
    # Where two begin at once, one may take the other's half-written line for a cut one: an empty line more.
    found = [(line["metric0"], line["step"]) for line in lines(metrics)]
    assert sorted(found) == [(number, step) for number in range(8) for step in range(100)]
    for number in range(8):  # in their order
        assert [step for of, step in found if of == number] == list(range(100))


def test_log_of_a_hundred_thousand_metrics_is_lines_of_one_step(metrics):
    quanta.log({f"weights/{name}": name for name in range(100_000)}, step=5)
    found = lines(metrics)
    assert all(line["step"] == 5 for line in found) and max(map(len, metrics.read_text().split("\n"))) <= 2**19
    merged = {name: value for line in found for name, value in line.items() if name != "step"}
    assert list(merged.items()) == [(f"weights/{name}", name) for name in range(100_000)]


def test_log_after_a_line_that_was_cut_off_begins_a_new_one(metrics):
    metrics.write_text('{"step": 1, "loss": 0.5}\n{"step": 2, "lo')
    quanta.log(step=2, loss=0.25)
    quanta.log(step=3, loss=0.125)
    assert metrics.read_text().split("\n")[1:] == [
        '{"step": 2, "lo', '{"step": 2, "loss": 0.25}', '{"step": 3, "loss": 0.125}', "",
    ]  # fmt: skip


def test_log_on_a_full_disk_is_an_error(monkeypatch):
    monkeypatch.setenv("QUANTA_METRICS", "/dev/full")
    with pytest.raises(OSError):
        quanta.log(step=1, loss=1)


def test_facts_of_a_job(monkeypatch, tmp_path):
    for name, value in dict(
        JOB="0a1b", ATTEMPT="2", SEED="18446744073709551615", DEADLINE="1795000000.5", THREADS="3",
        CHECKPOINT_DIR=str(tmp_path / "c"), PARAMS='{"width": 8, "lr": 8.0, "tiny": 1e-05, "act": "relu", "on": true}',
    ).items():  # fmt: skip
        monkeypatch.setenv(f"QUANTA_{name}", value)
    assert (quanta.job(), quanta.attempt(), quanta.seed(), quanta.threads()) == ("0a1b", 2, 2**64 - 1, 3)
    assert quanta.deadline() == 1795000000.5
    assert quanta.checkpoint_dir("elsewhere") == tmp_path / "c" and (tmp_path / "c").is_dir()
    params = quanta.params()
    assert params == {"width": 8, "lr": 8.0, "tiny": 1e-05, "act": "relu", "on": True}
    assert [type(value) for value in params.values()] == [int, float, float, str, bool]
    assert quanta.init(project="x", config={"width": 1, "more": 2}).config == {**params, "more": 2}


def test_outside_of_a_job_nothing_is_needed(monkeypatch, tmp_path):
    for name in list(os.environ):
        if name.startswith("QUANTA_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("QUANTA_SEED", "")
    monkeypatch.chdir(tmp_path)
    assert (quanta.job(), quanta.attempt(), quanta.seed(), quanta.seed(5)) == (None, None, None, 5)
    assert quanta.params() == {} and quanta.deadline() is None and quanta.checkpoint_dir() is None
    assert quanta.threads() >= 1 and quanta.threads(7) == 7
    assert quanta.checkpoint_dir("a/b") == Path("a/b") and (tmp_path / "a/b").is_dir()
    with quanta.init(config={"lr": 1}) as run:
        run.log({"loss": 1}, step=1)
    quanta.finish()
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize(
    "name, value, call",
    [
        ("QUANTA_SEED", "x", quanta.seed),
        ("QUANTA_PARAMS", "{", quanta.params),
        ("QUANTA_PARAMS", "[1]", quanta.params),
    ],
)
def test_a_variable_that_does_not_read_is_named(monkeypatch, name, value, call):
    monkeypatch.setenv(name, value)
    with pytest.raises(quanta.Error, match=name):
        call()
