#!/usr/bin/env python3
"""boshscope merge, from outside.

    run.py PROGRAM [-k PART-OF-A-NAME]... [--update]

--update writes golden/ anew.
"""

import argparse
import copy
import json
import pathlib
import random
import subprocess
import sys
import tempfile

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = pathlib.Path(__file__).resolve().parent / "golden"
BUNDLES = ROOT / "testdata/bundles"
SCHEMA = json.loads((ROOT / "include/boshscope-fleet-1.schema.json").read_text())
TIMEOUT = 120


class Tests:
    def __init__(self, program, folder, update):
        self.program, self.folder, self.update = program, pathlib.Path(folder), update
        self.made = {}

    # ------------------------------------------------------------- helpers

    def run(self, *args, status=0, stdin=None):
        done = subprocess.run([self.program, *map(str, args)], input=stdin, capture_output=True, timeout=TIMEOUT, cwd=self.folder)
        assert done.returncode == status, f"{args}: exit status {done.returncode}, wanted {status}: {done.stderr.decode()}"
        return done

    def analyse(self, bundle, *options, name=None):
        """The report of a bundle of the test data, made once; the path in it is not this machine's."""
        key = name or (pathlib.Path(bundle).name + "".join(options))
        if key not in self.made:
            target = self.folder / (key.replace("/", "_") + ".json")
            done = subprocess.run([self.program, "analyze", "-q", *options, "-o", str(target), bundle], cwd=BUNDLES, capture_output=True,
                                  timeout=TIMEOUT)
            assert done.returncode in (0, 5), done.stderr
            self.made[key] = target
        return self.made[key]

    def reports(self):
        names = ["active_1497638824642.tgz", "era-finesse.tgz", "era-4.2.4.tgz", "era-4.7.5.tgz", "era-upgrade.tgz", "../logs/live-1",
                 "../logs/source-document"]
        return [self.analyse(name) for name in names]

    def merge(self, *operands, status=0):
        """The fleet report and its bytes."""
        done = self.run("merge", "-q", "-f", "json", *operands, status=status)
        fleet = json.loads(done.stdout)
        jsonschema.Draft202012Validator(SCHEMA).validate(fleet)
        return fleet, done.stdout

    def write(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode() if isinstance(content, str)
                         else json.dumps(content).encode())
        return path

    # --------------------------------------------------------------- tests

    def test_any_grouping(self):
        """Any order, any grouping, any repetition: the same bytes."""
        reports, rng = self.reports(), random.Random(8)
        _, whole = self.merge(*reports)
        for round_ in range(12):
            operands = [p for p in reports for _ in range(rng.choice([1, 1, 2]))]
            while len(operands) > 1:
                rng.shuffle(operands)
                count = rng.randint(2, len(operands))
                _, data = self.merge(*operands[:count])
                operands = [self.write(f"group/{round_}-{len(operands)}-{rng.random()}.json", data), *operands[count:]]
                if rng.random() < 0.3:
                    operands.append(rng.choice(reports))
            _, data = self.merge(*operands)
            assert data == whole, f"round {round_}: another fleet report"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=lambda p: str(pathlib.Path(p).resolve()))
    parser.add_argument("-k", action="append", default=[])
    parser.add_argument("--update", action="store_true")
    args = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        tests = Tests(args.program, folder, args.update)
        for name in [n for n in dir(tests) if n.startswith("test_")]:
            if args.k and not any(part in name for part in args.k):
                continue
            try:
                getattr(tests, name)()
                print("ok  ", name, flush=True)
            except (AssertionError, jsonschema.ValidationError) as e:
                failed += 1
                print("FAIL", name, str(e)[:2000], flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
