"""What an HTML page says: its data block, as its script reads it (src/render/html/data.js)."""
import json
import re

BEGIN, END = '<script type="application/json" id="report">', "</script>"


def block(page):
    """The JSON as it stands; how the page looks is for tests/browser."""
    head, data = page.split(BEGIN, 1)
    data, tail = data.split(END, 1)
    assert head.startswith("<!DOCTYPE html>") and tail.endswith("</html>\n"), "no page"
    return data


def texts(data):
    """All texts, each put together of its form and its words."""
    result = []
    for form, words in zip(*data["texts"]):
        own = iter(words.split(" "))
        result.append(re.sub("0", lambda _: next(own), data["forms"][form]))
    return result


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from strings(part)


def said(page):
    """Every string of a report that the page holds, a line each."""
    data = json.loads(block(page))
    return "\n".join([*texts(data), *strings({key: value for key, value in data.items() if key not in ("texts", "forms")})])
