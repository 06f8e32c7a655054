#!/usr/bin/env python3
"""Trains multitask sparse parity in PyTorch the way it is published and writes the loss curves.

Independent of the Swift code: dense one-hot inputs, torch.nn.Linear with its default
initialisation, torch.nn.CrossEntropyLoss, torch.optim.AdamW with its defaults, fresh batches drawn
with NumPy. The test loss is the frequency-weighted mean over subtasks on a fixed test set, in bits.

Needs: pip install torch==2.15.0 numpy
Usage: parity_reference.py > parity_reference.json
"""
import itertools
import json
import math
import random

import numpy as np
import torch

CONFIGURATION = dict(
    alpha=0.4, tasks=16, bits=20, subset=3, width=64, batch=512, steps=4000, logEvery=200)
SEEDS = list(range(12))
TEST_SAMPLES_PER_TASK = 1024


def inputs(rng, tasks, config):
    """Dense inputs and labels for an array of subtasks, given config['subsets']."""
    bits = rng.integers(0, 2, size=(len(tasks), config["bits"]))
    one_hot = np.eye(config["tasks"])[tasks]
    labels = np.take_along_axis(bits, config["subsets"][tasks], axis=1).sum(axis=1) % 2
    x = np.concatenate([one_hot, bits], axis=1).astype(np.float32)
    return torch.from_numpy(x), torch.from_numpy(labels)


def train(seed):
    config = dict(CONFIGURATION)
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    every_subset = list(itertools.combinations(range(config["bits"]), config["subset"]))
    config["subsets"] = np.array(random.Random(seed).sample(every_subset, config["tasks"]))
    ranks = np.arange(1, config["tasks"] + 1, dtype=np.float64)
    frequencies = ranks ** -(config["alpha"] + 1)
    frequencies /= frequencies.sum()

    model = torch.nn.Sequential(
        torch.nn.Linear(config["tasks"] + config["bits"], config["width"]), torch.nn.ReLU(),
        torch.nn.Linear(config["width"], 2))
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.0)
    test_tasks = np.repeat(np.arange(config["tasks"]), TEST_SAMPLES_PER_TASK)
    test_x, test_y = inputs(rng, test_tasks, config)

    steps, losses = [], []
    for step in range(1, config["steps"] + 1):
        tasks = rng.choice(config["tasks"], size=config["batch"], p=frequencies)
        x, y = inputs(rng, tasks, config)
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()
        if step % config["logEvery"] == 0:
            with torch.no_grad():
                loss = torch.nn.functional.cross_entropy(model(test_x), test_y, reduction="none")
            by_task = loss.reshape(config["tasks"], -1).mean(dim=1).double().numpy()
            steps.append(step)
            losses.append(round(float(by_task @ frequencies) / math.log(2), 6))
    return {"seed": seed, "steps": steps, "loss": losses}


def main():
    torch.set_num_threads(1)
    result = {"torch": torch.__version__.split("+")[0], "configuration": CONFIGURATION,
              "runs": [train(seed) for seed in SEEDS]}
    text = json.dumps(result)
    print(text.replace(', "runs"', ',\n"runs"').replace('}, {"seed"', '},\n{"seed"'))


main()
