#!/usr/bin/env python3
"""A full-batch step of modular addition in PyTorch, timed beside Quanta's in the same minute.

The model is the published one: one layer, width 128, 4 heads, 512 hidden units, no layer norm; 30 %
of the pairs train. Three ways to do it:

  recipe  as published: double precision, all three positions to the end
  eager   single precision, all three positions, a fused optimiser
  last    the fastest we could write: queries, perceptron and logits of the last position alone

Usage: modadd_torch.py --quanta .build/release/quanta-lab [--threads 2] [--jobs 1] MODULUS...
"""
import peers

WIDTH, HEADS, HIDDEN, FRACTION = 128, 4, 512, 0.3
WAYS = ["recipe", "eager", "last"]


def make_step(way, modulus):
    """A function that does one training step."""
    import torch

    torch.manual_seed(0)
    kind = torch.float64 if way == "recipe" else torch.float32
    vocabulary, inner = modulus + 1, WIDTH // HEADS
    pairs = torch.randperm(modulus * modulus)[:int(FRACTION * modulus * modulus)]
    x, y = pairs // modulus, pairs % modulus
    prompts = torch.stack([x, y, torch.full_like(x, modulus)], dim=1)
    labels = (x + y) % modulus

    def factor(*shape, fan=WIDTH):
        return torch.nn.Parameter(torch.randn(*shape, dtype=kind) / fan ** 0.5)

    embedding, position = factor(vocabulary, WIDTH), factor(3, WIDTH)
    keys, queries, values, out = [factor(WIDTH, WIDTH) for _ in range(4)]
    inward, outward = factor(WIDTH, HIDDEN), factor(HIDDEN, WIDTH)
    inward_bias = torch.nn.Parameter(torch.zeros(HIDDEN, dtype=kind))
    outward_bias = torch.nn.Parameter(torch.zeros(WIDTH, dtype=kind))
    unembedding = factor(WIDTH, vocabulary, fan=vocabulary)
    mask = torch.tril(torch.ones(3, 3)).bool()

    def logits():
        stream = embedding[prompts] + position
        count = len(prompts)
        k, v = [(stream @ part).reshape(count, 3, HEADS, inner).transpose(1, 2)
                for part in (keys, values)]
        asking = stream[:, 2:] if way == "last" else stream
        q = (asking @ queries).reshape(count, -1, HEADS, inner).transpose(1, 2)
        scores = q @ k.transpose(2, 3) / inner ** 0.5
        if way != "last":
            scores = scores.masked_fill(~mask, -1e10)
        attended = (scores.softmax(-1) @ v).transpose(1, 2).reshape(count, -1, WIDTH)
        middle = asking + attended @ out
        final = middle + torch.relu(middle @ inward + inward_bias) @ outward + outward_bias
        return (final @ unembedding)[:, -1]

    optimiser = torch.optim.AdamW(
        [embedding, position, keys, queries, values, out, inward, inward_bias, outward,
         outward_bias, unembedding],
        lr=1e-3, weight_decay=1.0, betas=(0.9, 0.98), fused=way != "recipe")

    def step():
        optimiser.zero_grad()
        torch.nn.functional.cross_entropy(logits(), labels).backward()
        optimiser.step()

    return step


def quanta_step(arguments, modulus):
    steps = max(10, int(arguments.seconds * 40))
    return peers.quanta(
        [arguments.quanta, "bench", "train", "omnigrok-modadd", "--set", f"p={modulus}",
         "--threads", str(arguments.threads), "--jobs", str(arguments.jobs),
         "--steps", str(steps), "--evaluations", "1"])


peers.main(__doc__, WAYS, make_step, quanta_step, "modulus")
