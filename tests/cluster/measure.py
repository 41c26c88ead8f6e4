#!/usr/bin/env python3
"""What a batch costs more on a cluster than on one machine: the figures of src/cluster/README.md.

    measure.py PROGRAM CLUSTER CORPUS [BUNDLES [BYTES [TASKS]]]

CORPUS is build/tests/bench/corpus. Each bundle is a debug log of BYTES, gzipped, by a seed of its own. All times are of
processes with one thread, since the two nodes are this machine.
"""

import gzip
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
import slurm  # noqa: E402

PROGRAM, CLUSTER, CORPUS = (str(Path(path).resolve()) for path in sys.argv[1:4])
BUNDLES, BYTES, TASKS = (int(word) for word in (sys.argv[4:] + ["1000", "1000000", "16"][len(sys.argv) - 4 :])[:3])


def timed(*command, **environment):
    began = time.monotonic()
    subprocess.run(command, env={**os.environ, "BOSHSCOPE": PROGRAM, **environment}, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - began


def make(folder):
    folder.mkdir()
    for seed in range(BUNDLES):
        log = subprocess.run([CORPUS, "finesse", str(BYTES), "40", str(seed)], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
        (folder / f"debug-{seed:04}.log.gz").write_bytes(gzip.compress(log, 1))


def shares(bundles, out):
    return [timed(f"{CLUSTER}/task.sh", f"{k}/{TASKS}", out, "--jobs", "1", "--threads", "1", "--tz", "+00:00", bundles) for k in range(TASKS)]


def on_slurm(folder, bundles, name, **environment):
    """From the submission to the end of the merge job."""
    cluster = slurm.Cluster(folder / f"slurm-{name}")
    try:
        cluster.start()
        began = time.monotonic()
        done = subprocess.run([f"{CLUSTER}/slurm/submit.sh", str(TASKS), folder / f"out-{name}", "--threads", "1", "--tz", "+00:00", bundles],
                              env={**cluster.environment, "BOSHSCOPE": PROGRAM, **environment}, check=True, stdout=subprocess.PIPE, text=True)
        merge = done.stdout.split()[1]
        while cluster.jobs().get(merge, ("COMPLETED",))[0] not in ("COMPLETED", "FAILED", "CANCELLED"):
            time.sleep(0.1)
        return time.monotonic() - began
    finally:
        cluster.stop()


def main():
    with tempfile.TemporaryDirectory(prefix="boshscope-measure-") as name:
        folder = Path(name)
        bundles = folder / "bundles"
        make(bundles)
        size = sum(path.stat().st_size for path in bundles.iterdir())
        print(f"{BUNDLES} bundles of {size / BUNDLES / 1e3:.0f} kB ({BYTES / 1e6:.1f} MB unpacked), {TASKS} tasks")
        one = timed(PROGRAM, "analyze", "-q", "--out", folder / "one", "--jobs", "1", "--threads", "1", "--tz", "+00:00", bundles)
        each = shares(bundles, folder / "shares")
        again = shares(bundles, folder / "shares")
        print(f"one machine, one job            {one:7.2f} s, {1000 * one / BUNDLES:.2f} ms a bundle")
        print(f"all tasks one after the other   {sum(each):7.2f} s, {1000 * (sum(each) - one) / BUNDLES:.2f} ms a bundle more")
        print(f"the same again, nothing to do   {sum(again):7.2f} s, {1000 * sum(again) / TASKS / BUNDLES:.3f} ms a bundle and task")
        if slurm.why_not():
            print(f"no Slurm here: {slurm.why_not()}")
            return
        empty = on_slurm(folder, bundles, "empty", BOSHSCOPE="true")
        full = on_slurm(folder, bundles, "full")
        print(f"Slurm, tasks that do nothing    {empty:7.2f} s, {empty / TASKS:.2f} s a task, two at a time")
        print(f"Slurm, two nodes                {full:7.2f} s")


if __name__ == "__main__":
    main()
