#!/usr/bin/env python3
"""What the system may do to the program: full disks, failing writes, no threads, kills,
signals at any moment, two runs at once.

    run.py PROGRAM FAIL_CALL BUNDLE [unittest options, such as -k disk]

Whatever happens, the file that -o names is the old one or a whole new one, and nothing
else is left beside it.
"""

import errno
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

PROGRAM, FAIL_CALL, BUNDLE = (str(Path(path).resolve()) for path in sys.argv[1:4])
TIMEOUT = 120
SKIPPED = 77
# The leak check at the end makes a process of its own, which some of the faults forbid.
ENVIRONMENT = {**{k: v for k, v in os.environ.items() if k != "BOSHSCOPE_RULES"},
               "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}


class Faults(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        self.file = self.folder / "report.json"

    def run_program(self, *args, faults=(), command="analyze", **more):
        """`faults`: calls and errors for fail_call; error 0 kills."""
        words = [word for call, error in faults for word in (FAIL_CALL, call, str(error))]
        more.setdefault("stdout", subprocess.PIPE)
        done = subprocess.run([*words, PROGRAM, command, *args], stderr=subprocess.PIPE, env=ENVIRONMENT, timeout=TIMEOUT,
                              cwd=self.folder, **more)
        if faults and done.returncode == SKIPPED:
            self.skipTest("this system has no filters of system calls")
        return done

    def need_nameless(self):
        try:
            os.close(os.open(self.folder, os.O_TMPFILE | os.O_WRONLY))
        except OSError as error:
            self.skipTest(f"a file system without nameless files: {error}")

    def write_old(self):
        self.file.write_text("old")

    def check_kept(self):
        """The old report is there, and it alone."""
        self.assertEqual(self.file.read_text(), "old")
        self.assertEqual(os.listdir(self.folder), ["report.json"])

    def check_refused(self, done, words):
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(done.stdout, b"")
        self.assertIn(words, done.stderr)
        self.assertEqual(done.stderr.count(b"\n"), 1, done.stderr)

    def check_whole(self, path=None):
        self.assertEqual(json.loads((path or self.file).read_bytes())["schema"], "boshscope.report/1")


NAMED = ("nameless", errno.EOPNOTSUPP)  # a file system without nameless files


class Disk(Faults):
    def test_errors_of_writing(self):
        self.need_nameless()
        for call, error in [("write", errno.EIO), ("write", errno.ENOSPC), ("write", errno.EDQUOT), ("fsync", errno.EIO), ("rename", errno.EACCES),
                            ("link", errno.EIO)]:
            for faults in ([(call, error)], [NAMED, (call, error)]):
                if faults == [NAMED, ("link", errno.EIO)]:
                    continue  # nothing is linked there
                with self.subTest(faults=faults):
                    self.write_old()
                    self.check_refused(self.run_program(BUNDLE, "-o", "report.json", faults=faults), os.strerror(error).encode())
                    self.check_kept()
                    self.file.unlink()
                    self.check_refused(self.run_program(BUNDLE, "-o", "report.json", faults=faults), os.strerror(error).encode())
                    self.assertEqual(os.listdir(self.folder), [])

    def test_any_kind_of_file_system(self):
        for faults in ([], [NAMED]):
            for old in (False, True):
                with self.subTest(faults=faults, old=old):
                    if old:
                        self.write_old()
                    done = self.run_program(BUNDLE, "-o", "report.json", "--unmatched", "u.json", faults=faults)
                    self.assertEqual((done.returncode, done.stderr), (0, b""))
                    self.check_whole()
                    self.assertEqual(sorted(os.listdir(self.folder)), ["report.json", "u.json"])
                    self.file.unlink()

    def test_full_at_any_byte(self):
        """The disk is full after so many bytes."""
        self.assertEqual(self.run_program(BUNDLE, "-o", "report.json").returncode, 0)
        size = self.file.stat().st_size
        for most in sorted(random.Random(1).sample(range(size), 12)) + [0, size - 1]:
            def limit(most=most):
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

            with self.subTest(most=most):
                self.write_old()
                self.check_refused(self.run_program(BUNDLE, "-o", "report.json", preexec_fn=limit), b"File too large")
                self.check_kept()

    def test_standard_output(self):
        with open(self.folder / "report.json", "wb") as out:
            done = self.run_program(BUNDLE, stdout=out, preexec_fn=lambda: (signal.signal(signal.SIGXFSZ, signal.SIG_IGN),
                                                                            resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))))
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"cannot write to standard output: File too large", done.stderr)

    def test_second_output_fails(self):
        """The report does not take its place without the other file."""
        self.write_old()
        self.check_refused(self.run_program(BUNDLE, "-o", "report.json", "--unmatched", "/dev/full"), b"/dev/full: No space left")
        self.check_kept()


class Threads(Faults):
    def test_none_to_be_had(self):
        whole = self.run_program(BUNDLE, "--threads", "4")
        done = self.run_program(BUNDLE, "--threads", "4", faults=[("thread", errno.EAGAIN)])
        reports = [json.loads(run.stdout) for run in (whole, done)]
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertEqual([report.pop("run")["threads"] for report in reports], [4, 1])
        self.assertEqual(*reports)


class Kill(Faults):
    def test_killed_while_writing(self):
        self.need_nameless()
        for call in ("write", "fsync", "link"):
            with self.subTest(call=call):
                self.write_old()
                self.assertEqual(self.run_program(BUNDLE, "-o", "report.json", faults=[(call, 0)]).returncode, -signal.SIGSYS)
                self.check_kept()

    def test_killed_with_a_name(self):
        """Then a file is left, but never under the name that was asked for."""
        for call, faults in [("write", [NAMED]), ("rename", [NAMED]), ("rename", [])]:
            with self.subTest(call=call, faults=faults):
                self.write_old()
                self.run_program(BUNDLE, "-o", "report.json", faults=[*faults, (call, 0)])
                self.assertEqual(self.file.read_text(), "old")
                left = [name for name in os.listdir(self.folder) if name != "report.json"]
                self.assertRegex(" ".join(left), r"\A\.boshscope-\d+-0\.tmp\Z")
                (self.folder / left[0]).unlink()

    def test_a_name_that_is_taken(self):
        """What an earlier run of the same number left is in nobody's way."""
        def take():
            for i in range(3):
                (self.folder / f".boshscope-{os.getpid()}-{i}.tmp").write_text("left")

        for faults in ([], [NAMED]):
            done = self.run_program(BUNDLE, "-o", "report.json", faults=faults, preexec_fn=take)
            self.assertEqual((done.returncode, done.stderr), (0, b""))
            self.check_whole()
            self.assertEqual(len(os.listdir(self.folder)), 4)
            for name in os.listdir(self.folder):
                (self.folder / name).unlink()

    def test_killed_at_any_time(self):
        started = time.monotonic()
        self.run_program(BUNDLE, "-o", "report.json")
        seconds = time.monotonic() - started
        for i in range(25):
            self.write_old()
            program = subprocess.Popen([PROGRAM, "analyze", BUNDLE, "-o", "report.json"], cwd=self.folder, env=ENVIRONMENT,
                                       stderr=subprocess.DEVNULL)
            time.sleep(seconds * i / 20)
            program.kill()
            program.wait()
            if self.file.read_text() != "old":
                self.check_whole()


class Signals(Faults):
    def start(self, *args):
        return subprocess.Popen([PROGRAM, "analyze", *args], cwd=self.folder, env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE)

    def test_at_any_time(self):
        """The report is whole and says so, or partial and says so; or the signal came before the work began."""
        started = time.monotonic()
        self.run_program(BUNDLE, "-o", "report.json")
        seconds = time.monotonic() - started
        seen = set()
        for i in range(40):
            self.write_old()
            program = self.start(BUNDLE, "-o", "report.json", "--chunk-bytes", "64", "--threads", str(1 + i % 3))
            time.sleep(seconds * i / 30)
            program.send_signal(signal.SIGTERM if i % 2 else signal.SIGINT)
            program.communicate(timeout=TIMEOUT)
            status = program.returncode
            if status < 0:
                self.check_kept()
                continue
            report = json.loads(self.file.read_bytes())
            self.assertEqual(report["exit_status"], status)
            self.assertEqual((status, report["complete"]), (130, False) if status else (0, True))
            self.assertEqual(os.listdir(self.folder), ["report.json"])
            seen.add(status)
        self.assertTrue(seen)

    def test_partial_report_of_held_members(self):
        """A bundle that stays silent half way: what was read is there, the rest is told."""
        data = Path(BUNDLE).read_bytes()
        for threads in (1, 3):
            program = self.start("-q", "-", "--threads", str(threads), "--chunk-bytes", "4096")
            program.stdin.write(data[: len(data) * 2 // 3])
            program.stdin.flush()
            time.sleep(1)
            program.send_signal(signal.SIGINT)
            report = json.loads(program.stdout.read())  # the pipe stays open meanwhile
            program.communicate(timeout=TIMEOUT)
            self.assertEqual((program.returncode, report["complete"], report["exit_status"]), (130, False, 130))
            top = next(container for container in report["containers"] if container["path"] == "-")
            self.assertEqual((top["status"], top["reason"]), ("partial", "interrupted"))
            self.assertGreater(len(report["inputs"]), 0)

    def test_stopped_and_continued(self):
        program = self.start("-", "--chunk-bytes", "512")
        with open(BUNDLE, "rb") as bundle:
            whole = json.loads(self.run_program("-", stdin=bundle).stdout)

        def feed():
            data = Path(BUNDLE).read_bytes()
            for at in range(0, len(data), 2048):
                program.stdin.write(data[at : at + 2048])
                program.stdin.flush()
                time.sleep(0.01)
            program.stdin.close()

        feeder = threading.Thread(target=feed)
        feeder.start()
        for _ in range(10):
            program.send_signal(signal.SIGSTOP)
            time.sleep(0.01)
            program.send_signal(signal.SIGCONT)
            time.sleep(0.01)
        out = program.stdout.read()
        feeder.join()
        self.assertEqual((program.wait(TIMEOUT), program.stderr.read()), (0, b""))
        report = json.loads(out)
        del report["run"], whole["run"]
        self.assertEqual(report, whole)
        for file in (program.stdout, program.stderr):
            file.close()


class Pipe(Faults):
    def test_reader_that_has_enough(self):
        for command in ("analyze", "info"):
            shell = f'"{PROGRAM}" {command} "{BUNDLE}" | head -c 1; echo "${{PIPESTATUS[0]}}"'
            for _ in range(3):
                done = subprocess.run(["bash", "-c", shell], env=ENVIRONMENT, capture_output=True, timeout=TIMEOUT)
                self.assertEqual(done.stderr, b"")
                # A page may fit into the pipe before its reader is gone.
                self.assertIn(done.stdout[1:], (b"0\n", b"1\n") if command == "info" else (b"1\n",))


class Together(Faults):
    def test_one_output_of_many_runs(self):
        """The last one wins, and whoever looks finds a whole report."""
        stop, looks, problems = threading.Event(), [], []

        def look():
            while not stop.is_set():
                try:
                    looks.append(json.loads(self.file.read_bytes())["options"]["tz"])
                except FileNotFoundError:
                    pass
                except ValueError as error:
                    problems.append(error)

        watcher = threading.Thread(target=look)
        watcher.start()
        for _ in range(3):
            runs = [subprocess.Popen([PROGRAM, "analyze", "-q", "--tz", f"+0{i}:00", BUNDLE, "-o", "report.json"], cwd=self.folder, env=ENVIRONMENT)
                    for i in range(6)]
            self.assertEqual([program.wait(TIMEOUT) for program in runs], [0] * 6)
        stop.set()
        watcher.join()
        self.assertEqual(problems, [])
        self.assertGreater(len(looks), 0)
        self.check_whole()
        self.assertEqual(os.listdir(self.folder), ["report.json"])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[4:]])
