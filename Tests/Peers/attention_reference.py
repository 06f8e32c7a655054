#!/usr/bin/env python3
"""Passes through PyTorch's MultiheadAttention with a causal mask, written as golden numbers.

Weights, inputs and the outputs' gradients are the formulas of dense_reference.py: number k of a block
is frac(0.618034·(k + 1 + 100·block)) − 1/2, times 4 for inputs and times 6/√width for weights. Each
line is a name and every 7th number, row-major, a row a component of the inputs and outputs or an output
of the weights.

Needs: pip install torch==2.15.0 numpy
Usage: attention_reference.py > Tests/TrainingTests/Reference/attention.txt
"""
import torch

from dense_reference import numbers

POSITIONS, WIDTH, HEADS = 19, 12, 3


def main():
    attention = torch.nn.MultiheadAttention(
        WIDTH, HEADS, bias=False, batch_first=True, dtype=torch.float64)
    weights = [numbers(WIDTH * WIDTH, 2 + factor).reshape(WIDTH, WIDTH) * 6 / WIDTH ** 0.5
               for factor in range(4)]
    with torch.no_grad():
        attention.in_proj_weight.copy_(torch.cat(weights[:3]))
        attention.out_proj.weight.copy_(weights[3])
    inputs = (numbers(WIDTH * POSITIONS, 1) * 4).reshape(WIDTH, POSITIONS).requires_grad_()
    gradients = numbers(WIDTH * POSITIONS, 6).reshape(WIDTH, POSITIONS)
    later = torch.triu(torch.ones(POSITIONS, POSITIONS, dtype=torch.bool), 1)
    sequence = inputs.T.unsqueeze(0)
    outputs = attention(sequence, sequence, sequence, attn_mask=later, need_weights=False)[0][0].T
    (outputs * gradients).sum().backward()
    found = dict(zip(["query", "key", "value"], attention.in_proj_weight.grad.split(WIDTH)))
    found.update(output=attention.out_proj.weight.grad, inputs=inputs.grad, outputs=outputs)
    for name, matrix in found.items():
        print(name, *[f"{number:.9g}" for number in matrix.detach().flatten()[::7]])


if __name__ == "__main__":
    main()
