#!/usr/bin/env -S python3 -B
"""Stands in for OpenPBS's qsub, qselect, qstat, qdel and qrerun; after qsub(1B) and its kin."""
import re
import sys

import lab

SERVER = "pbs"


def unknown(word):
    lab.fail(f"{lab.COMMAND}: invalid option -- '{word.lstrip('-')[:1]}'\nusage: {lab.COMMAND} ...", 2)


def identifier(record):
    place = f"[{record['index']}]" if record["index"] else ""
    return f"{record['job']}{place}.{SERVER}"


def seconds(text):
    total = 0
    for part in text.split(":"):
        total = total * 60 + int(part)
    return total


def qsub():
    options, rest = lab.parse(sys.argv[1:], ("-N", "-l", "-q", "-A", "-P", "-J", "-S", "-j", "-o", "-r"), (), unknown)
    if rest:
        lab.fail(f"qsub: script file:: {rest[0]}: No such file or directory")
    values = dict(options)
    resources = dict(value.split("=", 1) for name, value in options if name == "-l")
    if values.get("-q", lab.QUEUES[0]) not in lab.QUEUES:
        lab.fail("qsub: Unknown queue", 170)
    if len(values["-N"]) > 15:
        lab.fail("qsub: illegal -N value")
    chunk = dict(part.split("=") for part in resources["select"].split(":")[1:])
    if "mem" in resources or "ncpus" in resources:
        lab.fail('qsub: "-lresource=" cannot be used with "select" or "place", resource is: mem')
    if seconds(resources["walltime"]) > 3600:
        lab.fail("qsub: Job violates queue and/or server resource limits", 188)
    first = last = 0
    if "-J" in values:
        first, last = (int(number) for number in values["-J"].split("-"))
        if first >= last or values.get("-r") == "n":
            lab.fail("qsub: illegal -J value")
        if last - first >= 1000:
            lab.fail("qsub: Array job exceeds server or queue size limit", 189)
    job = lab.next_job()
    script = f"{lab.STATE}/{job}.SC"
    with open(script, "w") as file:
        file.write(sys.stdin.read())
    for index in range(first, last + 1):
        environment = {"PBS_JOBNAME": values["-N"], "PBS_ENVIRONMENT": "PBS_BATCH"}
        environment["PBS_JOBID"] = f"{job}[{index}].{SERVER}" if index else f"{job}.{SERVER}"
        if index:
            environment.update(PBS_ARRAY_INDEX=str(index), PBS_ARRAY_ID=f"{job}[].{SERVER}")
        lab.start(
            job, index, values["-N"], [values.get("-S", "/bin/sh"), script], environment,
            seconds(resources["walltime"]), int(chunk["ncpus"]), queue=values.get("-q"))
    print(f"{job}[].{SERVER}" if last else f"{job}.{SERVER}")


def qselect():
    options, _ = lab.parse(sys.argv[1:], ("-N", "-u"), (), unknown)
    found = lab.records(dict(options)["-N"])
    for job in sorted({record["job"] for record in found}):
        isArray = any(record["index"] for record in found if record["job"] == job)
        print(f"{job}[].{SERVER}" if isArray else f"{job}.{SERVER}")


def show(name, record, state):
    print(f"Job Id: {name}")
    print(f"    Job_Name = {record['name']}")
    print("    Job_Owner = kim@login")
    print(f"    job_state = {state}")
    print(f"    queue = {record['queue']}")
    print("    server = pbs")
    if record["node"]:
        print(f"    exec_host = {record['node']}/0*{record['cores']}")
    # Long values go on in lines that begin with a tab.
    print("    Variable_List = PBS_O_HOME=/home/kim,PBS_O_LANG=C,PBS_O_LOGNAME=kim,\n\tPBS_O_PATH=/usr/bin:/bin")
    if state == "Q":
        never = record["reason"] == "never"
        print("    comment = " + ("Can Never Run: Insufficient amount of resource: ncpus"
                                  if never else "Not Running: Insufficient amount of resource: ncpus"))
    print()


def limits():
    """What `qstat -Qf` and `qstat -Bf` print."""
    if sys.argv[1:] == ["-Qf"]:
        for name in lab.QUEUES:
            print(f"Queue: {name}\n    queue_type = Execution\n    total_jobs = 0")
            print("    state_count = Transit:0 Queued:0 Held:0 Waiting:0 Running:0 Exiting:0 Begun:0")
            print(f"    resources_max.ncpus = {lab.CORES}\n    resources_max.walltime = 01:00:00")
            print("    enabled = True\n    started = True\n")
    else:
        print(f"Server: {SERVER}\n    server_state = Active\n    default_queue = {lab.QUEUES[0]}")
        print("    max_array_size = 1000\n    pbs_version = 23.06.06\n")


def qstat():
    if sys.argv[1:] in (["-Qf"], ["-Bf"]):
        return limits()
    options, rest = lab.parse(sys.argv[1:], (), ("-f", "-t"), unknown)
    status = 0
    for name in rest:
        job = int(re.match(r"\d+", name).group())
        found = [record for record in lab.records() if record["job"] == job]
        if not found:
            print(f"qstat: Unknown Job Id {name}", file=sys.stderr)
            status = 153
            continue
        if found[0]["index"]:
            show(name, {**found[0], "node": ""}, "B")
        for record in found:
            show(identifier(record), record, "Q" if record["state"] == "pending" else "R")
    sys.exit(status)


def each(wish):
    _, rest = lab.parse(sys.argv[1:], (), (), unknown)
    status = 0
    for name in rest:
        found = re.fullmatch(r"(\d+)(?:\[(\d*)\])?(?:\..*)?", name)
        named = [r for r in lab.records() if found and r["job"] == int(found[1])
                 and found[2] in ("", None if not r["index"] else "", str(r["index"]))]
        if not named:
            print(f"{lab.COMMAND}: Unknown Job Id {name}", file=sys.stderr)
            status = 153
        for record in named:
            lab.touch(record, wish)
    sys.exit(status)


lab.log(" ".join([lab.COMMAND] + sys.argv[1:]))
{"qsub": qsub, "qselect": qselect, "qstat": qstat, "qdel": lambda: each("cancelled"),
 "qrerun": lambda: each("pending")}[lab.COMMAND]()
