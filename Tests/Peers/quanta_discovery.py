"""Discovers a network's quanta from per-sample gradients the straightforward way: NumPy, SciPy, scikit-learn.

Reads what `quanta-lab bench discovery --dump FOLDER` wrote (weights, samples, training samples, as .npy), makes
every sample's gradient as a dense vector, whitened by K-FAC's factors or not, takes all cosines, clusters them by
average linkage (signed cosines of the difference of the two logits, or absolute ones of the loss) or as published (spectral clustering of 1 - arccos(c)/pi), and writes labels.npy beside them.
Nothing of Quanta's is used; its labels in FOLDER are compared with these, and times stand side by side.

Needs numpy, scipy, scikit-learn. Gradients of a block are made anew for every other block, as published,
unless all of them fit in `--memory` GiB.
"""
import argparse
import json
import time

import numpy
from scipy.cluster.hierarchy import cut_tree, linkage
from scipy.spatial.distance import squareform
from sklearn.cluster import SpectralClustering
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("folder")
parser.add_argument("--recipe", choices=["margin", "whitened", "published"], default="margin")
parser.add_argument("--damping", type=float, default=0.01)
parser.add_argument("--count", type=int, help="clusters; by default as many as subtasks are there")
parser.add_argument("--samples", type=int, help="the first so many samples only")
parser.add_argument("--memory", type=float, default=4.0, help="GiB for gradients that are kept")
parser.add_argument("--starts", type=int, default=30, help="of k-means, as published")
arguments = parser.parse_args()


def read(name):
    return numpy.load(f"{arguments.folder}/{name}.npy")


def with_one(x):
    return numpy.concatenate([x, numpy.ones((len(x), 1), x.dtype)], axis=1)


def passes(weights, x, labels=None, margin=False):
    """Every layer's inputs and errors of cross-entropy with labels, or with the model's own predictions, or of
    the difference of the two logits."""
    inputs = []
    for index, weight in enumerate(weights):
        inputs.append(with_one(x))
        z = inputs[-1] @ weight.T
        x = numpy.maximum(z, 0) if index + 1 < len(weights) else z
    logits = x.astype(numpy.float64)
    if labels is None:
        labels = logits.argmax(axis=1)
    p = numpy.exp(logits - logits.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    rows = numpy.arange(len(p))
    p[rows, labels] = 0
    p[rows, labels] = -p.sum(axis=1)
    if margin:
        p = numpy.tile([-1.0, 1.0], (len(p), 1))
    errors = [p]
    for index in range(len(weights) - 1, 0, -1):
        below = errors[0] @ weights[index][:, :-1]
        errors.insert(0, below * (inputs[index][:, :-1] > 0))
    return inputs, errors


def inverse_root(moment):
    damped = moment + arguments.damping * numpy.trace(moment) / len(moment) * numpy.eye(len(moment))
    values, vectors = numpy.linalg.eigh(damped)
    return (vectors / numpy.sqrt(values)) @ vectors.T


def main():
    layers = int(read("layers")[0])
    weights = [read(f"weights{layer}") for layer in range(layers)]
    x, truth = read("samples")[: arguments.samples], read("tasks")[: arguments.samples]
    start = time.perf_counter()
    inputs, errors = passes(weights, x, margin=arguments.recipe == "margin")
    if arguments.recipe != "published":
        seen, missed = passes(weights, read("training"), read("trainingLabels").astype(int))
        for layer in range(layers):
            a = seen[layer].T.astype(float) @ seen[layer] / len(seen[layer])
            b = missed[layer].T @ missed[layer] / len(missed[layer])
            inputs[layer] = inputs[layer] @ inverse_root(a)
            errors[layer] = errors[layer] @ inverse_root(b)
    # A tiny loss is no reason for a tiny number: cosines do not depend on the scale.
    for row in range(len(x)):
        scale = numpy.abs(errors[-1][row]).max()
        for error in errors:
            error[row] /= scale

    def dense(first, last):
        parts = [
            (errors[layer][first:last, :, None] * inputs[layer][first:last, None, :])
            .reshape(last - first, -1).astype(numpy.float32) for layer in range(layers)]
        block = numpy.concatenate(parts, axis=1)
        return block / numpy.linalg.norm(block, axis=1, keepdims=True)

    count = len(x)
    numbers = sum(e.shape[1] * i.shape[1] for e, i in zip(errors, inputs))
    cosines = numpy.empty((count, count), numpy.float32)
    if count * numbers * 4 <= arguments.memory * 2**30:
        gradients = dense(0, count)
        cosines[:] = gradients @ gradients.T
        del gradients
    else:
        size = max(1, int(arguments.memory * 2**28 / numbers / 2))
        for first in range(0, count, size):
            block = dense(first, min(count, first + size))
            for second in range(first, count, size):
                other = block if second == first else dense(second, min(count, second + size))
                cosines[first:first + size, second:second + size] = block @ other.T
                cosines[second:second + size, first:first + size] = (
                    cosines[first:first + size, second:second + size].T)
    matrices = time.perf_counter()
    wanted = arguments.count or len(set(truth.tolist()))
    if arguments.recipe != "published":
        likenesses = cosines.astype(numpy.float64)
        # SciPy takes no negative distance, not even one of a rounding.
        distances = numpy.maximum(
            0, 1 - (likenesses if arguments.recipe == "margin" else numpy.abs(likenesses)))
        numpy.fill_diagonal(distances, 0)
        tree = linkage(squareform(distances, checks=False), method="average")
        labels = cut_tree(tree, n_clusters=wanted)[:, 0]
        numpy.save(f"{arguments.folder}/peer-heights.npy", tree[:, 2])
    else:
        angular = 1 - numpy.arccos(numpy.clip(cosines, -1, 1)) / numpy.pi
        labels = SpectralClustering(
            n_clusters=wanted, affinity="precomputed", assign_labels="kmeans",
            n_init=arguments.starts, random_state=0).fit_predict(angular)
    end = time.perf_counter()
    numpy.save(f"{arguments.folder}/peer-labels-{arguments.recipe}.npy", labels)
    found = {
        "recipe": arguments.recipe, "samples": count, "gradient_numbers": numbers, "count": wanted,
        "gram_s": round(matrices - start, 2), "clusters_s": round(end - matrices, 2),
        "total_s": round(end - start, 2),
        "ari": round(adjusted_rand_score(truth, labels), 4),
        "nmi": round(normalized_mutual_info_score(truth, labels), 4)}
    try:
        ours = read(f"labels-{arguments.recipe}-{wanted}")
        if len(ours) == count:
            found["ari_to_quanta"] = round(adjusted_rand_score(ours, labels), 6)
    except FileNotFoundError:
        pass
    print(json.dumps(found))


main()
