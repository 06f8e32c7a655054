#!/usr/bin/env python3
"""A training step of multitask sparse parity in PyTorch, timed beside Quanta's in the same minute.

The problem is the published one: 500 subtasks, 100 bits, batches of 20 000, one hidden ReLU layer,
float32, AdamW. Every step draws a fresh batch. Three ways to do it in PyTorch:

  recipe    as published: dense inputs of 600 numbers, a batch gathered subtask by subtask
  eager     the fastest we could write: the one-hot part as an embedding, one vectorised draw
  compiled  the same under torch.compile

Every way runs in processes of its own that wait for their turn, so that a round measures all ways
and Quanta within seconds; the ratios are medians over rounds.

Usage: parity_torch.py --quanta .build/release/quanta-bench [--threads 2] [--jobs 1] WIDTH...
"""
import argparse
import json
import statistics
import subprocess
import sys
import time

TASKS, BITS, SUBSET, EXPONENT, BATCH = 500, 100, 3, 1.4, 20_000
WAYS = ["recipe", "eager", "compiled"]


def make_step(way, width):
    """A function that does one training step."""
    import numpy as np
    import torch
    from torch import nn

    frequencies = np.arange(1, TASKS + 1, dtype=np.float64) ** -EXPONENT
    cumulative = np.cumsum(frequencies / frequencies.sum())
    generator = np.random.default_rng(0)
    subsets = torch.from_numpy(
        np.stack([generator.choice(BITS, SUBSET, replace=False) for _ in range(TASKS)]))

    def draw_tasks():
        return np.minimum(np.searchsorted(cumulative, np.random.rand(BATCH)), TASKS - 1)

    def dense_batch():
        counts = np.bincount(draw_tasks(), minlength=TASKS)
        inputs = torch.zeros(BATCH, TASKS + BITS)
        labels = torch.zeros(BATCH, dtype=torch.int64)
        start = 0
        for task in np.flatnonzero(counts):
            end = start + int(counts[task])
            bits = torch.randint(0, 2, (end - start, BITS))
            inputs[start:end, task] = 1
            inputs[start:end, TASKS:] = bits
            labels[start:end] = bits[:, subsets[task]].sum(dim=1) % 2
            start = end
        return (inputs,), labels

    def gathered_batch():
        tasks = torch.from_numpy(draw_tasks())
        bits = torch.randint(0, 2, (BATCH, BITS), dtype=torch.uint8)
        labels = bits.gather(1, subsets[tasks]).sum(dim=1) & 1
        return (tasks, bits.to(torch.float32)), labels

    class Gathered(nn.Module):
        def __init__(self):
            super().__init__()
            self.rows = nn.Embedding(TASKS, width)
            self.bits = nn.Linear(BITS, width)
            self.logits = nn.Linear(width, 2)

        def forward(self, tasks, bits):
            return self.logits(torch.relu(self.rows(tasks) + self.bits(bits)))

    if way == "recipe":
        model = nn.Sequential(nn.Linear(TASKS + BITS, width), nn.ReLU(), nn.Linear(width, 2))
        batch = dense_batch
    else:
        model, batch = Gathered(), gathered_batch
    forward = torch.compile(model) if way == "compiled" else model
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.0)
    criterion = nn.CrossEntropyLoss()

    def step():
        inputs, labels = batch()
        optimiser.zero_grad()
        criterion(forward(*inputs), labels).backward()
        optimiser.step()

    return step


def serve(way, width, threads):
    """Measures on demand: reads a number of seconds, answers with milliseconds a step."""
    import torch

    torch.set_num_threads(threads)
    try:
        step = make_step(way, width)
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

    def __init__(self, way, width, threads, jobs):
        command = [sys.executable, __file__, "--serve", way, "--threads", str(threads), str(width)]
        self.processes = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for _ in range(jobs)]
        self.runs = all(process.stdout.readline() for process in self.processes)

    def step(self, seconds):
        for process in self.processes:
            process.stdin.write(f"{seconds}\n")
            process.stdin.flush()
        return statistics.median(float(process.stdout.readline()) for process in self.processes)

    def close(self):
        for process in self.processes:
            process.stdin.close()
            process.wait()


def quanta_step(program, width, threads, jobs, seconds):
    # About as long as the others' turns: a step takes some 0.4 ms and 0.015 ms a unit.
    steps = max(20, int(seconds * 1e3 / (0.4 + 0.015 * width) * min(threads, 2)))
    output = subprocess.run(
        [program, "parity", "--widths", str(width), "--threads", str(threads), "--jobs", str(jobs),
         "--steps", str(steps), "--evaluations", "1", "--json"],
        check=True, capture_output=True, text=True).stdout
    return json.loads(output)["step_ms"]


def compare(width, arguments):
    """Rounds of all ways and Quanta; milliseconds a step of all jobs together."""
    peers = {way: Peers(way, width, arguments.threads, arguments.jobs) for way in WAYS}
    peers = {way: peer for way, peer in peers.items() if peer.runs}
    rounds = []
    for _ in range(arguments.rounds):
        found = {way: peer.step(arguments.seconds) for way, peer in peers.items()}
        found["quanta"] = quanta_step(
            arguments.quanta, width, arguments.threads, arguments.jobs, arguments.seconds)
        found["best"] = min(found[way] for way in peers if way != "recipe")
        rounds.append({name: value / arguments.jobs for name, value in found.items()})
    for peer in peers.values():
        peer.close()
    line = {name: statistics.median(found[name] for found in rounds) for name in rounds[0]}
    for name in ["recipe", "best"]:
        line[f"{name}/quanta"] = statistics.median(
            found[name] / found["quanta"] for found in rounds)
    return {"width": width, **{name: round(value, 3) for name, value in line.items()}}


def print_table(lines, arguments):
    print(f"\n{arguments.jobs} × {arguments.threads} threads; milliseconds a step"
          + (", of all jobs together" if arguments.jobs > 1 else ""))
    rows = [("width", "width"), ("PyTorch as published", "recipe"), ("best PyTorch", "best"),
            ("Quanta", "quanta"), ("published / Quanta", "recipe/quanta"),
            ("best / Quanta", "best/quanta")]
    for index, (title, name) in enumerate(rows):
        digits = 2 if name == "quanta" else 0 if name == "width" else 1
        print("| " + " | ".join([title] + [f"{line[name]:.{digits}f}" for line in lines]) + " |")
        if index == 0:
            print("|---" * (len(lines) + 1) + "|")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("widths", type=int, nargs="+")
    parser.add_argument("--quanta", help="the program quanta-bench")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--serve", choices=WAYS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        serve(arguments.serve, arguments.widths[0], arguments.threads)
        return
    lines = []
    for width in arguments.widths:
        lines.append(compare(width, arguments))
        print(json.dumps(lines[-1]), flush=True)
    print_table(lines, arguments)


main()
