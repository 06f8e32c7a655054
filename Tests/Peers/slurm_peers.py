"""Quanta on a Slurm of three nodes on this machine (Tests/Lab/slurm), with every call of Slurm's commands counted.

    slurm_peers.py calls --quanta quanta [--minutes 10] [--pilots 20]
    slurm_peers.py arrays --quanta quanta [--factor 0.5] [--takes 60]

`calls` runs jobs of 20 s on pilots of one core. `arrays` runs 60 jobs of 20 s to 3 min (times the factor), of which
those that are longer than an allocation and every other one keep checkpoints, on allocations of 2 min: as a plain
job array whose lost jobs are submitted again by hand until all are done, as a sweep, and as a sweep of a workload
(self-test) that keeps checkpoints when it is asked to. Now and then other people's jobs take a node from all.
QUANTA_WORKER names the worker.
"""
import argparse
import collections
import os
import re
import subprocess
import sys
import tempfile
import threading
import time

PROGRAMS = ["sbatch", "squeue", "scancel", "srun", "scontrol"]
LAB = os.path.join(os.path.dirname(os.path.realpath(__file__)), "../Lab/slurm")


class Slurm:
    """A lab of its own, and what is called there."""

    def __init__(self, cores):
        self.folder = tempfile.mkdtemp(prefix="quanta-slurm-", dir="/tmp")
        self.own = {**os.environ, "LAB": self.folder, "OWNER": str(os.getpid()), "CORES": str(cores),
                    "SLURM_CONF": f"{self.folder}/slurm.conf"}
        counting = f"{self.folder}/counting"
        os.mkdir(counting)
        for program in PROGRAMS:
            with open(f"{counting}/{program}", "w") as wrapper:
                wrapper.write(f"#!/bin/sh\necho {program} >>'{self.folder}/counts'\n"
                              f"PATH=${{PATH#'{counting}':}} exec {program} \"$@\"\n")
            os.chmod(wrapper.name, 0o755)
        self.user = {**self.own, "PATH": f"{counting}:{os.environ['PATH']}", "NO_COLOR": "1"}

    def __enter__(self):
        subprocess.run([LAB, "up"], env=self.own, check=True)
        return self

    def __exit__(self, *_):
        subprocess.run([LAB, "down"], env=self.own)
        subprocess.run(["rm", "-rf", self.folder])

    def calls(self):
        with open(f"{self.folder}/counts") as counts:
            return collections.Counter(counts.read().split())

    def allocated(self, name):
        """Core-seconds of all ended allocations whose name begins so."""
        total = 0
        with open(f"{self.folder}/ended") as ended:
            for line in ended:
                fields = dict(re.findall(r"(\w+)=(\S*)", line))
                times = [fields.get(end, "Unknown") for end in ("StartTime", "EndTime")]
                if fields["Name"].startswith(name) and "Unknown" not in times:
                    began, end = [time.mktime(time.strptime(t, "%Y-%m-%dT%H:%M:%S")) for t in times]
                    total += (end - began) * int(fields["ProcCnt"])
        return total

    def words(self):
        calls = self.calls()
        return f"{sum(calls.values())} (" + ", ".join(f"{n} {p}" for p, n in sorted(calls.items())) + ")"

    def wait_until_idle(self):
        while subprocess.run(["squeue", "-h", "-o", "%i"], env=self.own, capture_output=True).stdout:
            time.sleep(1)


def sweep(slurm, quanta, folder, text, pool):
    """Runs a sweep through pilots; the seconds it took, and what it printed."""
    with open(f"{folder}/sweep.yaml", "w") as file:
        file.write(text)
    with open(f"{folder}/cluster.yaml", "w") as file:
        file.write(f"pools:\n  - slurm: {{partition: main, {pool}}}\n    folder: {folder}/shared\n")
    began = time.time()
    run = subprocess.run(
        [quanta, "run", "sweep.yaml", "--cluster", "cluster.yaml"], cwd=folder, env=slurm.user,
        text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    seconds = time.time() - began
    if run.returncode != 0:
        sys.exit(f"status {run.returncode}\n{run.stdout}")
    return seconds, run.stdout


def calls(options):
    jobs = int(options.minutes * 60 / 20 * options.pilots * 0.97)
    with Slurm(cores=(options.pilots + 2) // 3) as slurm, tempfile.TemporaryDirectory() as folder:
        seconds, output = sweep(
            slurm, options.quanta, folder,
            "name: calls\nworkload: self-test\nsettings: {steps: 20, stepMilliseconds: 1000}\n"
            f"grid: {{size: {{range: [10, {10 + jobs}]}}}}\n",
            f"time: {int(options.minutes) + 10} min, cores: 1, count: {options.pilots}")
        told = [line for line in output.splitlines() if "calls of Slurm" in line]
        print(f"{jobs} jobs of 20 s on {options.pilots} pilots in {seconds:.0f} s; Slurm was called: "
              + slurm.words() + f"; it says {' '.join(told)}")


JOB = """#!/bin/sh
# job SECONDS KEPT: works, and keeps how far it is every EVERY seconds if it is one that keeps anything.
step=$(cat "$2/step" 2>/dev/null || echo 0)
while [ "$step" -lt "$1" ]; do
  sleep 1
  step=$((step + 1))
  echo >>"FOLDER/tally/$1"
  if [ $((step % EVERY)) -eq 0 ] && grep -qx "$1" FOLDER/keepers; then
    echo "$step" >"$2/new" && mv "$2/new" "$2/step"
  fi
done
"""


class Work:
    """The 60 jobs: how long each takes, and whether it keeps checkpoints."""

    def __init__(self, options, folder):
        shortest, longest = 20 * options.factor, 180 * options.factor
        self.seconds = [round(shortest + (longest - shortest) * place / 59) for place in range(60)]
        if len(set(self.seconds)) < 60:
            sys.exit("jobs are known by their seconds: take a factor of 0.4 or more")
        self.minutes = max(1, round(2 * options.factor))
        self.folder = folder
        self.tally = f"{folder}/tally"
        os.mkdir(self.tally)
        with open(f"{folder}/job", "w") as job:
            every = max(1, round(10 * options.factor))
            job.write(JOB.replace("EVERY", str(every)).replace("FOLDER", folder))
        os.chmod(job.name, 0o755)
        with open(f"{folder}/keepers", "w") as keepers:
            keepers.writelines(f"{seconds}\n" for place, seconds in enumerate(self.seconds)
                               if place % 2 == 1 or seconds > 48 * self.minutes)

    def lost(self):
        """Seconds of jobs that had to be done again."""
        done = sum(len(open(f"{self.tally}/{name}").read()) for name in os.listdir(self.tally))
        return done - sum(self.seconds)


class Others:
    """Other people's jobs, which take a node for a while, again and again."""

    def __init__(self, slurm, seconds):
        self.end = threading.Event()
        self.taken = 0
        self.thread = threading.Thread(target=self.take, args=(slurm, seconds))
        self.thread.start()

    def take(self, slurm, seconds):
        while seconds and not self.end.wait(seconds):
            subprocess.run(
                ["sbatch", "--partition=urgent", f"--nodelist=n{self.taken % 3 + 1}", "--exclusive",
                 "--time=1", "--job-name=urgent", "--output=/dev/null", "--wrap=sleep 5"],
                env=slurm.own, capture_output=True)
            self.taken += 1

    def stop(self):
        self.end.set()
        self.thread.join()


def plain_array(slurm, work, options):
    """Submits all, looks now and then, and submits again what has no result; the seconds it took."""
    os.mkdir(f"{work.folder}/kept")
    with open(f"{work.folder}/array", "w") as script:
        script.write("#!/bin/sh\nset -- $(sed -n \"$((SLURM_ARRAY_TASK_ID + 1))p\" table)\n"
                     "mkdir -p kept/$1 && ./job $1 kept/$1 && touch kept/$1/done\n")
    with open(f"{work.folder}/table", "w") as table:
        table.writelines(f"{seconds}\n" for seconds in work.seconds)
    missing = list(range(60))
    rounds = 0
    while missing:
        rounds += 1
        subprocess.run(
            ["sbatch", f"--array={','.join(map(str, missing))}", f"--time={work.minutes}",
             "--cpus-per-task=1", "--job-name=array", "--no-requeue", "--output=/dev/null", "array"],
            cwd=work.folder, env=slurm.user, check=True, stdout=subprocess.DEVNULL)
        while True:
            time.sleep(options.look)
            queue = subprocess.run(
                ["squeue", "-h", "--name=array"], env=slurm.user, capture_output=True, text=True)
            if queue.returncode == 0 and not queue.stdout:
                break
        missing = [place for place in missing
                   if not os.path.exists(f"{work.folder}/kept/{work.seconds[place]}/done")]
    return rounds


def jobs_of(way, work, folder):
    """The sweep file of the 60 jobs."""
    if way == "self-test":
        return ("name: work\nworkload: self-test\nsettings: {stepMilliseconds: 1000, size: 1}\n"
                f"grid: {{steps: {work.seconds}}}\n")
    return (f"name: work\nshell: true\nrun: {folder}/job {{seconds}} $QUANTA_CHECKPOINT_DIR\n"
            f"grid: {{seconds: {work.seconds}}}\n")


def arrays(options):
    for way in options.ways:
        with Slurm(cores=4) as slurm, tempfile.TemporaryDirectory() as folder:
            work = Work(options, folder)
            others = Others(slurm, options.takes)
            began = time.time()
            if way != "array":
                sweep(slurm, options.quanta, folder, jobs_of(way, work, folder),
                      f"time: {work.minutes} min, cores: 2, count: 6")
                name = "quanta-"
            else:
                rounds = plain_array(slurm, work, options)
                way += f", {rounds} rounds, looked at every {options.look} s"
                name = "array"
            seconds = time.time() - began
            others.stop()
            slurm.wait_until_idle()
            needed = sum(work.seconds)
            again = "unknown" if way == "self-test" else work.lost()
            allocated = slurm.allocated(name)
            print(f"{way}: {needed} core-seconds of jobs, {again} done again; {allocated:.0f} allocated "
                  f"({needed / allocated:.0%} in jobs that count); {seconds:.0f} s; nodes taken "
                  f"{others.taken} times; calls {slurm.words()}", flush=True)


parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("what", choices=["calls", "arrays"])
parser.add_argument("--quanta", required=True, type=os.path.realpath)
parser.add_argument("--minutes", type=float, default=10)
parser.add_argument("--pilots", type=int, default=20)
parser.add_argument("--factor", type=float, default=0.5)
parser.add_argument("--look", type=float, default=30, help="seconds between looks at an array")
parser.add_argument("--ways", nargs="+", default=["array", "sweep", "self-test"],
                    choices=["array", "sweep", "self-test"])
parser.add_argument("--takes", type=float, default=60, help="seconds between jobs of others; 0: none")
chosen = parser.parse_args()
{"calls": calls, "arrays": arrays}[chosen.what](chosen)
