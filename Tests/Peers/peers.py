"""Times ways to do a training step in PyTorch beside Quanta's, in turns within the same minute.

Every way runs in processes of its own that wait for their turn, so that a round measures all ways
and Quanta within seconds; ratios are medians over rounds. A script of this folder gives the ways'
names, a function that makes a way's step for a size, and one that times Quanta's.
"""
import argparse
import json
import statistics
import subprocess
import sys
import time


def serve(make_step, way, size, threads):
    """Measures on demand: reads a number of seconds, answers with milliseconds a step."""
    import torch

    torch.set_num_threads(threads)
    try:
        step = make_step(way, size)
        for _ in range(3):
            step()
    except Exception as error:  # torch.compile needs a C++ compiler
        print(f"{way} does not run here: {str(error).splitlines()[0]}", file=sys.stderr)
        return
    print("ready", flush=True)
    for line in sys.stdin:
        end = time.perf_counter() + float(line)
        times = []
        while len(times) < 3 or time.perf_counter() < end:
            start = time.perf_counter()
            step()
            times.append(time.perf_counter() - start)
        print(statistics.median(times) * 1e3, flush=True)


class Peers:
    """One way's processes, as many as there are jobs side by side."""

    def __init__(self, way, size, threads, jobs):
        command = [
            sys.executable, sys.argv[0], "--serve", way, "--threads", str(threads), str(size)]
        self.processes = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for _ in range(jobs)]
        self.runs = all([process.stdout.readline() for process in self.processes])

    def step(self, seconds):
        for process in self.processes:
            process.stdin.write(f"{seconds}\n")
            process.stdin.flush()
        return statistics.median(
            [float(process.stdout.readline()) for process in self.processes])

    def close(self):
        for process in self.processes:
            process.stdin.close()
            process.wait()


def quanta(command):
    """Milliseconds a step of a run of quanta-lab."""
    output = subprocess.run(command + ["--json"], check=True, capture_output=True, text=True).stdout
    return json.loads(output)["step_ms"]


def compare(ways, quanta_step, size, name, arguments):
    """Rounds of all ways and Quanta; milliseconds a step of all jobs together."""
    peers = {way: Peers(way, size, arguments.threads, arguments.jobs) for way in ways}
    peers = {way: peer for way, peer in peers.items() if peer.runs}
    rounds = []
    for _ in range(arguments.rounds):
        found = {way: peer.step(arguments.seconds) for way, peer in peers.items()}
        found["quanta"] = quanta_step(arguments, size)
        found["best"] = min(found[way] for way in peers if way != "recipe")
        rounds.append({way: value / arguments.jobs for way, value in found.items()})
    for peer in peers.values():
        peer.close()
    line = {way: statistics.median(found[way] for found in rounds) for way in rounds[0]}
    for way in ["recipe", "best"]:
        line[f"{way}/quanta"] = statistics.median(found[way] / found["quanta"] for found in rounds)
    return {name: size, **{way: round(value, 4) for way, value in line.items()}}


def print_table(lines, name, arguments):
    print(f"\n{arguments.jobs} × {arguments.threads} threads; milliseconds a step"
          + (", of all jobs together" if arguments.jobs > 1 else ""))
    rows = [(name, name), ("PyTorch as published", "recipe"), ("best PyTorch", "best"),
            ("Quanta", "quanta"), ("published / Quanta", "recipe/quanta"),
            ("best / Quanta", "best/quanta")]
    for index, (title, way) in enumerate(rows):
        digits = 3 if way == "quanta" else 0 if way == name else 2
        print("| " + " | ".join([title] + [f"{line[way]:.{digits}f}" for line in lines]) + " |")
        if index == 0:
            print("|---" * (len(lines) + 1) + "|")


def main(description, ways, make_step, quanta_step, name):
    """The script's program; `name` says what its sizes are."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("sizes", type=int, nargs="+", metavar=name.upper())
    parser.add_argument("--quanta", help="the program quanta-lab")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--serve", choices=ways, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        serve(make_step, arguments.serve, arguments.sizes[0], arguments.threads)
        return
    lines = []
    for size in arguments.sizes:
        lines.append(compare(ways, quanta_step, size, name, arguments))
        print(json.dumps(lines[-1]), flush=True)
    print_table(lines, name, arguments)
