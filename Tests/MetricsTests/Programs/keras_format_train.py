"""Fits a line by gradient descent and writes `training.log` as Keras' CSVLogger does:
`keras_format_train.py WIDTH`.

Prints what it has computed as one line of JSON.
"""
import csv
import json
import sys

width = int(sys.argv[1])
slope, computed = 0.0, {"loss": [], "val_loss": [], "learning_rate": []}
with open("training.log", "w", newline="") as file:
    table = csv.DictWriter(file, fieldnames=["epoch", "learning_rate", "loss", "val_loss"])
    table.writeheader()
    for epoch in range(30):
        loss = sum((slope * x - 3 * x) ** 2 for x in range(width)) / width
        slope -= 0.1 * (slope - 3)
        row = {"epoch": epoch, "learning_rate": 0.1, "loss": loss, "val_loss": (slope - 3) ** 2}
        if epoch % 2:  # a validation every second epoch: the rest are NA
            row["val_loss"] = "NA"
        table.writerow(row)
        file.flush()
        for name in computed:
            if row[name] != "NA":
                computed[name].append([epoch, row[name]])
print(json.dumps({"series": computed}))
