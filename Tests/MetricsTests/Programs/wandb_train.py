"""Fits a line by gradient descent and logs to W&B: `wandb_train.py WIDTH STATUS`.

Prints what it has computed as one line of JSON.
"""
import json
import sys

import wandb

width, status = int(sys.argv[1]), int(sys.argv[2])
run = wandb.init(
    project="lines",
    config={"width": width, "rate": 0.1, "optimizer": {"name": "sgd"}, "flag": True, "list": [1, 2]})
slope, computed = 0.0, {"loss": [], "test.slope": [], "odd": []}
for step in range(0, 2000, 2):
    loss = sum((slope * x - 3 * x) ** 2 for x in range(width)) / width
    slope -= 0.01 * (slope - 3)
    odd = float("nan") if step % 4 else float("-inf")
    run.log({"loss": loss, "test": {"slope": slope}, "odd": odd, "word": "x"}, step=step)
    computed["loss"].append([step, loss])
    computed["test.slope"].append([step, slope])
    computed["odd"].append([step, odd])
run.summary["best"] = slope
run.finish(exit_code=status)
print(json.dumps({"series": computed, "scalars": {"best": slope}}))
