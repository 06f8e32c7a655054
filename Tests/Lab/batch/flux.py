#!/usr/bin/env -S python3 -B
"""Stands in for flux; after flux-submit(1), flux-jobs(1), flux-cancel(1), flux-exec(1), flux-job(1).

Identities are FLUIDs of 64 bits, which Flux prints to the base 58 (RFC 19)."""
import os
import re
import sys

import lab

DIGITS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
# Real ones count milliseconds since the instance began, 24 bits further up.
SCALE = 1 << 34


def f58(number):
    text = ""
    while number:
        number, digit = divmod(number, 58)
        text = DIGITS[digit] + text
    return "ƒ" + (text or "1")


def decimal(text):
    if text.isdigit():
        return int(text)
    value = 0
    for digit in text[1:]:
        value = value * 58 + DIGITS.index(digit)
    return value


def unknown(word):
    lab.fail(f"usage: flux {sys.argv[1]} [OPTIONS...] COMMAND [ARGS...]\nflux-{sys.argv[1]}: error: unrecognized "
             f"arguments: {word}", 2)


def submit(words):
    names = ("--job-name", "--time-limit", "--queue", "--bank", "--cc", "--ntasks", "--requires",
             "--cores-per-task", "--gpus-per-task", "--cwd")
    options, command = lab.parse(words, names, ("--dry-run", "--exclusive"), unknown)
    values = dict(options)
    queue = values.get("--queue", lab.QUEUES[0])
    if queue not in lab.QUEUES:
        lab.fail(f"flux-submit: ERROR: [Errno 22] Invalid queue '{queue}' specified")
    requires = values.get("--requires", "")
    if requires and not re.fullmatch(r"-host:[\w.-]+(,[\w.-]+)*", requires):
        lab.fail(f"flux-submit: ERROR: constraint: parse error in '{requires}'")
    cores = int(values.get("--cores-per-task", 1))
    if "--dry-run" in values:
        print('{"resources": [{"type": "slot"}], "version": 1}')
        return
    if cores > lab.CORES:
        lab.fail("flux-submit: ERROR: [Errno 22] unsatisfiable request")
    first, last = re.fullmatch(r"(\d+)-(\d+)", values["--cc"]).groups()
    for place in range(int(first), int(last) + 1):
        job = lab.next_job() * SCALE
        environment = {"FLUX_JOB_ID": f58(job), "FLUX_JOB_CC": str(place), "FLUX_TASK_RANK": "0",
                       "PATH": lab.FOLDER + ":/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
        lab.start(job, 0, values["--job-name"], command, environment,
                  float(values["--time-limit"].rstrip("s")), cores, queue=queue,
                  excluded=re.findall(r"[\w.-]+", requires[6:]))
        print(f58(job))


def jobs(words):
    options, _ = lab.parse(words, ("--count", "--name", "--format"), ("-n",), unknown)
    values = dict(options)
    for record in lab.records(values["--name"]):
        isPending = record["state"] == "pending"
        texts = {"id.dec": record["job"], "state": "SCHED" if isPending else "RUN", "nodelist": record["node"],
                 "sched.reason_pending": ""}
        print(re.sub(r"\{(.*?)\}", lambda m: str(texts[m[1]]), values["--format"]))


def cancel(words):
    _, rest = lab.parse(words, (), (), unknown)
    for name in rest:
        found = [record for record in lab.records() if record["job"] == decimal(name)]
        if not found:
            lab.fail(f"flux-cancel: ERROR: {name}: unknown job id")
        for record in found:
            lab.cancel(record)


def execute(words):
    options, command = lab.parse(words, ("--jobid", "--dir"), (), unknown)
    values = dict(options)
    found = [record for record in lab.records() if record["job"] == decimal(values["--jobid"])]
    if not found or found[0]["state"] != "running":
        lab.fail(f"flux-exec: Error: {values['--jobid']}: No such file or directory")
    os.chdir(values["--dir"])
    os.execvp(command[0], command)


def job(words):
    # flux job id JOBID: the number.
    print(decimal(words[1]))


lab.log(" ".join([lab.COMMAND] + sys.argv[1:]))
sys.stdout.reconfigure(encoding="utf-8")
{"submit": submit, "jobs": jobs, "cancel": cancel, "exec": execute, "job": job}[sys.argv[1]](sys.argv[2:])
