#!/usr/bin/env python3
"""Batches on many machines: the recipes of src/cluster, by the commands of their guide.

    run.py PROGRAM CLUSTER [--slurm | --slow] [unittest options, such as -k parallel]

CLUSTER is src/cluster, or an installed copy of it. What the guide says in its blocks of shell is run as it stands; only the
variables of its first block are ours. --slurm: on a Slurm cluster of two nodes that is started here for the purpose
(slurm.py), where munge and slurm-wlm are installed and we are root. --slow: there a node dies, which takes minutes. Without
either: all that needs no cluster.
"""

import collections
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
import slurm  # noqa: E402

try:
    import yaml
except ImportError:
    yaml = None

ROOT = Path(__file__).resolve().parents[2]
PROGRAM, CLUSTER = (str(Path(path).resolve()) for path in sys.argv[1:3])
ENVIRONMENT = {**{key: value for key, value in os.environ.items() if key != "BOSHSCOPE_RULES"}, "BOSHSCOPE": PROGRAM}
GUIDE = Path(CLUSTER, "README.md").read_text()
TASKS = 4
SLOW, SLURM = "--slow" in sys.argv, "--slurm" in sys.argv
WANTED = {"GNU parallel is not installed (Debian: parallel)": shutil.which("parallel"), "python3-yaml is not installed": yaml}
ENDED = {"COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL", "OUT_OF_MEMORY"}


def guide(heading):
    """The one block of shell under a heading."""
    (block,) = re.findall(r"^```sh\n(.*?)^```", GUIDE.split(f"\n## {heading}\n")[1].split("\n## ")[0], re.M | re.S)
    return block


class Bundles(unittest.TestCase):
    """Fourteen bundles, one of them cut, and what one machine makes of them."""

    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory(prefix="boshscope-cluster-")
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = Path(temporary.name)
        cls.bundles = cls.folder / "all bundles"
        cls.bundles.mkdir()
        for bundle in sorted((ROOT / "testdata/bundles").glob("*.tgz")):
            shutil.copy(bundle, cls.bundles)
        whole = (cls.bundles / "era-4.1.6.tgz").read_bytes()
        (cls.bundles / "era-4.1.6.tgz").write_bytes(whole[: len(whole) // 2])
        cls.one = cls.answer_of_one(cls.bundles, cls.folder / "one")
        assert json.loads(cls.one)["summary"]["bundles"] == len(list(cls.bundles.iterdir()))

    @staticmethod
    def answer_of_one(bundles, out):
        for command in (["analyze", "-q", "--out", out, bundles], ["merge", "-q", "-o", out / "fleet.json", out]):
            done = subprocess.run([PROGRAM, *command], env=ENVIRONMENT, capture_output=True, timeout=120, check=False)
            assert done.returncode == 5, done
        return (out / "fleet.json").read_bytes()

    def setUp(self):
        self.out = self.folder / "the answer"
        shutil.rmtree(self.out, ignore_errors=True)

    def shell(self, commands, **more):
        """The guide's commands with values of ours for its variables."""
        variables = {"cluster": CLUSTER, "bundles": str(self.bundles), "out": str(self.out), "tasks": str(TASKS), "hosts": ":"}
        environment = {**ENVIRONMENT, **variables, **more.pop("env", {})}
        return subprocess.run(["sh", "-eu", "-c", commands], env=environment, capture_output=True, text=True, timeout=300, **more)

    def task(self, k, **more):
        return self.shell(guide("The contract"), env={"k": str(k), **more})

    def check_answer(self):
        self.assertEqual((self.out / "fleet.json").read_bytes(), self.one, "not what one machine says")

    def failing(self, name, cases):
        """A boshscope that runs `cases` (of a shell's case on its arguments) first; $once is true once."""
        program = self.folder / name
        flag = self.folder / f"{name}.flag"
        shutil.rmtree(flag, ignore_errors=True)
        program.write_text(f"#!/bin/sh\ncase \"$*\" in\n{cases.replace('$once', f'mkdir {flag} 2>/dev/null')}\nesac\nexec {PROGRAM} \"$@\"\n")
        program.chmod(0o755)
        return str(program)


class Contract(Bundles):
    def merge(self):
        done = subprocess.run([f"{CLUSTER}/merge.sh", self.out], env=ENVIRONMENT, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.check_answer()

    def test_all_tasks_make_the_answer_of_one_machine(self):
        for k in reversed(range(TASKS)):
            self.assertEqual(self.task(k).returncode, 0)
        self.merge()

    def test_tasks_may_run_twice_at_a_time(self):
        with ThreadPoolExecutor(4) as pool:
            done = list(pool.map(self.task, [k for k in range(TASKS) for _ in range(2)]))
        self.assertEqual([each.returncode for each in done], [0] * len(done), [each.stderr for each in done])
        self.merge()
        before = {path.name: path.read_bytes() for path in self.out.glob("*.json")}
        self.assertEqual(self.task(1).returncode, 0)
        self.assertEqual({path.name: path.read_bytes() for path in self.out.glob("*.json")}, before)

    def test_a_task_that_was_killed_is_done_by_the_next(self):
        for k in range(TASKS):
            killed = self.task(k, BOSHSCOPE=self.failing("killed", "*) $once && { timeout -s KILL 0.05 " + PROGRAM + " \"$@\"; kill -9 $$; } ;;"))
            self.assertNotIn(killed.returncode, (0, 2))
            self.assertEqual(self.task(k).returncode, 0)
        self.merge()

    def test_exit_statuses(self):
        for status, wanted in {0: 0, 3: 0, 4: 0, 5: 0, 1: 1, 2: 2, 130: 130, 137: 137}.items():
            done = self.task(0, BOSHSCOPE=self.failing("fails", f"*) exit {status} ;;"))
            self.assertEqual(done.returncode, wanted)
        for status, wanted in {0: 0, 5: 0, 1: 1, 2: 2}.items():
            environment = {**ENVIRONMENT, "BOSHSCOPE": self.failing("fails", f"*) exit {status} ;;")}
            self.assertEqual(subprocess.run([f"{CLUSTER}/merge.sh", self.out], env=environment, check=False).returncode, wanted)

    def test_an_empty_share_is_done(self):
        alone = self.folder / "alone"
        alone.mkdir(exist_ok=True)
        shutil.copy(self.bundles / "era-3.6.4.tgz", alone)
        done = [self.shell(guide("The contract"), env={"k": str(k), "bundles": str(alone)}) for k in range(TASKS)]
        self.assertEqual([each.returncode for each in done], [0] * TASKS, [each.stderr for each in done])
        self.assertEqual(len(list(self.out.glob("*.tgz.json"))), 1)

    def test_wrong_usage_is_told_so(self):
        self.assertEqual(self.task(TASKS).returncode, 2)
        for script in ("task.sh", "merge.sh", "slurm/submit.sh"):
            done = subprocess.run([f"{CLUSTER}/{script}"], capture_output=True, check=False)
            self.assertEqual((done.returncode, done.stderr[:6]), (2, b"usage:"))

    def test_the_guide_has_no_variable_that_it_does_not_name(self):
        named = set(re.findall(r"^(\w+)=", GUIDE.split("```sh\n")[1].split("```")[0], re.M))
        used = set(re.findall(r"\$(?:\{)?([a-z]\w*)", "".join(re.findall(r"^```sh\n(.*?)^```", GUIDE, re.M | re.S))))
        self.assertEqual(used - {"k"}, named)

    @unittest.skipUnless(shutil.which("parallel"), "GNU parallel is not installed (Debian: parallel)")
    def test_parallel(self):
        flaky = self.failing("flaky", '*" 2/4 "*) $once && exit 1 ;;')
        done = self.shell(guide("GNU parallel over ssh"), env={"BOSHSCOPE": flaky, "PARALLEL_HOME": str(self.folder / "parallel")})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.check_answer()
        broken = self.failing("broken", '*" 2/4 "*) exit 1 ;;')
        done = self.shell(guide("GNU parallel over ssh").replace("--retries 3", "--retries 2"), env={"BOSHSCOPE": broken})
        self.assertEqual(done.returncode, 1, done.stderr)


# What the fields of a batch/v1 Job are, as far as ours has any, and of what type.
TEMPLATE = {"spec": {"restartPolicy": str, "securityContext": {"runAsNonRoot": bool, "runAsUser": int},
                     "containers": [{"name": str, "image": str, "command": [str], "env": [{"name": str, "value": str}],
                                     "resources": {"requests": {"cpu": str, "memory": str}, "limits": {"cpu": str, "memory": str}},
                                     "volumeMounts": [{"name": str, "mountPath": str}]}],
                     "volumes": [{"name": str, "persistentVolumeClaim": {"claimName": str}}]}}
JOB = {"apiVersion": str, "kind": str, "metadata": {"name": str},
       "spec": {"completionMode": str, "completions": int, "parallelism": int, "backoffLimit": int, "backoffLimitPerIndex": int,
                "podFailurePolicy": {"rules": [{"action": str, "onExitCodes": {"containerName": str, "operator": str, "values": [int]},
                                                "onPodConditions": [{"type": str}]}]}, "template": TEMPLATE}}


@unittest.skipUnless(yaml, "python3-yaml is not installed")
class Kubernetes(Bundles):
    def hold(self, value, shape, place):
        if isinstance(shape, dict):
            self.assertIsInstance(value, dict, place)
            self.assertLessEqual(set(value), set(shape), place)
            for key, item in value.items():
                self.hold(item, shape[key], f"{place}.{key}")
        elif isinstance(shape, list):
            self.assertTrue(isinstance(value, list) and value, place)
            for item in value:
                self.hold(item, shape[0], f"{place}[]")
        else:
            self.assertIs(type(value), shape, place)

    def load(self, name):
        (job,) = yaml.safe_load_all(Path(CLUSTER, "kubernetes", name).read_text())
        self.hold(job, JOB, name)
        self.assertEqual((job["apiVersion"], job["kind"]), ("batch/v1", "Job"))
        return job["spec"], job["spec"]["template"]["spec"]

    def command(self, pod, **more):
        """The container's command, with our folder in the volume's place."""
        shared = self.folder / "shared"
        words = [word.replace("/usr/local/share/boshscope/cluster", CLUSTER).replace("/shared", str(shared)) for word in pod["containers"][0]["command"]]
        set_here = {item["name"]: item["value"] for item in pod["containers"][0].get("env", [])}
        return subprocess.run(words, env={**ENVIRONMENT, **set_here, **more}, capture_output=True, text=True, timeout=60, check=False)

    def test_indexed_job(self):
        job, pod = self.load("indexed-job.yaml")
        _, merging = self.load("merge-job.yaml")
        self.assertEqual(job["completionMode"], "Indexed")
        self.assertEqual(pod["restartPolicy"], "Never")  # podFailurePolicy wants it
        (container,) = pod["containers"]
        self.assertEqual({rule["onExitCodes"]["containerName"] for rule in job["podFailurePolicy"]["rules"] if "onExitCodes" in rule}, {container["name"]})
        self.assertEqual(container["env"], [{"name": "TASKS", "value": str(job["completions"])}])
        for each in (pod, merging):
            self.assertEqual({mount["name"] for mount in each["containers"][0]["volumeMounts"]}, {volume["name"] for volume in each["volumes"]})
        # Bundles are named by their paths, which are in the report.
        shared = self.folder / "shared"
        shutil.copytree(self.bundles, shared / "bundles")
        one = self.answer_of_one(shared / "bundles", self.folder / "one of shared")
        for k in range(job["completions"]):
            done = self.command(pod, JOB_COMPLETION_INDEX=str(k))
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.command(merging).returncode, 0)
        self.assertEqual((shared / "out/fleet.json").read_bytes(), one)


class Slurm(Bundles):
    """On a cluster of its own."""

    OPTIONS = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cluster = slurm.Cluster(cls.folder / "slurm", **cls.OPTIONS)
        cls.addClassCleanup(cls.cluster.stop)
        cls.cluster.start()

    def submit(self, program, **more):
        environment = {name: self.cluster.environment[name] for name in ("PATH", "SLURM_CONF")}
        done = self.shell(guide("Slurm"), env={**environment, "BOSHSCOPE": program, **more})
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.split()

    def wait(self, until, seconds, what):
        end = time.monotonic() + seconds
        while not until(self.cluster.jobs()):
            if time.monotonic() > end:
                self.fail(f"{what}: not after {seconds} s\n{self.cluster.jobs()}\n{self.said()}\n{self.cluster.logs()}")
            time.sleep(0.3)

    def said(self):
        return "\n".join(f"--- {path.name}\n{path.read_text()}" for path in sorted((self.out / "log").glob("*")))

    def finish(self, array, merge, seconds):
        """Until the merge job has ended; the states of all jobs."""
        self.wait(lambda jobs: jobs.get(merge, ("COMPLETED", ""))[0] in ENDED and
                  all(state in ENDED for job, (state, _) in jobs.items() if job.startswith(f"{array}_")), seconds, "the jobs")
        return {job: state for job, (state, _) in self.cluster.jobs().items()}


class Array(Slurm):
    def test_a_failing_task_is_retried_and_all_is_merged(self):
        began = time.monotonic()
        array, merge = self.submit(self.failing("flaky", '*" 1/4 "*) echo "$*"; $once && exit 1 ;;'), SBATCH_MEM_PER_NODE="512M")
        states = self.finish(array, merge, 100)
        self.assertEqual(collections.Counter(states.values()), {"COMPLETED": TASKS + 1}, self.said())
        self.assertIn("task 1 ended with exit status 1; once more (1 of 3)", self.said())
        self.assertIn("--resume --jobs 1 --max-memory 512M", self.said())
        self.check_answer()
        nodes = {node for job, (_, node) in self.cluster.jobs().items() if job.startswith(f"{array}_")}
        self.assertEqual(nodes, {"n1", "n2"})
        print(f"{len(list(self.bundles.iterdir()))} bundles in {TASKS} tasks on 2 nodes, one of them retried: {time.monotonic() - began:.1f} s", file=sys.stderr)

    def test_a_task_that_fails_for_good_leaves_no_answer(self):
        broken = self.failing("broken", '*" 1/4 "*) exit 2 ;;')
        array, merge = self.submit(broken)
        states = self.finish(array, merge, 60)
        self.assertEqual(states[f"{array}_1"], "FAILED")
        self.assertNotEqual(states.get(merge), "COMPLETED")
        self.assertFalse((self.out / "fleet.json").exists())


class NodeDies(Slurm):
    OPTIONS = {"timeout": 60}

    def test_its_task_is_done_by_the_other(self):
        began = time.monotonic()
        array, merge = self.submit(self.failing("hangs", '*" 2/4 "*) $once && exec sleep 600 ;;'))
        self.wait(lambda jobs: jobs.get(f"{array}_2", ("", ""))[0] == "RUNNING" and (self.folder / "hangs.flag").exists(), 60, "task 2 runs")
        node = self.cluster.jobs()[f"{array}_2"][1]
        self.assertTrue(self.cluster.steps(node))
        self.cluster.kill_node(node)
        self.assertEqual(self.cluster.steps(node), [])
        states = self.finish(array, merge, 500)
        self.assertEqual(collections.Counter(states.values()), {"COMPLETED": TASKS + 1}, self.said())
        self.assertNotEqual(self.cluster.jobs()[f"{array}_2"][1], node)
        self.check_answer()
        print(f"{node} died; the answer came {time.monotonic() - began:.0f} s after it was asked for", file=sys.stderr)


def main():
    # The time is up: what runs is stopped on the way out.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    arguments = [argument for argument in sys.argv[3:] if argument not in ("--slow", "--slurm")]
    if (SLOW or SLURM) and slurm.why_not():
        print(f"SKIPPED: no Slurm here: {slurm.why_not()}")
        return 77
    for missing in [] if SLOW or SLURM else [why for why, there in WANTED.items() if not there]:
        print(f"SKIPPED: {missing}")
    unittest.main(argv=["run.py", *(["NodeDies"] if SLOW else ["Array"] if SLURM else ["Contract", "Kubernetes"]), *arguments])
    return 0


if __name__ == "__main__":
    sys.exit(main())
