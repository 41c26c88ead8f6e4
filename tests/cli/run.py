#!/usr/bin/env python3
"""The program's edges: usage, exit statuses, output files, signals, terminals.

    run.py PROGRAM BUNDLE [unittest options, such as -k pipe]

BUNDLE is a small bundle that analyses without findings of damage; what its
report says is the business of tests/cases.
"""

import ctypes
import fcntl
import json
import os
import pty
import resource
import signal
import stat
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import unittest
from pathlib import Path

PROGRAM, BUNDLE = (str(Path(path).resolve()) for path in sys.argv[1:3])
ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "BOSHSCOPE_RULES"}
TIMEOUT = 120
# What drives a terminal, turns the direction of writing, breaks the line or hides.
HARMFUL = [*range(1, 32), 127, *range(0x80, 0xa0), 0x61c, 0x200b, 0x200e, 0x200f, *range(0x2028, 0x202f), *range(0x2060, 0x2070),
           0xfeff, 0xfff9, 0xfffa, 0xfffb, 0xe0001, 0xe0041, 0xe007f]
QUESTION = ("explain", "--agent", "1001003", "--at", "2017-06-17T00:17+05:30")


def run(*args, env=None, **more):
    more.setdefault("stdout", subprocess.PIPE)
    more.setdefault("stderr", subprocess.PIPE)
    return subprocess.run([PROGRAM, *args], env={**ENVIRONMENT, **(env or {})}, timeout=TIMEOUT, **more)


class Usage(unittest.TestCase):
    def refused(self, *args, words=(), **more):
        done = run(*args, **more)
        message = done.stderr.decode()
        self.assertEqual(done.returncode, 2, message)
        self.assertEqual(done.stdout, b"")
        self.assertTrue(message.startswith("boshscope: "), message)
        for word in words:
            self.assertIn(word, message)
        return message

    def test_no_command(self):
        self.refused(words=["no command", "--help"])

    def test_unknown_words(self):
        self.refused("frobnicate", words=["unknown command 'frobnicate'"])
        self.refused("--frobnicate", words=["unknown option '--frobnicate'"])
        self.refused("help", "frobnicate", words=["frobnicate"])
        self.refused("rules", words=["check or list"])
        self.refused("rules", "frobnicate", words=["frobnicate"])
        self.refused("rules", "list", "extra", words=["extra"])
        self.refused("rules", "check", "a", "b", words=["'b'"])

    def test_unknown_options(self):
        self.refused("analyze", "--frobnicate", BUNDLE, words=["--frobnicate"])
        self.refused("analyze", "-qz", BUNDLE, words=["'-z'"])
        self.refused("analyze", "--quiet=yes", BUNDLE, words=["--quiet", "no value"])
        self.refused("analyze", "--tz", words=["--tz", "needs a value"])
        self.refused("analyze", "-o", words=["-o", "needs a value"])
        self.refused("analyze", "--unmatched", words=["--unmatched", "needs a value"])
        self.refused("analyze", "--json", BUNDLE, words=["unknown option '--json'"])
        for option in ("--from", "--to", "--fail-on", "--unmatched"):
            self.refused("info", option, "x", BUNDLE, words=[f"unknown option '{option}'", "info --help"])
        self.refused("info", "--json=yes", BUNDLE, words=["--json", "no value"])
        for option in ("--from", "--to", "--fail-on", "--unmatched"):
            self.refused("explain", option, "x", BUNDLE, words=[f"unknown option '{option}'", "explain --help"])

    def test_shortened_options(self):
        self.refused("analyze", "--max", "3", BUNDLE, words=["--max", "several"])
        self.refused("analyze", "--max-e", "3", BUNDLE, words=["--max-e", "several"])
        self.assertEqual(run("analyze", "--quie", BUNDLE).returncode, 0)

    def test_path(self):
        self.refused("analyze", words=["no PATH"])
        self.refused("analyze", BUNDLE, "second", words=["'second'"])
        self.refused("info", words=["info: no PATH", "info --help"])
        self.refused("info", BUNDLE, "second", words=["'second'"])

    def test_question(self):
        self.refused("explain", BUNDLE, words=["no --agent", "explain --help"])
        self.refused("explain", "--agent", "1", BUNDLE, words=["no --at", "2017-06-17T"])
        self.refused("explain", "--at", "2017-06-17", BUNDLE, words=["no --agent"])
        self.refused("explain", "--agent", "1", "--at", "2017-06-17", words=["explain: no PATH"])
        self.refused("explain", "--agent", "", "--at", "2017-06-17", BUNDLE, words=["--agent ''"])
        for at in ("14:05", "yesterday", "", "2017-02-30", "2017-06-17T24:00"):
            self.refused("explain", "--agent", "1", "--at", at, BUNDLE, words=[f"--at '{at}'", "2017-06-17T00:17:00+05:30"])
        self.refused("explain", "--agent", "1", "--at", "2017-06-17", "--tz", "x", BUNDLE, words=["--tz 'x'"])
        self.refused("explain", "--agent", "1", "--at", "2017-06-17", "-o", BUNDLE, BUNDLE, words=["--output", "the bundle itself"])

    def test_values(self):
        for option, value in [
            ("--tz", "Bangalore"),
            ("--tz", "+19:00"),
            ("--fail-on", "fatal"),
            ("--from", "yesterday"),
            ("--to", "2017-02-30"),
            ("--max-depth", "deep"),
            ("--max-line-bytes", ""),
            ("--max-line-bytes", "-1"),
            ("--max-line-bytes", "1KB"),
            ("--max-record-bytes", "99999999999999999999"),
            ("--match-limit", "18446744073709551615K"),
            ("--chunk-bytes", "0"),
            ("--threads", "0"),
            ("--threads", "257"),
            ("--threads", "two"),
            ("--max-unmatched-shapes", "0"),
        ]:
            with self.subTest(option=option, value=value):
                self.refused("analyze", option, value, BUNDLE, words=[f"{option} '{value}'"])
                if option not in ("--from", "--to", "--fail-on"):
                    self.refused("info", option, value, BUNDLE, words=[f"{option} '{value}'"])

    def test_window_order(self):
        self.refused("analyze", "--from", "2018-01-01", "--to", "2017-01-01", BUNDLE, words=["--from", "--to"])

    def test_suffixes(self):
        done = run("analyze", "-q", "--max-line-bytes", "64K", "--match-limit", "1m", BUNDLE)
        limits = json.loads(done.stdout)["options"]["limits"]
        self.assertEqual((limits["max_line_bytes"], limits["match_limit"]), (65536, 1048576))

    def test_output_names(self):
        self.refused("analyze", "-o", "", BUNDLE, words=["--output"])
        before = Path(BUNDLE).read_bytes()
        self.refused("info", "-o", "", BUNDLE, words=["--output"])
        self.refused("analyze", "--unmatched", "", BUNDLE, words=["--unmatched"])
        for args in (["analyze", "-o", BUNDLE], ["info", "-o", BUNDLE], ["analyze", "--unmatched", BUNDLE]):
            self.refused(*args, BUNDLE, words=[args[-2].replace("-o", "--output"), "the bundle itself"])
        self.assertEqual(Path(BUNDLE).read_bytes(), before)

    def test_output_replaces_no_file_of_the_bundle(self):
        with tempfile.TemporaryDirectory() as folder:
            log, link = Path(folder, "logs/debug.log"), Path(folder, "link")
            log.parent.mkdir()
            log.write_text("a log\n")
            link.symlink_to("logs/debug.log")
            for output in (log, f"{folder}/logs/../logs/debug.log", link):
                self.refused("analyze", "-o", str(output), str(log.parent), words=["a file of the bundle"])
            self.assertEqual(log.read_text(), "a log\n")
            for _ in range(2):  # the report of the first time is no log
                subprocess.run([PROGRAM, "analyze", "-q", "-o", str(log.parent / "report.json"), str(log.parent)], check=False)
            self.assertIn("boshscope.report/1", (log.parent / "report.json").read_text())

    def test_escapes_are_not_printed(self):
        message = self.refused("analyze", BUNDLE, "a\x1b]0;x\x07b\nc\u009b\u202ed\u00e9")
        self.assertIn("a?]0;x?b?c??d\u00e9", message)
        harmful = "".join(map(chr, HARMFUL))
        self.assertIn("a" + "?" * len(harmful) + "b", self.refused("analyze", BUNDLE, f"a{harmful}b"))

    def test_rules_that_do_not_load(self):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "a.json").write_text('{"nonsense": 1')
            for args, env in [
                (("analyze", "--rules", folder, BUNDLE), {}),
                (("analyze", BUNDLE), {"BOSHSCOPE_RULES": folder}),
                (("info", "--rules", folder, BUNDLE), {}),
                (("rules", "check", folder), {}),
                (("rules", "list", "--rules", folder), {}),
            ]:
                self.refused(*args, env=env, words=["a.json", "do not load"])


class Pages(unittest.TestCase):
    def test_help(self):
        for args in (["--help"], ["-h"], ["help"], ["help", "analyze"], ["analyze", "--help"], ["help", "info"], ["info", "-h"], ["help", "rules"], ["help", "explain"],
                     ["rules", "--help"], ["rules", "check", "--help"], ["rules", "list", "-h"], ["help", "help"]):
            with self.subTest(args=args):
                done = run(*args)
                self.assertEqual((done.returncode, done.stderr), (0, b""))
                self.assertTrue(done.stdout.startswith(b"Usage: boshscope"))
                self.assertLessEqual(max(map(len, done.stdout.decode().splitlines())), 80)

    def test_version(self):
        self.assertRegex(run("--version").stdout.decode(), r"\Aboshscope \d+\.\d+\.\d+\n\Z")

    def test_rules(self):
        listed = run("rules", "list")
        self.assertEqual((listed.returncode, listed.stderr), (0, b""))
        self.assertGreater(len(listed.stdout.splitlines()), 2)
        self.assertEqual(run("rules", "list", env={"BOSHSCOPE_RULES": ""}).stdout, listed.stdout)
        self.assertEqual(run("rules", "check").returncode, 0)


class Output(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        self.file = self.folder / "report.json"

    def only(self, *names):
        self.assertEqual(sorted(os.listdir(self.folder)), sorted(names))

    def test_file(self):
        done = run("analyze", BUNDLE, "-o", str(self.file), umask=0o027)
        self.assertEqual((done.returncode, done.stdout), (0, b""))
        self.assertEqual(json.loads(self.file.read_bytes())["schema"], "boshscope.report/1")
        self.assertEqual(stat.S_IMODE(self.file.stat().st_mode), 0o640)
        self.only("report.json")

    def test_dash(self):
        self.assertEqual(json.loads(run("analyze", "-o", "-", BUNDLE).stdout)["schema"], "boshscope.report/1")

    def test_current_folder(self):
        self.assertEqual(run("analyze", BUNDLE, "-oreport.json", cwd=self.folder).returncode, 0)
        self.only("report.json")

    def test_link_stays(self):
        self.file.write_text("old")
        (self.folder / "link").symlink_to("report.json")
        self.assertEqual(run("analyze", BUNDLE, "-o", str(self.folder / "link")).returncode, 0)
        self.assertTrue((self.folder / "link").is_symlink())
        self.assertNotEqual(self.file.read_text(), "old")

    def test_devices(self):
        self.assertEqual(run("analyze", BUNDLE, "-o", "/dev/null").returncode, 0)
        self.assertTrue(stat.S_ISCHR(os.stat("/dev/null").st_mode))
        done = run("analyze", BUNDLE, "-o", "/dev/full")
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"/dev/full: No space left", done.stderr)
        self.assertTrue(stat.S_ISCHR(os.stat("/dev/full").st_mode))
        self.assertTrue(run("analyze", BUNDLE, "-o", "/dev/stdout").stdout.startswith(b"{"))

    def test_no_such_folder(self):
        done = run("analyze", BUNDLE, "-o", str(self.folder / "none" / "report.json"))
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"No such file", done.stderr)

    def test_failure_keeps_the_old_file(self):
        self.file.write_text("old")

        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

        done = run("analyze", BUNDLE, "-o", str(self.file), preexec_fn=limit)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"File too large", done.stderr)
        self.assertEqual(self.file.read_text(), "old")
        self.only("report.json")

    def test_full_disk(self):
        for args in (["analyze", BUNDLE], ["info", BUNDLE], ["info", "--json", BUNDLE], [*QUESTION, BUNDLE], [*QUESTION, "--json", BUNDLE],
                     ["analyze", BUNDLE, "-o", "/dev/null", "--unmatched", "-"],
                     ["--help"], ["--version"], ["rules", "list"], ["rules", "check"]):
            with self.subTest(args=args), open("/dev/full", "wb") as full:
                done = run(*args, stdout=full)
                self.assertEqual(done.returncode, 1)
                self.assertEqual(done.stderr.count(b"\n"), 1)

    def test_closed_pipe(self):
        for args in (["analyze", BUNDLE], ["info", BUNDLE], ["--help"], ["rules", "list"]):
            with self.subTest(args=args):
                reader, writer = os.pipe()
                os.close(reader)
                done = run(*args, stdout=writer)
                os.close(writer)
                self.assertEqual(done.returncode, 1)
                self.assertEqual(done.stderr, b"")

    def test_closed_descriptors(self):
        for shell, status in [(">&-", 1), ("2>&-", 0), ("<&-", 0), (f"-o {self.file} <&- >&- 2>&-", 0)]:
            with self.subTest(shell=shell):
                done = subprocess.run(f'"{PROGRAM}" analyze "{BUNDLE}" {shell}', shell=True, env=ENVIRONMENT,
                                      capture_output=True, timeout=TIMEOUT)
                self.assertEqual(done.returncode, status, done.stderr)
        self.assertEqual(json.loads(self.file.read_bytes())["schema"], "boshscope.report/1")


class Confinement(unittest.TestCase):
    """What is refused is the business of tests/unit/test_confine.c."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)

    def of_the_system(self):
        """By the kernel's own account. A build with a sanitizer is not confined."""
        if os.environ.get("BOSHSCOPE_SANITIZE", "none") not in ("none", "undefined"):
            return []
        syscall = ctypes.CDLL(None, use_errno=True).syscall
        has_landlock = syscall(444, None, ctypes.c_size_t(0), 1) > 0
        seccomp = {"x86_64": 317, "aarch64": 277}.get(os.uname().machine)
        allow = ctypes.c_uint32(0x7FFF0000)
        has_seccomp = seccomp and syscall(seccomp, 2, 0, ctypes.byref(allow)) == 0
        return ["landlock"] * has_landlock + ["seccomp"] * bool(has_seccomp)

    def test_it_is_told(self):
        reports = [json.loads(run("analyze", *args, BUNDLE).stdout) for args in ([], ["--no-confine"], ["--threads", "3"])]
        wanted = self.of_the_system()
        self.assertEqual([report.pop("run")["confinement"] for report in reports], [wanted, [], wanted])
        self.assertEqual(reports[0], reports[1])
        self.assertEqual(reports[0], reports[2])

    def test_any_command(self):
        for args in (["info"], QUESTION):
            self.assertEqual(run(*args, "--no-confine", BUNDLE).stdout, run(*args, BUNDLE).stdout)

    def test_outputs_elsewhere(self):
        """Two folders, one of them behind a link, and what was there before."""
        for name in ("a", "b"):
            (self.folder / name).mkdir()
        (self.folder / "link").symlink_to("b")
        (self.folder / "b" / "u.json").write_text("old")
        (self.folder / "to_u.json").symlink_to("link/u.json")
        done = run("analyze", BUNDLE, "-o", "a/r.json", "--unmatched", "to_u.json", cwd=self.folder)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertEqual(json.loads((self.folder / "a" / "r.json").read_bytes())["schema"], "boshscope.report/1")
        self.assertEqual(json.loads((self.folder / "b" / "u.json").read_bytes())["schema"], "boshscope.unmatched/1")
        self.assertTrue((self.folder / "to_u.json").is_symlink())

    def test_output_into_a_pipe_with_a_name(self):
        fifo = self.folder / "fifo"
        os.mkfifo(fifo)
        program = subprocess.Popen([PROGRAM, "analyze", BUNDLE, "-o", str(fifo)], env=ENVIRONMENT)
        self.assertEqual(json.loads(fifo.read_bytes())["schema"], "boshscope.report/1")
        self.assertEqual(program.wait(TIMEOUT), 0)

    def test_bundle_behind_a_descriptor(self):
        with open(BUNDLE, "rb") as bundle:
            for path in ("/dev/stdin", "/proc/self/fd/0"):
                bundle.seek(0)
                self.assertEqual(run("analyze", path, stdin=bundle).returncode, 0)
        done = subprocess.run(["bash", "-c", f'"{PROGRAM}" analyze <(cat "{BUNDLE}")'], env=ENVIRONMENT, capture_output=True, timeout=TIMEOUT)
        self.assertEqual((done.returncode, done.stderr), (0, b""))

    def test_links_to_the_bundle(self):
        (self.folder / "bundle").symlink_to(BUNDLE)
        (self.folder / "logs").mkdir()
        (self.folder / "logs" / "inside.tgz").write_bytes(Path(BUNDLE).read_bytes())
        (self.folder / "folder").symlink_to("logs")
        for name in ("bundle", "folder"):
            self.assertEqual(run("analyze", name, cwd=self.folder).returncode, 0)


class Unmatched(unittest.TestCase):
    """A second output beside the report."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)

    def run_here(self, *args, **more):
        return run("analyze", *args, BUNDLE, cwd=self.folder, **more)

    def only(self, *names):
        self.assertEqual(sorted(os.listdir(self.folder)), sorted(names))

    def schema(self, text):
        return json.loads(text)["schema"]

    def test_two_files(self):
        done = self.run_here("-o", "r.json", "--unmatched", "u.json")
        self.assertEqual((done.returncode, done.stdout), (0, b""))
        self.assertEqual(self.schema((self.folder / "r.json").read_text()), "boshscope.report/1")
        self.assertEqual(self.schema((self.folder / "u.json").read_text()), "boshscope.unmatched/1")
        self.only("r.json", "u.json")

    def test_one_on_standard_output(self):
        self.assertEqual(self.schema(self.run_here("--unmatched", "u.json").stdout), "boshscope.report/1")
        self.assertEqual(self.schema(self.run_here("-o", "r.json", "--unmatched", "-").stdout), "boshscope.unmatched/1")
        self.assertEqual(self.run_here("-o", "/dev/null", "--unmatched", "/dev/null").returncode, 0)

    def test_not_into_one_file(self):
        (self.folder / "there.json").write_text("old")
        (self.folder / "link.json").symlink_to("there.json")
        (self.folder / "hard.json").hardlink_to(self.folder / "there.json")
        for output, unmatched in [("-", "-"), ("-", "/dev/stdout"), ("/dev/stdout", "-"), ("new.json", "new.json"),
                                  ("new.json", "./new.json"), ("there.json", str(self.folder / "there.json")),
                                  ("there.json", "link.json"), ("there.json", "hard.json")]:
            with self.subTest(output=output, unmatched=unmatched):
                done = self.run_here("-o", output, "--unmatched", unmatched)
                self.assertEqual((done.returncode, done.stdout), (2, b""))
                self.assertIn(b"the report goes there", done.stderr)
        self.assertEqual((self.folder / "there.json").read_text(), "old")

    def test_what_cannot_be_written(self):
        for unmatched, words in [(".", b"Is a directory"), ("none/u.json", b"No such file"),
                                 ("/dev/full", b"/dev/full: No space left")]:
            with self.subTest(unmatched=unmatched):
                (self.folder / "r.json").write_text("old")
                done = self.run_here("-o", "r.json", "--unmatched", unmatched)
                self.assertEqual(done.returncode, 1)
                self.assertIn(words, done.stderr)
                self.assertEqual((self.folder / "r.json").read_text(), "old")
                self.only("r.json")

    def test_report_that_cannot_be_written(self):
        done = self.run_here("-o", "/dev/full", "--unmatched", "u.json")
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"/dev/full: No space left", done.stderr)

    def test_limit_is_told(self):
        log = self.folder / "debug.log"
        log.write_text("".join(f"2017.06.17 00:16:04 nobody knows {word}\n" for word in ("this", "that", "the other")))
        done = run("analyze", "-v", "-o", "r.json", "--unmatched", "u.json", "--max-unmatched-shapes", "2", str(log), cwd=self.folder)
        unmatched = json.loads((self.folder / "u.json").read_text())
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"BS507", done.stderr)
        self.assertGreater(unmatched["other"], 0)
        self.assertNotIn(b"BS507", run("analyze", "-v", "--max-unmatched-shapes", "2", str(log), cwd=self.folder).stderr)

    def test_report_is_the_same(self):
        reports = [json.loads(self.run_here(*args).stdout) for args in ([], ["--unmatched", "u.json"])]
        for report in reports:
            del report["run"]
        self.assertEqual(*reports)


class Info(unittest.TestCase):
    def test_page(self):
        done = run("info", BUNDLE)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertTrue(done.stdout.startswith(b"Bundle "))
        self.assertEqual(run("info", BUNDLE, "-q").stdout, done.stdout)

    def test_json(self):
        self.assertEqual(json.loads(run("info", "--json", BUNDLE).stdout)["schema"], "boshscope.info/1")

    def test_nothing_to_read(self):
        done = run("info", "/no/such/file")
        self.assertEqual((done.returncode, done.stderr), (1, b""))
        self.assertIn(b"BS101", done.stdout)
        done = run("info", "--json", "/no/such/file")
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"BS101", done.stderr)

    def test_output(self):
        with tempfile.TemporaryDirectory() as folder:
            done = run("info", "-o", "page.txt", "/no/such/file", cwd=folder)
            self.assertEqual((done.returncode, done.stdout), (1, b""))
            self.assertIn(b"BS101", done.stderr)
            self.assertIn("BS101", (Path(folder) / "page.txt").read_text())
            done = run("info", "-o", folder, BUNDLE)
            self.assertEqual(done.returncode, 1)
            self.assertIn(b"Is a directory", done.stderr)

    def test_names_are_harmless(self):
        with tempfile.TemporaryDirectory() as folder:
            line = b"2017.06.17 00:10:04 Openfire 3.8.2\n"
            (Path(folder) / "a\x1b]0;x\x07b.log").write_bytes(line)
            (Path(folder) / "c\u202ed\nBundle e.log").write_bytes(line + line)
            (Path(os.fsdecode(os.fsencode(folder) + b"/\xff.log"))).write_bytes(line * 3)
            page = run("info", folder).stdout
            self.assertNotRegex(page.decode(), "[\x00-\x09\x0b-\x1f\x7f\u202e]")
            self.assertIn(b"a?]0;x?b.log\n", page)
            self.assertIn(b"c?d?Bundle e.log\n", page)

    def test_no_output_drives_a_terminal(self):
        """Not a name's, not a record's: neither page nor JSON nor message, and JSON is UTF-8 whatever the bytes."""
        with tempfile.TemporaryDirectory() as folder:
            names = [chr(c) for c in HARMFUL if c != 47]
            text = "".join(names).replace("\n", "").replace("\r", "").encode() + b"\xc0\xaf \xed\xa0\x80 \xf4\x90\x80\x80 \xe2\x80"
            record = b"2017.06.17 00:16:0%d Closing idle session (id=f382a015): 1001003@fin1.ucce.local/desktop\n" + text + b"\n"
            for i in range(0, len(names), 20):
                (Path(folder) / ("a" + "".join(names[i:i + 20]) + ".log")).write_bytes(record.replace(b"%d", b"%d" % (i % 10)))
            (Path(folder) / "new.log").write_bytes(b"2017.06.17 00:16:00 " + text + b"\n")
            for args in (["info", "-v"], ["info", "--json"], ["analyze", "-v"], ["analyze", "-v", "--redact"],
                         ["analyze", "--unmatched", "-", "-o", "/dev/null"],
                         ["explain", "--agent", "1001003", "--at", "2017-06-17T00:16Z", "--json"]):
                done = run(*args, folder)
                shown = (done.stdout + done.stderr).decode()  # strictly UTF-8
                self.assertEqual(sorted({hex(ord(c)) for c in shown if ord(c) in HARMFUL and c != "\n"}), [], args)
                if args[-1] == "--json" or args[0] == "analyze":
                    json.loads(done.stdout)

    def test_thousands_of_files(self):
        with tempfile.TemporaryDirectory() as folder:
            for i in range(3000):
                (Path(folder) / f"{i}.txt").write_text(f"2017.06.17 00:10:04 Foo {i}\n" if i % 2 else f"nothing {i}\n")
            page = run("info", folder).stdout.decode()
            self.assertIn("Inputs      3000: 1500 analysed, 1500 ignored\n", page)
            self.assertIn("\n   1500  no record of a log that boshscope reads\n", page)
            named = run("info", "-v", folder).stdout.decode()
            self.assertEqual(named.count(".txt\n"), 3000)

    def test_standard_input(self):
        with open(BUNDLE, "rb") as bundle:
            self.assertIn(b"- (stdin, ", run("info", "-", stdin=bundle).stdout)


class Explain(unittest.TestCase):
    def test_page(self):
        done = run(*QUESTION, BUNDLE)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertIn(b"\nAnswer      YES. ", done.stdout)
        self.assertEqual(run(*QUESTION, "-q", BUNDLE).stdout, done.stdout)
        with open(BUNDLE, "rb") as bundle:
            self.assertIn(b"\nAnswer      YES. ", run(*QUESTION, "-", stdin=bundle).stdout)

    def test_no_answer_changes_the_status(self):
        for agent, at, answer in (("1001010", "2017-06-16T18:45Z", "no"), ("1001010", "2018-01-01", "unknown"), ("nobody", "2018-01-01", "unknown")):
            with self.subTest(agent=agent):
                done = run("explain", "--json", "--agent", agent, "--at", at, BUNDLE)
                self.assertEqual((done.returncode, json.loads(done.stdout)["answer"]), (0, answer))

    def test_nothing_to_read(self):
        for more in ([], ["--json"]):
            done = run(*QUESTION, *more, "/no/such/file")
            self.assertEqual(done.returncode, 1)
            self.assertIn(b"BS101", done.stderr)
            self.assertIn(b"nknown" if more else b"UNKNOWN", done.stdout)

    def test_output(self):
        with tempfile.TemporaryDirectory() as folder:
            done = run(*QUESTION, "-o", "answer.txt", BUNDLE, cwd=folder)
            self.assertEqual((done.returncode, done.stdout), (0, b""))
            self.assertIn("YES", (Path(folder) / "answer.txt").read_text())

    def test_names_are_harmless(self):
        page = run("explain", "--agent", "a\x1b]0;x\x07b\nAnswer c\u202ed", "--at", "2017-06-17", BUNDLE).stdout.decode()
        self.assertNotRegex(page, "[\x00-\x09\x0b-\x1f\x7f\u202e]")
        self.assertIn("agent a?]0;x?b?Answer c?d out", page)


class Interactive(unittest.TestCase):
    """A bundle on a pipe that never ends keeps the program busy."""

    def start(self, *options, stderr=subprocess.PIPE, silent=False, command="analyze"):
        program = subprocess.Popen([PROGRAM, command, *options, "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=stderr, bufsize=0, env={**ENVIRONMENT, "TERM": "xterm"})
        line = b"2017.06.17 00:10:04 org.jivesoftware.openfire.XMPPServer - Openfire 3.8.2 [Jun 17, 2017 12:10:04 AM]\n"

        def feed():
            try:
                while True:
                    program.stdin.write(line * 100)
            except BrokenPipeError:
                pass

        feeder = threading.Thread(target=feed)
        if not silent:
            feeder.start()
        self.addCleanup(self.end, program, feeder)
        return program

    def end(self, program, feeder):
        program.kill()
        program.wait()
        if feeder.is_alive():
            feeder.join()
        for file in (program.stdin, program.stdout, program.stderr):
            if file:
                file.close()

    def test_signals(self):
        for number, silent in [(signal.SIGINT, False), (signal.SIGTERM, False), (signal.SIGINT, True)]:
            with self.subTest(signal=number.name, silent=silent):
                program = self.start("-q", silent=silent)
                with self.assertRaises(subprocess.TimeoutExpired):
                    program.wait(1)
                program.send_signal(number)
                report = json.loads(program.stdout.read())
                self.assertEqual(program.wait(TIMEOUT), 130)
                self.assertEqual((report["complete"], report["exit_status"]), (False, 130))

    def test_signal_to_info(self):
        program = self.start("-q", command="info")
        with self.assertRaises(subprocess.TimeoutExpired):
            program.wait(1)
        program.send_signal(signal.SIGINT)
        self.assertIn(b"Complete    NO: interrupted, see Diagnostics; exit status 130\n", program.stdout.read())
        self.assertEqual(program.wait(TIMEOUT), 130)

    def test_second_signal(self):
        """Nobody reads the report, so the first signal alone does not end the program."""
        with tempfile.TemporaryDirectory() as folder:
            fifo = Path(folder) / "report"
            os.mkfifo(fifo)
            program = self.start("-q", "-o", str(fifo))
            for _ in range(2):
                with self.assertRaises(subprocess.TimeoutExpired):
                    program.wait(1)
                program.send_signal(signal.SIGINT)
            self.assertEqual(program.wait(TIMEOUT), -signal.SIGINT)

    def terminal(self, *options, columns=60):
        """What a run of about a second draws."""
        try:
            master, slave = pty.openpty()
        except OSError as error:
            self.skipTest(f"no terminal to be had: {error}")
        self.addCleanup(os.close, master)
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        program = self.start(*options, stderr=slave)
        os.close(slave)
        with self.assertRaises(subprocess.TimeoutExpired):
            program.wait(1.2)
        program.send_signal(signal.SIGINT)
        program.stdout.read()
        drawn = b""
        try:
            while piece := os.read(master, 65536):
                drawn += piece
        except OSError:
            pass
        return drawn

    def test_progress(self):
        drawn = self.terminal("-v")
        self.assertIn(b"MiB/s", drawn)
        lines = drawn.split(b"boshscope: ")[0].split(b"\r")
        self.assertIn(b"Verdict", drawn.split(b"boshscope: ")[-1])
        self.assertLessEqual(max(map(len, lines)), 59)
        self.assertLess(len(lines), 25)
        # Blanks take the line away before the diagnostics.
        self.assertRegex(drawn, rb"\r +\r(boshscope: |$)")

    def test_quiet(self):
        said = self.terminal("-q")
        self.assertNotIn(b"\x1b", said)
        self.assertEqual(said.count(b"\n"), 1, said)  # the error that it was interrupted, and no progress

    def summary(self, *options, columns=80, **env):
        """What a run that ends says on a terminal."""
        try:
            master, slave = pty.openpty()
        except OSError as error:
            self.skipTest(f"no terminal to be had: {error}")
        self.addCleanup(os.close, master)
        done = subprocess.run([PROGRAM, "analyze", *options, BUNDLE], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=slave,
                              env={**ENVIRONMENT, "TERM": "xterm", **env}, timeout=TIMEOUT)
        os.close(slave)
        said = b""
        try:
            while piece := os.read(master, 65536):
                said += piece
        except OSError:
            pass
        return said, done.stdout

    def test_summary(self):
        said, report = self.summary(NO_COLOR="1")
        self.assertIn("verdict", json.loads(report)["diagnosis"])
        self.assertNotIn(b"\x1b", said)
        self.assertLessEqual(said.count(b"\n"), 24)
        for words in (b"Verdict     " + json.loads(report)["diagnosis"]["verdict"].encode(), b"Counts  ", b"Agents  ",
                      b"Written to  standard output (json)"):
            self.assertIn(words, said)
        self.assertIn(b"\x1b[", self.summary()[0])
        self.assertNotIn(b"\x1b", self.summary(TERM="dumb")[0])
        self.assertEqual(self.summary("-q")[0], b"")
        # The report is the same whoever looks on.
        without = json.loads(run("analyze", BUNDLE, stdout=subprocess.PIPE).stdout)
        self.assertEqual({**without, "run": 0}, {**json.loads(report), "run": 0})

    def test_no_terminal(self):
        program = self.start()
        with self.assertRaises(subprocess.TimeoutExpired):
            program.wait(1)
        program.send_signal(signal.SIGINT)
        program.stdout.read()
        self.assertNotIn(b"\r", program.stderr.read())


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
