#!/usr/bin/env python3
"""Trains grokking addition in PyTorch from the very numbers that Quanta draws for a seed.

Philox4x32-10 and the use of its streams are written here a second time, so that training set,
target vectors, embeddings and weights are the job's own; all else is torch.nn and torch.optim.
Prints the training loss after some steps, which GrokkingAdditionTests has as golden numbers.

Needs: pip install torch==2.15.0 numpy
Usage: grokking_reference.py [SEED]
"""
import sys

import numpy as np
import torch

P, TRAIN, OUTPUTS, WIDTH = 10, 45, 30, 200
LOW = np.uint64(0xFFFFFFFF)


def philox(index, block, stream, seed):
    """128 random bits of each element as two words."""
    x0 = np.asarray(index, dtype=np.uint64)
    x0, x1, x2, x3 = x0 & LOW, x0 >> np.uint64(32), np.full_like(x0, block), np.full_like(x0, stream)
    k0, k1 = seed & 0xFFFFFFFF, seed >> 32 & 0xFFFFFFFF
    for _ in range(10):
        a, b = x0 * np.uint64(0xD2511F53), x2 * np.uint64(0xCD9E8D57)
        x0, x1 = b >> np.uint64(32) ^ x1 ^ np.uint64(k0), b & LOW
        x2, x3 = a >> np.uint64(32) ^ x3 ^ np.uint64(k1), a & LOW
        k0, k1 = k0 + 0x9E3779B9 & 0xFFFFFFFF, k1 + 0xBB67AE85 & 0xFFFFFFFF
    return x0 | x1 << np.uint64(32), x2 | x3 << np.uint64(32)


def unit(word):
    return (word >> np.uint64(11)).astype(np.float64) * 2.0 ** -53


def uniform(count, block, stream, seed):
    return unit(philox(np.arange(count), block, stream, seed)[0])


def subset(count, size, stream, seed):
    """A partial Fisher-Yates shuffle."""
    numbers = list(range(count))
    for place in range(size):
        word = int(philox([0], place, stream, seed)[0][0])
        other = place + (word * (count - place) >> 64)
        numbers[place], numbers[other] = numbers[other], numbers[place]
    return sorted(numbers[:size])


def tensor(values):
    return torch.from_numpy(np.ascontiguousarray(values.astype(np.float32)))


def linear_layers(sizes, stream, seed, scale=1.0):
    """Layers with the weights and biases that Quanta draws."""
    layers = [torch.nn.Linear(below, above) for below, above in zip(sizes, sizes[1:])]
    for index, layer in enumerate(layers):
        below, above = layer.in_features, layer.out_features
        block = scale * (2 * uniform(above * (below + 1), index, stream, seed) - 1) / below ** 0.5
        block = tensor(block).reshape(above, below + 1)
        layer.weight.data, layer.bias.data = block[:, :below].clone(), block[:, below].clone()
    return layers


def main():
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    pairs = np.array([(i, j) for i in range(P) for j in range(i, P)])
    train = pairs[subset(len(pairs), TRAIN, 1, seed)]
    vectors = []
    for number in range(2 * P - 1):
        low, high = philox(np.arange(OUTPUTS), number, 2, seed)
        radius = np.sqrt(-2 * np.log(unit(low) + 2.0 ** -53))
        vectors.append(radius * np.cos(2 * np.pi * unit(high)))
    targets = tensor(np.array(vectors))[train.sum(1)]
    embeddings = torch.nn.Parameter(tensor(uniform(P, 0, 3, seed) - 0.5).reshape(P, 1))
    layers = linear_layers([1, WIDTH, WIDTH, OUTPUTS], 4, seed)
    decoder = torch.nn.Sequential(layers[0], torch.nn.Tanh(), layers[1], torch.nn.Tanh(), layers[2])
    optimiser = torch.optim.AdamW([
        {"params": [embeddings], "lr": 1e-3}, {"params": decoder.parameters(), "lr": 1e-4}],
        weight_decay=0.0)

    def loss():
        return torch.mean((decoder(embeddings[train[:, 0]] + embeddings[train[:, 1]]) - targets) ** 2)

    for step in range(1, 1001):
        optimiser.zero_grad()
        loss().backward()
        optimiser.step()
        if step in [10, 100, 300, 600, 1000]:
            print(step, f"{loss().item():.8f}", f"{embeddings[9, 0].item():.6f}")


if __name__ == "__main__":
    main()
