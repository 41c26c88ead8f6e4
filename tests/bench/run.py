#!/usr/bin/env python3
"""The benchmark: boshscope beside the programs that people use today, on the same bytes.

    run.py --program PROGRAM --tools DIR [--rows NAME,...] [--runs N] [--scale X] [--zlib PROGRAM | --zlib-build DIR]
           [--corpora DIR] [--remove] [--tables NAME,...] [--about TEXT] [--json FILE]

Programs are run in turn (A B A B ...), as whole processes, their output thrown away, their input in the page cache; the
first round of each row does not count; rounds below a second are done three times as often, those of more than a minute
once. A ratio is the median of the ratios of the rounds. Where a program or an option is missing, the row says so. Exit
status 1: a report was wrong; a bound that does not hold is shown, no more.

--program   boshscope, of a release build
--tools     the folder of what meson built beside this script (corpus, measure, inflate_zlib, inflate_isal)
--zlib      another boshscope, built with -Disal=disabled; --zlib-build makes one in DIR with meson
--scale     of the corpora: 1 is 1 GiB, which takes 3 GiB of disk and some minutes to make once
--corpora   where they are kept (default: bench-corpora beside the tools); --remove takes each away after its last use
--tables    bounds, limits, tools, batches, worst (default: all); --rows picks from all of them by name
--about     what the table's heading says of the build
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import works  # noqa: E402
from corpora import Corpora, MAKERS  # noqa: E402
from reports import check_report  # noqa: E402

# A round that takes longer is run once, a shorter one three times as often.
LONG_S, SHORT_S = 60, 1


def note(text):
    print(text, file=sys.stderr, flush=True)


# ------------------------------------------------------------------------ running


class Sample:
    """One run of a side: its commands' seconds added up, the largest of their peaks."""

    def __init__(self, seconds=0.0, peak_kib=0):
        self.seconds = seconds
        self.peak_kib = peak_kib

    def __add__(self, other):
        return Sample(self.seconds + other.seconds, max(self.peak_kib, other.peak_kib))


class Runner:
    def __init__(self, tools, runs):
        self.measure = tools / "measure"
        self.runs = runs
        self.seen = {}  # samples by commands, for the tables that ask for the same again

    def once(self, side):
        total = Sample()
        for command in side:
            out = subprocess.run([str(self.measure), *command], check=True, capture_output=True, text=True).stdout
            seconds, _, peak, status = out.split()
            # 5: analysed, but something was cut; check_report() says whether that is right.
            if int(status) not in (0, 5):
                raise works.Missing(f"{' '.join(command[:3])} ended with status {status}")
            total += Sample(float(seconds), int(peak))
        return total

    def in_turn(self, sides):
        """A list of samples for each side: a round that does not count, then so many in turn."""
        first = [self.once(side) for side in sides]
        taken = sum(sample.seconds for sample in first)
        times = self.runs * (3 if taken < SHORT_S else 1)
        rounds = [first] if taken > LONG_S else [[self.once(side) for side in sides] for _ in range(times)]
        result = [list(samples) for samples in zip(*rounds)]
        for side, samples in zip(sides, result):
            self.seen.setdefault(str(side), []).extend(samples)
        return result

    def alone(self, side):
        if str(side) not in self.seen:
            self.seen[str(side)] = self.in_turn([side])[0]
        return self.seen[str(side)]


class Seen:
    """Stands for the corpora, and remembers which ones were asked for."""

    def __init__(self, directory):
        self.directory = Path(directory)
        self.names = set()

    def path(self, name):
        self.names.add(name)
        return self.directory / name


# ------------------------------------------------------------------------ words


def seconds(samples):
    values = sorted(sample.seconds for sample in samples)
    if len(values) == 1:
        return f"{values[0]:.3f} s"
    return f"{statistics.median(values):.3f} s ({values[0]:.3f}-{values[-1]:.3f})"


def median_s(samples):
    return statistics.median(sample.seconds for sample in samples)


def paired_ratio(ours, theirs):
    return statistics.median(a.seconds / b.seconds for a, b in zip(ours, theirs))


def holds(value, bound):
    return "" if bound is None else "yes" if value <= bound else "**no**"


def table(title, heads, rows):
    if rows:
        print(f"\n### {title}\n\n| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
        for row in rows:
            print(f"| {' | '.join(row)} |")


# ------------------------------------------------------------------------ the tables


class Bench:
    def __init__(self, options, programs, corpora):
        self.options = options
        self.programs = programs
        self.corpora = corpora
        self.runner = Runner(programs.tools, options.runs)
        self.json = []
        self.faults = []
        self.checked = set()

    def check(self, name, codes=()):
        """The report on a corpus is what the corpus holds; what was made is in the page cache afterwards."""
        if name in self.checked or name not in MAKERS:
            return
        self.checked.add(name)
        path = self.corpora.path(name)
        faults = check_report(self.programs.boshscope, path, self.corpora.counts(name), codes)
        self.faults += [f"{name}: {fault}" for fault in faults]

    def keep(self, table_name, name, **values):
        self.json.append({"table": table_name, "name": name, **values})

    def bounds(self, row):
        try:
            for name in sorted(self.needs(row)):
                self.check(name)
            ours, theirs = self.runner.in_turn(row.sides(self.programs, self.corpora))
        except works.Missing as why:
            self.keep("bounds", row.name, missing=str(why))
            return [row.work, "", row.peer, "", "", bound_of(row), f"not measured: {why}"]
        ratio = paired_ratio(ours, theirs)
        self.keep("bounds", row.name, work=row.work, peer=row.peer, ratio=ratio, bound=row.bound,
                  ours=[sample.seconds for sample in ours], theirs=[sample.seconds for sample in theirs],
                  peak_kib=max(sample.peak_kib for sample in ours))
        return [row.work, seconds(ours), row.peer, seconds(theirs), f"{ratio:.2f}", bound_of(row), holds(ratio, row.bound)]

    def limits(self, limit):
        self.check(limit.corpus)
        samples = self.runner.alone(self.programs.analyze(self.corpora.path(limit.corpus)))
        if limit.measure == "ms":
            value, unit = median_s(samples) * 1000, "ms"
        else:
            value, unit = max(sample.peak_kib for sample in samples) / 1024, "MiB"
        self.keep("limits", limit.name, what=limit.what, value=value, unit=unit, bound=limit.bound)
        bound = "" if limit.bound is None else f"<= {limit.bound} {unit}"
        return [limit.what, f"{value:.1f} {unit}", bound, holds(value, limit.bound)]

    def tools(self, tool):
        path = self.corpora.path(tool.corpus)
        self.check(tool.corpus)
        try:
            ours, theirs = self.runner.in_turn([self.programs.analyze(path), tool.command(path)])
        except works.Missing as why:
            self.keep("tools", tool.name, corpus=tool.corpus, missing=str(why))
            return [tool.corpus, f"`{tool.title}`", "", "", f"not measured: {why}"]
        ratio = 1 / paired_ratio(ours, theirs)
        self.keep("tools", tool.name, corpus=tool.corpus, ratio=ratio, ours=median_s(ours), theirs=median_s(theirs))
        return [tool.corpus, f"`{tool.title}`", seconds(theirs), seconds(ours), f"{ratio:.1f} x"]

    def worst(self, worst):
        self.check(worst.corpus, worst.codes)
        samples = self.runner.alone(self.programs.analyze(self.corpora.path(worst.corpus)))
        bytes_read, peak = self.corpora.counts(worst.corpus)["bytes"], max(sample.peak_kib for sample in samples) / 1024
        rate = bytes_read / median_s(samples) / 1e6
        wrong = [fault for fault in self.faults if fault.startswith(worst.corpus)]
        self.keep("worst", worst.name, what=worst.what, seconds=median_s(samples), mb_per_s=rate, peak_mib=peak, wrong=wrong)
        return [worst.what, seconds(samples), f"{rate:.0f} MB/s", f"{peak:.1f} MiB",
                f"**{wrong[0]}**" if wrong else " ".join(("yes", *worst.codes))]

    def batches(self, batch):
        bundles = self.corpora.path(batch.corpus)
        count = len(list(bundles.iterdir()))
        with tempfile.TemporaryDirectory(dir=self.corpora.directory) as out:
            sides = [side(self.programs, bundles, Path(out)) for side in (batch.ours, batch.beside) if side]
            if batch.before:
                self.runner.once(sides[0])
            samples = self.runner.in_turn(sides)
        value = median_s(samples[0]) / count * 1000 if batch.each else median_s(samples[0])
        shown, good = f"{value:.1f} ms" if batch.each else seconds(samples[0]), value
        if batch.beside:
            value = 1 / paired_ratio(*samples)
            shown, good = f"{shown}, beside {seconds(samples[1])}: {value:.2f} x", -value
        bound = batch.bound and (f">= {batch.bound} x" if batch.beside else f"<= {batch.bound} s")
        self.keep("batches", batch.name, what=batch.what, value=value, bound=batch.bound)
        return [batch.what, shown, bound or "", holds(good, -batch.bound if batch.beside else batch.bound)]

    def needs(self, unit):
        """The names of the corpora that a row asks for."""
        seen = Seen(self.corpora.directory)
        if isinstance(unit, works.Row):
            try:
                unit.sides(self.programs, seen)
            except works.Missing:
                pass
        else:
            seen.path(unit.corpus)
        return seen.names

    def run(self, units):
        """Every row of every table in turn; with --remove a corpus goes when no later row needs it."""
        results = {}
        for at, unit in enumerate(units):
            note(f"{at + 1} of {len(units)}: {unit.name}")
            results[id(unit)] = getattr(self, TABLES[type(unit)][0])(unit)
            note("   " + " | ".join(results[id(unit)]))
            if self.options.remove:
                later = set().union(*(self.needs(other) for other in units[at + 1:]))
                for name in set(self.corpora.facts) - later:
                    self.corpora.remove(name)
        return results


def bound_of(row):
    return "" if row.bound is None else f"<= {row.bound} x"


TABLES = {
    works.Row: ("bounds", "Time", ["work", "boshscope", "beside it", "its time", "ratio", "bound", "holds"]),
    works.Limit: ("limits", "Memory and start-up", ["what", "measured", "bound", "holds"]),
    works.Tool: ("tools", "What people use today (where it searches, for the same five strings)", ["file", "program", "its time", "boshscope", "boshscope is faster by"]),
    works.Batch: ("batches", "Many bundles", ["what", "measured", "bound", "holds"]),
    works.Worst: ("worst", "Worst cases", ["log", "boshscope", "rate", "peak memory", "report as expected"]),
}


# ------------------------------------------------------------------------ the frame


def processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return "unknown processor"


def heading(options):
    print(f"boshscope ({options.about}) on {os.cpu_count()} x {processor()}; scale {options.scale:g}, median of "
          f"{options.runs} rounds (least-most); ratios are medians over rounds.")


def zlib_program(options):
    """The boshscope that has no ISA-L: given, or built here from the sources of this tree."""
    if options.zlib or not options.zlib_build:
        return options.zlib
    build = Path(options.zlib_build)
    setup = ["meson", "setup", build, HERE.parent.parent, "--buildtype=release", "-Db_lto=true", "-Disal=disabled"]
    try:
        if not (build / "build.ninja").exists():
            subprocess.run(setup, check=True, stdout=sys.stderr)
        subprocess.run(["meson", "compile", "-C", build, "boshscope:executable"], check=True, stdout=sys.stderr)
    except (OSError, subprocess.CalledProcessError) as why:
        note(f"no build without ISA-L: {why}")
        return None
    return str(build / "src/cli/boshscope")


def has_threads(program):
    return "--threads" in subprocess.run([program, "analyze", "--help"], capture_output=True, text=True).stdout


def selected(options):
    tables, rows = options.tables.split(","), options.rows and options.rows.split(",")
    units = [*works.ROWS, *works.LIMITS, *works.TOOLS, *works.BATCHES, *works.WORST]
    known = {unit.name for unit in units}
    for name in rows or []:
        if name not in known:
            raise SystemExit(f"run.py: no row is named {name}; there are: {', '.join(sorted(known))}")
    return [unit for unit in units if TABLES[type(unit)][0] in tables and (not rows or unit.name in rows)]


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--tools", type=Path, required=True)
    parser.add_argument("--rows")
    parser.add_argument("--tables", default="bounds,limits,tools,batches,worst")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--zlib")
    parser.add_argument("--zlib-build")
    parser.add_argument("--corpora", type=Path)
    parser.add_argument("--remove", action="store_true")
    parser.add_argument("--about", default="build unknown")
    parser.add_argument("--json")
    return parser.parse_args(arguments)


def main(arguments):
    options = parse(arguments)
    programs = works.Programs(options.program, options.tools, zlib_program(options), has_threads(options.program))
    corpora = Corpora(options.corpora or options.tools / "bench-corpora", options.tools / "corpus", options.scale, note)
    bench = Bench(options, programs, corpora)
    units = selected(options)
    results = bench.run(units)
    heading(options)
    for kind, (_, title, heads) in TABLES.items():
        table(title, heads, [results[id(unit)] for unit in units if type(unit) is kind])
    for fault in bench.faults:
        print(f"\nWRONG: {fault}")
    if options.json:
        Path(options.json).write_text(json.dumps({"about": options.about, "scale": options.scale, "runs": options.runs,
                                                  "rows": bench.json, "faults": bench.faults}, indent=1) + "\n")
    return 1 if bench.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
