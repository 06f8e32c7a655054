#!/usr/bin/env python3
"""A training step of multitask sparse parity in PyTorch, timed beside Quanta's in the same minute.

The problem is the published one: 500 subtasks, 100 bits, batches of 20 000, one hidden ReLU layer,
float32, AdamW. Every step draws a fresh batch. Three ways to do it in PyTorch:

  recipe    as published: dense inputs of 600 numbers, a batch gathered subtask by subtask
  eager     the fastest we could write: the one-hot part as an embedding, one vectorised draw
  compiled  the same under torch.compile

Usage: parity_torch.py --quanta .build/release/quanta-lab [--threads 2] [--jobs 1] WIDTH...
"""
import peers

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


def quanta_step(arguments, width):
    # About as long as the others' turns: a step takes some 0.4 ms and 0.015 ms a unit.
    steps = max(20, int(
        arguments.seconds * 1e3 / (0.4 + 0.015 * width) * min(arguments.threads, 2)))
    return peers.quanta(
        [arguments.quanta, "bench", "train", "sparse-parity", "--set", f"width={width}", "--threads", str(arguments.threads),
         "--jobs", str(arguments.jobs), "--steps", str(steps), "--evaluations", "1"])


peers.main(__doc__, WAYS, make_step, quanta_step, "width")
