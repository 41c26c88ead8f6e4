#!/usr/bin/env python3
"""Golden cases: real archives go in, the report is checked and compared.

    run.py PROGRAM [--only NAME]... [--update] [--keep] [--list]

A case is a folder with case.json and expected.json. case.json:

    title     what it shows
    why       the sentence that says so, of the report's definition or of diag_codes.h (optional; for the reader)
    make      steps that build the input in an empty folder (STEPS below)
    args      what follows `boshscope analyze`
    stdin     a file that is piped in (optional)
    status    the exit status
    diagnostics          codes that must be there (optional)
    stderr    texts that standard error must hold; an empty list: it must be empty (optional)
    findings  all findings of the kinds in KINDS, in any order, each as a partial report (optional)
    expect    a partial report (optional); see match()
    later     what a later version must say besides, in the form of `expect`; not checked (optional)
    check     names of special checks (optional)
    same      other ways to run that must give an equal report: {title, make, args, stdin} (optional)
    golden    false where there is nothing worth an expected.json (optional)
    outputs   what else the program writes of this input: {file in the case's folder: words before `args`} (optional).
              The standard output of `boshscope WORDS ARGS` is compared with that file, for another packing without
              paths where it is JSON, and checked as its schema and OUTPUT_CHECKS say. `info --json` needs no file:
              it must be the report's own blocks
    needs     "unprivileged": skipped when root (optional)

Every report of every run must in addition be what it is defined to be, as far as a machine can tell: schema, key order, sums,
order of findings, evidence that stands where it says, no secrets. expected.json leaves out the `run` and `ruleset`
blocks, the rules without hits and empty `server_events`, so that a new rule does not touch every case. --update writes expected.json of the
cases whose other checks pass. A missing tool skips its cases, loudly.
"""
import argparse
import base64
import difflib
import functools
import gzip
import json
import multiprocessing
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
import zlib
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE))
import make_bundles  # noqa: E402
import make_eras  # noqa: E402
import make_logs  # noqa: E402
import make_odd  # noqa: E402

try:
    import jsonschema
except ImportError:
    jsonschema = None

SCHEMA = json.loads((ROOT / "include/boshscope-report-1.schema.json").read_text())
KINDS = ("idle_escalation", "idle_closure", "forced_logout", "signature")
TOOL_ENV = {**os.environ, "TZ": "UTC", "LC_ALL": "C.UTF-8"}
# The program must not care about the zone or the language of the machine.
PROGRAM_ENV = {**os.environ, "TZ": "Pacific/Auckland", "LC_ALL": "C"}
MTIME = 1497640000
TIMEOUT = 300
# How every run is to be done: --way. It must not change anything.
WAY = []


class Skip(Exception):
    """The case cannot run here."""


class Bad(Exception):
    """The case is wrong, or its input cannot be built."""


# ------------------------------------------------------------- building inputs


def tool(name):
    if not shutil.which(name):
        raise Skip(f"{name} is not installed")
    return name


def run_tool(command, folder, **more):
    done = subprocess.run(command, cwd=folder, env=TOOL_ENV, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)
    if done.returncode:
        raise Bad(f"{' '.join(command)}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


def settle(path):
    """Fixed times, so that the archives do not depend on when they are made."""
    for p in [path, *path.rglob("*")] if path.is_dir() else [path]:
        os.utime(p, (MTIME, MTIME), follow_symlinks=False)


def members(folder, step):
    source = folder / step["of"]
    settle(source)
    return source, step.get("names") or sorted(os.listdir(source))


def forget(step, source, names):
    for name in names if step.get("remove") else []:
        (source / name).unlink()


def step_set(folder, step):
    make_logs.write({**make_logs.SETS, **make_odd.SETS}[step["set"]](), folder / step["to"])


def step_copy(folder, step):
    source, target = ROOT / step["copy"], folder / step["to"]
    target.parent.mkdir(parents=True, exist_ok=True)
    (shutil.copytree if source.is_dir() else shutil.copyfile)(source, target)


def step_logs(folder, step):
    for source in sorted((ROOT / "testdata/logs" / step["logs"]).glob("*.gz")):
        target = folder / step["to"] / source.stem
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(gzip.decompress(source.read_bytes()))


def step_split(folder, step):
    """Everything before the first record of `at` goes to another file."""
    path = folder / step["split"]
    data = path.read_bytes()
    cut = data.find(b"\n" + step["at"].encode()) + 1
    if not cut:
        raise Bad(f"{step['split']} has no record of {step['at']}")
    (folder / step["older"]).write_bytes(data[:cut])
    path.write_bytes(data[cut:])


def step_tar(folder, step):
    source, names = members(folder, step)
    out = run_tool([tool("tar"), "--sort=name", f"--format={step.get('format', 'gnu')}", "--owner=0", "--group=0",
                    "--numeric-owner", f"--mtime=@{MTIME}", *step.get("options", []), "-cf", "-", *names], source)
    (folder / step["tar"]).write_bytes(out)


def step_tgz(folder, step):
    step_tar(folder, {**step, "tar": step["tgz"]})
    target = folder / step["tgz"]
    target.write_bytes(run_tool([tool(step.get("by", "gzip")), "-n", "-6"], folder, input=target.read_bytes()))


def step_gzip(folder, step):
    settle(folder / step["gzip"])
    run_tool([tool("gzip"), "-n", step["gzip"]], folder)


def step_zip(folder, step):
    source, names = members(folder, step)
    password = ["-P", step["password"]] if "password" in step else []
    # To standard output: data descriptors, as a server that streams writes them.
    if step.get("piped"):
        (folder / step["zip"]).write_bytes(run_tool([tool("zip"), "-X", "-r", "-q", *step.get("options", []), "-", *names], source))
    else:
        target = (folder / step["zip"]).resolve()
        run_tool([tool("zip"), "-X", "-r", "-q", *password, *step.get("options", []), str(target), *names], source)
    forget(step, source, names)


def step_bsdtar(folder, step):
    source, names = members(folder, step)
    run_tool([tool("bsdtar"), "--uid", "0", "--gid", "0", "--uname", "", "--gname", "", *step["options"], "-cf",
              str((folder / step["bsdtar"]).resolve()), *names], source)
    forget(step, source, names)


def step_7z(folder, step):
    source, names = members(folder, step)
    run_tool([tool("7z"), "a", "-bso0", *step["options"], str((folder / step["7z"]).resolve()), *names], source)


def step_pyzip(folder, step):
    """By Python's zipfile: into a pipe where nobody can go back to write sizes, or (`zip64`) with the large ones."""
    source = folder / step["of"]
    settle(source)
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=open(folder / step["pyzip"], "wb")) as pipe:
        with zipfile.ZipFile(pipe.stdin if step.get("piped") else folder / step["pyzip"], "w", step.get("method", 8)) as z:
            for path in sorted(p for p in source.rglob("*") if p.is_file()):
                info = zipfile.ZipInfo.from_file(path, path.relative_to(source))
                info.compress_type = step.get("method", 8)
                with z.open(info, "w", force_zip64=step.get("zip64", False)) as f:
                    f.write(path.read_bytes())


def step_jar(folder, step):
    source, names = members(folder, step)
    run_tool([tool("jar"), step["options"], str((folder / step["jar"]).resolve()), *names], source)


def step_cut(folder, step):
    """Keep this share of a file, or drop this many bytes at its end."""
    path = folder / step["cut"]
    data = path.read_bytes()
    path.write_bytes(data[:-step["drop"]] if "drop" in step else data[:int(len(data) * step["keep"])])


def step_append(folder, step):
    with open(folder / step["append"], "ab") as f:
        f.write(bytes.fromhex(step["hex"]))


def step_flip(folder, step):
    """Turn one bit of the byte at `at` (negative: from the end)."""
    path = folder / step["flip"]
    data = bytearray(path.read_bytes())
    data[step["at"]] ^= 1
    path.write_bytes(bytes(data))


def step_overwrite(folder, step):
    """The bytes `hex` at `at` (a share of the file where it is below 1), as often as `times` says."""
    path = folder / step["overwrite"]
    data, new = bytearray(path.read_bytes()), bytes.fromhex(step["hex"]) * step.get("times", 1)
    at = int(len(data) * step["at"]) if isinstance(step["at"], float) else step["at"]
    data[at:at + len(new)] = new
    path.write_bytes(data)


def step_endless(folder, step):
    """A tar without the empty blocks at its end."""
    path = folder / step["endless"]
    data = path.read_bytes()
    while data.endswith(b"\0" * 512):
        data = data[:-512]
    path.write_bytes(data)


def step_concat(folder, step):
    (folder / step["concat"]).write_bytes(b"".join((folder / name).read_bytes() for name in step["of"]))
    for name in step["of"]:
        (folder / name).unlink()


def step_damage(folder, step):
    """Overwrite 48 bytes in the middle of a zip entry's compressed data."""
    path = folder / step["damage"]
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(BytesIO(bytes(data))) as z:
        info = z.getinfo(step["entry"])
    begin = zip_data_start(data, info.header_offset) + info.compress_size // 2
    data[begin:begin + 48] = b"\xff" * 48
    path.write_bytes(bytes(data))


def step_empty(folder, step):
    (folder / step["empty"]).write_bytes(b"")


def step_folder(folder, step):
    (folder / step["folder"]).mkdir(parents=True)


def step_link(folder, step):
    (folder / step["link"]).symlink_to(step["to"])


def step_fifo(folder, step):
    os.mkfifo(folder / step["fifo"])


def step_rename(folder, step):
    (folder / step["rename"]).rename(folder / step["to"])


def step_socket(folder, step):
    with socket.socket(socket.AF_UNIX) as s:
        s.bind(os.path.relpath(folder / step["socket"]))


def step_mode(folder, step):
    (folder / step["mode"]).chmod(int(step["to"], 8))


def step_nest(folder, step):
    """A file inside `times` zips, each inside the next."""
    path = folder / step["nest"]
    for i in range(step["times"]):
        outer = path.with_name(f"level{i + 1}.zip")
        settle(path)
        run_tool([tool("zip"), "-X", "-q", outer.name, path.name], path.parent)
        path.unlink()
        path = outer


STEPS = {name[5:]: function for name, function in list(globals().items()) if name.startswith("step_")}


def build(folder, steps):
    for step in steps:
        name = next(iter(step))
        if name not in STEPS:
            raise Bad(f"case.json: no step is called '{name}'")
        STEPS[name](folder, step)


# --------------------------------------- reading inputs again, damage included


def inflate_raw(data):
    """Everything that can be inflated, damaged or not, and what follows the stream."""
    engine, out = zlib.decompressobj(-15), []
    try:
        whole = engine.decompress(data)
        return whole + engine.flush(), engine.unused_data
    except zlib.error:
        engine = zlib.decompressobj(-15)
    try:
        for byte in data:
            if engine.eof:
                break
            out.append(engine.decompress(bytes((byte,))))
    except zlib.error:
        pass
    return b"".join(out), b""


def gzip_header_length(data):
    """RFC 1952 section 2.3."""
    flags, at = data[3], 10
    if flags & 4:
        at += 2 + int.from_bytes(data[at:at + 2], "little")
    for flag in (8, 16):
        if flags & flag:
            at = data.index(b"\0", at) + 1
    return at + (2 if flags & 2 else 0)


def gunzip(data):
    """All members of a gzip file, checksums left alone."""
    out = []
    while data[:2] == b"\x1f\x8b":
        text, rest = inflate_raw(data[gzip_header_length(data):])
        out.append(text)
        data = rest[8:]
    return b"".join(out)


def tar_members(data):
    """(name, content) of a tar, also of one that was cut."""
    try:
        with tarfile.open(fileobj=BytesIO(data), mode="r:") as t:
            members = {m.name: t.extractfile(m).read() for m in t if m.isfile()}
        yield from members.items()
    except (tarfile.TarError, EOFError):
        members = {}
    # It stops in silence at a header that is damaged, and Debian's at sizes that stand in pax headers alone.
    at, long_name, long_size = 0, None, None
    while at + 512 <= len(data):
        header = data[at:at + 512]
        if not is_tar(header):
            at += 512
            continue
        kind = header[156:157]
        size = int(header[124:136].rstrip(b"\0 ") or b"0", 8)
        if kind in b"0\0" and long_size is not None:
            size, long_size = long_size, None
        content = data[at + 512:at + 512 + size]
        name = header[0:100].rstrip(b"\0").decode(errors="replace")
        prefix = header[345:500].rstrip(b"\0").decode(errors="replace")
        if header[257:263] == b"ustar\0" and prefix:
            name = f"{prefix}/{name}"
        if kind == b"L":
            long_name = content.rstrip(b"\0").decode(errors="replace")
        elif kind == b"x":
            found = re.search(rb"\d+ path=([^\n]*)\n", content)
            long_name = found.group(1).decode(errors="replace") if found else None
            found = re.search(rb"\d+ size=(\d+)\n", content)
            long_size = int(found.group(1)) if found else None
        elif kind in b"0\0":
            if len(members.get(long_name or name, b"")) != len(content):
                yield long_name or name, content
            long_name = None
        at += 512 + (size + 511) // 512 * 512


def zip_data_start(data, header):
    return header + 30 + int.from_bytes(data[header + 26:header + 28], "little") + int.from_bytes(
        data[header + 28:header + 30], "little")


def zip_members(data):
    """(name, content) of a zip, also of one whose directory was cut off or whose entries are damaged."""
    sizes = {}
    try:
        with zipfile.ZipFile(BytesIO(data)) as z:
            offsets = [i.header_offset for i in z.infolist()]
            sizes = {i.header_offset: i.compress_size for i in z.infolist()}
        # Info-ZIP says 0xffffffff of the directory's place when it streams with -fz.
        if any(data[o:o + 4] != b"PK\x03\x04" for o in sizes):
            raise zipfile.BadZipFile
    except zipfile.BadZipFile:
        offsets = [m.start() for m in re.finditer(b"PK\x03\x04", data)]
    for begin in offsets:
        name_size = int.from_bytes(data[begin + 26:begin + 28], "little")
        name = data[begin + 30:begin + 30 + name_size].decode(errors="replace")
        start = zip_data_start(data, begin)
        method = int.from_bytes(data[begin + 8:begin + 10], "little")
        if method == 8:
            yield name, inflate_raw(data[start:])[0]
        else:
            yield name, data[start:start + sizes.get(begin, int.from_bytes(data[begin + 18:begin + 22], "little"))]


def is_tar(data):
    """By the checksum of its first header: v7 has no magic."""
    field = data[148:156].strip(b"\0 ")
    return len(data) >= 512 and re.fullmatch(rb"[0-7]+", field) is not None and sum(data[:148]) + sum(data[156:512]) + 8 * 32 == int(field, 8)


def skeleton(name):
    """What all code pages share, with the one separator."""
    name = name if "/" in name else name.replace("\\", "/")
    return re.sub(r"[^ -~]+", "?", name.removeprefix("./"))


def open_inside(data, components):
    """The bytes of the leaf that `components` name inside `data`."""
    if data[:2] == b"\x1f\x8b":
        data = gunzip(data)
        if not is_tar(data):
            return data if len(components) <= 1 else open_inside(data, components[1:])
    if not components:
        return data
    is_zip = data[:2] == b"PK" or zipfile.is_zipfile(BytesIO(data))
    inside = tar_members(data) if is_tar(data) else zip_members(data) if is_zip else ()
    for name, content in inside:
        if skeleton(name) == skeleton(components[0]):
            return open_inside(content, components[1:])
    return None


class Leaves:
    """The leaf files of a run, by their index in inputs[]."""

    def __init__(self, folder, report, stdin):
        self.folder, self.report, self.stdin, self.cache = folder, report, stdin, {}

    def root(self):
        """Paths begin in the directory that was analysed, or beside the file that was."""
        named = self.folder / self.report["bundle"]["path"]
        return named if named.is_dir() else named.parent

    def bytes_of(self, index):
        if index not in self.cache:
            first, *rest = self.report["inputs"][index]["path"].split("!")
            path = self.root() / first if self.stdin is None else self.folder / self.stdin
            self.cache[index] = open_inside(path.read_bytes(), rest) if path.is_file() else None
        return self.cache[index]

    def lines_of(self, index):
        data = self.bytes_of(index)
        return None if data is None else data.split(b"\n")


# ------------------------------------------------------------ running it


COMMON_LISTS = ("rules", "findings", "sessions", "agents")


class Run:
    def __init__(self, case, spec, folder, program):
        self.spec, self.folder = spec, folder
        build(folder, spec.get("make", []))
        stdin = (folder / spec["stdin"]).read_bytes() if spec.get("stdin") else b""
        self.done = subprocess.run([program, "analyze", *spec.get("args", []), *WAY], cwd=folder, env=PROGRAM_ENV, input=stdin,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=TIMEOUT)
        self.report, self.problems = None, []
        self._parse(spec.get("status", case.get("status", 0)))
        self._listen(spec.get("stderr"))

    def _parse(self, status):
        if self.done.returncode != status:
            self.problems.append(f"exit status {self.done.returncode}, not {status}; stderr says: "
                                 + self.done.stderr.decode(errors="replace").strip()[-2000:])
        try:
            text = self.done.stdout.decode("utf-8")
            self.report = json.loads(text, parse_constant=refuse, object_pairs_hook=without_duplicates)
            if not isinstance(self.report, dict):
                raise ValueError("not an object")
        except (UnicodeDecodeError, ValueError) as e:
            self.report = None
            self.problems.append(f"standard output is no JSON object: {e}")

    def _listen(self, wanted):
        said = self.done.stderr.decode(errors="replace").strip()
        if wanted == [] and said:
            self.problems.append(f"stderr is not empty: {said[-2000:]}")
        self.problems += [f"stderr does not hold {text!r}: {said[-2000:]}" for text in wanted or [] if text not in said]

    @property
    def codes(self):
        return {d["code"] for d in self.report["diagnostics"]} if self.report else set()

    def check(self, like=None):
        """What holds for every report. Of one that is `like` another the parts in common need no second look."""
        if self.report is None:
            return self.problems
        common = {key: [] for key in COMMON_LISTS} if like and all(like[k] == self.report[k] for k in COMMON_LISTS) else {}
        self.problems += check_schema({**self.report, **common})
        if self.problems:
            return self.problems
        leaves = Leaves(self.folder, self.report, self.spec.get("stdin"))
        self.problems += check_order_of_keys(self.report)
        self.problems += check_sums(self.report)
        self.problems += check_status(self.report, self.done.returncode)
        self.problems += check_findings(self.report)
        self.problems += check_inputs(self.report, leaves)
        self.problems += check_places(self.report, leaves)
        self.problems += check_secrets(self.report, leaves, self.done)
        return self.problems


def refuse(word):
    raise ValueError(f"{word} is no JSON")


def without_duplicates(pairs):
    if len({k for k, _ in pairs}) != len(pairs):
        raise ValueError(f"a key stands twice among {[k for k, _ in pairs]}")
    return dict(pairs)


# --------------------------------------------------- what holds for every report


def check_schema(report, schema=SCHEMA):
    if jsonschema is None:
        return []
    validator = jsonschema.Draft202012Validator(schema)
    errors = sorted(validator.iter_errors(report), key=lambda e: list(map(str, e.absolute_path)))
    return ["schema: /" + "/".join(map(str, e.absolute_path)) + ": " + e.message[:300] for e in errors[:10]]


def check_order_of_keys(report):
    return order_of_keys(SCHEMA, report, "")


def order_of_keys(schema, value, path):
    """The schema's `required` lists stand in the order of the report's keys."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        if name == "finding":
            name = "finding_" + value["kind"]
        return order_of_keys(SCHEMA["$defs"][name], value, path)
    problems = []
    if isinstance(value, dict) and "properties" in schema:
        wanted = [k for k in schema["required"] if k in value]
        found = [k for k in value if k in schema["required"]]
        if wanted != found:
            problems.append(f"keys of {path or '/'} stand as {found}, not as {wanted}")
        for key, part in schema["properties"].items():
            if key in value:
                problems += order_of_keys(part, value[key], f"{path}/{key}")
    elif isinstance(value, list) and isinstance(schema.get("items"), dict):
        for i, item in enumerate(value):
            problems += order_of_keys(schema["items"], item, f"{path}/{i}")
    return problems[:5]


def check_sums(report):
    problems, coverage = [], report["coverage"]
    if coverage["lines"] != coverage["records"] + coverage["continuation_lines"] + coverage["orphan_lines"]:
        problems.append("coverage: lines are not records + continuation_lines + orphan_lines: " + json.dumps(coverage))
    if coverage["records"] != coverage["matched"] + coverage["unmatched"]:
        problems.append("coverage: records are not matched + unmatched")
    read = [i for i in report["inputs"] if i["status"] in ("analysed", "partial")]
    for key in ("bytes", "lines", "records", "matched", "unmatched"):
        total = sum(i[key] or 0 for i in read)
        if total != coverage[key]:
            problems.append(f"coverage.{key} is {coverage[key]}, the inputs' sum is {total}")
    for rule in report["rules"]:
        if (rule["hits"] > 0) != (rule["status"] == "hit"):
            problems.append(f"rule {rule['id']} has {rule['hits']} hits and status {rule['status']}")
    counted = {"idle_escalations": "idle_escalation", "idle_closures": "idle_closure", "forced_logouts": "forced_logout",
               "mass_disconnects": "mass_disconnect", "server_restarts": "server_restart"}
    windowed = report["options"]["from"] or report["options"]["to"]
    for key, kind in counted.items():
        n = sum(f["kind"] == kind for f in report["findings"])
        if n != report["summary"][key] and not windowed:
            problems.append(f"summary.{key} is {report['summary'][key]}, findings hold {n}")
    return problems


def check_status(report, status):
    problems = []
    if report["exit_status"] != status:
        problems.append(f"exit_status says {report['exit_status']}, the program ended with {status}")
    if status == 0 and not report["complete"]:
        problems.append("complete is false, yet the exit status is 0")
    if status == 5 and report["complete"]:
        problems.append("complete is true, yet the exit status is 5")
    if not report["complete"] and not report["diagnostics"]:
        problems.append("complete is false and no diagnostic says why")
    return problems


def check_findings(report):
    problems, findings = [], report["findings"]
    ids = [f["id"] for f in findings]
    if len(set(ids)) != len(ids):
        problems.append("findings: ids are not unique")

    def key(f):
        return (f["start"] or f["end"] or "", f["kind"], f["agent"] or "", f["sid"] or "")
    for a, b in zip(findings, findings[1:]):
        if key(a) > key(b):
            problems.append(f"findings: {key(b)} stands behind {key(a)}")
    windowed = bool(report["options"]["from"] or report["options"]["to"])  # what they leave out may be named
    for f in findings:
        if f["start"] and f["end"] and f["start"] > f["end"]:
            problems.append(f"finding {f['id']} ends before it starts")
        if not f["evidence"]:
            problems.append(f"finding {f['id']} ({f['kind']}) has no evidence")
        if f["kind"] == "forced_logout" and f["idle_closure"] and f["idle_closure"] not in ids and not windowed:
            problems.append(f"finding {f['id']} names an idle_closure that is not there")
    for name, timeline in [(f"session {s['sid']}", s["timeline"]) for s in report["sessions"]] + [
            (f"agent {a['agent']}", a["timeline"]) for a in report["agents"]]:
        times = [e["time"] for e in timeline]
        if times != sorted(times):
            problems.append(f"timeline of {name} is not in order")
    return problems


PRINTED = rb"[A-Z][a-z]{2} ([A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d) \S{1,12} (\d{4}): HTTP (?:(?:RECV|SENT)\([^)]*+\): <|ERR\()"
HEADERS = {
    "notification": re.compile(rb"(?:\xef\xbb\xbf)?\0*(?:\d{4}\.\d\d\.\d\d \d\d:\d\d:\d\d(?:[.,]\d{3})?(?: |\r?$)|" + PRINTED + rb")"),
    "webservices": re.compile(rb"(?:\d{1,12}: ?\S*: )?[A-Z][a-z]{2} +\d{1,2} \d{4} \d\d:\d\d:\d\d\.\d{3} (?:[+-]\d{4}|UTC): %[A-Z][A-Z0-9]+_"),
    "syslog": re.compile(rb"(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S+ (?:\S+:|\S+ \d ))|.{1,200} UTC : *% ?[A-Z]"),
    "cli": re.compile(rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} "),
    "history": re.compile(rb"\d\d/\d\d/\d{4} \d\d:\d\d:\d\d \| "),
}


def check_inputs(report, leaves):
    """Bytes, checksum, lines and records, counted again from the packed input; the order of inputs."""
    problems = []
    keys = [(i["status"] not in ("analysed", "partial"), i["family"] or "", i["first"] or "9", i["last"] or "9")
            for i in report["inputs"]]
    if [k if not k[0] else (True,) for k in keys] != sorted(k if not k[0] else (True,) for k in keys):
        problems.append("inputs are not ordered by family, first and last, the others at the end")
    for i, found in enumerate(report["inputs"]):
        if found["duplicate_of"] is not None and report["inputs"][found["duplicate_of"]]["crc32"] != found["crc32"]:
            problems.append(f"{found['path']}: duplicate_of names an input with another checksum")
        if found["status"] not in ("analysed", "partial"):
            continue
        data = leaves.bytes_of(i)
        if data is None:
            problems.append(f"inputs: {found['path']} names no file that is there")
            continue
        if found["status"] == "partial":
            data = data[:found["bytes"]]
        pieces = data.split(b"\n")
        header = HEADERS[found["family"]]
        truth = {"bytes": len(data), "lines": len(pieces) - (pieces[-1] == b""),
                 "records": sum(1 for line in pieces if header.match(line))}
        for key, value in truth.items():
            if found[key] != value:
                problems.append(f"{found['path']}: {key} is {found[key]}, counted {value}")
        crc = found["crc32"] if isinstance(found["crc32"], int) else int(found["crc32"], 16)
        if crc != zlib.crc32(data):
            problems.append(f"{found['path']}: crc32 is {found['crc32']}, not {zlib.crc32(data):08x}")
    return problems


def utc(text):
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)


def zone(text):
    sign, hours, minutes = re.fullmatch(r"([+-])(\d\d):?(\d\d)", text).groups()
    return timedelta(minutes=(int(hours) * 60 + int(minutes)) * (-1 if sign == "-" else 1))


def time_of_line(line, offset):
    """The moment that a record's own stamp says; None where it has none, False where no calendar has it."""
    line = line.removeprefix(b"\xef\xbb\xbf").lstrip(b"\0")
    text = line[:120].decode("latin-1")
    found = re.match(r"(\d{4}\.\d\d\.\d\d \d\d:\d\d:\d\d)", text)
    if found:
        try:
            return datetime.strptime(found[1], "%Y.%m.%d %H:%M:%S").replace(tzinfo=timezone.utc) - offset
        except ValueError:
            return False
    found = re.match(PRINTED, line)
    if found:
        return datetime.strptime(b" ".join(found.groups()).decode(), "%b %d %H:%M:%S %Y").replace(tzinfo=timezone.utc) - offset
    for shape, form in ((r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}) ", "%Y-%m-%d %H:%M:%S,%f"),
                        (r"(\d\d/\d\d/\d{4} \d\d:\d\d:\d\d) \| ", "%m/%d/%Y %H:%M:%S")):
        found = re.match(shape, text)
        if found:
            return datetime.strptime(found[1], form).replace(tzinfo=timezone.utc) - offset
    found = re.search(r"([A-Z][a-z]{2} \d\d \d{4} \d\d:\d\d:\d\d\.\d{3}) UTC : *% ?[A-Z]", text)
    if found:
        return datetime.strptime(found[1], "%b %d %Y %H:%M:%S.%f").replace(tzinfo=timezone.utc)
    found = re.search(r"([A-Z][a-z]{2} +\d+ \d{4} \d\d:\d\d:\d\d\.\d{3}) ([+-]\d{4}|UTC): %CCBU_", text)
    if found:
        return datetime.strptime(found[1], "%b %d %Y %H:%M:%S.%f").replace(tzinfo=timezone.utc) - zone(found[2].replace("UTC", "+0000"))
    return None


def offset_of(report, index, time):
    """The offset that the report says was in force at a time."""
    node = report["inputs"][index]["node"]
    mine = [n for n in report["clock"]["nodes"] if n["node"] == node] or [report["clock"]]
    offset = mine[0]["openfire_utc_offset"] or "+00:00"
    for change in mine[0]["changes"]:
        if time and utc(time) >= utc(change["at"]):
            offset = change["offset"]
    return zone(offset)


def offset_of_line(lines, number):
    """Where its record begins: NULs that a power cut left before it are none of it."""
    line = lines[number - 1]
    return sum(len(x) + 1 for x in lines[:number - 1]) + len(line) - len(line.lstrip(b"\0"))


def check_places(report, leaves):
    """Evidence and timeline entries stand where they say, at the time they say."""
    problems = []
    places = [(f"finding {f['kind']} of {f['agent']}", e) for f in report["findings"] for e in f["evidence"]]
    places += [(f"session {s['sid']}", e) for s in report["sessions"] for e in s["timeline"]]
    places += [(f"agent {a['agent']}", e) for a in report["agents"] for e in a["timeline"]]
    # A stall has the time of the round before its line.
    places += [(f"server event {e['event']}", {**e, "time": e["time"] if e["text"] else None, "text": e["text"] or ""})
               for e in report["server_events"] if e["line"]]
    for what, e in places:
        lines = leaves.lines_of(e["input"]) if e["input"] < len(report["inputs"]) else None
        if lines is None or e["line"] > len(lines):
            problems.append(f"{what}: input {e['input']} line {e['line']} does not exist")
            continue
        line = lines[e["line"] - 1]
        says = time_of_line(line, offset_of(report, e["input"], e["time"]))
        if says is None:
            problems.append(f"{what}: line {e['line']} is no record: {line[:80]!r}")
        elif says and e["time"] and abs(utc(e["time"]) - says) >= timedelta(seconds=1):
            problems.append(f"{what}: time {e['time']}, but line {e['line']} says {says}: {line[:60]!r}")
        if "offset" in e and offset_of_line(lines, e["line"]) != e["offset"]:
            problems.append(f"{what}: offset {e['offset']} is not where line {e['line']} begins")
        begin = e.get("text", "").split("\n")[0][:40]
        if begin.isascii() and begin.rstrip("\r").encode() not in line:
            problems.append(f"{what}: text {begin!r} does not stand in line {e['line']}: {line[:80]!r}")
    return problems[:10]


def secrets_in(data):
    """SASL payloads of a log, and the passwords inside them where they are long enough to be told apart."""
    for payload in set(re.findall(rb"<(?:auth|response)\b[^>]*>([A-Za-z0-9+/=]{8,})<", data)):
        yield payload
        try:
            password = base64.b64decode(payload).rsplit(b"\0", 1)[-1]
        except ValueError:
            continue
        if len(password) >= 8:
            yield password


def check_secrets(report, leaves, done):
    secrets = {make_logs.SECRET.encode(), base64.b64encode(make_logs.SECRET.encode())[:-2]}
    for i, found in enumerate(report["inputs"]):
        if found["status"] in ("analysed", "partial"):
            secrets.update(secrets_in(leaves.bytes_of(i) or b""))
    return [f"the secret {s!r} stands in the output" for s in sorted(secrets) if s in done.stdout or s in done.stderr]


# -------------------------------------------------- partial reports and diffs


def match(wanted, found, path=""):
    """
    Problems, if `found` is not what `wanted` says. Objects are partial, lists are whole, and an object of '$' keys is:
    {"$near": TIME, "$s": SECONDS}, {"$any": [..]}, {"$len": N}, {"$min": N} (of items, of
    characters, or the number), {"$has": [..]} (each matches some item),
    {"$none": [..]} (none matches any item).
    """
    if isinstance(wanted, dict) and any(k.startswith("$") for k in wanted):
        return [] if holds(wanted, found) else [f"{path or '/'} is {short(found)}, wanted {json.dumps(wanted)}"]
    if isinstance(wanted, dict) and isinstance(found, dict):
        missing = [f"{path}/{k} is missing" for k in wanted if k not in found]
        return missing + [p for k in wanted if k in found for p in match(wanted[k], found[k], f"{path}/{k}")]
    if isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        return [p for i, (w, f) in enumerate(zip(wanted, found)) for p in match(w, f, f"{path}/{i}")]
    return [] if wanted == found and type(wanted) is type(found) else [f"{path or '/'} is {short(found)}, wanted {short(wanted)}"]


def holds(wanted, found):
    if "$near" in wanted:
        return isinstance(found, str) and abs((utc(found) - utc(wanted["$near"])).total_seconds()) <= wanted["$s"]
    if "$any" in wanted:
        return any(not match(w, found) for w in wanted["$any"])
    if "$len" in wanted:
        return isinstance(found, list) and len(found) == wanted["$len"]
    if "$min" in wanted:
        size = len(found) if isinstance(found, (list, str)) else found
        return isinstance(size, int) and size >= wanted["$min"]
    if "$has" in wanted:
        return isinstance(found, list) and all(any(not match(w, f) for f in found) for w in wanted["$has"])
    if "$none" in wanted:
        return isinstance(found, list) and not any(not match(w, f) for w in wanted["$none"] for f in found)
    raise Bad(f"case.json: unknown word in {wanted}")


def short(value):
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 300 else text[:300] + " ..."


def match_findings(wanted, report):
    """Each wanted finding has one of its own, and none is left over."""
    left = [f for f in report["findings"] if f["kind"] in KINDS]
    problems = []
    for w in wanted:
        fitting = [f for f in left if not match(w, f)]
        if fitting:
            left.remove(fitting[0])
            continue
        close = [f for f in left if f["kind"] == w["kind"] and f["agent"] == w.get("agent", f["agent"])]
        problems.append(f"no finding is {json.dumps(w)}" + "".join("\n        near: " + "; ".join(match(w, f)) for f in close[:3]))
    return problems + [f"a finding too many: {f['kind']} of {f['agent']} ({f['sid']}) from {f['start']} to {f['end']}" for f in left]


def golden(report):
    kept = {k: v for k, v in report.items() if k not in ("run", "ruleset")}
    kept["rules"] = [r for r in report["rules"] if r["hits"]]
    if not kept["server_events"]:
        del kept["server_events"]
    return kept


def text_of(value):
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def difference(wanted, found, names):
    return difference_of_texts(text_of(wanted), text_of(found), names)


def difference_of_texts(wanted, found, names, limit=60):
    lines = list(difflib.unified_diff(wanted.splitlines(), found.splitlines(), *names, "", "", 3, ""))
    return "\n".join(lines[:limit] + ([f"... {len(lines) - limit} more lines"] if len(lines) > limit else []))


def comparable(report, same_input):
    """What two runs must share: everything but `run`; for another packing also not what names the packing."""
    kept = {k: v for k, v in report.items() if k != "run"}
    if not same_input:
        kept.pop("bundle")
        kept.pop("containers")
        for key in ("inputs", "diagnostics"):
            kept[key] = [{k: v for k, v in i.items() if k != "path"} for i in kept[key]]
    return kept


# -------------------------------------------------------------------- outputs


def with_blocks(schema):
    """A schema that names blocks of the report's, with those in their places."""
    if isinstance(schema, list):
        return [with_blocks(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    ref = schema.get("$ref", "").removeprefix(SCHEMA["$id"])
    if ref.startswith("#/properties/") and ref != schema["$ref"]:
        return SCHEMA["properties"][ref.removeprefix("#/properties/")]
    if ref.startswith("#/$defs/"):
        return {**schema, "$ref": ref}
    return {key: with_blocks(value) for key, value in schema.items()}


def schema_of(name):
    schema = with_blocks(json.loads((ROOT / f"include/boshscope-{name}-1.schema.json").read_text()))
    return {**schema, "$defs": SCHEMA["$defs"]}


class Extra:
    """Another document over the same input: `boshscope WORDS ARGS`."""

    def __init__(self, name, words, run, status, program):
        args, stdin = run.spec.get("args", []), run.spec.get("stdin")
        self.name, self.run, self.value, self.problems = name, run, None, []
        self.done = subprocess.run([program, *words, *args, *WAY], cwd=run.folder, env=PROGRAM_ENV, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, timeout=TIMEOUT,
                                   input=(run.folder / stdin).read_bytes() if stdin else b"")
        if self.done.returncode != status:
            self.problems.append(f"exit status {self.done.returncode}, not {status}: "
                                 + self.done.stderr.decode(errors="replace").strip()[-2000:])
        try:
            self.text = self.done.stdout.decode("utf-8")
            if name.endswith(".json"):
                self.value = json.loads(self.text, parse_constant=refuse, object_pairs_hook=without_duplicates)
        except (UnicodeDecodeError, ValueError) as e:
            self.problems.append(str(e))

    def check(self):
        leaves = Leaves(self.run.folder, self.run.report, self.run.spec.get("stdin"))
        if not self.problems and self.value is not None:
            kind = self.value["schema"].split(".")[1].split("/")[0]
            schema = schema_of(kind)
            self.problems += check_schema(self.value, schema) or (
                order_of_keys(schema, self.value, "") + OUTPUT_CHECKS[kind](self.value, self.run.report, leaves))
        self.problems += check_secrets(self.run.report, leaves, self.done)
        return [f"{self.name}: {p}" for p in self.problems]

    def golden(self):
        """None where the document is part of the report and was compared with it."""
        if self.value is None:
            return self.text
        if self.value["schema"] == "boshscope.info/1":
            return None
        left_out = ("ruleset", *BLOCKS) if self.value["schema"] == "boshscope.explain/1" else ("ruleset",)
        return text_in_rows({k: v for k, v in self.value.items() if k not in left_out})

    def comparable(self):
        """Without what names the packing; None where all of it does."""
        return None if self.value is None else text_of(without_paths(self.value))


def text_in_rows(value):
    """JSON with a line for each item of a list: a difference shows what it is in."""
    def row(item):
        return json.dumps(item, ensure_ascii=False)
    parts = [f'"{k}": ' + ("[\n" + ",\n".join(map(row, v)) + "\n]" if isinstance(v, list) and v else row(v))
             for k, v in value.items()]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def without_paths(value):
    if isinstance(value, dict):
        return {k: without_paths(v) for k, v in value.items() if k not in ("path", "bundle", "containers")}
    return [without_paths(v) for v in value] if isinstance(value, list) else value


def check_info(info, report, leaves):
    """Block for block what the report says."""
    return [f"{key} is not the report's" for key in info if key != "schema" and text_of(info[key]) != text_of(report[key])]


def check_unmatched(unmatched, report, leaves):
    """Every record that no rule matched is counted once, and the examples stand where they say."""
    problems, shapes = [], unmatched["shapes"]
    records = sum(i["unmatched"] or 0 for i in report["inputs"] if i["duplicate_of"] is None)
    if unmatched["records"] != records or sum(s["count"] for s in shapes) + unmatched["other"] != records:
        problems.append(f"records {unmatched['records']}, shapes and other {sum(s['count'] for s in shapes)} + "
                        f"{unmatched['other']}; the report has {records}")
    keys = [(-s["count"], s["family"], s["shape"].encode()) for s in shapes]
    if keys != sorted(keys) or len({k[1:] for k in keys}) != len(keys):
        problems.append("shapes are not in order, or one stands twice")
    for s in shapes:
        e = s["example"]
        lines = leaves.lines_of(e["input"])
        begin = e["text"].split("\n")[0][:40]
        if report["inputs"][e["input"]]["path"] != e["path"]:
            problems.append(f"{e['path']} is not input {e['input']}")
        elif offset_of_line(lines, e["line"]) != e["offset"]:
            problems.append(f"offset {e['offset']} is not where line {e['line']} begins")
        elif begin.isascii() and "*" not in begin and begin.rstrip("\r").encode() not in lines[e["line"] - 1]:
            problems.append(f"text {begin!r} does not stand in line {e['line']}")
    return problems[:10]


BLOCKS = ("inputs", "coverage", "clock", "product", "diagnostics")


def check_explain(explain, report, leaves):
    """Blocks and findings are the report's, and every record stands where it says."""
    problems = check_info({key: explain[key] for key in ("ruleset", "complete", "exit_status", *BLOCKS)}, report, leaves)
    problems += [f"finding {f['id']} is not the report's" for f in explain["findings"] if f not in report["findings"]]
    ids = {f["id"] for f in explain["findings"]}
    named = [m["finding"] for m in explain["matters"]] + [explain["held_by"]]
    problems += [f"finding {name} is named and not there" for name in named if name and name not in ids]
    records = [m[key] for m in explain["matters"] for key in ("record", "request")] + list(explain["around"].values())
    session = {"sid": "of the answer", "timeline": [r for r in records if r]}
    return problems + check_places({**report, "findings": [], "sessions": [session]}, leaves)


OUTPUT_CHECKS = {"explain": check_explain, "info": check_info, "unmatched": check_unmatched}


def run_outputs(case, run, program):
    return [Extra(name, words, run, case.get("status", 0), program) for name, words in case.get("outputs", {}).items()]


def compare_outputs(extras, path, update, result):
    for extra in extras:
        result.problems += extra.check()
        file = path / extra.name
        if extra.golden() is None:
            continue
        if update and not result.problems:
            if not file.is_file() or file.read_text() != extra.golden():
                file.write_text(extra.golden())
                result.note += f" ({extra.name} written)"
        elif not file.is_file():
            result.problems.append(f"there is no {extra.name}; look at it and run with --update")
        elif file.read_text() != extra.golden():
            result.problems.append(f"{extra.name} differs:\n" + difference_of_texts(
                file.read_text(), extra.golden(), ("expected", "found")))


def same_outputs(case, first, other, program):
    """Of the other run: what its further outputs have that the first run's have not."""
    problems = []
    for a, b in zip(run_outputs(case, first, program), run_outputs(case, other, program)):
        problems += b.check()
        if a.comparable() != b.comparable():
            problems.append(f"{b.name} differs:\n" + difference_of_texts(a.comparable(), b.comparable(), ("first run", "now")))
    return problems


# --------------------------------------------------------------- special checks


def check_live1_truth(report):
    """Against what the clients really did: the silences that ended in a closure, and no others."""
    events = json.loads((ROOT / "testdata/logs/live-1/what-happened.json").read_text())
    woke = {e["sid"] for e in events if e["what"] == "resume"}
    truth = {e["sid"]: e for e in events if e["what"] == "silent" and e["sid"] not in woke}
    problems = [] if len(truth) == 7 else ["what-happened.json does not tell of seven"]
    for kind in ("idle_closure", "idle_escalation"):
        found = {f["sid"]: f for f in report["findings"] if f["kind"] == kind}
        if set(found) != set(truth):
            problems.append(f"{kind}: missing {sorted(set(truth) - set(found))}, invented {sorted(set(found) - set(truth), key=str)}")
        for sid in set(found) & set(truth):
            f, t = found[sid], truth[sid]
            if f["agent"] != t["agent"]:
                problems.append(f"{kind} {sid} is of {f['agent']}, not of {t['agent']}")
            if not f["silent_since"] or abs((utc(f["silent_since"]) - utc(t["time"])).total_seconds()) > 1.5:
                problems.append(f"{kind} {sid}: silent_since {f['silent_since']}, it was {t['time']}")
            if kind == "idle_escalation" and f["outcome"] != "closed":
                problems.append(f"{kind} {sid}: outcome {f['outcome']}")
    if report["summary"]["forced_logouts"]:
        problems.append("forced logouts, where no web-service log is")
    return problems


def check_live1_sessions(report):
    """Who signed in, from where, and how it ended."""
    events = json.loads((ROOT / "testdata/logs/live-1/what-happened.json").read_text())
    problems, sessions = [], {s["sid"]: s for s in report["sessions"]}
    logins = {e["sid"]: e for e in events if e["what"] == "login"}
    if set(sessions) != set(logins):
        problems.append(f"sessions are {sorted(sessions, key=str)}, not {sorted(logins)}")
    terminated = {e["sid"] for e in events if e["what"] == "terminate"}
    for sid in set(sessions) & set(logins):
        s, t = sessions[sid], logins[sid]
        if s["agent"] != t["agent"] or (s["wait_s"], s["inactivity_s"], s["resource"]) != (30, 60, "desktop"):
            problems.append(f"session {sid}: {short({k: s[k] for k in ('agent', 'wait_s', 'inactivity_s', 'resource')})}")
        if abs((utc(s["opened"]) - utc(t["time"])).total_seconds()) > 1.5:
            problems.append(f"session {sid}: opened {s['opened']}, it was {t['time']}")
        if (s["ended_by"] == "terminate") != (sid in terminated):
            problems.append(f"session {sid}: ended_by {s['ended_by']}")
        if len(s["client_ips"]) > 1:
            problems.append(f"session {sid}: client_ips {s['client_ips']}, every client had one")
    return problems


SPECIAL = {"live1_truth": check_live1_truth, "live1_sessions": check_live1_sessions}


# -------------------------------------------------------------------- one case


class Result:
    def __init__(self, name, title):
        self.name, self.title, self.problems, self.skip, self.note = name, title, [], None, ""
        self.codes = set()  # of the diagnostics that were made

    @property
    def word(self):
        return "SKIP" if self.skip else "FAIL" if self.problems else "ok"


def check_case(case, run):
    problems = []
    codes = {d["code"] for d in run.report["diagnostics"]}
    for code in case.get("diagnostics", []):
        if code not in codes:
            problems.append(f"diagnostic {code} is missing; there are {sorted(codes)}")
    if "findings" in case:
        problems += match_findings(case["findings"], run.report)
    problems += match(case.get("expect", {}), run.report)
    for name in case.get("check", []):
        problems += SPECIAL[name](run.report)
    return problems


def check_variants(case, first, folder, program):
    """Problems, and the codes that the other runs made."""
    problems, codes = [], set()
    for spec in case.get("same", []):
        other_folder = folder / "same" if spec.get("make") is not None else first.folder
        shutil.rmtree(folder / "same", ignore_errors=True)
        other_folder.mkdir(exist_ok=True)
        spec = {"args": case.get("args", []), "stdin": case.get("stdin"), **spec}
        other = Run(case, spec, other_folder, program)
        found = other.check(first.report)
        codes |= other.codes
        same_input = other_folder == first.folder and spec["stdin"] == case.get("stdin")
        if other.report and first.report:
            a, b = comparable(first.report, same_input), comparable(other.report, same_input)
            if text_of(a) != text_of(b):
                found.append("the report differs:\n" + difference(a, b, ("first run", spec["title"])))
            found += same_outputs(case, first, other, program)
        problems += [f"{spec['title']}: {p}" for p in found]
    return problems, codes


def compare_golden(case, run, path, update, result):
    if not case.get("golden", True):
        return
    report = golden(run.report)
    file = path / "expected.json"
    if update and not result.problems:
        if not file.is_file() or file.read_text() != text_of(report):
            file.write_text(text_of(report))
            result.note = " (expected.json written)"
    elif not file.is_file():
        result.problems.append("there is no expected.json; look at the report and run with --update")
    else:
        wanted = json.loads(file.read_text())
        if text_of(wanted) != text_of(report):
            result.problems.append("the report differs from expected.json:\n" + difference(wanted, report, ("expected", "found")))


def run_case(path, program, update, keep):
    case = json.loads((path / "case.json").read_text())
    result = Result(path.name, case["title"])
    folder = Path(tempfile.mkdtemp(prefix=f"boshscope-{path.name}-"))
    try:
        if case.get("needs") == "unprivileged" and os.geteuid() == 0:
            raise Skip("root may read everything")
        work = folder / "work"
        work.mkdir()
        run = Run(case, case, work, program)
        result.problems += run.check()
        result.codes |= run.codes
        if run.report is not None and not result.problems:
            result.problems += check_case(case, run)
            problems, codes = check_variants(case, run, folder, program)
            result.problems += problems
            result.codes |= codes
            compare_golden(case, run, path, update, result)
            extras = run_outputs(case, run, program)
            compare_outputs(extras, path, update, result)
            result.codes |= {code for extra in extras for code in codes_told(extra.done.stderr)}
    except Skip as e:
        result.skip = str(e)
        result.codes |= set(case.get("diagnostics", []))
    except (Bad, subprocess.TimeoutExpired) as e:
        result.problems.append(str(e))
    except Exception as e:  # a fault of ours must not hide the other cases
        result.problems.append(f"{type(e).__name__}: {e}")
    finally:
        if keep:
            result.note += f" [{folder}]"
        else:
            subprocess.run(["chmod", "-R", "u+rwX", str(folder)], check=False)
            shutil.rmtree(folder, ignore_errors=True)
    return result


# ---------------------------------------------- what no packed input can show


def codes_told(stderr):
    return re.findall(r"\bBS\d{3}\b", stderr.decode(errors="replace"))


def place_in(process, path):
    """How far the process has read the file; -1 while it has not opened it."""
    folder = Path(f"/proc/{process.pid}/fd")
    for fd in folder.iterdir():
        if fd.is_symlink() and os.readlink(fd) == str(path):
            return int(Path(f"/proc/{process.pid}/fdinfo/{fd.name}").read_text().split()[1])
    return -1


def stop_inside(process, path):
    """Stop the process while it reads the file. The place, or a Bad where it was too quick."""
    while process.poll() is None:
        try:
            if place_in(process, path) > 0:
                process.send_signal(signal.SIGSTOP)
                os.waitpid(process.pid, os.WUNTRACED)
                return place_in(process, path)
        except OSError:  # it opens and closes others meanwhile
            pass
        time.sleep(0.001)
    raise Bad("the program had ended before it could be stopped")


def shrink(path, at, process):
    os.truncate(path, at + 100)


def grow(path, at, process):
    with open(path, "ab") as f:
        f.write(b"2017.06.17 10:09:00 and one more\n")


def interrupt(path, at, process):
    process.send_signal(signal.SIGINT)


MEDDLERS = {"file_shrinks": ("a file that shrinks while it is read", shrink, "BS106", 5, False),
            "file_grows": ("a file that grows while it is read", grow, "BS107", 0, True),
            "interrupted": ("a run that is interrupted", interrupt, "BS901", 130, False)}


def run_meddled(name, program):
    """A long log, changed while the program stands still in the middle of it."""
    title, meddle, code, status, complete = MEDDLERS[name]
    result = Result(name, title)
    with tempfile.TemporaryDirectory(prefix="boshscope-meddled-") as folder:
        path = Path(folder).resolve() / "debug.log"
        log = make_logs.SETS["quiet"]()["debug.log"]
        path.write_bytes(log + b"2017.06.17 10:08:00 nothing\n" * 100000)
        try:
            with subprocess.Popen([program, "analyze", "--tz", "+05:30", "--chunk-bytes", "64", path.name], cwd=folder,
                                  env=PROGRAM_ENV, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
                meddle(path, stop_inside(process, path), process)
                process.send_signal(signal.SIGCONT)
                report = json.loads(process.communicate(timeout=TIMEOUT)[0])
            result.codes = {d["code"] for d in report["diagnostics"]}
            result.problems += check_schema(report) + check_sums(report)
            if process.returncode != status or report["complete"] != complete or code not in result.codes:
                result.problems.append(f"exit status {process.returncode}, complete {report['complete']}, {sorted(result.codes)}; "
                                       f"wanted {status}, {complete}, {code}")
        except (Bad, ValueError, subprocess.TimeoutExpired) as e:
            result.problems.append(str(e))
    return result


def codes_can_happen(results):
    """Every code of diag_codes.h is in a report that some run made."""
    result = Result("codes", "every diagnostic happens in some case")
    codes = re.findall(r'^ +X\(\w+, "(BS\d+)"', (ROOT / "src/base/diag_codes.h").read_text(), re.M)
    seen = {code for r in results for code in r.codes}
    if len(codes) < 30:
        result.problems.append("diag_codes.h does not look as this check expects")
    # Where limits are hit that no small bundle hits, and where reports are merged.
    hostile = (ROOT / "tests/hostile/run.py").read_text() + (ROOT / "tests/fleet/run.py").read_text()
    result.problems += [f"{code} stands in no report" for code in codes if code not in seen and code not in hostile]
    return result


def bundles_are_current():
    """The committed bundles are what the scripts make."""
    result = Result("make_logs", "testdata/bundles holds what the scripts make")
    result.problems += [f"run {maker.__name__}.py --commit" for maker in (make_logs, make_eras, make_bundles) if maker.check()]
    return result


def show(result):
    print(f"{result.word:4} {result.name}: {result.skip or result.title}{result.note}", flush=True)
    for problem in result.problems:
        print("     " + problem.replace("\n", "\n     "), flush=True)


def arguments(argv):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", nargs="?")
    parser.add_argument("--only", action="append", metavar="NAME", help="this case (may be repeated)")
    parser.add_argument("--update", action="store_true", help="rewrite expected.json")
    parser.add_argument("--keep", action="store_true", help="leave the inputs where they were made")
    parser.add_argument("--list", action="store_true", help="name the cases and end")
    parser.add_argument("--way", action="append", metavar="OPTION", help="give this to every run, such as --way=--threads=8")
    args = parser.parse_args(argv)
    WAY.extend(args.way or [])
    if not args.list and not args.program:
        parser.error("the path of boshscope is missing")
    return args


def main(argv):
    args = arguments(argv)
    cases = sorted(p.parent for p in HERE.glob("*/case.json") if not args.only or p.parent.name in args.only)
    if args.list:
        for path in cases:
            print(f"{path.name:24} {json.loads((path / 'case.json').read_text())['title']}")
        return 0
    unknown = set(args.only or []) - {p.name for p in cases}
    if unknown:
        print(f"no case is called {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    program = shutil.which(args.program) or args.program
    program = str(Path(program).resolve())
    results = []
    # Processes: what Python does here is more than what the program does.
    one = functools.partial(run_case, program=program, update=args.update, keep=args.keep)
    with ProcessPoolExecutor(max_workers=2, mp_context=multiprocessing.get_context("fork")) as pool:
        for result in pool.map(one, cases):
            show(result)
            results.append(result)
    if not args.only:
        for check in (*(lambda name=name: run_meddled(name, program) for name in MEDDLERS), bundles_are_current,
                      lambda: codes_can_happen(results)):
            results.append(check())
            show(results[-1])
    if jsonschema is None:
        results.append(Result("schema", ""))
        results[-1].skip = "python3-jsonschema is not installed: NO report was validated against the schema"
        show(results[-1])
    failed = sum(r.word == "FAIL" for r in results)
    skipped = sum(r.word == "SKIP" for r in results)
    print(f"{len(results) - failed - skipped} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
