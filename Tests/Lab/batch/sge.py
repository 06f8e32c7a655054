#!/usr/bin/env -S python3 -B
"""Stands in for Grid Engine's qsub, qstat and qdel; after submit(1), qstat(1), qdel(1), sge_types(1)."""
import re
import sys

import lab


def unknown(word):
    lab.fail(f"{lab.COMMAND}: Unknown option {word}", 1)


def qsub():
    options, rest = lab.parse(
        sys.argv[1:], ("-N", "-q", "-P", "-t", "-l", "-S", "-r", "-wd", "-j", "-o", "-w"), ("-terse", "-pe"), unknown)
    # A parallel environment has two values.
    cores, words = 1, sys.argv[1:]
    if "-pe" in words:
        place = words.index("-pe")
        name, cores = words[place + 1], int(words[place + 2])
        if name not in ("smp", "mpi"):
            lab.fail(f'Unable to run job: job rejected: the requested parallel environment "{name}" does not exist.\nExiting.')
        options, rest = lab.parse(
            words[:place] + words[place + 3:],
            ("-N", "-q", "-P", "-t", "-l", "-S", "-r", "-wd", "-j", "-o", "-w"), ("-terse",), unknown)
    values = dict(options)
    resources = dict(re.split("=", value, maxsplit=1) for name, value in options if name == "-l")
    queue = values.get("-q", lab.QUEUES[0])
    if queue not in lab.QUEUES:
        lab.fail(f'Unable to run job: Job was rejected because job requests unknown queue "{queue}".\nExiting.')
    hosts = resources.get("h", "")
    if hosts and not re.fullmatch(r"!\([\w.-]+(\|[\w.-]+)*\)", hosts):
        lab.fail(f'Unable to run job: unknown resource "h={hosts}".\nExiting.')
    if cores > lab.CORES:
        if values.get("-w") == "v":
            lab.fail('Unable to run job: Job 0 cannot run in PE "smp" because it only offers 4 slots\nverification: no suitable queues\nExiting.')
    if values.get("-w") == "v":
        print("verification: found suitable queue(s)")
        return
    first = last = 0
    if "-t" in values:
        first, last = (int(number) for number in values["-t"].split("-"))
        if first < 1:
            lab.fail("qsub: Numerical value invalid!\nThe initial portion of string \"0\" contains no decimal number")
    job = lab.next_job()
    script = f"{lab.STATE}/{job}.sge"
    with open(script, "w") as file:
        file.write(sys.stdin.read())
    for index in range(first, last + 1):
        environment = {"JOB_ID": str(job), "JOB_NAME": values["-N"], "SGE_TASK_ID": str(index) if index else "undefined",
                       "NSLOTS": str(cores), "QUEUE": queue}
        lab.start(job, index, values["-N"], [values["-S"], script], environment, int(resources["h_rt"]), cores,
                  queue=queue, excluded=re.findall(r"[\w.-]+", hosts))
    print(f"{job}.{first}-{last}:1" if last else job)


def entry(record):
    isPending = record["state"] == "pending"
    queue = f"{record['queue']}.q@{record['node']}" if record["node"] else ""
    print(f"""    <job_list state="{'pending' if isPending else 'running'}">
      <JB_job_number>{record['job']}</JB_job_number>
      <JAT_prio>0.55500</JAT_prio>
      <JB_name>{record['name']}</JB_name>
      <JB_owner>kim</JB_owner>
      <state>{'qw' if isPending else 'r'}</state>
      <JAT_start_time>2026-11-29T20:00:00</JAT_start_time>
      <queue_name>{queue}</queue_name>
      <slots>{record['cores']}</slots>""")
    if record["index"]:
        print(f"      <tasks>{record['index']}</tasks>")
    print("    </job_list>")


def qstat():
    lab.parse(sys.argv[1:], ("-g", "-u"), ("-xml",), unknown)
    print("<?xml version='1.0'?>\n<job_info  xmlns:xsd=\"http://arc.liv.ac.uk/repos/qstat.xsd\">\n  <queue_info>")
    for record in lab.records():
        if record["state"] == "running":
            entry(record)
    # Somebody else's.
    entry({"job": 3, "index": 0, "name": "STDIN", "state": "running", "queue": "batch", "node": "n9", "cores": 1})
    print("  </queue_info>\n  <job_info>")
    for record in lab.records():
        if record["state"] == "pending":
            entry(record)
    print("  </job_info>\n</job_info>")


def qdel():
    _, rest = lab.parse(sys.argv[1:], (), (), unknown)
    status = 0
    for name in rest:
        found = [r for r in lab.records()
                 if name in (r["name"], str(r["job"]), f"{r['job']}.{r['index']}")]
        if not found:
            print(f'denied: job "{name}" does not exist', file=sys.stderr)
            status = 1
        for record in found:
            lab.cancel(record)
            print(f"kim has registered the job-array task {record['job']}.{record['index']} for deletion")
    sys.exit(status)


lab.log(" ".join([lab.COMMAND] + sys.argv[1:]))
{"qsub": qsub, "qstat": qstat, "qdel": qdel}[lab.COMMAND]()
