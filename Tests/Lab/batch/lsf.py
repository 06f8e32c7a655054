#!/usr/bin/env -S python3 -B
"""Stands in for LSF's bsub, bjobs and bkill; after bsub(1), bjobs(1), bkill(1) of 10.1."""
import re
import sys

import lab


def unknown(word):
    lab.fail(f"{word}: Illegal option.\nUsage: {lab.COMMAND} [options]", 255)


def bsub():
    options, rest = lab.parse(
        sys.argv[1:], ("-J", "-W", "-q", "-P", "-n", "-o", "-R", "-M", "-gpu", "-cwd"), ("-rn", "-x"), unknown)
    values = dict(options)
    queue = values.get("-q", lab.QUEUES[0])
    if queue not in lab.QUEUES:
        lab.fail(f"{queue}: No such queue. Job not submitted.", 255)
    if int(values["-W"]) > 60:
        lab.fail("RUNLIMIT: Cannot exceed queue's hard limit(s). Job not submitted.", 255)
    for name, value in options:
        if name == "-R" and not re.fullmatch(r"(span|rusage|select)\[.+\]", value):
            lab.fail(f"{value}: Bad resource requirement syntax. Job not submitted.", 255)
    select = next((value for name, value in options if name == "-R" and value.startswith("select[")), "")
    if select and not re.fullmatch(r"select\[hname!='[\w.-]+'( && hname!='[\w.-]+')*\]", select):
        lab.fail(f"{select}: Bad resource requirement syntax. Job not submitted.", 255)
    name, first, last = re.fullmatch(r"(.+?)\[(\d+)-(\d+)\]", values["-J"]).groups()
    if int(first) < 1 or int(last) > 1000:
        lab.fail("Job array index too large. Job not submitted.", 255)
    if rest:
        lab.fail("the script comes on the standard input here", 255)
    job = lab.next_job()
    script = f"{lab.STATE}/{job}.lsf"
    with open(script, "w") as file:
        file.write(sys.stdin.read())
    for index in range(int(first), int(last) + 1):
        environment = {"LSB_JOBID": str(job), "LSB_JOBINDEX": str(index), "LSB_JOBNAME": f"{name}[{index}]",
                       "LSB_BATCH_JID": f"{job}[{index}]", "LSB_QUEUE": queue}
        output = values["-o"].replace("%J", str(job)).replace("%I", str(index))
        lab.start(job, index, name, ["/bin/sh", script], environment, 60 * int(values["-W"]),
                  int(values.get("-n", 1)), output=output, queue=queue,
                  excluded=re.findall(r"hname!='([\w.-]+)'", select))
    default = "default queue" if "-q" not in values else "queue"
    print(f"Job <{job}> is submitted to {default} <{queue}>.")


def bjobs():
    options, _ = lab.parse(sys.argv[1:], ("-J", "-o"), ("-noheader", "-a"), unknown)
    values = dict(options)
    found = lab.records(values["-J"])
    if not found:
        lab.fail(f"Job <{values['-J']}> is not found", 255)
    fields = re.fullmatch(r"(.*) delimiter='(.)'", values["-o"])
    for record in found:
        isPending = record["state"] == "pending"
        host = f"{record['cores']}*{record['node']}" if record["cores"] > 1 else record["node"]
        reason = "Job's requirements for resource reservation not satisfied: 3 hosts;" if isPending else ""
        texts = {"jobid": record["job"], "jobindex": record["index"], "stat": "PEND" if isPending else "RUN",
                 "exec_host": "-" if isPending else host, "pend_reason": reason}
        print(fields[2].join(str(texts[field]) for field in fields[1].split()))


def bkill():
    options, rest = lab.parse(sys.argv[1:], ("-J",), (), unknown)
    found = lab.records(dict(options).get("-J"))
    status = 255
    for name in rest:
        job, index = re.fullmatch(r"(\d+)(?:\[(\d+)\])?", name).groups()
        named = [r for r in found if job == "0" or (r["job"] == int(job) and index in (None, str(r["index"])))]
        for record in named:
            lab.cancel(record)
            print(f"Job <{record['job']}[{record['index']}]> is being terminated")
            status = 0
        if not named:
            print(f"Job <{name}>: No matching job found" if job != "0" else "No unfinished job found", file=sys.stderr)
    sys.exit(status)


lab.log(" ".join([lab.COMMAND] + sys.argv[1:]))
{"bsub": bsub, "bjobs": bjobs, "bkill": bkill}[lab.COMMAND]()
