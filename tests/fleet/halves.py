"""Cuts a bundle's folder by time into two that overlap."""
import io
import re
import zipfile
from datetime import datetime

STAMPS = (
    (re.compile(rb"(\d{4}\.\d\d\.\d\d \d\d:\d\d:\d\d)"), "%Y.%m.%d %H:%M:%S"),
    (re.compile(rb"\d+: [^ ]*: (\w{3} \d\d \d{4} \d\d:\d\d:\d\d)"), "%b %d %Y %H:%M:%S"),
    (re.compile(rb"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)"), "%Y-%m-%d %H:%M:%S"),
)


def stamp(line):
    for pattern, form in STAMPS:
        match = pattern.match(line)
        if match:
            return datetime.strptime(match[1].decode(), form)
    return None


def records(data):
    """Each with its time; lines without one go with the line before."""
    found = []
    for line in data.splitlines(True):
        time = stamp(line)
        if time or not found:
            found.append([time, line])
        else:
            found[-1][1] += line
    return [(time, text) for time, text in found if time]


def logs(folder):
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        if path.suffix != ".zip":
            yield path.relative_to(folder), path.read_bytes()
            continue
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
            for name in archive.namelist():
                yield path.relative_to(folder).parent / name, archive.read(name)


def cut(folder, first, second):
    """The first 60 percent of the time, and the last 60."""
    found = [(name, records(data)) for name, data in logs(folder)]
    times = [time for _, of_log in found for time, _ in of_log]
    begin, span = min(times), max(times) - min(times)
    for target, keep in ((first, lambda t: t <= begin + 0.6 * span), (second, lambda t: t >= begin + 0.4 * span)):
        for name, of_log in found:
            data = b"".join(text for time, text in of_log if keep(time))
            if data:
                (target / name).parent.mkdir(parents=True, exist_ok=True)
                (target / name).write_bytes(data)
    return [first, second]
