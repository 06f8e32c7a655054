"""Fits as people write them with numpy and scipy, beside whole commands of quanta on the same numbers:
one power law for each of many tokens, a million rows in one fit, a floor through 390 points.

    fit_times.py [--quanta quanta] [--groups 20000] [--peer-groups 1000]
"""
import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
try:
    import numpy
    from scipy.optimize import curve_fit
except ImportError as error:
    print(f"the timings beside scipy are left out: {error}; pip install numpy scipy")
    sys.exit(0)

arguments = argparse.ArgumentParser()
arguments.add_argument("--quanta")
arguments.add_argument("--groups", type=int, default=20000)
arguments.add_argument("--peer-groups", type=int, default=1000, help="how many curve_fit does")
arguments.add_argument("--rows", type=int, default=1000000)
options = arguments.parse_args()
random = numpy.random.default_rng(1)
folder = tempfile.TemporaryDirectory()


def quanta(what, file, *words):
    """The wall time and the peak memory of a whole command."""
    if not options.quanta:
        return
    output = os.path.join(folder.name, "fits.csv")
    command = [options.quanta, "fit", os.path.join(folder.name, file), *words]
    if "--by" in words:
        command += ["--output", output]
    began = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True)
    seconds = time.perf_counter() - began
    if done.returncode not in (0, 1):
        sys.exit(f"{' '.join(command)}: {done.stderr}")
    print(f"quanta, {what}: {seconds:.2f} s")


def scipy(what, count, work, of=None):
    began = time.perf_counter()
    work()
    seconds = (time.perf_counter() - began) * (of or count) / count
    part = f" (from {count})" if of and of != count else ""
    print(f"{what}: {seconds:.2f} s{part}")


def write(file, header, *columns):
    with open(os.path.join(folder.name, file), "w") as out:
        out.write(header + "\n")
        out.writelines(",".join(map(str, row)) + "\n" for row in zip(*columns))


def power(log_x, log_b, c):
    return log_b - c * log_x


def offset(x, e, b, c):
    return numpy.log(e + b * x ** -c)


sizes = numpy.array([1e6, 3e6, 1e7, 3e7, 1e8])
logs = numpy.log(sizes / 1e6)
slopes = random.uniform(0.05, 0.5, options.groups)
heights = numpy.log(random.uniform(1, 20, options.groups))
losses = heights[:, None] - slopes[:, None] * logs + 0.02 * random.standard_normal((options.groups, 5))
write("groups.csv", "token,n,loss", numpy.repeat(numpy.arange(options.groups), 5),
      numpy.tile(sizes.astype(int), options.groups), numpy.exp(losses).ravel())
what = f"{options.groups} power laws of 5 points"
quanta(f"{what}, reading and writing CSV, standard errors", "groups.csv", "--x", "n", "--y", "loss",
       "--by", "token", "--bootstrap", "0")
scipy(f"scipy curve_fit in a loop, {what}", options.peer_groups,
      lambda: [curve_fit(power, logs, y, p0=(1, 0.1)) for y in losses[:options.peer_groups]],
      options.groups)
scipy(f"numpy polyfit of all at once, {what}", 1, lambda: numpy.polyfit(logs, losses.T, 1))

for name, floor in (("power", 0.0), ("offset", 1.7)):
    x = numpy.exp(random.uniform(0, numpy.log(1000), options.rows))
    y = (floor + 5 * x ** -0.3) * numpy.exp(0.02 * random.standard_normal(options.rows))
    write("rows.csv", "n,loss", x, y)
    what = f"{name} through {options.rows} rows"
    quanta(f"{what}, reading CSV, 2000 resamples", "rows.csv", "--x", "n", "--y", "loss", "--form", name)
    if floor:
        scipy(f"scipy curve_fit, {what}", 1,
              lambda: curve_fit(offset, x, numpy.log(y), p0=(1, 1, 0.5), bounds=(0, numpy.inf)))
    else:
        scipy(f"scipy curve_fit, {what}", 1,
              lambda: curve_fit(power, numpy.log(x), numpy.log(y), p0=(1, 0.1)))

x = numpy.geomspace(1, 1000, 390)
y = (1.7 + 5 * x ** -0.3) * numpy.exp(0.02 * random.standard_normal(390))
write("few.csv", "n,loss", x, y)
for name in ("power", "offset"):
    quanta(f"{name} through 390 points, 2000 resamples", "few.csv", "--x", "n", "--y", "loss", "--form",
           name)


def resampled(count):
    best = curve_fit(offset, x, numpy.log(y), p0=(1, 1, 0.5), bounds=(0, numpy.inf))[0]
    for _ in range(count):
        drawn = random.integers(0, 390, 390)
        curve_fit(offset, x[drawn], numpy.log(y[drawn]), p0=best, bounds=(0, numpy.inf))


scipy("scipy curve_fit, offset through 390 points, 2000 resamples", 100, lambda: resampled(100), 2000)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
if options.quanta:
    print(f"quanta's largest peak memory: {peak / 1024:.0f} MB")
