"""Makes, sorts and digests files of records by one of three digests: a program of the library alone.

Its cost grows as n·log n of a number, and a word decides how much of it there is.
"""

import argparse
import hashlib
import os
import random

parser = argparse.ArgumentParser()
parser.add_argument("--records", type=int, required=True)
parser.add_argument("--digest", choices=["md5", "sha256", "none"], required=True)
parser.add_argument("--seed", type=int, default=0)
args = parser.parse_args()

generator = random.Random(args.seed)
with open("records", "w") as records:
    for _ in range(args.records):
        records.write("%016x\n" % generator.getrandbits(64))
with open("records") as records:
    lines = sorted(records)
if args.digest != "none":
    lines = [hashlib.new(args.digest, line.encode()).hexdigest() for line in lines]
with open("sorted", "w") as result:
    result.writelines(line + "\n" for line in lines)
with open(os.environ["QUANTA_METRICS"], "a") as metrics:
    metrics.write('{"step": 1, "bytes": %d}\n' % os.path.getsize("sorted"))
