"""Fits a line by gradient descent and writes a table: `csv_train.py WIDTH`.

Prints what it has computed as one line of JSON.
"""
import csv
import json
import os
import sys

width = int(sys.argv[1])
slope, computed = 0.0, {"loss": [], "slope, fitted": [], "odd": []}
os.makedirs("out/run", exist_ok=True)
with open("out/run/progress.csv", "w", newline="") as file:
    table = csv.writer(file)
    table.writerow(["iteration", "loss", "slope, fitted", "odd", "word"])
    for step in range(0, 150, 5):
        loss = sum((slope * x - 3 * x) ** 2 for x in range(width)) / width
        slope -= 0.01 * (slope - 3)
        odd = [float("nan"), float("inf"), float("-inf"), -1e-300][step // 5 % 4]
        table.writerow([step, loss, slope, odd, 'a "word",\nof two lines'])
        computed["loss"].append([step, loss])
        computed["slope, fitted"].append([step, slope])
        computed["odd"].append([step, odd])
print(json.dumps({"series": computed}))
