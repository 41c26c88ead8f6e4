"""What the benchmark compares: programs, the rows of its tables and their bounds."""
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from corpora import WEB_NAME

PATTERN = "was last active|Closing idle session|HTTP RECV|reason code: 255|eventReasonCode=255"
FORMS = [".json", ".csv", ".html", ".md", ".ndjson", ".txt", ".trace.json"]
GIB_GZ, GIB_ZIP, GIB_TGZ, GIB_PLAIN = "debug.log.gz", "debug.log.zip", "debug.tgz", "plain"


class Missing(Exception):
    """A program or an option that is not there; says which."""

# The worst cases are more than anybody is to be bothered with; here they are read whole.
UNLIMITED = ["--max-sessions", "1G", "--max-kept", "1G", "--max-findings", "1G", "--max-ratio", "1G"]


def limits_for(path):
    """Options for a corpus: all others have the limits that everybody has."""
    return UNLIMITED if "worst" in Path(path).parts else []


@dataclass
class Programs:
    """Where things are; a None is not there."""
    boshscope: str
    tools: Path  # measure, inflate_zlib, inflate_isal
    zlib_boshscope: str = None
    has_threads: bool = False

    def analyze(self, *arguments):
        return [[self.boshscope, "analyze", *limits_for(arguments[-1]), *map(str, arguments)]]

    def analyze_into(self, suffixes, path):
        """The report in files of these forms."""
        folder = Path(tempfile.gettempdir()) / "boshscope-bench-forms"
        folder.mkdir(exist_ok=True)
        return self.analyze(*(word for suffix in suffixes for word in ("-o", folder / f"report{suffix}")), path)

    def one_thread(self, path):
        if not self.has_threads:
            raise Missing("this boshscope has no --threads")
        return self.analyze("--threads", "1", path)

    def zlib_analyze(self, path):
        if not self.zlib_boshscope:
            raise Missing("no boshscope built with -Disal=disabled (--zlib)")
        return [[self.zlib_boshscope, "analyze", str(path)]]

    def tool(self, name, *arguments):
        path = self.tools / name
        if not path.exists():
            raise Missing(f"{name} was not built")
        return [[str(path), *map(str, arguments)]]


def peer(name, *arguments):
    if not shutil.which(name):
        raise Missing(f"{name} is not installed")
    return [[name, *map(str, arguments)]]


def counter(name, *arguments):
    """A peer that counts matches: its output is kept (measure -k), or grep would stop at the first."""
    return [["-k", *command] for command in peer(name, *arguments)]


def lnav(path):
    """It leaves a folder of its own in the home directory."""
    (command,) = peer("lnav", "-n", "-c", f":filter-in {PATTERN}", path)
    return [["env", f"HOME={tempfile.gettempdir()}", *command]]


@dataclass
class Row:
    """Commands of two sides, run in turn; a side is a list of commands, run one after the other.

    sides(programs, corpora) gives ours and theirs, or raises Missing. Bound: ours / theirs at most.
    """
    name: str
    work: str
    peer: str
    sides: callable
    bound: float = None


def bsdtar_members(corpora):
    zips = sorted(corpora.path("bundle24").rglob("*.zip"))
    return [command for file in zips for command in peer("bsdtar", "-xOf", file)]


def all_forms(corpus):
    return lambda programs, corpora: (programs.analyze_into(FORMS, corpora.path(corpus)),
                                      programs.analyze_into(FORMS[:1], corpora.path(corpus)))


def inflate_and_scan(programs, corpora):
    inflater = "inflate_isal" if (programs.tools / "inflate_isal").exists() else "inflate_zlib"
    return programs.tool(inflater, corpora.path(GIB_GZ)) + programs.one_thread(corpora.path(GIB_PLAIN))


def against(ours_on, theirs):
    """A row's sides: boshscope on a corpus, and what theirs(path of the corpus) gives."""
    return lambda programs, corpora: (programs.analyze(corpora.path(ours_on)), theirs(corpora.path(ours_on)))


ROWS = [
    Row("gz", "1 GiB .log.gz", "igzip -dc", against(GIB_GZ, lambda p: peer("igzip", "-dc", p)), 1.3),
    Row("tgz", "the same in a .tgz", "igzip -dc", against(GIB_TGZ, lambda p: peer("igzip", "-dc", p)), 1.4),
    Row("zip", "the same as one member of a .zip", "bsdtar -xOf",
        against(GIB_ZIP, lambda p: peer("bsdtar", "-xOf", p)), 0.55),
    Row("bundle", "24-member bundle, zipped rotations in a tgz", "bsdtar -xOf, the tgz and each zip in it",
        lambda programs, corpora: (programs.analyze(corpora.path("bundle24.tgz")),
                                   peer("bsdtar", "-xOf", corpora.path("bundle24.tgz")) + bsdtar_members(corpora)), 0.5),
    Row("members", "the same", "bsdtar -xOf, each zip alone, already unpacked from the tgz",
        lambda programs, corpora: (programs.analyze(corpora.path("bundle24.tgz")), bsdtar_members(corpora)), 0.5),
    Row("plain", "1 GiB plain, in a directory", "rg -c of five strings",
        lambda programs, corpora: (programs.analyze(corpora.path(GIB_PLAIN)),
                                   counter("rg", "-c", PATTERN, corpora.path(GIB_PLAIN) / "debug.log")), 1.0),
    Row("zlib-gz", "zlib build, .gz", "zlib's inflate alone",
        lambda programs, corpora: (programs.zlib_analyze(corpora.path(GIB_GZ)),
                                   programs.tool("inflate_zlib", corpora.path(GIB_GZ))), 1.2),
    Row("zlib-zip", "zlib build, .zip", "bsdtar -xOf",
        lambda programs, corpora: (programs.zlib_analyze(corpora.path(GIB_ZIP)),
                                   peer("bsdtar", "-xOf", corpora.path(GIB_ZIP))), 1.15),
    Row("one-thread", "one thread, .gz", "inflate alone + one-thread analyze of the plain log",
        lambda programs, corpora: (programs.one_thread(corpora.path(GIB_GZ)), inflate_and_scan(programs, corpora)), 1.0),
    Row("growth", "4 GiB .log.gz", "boshscope, 1 GiB",
        lambda programs, corpora: (programs.analyze(corpora.path("growth4/debug.log.gz")),
                                   programs.analyze(corpora.path(GIB_GZ))), 4.2),
    Row("agents", "10 x the agents, 1 GiB .log.gz", "boshscope, 400 agents",
        lambda programs, corpora: (programs.analyze(corpora.path("agents10/debug.log.gz")),
                                   programs.analyze(corpora.path(GIB_GZ))), 1.3),
    Row("threads-gz", "one thread, .gz", "boshscope, default threads",
        lambda programs, corpora: (programs.one_thread(corpora.path(GIB_GZ)), programs.analyze(corpora.path(GIB_GZ)))),
    Row("threads-bundle", "one thread, 24-member bundle", "boshscope, default threads",
        lambda programs, corpora: (programs.one_thread(corpora.path("bundle24.tgz")),
                                   programs.analyze(corpora.path("bundle24.tgz")))),
    Row("threads-plain", "one thread, 1 GiB plain", "boshscope, default threads",
        lambda programs, corpora: (programs.one_thread(corpora.path(GIB_PLAIN)),
                                   programs.analyze(corpora.path(GIB_PLAIN)))),
    Row("forms-gz", "1 GiB .log.gz, the report in all seven forms", "boshscope, the JSON alone", all_forms(GIB_GZ), 1.05),
    Row("forms-bundle", "24-member bundle, the report in all seven forms", "boshscope, the JSON alone", all_forms("bundle24.tgz"), 1.05),
    Row("log4j", "1 GiB all.log.gz with logger names", "igzip -dc",
        against("log4j/all.log.gz", lambda p: peer("igzip", "-dc", p))),
    Row("web", "1 GiB web-service log, .gz", "igzip -dc", against("web/" + WEB_NAME, lambda p: peer("igzip", "-dc", p))),
]


@dataclass
class Limit:
    """One number of boshscope's own run that must stay below a bound."""
    name: str
    what: str
    corpus: str
    measure: str  # "peak_mib" or "ms"
    bound: float


LIMITS = [
    Limit("memory", "peak memory, 1 GiB", GIB_GZ, "peak_mib", 32),
    Limit("memory-4", "peak memory, 4 GiB, same agents", "growth4/debug.log.gz", "peak_mib", 40),
    Limit("memory-bundle", "peak memory, 24-member bundle", "bundle24.tgz", "peak_mib", None),
    Limit("memory-plain", "peak memory, 1 GiB plain", GIB_PLAIN, "peak_mib", None),
    Limit("start-up", "start-up, bundle of 1 MB", "small.tgz", "ms", 15),
    Limit("start-up-tiny", "start-up, bundle of 1 MB of logs", "tiny.tgz", "ms", 15),
]


@dataclass
class Tool:
    """What people use today, on one of the packings."""
    name: str
    title: str
    corpus: str
    command: callable


def five(flag):
    """The five strings as an option each."""
    return [word for text in PATTERN.split("|") for word in (flag, text)]


TOOLS = [
    Tool("tool-igzip", "igzip -dc", GIB_GZ, lambda p: peer("igzip", "-dc", p)),
    Tool("tool-pigz", "pigz -dc", GIB_GZ, lambda p: peer("pigz", "-dc", p)),
    Tool("tool-gzip", "gzip -dc", GIB_GZ, lambda p: peer("gzip", "-dc", p)),
    Tool("tool-ugrep-gz", "ugrep -z -c", GIB_GZ, lambda p: counter("ugrep", "-z", "-c", "-F", *five("-e"), p)),
    Tool("tool-rg-gz", "rg -z -c", GIB_GZ, lambda p: counter("rg", "-z", "-c", PATTERN, p)),
    Tool("tool-zgrep", "zgrep -E -c", GIB_GZ, lambda p: counter("zgrep", "-E", "-c", PATTERN, p)),
    Tool("tool-lnav", "lnav -n -c :filter-in", GIB_GZ, lnav),
    Tool("tool-bsdtar", "bsdtar -xOf", GIB_ZIP, lambda p: peer("bsdtar", "-xOf", p)),
    Tool("tool-unzip", "unzip -p", GIB_ZIP, lambda p: peer("unzip", "-p", p)),
    Tool("tool-ugrep-zip", "ugrep -z -c", GIB_ZIP, lambda p: counter("ugrep", "-z", "-c", "-F", *five("-e"), p)),
    Tool("tool-rg", "rg -c", GIB_PLAIN, lambda p: counter("rg", "-c", PATTERN, p / "debug.log")),
    Tool("tool-ugrep", "ugrep -c", GIB_PLAIN, lambda p: counter("ugrep", "-c", "-F", *five("-e"), p / "debug.log")),
    Tool("tool-grep", "grep -E -c", GIB_PLAIN, lambda p: counter("grep", "-E", "-c", PATTERN, p / "debug.log")),
]


@dataclass
class Worst:
    """A log that no server writes; codes are what the report must say of it."""
    name: str
    what: str
    codes: tuple = ()

    @property
    def corpus(self):
        return f"worst/{self.name}/debug.log.gz"


WORST = [
    Worst("one-line", "one line of 1 GiB", ("BS301",)),
    Worst("empty-lines", "256 MiB of empty lines", ("BS302",)),
    Worst("events", "256 MiB, every line an event"),
    Worst("sessions", "a million sessions"),
    Worst("match-limit", "256 MiB of records near the match limit"),
]


@dataclass
class Batch:
    """Many bundles. With `beside` the value is how often as fast as that ours is, at least `bound`; else it is
    what `per` says of our seconds, at most `bound`.

    ours(programs, bundles, out) is a side as that of a row, and so is beside().
    """
    name: str
    what: str
    corpus: str
    ours: callable
    bound: float
    beside: callable = None
    before: bool = False  # the batch has been done once
    each: bool = False    # of each bundle, in ms


def batch(*options):
    return lambda programs, bundles, out: programs.analyze(*options, "--out", out, bundles)


def one_after_the_other(programs, bundles, out):
    return [command for path in sorted(bundles.iterdir())
            for command in programs.analyze("--threads", "1", "-o", out / "one.json", path)]


BATCHES = [
    Batch("batch", "40 bundles of 50 MB, `--jobs 2 --max-memory 256M`, beside one after the other with one thread each", "batch40",
          batch("--jobs", "2", "--max-memory", "256M"), 1.7, one_after_the_other),
    Batch("batch-each", "1000 bundles of 5 KB, `--jobs 1`: of each", "batch1000", batch("--jobs", "1"), None, each=True),
    Batch("batch-resume", "1000 bundles that are done, `--resume`", "batch1000", batch("--resume"), 2, before=True),
]
