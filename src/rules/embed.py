"""Turn the files of a rule pack into C.

usage: embed.py OUTPUT.c FILE.json...

The output depends on the files' names and contents only, not on where they
lie or in which order they are named.
"""

import os
import sys


def c_string(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def main(output, paths):
    files = sorted((os.path.basename(path).encode(), path) for path in paths)
    lines = ["/* Made by embed.py from rules/: do not edit. */", '#include "rules/pack_files.h"', ""]
    entries = []
    for number, (name, path) in enumerate(files):
        with open(path, "rb") as file:
            content = file.read()
        # Byte arrays, since C promises no more than 4095 characters a string.
        lines.append(f"static const unsigned char file_{number}[] = {{")
        padded = content + b"\0"
        for at in range(0, len(padded), 24):
            lines.append("        " + " ".join(f"{byte}," for byte in padded[at : at + 24]))
        lines += ["};", ""]
        shown = c_string(name.decode("ascii"))
        entries.append(
            f"        {{ {{ {shown}, {len(name)} }}, {{ (const char *)file_{number}, {len(content)} }} }},"
        )
    lines += ["const struct pack_file pack_builtin[] = {", *entries, "};", ""]
    lines.append(f"const size_t pack_builtin_count = {len(files)};")
    with open(output, "w", encoding="ascii", newline="\n") as file:
        file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2:])
