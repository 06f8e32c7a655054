"""The bootstrap of L = E + A N^-alpha + B D^-beta under Huber's loss, with scipy as people write it:
BFGS with analytic gradients, warm-started from the optimum, one thread. Quanta runs the same number of
resamples of the same points beside it.

    chinchilla_bootstrap.py --data chinchilla_epoch.csv [--quanta quanta-lab] [--resamples 4000]
"""
import argparse
import csv
import json
import os
import subprocess
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
try:
    import numpy
    from scipy.optimize import minimize
except ImportError as error:
    print(f"the scipy side is left out: {error}; pip install numpy scipy")
    sys.exit(0)

arguments = argparse.ArgumentParser()
arguments.add_argument("--data", required=True)
arguments.add_argument("--quanta")
arguments.add_argument("--resamples", type=int, default=4000)
arguments.add_argument("--peer-resamples", type=int, default=400, help="how many scipy does")
options = arguments.parse_args()

with open(options.data) as file:
    rows = [row for row in csv.DictReader(file) if row.get("outlier5", "0") == "0"]
size, tokens, loss = (
    numpy.log([float(row[name]) for row in rows]) for name in ("params", "tokens", "loss"))
DELTA = 1e-3


def objective(theta, chosen):
    a, b, e, alpha, beta = theta
    n, d, y = size[chosen], tokens[chosen], loss[chosen]
    terms = numpy.stack([a - alpha * n, b - beta * d, numpy.full_like(n, e)])
    top = terms.max(0)
    weights = numpy.exp(terms - top)
    total = weights.sum(0)
    weights /= total
    r = top + numpy.log(total) - y
    psi = numpy.clip(r, -DELTA, DELTA)
    gradient = numpy.array([
        psi @ weights[0], psi @ weights[1], psi @ weights[2],
        -psi @ (weights[0] * n), -psi @ (weights[1] * d)])
    # scaled, so that the default tolerances mean something
    return (psi * (r - psi / 2)).sum() * 1e3, gradient * 1e3


everything = numpy.arange(len(rows))
start = numpy.array([6.0073, 6.0180, 0.5267, 0.3392, 0.2849])
optimum = minimize(objective, start, args=(everything,), jac=True, method="BFGS").x
generator = numpy.random.RandomState(42)
began = time.perf_counter()
fits = []
for _ in range(options.peer_resamples):
    chosen = generator.choice(everything, len(everything))
    fits.append(minimize(objective, optimum, args=(chosen,), jac=True, method="BFGS").x)
seconds = time.perf_counter() - began
per_fit = 1e6 * seconds / options.peer_resamples
spread = numpy.std(numpy.array(fits), axis=0, ddof=1)
print(f"scipy: {options.peer_resamples} resampled fits of {len(rows)} points in {seconds:.2f} s, "
      f"{per_fit:.0f} µs a fit; se(alpha) {spread[3]:.4f}, se(beta) {spread[4]:.4f}")
if options.quanta:
    output = subprocess.run(
        [options.quanta, "bench", "fit", options.data, "--resamples", str(options.resamples), "--json"],
        check=True, capture_output=True, text=True).stdout
    line = json.loads(output)
    errors = line["standard_errors"]
    print(f"quanta: {line['resamples']} resampled fits of {line['points']} points in "
          f"{line['seconds']:.3f} s, {line['microseconds_per_fit']:.0f} µs a fit; "
          f"se(alpha) {errors['alpha']:.4f}, se(beta) {errors['beta']:.4f}")
    print(f"ratio: {per_fit / line['microseconds_per_fit']:.0f}")
