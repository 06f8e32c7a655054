"""When a grid of programs ends, as `quanta status` says while it runs, beside when it does.

Runs three grids of real programs on this machine (PyTorch, NumPy, the library alone) and samples the time
left as the status tells it. For each grid: jobs, the finish that was predicted once a tenth of them was done,
in seconds from the start, the real one, their ratio; the same at two, three and five tenths; and the seconds that
the jobs took by the clock and of CPU time, whose ratio tells how much others were in the way.

    python Tests/Peers/forecasts.py QUANTA [--python PYTHON] [--only NAME] [--cores N] [--keep FOLDER]

`--keep` keeps the stores, which `quanta-lab bench forecast` replays as an idle machine would run them.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

PEERS = pathlib.Path(__file__).resolve().parent
GRIDS = {
    "torch": (
        "widths_torch.py", "loss",
        "{width: [8, 32, 128, 512], steps: [20, 60, 180], seed: [0, 1, 2, 3, 4]}",
        "import torch",
    ),
    "numpy": (
        "matrices_numpy.py", "edge",
        "{size: [40, 80, 160, 320], repeats: [1, 4, 16], seed: [0, 1, 2, 3, 4, 5]}",
        "import numpy",
    ),
    "sort": (
        "records_sort.py", "bytes",
        "{records: [3000, 10000, 30000, 100000], digest: [md5, sha256, none], "
        "seed: [0, 1, 2, 3, 4, 5]}",
        "import hashlib",
    ),
}
SHARES = (0.1, 0.2, 0.3, 0.5)


def sweep(name, python):
    script, metric, grid, _ = GRIDS[name]
    words = "".join(" --%s {%s}" % (axis, axis) for axis in axes(grid))
    return (
        f"name: {name}\nrun: {python} {PEERS / script}{words}\nmetrics: {metric}\n"
        f"grid: {grid}\n"
    )


def axes(grid):
    return re.findall(r"(\w+): \[", grid)


def measure(name, quanta, python, cores, folder):
    path = folder / (name + ".yaml")
    path.write_text(sweep(name, python))
    store = folder / (name + "-store")
    begin = time.time()
    run = subprocess.Popen(
        [quanta, "run", str(path), "--store", str(store), "--cores", str(cores)],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    samples = []
    while run.poll() is None:
        time.sleep(1)
        status = read(quanta, store, name)
        if status:
            samples.append(status)
    real = time.time() - begin
    if run.returncode != 0:
        sys.exit("forecasts: %s failed: %s" % (name, run.stderr.read().decode()[-2000:]))
    total = samples[-1][0]
    uses = jobs(quanta, store, name)
    line = {"grid": name, "jobs": total, "real_seconds": round(real, 1)}
    line["wall_of_jobs"], line["cpu_of_jobs"] = (round(sum(each), 1) for each in zip(*uses))
    for share in SHARES:
        told = next((each for each in samples if each[1] >= share * total and each[2] is not None), None)
        if told:
            predicted = told[3] - begin + told[2]
            line["at_%d" % (100 * share)] = {
                "done": told[1], "after": round(told[3] - begin, 1),
                "predicted_seconds": round(predicted, 1), "ratio": round(predicted / real, 3),
            }
    print(json.dumps(line), flush=True)


def read(quanta, store, name):
    """Jobs, jobs that are done, seconds left, and when that was written."""
    answer = subprocess.run(
        [quanta, "status", name, "--store", str(store), "--json"], capture_output=True)
    try:
        document = json.loads(answer.stdout)
    except ValueError:
        return None
    live = find(document, "secondsLeft", "writtenAt")
    if not live:
        return None
    jobs = sum(live[word] for word in ("done", "running", "waiting", "failed", "cancelled"))
    return jobs, live["done"], live.get("secondsLeft"), live["writtenAt"]


def find(document, *words):
    """The first object that holds the last word."""
    if isinstance(document, dict):
        if words[-1] in document:
            return document
        document = list(document.values())
    if isinstance(document, list):
        for each in document:
            found = find(each, *words)
            if found:
                return found
    return None


def jobs(quanta, store, name):
    """Seconds by the clock and of CPU time of each job."""
    table = folder_export(quanta, store, name)
    head, *rows = [line.split(",") for line in table.splitlines()]
    places = head.index("wall_seconds"), head.index("cpu_seconds")
    return [[float(row[place]) for place in places] for row in rows]


def folder_export(quanta, store, name):
    answer = subprocess.run(
        [quanta, "export", name, "--store", str(store)], capture_output=True, check=True)
    return answer.stdout.decode()


parser = argparse.ArgumentParser()
parser.add_argument("quanta")
parser.add_argument("--python", default=sys.executable)
parser.add_argument("--only", choices=sorted(GRIDS))
parser.add_argument("--cores", type=int, default=os.cpu_count())
parser.add_argument("--keep", type=pathlib.Path)
args = parser.parse_args()
with tempfile.TemporaryDirectory() as folder:
    for name in [args.only] if args.only else GRIDS:
        if subprocess.run([args.python, "-c", GRIDS[name][3]], capture_output=True).returncode:
            print("forecasts: %s skipped: %s cannot %s" % (name, args.python, GRIDS[name][3]))
            continue
        measure(name, args.quanta, args.python, args.cores, args.keep or pathlib.Path(folder))
