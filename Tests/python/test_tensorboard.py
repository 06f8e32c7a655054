"""`quanta export --format tensorboard`, read by TensorBoard itself."""

import json
import re
import struct
import subprocess
import sys
import time
import urllib.parse
import urllib.request

import pytest

pytest.importorskip("tensorboard", reason="tensorboard is not installed")

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator  # noqa: E402
from tensorboard.plugins.hparams import api_pb2, metadata  # noqa: E402


@pytest.fixture(scope="module")
def exported(store):
    folder = store.folder / "tb" / "widths"
    shown = store.quanta("export", "widths", "--format", "tensorboard", "--output", "tb/widths")
    assert shown == "tb/widths\n"
    return folder


def accumulator(folder):
    events = EventAccumulator(str(folder), size_guidance={"scalars": 0, "tensors": 0})
    events.Reload()
    return events


def hparams(folder, tag):
    summary = accumulator(folder).SummaryMetadata(tag)
    return metadata.parse_session_start_info_plugin_data(summary.plugin_data.content)


def runs_by_name(store):
    names = {}
    for run in store.json("widths"):
        rate = {0.001: "0.001", 0.1: "0.1"}[run["learningRate"]]
        names[f"width={run['width']}_learningRate={rate}_seed={run['seed']}"] = run
    return names


def test_a_folder_a_job_has_its_curves_and_scalars_exactly(store, exported):
    runs = runs_by_name(store)
    assert {path.name for path in exported.iterdir() if path.is_dir()} == set(runs)
    curves = {
        name: {curve["job"]: curve for curve in store.json("widths", "--what", "curves", "--curve", name)}
        for name in ["loss", "loss.subtasks", "accuracy"]
    }
    for name, run in runs.items():
        events = accumulator(exported / name)
        for metric, of_job in curves.items():
            curve = of_job[run["job"]]
            for column in range(curve["columns"]):
                tag = metric if curve["columns"] == 1 else f"{metric}/{column}"
                found = [(event.step, single(event.value)) for event in events.Scalars(tag)]
                values = curve["values"][column :: curve["columns"]]
                assert found == [(step, single(value)) for step, value in zip(curve["steps"], values)]
        final = [(event.step, event.value) for event in events.Scalars("loss.final")]
        assert final == [(40, single(run["loss.final"]))]


def test_the_text_has_every_digit(store, exported):
    for name, run in runs_by_name(store).items():
        (event,) = accumulator(exported / name).Tensors("quanta/result")
        result = json.loads(event.tensor_proto.string_val[0])
        assert result["job"] == run["job"]
        scalars = {f"scalar.{key}" if f"scalar.{key}" in run else key: value for key, value in result["scalars"].items()}
        assert len(scalars) > 8 and {**run, **result["parameters"], **scalars} == run


def single(value):
    return struct.unpack("<f", struct.pack("<f", value))[0]


def test_hparams_have_every_parameter_with_its_type(store, exported):
    parameters = {"width", "learningRate", "seed", "regime", "earlyStop", "alpha", "bits"}
    for name, run in runs_by_name(store).items():
        start = hparams(exported / name, metadata.SESSION_START_INFO_TAG)
        values = {key: getattr(value, value.WhichOneof("kind")) for key, value in start.hparams.items()}
        # A double has no room for all whole numbers: those of a seed that needs more are texts.
        expected = {key: run[key] for key in parameters} | {"seed": str(run["seed"])}
        assert {key: values[key] for key in parameters} == expected
        assert start.group_name == name and start.start_time_secs > 1.7e9
        content = accumulator(exported / name).SummaryMetadata(metadata.SESSION_END_INFO_TAG).plugin_data.content
        end = metadata.parse_session_end_info_plugin_data(content)
        assert end.status == api_pb2.STATUS_SUCCESS and end.end_time_secs >= start.start_time_secs


def test_the_table_of_tensorboards_own_server_has_parameters_and_metrics(store, exported):
    from tensorboard import context
    from tensorboard.backend.event_processing import data_provider, plugin_event_multiplexer
    from tensorboard.plugins import base_plugin
    from tensorboard.plugins.hparams import backend_context, get_experiment, list_session_groups

    multiplexer = plugin_event_multiplexer.EventMultiplexer().AddRunsFromDirectory(str(exported))
    multiplexer.Reload()
    provider = data_provider.MultiplexerDataProvider(multiplexer, str(exported))
    plugin = backend_context.Context(base_plugin.TBContext(data_provider=provider))
    request = context.RequestContext()
    args = [request, plugin, "123"]
    experiment = get_experiment.Handler(*args, api_pb2.GetExperimentRequest()).run()
    assert experiment.name == "widths"
    assert [info.name for info in experiment.hparam_infos][:4] == ["learningRate", "seed", "width", "activation"]
    metrics = [info.name.tag for info in experiment.metric_infos]
    assert "loss.final" in metrics and "loss.subtasks/0" not in metrics
    groups = list_session_groups.Handler(
        *args,
        api_pb2.ListSessionGroupsRequest(
            start_index=0,
            slice_size=100,
            allowed_statuses=[api_pb2.STATUS_SUCCESS],
            col_params=[api_pb2.ColParams(metric=api_pb2.MetricName(tag=tag)) for tag in metrics],
        ),
    ).run()
    losses = {single(run["loss.final"]) for run in store.json("widths")}
    found = [
        value.value for group in groups.session_groups for value in group.metric_values if value.name.tag == "loss.final"
    ]
    assert len(groups.session_groups) == 16 and set(found) == losses


def test_the_server_that_people_start_shows_curves_and_the_table(store, exported):
    pytest.importorskip("tensorboard_data_server", reason="tensorboard-data-server is not installed")
    options = ["--logdir", str(exported), "--host", "127.0.0.1", "--port", "0", "--load_fast", "true"]
    server = subprocess.Popen([sys.executable, "-m", "tensorboard.main", *options], stderr=subprocess.PIPE, text=True)
    try:
        address = next(found.group() for line in server.stderr if (found := re.search("http://[0-9.:]+", line)))

        def ask(path, body=None, **query):
            data = None if body is None else json.dumps(body).encode()
            headers = {"Content-Type": "application/json"}
            url = f"{address}/data/{path}?{urllib.parse.urlencode(query)}"
            with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=60) as answer:
                return json.load(answer)

        deadline = time.monotonic() + 120
        while len(ask("runs")) < 17:  # it reads on its own thread
            assert time.monotonic() < deadline, "TensorBoard reads the files for minutes"
            time.sleep(0.1)
        for name, run in runs_by_name(store).items():
            ((_, step, value),) = ask("plugin/scalars/scalars", run=name, tag="loss.final")
            assert (step, value) == (40, single(run["loss.final"]))
        metrics = [info["name"] for info in ask("plugin/hparams/experiment", {"experimentName": ""})["metricInfos"]]
        query = {
            "experimentName": "",
            "allowedStatuses": ["STATUS_SUCCESS"],
            "colParams": [{"metric": metric} for metric in metrics],
            "startIndex": 0,
            "sliceSize": 100,
        }
        table = {
            group["name"]: (group["hparams"]["width"], value["value"])
            for group in ask("plugin/hparams/session_groups", query)["sessionGroups"]
            for value in group["metricValues"]
            if value["name"]["tag"] == "loss.final"
        }
        expected = {name: (run["width"], single(run["loss.final"])) for name, run in runs_by_name(store).items()}
        assert table == expected
    finally:
        server.kill()
        server.wait()


def test_jobs_that_failed_are_in_the_table_as_such(store):
    store.quanta("export", "mixed", "--format", "tensorboard", "--output", "tb/mixed")
    folders = sorted(path for path in (store.folder / "tb/mixed").iterdir() if path.is_dir())
    statuses = []
    for folder in folders:
        content = accumulator(folder).SummaryMetadata(metadata.SESSION_END_INFO_TAG).plugin_data.content
        statuses.append(metadata.parse_session_end_info_plugin_data(content).status)
    assert statuses == [api_pb2.STATUS_SUCCESS, api_pb2.STATUS_FAILURE]
    assert hparams(folders[1], metadata.SESSION_START_INFO_TAG).hparams["size"].number_value == 11


def test_what_exists_is_not_replaced(store, exported):
    before = sorted(exported.rglob("*"))
    told = store.quanta("export", "mixed", "--format", "tensorboard", "--output", "tb/widths", status=2)
    assert "exists and is no empty folder" in told
    assert sorted(exported.rglob("*")) == before
    assert not [path for path in exported.parent.iterdir() if ".part" in path.name]
    assert "name it with --output" in store.quanta("export", "mixed", "--format", "tensorboard", status=2)
