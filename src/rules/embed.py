"""Turn the files of a rule pack into C.

usage: embed.py OUTPUT.c FILE.json...

The output has the files as they are, for `rules check`; the same without samples,
near misses, comments and blanks, for a quick start of everything else; and the
pack's SHA-256. It depends on the files' names and contents only, not on where they
lie or in which order they are named.
"""

import hashlib
import json
import os
import re
import sys

# A string, a comment, or one other byte: what comments are is told outside strings only.
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|//[^\n]*|/\*.*?\*/|.', re.DOTALL)
SAMPLES = ("samples", "near_misses")


def without_comments(text):
    return TOKEN.sub(lambda token: " " if token[0].startswith(("//", "/*")) else token[0], text)


def lean(content):
    """What the analysis needs of a file."""
    value = json.loads(without_comments(content.decode("utf-8")))
    for rule in value.get("rules", []):
        for key in SAMPLES:
            rule.pop(key, None)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def sha256(files):
    """As pack_files_sha256 does it."""
    return hashlib.sha256(b"".join(name + b"\0" + content + b"\0" for name, content in files)).hexdigest()


def c_string(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def c_bytes(name, content):
    # Byte arrays, since C promises no more than 4095 characters a string.
    padded = content + b"\0"
    rows = (padded[at : at + 24] for at in range(0, len(padded), 24))
    return [
        f"static const unsigned char {name}[] = {{",
        *("        " + " ".join(f"{byte}," for byte in row) for row in rows),
        "};",
        "",
    ]


def c_form(form, files):
    lines, entries = [], []
    for number, (name, content) in enumerate(files):
        lines += c_bytes(f"{form}_{number}", content)
        shown = c_string(name.decode("ascii"))
        entries.append(
            f"        {{ {{ {shown}, {len(name)} }}, {{ (const char *){form}_{number}, {len(content)} }} }},"
        )
    return lines + [f"const struct pack_file {form}[] = {{", *entries, "};", ""]


def main(output, paths):
    files = []
    for path in paths:
        with open(path, "rb") as file:
            files.append((os.path.basename(path).encode(), file.read()))
    files.sort()
    lines = ["/* Made by embed.py from rules/: do not edit. */", '#include "rules/pack_files.h"', ""]
    lines += c_form("pack_builtin", files)
    lines += c_form("pack_builtin_lean", [(name, lean(content)) for name, content in files])
    lines.append(f"const size_t pack_builtin_count = {len(files)};")
    lines.append(f"const char pack_builtin_sha256[SHA256_HEX_BYTES] = {c_string(sha256(files))};")
    with open(output, "w", encoding="ascii", newline="\n") as file:
        file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2:])
