"""Makes one page of frame.html, a body, a style and scripts, and C of it.

usage: embed.py OUTPUT.c HEADER.h NAME TITLE FRAME.html BODY.html STYLE.css SCRIPT.js...

HEADER declares NAME_head and NAME_tail.

The scripts are joined in the order in which they are named, as one function. The
page's content security policy names the style and the script by their hashes, so
that nothing else is ever applied or run.
"""

import base64
import hashlib
import sys


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return file.read()


def source_hash(text):
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii") + "'"


def policy(style, script):
    return (
        f"default-src 'none'; style-src {source_hash(style)}; script-src {source_hash(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


def page_parts(html, title, body, style, script):
    """What stands before and behind the data."""
    for text in (style, script):
        if "</style" in text or "</script" in text or "@DATA@" in text:
            sys.exit("embed.py: a style or script would end its own element")
    places = {"@TITLE@": title, "@BODY@": body, "@CSP@": policy(style, script), "@STYLE@": style, "@SCRIPT@": script}
    for place, text in places.items():
        if html.count(place) != 1:
            sys.exit(f"embed.py: the page must have one {place}")
        html = html.replace(place, text)
    head, data, tail = html.partition("@DATA@")
    if not data:
        sys.exit("embed.py: the page has no @DATA@")
    return head, tail


def c_bytes(name, text):
    content = text.encode()
    rows = (content[at : at + 24] for at in range(0, len(content), 24))
    return [
        f"const unsigned char {name}[] = {{",
        *("        " + " ".join(f"{byte}," for byte in row) for row in rows),
        "};",
        f"const size_t {name}_bytes = {len(content)};",
        "",
    ]


def main(output, header, name, title, frame, body, style, *scripts):
    script = '(function () {\n"use strict";\n' + "\n".join(read(path) for path in scripts) + "})();\n"
    head, tail = page_parts(read(frame), title, read(body), read(style), script)
    lines = ["/* Made by embed.py: do not edit. */", f'#include "{header}"', ""]
    lines += c_bytes(name + "_head", head) + c_bytes(name + "_tail", tail)
    with open(output, "w", encoding="ascii", newline="\n") as file:
        file.write("\n".join(lines))


if __name__ == "__main__":
    if len(sys.argv) < 9:
        sys.exit(__doc__)
    main(*sys.argv[1:])
