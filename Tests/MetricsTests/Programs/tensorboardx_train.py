"""Fits a line by gradient descent and logs to TensorBoard with tensorboardX.

Usage: tensorboardx_train.py FOLDER FIRST LAST: steps from FIRST on, as after a checkpoint.
Prints what it has computed as one line of JSON.
"""
import json
import random
import sys

from tensorboardX import SummaryWriter

folder, first, last = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
random.seed(1)
points = [(x / 10, 3 * x / 10 + 1 + random.gauss(0, 0.1)) for x in range(20)]
computed = {"train/loss": [], "slope": [], "rate": []}
slope = offset = 0.0
with SummaryWriter(folder) as writer:
    for step in range(first, last):
        errors = [slope * x + offset - y for x, y in points]
        loss = sum(e * e for e in errors) / len(errors)
        slope -= 0.1 * sum(e * x for e, (x, _) in zip(errors, points)) / len(errors)
        offset -= 0.1 * sum(errors) / len(errors)
        rate = float("nan") if step == 7 else float("-inf") if step == 8 else 0.1 / (1 + step)
        for name, value in [("train/loss", loss), ("slope", slope), ("rate", rate)]:
            writer.add_scalar(name, value, step)
            computed[name].append([step, value])
        writer.add_histogram("errors", errors, step)
        writer.add_text("words", "step %d" % step, step)
    writer.add_hparams({"width": 16, "rate": 0.1, "kind": "line", "warm": True}, {"final": loss})
print(json.dumps({"series": computed}))
