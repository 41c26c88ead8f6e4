"""Hostile and damaged bundles: bombs, streams without an end, limits, damage.

    run.py PROGRAM DAMAGE ROOT [--slow] [--sanitized] [--only PART,...]

Parts: bombs, many, streams, limits, damage. Each case has to end in time and within the
memory it may take, with the exit status and the diagnostics that are expected, with a
report that the schema knows, the same for one thread and for many; and the good log
beside a bomb has to be analysed all the same. `--slow` tries every byte and ten thousand
mutations of each larger bundle; without it every so-many-th. Under a sanitizer time and
memory are not held against the bounds, and fewer cases are tried. What is left out is
printed.
"""

import argparse
import collections
import gzip
import io
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import zipfile
from pathlib import Path

import make_bombs

try:
    import jsonschema
except ImportError:
    jsonschema = None

SECONDS, MIB = 10, 128
REPORT_MIB = 128  # of the report of a small bundle
MOST_PLACES = 4000  # of one code, that are told one by one
MOST_ITEMS = 300  # of a list, held against the schema
RUN = {"tool": "boshscope", "version": "0", "argv": [], "started": "2017-06-17T00:00:00.000Z", "seconds": 0, "threads": 1, "confinement": []}

# What a bomb's diagnostics have to name, what else they may, and whether its good log comes in reach.
EXPECTED = {
    "zeros_gz": ["BS234"], "zeros_zip": ["BS234"], "lines_gz": ["BS234"], "forty_two": ["BS201"], "fan_out": ["BS234"],
    "many_bombs": ["BS234"], "overlap": ["BS226"], "quoted": ["BS221"], "quine_gz": ["BS201"], "droste": ["BS201"],
    "many_files": ["BS232"], "many_links": ["BS232"], "many_containers": ["BS231"], "sparse": ["BS234"],
    "sparse_map": ["BS222"],
    "long_names": ["BS222"], "pax_many_keys": ["BS222"], "long_paths": ["BS232"], "long_name": ["BS212"], "one_line": ["BS301"],
}
STREAMS = {"endless_zeros": "BS234", "endless_members": "BS215", "endless_newlines": "BS233"}
# Whole and honest, but many: nothing is lost, and nothing told but that one agent's timeline, or the whole, is cut.
MANY = {"all_lost": 0, "one_agent": 5, "many_addresses": 0, "many_nodes": 0, "many_returns": 5,
        "many_states": 0,
        # More than there is room for.
        "all_silent": 5, "many_closures": 5, "many_servers": 5, "many_restarts": 5, "holes": 5,
        "nodes_and_forced": 5, "restarts_sessions": 5, "many_gaps": 0,
        "tiny_logs": 5, "tiny_secrets": 5, "tiny_platform_logs": 5, "short_silences": 5, "many_sids": 5,
        "many_signatures": 5, "descending_rids": 0, "replaced": 5}
# Under a sanitizer these alone: the others unpack a GiB, or are many.
QUICK = ["overlap", "quoted", "quine_gz", "droste", "long_name"]


class Tally:
    def __init__(self):
        self.cases = self.crashes = self.kib = 0
        self.longest, self.longest_name, self.kib_name = 0.0, "", ""
        self.codes, self.problems, self.left_out = collections.Counter(), [], []

    def note(self, name, seconds, kib, codes):
        self.cases += 1
        self.codes.update(codes)
        if seconds > self.longest:
            self.longest, self.longest_name = seconds, name
        if kib > self.kib:
            self.kib, self.kib_name = kib, name

    def fail(self, name, what):
        self.problems.append(f"{name}: {what}")
        print(f"FAIL {name}: {what}", flush=True)


def schema(root):
    if jsonschema is None:
        return None
    text = (root / "include/boshscope-report-1.schema.json").read_text()
    return jsonschema.Draft202012Validator(json.loads(text))


def check_schema(test, name, report):
    if test.schema is None:
        return
    some = {key: value[:MOST_ITEMS] if isinstance(value, list) else value for key, value in report.items()}
    for error in list(test.schema.iter_errors(some))[:1]:
        test.tally.fail(name, f"the schema refuses {'/'.join(map(str, error.path))}: {error.message[:200]}")


# The most memory of a process is at first that of the one that started it: a small one does.
MEASURE = """import os, sys
_, status, usage = os.wait4(os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ), 0)
print(os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, usage.ru_maxrss)"""


def run_program(test, name, arguments, feed=None):
    """The report without its run block, and the exit status."""
    output = test.folder / "report.json"
    output.unlink(missing_ok=True)
    begun = time.monotonic()
    process = subprocess.Popen([sys.executable, "-S", "-c", MEASURE, test.program, "analyze", "-q", "-o", output, *arguments],
                               stdin=subprocess.PIPE if feed else subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               start_new_session=True)
    killer = threading.Timer(SECONDS * 20, os.killpg, [process.pid, signal.SIGKILL])
    killer.start()
    if feed:
        try:
            for piece in feed:
                process.stdin.write(piece)
        except BrokenPipeError:
            pass
        try:
            process.stdin.close()
        except BrokenPipeError:
            pass
    said = process.stderr.read().decode(errors="replace")
    measured = process.stdout.read().split()
    process.wait()
    killer.cancel()
    seconds = time.monotonic() - begun
    if not measured:
        test.tally.crashes += 1
        test.tally.fail(name, f"killed after {seconds:.0f} s: {said[-2000:]}")
        return None, -signal.SIGKILL
    status, used, kib = int(measured[0]), float(measured[1]), int(measured[2])
    # Of a machine that does other things too the time on the processor tells more.
    busy = min(seconds, used) if feed is None else seconds
    if status < 0 or "Sanitizer" in said or "runtime error" in said:
        test.tally.crashes += 1
        test.tally.fail(name, f"exit status {status}: {said[-2000:]}")
    report = json.loads(output.read_text()) if output.exists() else None
    if report is None:
        test.tally.fail(name, f"no report, exit status {status}")
        return None, status
    test.tally.note(name, busy, kib, [d["code"] for d in report["diagnostics"]])
    if not test.sanitized and busy > SECONDS:
        test.tally.fail(name, f"{busy:.1f} s")
    if not test.sanitized and kib > MIB * 1024:
        test.tally.fail(name, f"{kib // 1024} MiB")
    del report["run"]
    return report, status


def run_ways(test, name, arguments, ways):
    reports = [run_program(test, name, [*way, *arguments]) for way in ways]
    if any(report != reports[0] for report in reports):
        test.tally.fail(name, f"not the same for {ways}")
    if reports[0][0]:
        check_schema(test, name, {"run": RUN, **reports[0][0]})
    return reports[0]


def expect(test, name, result, codes, status, findings):
    report, got = result
    if report is None:
        return
    seen = {d["code"] for d in report["diagnostics"]}
    if not set(codes) <= seen:
        test.tally.fail(name, f"{codes} expected, {sorted(seen)} told")
    if got != status or report["exit_status"] != status:
        test.tally.fail(name, f"exit status {got}, not {status}")
    if report["complete"]:
        test.tally.fail(name, "complete is true")
    if len(report["findings"]) < findings:
        test.tally.fail(name, "the good log beside it was not analysed")


# ------------------------------------------------------------------- the parts


def part_bombs(test):
    ways = [["--threads", "2"], ["--threads", "1", "--chunk-bytes", "5000"]]
    for name, codes in EXPECTED.items():
        if test.sanitized and name not in QUICK:
            test.tally.left_out.append(f"bomb {name}: a sanitizer makes it long")
            continue
        folder = test.folder / name
        folder.mkdir()
        # In a process of its own: what this one holds would count as the program's.
        subprocess.run([sys.executable, make_bombs.__file__, name, folder], check=True)
        expect(test, name, run_ways(test, name, [folder], ways if test.slow else ways[:1]), codes, 5, 1)
        shutil.rmtree(folder)


def part_many(test):
    """Their reports are too large to be looked at one by one."""
    for name, expected in MANY.items():
        if test.sanitized:
            test.tally.left_out.append(f"many {name}: a sanitizer makes it long")
            continue
        folder, output = test.folder / name, test.folder / "report.json"
        folder.mkdir()
        subprocess.run([sys.executable, make_bombs.__file__, name, folder], check=True)
        done = subprocess.run([sys.executable, "-S", "-c", MEASURE, test.program, "analyze", "-q", "-o", output, folder],
                              capture_output=True, text=True, check=True, timeout=SECONDS * 20)
        status, busy, kib = done.stdout.split()
        test.tally.note(name, float(busy), int(kib), [])
        if status != str(expected) or not output.read_bytes().rstrip().endswith(b"}"):
            test.tally.fail(name, f"exit status {status}: {done.stderr[-2000:]}")
        if float(busy) > SECONDS or int(kib) > MIB * 1024:
            test.tally.fail(name, f"{busy} s, {int(kib) // 1024} MiB")
        if output.stat().st_size > REPORT_MIB << 20:
            test.tally.fail(name, f"a report of {output.stat().st_size >> 20} MiB")
        check_diagnostics(test, name, output.read_bytes())
        output.unlink(missing_ok=True)
        shutil.rmtree(folder)


def check_diagnostics(test, name, report):
    """One of each code and place, and no more than can be read; of what is kept one for logs, servers and stops."""
    codes = collections.Counter(re.findall(rb'"code": "(BS\d+)"', report[report.rfind(b'"diagnostics": ['):]))
    if codes[b"BS532"] > 3 or max(codes.values(), default=0) > MOST_PLACES + 1:
        test.tally.fail(name, f"diagnostics {codes}")


def part_streams(test):
    for name, code in STREAMS.items():
        if test.sanitized and name != "endless_members":
            test.tally.left_out.append(f"stream {name}: it unpacks a GiB, which a sanitizer makes long")
            continue
        # How fast endless newlines come is Python's doing: 64 MiB are as good.
        few = ["--max-input-bytes", "64M"] if name == "endless_newlines" else []
        expect(test, name, run_program(test, name, [*few, "-"], make_bombs.STREAMS[name]()), [code], 1, 0)


def limit_cases():
    """name, options, files, expected code, least findings"""
    log = make_bombs.good_log()
    sessions = b"".join(b"2017.06.17 10:%02d:%02d Closing idle session (id=%08x): %d@fin1.example.com/desktop\n" %
                        (i // 60, i % 60, i, 1000 + i) for i in range(600))
    many = [(f"{i:03}.txt", b"x\n") for i in range(100)]
    zips = [(f"{i:03}.zip", make_bombs.zip_of([("x.txt", b"x\n")])) for i in range(40)]
    nested = make_bombs.zip_of([("in.zip", make_bombs.zip_of(many)), ("z/info.log", log)])
    return [
        ("containers", ["--max-containers", "8"], {"a.tgz": make_bombs.tgz_of([*zips, ("z/info.log", log)])}, "BS231", 1),
        ("inputs", ["--max-inputs", "20"], {"a.zip": make_bombs.zip_of(many)}, "BS232", 1),
        ("inputs_nested", ["--max-inputs", "20"], {"a.zip": nested}, "BS232", 1),
        ("inputs_folder", ["--max-inputs", "20"], {f"a/{i}.txt": b"x\n" for i in range(30)}, "BS232", 0),
        ("input_bytes", ["--max-input-bytes", "64K"], {"a/info.log": log + b"and more\n" * 9000}, "BS233", 1),
        ("input_bytes_gz", ["--max-input-bytes", "64K"], {"a/info.log.gz": gzip.compress(log + b"and more\n" * 9000)},
         "BS233", 1),
        ("sessions", ["--max-sessions", "100"], {"a/info.log": sessions}, "BS531", 100),
        ("sessions_sum", ["--max-sessions", "400"],
         {"a/info.log": sessions[:len(sessions) // 2], "b/info.log": sessions[len(sessions) // 2 + 1:]}, "BS531", 1),
        ("kept", ["--max-kept", "300"], {"a/info.log": sessions}, "BS532", 1),
        ("kept_sum", ["--max-kept", "700"], {f"{i}/info.log": sessions.replace(b"fin1", b"fin%d" % i)
                                              for i in range(4)}, "BS532", 1),
        ("findings", ["--max-findings", "10"], {"a/info.log": sessions}, "BS533", 10),
        ("depth", ["--max-depth", "1"], {"a.zip": nested}, "BS201", 1),
    ]


def pipe_limits(test):
    """What is kept of a pipe depends on what is in it alone: not on who reads ahead, nor on the pieces it comes in."""
    def log(i):
        closed = (f"{make_bombs.stamp(k)} Closing idle session (id={i:04x}{k:04x}): {k}@fin{i}.example.com/desktop\n"
                  for k in range(100))
        return "".join(closed).encode() + random.Random(i).randbytes(2000).hex().encode() + b"\n"

    logs = [(f"{i}/info.log", log(i)) for i in range(40)]
    for form, bundle in (("tgz", make_bombs.tgz_of(logs)), ("zip", make_bombs.zip_of(logs))):
        reports = []
        for threads, chunk, piece in (("1", "262144", 1 << 20), ("4", "777", 1000), ("2", "65536", 65536)):
            pieces = (bundle[at:at + piece] for at in range(0, len(bundle), piece))
            reports.append(run_program(test, f"limit kept_pipe {form}", [
                "--threads", threads, "--chunk-bytes", chunk, "--max-kept-bytes", "1M", "-"], pieces)[0])
        if reports[0] and not all(report == reports[0] for report in reports):
            test.tally.fail(f"limit kept_pipe {form}", "not the same for all ways to give it")
        if reports[0] and "BS532" not in {d["code"] for d in reports[0]["diagnostics"]}:
            test.tally.fail(f"limit kept_pipe {form}", "nothing is cut")


def part_limits(test):
    """Small bundles under low limits: what is left out is the same whatever the threads and the pieces."""
    ways = [["--threads", t, "--chunk-bytes", c] for t in ("1", "2", "8") for c in ("262144", "777")]
    for name, options, files, code, findings in limit_cases():
        folder = test.folder / name
        folder.mkdir()
        for path, data in {**files, "zz/info.log": make_bombs.good_log()}.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
        status = 1 if name == "inputs_folder" else 5  # the good log comes behind too many files
        expect(test, "limit " + name, run_ways(test, "limit " + name, [*options, folder], ways), [code], status, findings)
        shutil.rmtree(folder)

    pipe_limits(test)

    def slow_log():
        yield make_bombs.good_log() * 300
        time.sleep(2)

    expect(test, "limit seconds", run_program(test, "limit seconds", ["--max-seconds", "1", "-"], slow_log()),
           ["BS902"], 5, 0)


# ------------------------------------------------------------------ the damage


def log_of_lines(lines):
    return b"".join(b"2017.06.17 10:%02d:%02d org.jivesoftware.openfire.http.HttpSessionManager - Session was last "
                    b"active %d ms ago: 3001@fin1.ucce.local/desktop\n" % (i // 2, i % 2 * 30, i * 1000 % 7000)
                    for i in range(lines))


def plain_tar(files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, data in files:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()[:-8192] if len(out.getvalue()) > 10240 else out.getvalue()[:len(files) * 1024 + 2048]


NAMES = {"nested": "tgz", "gz": "log.gz", "demo": "tgz", "zips": "zip"}


def small_bundles():
    files = [("openfire/info.log", make_bombs.good_log()), ("openfire/debug.log", log_of_lines(12))]
    zips = [(name + ".zip", make_bombs.zip_of([(name.split("/")[1], data)])) for name, data in files]
    return {
        "tgz": make_bombs.tgz_of(files),
        "zip": make_bombs.zip_of(files),
        "nested": make_bombs.tgz_of(zips),
        "gz": gzip.compress(files[1][1], mtime=0),
        "tar": plain_tar([(name, data[:500]) for name, data in files]),
        "log": files[1][1],
    }


def large_bundles(root):
    return {"demo": (root / "testdata/bundles/active_1497638824642.tgz").read_bytes(),
            "zips": make_bombs.zip_of([("active.tgz", (root / "testdata/bundles/era-upgrade.tgz").read_bytes()),
                                       ("info.log", make_bombs.good_log()), ("debug.log", log_of_lines(60))])}


def tar_headers(data):
    """Where damage of a plain tar can be told: the headers have sums, what they hold has none."""
    places, at = set(), 0
    while at + 512 <= len(data) and data[at:at + 1] != b"\0":
        places.update(range(at, at + 512))
        at += 512 + (int(data[at + 124:at + 135], 8) + 511) // 512 * 512
    return places


def may_be_unseen(kind, way, position, data):
    """
    A file of no bytes is told as such (BS103), whatever its name. A plain log carries nothing by which damage could be
    told. Of a tar the headers have sums, what lies between them has none; cut within the first name it is a text.
    gzip and zip have sums over all of their bytes.
    """
    if kind == "log" or (way == "cut" and position == 0):
        return True
    if kind != "tar":
        return False
    if way == "cut":
        return position < data.index(b"\0") + 2
    return way in ("flip", "bit") and position not in tar_headers(data)


def run_damage(test, kind, way, data, begin, end, step, reports):
    name = f"damage {kind} {way}"
    path = test.folder / f"bundle.{NAMES.get(kind, kind)}"
    path.write_bytes(data)
    done = subprocess.run([test.damage, path, reports, way, str(begin), str(end), str(step)], capture_output=True,
                          text=True, timeout=7000)
    figures = [line[8:] for line in done.stdout.splitlines() if line.startswith("figures ")]
    for line in done.stdout.splitlines():
        if line.startswith("failure "):
            test.tally.fail(name, line)
        if line.startswith("unseen ") and not may_be_unseen(kind, way, int(line.split()[1]), data):
            test.tally.fail(name, f"complete is true, but a log is missing: at {line.split()[1]}")
    if not figures:
        test.tally.crashes += 1
        test.tally.fail(name, f"exit status {done.returncode}: {done.stderr[-3000:]}")
        return
    figures = json.loads(figures[0])
    test.tally.note(name, figures["longest"], figures["kib"], [])
    test.tally.cases += figures["cases"] - 1
    test.tally.codes.update(figures["codes"])
    if figures["unseen"]:
        print(f"     {name}: {figures['unseen']} of {figures['cases']} cannot be seen in this format")


def check_reports(test, reports):
    lines = reports.read_text().splitlines()
    most = 3000 if test.slow else 150
    if len(lines) > most:
        test.tally.left_out.append(f"{len(lines) - most} of {len(lines)} shapes of reports were not held against the schema")
        lines = random.Random(6).sample(lines, most)  # a tenth of a second each
    for line in lines:
        check_schema(test, "a damaged bundle's report", json.loads(line))


def part_damage(test):
    reports = test.folder / "reports"
    step = 1 if test.slow else 37 if test.sanitized else 5
    for kind, data in small_bundles().items():
        assert len(data) <= 4096, (kind, len(data))
        for way in ("cut", "drop", "flip", "bit"):
            run_damage(test, kind, way, data, 0, len(data), step, reports)
    if step > 1:
        test.tally.left_out.append(f"damage at all but every {step}th byte")
    count = 10000 if test.slow else 60 if test.sanitized else 600
    for kind, data in large_bundles(test.root).items():
        run_damage(test, kind, "mutate", data, 0, count, 1, reports)
    if count < 10000:
        test.tally.left_out.append(f"{10000 - count} of 10000 mutations of each larger bundle")
    check_reports(test, reports)


PARTS = {"bombs": part_bombs, "many": part_many, "streams": part_streams, "limits": part_limits, "damage": part_damage}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=Path)
    parser.add_argument("damage", type=Path)
    parser.add_argument("root", type=Path)
    parser.add_argument("--slow", action="store_true")
    parser.add_argument("--sanitized", action="store_true")
    parser.add_argument("--only", default=",".join(PARTS))
    test = parser.parse_args()
    test.tally, test.schema = Tally(), schema(test.root)
    if test.schema is None:
        test.tally.left_out.append("the schema: python3-jsonschema is not installed")
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
        test.folder = Path(folder)
        for part in test.only.split(","):
            begun = time.monotonic()
            PARTS[part](test)
            print(f"{part}: {time.monotonic() - begun:.0f} s", flush=True)
    tally = test.tally
    for line in tally.left_out:
        print(f"left out: {line}")
    print(f"{tally.cases} cases, {tally.crashes} crashes, {len(tally.problems)} problems")
    print("diagnostics: " + ", ".join(f"{code} {n}" for code, n in sorted(tally.codes.items())))
    print(f"highest memory {tally.kib / 1024:.0f} MiB ({tally.kib_name}), longest time {tally.longest:.2f} s "
          f"({tally.longest_name})")
    return 1 if tally.problems else 0


if __name__ == "__main__":
    sys.exit(main())
