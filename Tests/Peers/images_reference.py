#!/usr/bin/env python3
"""Trains a perceptron on images in PyTorch from the very weights that Quanta draws for a seed.

The images are the made-up ones of OmnigrokImagesTests, all of them in every batch. Prints training
loss, test loss and the weights' norm after some steps, which that test has as golden numbers.

Needs: pip install torch==2.15.0 numpy
Usage: images_reference.py
"""
import numpy as np
import torch

from grokking_reference import linear_layers

TRAIN, TEST, PIXELS, CLASSES, WIDTH, SEED, SCALE = 60, 30, 16, 10, 24, 5, 3.0


def main():
    size = 64 + (TRAIN + TEST) * (PIXELS + 1)
    content = ((np.arange(size, dtype=np.int64) * 2654435761) >> 21 & 0xFF) % 10
    ends = np.cumsum([64, TRAIN * PIXELS, TRAIN, TEST * PIXELS, TEST])
    parts = [content[first:last] for first, last in zip(ends, ends[1:])]

    def batch(images, labels):
        pixels = torch.tensor(images.reshape(-1, PIXELS) / 255, dtype=torch.float32)
        return pixels, torch.eye(CLASSES)[torch.from_numpy(labels)]

    train, test = batch(*parts[:2]), batch(*parts[2:])
    layers = linear_layers([PIXELS, WIDTH, WIDTH, CLASSES], 2, SEED, SCALE)
    network = torch.nn.Sequential(
        layers[0], torch.nn.ReLU(), layers[1], torch.nn.ReLU(), layers[2])
    optimiser = torch.optim.AdamW(network.parameters(), lr=0.001, weight_decay=0.5)

    def loss(set):
        return torch.nn.functional.mse_loss(network(set[0]), set[1])

    for step in range(1, 501):
        optimiser.zero_grad()
        loss(train).backward()
        optimiser.step()
        if step in [1, 10, 100, 500]:
            with torch.no_grad():
                norm = sum((p ** 2).sum() for p in network.parameters()) ** 0.5
                print(step, f"{loss(train):.8f}", f"{loss(test):.8f}", f"{norm:.6f}")


main()
