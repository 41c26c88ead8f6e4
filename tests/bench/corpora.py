"""The benchmark's corpora: made by the C program `corpus`, packed here, kept until what makes them changes.

Every corpus is a file or a folder below one directory, and has an entry in its facts.json: a key (of the scale and
of the sources of what makes it) and what the generator counted.
"""
import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
import zipfile
from pathlib import Path

MIB = 1 << 20
LEVEL = 9  # about 15:1
CHUNK = MIB
MTIME = 1497638000
RECORD = re.compile(rb"\n(?=\d{4}\.\d\d\.\d\d |\d{10}: )")  # what stands before a record

HERE = Path(__file__).resolve().parent
SOURCES = [
    hashlib.sha256((HERE / name).read_bytes()).hexdigest()
    for name in ("corpora.py", "corpus.c", "log.c", "log.h", "service.c", "service.h", "finesse.c", "log4j.c",
                 "webservices.c", "worst.c")
]


class Counts(dict):
    """What generators say they wrote; those of several logs add up."""

    def __add__(self, other):
        return Counts({name: self.get(name, 0) + other.get(name, 0) for name in {*self, *other}})


class Generator:
    """The program `corpus`; chunks() is one log, and counts what it holds when it ends."""

    def __init__(self, program):
        self.program = str(program)

    def chunks(self, counts, kind, size, agents=400, seed=5):
        with tempfile.TemporaryFile() as facts:
            command = [self.program, kind, str(size), str(agents), str(seed)]
            with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=facts) as process:
                while chunk := process.stdout.read(CHUNK):
                    yield chunk
            facts.seek(0)
            text = facts.read().decode()
        if process.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}: {text}")
        counts.update(Counts(counts) + Counts(json.loads(text)))


def write_plain(path, chunks):
    with open(path, "wb") as out:
        for chunk in chunks:
            out.write(chunk)


def write_gz(path, chunks):
    with open(path, "wb") as raw, gzip.GzipFile("", "wb", LEVEL, raw, MTIME) as out:
        for chunk in chunks:
            out.write(chunk)


def write_zip(path, name, chunks):
    entry = zipfile.ZipInfo(name, (2017, 6, 17, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(path, "w", compresslevel=LEVEL) as archive:
        entry._compresslevel = LEVEL  # an entry that is written in pieces has no other way to say it
        with archive.open(entry, "w", force_zip64=True) as out:
            for chunk in chunks:
                out.write(chunk)


def write_tgz(path, root):
    """A folder as the platform's `file get ... compress` packs it."""
    with open(path, "wb") as raw, gzip.GzipFile("", "wb", LEVEL, raw, MTIME) as packed:
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as archive:
            for file in sorted(file for file in root.rglob("*") if file.is_file()):
                entry = tarfile.TarInfo(file.relative_to(root).as_posix())
                entry.size, entry.mtime, entry.mode = file.stat().st_size, MTIME, 0o644
                with open(file, "rb") as content:
                    archive.addfile(entry, content)


def rotate(chunks, n, size):
    """A log in n files of about the same size, cut between records: yields lists of chunks, oldest file first."""
    pending, share = bytearray(), size // n
    for chunk in chunks:
        pending += chunk
        while n > 1 and len(pending) > share and (start := RECORD.search(pending, share)):
            yield [bytes(pending[: start.end()])]
            del pending[: start.end()]
            n -= 1
    yield [pending]


class Corpora:
    """corpora.path("debug.log.gz") makes it if need be; corpora.counts("debug.log.gz") tells what it holds."""

    def __init__(self, directory, program, scale=1.0, log=print):
        self.directory = Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.generator = Generator(program)
        self.scale = scale
        self.log = log
        self.facts_file = self.directory / "facts.json"
        self.facts = json.loads(self.facts_file.read_text()) if self.facts_file.exists() else {}

    def scaled(self, n):
        return max(1, int(n * self.scale))

    def size(self, mib):
        return self.scaled(mib * MIB)

    def log_of(self, counts, kind, mib, **options):
        return self.generator.chunks(counts, kind, self.size(mib), **options)

    def key(self, name):
        return hashlib.sha256(f"{self.scale} {name} {SOURCES}".encode()).hexdigest()

    def path(self, name):
        target = self.directory / name
        if self.facts.get(name, {}).get("key") == self.key(name) and target.exists():
            return target
        self.log(f"making {target}")
        self.remove(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        counts = Counts()
        {**MAKERS, **BATCH_MAKERS}[name](self, target, counts)
        self.facts[name] = {"key": self.key(name), "counts": counts}
        self.facts_file.write_text(json.dumps(self.facts, indent=1) + "\n")
        return target

    def counts(self, name):
        self.path(name)
        return self.facts[name]["counts"]

    def remove(self, name):
        target = self.directory / name
        if target.is_dir():
            shutil.rmtree(target)
        else:
            target.unlink(missing_ok=True)
        self.facts.pop(name, None)


# ------------------------------------------------------------------ what there is


def gz(kind, mib, **options):
    """A log of so many MiB as a .gz."""
    def make(corpora, target, counts):
        write_gz(target, corpora.log_of(counts, kind, mib, **options))

    return make


def worst(kind, mib, sessions=None):
    """One of the worst cases; a log of sessions takes their number, and is as long as they make it."""
    def make(corpora, target, counts):
        agents = corpora.scaled(sessions) if sessions else 400
        write_gz(target, corpora.log_of(counts, kind, mib, agents=agents))

    return make


def debug_zip(corpora, target, counts):
    write_zip(target, "debug.log", corpora.log_of(counts, "finesse", 1024))


def debug_plain(corpora, target, counts):
    target.mkdir()
    write_plain(target / "debug.log", corpora.log_of(counts, "finesse", 1024))


def debug_tgz(corpora, target, counts):
    counts.update(corpora.counts("plain"))
    write_tgz(target, corpora.path("plain"))


INFO_LOG = b"""\
2017.06.17 00:03:20 Publish-Subscribe domain: pubsub.fin1.ucce.local
2017.06.17 00:03:21 Started plain (unencrypted) socket on port: 5222
"""


def bundle(corpora, root, counts, debug_logs, web_logs, mib):
    """A node's logs as they are collected: rotated files are zipped, the newest of each kind is plain."""
    openfire, webservices = root / "desktop/logs/openfire", root / "desktop/logs/webservices"
    openfire.mkdir(parents=True)
    webservices.mkdir(parents=True)
    share = mib / (debug_logs + web_logs)
    notification = corpora.log_of(counts, "finesse", share * debug_logs)
    for i, chunks in enumerate(rotate(notification, debug_logs, corpora.size(share * debug_logs)), 1):
        name = "debug.log" if i == debug_logs else f"debug.log.{debug_logs - i}"
        write_rotated(openfire, name, chunks, i == debug_logs)
    (openfire / "info.log").write_bytes(INFO_LOG)
    web = corpora.log_of(counts, "webservices", share * web_logs)
    for i, chunks in enumerate(rotate(web, web_logs, corpora.size(share * web_logs)), 1):
        name = f"Desktop-webservices.2017-06-17T{i:02}-00-00.000.log"
        write_rotated(webservices, name, chunks, i == web_logs)
    counts.update(counts + Counts(bytes=len(INFO_LOG), lines=2, records=2))


def write_rotated(folder, name, chunks, is_newest):
    if is_newest:
        write_plain(folder / name, chunks)
    else:
        write_zip(folder / f"{name}.zip", name, chunks)


def bundle_members(corpora, target, counts):
    """24 members: 14 debug logs, info.log, 9 web-service logs."""
    bundle(corpora, target, counts, 14, 9, 1024)


def bundle_tgz(corpora, target, counts):
    counts.update(corpora.counts("bundle24"))
    write_tgz(target, corpora.path("bundle24"))


def small_tgz(mib):
    """A bundle of five members; its size does not follow the scale."""
    def make(corpora, target, counts):
        with tempfile.TemporaryDirectory(dir=target.parent) as root:
            bundle(corpora, Path(root) / "bundle", counts, 2, 2, mib / corpora.scale)
            write_tgz(target, Path(root) / "bundle")

    return make


WEB_NAME = "Desktop-webservices.2017-06-17T00-00-00.000.log.gz"

# Each kind of log lies in a folder of its own, so that it may have the name that a server gives it.
MAKERS = {
    "debug.log.gz": gz("finesse", 1024),
    "debug.log.zip": debug_zip,
    "plain": debug_plain,
    "debug.tgz": debug_tgz,
    "log4j/all.log.gz": gz("log4j", 1024),
    "web/" + WEB_NAME: gz("webservices", 1024),
    "bundle24": bundle_members,
    "bundle24.tgz": bundle_tgz,
    "small.tgz": small_tgz(20),
    "tiny.tgz": small_tgz(1),
    "agents10/debug.log.gz": gz("finesse", 1024, agents=4000),
    "growth4/debug.log.gz": gz("finesse", 4096),
    "worst/one-line/debug.log.gz": worst("one-line", 1024),
    "worst/empty-lines/debug.log.gz": worst("empty-lines", 256),
    "worst/events/debug.log.gz": worst("events", 256),
    "worst/sessions/debug.log.gz": worst("sessions", 0, sessions=1000000),
    "worst/match-limit/debug.log.gz": worst("match-limit", 256),
}


def batch_large(corpora, target, counts):
    """40 names of 4 bundles, each of 50 MB packed."""
    for seed in range(4):
        log = target / "making" / "desktop/logs/openfire/debug.log"
        log.parent.mkdir(parents=True)
        write_plain(log, corpora.log_of(counts, "finesse", 720, seed=seed))
        write_tgz(target / f"node{seed}-0.tgz", target / "making")
        shutil.rmtree(target / "making")
        for copy in range(1, 10):
            os.link(target / f"node{seed}-0.tgz", target / f"node{seed}-{copy}.tgz")


def batch_small(corpora, target, counts):
    """A thousand names of one small bundle."""
    target.mkdir(parents=True)
    demo = HERE.parent.parent / "testdata/bundles/era-4.3.2.tgz"
    shutil.copyfile(demo, target / "bundle0.tgz")
    for copy in range(1, corpora.scaled(1000)):
        os.link(target / "bundle0.tgz", target / f"bundle{copy}.tgz")


# Folders of bundles, each of which is a bundle of its own.
BATCH_MAKERS = {"batch40": batch_large, "batch1000": batch_small}
