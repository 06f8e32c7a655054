"""Machines on this machine for stand-ins of batch systems: nodes of a few cores, jobs as processes.

A stand-in is called through a link in the lab's folder, which is the folder of the link. Every job has a
process of its own that waits for a node, runs the job in the environment that its system gives it, ends it
when its time is over (TERM, two seconds later KILL), and writes how it stands. Nothing outlives the folder.
"""
import fcntl
import json
import os
import signal
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.realpath(__file__))
COMMAND = os.path.basename(sys.argv[0])
FOLDER = os.path.dirname(os.path.abspath(sys.argv[0]))
STATE = FOLDER + "/state"
NODES = 3
CORES = 4
QUEUES = ("batch", "gpu")


def fail(text, status=1):
    print(text, file=sys.stderr)
    sys.exit(status)


def log(text):
    """What was called, for tests."""
    with open(FOLDER + "/calls", "a") as file:
        file.write(text + "\n")


def parse(words, valued, flags, on_unknown):
    """Options as pairs and what follows them; `valued` and `flags` list those that the manual has."""
    options, rest = [], list(words)
    while rest and rest[0].startswith("-") and rest[0] != "-":
        word = rest.pop(0)
        name, mark, value = word.partition("=")
        if word in flags:
            options.append((word, ""))
        elif word in valued and rest:
            options.append((word, rest.pop(0)))
        elif mark and name.startswith("--") and name in valued:
            options.append((name, value))
        else:
            on_unknown(word)
    return options, rest


def next_job():
    os.makedirs(STATE, exist_ok=True)
    with open(STATE + "/last", "a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        number = int(file.read() or 16) + 1
        file.truncate(0)
        file.write(str(number))
    return number


def path(job, index):
    return f"{STATE}/{job}_{index}.json"


def write(record):
    name = path(record["job"], record["index"])
    with open(name + ".new", "w") as file:
        json.dump(record, file)
    os.rename(name + ".new", name)


def records(name=None):
    """All jobs that have not ended, the oldest first."""
    found = []
    for entry in os.listdir(STATE) if os.path.isdir(STATE) else []:
        if entry.endswith(".json"):
            with open(f"{STATE}/{entry}") as file:
                found.append(json.load(file))
    found = [r for r in found if r["state"] in ("pending", "running")]
    found = [r for r in found if name is None or r["name"] == name]
    return sorted(found, key=lambda r: (r["job"], r["index"]))


def start(job, index, name, command, environment, seconds, cores=1, output=None, stdin=None, queue=None,
          excluded=()):
    record = {
        "job": job, "index": index, "name": name, "command": command, "environment": environment,
        "seconds": seconds, "cores": cores, "output": output, "stdin": stdin, "state": "pending",
        "node": "", "excluded": list(excluded), "pid": 0, "queue": queue or QUEUES[0], "lives": 0,
        "reason": "" if cores <= CORES else "never",
    }
    write(record)
    subprocess.Popen(
        [sys.executable, HERE + "/lab.py", FOLDER, str(job), str(index)], start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def read(job, index):
    try:
        with open(path(job, index)) as file:
            return json.load(file)
    except FileNotFoundError:
        return None


def cancel(record):
    touch(record, "cancelled")


def touch(record, wish):
    """Asks a job's own process for something."""
    open(path(record["job"], record["index"])[:-5] + "." + wish, "w").close()


# The job's own process.


def asked(record, wish):
    name = path(record["job"], record["index"])[:-5] + "." + wish
    if os.path.exists(name):
        os.unlink(name)
        return True
    return False


def take_node(record):
    """The lock of a node that has room; None where all are taken."""
    for node in range(1, NODES + 1):
        if f"n{node}" in record["excluded"]:
            continue
        for place in range(CORES // max(1, record["cores"])):
            lock = open(f"{STATE}/n{node}.{place}.lock", "w")
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return f"n{node}", lock
            except BlockingIOError:
                lock.close()
    return None


def end(process):
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            pass
        try:
            process.wait(2)
            if number == signal.SIGKILL:
                return
        except subprocess.TimeoutExpired:
            continue


def live(record):
    """One life of a job; the word for its end."""
    place = None
    while place is None:
        if asked(record, "cancelled"):
            return "cancelled"
        if not os.path.isdir(STATE):
            sys.exit()
        place = take_node(record) if record["cores"] <= CORES else None
        if place is None:
            time.sleep(0.1)
    record["node"], lock = place
    output = open(record["output"] or "/dev/null", "a")
    process = subprocess.Popen(
        record["command"], start_new_session=True, cwd="/",
        stdin=open(record["stdin"] or "/dev/null"), stdout=output, stderr=output,
        env={"PATH": "/usr/bin:/bin", "HOME": os.environ.get("HOME", "/"), **record["environment"]})
    record["state"], record["pid"] = "running", process.pid
    write(record)
    limit = time.monotonic() + record["seconds"]
    while True:
        if process.poll() is not None:
            end(process)
            return "ended"
        gone = not os.path.isdir(STATE)
        if gone:
            end(process)
            sys.exit()
        for wish in ("cancelled", "pending"):
            if asked(record, wish):
                end(process)
                return wish
        if time.monotonic() > limit:
            end(process)
            return "ended"
        time.sleep(0.05)


def supervise(job, index):
    record = read(job, index)
    while True:
        word = live(record)
        if not os.path.isdir(STATE):
            return
        record.update(state=word, node="", pid=0, lives=record["lives"] + 1)
        write(record)
        if word != "pending":
            return


if __name__ == "__main__":
    FOLDER = sys.argv[1]
    STATE = FOLDER + "/state"
    supervise(int(sys.argv[2]), int(sys.argv[3]))
