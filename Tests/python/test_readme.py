"""What README's section Python tells people to write."""

import json
import os
from pathlib import Path

import quanta
from conftest import SOURCES


def blocks():
    readme = (SOURCES.parents[1] / "README.md").read_text("utf-8")
    section = readme.split("\n## Python\n")[1].split("\n## ")[0]
    return [block.split("\n```")[0] for block in section.split("```python\n")[1:]]


def test_lines_for_jobs_log_inside_and_run_outside(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    exec(blocks()[0], {})
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoints"]
    monkeypatch.setenv("QUANTA_METRICS", str(tmp_path / "metrics"))
    monkeypatch.setenv("QUANTA_PARAMS", '{"width": 32}')
    exec(blocks()[0], {})
    lines = [json.loads(line) for line in Path("metrics").read_text().splitlines()]
    assert lines == [{"step": step, "loss": 32**-0.4 / (step + 1)} for step in range(1000)]


def test_lines_for_notebooks_make_tables(store, monkeypatch):
    monkeypatch.chdir(store.folder)
    monkeypatch.setenv("PATH", f"{Path(store.program).parent}:{os.environ['PATH']}")
    values = {"quanta": quanta}
    exec(blocks()[1], values)
    assert len(values["runs"]) == 16 and len(values["curves"]) > 16 and len(values["fits"]) == 1
