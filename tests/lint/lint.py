#!/usr/bin/env python3
"""House rules that a compiler does not check.

    lint.py CHECK ROOT            a check of the source tree
    lint.py mend-readme ROOT      write README's table of diagnostics anew
    lint.py exports LIBRARY       the shared library's symbols
    lint.py variables ARCHIVE     the static library's variables

One line per fault, "file:line: what is wrong"; exit status 1 with any.
"""

import pathlib
import re
import subprocess
import sys

# The order in which data flows; a folder may include itself and earlier ones.
FOLDERS = ["base", "source", "rules", "events", "timeline", "redact", "findings", "report", "render", "batch", "fleet", "store"]

# Who may know an outside library (regular expressions on the path below src/).
LIBRARIES = {
    "pcre2.h": r"rules/pattern\.c",
    "zlib.h": r"source/deflate_zlib\.c|base/crc32(_zlib)?\.c",
    "isa-l.h": r"source/deflate_isal\.c|base/crc32_isal\.c",
    "archive.h": r"source/.*",
    "archive_entry.h": r"source/.*",
    "cjson/cJSON.h": r"rules/.*",
    "cJSON.h": r"rules/.*",
}

# What a library must leave to its program.
FORBIDDEN = (
    r"v?f?printf|v?dprintf|puts|fputs|putchar|putc|fputc|perror|"
    r"exit|_exit|_Exit|quick_exit|abort|atexit|"
    r"setlocale|signal|sigaction|sigprocmask|raise|kill|system|popen|fork"
)

MAX_FUNCTION_LINES = 70
MAX_FILE_LINES = 600

# Symbols that linkers and sanitizers put into every shared object.
FOREIGN_SYMBOL = re.compile(r"_init|_fini|_end|_edata|__bss_start|__(odr_)?(asan|ubsan|lsan|sanitizer|llvm|gcov).*")

C_TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def c_files(root):
    return sorted(p for p in (root / "src").rglob("*.[ch]"))


def bare(text):
    """C without comments, texts of literals and preprocessor lines, line numbers kept."""

    def blank(match):
        token = match.group()
        if token[0] in "\"'":
            return token[0] * 2
        return " " + "\n" * token.count("\n")

    text = C_TOKEN.sub(blank, text)
    return re.sub(r"^[ \t]*#(?:\\\n|[^\n])*", lambda m: "\n" * m.group().count("\n"), text, flags=re.M)


def line_of(text, at):
    return text.count("\n", 0, at) + 1


def layer(below_src):
    """The place of a file in FOLDERS; what joins the folders stands behind them."""
    folder = below_src.split("/")[0] if "/" in below_src else ""
    return FOLDERS.index(folder) if folder in FOLDERS else len(FOLDERS)


def of_program(below_src):
    return below_src == "main.c" or below_src.startswith("cli/")


def include_fault(below_src, name):
    allowed = LIBRARIES.get(name)
    if allowed and not re.fullmatch(allowed, below_src):
        return f"<{name}> belongs to {allowed}"
    first = name.split("/")[0]
    if of_program(below_src):
        if first in FOLDERS or name in ("pipeline.h", "api.h"):
            return f"the program uses boshscope.h alone, not {name}"
    elif first == "cli":
        return f"the library does not know its program's {name}"
    elif first in FOLDERS and FOLDERS.index(first) > layer(below_src):
        return f"{name} comes later in the flow than this folder"
    return None


def check_includes(root):
    for path in c_files(root):
        below_src = path.relative_to(root / "src").as_posix()
        text = path.read_text()
        for match in re.finditer(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)', text, re.M):
            where = f"{path}:{line_of(text, match.start())}"
            fault = include_fault(below_src, match.group(2))
            if fault:
                yield f"{where}: {fault}"
            elif match.group(1) == '"' and "/" not in match.group(2) and not (root / "include" / match.group(2)).exists():
                if not (root / "src" / match.group(2)).exists():
                    yield f'{where}: an include names its folder, as in "base/str.h"'


def check_calls(root):
    for path in c_files(root):
        if of_program(path.relative_to(root / "src").as_posix()):
            continue
        text = bare(path.read_text())
        # A member's or a longer name's end is no call of the function.
        for match in re.finditer(rf"(?<![\w.>])({FORBIDDEN})\s*\(", text):
            # The printf of __attribute__((format(printf, ...))) has a comma behind it.
            yield f"{path}:{line_of(text, match.start())}: {match.group(1)} is for the program only"


def functions(text):
    """(name, first line, last line) of every function, by the layout that clang-format gives."""
    head, first, inside = "", 0, False
    for number, line in enumerate(text.split("\n"), 1):
        if inside:
            if line.startswith("}"):
                inside = False
                if head:
                    yield head, first, number
            continue
        if line[:1].isalpha() or line[:1] == "_":
            call = re.search(r"(\w+)\s*\(", re.sub(r"__attribute__\s*\(\(.*?\)\)\s*", "", line))
            head, first = call.group(1) if call and "=" not in line else "", number
        inside = line.endswith("{") and not line.startswith("#")


def check_sizes(root):
    for path in c_files(root):
        text = path.read_text()
        total = text.count("\n")
        if total > MAX_FILE_LINES:
            yield f"{path}: {total} lines, at most {MAX_FILE_LINES} are read with pleasure"
        for name, first, last in functions(bare(text)):
            if last - first + 1 > MAX_FUNCTION_LINES:
                yield f"{path}:{first}: {name} has {last - first + 1} lines, at most {MAX_FUNCTION_LINES}"


def check_spaces(root):
    """Every text file of ours; captured logs, and what the program wrote, are as they were."""
    names = ["src", "include", "rules", "tests", "meson.build", "meson_options.txt", "README.md", ".ci"]
    endings = {".c", ".h", ".py", ".sh", ".json", ".md", ".build", ".txt", ".js", ".mjs", ".css", ".html", ""}
    foreign = {"cases", "golden", "__pycache__", "node_modules"}
    for top in (root / name for name in names):
        for path in [top] if top.is_file() else sorted(top.rglob("*")):
            if not path.is_file() or path.suffix not in endings or foreign & set(path.parts):
                continue
            for number, line in enumerate(path.read_bytes().split(b"\n"), 1):
                if line != line.rstrip():
                    yield f"{path}:{number}: space at the end of the line"
                if b"\t" in line and path.suffix in (".c", ".h", ".py", ".build"):
                    yield f"{path}:{number}: tab"


def check_exports(library):
    out = subprocess.run(["nm", "-D", "--defined-only", library], check=True, capture_output=True, text=True).stdout
    names = [line.split()[-1].split("@")[0] for line in out.splitlines()]
    ours = [name for name in names if name.startswith("boshscope_")]
    if not ours:
        yield f"{library}: exports nothing"
    for name in names:
        if not name.startswith("boshscope_") and not FOREIGN_SYMBOL.fullmatch(name):
            yield f"{library}: exports {name}"


def check_variables(archive):
    """Nothing below the program keeps state outside its objects."""
    out = subprocess.run(["objdump", "-t", archive], check=True, capture_output=True, text=True).stdout
    member = archive
    for line in out.splitlines():
        if ":     file format" in line:
            member = line.split(":")[0]
        match = re.match(r"^[0-9a-f]+ (.{7}) (\.t?(?:data|bss)\S*|\*COM\*)\s+\S+\s+(.*)$", line)
        # Constant tables of pointers only wait for the loader.
        thread_local = match and match.group(2).startswith(".t") and "d" not in match.group(1)
        if match and ("O" in match.group(1) or thread_local) and not match.group(2).startswith(".data.rel.ro"):
            yield f"{member}: {match.group(3)} is a variable that outlives its object ({match.group(2)})"


CODE = re.compile(r'X\((\w+), "(BS\d+)", (\w+), ([01]),((?:\s*\\?\s*"(?:\\.|[^"\\])*",?)+)')
TABLE = re.compile(r"^\| code \| level \| meaning \| what to do \|\n\|[-|]+\|\n(?:\|.*\n)*", re.M)


def diagnostics_table(root):
    """README's table, made from the one list in the source."""
    source = (root / "src/base/diag_codes.h").read_text().replace("\\\n", " ")
    rows = ["| code | level | meaning | what to do |", "|---|---|---|---|"]
    for _, code, level, loses, texts in CODE.findall(source):
        meaning, advice = re.findall(r'"((?:\\.|[^"\\])*)"', texts)
        rows.append(f"| {code}{'*' if loses == '1' else ''} | {level.lower()} | {meaning} | {advice or 'nothing'} |")
    return "\n".join(rows) + "\n"


def check_readme(root):
    if TABLE.search((root / "README.md").read_text()).group() != diagnostics_table(root):
        yield f"README.md: the table of diagnostics is not that of src/base/diag_codes.h: {sys.argv[0]} mend-readme {root}"


def mend_readme(root):
    readme = root / "README.md"
    readme.write_text(TABLE.sub(lambda _: diagnostics_table(root), readme.read_text()))
    return []


CHECKS = {
    "includes": check_includes,
    "calls": check_calls,
    "sizes": check_sizes,
    "spaces": check_spaces,
    "readme": check_readme,
    "mend-readme": mend_readme,
    "exports": check_exports,
    "variables": check_variables,
}


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in CHECKS:
        sys.exit(__doc__)
    target = sys.argv[2]
    tree = sys.argv[1] not in ("exports", "variables")
    faults = list(CHECKS[sys.argv[1]](pathlib.Path(target) if tree else target))
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
