"""`quanta export --format mlflow`, read by MLflow itself."""

import os
import struct

import pytest

os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
pytest.importorskip("mlflow", reason="mlflow-skinny is not installed")

from mlflow.tracking import MlflowClient  # noqa: E402


@pytest.fixture(scope="module")
def client(store):
    for sweep in ["widths", "mixed"]:
        shown = store.quanta("export", sweep, "--format", "mlflow", "--output", "ml/runs")
        assert (store.folder / shown.strip() / "meta.yaml").is_file()
    return MlflowClient(tracking_uri=(store.folder / "ml/runs").as_uri())


def runs(client, sweep):
    experiment = client.get_experiment_by_name(sweep)
    return client.search_runs([experiment.experiment_id], order_by=["tags.`quanta.position`"])


def test_runs_have_parameters_metrics_and_tags_exactly(store, client):
    expected = {run["job"]: run for run in store.json("widths")}
    curves = {
        name: {curve["job"]: curve for curve in store.json("widths", "--what", "curves", "--curve", name)}
        for name in ["loss", "loss.subtasks"]
    }
    found = runs(client, "widths")
    assert {run.data.tags["quanta.job"] for run in found} == set(expected) and len(found) == 16
    for run in found:
        job = expected[run.data.tags["quanta.job"]]
        params = run.data.params
        assert (int(params["width"]), float(params["learningRate"])) == (job["width"], job["learningRate"])
        assert (params["seed"], params["regime"], params["earlyStop"]) == (str(job["seed"]), "online", "false")
        assert run.info.status == "FINISHED"
        assert run.info.run_name == f"width={job['width']} learningRate={params['learningRate']} seed={job['seed']}"
        for name in ["loss.final", "accuracy.final", "parameters", "samples"]:
            assert run.data.metrics[name] == job["scalar.samples" if name == "samples" else name]
        for name, of_job in curves.items():
            curve = of_job[job["job"]]
            for column in range(curve["columns"]):
                key = name if curve["columns"] == 1 else f"{name}/{column}"
                history = client.get_metric_history(run.info.run_id, key)
                values = [single(value) for value in curve["values"][column :: curve["columns"]]]
                assert [(entry.step, entry.value) for entry in history] == list(zip(curve["steps"], values))


def single(value):
    return struct.unpack("<f", struct.pack("<f", value))[0]


def test_failed_jobs_are_failed_runs(client):
    done, failed = runs(client, "mixed")
    assert (done.info.status, failed.info.status) == ("FINISHED", "FAILED")
    assert failed.data.params["size"] == "11" and failed.data.metrics == {}
    assert failed.data.tags["quanta.reason"]
    assert client.get_run(failed.info.run_id).info.experiment_id == failed.info.experiment_id


def test_an_experiment_that_exists_is_not_replaced(store, client):
    told = store.quanta("export", "widths", "--format", "mlflow", "--output", "ml/runs", status=2)
    assert "exists and is no empty folder" in told and len(runs(client, "widths")) == 16
    assert not [path.name for path in (store.folder / "ml/runs").iterdir() if ".part" in path.name]
