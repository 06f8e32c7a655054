"""Eigenvalues of random matrices, in NumPy: a program whose cost grows as the cube of a size."""

import argparse
import os

import numpy

parser = argparse.ArgumentParser()
parser.add_argument("--size", type=int, required=True)
parser.add_argument("--repeats", type=int, required=True)
parser.add_argument("--seed", type=int, default=0)
args = parser.parse_args()

generator = numpy.random.default_rng(args.seed)
edge = 0.0
for _ in range(args.repeats):
    matrix = generator.standard_normal((args.size, args.size))
    edge += numpy.linalg.eigvalsh((matrix + matrix.T) / numpy.sqrt(2 * args.size))[-1]
with open(os.environ["QUANTA_METRICS"], "a") as metrics:
    metrics.write('{"step": %d, "edge": %.6f}\n' % (args.repeats, edge / args.repeats))
