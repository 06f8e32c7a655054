#!/usr/bin/env python3
"""Trains small dense networks in PyTorch and writes their losses and final numbers as golden ones.

Weights, inputs and targets are simple formulas of their place, so that the tests build the same
networks without a file: number k of a block is frac(0.618034·(k + 1 + 100·block)) − 1/2, times
2/√fan-in for weights and biases. Every case runs AdamW for 20 steps with different rates and decays
for the inputs (which train, too, like embeddings) and the network.

Needs: pip install torch==2.15.0 numpy
Usage: dense_reference.py > Tests/TrainingTests/Reference/dense.txt
"""
import numpy as np
import torch

INPUTS, WIDTHS, SAMPLES, STEPS = 3, [20, 17, 5], 18, 20


def numbers(count, block):
    place = np.arange(1, count + 1, dtype=np.float64) + 100 * block
    return torch.from_numpy(np.mod(0.618034 * place, 1) - 0.5)


def run(activation, loss, scale, constrained):
    functions = {"relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid,
                 "gelu": torch.nn.functional.gelu}
    inputs = numbers(INPUTS * SAMPLES, 1).reshape(INPUTS, SAMPLES).requires_grad_()
    targets = numbers(WIDTHS[-1] * SAMPLES, 2).reshape(WIDTHS[-1], SAMPLES)
    labels = torch.arange(SAMPLES) * 7 % WIDTHS[-1]
    layers = []
    for index, (below, width) in enumerate(zip([INPUTS] + WIDTHS, WIDTHS)):
        block = numbers(width * (below + 1), 3 + index).reshape(width, below + 1)
        block = block * 2 * scale / below ** 0.5
        layers.append((block[:, :below].clone().requires_grad_(),
                       block[:, below:].clone().requires_grad_()))
    parameters = [part for layer in layers for part in layer]
    optimiser = torch.optim.AdamW([
        {"params": [inputs], "lr": 0.01, "weight_decay": 0.5},
        {"params": parameters, "lr": 0.003, "weight_decay": 0.0 if constrained else 2.0}])

    def norm():
        return sum((part ** 2).sum() for part in parameters) ** 0.5

    initial = norm().item()
    losses = []
    for _ in range(STEPS):
        values = inputs
        for index, (weights, biases) in enumerate(layers):
            values = weights @ values + biases
            if index < len(layers) - 1:
                values = functions[activation](values)
        if loss == "meanSquare":
            error = torch.nn.functional.mse_loss(values, targets)
        else:
            error = torch.nn.functional.cross_entropy(values.T, labels)
        losses.append(error.item())
        optimiser.zero_grad()
        error.backward()
        optimiser.step()
        if constrained:
            with torch.no_grad():
                factor = initial / norm()
                for part in parameters:
                    part.mul_(factor)
    first = layers[0][0].detach()
    return losses + [norm().item(), first[0, 0].item(), first[19, 2].item(),
                     layers[2][1][4, 0].item(), inputs[2, 17].item()]


def main():
    for case in [("tanh", "meanSquare", 1, False), ("relu", "crossEntropy", 1, False),
                 ("sigmoid", "meanSquare", 3, False), ("tanh", "crossEntropy", 2, True),
                 ("gelu", "crossEntropy", 2, False)]:
        print(*case[:3], int(case[3]), *[f"{number:.9g}" for number in run(*case)])


if __name__ == "__main__":
    main()
