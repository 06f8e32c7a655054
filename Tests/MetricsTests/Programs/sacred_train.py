"""Fits a line by gradient descent as an experiment of Sacred: `sacred_train.py -F runs with width=3`.

Prints what it has computed as one line of JSON.
"""
import json

from sacred import Experiment

experiment = Experiment("line", save_git_info=False)


@experiment.config
def config():
    width = 8
    optimizer = {"name": "sgd", "rate": 0.1}
    points = [1, 2, 4]
    stop_at = 0


@experiment.automain
def main(_run, _seed, width, optimizer, stop_at):
    slope, computed = 0.0, {"loss": [], "losses": [], "parts.0": []}
    _run.info["log_steps"], _run.info["losses"] = [], []
    _run.info["parts"] = {"0": []}
    _run.info["P"] = 4 * width
    for step in range(0, 100, 10):
        if stop_at and step >= stop_at:
            raise RuntimeError("stopped at %d" % step)
        loss = sum((slope * x - 3 * x) ** 2 for x in range(width)) / width
        slope -= optimizer["rate"] * (slope - 3)
        value = float("inf") if step == 50 else loss
        _run.log_scalar("loss", value, step)
        _run.info["log_steps"].append(step)
        _run.info["losses"].append(slope)
        _run.info["parts"]["0"].append(float("nan") if step == 20 else loss / 2)
        computed["loss"].append([step, value])
        computed["losses"].append([step, slope])
        computed["parts.0"].append([step, _run.info["parts"]["0"][-1]])
    scalars = {"P": 4 * width, "result": loss}
    print(json.dumps({"series": computed, "scalars": scalars, "seed": _seed}))
    return loss
