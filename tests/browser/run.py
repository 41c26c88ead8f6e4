"""The HTML report in a real browser.

usage: run.py PROGRAM [--shots DIR] [NAME...]

Makes the pages that the tests look at and runs suite.mjs over them: all tests, or those
whose names hold a NAME. It wants node, Debian's chromium, and the packages of package.json
(`npm ci` in this folder). Where one is missing it says so and is skipped (exit status 77).
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUNDLE = "testdata/bundles/active_1497638824642.tgz"
SOURCE_DOCUMENT = ROOT / "testdata/logs/source-document"
SKIPPED = 77
# Names that would do something, were they anything but text.
HOSTILE = [
    b"<script>window.hacked=1</script>",
    b"</script><img/src=x/onerror=window.hacked=2>",
    b"]]><!--",
    "\u202egnp.\u2066exe\u200f".encode(),
    b"\x1b[2J\x1b]0;title\x07",
    "\U0001f600\U0001f468\u200d\U0001f469".encode(),
    b"a\xff\xfe\x80b",
    b"=cmd|'/c'!A0",
    b"$(touch${IFS}hacked)`id`'\"",
]


def missing():
    """What is not there, in plain words."""
    if not shutil.which("node"):
        return "node is not installed (Debian: nodejs)"
    if not os.path.exists("/usr/bin/chromium"):
        return "chromium is not installed (Debian: chromium)"
    if not (HERE / "node_modules/playwright-core").is_dir() or not (HERE / "node_modules/axe-core").is_dir():
        return "the packages of tests/browser/package.json are not installed (npm ci, in that folder)"
    return None


class Pages:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder

    def run(self, *words):
        done = subprocess.run([self.program, *words], cwd=ROOT, capture_output=True, check=False)
        if done.returncode not in (0, 5):
            sys.exit(f"{words}: exit status {done.returncode}: {done.stderr.decode(errors='replace')}")

    def analyse(self, name, path):
        report, page = self.folder / f"{name}.json", self.folder / f"{name}.html"
        self.run("analyze", "-q", "-o", str(report), str(path))
        self.render(report, page)

    def render(self, report, page):
        self.run("render", "-f", "html", "-o", str(page), str(report))

    def demo(self):
        self.analyse("demo", BUNDLE)
        subprocess.run(["tar", "-xzf", str(ROOT / BUNDLE)], cwd=self.folder, check=True)

    def story(self):
        self.analyse("story", SOURCE_DOCUMENT)

    def big(self):
        with open(self.folder / "big.json", "wb") as file:
            subprocess.run([sys.executable, str(HERE / "big_report.py")], stdout=file, check=True)
        self.render(self.folder / "big.json", self.folder / "big.html")

    def odd(self):
        """Reports that do not show all there is, or not under its own name."""
        report = json.loads((self.folder / "demo.json").read_text(encoding="utf-8"))
        self.render_with("one", "--agent", "1001003", report=report)
        options = {**report["options"], "from": "2017-06-16T18:45:00.000Z", "redact": True}
        self.render_with("asked", report={**report, "options": options, "complete": False})
        counts = {**report["summary"], "forced_logouts": 7000, "by_cause": {"idle_closure": 6999, "unexplained": 1}}
        self.render_with("fewer", report={**report, "summary": counts})
        spelt = json.dumps({**report, "bundle": {**report["bundle"], "path": "-", "kind": "stdin"}}).replace('"1001003"', '"O\'Neil@EAST"')
        self.render_with("spelt", report=json.loads(spelt))

    def render_with(self, name, *options, report):
        (self.folder / f"{name}.json").write_text(json.dumps(report), encoding="utf-8")
        self.run("render", "-f", "html", *options, "-o", str(self.folder / f"{name}.html"), str(self.folder / f"{name}.json"))

    def hostile_logs(self):
        """The source document's story once for each name, in the very bytes of the logs."""
        for number, name in enumerate([*HOSTILE, b"n" * 65536]):
            for path in SOURCE_DOCUMENT.rglob("*.log"):
                at = self.folder / "hostile" / str(number) / path.relative_to(SOURCE_DOCUMENT)
                at.parent.mkdir(parents=True, exist_ok=True)
                sid = f"f382a{number:03}".encode()
                at.write_bytes(path.read_bytes().replace(b"1001003", name).replace(b"f382a015", sid))
        self.analyse("hostile_logs", self.folder / "hostile")

    def hostile_report(self):
        """Every text of a report made hostile, but for those that are names of ours."""
        report = json.loads((self.folder / "demo.json").read_text(encoding="utf-8"))
        names = [name.decode("utf-8", "replace") for name in HOSTILE]
        (self.folder / "hostile_report.json").write_text(json.dumps(spoil(report, names)), encoding="utf-8")
        self.render(self.folder / "hostile_report.json", self.folder / "hostile_report.html")


    def fleet(self):
        """What merge makes of several, one of them hostile, one broken."""
        (self.folder / "broken.json").write_text("{", encoding="utf-8")
        operands = [str(self.folder / f"{name}.json") for name in ("demo", "hostile_report", "hostile_logs", "broken")]
        self.run("merge", "-q", "-o", str(self.folder / "fleet.html"), *operands)


OURS = {"schema", "tool", "kind", "severity", "confidence", "verdict", "ended_by", "event", "step", "after", "cause", "outcome",
        "aftermath", "level", "status", "family", "method", "version", "id", "code", "openfire_utc_offset", "idle_closure",
        "shape", "sha256"}


def spoil(value, names, key=""):
    if isinstance(value, dict):
        return {k: spoil(v, names, k) for k, v in value.items()}
    if isinstance(value, list):
        return [spoil(v, names, key) for v in value]
    if isinstance(value, str) and key not in OURS and not re.fullmatch(r"\d{4}-\d\d-\d\dT.*Z", value):
        return value + names[len(value) % len(names)]
    return value


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    options.add_argument("program")
    options.add_argument("--shots", type=pathlib.Path, help="where screenshots go")
    options.add_argument("names", nargs="*")
    words = options.parse_intermixed_args()
    lack = missing()
    if lack:
        print(f"skipped: {lack}")
        return SKIPPED
    with tempfile.TemporaryDirectory(prefix="boshscope-browser-") as name:
        pages = Pages(os.path.abspath(words.program), pathlib.Path(name))
        for make in (pages.demo, pages.story, pages.odd, pages.big, pages.hostile_logs, pages.hostile_report, pages.fleet):
            make()
        shots = words.shots or pathlib.Path(name) / "shots"
        shots.mkdir(parents=True, exist_ok=True)
        return subprocess.run(["node", str(HERE / "suite.mjs"), name, str(shots.resolve()), *words.names], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
