"""Fits a line by gradient descent and logs to MLflow: `mlflow_train.py WIDTH STEPS [fail]`.

Prints what it has computed as one line of JSON.
"""
import json
import sys

import mlflow

width, steps = int(sys.argv[1]), int(sys.argv[2])
slope, computed = 0.0, {"loss": [], "test/slope": [], "odd": []}
failed = False
try:
    with mlflow.start_run(run_name="width-%d" % width) as run:
        mlflow.log_params({"width": width, "rate": 0.1, "kind": "line", "text": "x" * 5000})
        for step in range(0, 2 * steps, 2):
            loss = sum((slope * x - 3 * x) ** 2 for x in range(width)) / width
            slope -= 0.01 * (slope - 3)
            odd = [float("nan"), float("inf"), float("-inf"), 0.25][step // 2 % 4]
            mlflow.log_metrics({"loss": loss, "test/slope": slope, "odd": odd}, step=step)
            computed["loss"].append([step, loss])
            computed["test/slope"].append([step, slope])
            computed["odd"].append([step, odd])
        if len(sys.argv) > 3:
            raise RuntimeError("as asked")
except RuntimeError:
    failed = True
print(json.dumps({"series": computed, "run": run.info.run_id, "failed": failed}))
