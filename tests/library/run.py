#!/usr/bin/env python3
"""The library as somebody else finds it: installed, known by its header and pkg-config.

    run.py BUILD BUNDLE [unittest options, such as -k stream]

Installs the build into a folder, builds example.c there with nothing but `pkg-config --cflags --libs
boshscope`, and holds what it says against the report that the program writes.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from datetime import datetime
from pathlib import Path

BUILD, BUNDLE = (str(Path(path).resolve()) for path in sys.argv[1:3])
HERE = Path(__file__).resolve().parent
TEXTS = ("id", "kind", "rule", "severity", "node", "agent", "sid", "cause", "confidence", "why", "outcome")
NUMBERS = ("threshold_s", "idle_ms", "requested_reason", "clean")
TIMES = ("start", "end", "silent_since")
LISTS = ("agents", "missing", "next_steps", "links")


def run(*command, **more):
    return subprocess.run(command, check=True, text=True, timeout=120, **{"stdout": subprocess.PIPE, **more}).stdout


def milliseconds(time):
    return round(datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp() * 1000)


def install(to):
    """The environment in which the installed copy is found."""
    run("meson", "install", "-C", BUILD, "--no-rebuild", "--quiet", "--destdir", to)
    package = next(Path(to).rglob("boshscope.pc"))
    library = package.parent.parent
    program = next(Path(to).rglob("bin/boshscope"))
    return library, {
        **{name: value for name, value in os.environ.items() if name != "BOSHSCOPE_RULES"},
        "PKG_CONFIG_SYSROOT_DIR": to,
        "PKG_CONFIG_PATH": str(package.parent),
        "LD_LIBRARY_PATH": str(library),
        "PATH": f"{program.parent}:{os.environ['PATH']}",
    }


def compiled(source, to, compiler, *options):
    flags = run("pkg-config", "--cflags", "--libs", "boshscope", env=ENVIRONMENT).split()
    run(*compiler, *options, "-Wall", "-Wextra", "-Wpedantic", "-Werror", HERE / source, *flags, "-o", to, env=ENVIRONMENT)
    return str(to)


def expected(report):
    """What example.c says of the report's findings."""
    lines = []
    for index, finding in enumerate(report["findings"]):
        lines.append(f"finding={index}")
        lines += [f"{name}={finding[name]}" for name in TEXTS if finding.get(name) is not None]
        lines += [f"{name}={int(finding[name])}" for name in NUMBERS if finding.get(name) is not None]
        lines += [f"{name}={milliseconds(finding[name])}" for name in TIMES if finding.get(name) is not None]
        lines += [f"{name}={text}" for name in LISTS for text in finding.get(name, [])]
        for record in finding["evidence"]:
            text = record["text"].replace("\\", "\\\\").replace("\n", "\\n")
            lines += [f"evidence.path={report['inputs'][record['input']]['path']}", f"evidence.text={text}"]
            lines += [f"evidence.{name}={record[name]}" for name in ("input", "line", "offset")]
            if record["time"] is not None:
                lines.append(f"evidence.time={milliseconds(record['time'])}")
    return lines


def plain(report):
    """Without what differs from run to run."""
    return {key: value for key, value in report.items() if key != "run"}


class Installed(unittest.TestCase):
    def test_only_ours_is_exported_and_all_that_the_header_names(self):
        library = next(LIBRARY.glob("libboshscope.so.0"))
        symbols = [line.split()[-1] for line in run("nm", "-D", "--defined-only", library).splitlines()]
        names = set(re.findall(r"\b(boshscope_\w+)\(", re.sub(r"/\*.*?\*/", "", HEADER.read_text(), flags=re.S)))
        names -= set(re.findall(r"typedef \w+ (boshscope_\w+)\(", HEADER.read_text()))
        self.assertEqual(set(symbols), names)

    def test_it_has_a_soname(self):
        self.assertIn("libboshscope.so.0", run("objdump", "-p", next(LIBRARY.glob("libboshscope.so.0"))).split("SONAME")[1].split("\n")[0])

    def test_the_header_stands_alone_and_is_the_whole_manual(self):
        run("cc", "-std=c17", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only", "-x", "c", HEADER)

    def test_it_is_callable_from_cplusplus(self):
        compiler = next((name for name in ("g++", "clang++", "clang-14") if shutil.which(name)), None)
        if not compiler:
            self.skipTest("there is no compiler of C++ (g++ or clang-14)")
        program = compiled("plus.cc", FOLDER / "plus", [compiler], "-std=c++11")
        version = run("pkg-config", "--modversion", "boshscope", env=ENVIRONMENT).strip()
        self.assertEqual(run(program, env=ENVIRONMENT).split(), [version, "1"])


class Example(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        program = compiled("example.c", FOLDER / "example", ["cc"], "-std=c17")
        cls.said = run(program, BUNDLE, FOLDER, env=ENVIRONMENT).splitlines()
        cls.text = run("boshscope", "analyze", "-q", BUNDLE, env=ENVIRONMENT)
        cls.report = json.loads(cls.text)

    def value(self, name):
        return next(line.split("=", 1)[1] for line in self.said if line.startswith(f"{name}="))

    def test_a_path_gives_the_programs_report(self):
        self.assertEqual(plain(json.loads((FOLDER / "path.json").read_text())), plain(self.report))
        self.assertEqual(self.value("path"), "0")

    def test_a_stream_gives_the_same_report(self):
        self.assertEqual(plain(json.loads((FOLDER / "stream.json").read_text())), plain(self.report))
        self.assertEqual(self.value("stream"), "0")

    def test_findings_and_evidence_are_the_reports(self):
        wanted = expected(self.report)
        self.assertGreater(len(wanted), 100)
        first = self.said.index("finding=0")
        self.assertEqual(self.said[first : first + len(wanted)], wanted)
        self.assertTrue(self.said[first + len(wanted)].startswith("stream="))

    def test_forms_are_the_programs(self):
        (FOLDER / "cli.json").write_text(self.text)
        form = run("boshscope", "render", "-f", "text", FOLDER / "cli.json", env=ENVIRONMENT)
        self.assertEqual((FOLDER / "report.txt").read_text(), form)

    def test_a_read_that_fails_is_a_diagnostic(self):
        self.assertEqual(self.value("fault"), "5")
        self.assertEqual(self.value("fault.BS101"), "reading stopped: Input/output error")

    def test_progress_stops_it(self):
        self.assertEqual(self.value("interrupted"), "130")


if __name__ == "__main__":
    for tool in ("meson", "pkg-config", "cc"):
        if not shutil.which(tool):
            print(f"SKIPPED: {tool} is not installed")
            sys.exit(77)
    with tempfile.TemporaryDirectory(prefix="boshscope-library-") as folder:
        FOLDER = Path(folder)
        LIBRARY, ENVIRONMENT = install(f"{folder}/installed")
        HEADER = next((FOLDER / "installed").rglob("boshscope.h"))
        del sys.argv[1:3]
        unittest.main()
