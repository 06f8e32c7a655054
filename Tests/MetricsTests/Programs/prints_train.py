"""Fits a line by gradient descent and prints how it goes, with a progress bar: `prints_train.py WIDTH FILE`.

Writes what it has computed into the file, as one line of JSON.
"""
import json
import sys

width = int(sys.argv[1])
slope, computed = 0.0, {"loss": [], "slope": []}
print("width %d, 60 steps of \x1b[1mgradient descent\x1b[0m" % width)
for step in range(60):
    loss = sum((slope * x - 3 * x) ** 2 for x in range(width)) / width
    slope -= 0.01 * (slope - 3)
    sys.stderr.write("\r%3d%%|%s%s|" % (100 * step // 60, "#" * (step // 6), " " * (10 - step // 6)))
    if step % 3 == 0:
        value = float("nan") if step == 30 else loss
        print("\x1b[32m[step %d]\x1b[0m loss: %r, slope = %r" % (step, value, slope))
        computed["loss"].append([step, value])
        computed["slope"].append([step, slope])
sys.stderr.write("\r100%\n")
print("done: loss improved, slope is near 3")
with open(sys.argv[2], "w") as file:
    json.dump({"series": computed}, file)
