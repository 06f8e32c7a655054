"""The measures of `quanta analyze mechanisms`, straight from their definitions in NumPy: to be compared with.

    modadd_mechanisms.py WEIGHTS.npz --training FILE [--key 4,7] [--heads 4]

WEIGHTS.npz is what `quanta export SWEEP --weights DIR --format npz` writes of one network, FILE a JSON list of the
numbers x·p + y of its training pairs. Without --key the frequencies of the units above 85 % are the key. Prints one
JSON object.
"""
import argparse
import json

import numpy as np

# What a factor is called in files of weights, and whether it stands there as its transpose.
FACTORS = {
    "embedding": ("embedding.weight", True), "position": ("position.weight", True),
    "key": ("attention.key.weight", False), "query": ("attention.query.weight", False),
    "value": ("attention.value.weight", False), "output": ("attention.output.weight", False),
    "inward": ("perceptron.0.weight", False), "inwardBias": ("perceptron.0.bias", False),
    "outward": ("perceptron.1.weight", False), "outwardBias": ("perceptron.1.bias", False),
    "unembedding": ("unembedding.weight", False)}


def forward(w, heads):
    """Units p² × hidden and logits p² × p of all pairs."""
    p = w["embedding"].shape[1] - 1
    pairs = np.arange(p * p)
    tokens = np.stack([pairs // p, pairs % p, np.full(p * p, p)], axis=1)
    stream = w["embedding"].T[tokens] + w["position"].T[None]                      # pairs × 3 × width
    width = stream.shape[2]
    split = lambda t: t.reshape(t.shape[0], t.shape[1], heads, width // heads)
    query = split(stream[:, 2:] @ w["query"].T)
    key, value = split(stream @ w["key"].T), split(stream @ w["value"].T)
    scores = np.einsum("bqhe,bkhe->bhqk", query, key)[:, :, 0] / np.sqrt(width // heads)
    scores = np.exp(scores - scores.max(axis=2, keepdims=True))
    scores /= scores.sum(axis=2, keepdims=True)
    gathered = np.einsum("bhk,bkhe->bhe", scores, value).reshape(p * p, width)
    middle = stream[:, 2] + gathered @ w["output"].T
    units = np.maximum(middle @ w["inward"].T + w["inwardBias"].reshape(-1), 0)
    final = middle + units @ w["outward"].T + w["outwardBias"].reshape(-1)
    return units, final @ w["unembedding"][:p].T


def basis(p):
    """Orthonormal functions on Z_p as rows: constant, cos 1, sin 1, cos 2, ..."""
    x = np.arange(p)
    rows = [np.ones(p)]
    for k in range(1, (p - 1) // 2 + 1):
        rows += [np.cos(2 * np.pi * k * x / p), np.sin(2 * np.pi * k * x / p)]
    return np.array([row / np.linalg.norm(row) for row in rows])


def cross_entropy(logits, labels):
    own = logits[np.arange(len(labels)), labels]
    others = logits - own[:, None]
    others[np.arange(len(labels)), labels] = -np.inf
    largest = np.maximum(others.max(axis=1), 0)
    total = np.exp(others - largest[:, None]).sum(axis=1)
    return float(np.mean(np.where(largest > 0, largest + np.log(total + np.exp(-largest)), np.log1p(total))))


def gini(values):
    x = np.sort(values)
    n = len(x)
    return float(2 * np.sum(np.arange(1, n + 1) * x) / (n * x.sum()) - (n + 1) / n)


def measures(w, training, key=None, heads=4):
    w = {name: np.asarray(w[file].T if turned else w[file], dtype=np.float64)
         for name, (file, turned) in FACTORS.items()}
    p = w["embedding"].shape[1] - 1
    units, logits = forward(w, heads)
    pairs = np.arange(p * p)
    x, y = pairs // p, pairs % p
    labels = (x + y) % p
    f = basis(p)

    grids = (units - units.mean(axis=0)).T.reshape(-1, p, p)
    energy = np.einsum("ix,nxy,jy->nij", f, grids, f) ** 2
    total = energy.sum(axis=(1, 2))
    shares = np.zeros((len(grids), (p - 1) // 2))
    for k in range(1, (p - 1) // 2 + 1):
        terms = [0, 2 * k - 1, 2 * k]
        shares[:, k - 1] = energy[np.ix_(range(len(grids)), terms, terms)].sum(axis=(1, 2))
    shares = np.divide(shares, total[:, None], out=np.zeros_like(shares), where=total[:, None] > 1e-20)
    own = sorted({int(k) + 1 for k in shares.argmax(axis=1)[shares.max(axis=1) > 0.85]})
    key = own if key is None else key

    def projected(frequencies):
        part = np.zeros_like(logits)
        for k in frequencies:
            for wave in (np.cos, np.sin):
                u = wave(2 * np.pi * k * (x + y) / p)
                u /= np.linalg.norm(u)
                part += np.outer(u, u @ logits)
        return part

    def tensor(k):
        c = np.cos(2 * np.pi * k * (x[:, None] + y[:, None] - np.arange(p)[None]) / p)
        return c / np.linalg.norm(c)

    others = np.setdiff1d(pairs, training)
    part = projected(key)
    excluded = logits - part
    tensors = sum((np.sum(tensor(k) * logits) * tensor(k) for k in key), np.zeros_like(logits))
    centred = logits - logits.mean(axis=0)
    centred -= centred.mean(axis=1, keepdims=True)
    general = np.linalg.norm(part - part.mean(axis=1, keepdims=True))
    return {
        "frequencies": own, "key": list(key), "clearUnits": int((shares.max(axis=1) > 0.85).sum()),
        "meanShare": float(shares.max(axis=1).mean()),
        "train": cross_entropy(logits[training], labels[training]),
        "test": cross_entropy(logits[others], labels[others]),
        "all": cross_entropy(logits, labels),
        "restricted": cross_entropy(part + (logits - part).mean(axis=0), labels),
        "excluded": cross_entropy(excluded[training], labels[training]),
        "excludedTensor": cross_entropy((logits - tensors)[training], labels[training]),
        "excludedOne": [cross_entropy((logits - projected([k]))[training], labels[training]) for k in key],
        "cosines": [float(np.sum(tensor(k) * logits) / np.linalg.norm(logits)) for k in key],
        "embeddingGini": gini(np.linalg.norm(w["embedding"][:, :p] @ f.T, axis=0)),
        "unembeddingGini": gini(np.linalg.norm(f @ (w["unembedding"][:p] @ w["outward"]), axis=1)),
        "squareSum": float(sum(np.sum(w[name] ** 2) for name in FACTORS)),
        "generalNorm": float(general),
        "memorisedNorm": float(np.sqrt(max(0, np.linalg.norm(centred) ** 2 - general ** 2))),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights")
    parser.add_argument("--key", type=lambda text: [int(word) for word in text.split(",")])
    parser.add_argument("--training", required=True)
    parser.add_argument("--heads", type=int, default=4)
    options = parser.parse_args()
    with open(options.training) as file:
        training = np.array(json.load(file))
    print(json.dumps(measures(np.load(options.weights), training, options.key, options.heads)))
