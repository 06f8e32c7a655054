#!/usr/bin/env -S python3 -B
"""Stands in for OAR's oarsub, oarstat and oardel; after oarsub(1), oarstat(1), oardel(1) of 2.5."""
import re
import sys

import lab


def unknown(word):
    lab.fail(f"Unknown option: {word.lstrip('-')}", 1)


def oarsub():
    options, rest = lab.parse(
        sys.argv[1:], ("-n", "-q", "--project", "--array", "-p", "-l", "-O", "-E", "--type"), (), unknown)
    values = dict(options)
    queue = values.get("-q", lab.QUEUES[0])
    print("[ADMISSION RULE] Modify resource description with type constraints")
    if queue not in lab.QUEUES:
        lab.fail(f"# Error: queue '{queue}' does not exist", 8)
    cores = int(re.search(r"core=(\d+)", values["-l"])[1])
    hours, minutes, seconds = re.search(r"walltime=(\d+):(\d+):(\d+)", values["-l"]).groups()
    if cores > lab.CORES:
        lab.fail("There are not enough resources for your request\nOAR_JOB_ID=-5\nOarsub failed: please verify "
                 "your request syntax or ask for support to your admin.", 5)
    properties = values.get("-p", "")
    if properties and not re.fullmatch(r"network_address not in \('[\w.-]+'(, '[\w.-]+')*\)", properties):
        lab.fail("# Error: bad resource request: syntax error in the properties", 5)
    if len(rest) != 1:
        lab.fail("# Error: one command is needed", 1)
    count = int(values.get("--array", 1))
    if count > 1:
        print("Simple array job submission is used")
    jobs = [lab.next_job() for _ in range(count)]
    for place, job in enumerate(jobs):
        environment = {"OAR_JOB_ID": str(job), "OAR_JOBID": str(job), "OAR_ARRAY_ID": str(jobs[0]),
                       "OAR_ARRAY_INDEX": str(place + 1), "OAR_JOB_NAME": values["-n"]}
        # The user's shell reads the command.
        lab.start(job, 0, values["-n"], ["/bin/bash", "-c", rest[0]], environment,
                  int(hours) * 3600 + int(minutes) * 60 + int(seconds), cores, queue=queue,
                  excluded=re.findall(r"'([\w.-]+)'", properties))
        print(f"OAR_JOB_ID={job}")
    if count > 1:
        print(f"OAR_ARRAY_ID={jobs[0]}")


def oarstat():
    options, _ = lab.parse(sys.argv[1:], (), ("-f", "-u"), unknown)
    for record in lab.records():
        isPending = record["state"] == "pending"
        print(f"""Job_Id: {record['job']}
    job_array_id = {record['job']}
    job_array_index = 1
    name = {record['name']}
    project = default
    owner = kim
    state = {'Waiting' if isPending else 'Running'}
    wanted_resources = -l "{{type = 'default'}}/network_address=1/core={record['cores']},walltime=1:0:0"
    types =
    dependencies =
    assigned_resources = {'' if isPending else '1+2'}
    assigned_hostnames = {record['node']}
    queue = {record['queue']}
    command = sh '/x'
    launchingDirectory = /
    stdout_file = /dev/null
    stderr_file = /dev/null
    jobType = PASSIVE
    properties = desktop_computing = 'NO'
    reservation = None
    walltime = 1:0:0
    submissionTime = 2026-11-29 20:00:00
    cpuset_name = kim_{record['job']}
    initial_request =
    message = {'Waiting resources' if isPending else 'R=1,W=1:0:0,J=B,N=x (Karma=0.000)'}
    scheduledStart = no prediction
    resubmit_job_id = 0
    events =
""")


def oardel():
    _, rest = lab.parse(sys.argv[1:], (), (), unknown)
    for name in rest:
        print(f"Deleting the job = {name} ...", end="")
        found = [record for record in lab.records() if record["job"] == int(name)]
        for record in found:
            lab.cancel(record)
        print("REGISTERED." if found else "ERROR.")
        if not found:
            print(f"This job does not exist: {name}", file=sys.stderr)
            sys.exit(6)


lab.log(" ".join([lab.COMMAND] + sys.argv[1:]))
{"oarsub": oarsub, "oarstat": oarstat, "oardel": oardel}[lab.COMMAND]()
