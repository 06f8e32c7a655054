"""Jobs that are over in a moment: `true`, run by xargs, by GNU parallel with a joblog, and by Quanta, which
records each durably with its log, in turns in one run.

    short_jobs.py --quanta quanta [--jobs 10000] [--cores 2] [--rounds 3]
"""
import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time

arguments = argparse.ArgumentParser()
arguments.add_argument("--quanta", required=True)
arguments.add_argument("--jobs", type=int, default=10000)
arguments.add_argument("--cores", type=int, default=os.cpu_count())
arguments.add_argument("--rounds", type=int, default=3)
options = arguments.parse_args()
quanta = os.path.realpath(options.quanta)


def timed(command, folder, text=None):
    """Wall time, CPU time and peak memory of a command, which must end well."""
    with open(os.path.join(folder, "input"), "w+") as given:
        given.write(text or "")
        given.seek(0)
        began = time.perf_counter()
        child = subprocess.Popen(
            command, cwd=folder, stdin=given, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        words = child.stderr.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = status
    if status != 0:
        sys.exit(f"{' '.join(command)}: status {status}\n{words.decode()}")
    return time.perf_counter() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def in_folder(run):
    """What a run gives in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        return run(folder)


def xargs(folder, count):
    lines = "".join(f"{number}\n" for number in range(count))
    return timed(["xargs", f"-P{options.cores}", "-n1", "/bin/true"], folder, lines)


def parallel(folder, count):
    lines = "".join(f"{number}\n" for number in range(count))
    command = ["parallel", "--will-cite", f"-j{options.cores}", "--joblog", "log", "/bin/true {}"]
    return timed(command, folder, lines)


def ours(folder, count):
    with open(os.path.join(folder, "trues.yaml"), "w") as sweep:
        sweep.write(f"name: trues\nrun: /bin/true {{i}}\ngrid: {{i: {{range: [0, {count}]}}}}\n")
    return timed(
        [quanta, "run", "trues.yaml", "--cores", str(options.cores), "--store", "store",
         "--folder", os.path.join(folder, "work")], folder)


peers = {"xargs": xargs, "GNU parallel": parallel, "quanta": ours}
if shutil.which("parallel") is None:
    print("GNU parallel is left out: apt-get install parallel")
    del peers["GNU parallel"]
best = {}
for _ in range(options.rounds):
    for name, run in peers.items():
        # GNU parallel is slow: a share of the jobs shows its rate.
        count = options.jobs // 5 if name == "GNU parallel" else options.jobs
        seconds, cpu, memory = in_folder(lambda folder: run(folder, count))
        found = (count / seconds, cpu / count, memory)
        best[name] = max(best.get(name, found), found)
few = in_folder(lambda folder: ours(folder, options.jobs // 10))
for name, (rate, cpu, memory) in best.items():
    share = rate / best["xargs"][0]
    print(f"{name}: {rate:.0f} jobs/s ({share:.2f} of xargs), {memory / 1024:.0f} MiB", end="")
    print(f", coordinator {cpu * 1000:.2f} ms CPU a job" if name == "quanta" else "")
print(f"quanta with a tenth of the jobs: {few[2] / 1024:.0f} MiB")
