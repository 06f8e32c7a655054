"""Weights that jobs of a real store have kept."""

import sys

import pytest

import quanta

KEPT = """
name: modadd
workload: omnigrok-modadd
settings: {p: 11, fraction: 0.6, width: 32, heads: 2, hidden: 20, steps: 60, logEvery: 20, weightDecay: 1, alpha: 2}
grid: {seed: [0, 7]}
keep: {weights: [0, 20]}
"""


@pytest.fixture(scope="module")
def kept(store):
    (store.folder / "modadd.yaml").write_text(KEPT)
    store.quanta("run", "modadd.yaml", "--quiet", "--store", "kept")
    return store.folder / "kept"


def rows(table):
    return table if isinstance(table, list) else table.to_dict("records")


def test_weights_are_a_row_a_job_and_step(store, kept, monkeypatch):
    found = rows(quanta.weights("modadd", kept))
    assert [(row["position"], row["seed"], row["step"]) for row in found] == [
        (place, seed, step) for place, seed in enumerate([0, 7]) for step in [0, 20, 60]
    ]
    assert all(row["keep"] == "weights at 0 20" for row in found)
    monkeypatch.setitem(sys.modules, "pandas", None)
    assert quanta.weights("modadd", kept) == found
    assert quanta.weights("widths", store.path) == []


def test_a_damaged_file_is_refused(kept, tmp_path):
    row = rows(quanta.weights("modadd", kept))[0]
    copy = tmp_path / row["sha256"]
    data = open(row["file"], "rb").read()
    copy.write_bytes(data)
    assert quanta.tensors(copy).keys() == quanta.tensors(row["file"]).keys()
    copy.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(quanta.Error, match="are damaged: their SHA-256"):
        quanta.tensors(copy)
    other = tmp_path / "other"
    for content in [b"", data[:20], b"\xff" * 9]:
        other.write_bytes(content)
        with pytest.raises(quanta.Error, match="no safetensors file"):
            quanta.tensors(other)
    with pytest.raises(quanta.Error, match="cannot be read"):
        quanta.tensors(tmp_path / "none")


def test_arrays_without_numpy_are_flat(kept, monkeypatch):
    numpy = pytest.importorskip("numpy", reason="numpy is not installed")
    file = rows(quanta.weights("modadd", kept))[0]["file"]
    arrays = quanta.tensors(file)
    monkeypatch.setitem(sys.modules, "numpy", None)
    flat = quanta.tensors(file)
    assert {name: list(values) for name, values in flat.items()} == {
        name: list(map(float, numpy.ravel(values))) for name, values in arrays.items()
    }


def test_exports_are_what_the_store_holds(store, kept):
    numpy = pytest.importorskip("numpy", reason="numpy is not installed")
    for form in ["npz", "safetensors"]:
        store.quanta("export", "modadd", "--weights", f"out-{form}", "--format", form, "--store", "kept")
    for row in rows(quanta.weights("modadd", kept)):
        arrays = quanta.tensors(row["file"])
        name = f"seed={row['seed']}_step={row['step']}"
        with numpy.load(store.folder / "out-npz" / f"{name}.npz") as archive:
            assert sorted(archive) == sorted(arrays)
            for key in archive:
                assert archive[key].dtype == numpy.float32
                assert numpy.array_equal(archive[key], arrays[key])
        exported = store.folder / "out-safetensors" / f"{name}.safetensors"
        assert exported.read_bytes() == open(row["file"], "rb").read()


def test_files_are_read_by_the_library_itself(kept):
    library = pytest.importorskip("safetensors.numpy", reason="safetensors is not installed")
    numpy = pytest.importorskip("numpy")
    for row in rows(quanta.weights("modadd", kept)):
        theirs = library.load_file(row["file"])
        ours = quanta.tensors(row["file"])
        assert sorted(theirs) == sorted(ours)
        for name in ours:
            assert theirs[name].dtype == numpy.float32 and numpy.array_equal(theirs[name], ours[name])


def test_the_network_from_its_arrays_has_the_recorded_loss(kept):
    """All p² pairs through the transformer in double precision: the mean loss over both sets."""
    numpy = pytest.importorskip("numpy", reason="numpy is not installed")
    runs = rows(quanta.runs("modadd", kept))
    for row in rows(quanta.weights("modadd", kept)):
        if row["step"] != 60:
            continue
        run = runs[row["position"]]
        p, heads = run["p"], run["heads"]
        w = {name: values.astype("float64") for name, values in quanta.tensors(row["file"]).items()}
        x, y = (part.ravel() for part in numpy.divmod(numpy.arange(p * p), p))
        tokens = numpy.stack([x, y, numpy.full(p * p, p)], axis=1)
        stream = w["embedding.weight"][tokens] + w["position.weight"]
        shape = (p * p, 3, heads, -1)
        key = (stream @ w["attention.key.weight"].T).reshape(shape)
        value = (stream @ w["attention.value.weight"].T).reshape(shape)
        query = (stream[:, 2] @ w["attention.query.weight"].T).reshape(p * p, heads, -1)
        scores = numpy.einsum("nhc,nthc->nht", query, key) / numpy.sqrt(query.shape[-1])
        shares = numpy.exp(scores - scores.max(axis=-1, keepdims=True))
        shares /= shares.sum(axis=-1, keepdims=True)
        attended = numpy.einsum("nht,nthc->nhc", shares, value).reshape(p * p, -1)
        middle = stream[:, 2] + attended @ w["attention.output.weight"].T
        active = numpy.maximum(0, middle @ w["perceptron.0.weight"].T + w["perceptron.0.bias"])
        final = middle + active @ w["perceptron.1.weight"].T + w["perceptron.1.bias"]
        logits = final @ w["unembedding.weight"].T
        logits -= logits.max(axis=1, keepdims=True)
        losses = numpy.log(numpy.exp(logits).sum(axis=1)) - logits[numpy.arange(p * p), (x + y) % p]
        trained = int(run["scalar.samples"] if "scalar.samples" in run else run["samples"])
        recorded = (trained * run["train.loss.final"] + (p * p - trained) * run["loss.final"]) / (p * p)
        assert abs(losses.mean() - recorded) < 1e-5
        norm = numpy.sqrt(sum((values**2).sum() for values in w.values()))
        assert abs(norm / run["norm.final"] - 1) < 1e-6
