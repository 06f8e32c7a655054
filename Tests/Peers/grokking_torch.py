#!/usr/bin/env python3
"""A training step of grokking addition in PyTorch, timed beside Quanta's in the same minute.

The problem is the published one: p = 10, 45 training samples, embeddings of one number, a decoder
1 → width → width → 30 with tanh, mean squares, AdamW with a rate each. Three ways to do it:

  recipe    as published: a random batch, the test loss and both accuracies at every step
  eager     the training step alone on the whole set, one fused optimiser
  compiled  the same under torch.compile

Usage: grokking_torch.py --quanta .build/release/quanta-lab [--threads 1] [--jobs 2] WIDTH...
"""
import peers

P, TRAIN, OUTPUTS = 10, 45, 30
WAYS = ["recipe", "eager", "compiled"]


def make_step(way, width):
    """A function that does one training step."""
    import numpy as np
    import torch
    from torch import nn

    np.random.seed(0)
    torch.manual_seed(0)
    pairs = np.array([(i, j) for i in range(P) for j in range(i, P)])
    order = np.random.permutation(len(pairs))
    train, test = pairs[order[:TRAIN]], pairs[order[TRAIN:]]
    vectors = torch.randn(2 * P - 1, OUTPUTS)
    targets, test_targets = vectors[train.sum(1)], vectors[test.sum(1)]
    embeddings = nn.Parameter(torch.rand(P, 1) - 0.5)
    decoder = nn.Sequential(
        nn.Linear(1, width), nn.Tanh(), nn.Linear(width, width), nn.Tanh(),
        nn.Linear(width, OUTPUTS))

    def outputs(samples):
        return decoder(embeddings[samples[:, 0]] + embeddings[samples[:, 1]])

    def accuracy(found, samples):
        distances = ((found.unsqueeze(1) - vectors.unsqueeze(0)) ** 2).sum(2)
        return np.mean(distances.argmin(1).detach().numpy() == samples.sum(1))

    if way == "recipe":
        first = torch.optim.AdamW([embeddings], lr=1e-3, weight_decay=0.0)
        second = torch.optim.AdamW(decoder.parameters(), lr=1e-4, weight_decay=0.0)

        def step():
            first.zero_grad()
            second.zero_grad()
            choice = np.random.choice(np.arange(TRAIN), TRAIN, replace=False)
            loss = torch.mean((outputs(train[choice]) - targets[choice]) ** 2)
            test_outputs = outputs(test)
            torch.mean((test_outputs - test_targets) ** 2).item()
            loss.item()
            loss.backward()
            first.step()
            second.step()
            accuracy(outputs(train), train)
            accuracy(test_outputs, test)

        return step

    optimiser = torch.optim.AdamW(
        [{"params": [embeddings], "lr": 1e-3}, {"params": decoder.parameters(), "lr": 1e-4}],
        weight_decay=0.0, fused=True)
    places = torch.from_numpy(train)

    def loss():
        return torch.mean((outputs(places) - targets) ** 2)

    forward = torch.compile(loss) if way == "compiled" else loss

    def step():
        optimiser.zero_grad()
        forward().backward()
        optimiser.step()

    return step


def quanta_step(arguments, width):
    # About as long as the others' turns: a step takes some 2 ns a pair of units.
    steps = max(100, int(arguments.seconds * 1e9 / (2000 + 2 * width * width)))
    return peers.quanta(
        [arguments.quanta, "bench", "train", "grokking-addition", "--set", f"width={width}", "--threads", str(arguments.threads),
         "--jobs", str(arguments.jobs), "--steps", str(steps)])


peers.main(__doc__, WAYS, make_step, quanta_step, "width")
