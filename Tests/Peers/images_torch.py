#!/usr/bin/env python3
"""A training step of a perceptron on images in PyTorch, timed beside Quanta's in the same minute.

The problem is the published one: 1 000 images of 784 pixels, 200 in a batch, 784 → width → width → 10
with ReLU, mean squares against one-hot labels, AdamW with weight decay. Half of the pixels are zero, as
in Fashion-MNIST. Three ways to do it:

  recipe    as published: a DataLoader that shuffles, the default optimiser
  eager     batches by index, a fused optimiser
  compiled  the same under torch.compile

Usage: images_torch.py --quanta .build/release/quanta-lab [--threads 1] [--jobs 2] WIDTH...
"""
import peers

PIXELS, CLASSES, TRAIN, BATCH = 784, 10, 1000, 200
WAYS = ["recipe", "eager", "compiled"]


def make_step(way, width):
    """A function that does one training step."""
    import torch
    from torch import nn

    torch.manual_seed(0)
    images = torch.rand(TRAIN, PIXELS)
    images[torch.rand(TRAIN, PIXELS) < 0.5] = 0
    labels = torch.randint(0, CLASSES, (TRAIN,))
    one_hot = torch.eye(CLASSES)
    network = nn.Sequential(
        nn.Linear(PIXELS, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(),
        nn.Linear(width, CLASSES))
    optimiser = torch.optim.AdamW(
        network.parameters(), lr=1e-3, weight_decay=0.01, fused=way != "recipe" or None)

    def batches():
        if way == "recipe":
            data = torch.utils.data.TensorDataset(images, labels)
            loader = torch.utils.data.DataLoader(data, batch_size=BATCH, shuffle=True)
            while True:
                yield from loader
        while True:
            order = torch.randperm(TRAIN)
            for first in range(0, TRAIN, BATCH):
                places = order[first:first + BATCH]
                yield images[places], labels[places]

    def loss(x, y):
        return nn.functional.mse_loss(network(x), one_hot[y])

    forward = torch.compile(loss) if way == "compiled" else loss
    source = batches()

    def step():
        x, y = next(source)
        optimiser.zero_grad()
        forward(x, y).backward()
        optimiser.step()

    return step


def quanta_step(arguments, width):
    # About as long as the others' turns: a step takes some 5 ns a weight.
    steps = max(100, int(arguments.seconds * 1e9 / (5 * (784 + width) * width)))
    return peers.quanta(
        [arguments.quanta, "bench", "train", "omnigrok-images", "--set", f"width={width}", "--threads", str(arguments.threads),
         "--jobs", str(arguments.jobs), "--steps", str(steps)])


peers.main(__doc__, WAYS, make_step, quanta_step, "width")
