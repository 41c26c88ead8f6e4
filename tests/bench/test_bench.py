#!/usr/bin/env python3
"""The benchmark itself, small: what it makes, what boshscope reads of it, and that its tables come out.

    test_bench.py PROGRAM TOOLS
"""
import hashlib
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import reports  # noqa: E402
import run  # noqa: E402
import works  # noqa: E402
from corpora import Corpora, MAKERS  # noqa: E402

SCALE = 0.005
KINDS = ("finesse", "log4j", "webservices", "one-line", "empty-lines", "events", "sessions", "match-limit")
CODES = {worst.corpus: worst.codes for worst in works.WORST}


def quiet(_):
    pass


class Generator(unittest.TestCase):
    def made(self, *arguments):
        result = subprocess.run([TOOLS / "corpus", *arguments], check=True, capture_output=True)
        return hashlib.sha256(result.stdout).hexdigest(), json.loads(result.stderr), result.stdout

    def test_same_bytes(self):
        for kind in KINDS:
            with self.subTest(kind):
                self.assertEqual(self.made(kind, "300000", "50", "7"), self.made(kind, "300000", "50", "7"))

    def test_another_seed(self):
        for kind in ("finesse", "log4j", "webservices", "events", "sessions"):
            with self.subTest(kind):
                self.assertNotEqual(self.made(kind, "300000", "50", "7")[0], self.made(kind, "300000", "50", "8")[0])

    def test_counts(self):
        for kind in KINDS:
            with self.subTest(kind):
                _, counts, text = self.made(kind, "300000", "50")
                self.assertEqual((counts["bytes"], counts["lines"]), (len(text), text.count(b"\n")))

    def test_one_line_in_eleven_is_a_poll(self):
        _, counts, text = self.made("finesse", "3000000")
        self.assertEqual(text.count(b"HTTP RECV("), counts["polls"] + counts["sessions"])
        self.assertAlmostEqual(counts["lines"] / counts["polls"], 11, delta=1)


class Reading(unittest.TestCase):
    """Each corpus is read to its end, and the report has what the generator counted."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.corpora = Corpora(cls.folder.name, TOOLS / "corpus", SCALE, quiet)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_reports(self):
        for name in MAKERS:
            if name != "small.tgz":  # has its size at every scale; tiny.tgz is made the same way
                with self.subTest(name):
                    counts = self.corpora.counts(name)
                    self.assertEqual(reports.check_report(PROGRAM, self.corpora.path(name), counts, CODES.get(name, ())), [])

    def test_something_happens(self):
        self.assertGreater(self.corpora.counts("growth4/debug.log.gz")["closures"], 0)
        self.assertGreater(self.corpora.counts("web/" + works.WEB_NAME)["forced"], 0)

    def test_a_wrong_count_is_told(self):
        counts = dict(self.corpora.counts("debug.log.gz"))
        counts["closures"] += 1
        faults = reports.check_report(PROGRAM, self.corpora.path("debug.log.gz"), counts)
        self.assertEqual(len(faults), 1)
        self.assertIn("closures", faults[0])

    def test_a_loss_that_is_not_told(self):
        faults = reports.check_report(PROGRAM, self.corpora.path("debug.log.gz"), self.corpora.counts("debug.log.gz"), ("BS301",))
        self.assertEqual(faults, ["exit status 0"])

    def test_a_huge_report_is_read_up_to_its_findings(self):
        name = "worst/sessions/debug.log.gz"
        path, counts = self.corpora.path(name), self.corpora.counts(name)
        before, reports.HEAD_BYTES = reports.HEAD_BYTES, 100000
        self.addCleanup(setattr, reports, "HEAD_BYTES", before)
        self.assertEqual(reports.check_report(PROGRAM, path, counts), [])

    def test_kept_and_made_again(self):
        path = self.corpora.path("tiny.tgz")
        made = path.stat().st_mtime_ns
        self.assertEqual(Corpora(self.folder.name, TOOLS / "corpus", SCALE, quiet).path("tiny.tgz").stat().st_mtime_ns, made)
        path.write_bytes(b"")
        Corpora(self.folder.name, TOOLS / "corpus", SCALE / 2, quiet).path("tiny.tgz")
        self.assertGreater(path.stat().st_size, 0)
        self.corpora.remove("tiny.tgz")
        self.assertFalse(path.exists())


class Measuring(unittest.TestCase):
    def measured(self, *command):
        return subprocess.run([TOOLS / "measure", *command], check=True, capture_output=True, text=True).stdout.split()

    def test_measure(self):
        seconds, processor, _, status = self.measured("sh", "-c", "sleep 0.2; exit 3")
        self.assertGreaterEqual(float(seconds), 0.2)
        self.assertLess(float(processor), 0.2)
        self.assertEqual(status, "3")

    def test_missing_command(self):
        self.assertEqual(self.measured("/nowhere/at-all")[3], "127")

    def test_kept_output(self):
        """Nobody's output is no device, for programs that look."""
        self.assertEqual(self.measured("sh", "-c", "test -c /dev/stdout")[3], "0")
        self.assertEqual(self.measured("-k", "sh", "-c", "test -f /dev/stdout")[3], "0")

    def test_inflaters(self):
        bundle = HERE.parent.parent / "testdata/bundles/active_1497638824642.tgz"
        for name in ("inflate_zlib", "inflate_isal"):
            if (TOOLS / name).exists():
                with self.subTest(name):
                    out = subprocess.run([TOOLS / name, bundle], check=True, capture_output=True, text=True).stdout
                    self.assertEqual(int(out), int.from_bytes(bundle.read_bytes()[-4:], "little"))

    def test_ratio_is_of_pairs(self):
        ours = [run.Sample(1), run.Sample(4), run.Sample(3)]
        theirs = [run.Sample(2), run.Sample(2), run.Sample(2)]
        self.assertEqual(run.paired_ratio(ours, theirs), 1.5)

    def test_bounds(self):
        self.assertEqual([run.holds(1.3, 1.3), run.holds(1.31, 1.3), run.holds(9, None)], ["yes", "**no**", ""])


class Tables(unittest.TestCase):
    def test_tables(self):
        rows = "gz,zlib-gz,one-thread,memory,start-up-tiny,tool-gzip,batch,batch-each,batch-resume,empty-lines"
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, HERE / "run.py", "--program", PROGRAM, "--tools", TOOLS, "--scale", str(SCALE), "--runs", "1",
                       "--corpora", f"{folder}/corpora", "--json", f"{folder}/json", "--remove", "--rows", rows]
            result = subprocess.run(command, check=True, capture_output=True, text=True)
            kept = json.loads(Path(folder, "json").read_text())
            left = [path.name for path in Path(folder, "corpora").rglob("*") if path.is_file()]
        titles = [line for line in result.stdout.splitlines() if line.startswith("### ")]
        self.assertEqual(len(titles), 5)
        self.assertEqual([row["name"] for row in kept["rows"]], rows.split(","))
        self.assertIn("not measured: no boshscope built with -Disal=disabled", result.stdout)
        self.assertNotIn("WRONG", result.stdout)
        self.assertEqual(left, ["facts.json"])

    def test_unknown_row(self):
        command = [sys.executable, HERE / "run.py", "--program", PROGRAM, "--tools", TOOLS, "--rows", "nosuch"]
        self.assertIn("no row is named nosuch", subprocess.run(command, capture_output=True, text=True).stderr)


if __name__ == "__main__":
    PROGRAM, TOOLS = sys.argv[1], Path(sys.argv[2])
    unittest.main(argv=sys.argv[:1])
