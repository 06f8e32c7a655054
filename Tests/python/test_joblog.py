"""`quanta export --format joblog`, by the rules of GNU parallel's manual."""

import shlex

HEADER = "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand"


def rows(text):
    header, *lines = text.split("\n")
    assert header == HEADER and lines.pop() == ""
    return [dict(zip(HEADER.split("\t"), line.split("\t", 8))) for line in lines]


def test_a_line_an_attempt_has_the_jobs_parameters(store):
    runs = {str(run["position"] + 1): run for run in store.json("widths")}
    found = rows(store.quanta("export", "widths", "--format", "joblog"))
    assert sorted(row["Seq"] for row in found) == sorted(runs)
    ends = [float(row["Starttime"]) + float(row["JobRuntime"]) for row in found]
    assert all(later - earlier > -0.002 for earlier, later in zip(ends, ends[1:]))
    for row in found:
        program, *words = shlex.split(row["Command"])
        values = dict(zip(words[::2], words[1::2]))
        run = runs[row["Seq"]]
        assert (program, row["Exitval"], row["Signal"], row["Host"]) == ("sparse-parity", "0", "0", run["host"])
        assert (int(values["--width"]), float(values["--learningRate"])) == (run["width"], run["learningRate"])
        assert int(values["--seed"]) == run["seed"] and len(row["JobRuntime"]) >= 10


def test_a_failed_job_has_a_status_and_files_are_not_replaced(store):
    assert store.quanta("export", "mixed", "--format", "joblog", "--output", "mixed.log") == "mixed.log\n"
    found = rows((store.folder / "mixed.log").read_text())
    assert {row["Seq"]: row["Exitval"] for row in found} == {"1": "0", "2": "1"}
    told = store.quanta("export", "mixed", "--format", "joblog", "--output", "mixed.log", status=2)
    assert "mixed.log exists" in told
    assert "leave --what away" in store.quanta("export", "--what", "fits", "--format", "joblog", status=2)
    assert "goes to standard output" in store.quanta("export", "--output", "x.csv", status=2)
