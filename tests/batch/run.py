#!/usr/bin/env python3
"""Batches: `analyze --out DIR`: many bundles side by side, resumed, cut into shards, and in trouble.

    run.py PROGRAM [unittest options, such as -k resume]

Whatever happens, a report is whole or not there, and the index tells what is done.
"""

import contextlib
import json
import os
import pty
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import jsonschema

PROGRAM = str(Path(sys.argv[1]).resolve())
ROOT = Path(__file__).resolve().parents[2]
BUNDLES = sorted((ROOT / "testdata/bundles").glob("era-*.tgz"))[:5] + [ROOT / "testdata/bundles/active_1497638824642.tgz"]
DEMO = BUNDLES[-1]
TIMEOUT = 120
SANITIZED = os.environ.get("BOSHSCOPE_SANITIZE", "none") != "none"
ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "BOSHSCOPE_RULES"}
LINE = jsonschema.Draft202012Validator(json.loads((ROOT / "include/boshscope-index-1.schema.json").read_text()))
# Bytes asked for at a time: a log of a megabyte takes a while.
SLOWLY = ("--chunk-bytes", "1")


def slow_log(megabytes):
    line = "2017.06.17 00:03:20 Session (id=9e3779b1) was last active 0 ms ago: 1001000@fin1.ucce.local/desktop\n"
    return line * int(megabytes * 1_000_000 / len(line))


def sessions_log(count):
    return "".join(f"2017.06.17 00:03:20 Session (id={i:08x}) was last active 0 ms ago: {i}@fin1.ucce.local/desktop\n"
                   for i in range(count))


class Batches(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        self.bundles = self.folder / "in"
        self.bundles.mkdir()
        self.out = self.folder / "out"
        self.slow = self.folder / "slow.log"  # where nobody searches

    def give(self, paths=BUNDLES):
        for path in paths:
            shutil.copyfile(path, self.bundles / path.name)

    def words(self, *args, out=None):
        return [PROGRAM, "analyze", "--out", str(out or self.out), *map(str, args)]

    def batch(self, *args, out=None, status=0, **more):
        done = subprocess.run(self.words(*args, out=out), capture_output=True, cwd=self.folder, env=ENVIRONMENT,
                              timeout=TIMEOUT, **more)
        self.assertEqual(done.returncode, status, done.stderr.decode())
        self.assertEqual(done.stdout, b"")
        return done.stderr.decode()

    def lines(self, name="index.ndjson", out=None, torn=False):
        """Every line of the index, each as the schema has it."""
        lines = []
        for text in ((out or self.out) / name).read_text().split("\n")[:-1]:
            try:
                lines.append(json.loads(text))
            except ValueError:
                self.assertTrue(torn, text)
                continue
            LINE.validate(lines[-1])
        return lines

    def index(self, *args, **more):
        """The last line of each path."""
        return {line["path"]: line for line in self.lines(*args, **more)}

    def report(self, line, out=None):
        report = json.loads(((out or self.out) / line["report"]).read_bytes())
        del report["run"]
        return report

    def reports(self, out=None, **more):
        return {path: self.report(line, out) for path, line in self.index(out=out, **more).items() if line["report"]}

    def check_files(self, out=None):
        """Reports that the index names, indexes, and nothing else: no half of anything."""
        out = out or self.out
        names = {path.name for path in out.iterdir()}
        indexes = {name for name in names if name.startswith("index") and name.endswith(".ndjson")}
        told = {line["report"] for name in indexes for line in self.lines(name, out=out, torn=True) if line["report"]}
        for name in names - indexes:
            json.loads((out / name).read_bytes())
        return names - indexes - told

    def start(self, *args, **more):
        process = subprocess.Popen(self.words(*args), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=self.folder,
                                   env=ENVIRONMENT, **more)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def wait_for(self, what):
        end = time.monotonic() + TIMEOUT
        while not what():
            self.assertLess(time.monotonic(), end, "it does not come")
            time.sleep(0.002)

    def done_lines(self):
        path = self.out / "index.ndjson"
        return path.read_text().count("\n") if path.exists() else 0


def workers_of(process):
    try:
        return [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]
    except OSError:
        return []


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


class Whole(Batches):
    def test_same_as_single_runs(self):
        self.give()
        self.batch(self.bundles)
        index = self.index()
        self.assertEqual(set(index), {str(self.bundles / path.name) for path in BUNDLES})
        for path, line in index.items():
            single = subprocess.run([PROGRAM, "analyze", path], capture_output=True, env=ENVIRONMENT, timeout=TIMEOUT)
            report = json.loads(single.stdout)
            del report["run"]
            self.assertEqual(self.report(line), report)
            self.assertEqual(line["exit_status"], single.returncode)
            self.assertEqual(line["verdict"], report["diagnosis"]["verdict"])
            self.assertEqual(line["counts"], {key: report["summary"][key] for key in line["counts"]})
            self.assertEqual(line["complete"], report["complete"])
            times = [t for i in report["inputs"] for t in (i["first"], i["last"]) if t]
            self.assertEqual((line["first"], line["last"]), (min(times), max(times)))
            sums = subprocess.run(["sha256sum", path], capture_output=True, text=True, check=True).stdout
            self.assertEqual(line["sha256"], sums.split()[0])
            self.assertEqual(line["report"], f"{line['sha256'][:16]}-{Path(path).name}.json")
            self.assertEqual(line["size"], os.stat(path).st_size)
            self.assertEqual(line["mtime_ns"], os.stat(path).st_mtime_ns)
            self.assertEqual(line["inode"], os.stat(path).st_ino)
        self.assertEqual(self.check_files(), set())

    def test_odd_name_of_the_place(self):
        self.give(BUNDLES[:1])
        self.batch("in", out=self.folder / "[o]*ut")
        self.batch("--resume", "in", out=self.folder / "[o]*ut")
        self.assertEqual(len(self.lines(out=self.folder / "[o]*ut")), 1)

    def test_any_number_of_jobs(self):
        self.give()
        for jobs in (1, 2, 4):
            self.batch("--jobs", jobs, self.bundles, out=self.folder / f"out{jobs}")
        one = self.reports(out=self.folder / "out1")
        self.assertEqual(len(one), len(BUNDLES))
        for jobs in (2, 4):
            self.assertEqual(self.reports(out=self.folder / f"out{jobs}"), one)

    def test_unpacked_bundle(self):
        logs = self.bundles / "fin1" / "2017-06-17_00-30-00"
        logs.mkdir(parents=True)
        subprocess.run(["tar", "-xzf", DEMO, "-C", logs], check=True)
        self.give(BUNDLES[:1])
        self.batch(self.bundles)
        index = self.index()
        self.assertEqual(set(index), {str(logs), str(self.bundles / BUNDLES[0].name)})
        self.assertEqual(index[str(logs)]["counts"]["forced_logouts"], 2)
        self.batch("--resume", self.bundles)
        self.assertEqual(len(self.lines()), 2)
        with (logs / "desktop/logs/openfire/info.log").open("a") as log:
            log.write("\n")
        self.batch("--resume", self.bundles)
        self.assertEqual(len(self.lines()), 3)

    def test_same_bundle_under_two_names(self):
        shutil.copyfile(DEMO, self.bundles / "a.tgz")
        shutil.copyfile(DEMO, self.bundles / "b.tgz")
        self.batch("in/a.tgz", "in", "./in/a.tgz", "in/b.tgz")
        self.assertEqual(sorted(line["path"] for line in self.lines()), ["in/a.tgz", "in/b.tgz"])
        a, b = self.index().values()
        self.assertEqual(a["sha256"], b["sha256"])
        self.assertNotEqual(a["report"], b["report"])

    def test_names(self):
        """Of any bytes; those of a report's file are plain, and short."""
        for name in [b"a b\xc3\xa9\n.tgz", b"latin\xe9.tgz", b"\xff\xfe.tgz", b"-x;rm.tgz", b"x" * 250 + b".tgz"]:
            shutil.copyfile(DEMO, os.fsencode(self.bundles) + b"/" + name)
        self.batch("in")
        self.batch("--resume", "in")
        lines = self.lines()
        self.assertEqual(len(lines), 5)
        self.assertEqual(len(self.reports()), 5)
        self.assertIn("in/a b\u00e9\n.tgz", self.index())
        self.assertIn("in/latin\u00e9.tgz", self.index())

    def test_lists(self):
        self.give()
        text = "\n".join(["", *(f"in/{path.name}" for path in BUNDLES), ""])
        (self.folder / "list").write_text(text)
        self.batch("--from-file", "list")
        self.assertEqual(len(self.index()), len(BUNDLES))
        self.batch("--from-file", "-", f"in/{DEMO.name}", out=self.folder / "other", input=text.encode())
        self.assertEqual(self.reports(out=self.folder / "other"), self.reports())

    def test_lists_of_any_names(self):
        names = ["a\nb.tgz", "c d.tgz", "e\rf.tgz"]
        for name in names:
            shutil.copyfile(BUNDLES[0], self.bundles / name)
        found = "\0".join(f"in/{name}" for name in names)
        for end in ("\0", ""):
            self.batch("--from-file", "-", out=self.folder / f"by-nul{len(end)}", input=(found + end).encode())
            self.assertEqual(set(self.index(out=self.folder / f"by-nul{len(end)}")), {f"in/{name}" for name in names})
        self.batch("--from-file", "-", input="in/c d.tgz\r\nin/e\rf.tgz".encode())
        self.assertEqual(set(self.index()), {"in/c d.tgz", "in/e\rf.tgz"})

    def test_a_file_called_dash(self):
        """Is no standard input."""
        shutil.copyfile(DEMO, self.bundles / "-")
        for args in (["./-"], ["."], ["--from-file", "list"]):
            (self.bundles / "list").write_text("-\n")
            out = self.folder / f"out-{len(args)}-{args[0]}".replace("/", "_")
            subprocess.run([PROGRAM, "analyze", "-q", "--out", out, *args], cwd=self.bundles, env=ENVIRONMENT, timeout=TIMEOUT,
                           stdin=subprocess.DEVNULL, check=True)
            self.assertEqual([line["path"] for line in self.lines(out=out)], ["./-"])
            self.assertEqual(self.index(out=out)["./-"]["counts"]["forced_logouts"], 2)

    def test_what_it_says_at_its_end(self):
        self.give(BUNDLES[-1:])
        said = self.batch("in")
        self.assertIn("1 bundle: 1 analysed now; see ", said)
        self.assertIn("forced logouts: 2, in 1 of the bundles\n", said)
        has_merge = b"\n  merge " in subprocess.run([PROGRAM, "help"], capture_output=True, check=True).stdout
        self.assertEqual(f"boshscope merge {self.out}" in said, has_merge)
        shutil.copyfile(DEMO, self.bundles / "again.tgz")
        self.assertIn("forced logouts: 4, in 2 of the bundles; one that several", self.batch("--resume", "in"))
        self.assertIn("forced logouts: 4, in 2 of the bundles; one that several", self.batch("--resume", "in"))
        self.assertEqual(self.batch("--resume", "-q", "in"), "")
        self.slow.write_text(slow_log(0.01))
        self.assertIn("forced logouts: none\n", self.batch(self.slow, out=self.folder / "none"))
        said = self.batch(self.slow, "missing", out=self.folder / "unknown", status=5)
        self.assertIn("forced logouts: none in what could be read\n", said)

    def test_a_long_list(self):
        """Longer than the kernel is given as rules of its own; who reads a bundle is confined to it all the same."""
        self.give(BUNDLES[-1:])
        self.batch("--from-file", "-", "in", input=b"".join(b"missing%d\n" % i for i in range(300)), status=5)
        index = self.index()
        self.assertEqual(len(index), 301)
        (path,) = self.out.glob("*.json")
        single = subprocess.run([PROGRAM, "analyze", DEMO], capture_output=True, env=ENVIRONMENT, timeout=TIMEOUT)
        self.assertEqual(json.loads(path.read_bytes())["run"]["confinement"], json.loads(single.stdout)["run"]["confinement"])

    def test_other_forms(self):
        self.give(BUNDLES[:2])
        self.batch("-f", "md", "--zone", "server", self.bundles)
        for line in self.index().values():
            note = (self.out / line["report"]).with_suffix(".md").read_text()
            self.assertIn("+05:30", note)
        self.batch("--resume", "-f", "csv", self.bundles)
        self.assertEqual(len(self.lines()), 4)

    def test_exit_statuses(self):
        self.give(BUNDLES[-1:])
        self.batch("--fail-on", "high", self.bundles, status=3)
        self.batch("--fail-on", "high", "--resume", self.bundles, status=3)
        self.assertEqual([line["exit_status"] for line in self.lines()], [3])
        self.batch("--fail-on", "critical", self.bundles, status=4)
        data = DEMO.read_bytes()
        (self.bundles / "cut.tgz").write_bytes(data[: len(data) // 2])
        said = self.batch(self.bundles, status=5)
        self.assertIn("cut.tgz: analysed, but it was damaged", said)
        self.batch("--fail-on", "high", self.bundles, status=3)

    def test_usage(self):
        self.give(BUNDLES[:1])
        for args, word in [(["--out", "out"], "no PATH"), (["--out", "", "in"], "--out"), (["--resume", "in"], "--out"),
                           (["--out", "out", "--jobs", "0", "in"], "--jobs '0'"),
                           (["--out", "out", "--max-memory", "1M", "in"], "at least 64M"),
                           (["--out", "out", "--shard", "2/2", "in"], "K/N"), (["--out", "out", "--shard", "x", "in"], "K/N"),
                           (["--out", "out", "-o", "x.json", "in"], "--output x.json"),
                           (["--out", "out", "--unmatched", "x.json", "in"], "--unmatched"),
                           (["--out", "out", "--redact-map", "x.json", "in"], "--redact-map"),
                           (["--out", "out", "--redact", "--resume", "in"], "--redact-key"),
                           (["--out", "out", "in", "-"], "standard input"), (["--out", "out", "--from-file", "missing"], "missing")]:
            with self.subTest(args=args):
                done = subprocess.run([PROGRAM, "analyze", *args], capture_output=True, cwd=self.folder, env=ENVIRONMENT,
                                      timeout=TIMEOUT)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertIn(word, done.stderr.decode())
                self.assertFalse((self.folder / "out").exists() and any((self.folder / "out").glob("*.json")))

    def test_what_it_says(self):
        self.give(BUNDLES[:2])
        for args, counts in ((), "2 analysed now"), (("--resume",), "0 analysed now, 2 before"):
            said = self.batch(*args, self.bundles)
            self.assertTrue(said.startswith(f"boshscope: 2 bundles: {counts}; see {self.out}/index.ndjson\n"), said)
        self.assertEqual(self.batch("-q", self.bundles), "")

    def test_progress_on_a_terminal(self):
        self.slow.write_text(slow_log(0.5))
        self.give(BUNDLES[:1])
        master, slave = pty.openpty()
        process = subprocess.Popen(self.words(*SLOWLY, self.slow, self.bundles / BUNDLES[0].name), stderr=slave,
                                   env={**ENVIRONMENT, "TERM": "xterm"})
        os.close(slave)
        said = b""
        with contextlib.suppress(OSError), open(master, "rb", buffering=0) as terminal:
            while data := terminal.read(4096):
                said += data
        self.assertEqual(process.wait(TIMEOUT), 0)
        self.assertIn(b"of 2 bundles", said)


class Resume(Batches):
    def test_nothing_left(self):
        self.give()
        self.batch(self.bundles)
        before = {path.name: path.stat().st_mtime_ns for path in self.out.iterdir()}
        self.batch("--resume", self.bundles)
        self.assertEqual({path.name: path.stat().st_mtime_ns for path in self.out.iterdir()}, before)

    def test_a_thousand(self):
        """Names of one file, which has been done under the first of them; the index says so of all."""
        shutil.copyfile(BUNDLES[0], self.bundles / "b0.tgz")
        self.batch("in")
        (line,) = self.lines()
        for number in range(1, 1000):
            os.link(self.bundles / "b0.tgz", self.bundles / f"b{number}.tgz")
        with (self.out / "index.ndjson").open("a") as index:
            for number in range(1, 1000):
                index.write(json.dumps({**line, "path": f"in/b{number}.tgz"}) + "\n")
        begun = time.monotonic()
        self.assertIn("0 analysed now, 1000 before", self.batch("--resume", "in"))
        self.assertLess(time.monotonic() - begun, 10 if SANITIZED else 2)

    def redone(self, *args):
        before = len(self.lines())
        self.batch("--resume", *args, self.bundles)
        return sorted(Path(line["path"]).name for line in self.lines()[before:])

    def test_what_changed_is_done_again(self):
        self.give(BUNDLES[:3])
        names = [path.name for path in BUNDLES[:3]]
        rules = self.folder / "rules"
        shutil.copytree(ROOT / "rules", rules)
        self.batch("--rules", rules, self.bundles)
        again = ("--rules", rules)
        self.assertEqual(self.redone(*again), [])
        os.utime(self.bundles / names[0], ns=(1, 1))
        self.assertEqual(self.redone(*again), names[:1])
        shutil.copyfile(BUNDLES[3], self.bundles / names[1])
        self.assertEqual(self.redone(*again), names[1:2])
        os.unlink(self.out / self.index()[str(self.bundles / names[2])]["report"])
        self.assertEqual(self.redone(*again), names[2:])
        shutil.copyfile(BUNDLES[4], self.bundles / "new.tgz")
        self.assertEqual(self.redone(*again), ["new.tgz"])
        self.assertEqual(len(self.redone(*again, "--tz", "+05:30")), 4)
        self.assertEqual(self.redone(*again, "--tz", "+05:30", "--threads", "2", "--jobs", "1"), [])
        with next(rules.glob("*.json")).open("a") as pack:
            pack.write("\n")
        self.assertEqual(len(self.redone(*again)), 4)

    def test_whatever_path_leads_there(self):
        self.give(BUNDLES[:2])
        self.batch("in")
        os.symlink("in", self.folder / "link")
        for path in ("in", "./in", "in/../in", self.bundles, "link/"):
            self.assertIn("0 analysed now, 2 before", self.batch("--resume", path))
        self.assertEqual(len(self.lines()), 2)
        # Another file of the same content is another bundle.
        (self.folder / "other").mkdir()
        shutil.copyfile(BUNDLES[0], self.folder / "other" / BUNDLES[0].name)
        self.assertIn("1 analysed now", self.batch("--resume", "other"))
        # Changed since, under whatever path.
        os.utime(self.bundles / BUNDLES[0].name, ns=(1, 1))
        self.assertIn("1 analysed now, 1 before", self.batch("--resume", self.bundles))
        self.assertIn("0 analysed now, 2 before", self.batch("--resume", "in"))

    def test_a_report_of_other_options(self):
        """Two of one content and base name share a report's file: it is of whom was done last."""
        for node in ("fin1", "fin2"):
            (self.bundles / node).mkdir()
            shutil.copyfile(DEMO, self.bundles / node / "active_1.tgz")
        self.batch("in/fin1")
        self.batch("--tz", "+01:00", "in/fin2")
        self.assertIn("1 analysed now", self.batch("--resume", "in/fin1"))
        self.assertIn("1 analysed now", self.batch("--resume", "--tz", "+01:00", "in/fin2"))
        self.assertIn("2 analysed now", self.batch("--resume", "in"))
        self.assertIn("0 analysed now, 2 before", self.batch("--resume", "in"))

    def test_interrupted_before_it_works(self):
        """In the search, and while the content is hashed; told to the parent alone, and to all."""
        many = self.folder / "many"
        many.mkdir()
        for number in range(8000):
            (many / f"{number}.txt").touch()
        with (self.folder / "huge.tgz").open("wb") as huge:
            huge.truncate(1 << 40)
        for path in ("many", "huge.tgz"):
            for number in (signal.SIGINT, signal.SIGTERM):
                process = self.start(path)
                self.wait_for(lambda: workers_of(process) or (path == "many" and (self.out / "index.ndjson").exists()))
                time.sleep(0.02)
                process.send_signal(number)
                self.assertEqual(process.wait(TIMEOUT), 130)
                self.assertIn(b"interrupted; the same with --resume", process.stderr.read())
                self.assertEqual([path.name for path in self.out.iterdir()], ["index.ndjson"])
                self.assertEqual(self.lines(), [])
                shutil.rmtree(self.out)

    def test_without_it_all_is_done_anew(self):
        self.give(BUNDLES[:2])
        self.batch(self.bundles)
        first = self.reports()
        self.batch(self.bundles)
        self.assertEqual(len(self.lines()), 4)
        self.assertEqual(self.reports(), first)

    def test_after_a_kill(self):
        self.give()
        self.slow.write_text(slow_log(0.5))
        (self.bundles / "damaged.tgz").write_text("never packed")
        process = self.start("--jobs", 2, *SLOWLY, self.slow, self.bundles)
        self.wait_for(lambda: self.done_lines() >= 2)
        workers = workers_of(process)
        process.kill()
        process.wait()
        self.wait_for(lambda: not any(map(is_running, workers)))
        done = len(self.lines(torn=True))
        self.assertLess(done, len(BUNDLES) + 2)
        self.batch("--resume", *SLOWLY, self.slow, self.bundles, status=5)
        self.assertEqual(len(self.lines()), len(BUNDLES) + 2)
        self.assertEqual(self.check_files(), set())
        self.batch(self.slow, self.bundles, out=self.folder / "other", status=5)
        self.assertEqual(self.reports(), self.reports(out=self.folder / "other"))

    def test_after_an_interruption(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            shutil.rmtree(self.out, ignore_errors=True)
            self.give(BUNDLES[:3])
            self.slow.write_text(slow_log(1))
            paths = [self.slow, self.bundles]
            process = self.start("--jobs", 2, *SLOWLY, *paths)
            self.wait_for(lambda: self.done_lines() >= 1)
            process.send_signal(number)
            self.assertEqual(process.wait(TIMEOUT), 130)
            self.assertNotIn(str(self.slow), self.index())
            self.assertEqual(self.check_files(), set())
            self.batch("--resume", *paths)
            self.assertEqual(len(self.index()), 4)
            self.assertEqual(len(self.lines()), 4)

    def test_torn_line(self):
        self.give(BUNDLES[:2])
        self.batch(self.bundles)
        index = self.out / "index.ndjson"
        index.write_bytes(index.read_bytes()[:-20])
        self.batch("--resume", self.bundles)
        self.assertEqual(len(self.lines(torn=True)), 2)
        self.batch("--resume", self.bundles)
        self.assertEqual(len(self.lines(torn=True)), 2)


class Shards(Batches):
    def test_together_they_are_the_whole(self):
        self.give()
        self.batch(self.bundles)
        whole = self.reports()
        for count in (1, 3):
            out = self.folder / f"of{count}"
            paths = []
            for shard in range(count):
                self.batch("--shard", f"{shard}/{count}", self.bundles, out=out)
                paths += [line["path"] for line in self.lines(f"index-{shard}-of-{count}.ndjson", out=out)]
            self.assertEqual(sorted(paths), sorted(whole))
            found = {}
            for shard in range(count):
                for path, line in self.index(f"index-{shard}-of-{count}.ndjson", out=out).items():
                    found[path] = self.report(line, out)
            self.assertEqual(found, whole)
            self.batch("--shard", f"0/{count}", "--resume", self.bundles, out=out)
            # The whole looks at what shards have done.
            self.assertIn("0 analysed now", self.batch("--resume", self.bundles, out=out))


class BadInput(Batches):
    def test_odd_files(self):
        self.give(BUNDLES[:1])
        os.symlink("nowhere", self.bundles / "broken.tgz")
        os.symlink("..", self.bundles / "loop")
        os.mkfifo(self.bundles / "fifo.tgz")
        (self.bundles / "empty.tgz").write_bytes(b"")
        (self.bundles / "readme.txt").write_text("no bundle\n")
        (self.folder / "nothing").mkdir()
        (self.folder / "other").mkdir()
        (self.folder / "other" / "notes.txt").write_text("no bundle\n")
        os.symlink(DEMO, self.folder / "given.tgz")
        said = self.batch("in", "nothing", "other", "missing.tgz", "given.tgz", "in/fifo.tgz", status=5)
        index = self.index()
        faults = {path: line["fault"] for path, line in index.items() if line["fault"]}
        self.assertEqual(faults, {"in/broken.tgz": "a link that leads nowhere",
                                  "in/loop": "a link to another place, which is not followed; give what it leads to",
                                  "in/fifo.tgz": "neither a file nor a directory",
                                  "nothing": "it holds no bundle", "other": "it holds no bundle",
                                  "missing.tgz": "No such file or directory"})
        for path, fault in faults.items():
            self.assertIn(f"{path}: {fault}", said)
        self.assertEqual({path for path, line in index.items() if line["report"]},
                         {f"in/{BUNDLES[0].name}", "in/empty.tgz", "given.tgz"})
        self.assertEqual(index["in/empty.tgz"]["exit_status"], 1)
        lines = len(self.lines())
        self.batch("--resume", "in", "nothing", "other", "missing.tgz", "given.tgz", "in/fifo.tgz", status=5)
        self.assertEqual(len(self.lines()), lines)

    def test_long_path(self):
        """Whose line takes more than a buffer."""
        deep = self.folder.joinpath("in", *["\x01" * 200] * 15)
        deep.mkdir(parents=True)
        os.symlink("nowhere", deep / "broken.tgz")
        shutil.copyfile(DEMO, deep / "demo.tgz")
        self.batch("in", status=5)
        self.assertEqual([line["report"] is None for line in sorted(self.lines(), key=lambda line: line["path"])], [True, False])
        self.assertGreater((self.out / "index.ndjson").stat().st_size, 2 * 16384)

    def test_nothing_at_all(self):
        (self.folder / "nothing").mkdir()
        said = self.batch("nothing", status=1)
        self.assertIn("nothing: it holds no bundle", said)
        self.batch("missing", status=1)
        self.assertIn("it names no bundle", self.batch("--from-file", "/dev/null", status=1))

    def test_unreadable(self):
        self.give(BUNDLES[:2])
        (self.bundles / BUNDLES[0].name).chmod(0)
        self.out.mkdir()
        self.out.chmod(0o777)
        self.folder.chmod(0o755)
        nobody = {"user": 65534} if os.geteuid() == 0 else {}  # root reads everything
        with contextlib.suppress(PermissionError):
            subprocess.run([PROGRAM, "--version"], capture_output=True, check=True, **nobody)
            nobody["reads"] = True
        if not nobody.pop("reads", False):
            self.skipTest("nobody but root may run the program here")
        self.batch(self.bundles, status=5, **nobody)
        self.assertEqual(self.index()[str(self.bundles / BUNDLES[0].name)]["fault"], "Permission denied")
        self.assertEqual(len(self.reports()), 1)

    def test_what_cannot_be_read_after_all(self):
        """It opens, and then gives nothing: a matter of the bundle, not of the worker."""
        said = self.batch(DEMO, "/proc/self/mem", status=5)
        self.assertIn("/proc/self/mem: it cannot be read: ", said)
        self.assertIn("1 could not be looked at", said)
        self.batch("/proc/self/mem", status=1)

    def test_place_that_cannot_be_written(self):
        self.give(BUNDLES[:1])
        (self.folder / "file").write_text("")
        self.assertIn("Not a directory", self.batch(self.bundles, out=self.folder / "file", status=1))
        self.assertIn("No such file", self.batch(self.bundles, out=self.folder / "a" / "b", status=1))


class Planted(Batches):
    """A folder in which others may write: what they leave there gets nothing, holds up nothing, and leads nowhere."""

    def setUp(self):
        super().setUp()
        self.give(BUNDLES[:1])
        self.batch("in", out=self.folder / "first")
        (line,) = self.lines(out=self.folder / "first")
        self.report_name = line["report"]
        self.victim = self.folder / "victim"
        self.victim.write_text("mine")
        self.out.mkdir()

    def check_done(self):
        self.batch("in")
        (path,) = self.out.glob("*.json")
        self.assertTrue(path.is_file() and not path.is_symlink())
        self.assertEqual(self.reports(), self.reports(out=self.folder / "first"))
        self.assertEqual(self.victim.read_text(), "mine")

    def test_a_link_where_a_report_goes(self):
        (self.out / self.report_name).symlink_to("../victim")
        self.check_done()

    def test_a_link_within_where_a_report_goes(self):
        (self.out / "victim").write_text("mine")
        (self.out / self.report_name).symlink_to("victim")
        self.check_done()
        self.assertEqual((self.out / "victim").read_text(), "mine")

    def test_a_fifo_where_a_report_goes(self):
        os.mkfifo(self.out / self.report_name)
        self.check_done()

    def test_an_index_that_is_none(self):
        index = self.out / "index.ndjson"
        index.symlink_to("../victim")
        self.assertIn("index.ndjson: it is a link; remove it", self.batch("in", status=1))
        self.assertEqual(self.victim.read_text(), "mine")
        index.unlink()
        os.mkfifo(index)
        self.assertIn("it is no regular file; remove it", self.batch("in", status=1))
        self.assertIn("cannot read", self.batch("--resume", "in", status=1))
        index.unlink()
        self.check_done()

    def test_hostile_lines(self):
        """What a line says is believed of its own report alone, and never leads out of the folder."""
        (line,) = self.lines(out=self.folder / "first")
        index = self.out / "index.ndjson"
        for report in ("../victim", "/etc/passwd", "..", ".", "", "index.ndjson", "missing.json", None, 7, ["x"], "a\0b"):
            index.write_text(json.dumps({**line, "report": report}) + "\n")
            self.assertIn("1 analysed now", self.batch("--resume", "in"), report)
            self.assertEqual(self.victim.read_text(), "mine")
        for text in ("[" * 100000, '{"path":' + '"x' * 100000, "\0" * 1000, "null", '{"path":1e999}', "\xff" * 99,
                     json.dumps({**line, "counts": {"forced_logouts": -5}}), json.dumps({**line, "exit_status": 2**62}),
                     json.dumps({**line, "size": 2**64}), json.dumps({**line, "options": "x"})):
            index.write_bytes(text.encode("latin-1") + b"\n")
            self.batch("--resume", "in")


class Trouble(Batches):
    def test_few_descriptors(self):
        """There are as many side by side as there can be."""
        for number in range(30):
            shutil.copyfile(BUNDLES[0], self.bundles / f"{number}.tgz")
        self.batch("--jobs", 30, "--max-memory", "4G", "in",
                   preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (18, 18)))
        self.assertEqual(len(self.lines()), 30)

    def test_full_disk(self):
        """In the middle of the batch: of small reports first, as far as they fit, then of the index."""
        self.give()
        self.batch(self.bundles)
        sizes = sorted(path.stat().st_size for path in self.out.glob("*.json"))
        shutil.rmtree(self.out)

        def limit(most):
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

        self.batch(self.bundles, status=1, preexec_fn=lambda: limit(sizes[-1] - 1))
        index = self.index()
        self.assertEqual(len(index), len(BUNDLES))
        self.assertEqual([line["fault"] for line in index.values() if line["fault"]],
                         ["its report could not be written: File too large"])
        self.assertEqual(self.check_files(), set())
        self.batch("--resume", self.bundles)
        self.assertEqual(len(self.reports()), len(BUNDLES))
        self.assertEqual(len(self.lines()), len(BUNDLES) + 1)

    def test_full_index(self):
        self.give()
        self.out.mkdir()

        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))

        (self.out / "index.ndjson").write_bytes(b" " * 298_999 + b"\n")
        said = self.batch("--jobs", 1, self.bundles, status=1, preexec_fn=limit)
        self.assertIn("index.ndjson: ", said)
        self.batch("--resume", self.bundles)
        text = (self.out / "index.ndjson").read_text().strip("\n").split("\n")
        done = set()
        for line in text:
            with contextlib.suppress(ValueError):
                done.add(json.loads(line)["path"])
        self.assertEqual(len(done), len(BUNDLES))
        self.assertEqual(self.check_files(), set())

    def test_small_file_system(self):
        self.give()
        self.out.mkdir()
        script = 'mount -t tmpfs -o size=200k,mode=700 none "$1" && shift && "$@"; status=$?; ls -A "$OUT"; exit $status'
        done = subprocess.run(["unshare", "-rm", "sh", "-c", script, "sh", str(self.out), *self.words(self.bundles)],
                              capture_output=True, env={**ENVIRONMENT, "OUT": str(self.out)}, timeout=TIMEOUT)
        if done.returncode == 32 or b"unshare" in done.stderr or b"mount" in done.stderr:
            self.skipTest("no file system can be mounted here")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn(b"No space left on device", done.stderr)
        self.assertNotIn(b".tmp", done.stdout)

    def test_two_at_once(self):
        self.give()
        processes = [self.start("--jobs", 2, self.bundles) for _ in range(2)]
        for process in processes:
            self.assertEqual(process.wait(TIMEOUT), 0, process.stderr.read())
        lines = self.lines()
        self.assertEqual(len(lines), 2 * len(BUNDLES))
        self.assertEqual(len(self.reports()), len(BUNDLES))
        self.assertEqual(self.check_files(), set())
        self.batch(self.bundles, out=self.folder / "other")
        self.assertEqual(self.reports(), self.reports(out=self.folder / "other"))

    def test_a_worker_that_crashes(self):
        self.give(BUNDLES[:3])
        self.slow.write_text(slow_log(1))
        process = self.start("--jobs", 1, *SLOWLY, self.slow, self.bundles)
        # The largest is begun first.
        self.wait_for(lambda: workers_of(process))
        os.kill(workers_of(process)[0], signal.SIGSEGV)
        self.assertEqual(process.wait(TIMEOUT), 1)
        index = self.index()
        fault = index[str(self.slow)]["fault"]
        self.assertRegex(fault, "signal 11|ended by itself" if SANITIZED else "signal 11 ")
        self.assertEqual(len(self.reports()), 3)
        self.batch("--resume", self.slow, self.bundles)
        self.assertEqual(len(self.reports()), 4)

    @unittest.skipIf(SANITIZED, "sanitizers reserve more than any limit")
    def test_out_of_memory(self):
        (self.folder / "large.log").write_text(sessions_log(40000))
        self.give(BUNDLES[:2])
        paths = [self.folder / "large.log", self.bundles]
        said = self.batch("--jobs", 1, "--max-memory", "64M", *paths, status=1)
        self.assertIn("large.log: out of memory", said)
        self.assertEqual(len(self.reports()), 2)
        # Half of it is too little: it is tried once more, alone.
        self.batch("--jobs", 2, "--max-memory", "160M", "--resume", *paths)
        self.assertEqual(len(self.reports()), 3)


class Private(Batches):
    def test_pseudonyms(self):
        """No name of a file gives away what the reports hide, and they agree between the bundles."""
        (self.folder / "key").write_bytes(os.urandom(32))
        shutil.copyfile(DEMO, self.bundles / "fin1.ucce.local.tgz")
        shutil.copyfile(DEMO, self.bundles / "Acme-1001003.tgz")
        for args in ([], ["--redact-key", "key"]):
            out = self.folder / f"out{len(args)}"
            self.batch("--redact", *args, "in", out=out)
            for path in out.iterdir():
                for text in (path.name, path.read_text()):
                    for name in ("1001003", "ucce.local", "Acme"):
                        self.assertNotIn(name, text)
            a, b = self.reports(out=out).values()
            self.assertEqual(a["findings"], b["findings"])
        lines = len(self.lines(out=self.folder / "out2"))
        self.batch("--redact-key", "key", "--resume", "in", out=self.folder / "out2")
        self.assertEqual(len(self.lines(out=self.folder / "out2")), lines)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
