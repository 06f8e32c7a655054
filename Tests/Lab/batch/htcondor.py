#!/usr/bin/env -S python3 -B
"""Stands in for HTCondor's condor_submit, condor_q and condor_rm; after their manual pages."""
import re
import shlex
import sys

import lab

KNOWN = ("universe", "batch_name", "executable", "arguments", "environment", "transfer_executable",
         "should_transfer_files", "initialdir", "output", "error", "request_cpus", "request_memory",
         "request_gpus", "accounting_group", "requirements", "periodic_remove")


def unknown(word):
    lab.fail(f"\nERROR: invalid flag {word}", 1)


def words_of(text):
    """Words of a value in HTCondor's new syntax: in double quotes, single quotes around words with blanks."""
    return shlex.split(text.strip()[1:-1]) if text.strip().startswith('"') else text.split()


def submit():
    options, rest = lab.parse(sys.argv[1:], ("-dry-run",), ("-terse",), unknown)
    if rest != ["-"]:
        lab.fail("ERROR: Failed to open command file")
    values, count = {}, 0
    for number, line in enumerate(sys.stdin.read().splitlines(), 1):
        name, mark, value = (part.strip() for part in line.partition("="))
        if re.fullmatch(r"queue( \d+)?", line):
            count = int((line.split() + ["1"])[1])
        elif not mark or (name not in KNOWN and not name.startswith("+")):
            lab.fail(f"ERROR: on Line {number} of submit file:\nERROR: Failed to parse command file (line {number}).")
        else:
            values[name.lower()] = value
    if "-dry-run" in dict(options):
        print("Dry-Run job(s)\nClusterId=1\nMyType=\"Job\"")
        return
    if values.get("accounting_group", "lab") != "lab":
        lab.fail("ERROR: AccountingGroup is not one of yours\nERROR: Failed to submit job(s)")
    rule = values.get("requirements", "")
    if rule and not re.fullmatch(r'Machine != "[\w.-]+"( && Machine != "[\w.-]+")*', rule):
        lab.fail("ERROR: Parse error in expression: \n\tRequirements = " + rule)
    limit = int(re.search(r"EnteredCurrentStatus > (\d+)", values["periodic_remove"])[1])
    job = lab.next_job()
    for index in range(count):
        def fill(text):
            return text.replace("$(Cluster)", str(job)).replace("$(Process)", str(index))
        environment = dict(word.split("=", 1) for word in words_of(fill(values["environment"])))
        command = [values["executable"]] + words_of(fill(values["arguments"]))
        lab.start(job, index, values["batch_name"], command, environment, limit,
                  int(values["request_cpus"]), output=fill(values["output"]),
                  excluded=re.findall(r'"([\w.-]+)"', rule))
    print(f"{job}.0 - {job}.{count - 1}")


def chosen(options):
    rule = re.fullmatch(r'JobBatchName == "(.*)"', dict(options)["-constraint"])
    return lab.records(rule[1])


def queue():
    place = sys.argv.index("-af")
    options, _ = lab.parse(sys.argv[1:place], ("-constraint",), (), unknown)
    for record in chosen(options):
        isPending = record["state"] == "pending"
        # A job of parallel cores runs in a slot of the node.
        texts = {"ClusterId": record["job"], "ProcId": record["index"], "JobStatus": 1 if isPending else 2,
                 "RemoteHost": "undefined" if isPending else f"slot1_1@{record['node']}",
                 "HoldReason": "undefined"}
        print(" ".join(str(texts[name]) for name in sys.argv[place + 1:]))


def remove():
    options, rest = lab.parse(sys.argv[1:], ("-constraint",), (), unknown)
    found = chosen(options) if options else []
    for name in rest:
        found += [r for r in lab.records() if f"{r['job']}.{r['index']}" == name]
    for record in found:
        lab.cancel(record)
        print(f"Job {record['job']}.{record['index']} marked for removal")
    if not found:
        lab.fail("There are no jobs in the queue" if options else f"Job {rest[0]} not found")


lab.log(" ".join([lab.COMMAND] + sys.argv[1:]))
{"condor_submit": submit, "condor_q": queue, "condor_rm": remove}[lab.COMMAND]()
