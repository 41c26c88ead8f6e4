"""The records of a bundle around a moment, for the reader of a disagreement."""
import io
import tarfile
import zipfile
from pathlib import Path

from clocks import ZONES, parse_rfc3339
from people import escape

KEYS = ("at", "start", "end", "loss", "silent_since", "stopped", "started")


def members(name, data):
    """(name, text) of each file inside, archives opened."""
    if data[:2] == b"\x1f\x8b":
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as t:
            for m in t:
                yield from members(m.name, t.extractfile(m).read())
    elif data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as z:
            for n in z.namelist():
                yield from members(n, z.read(n))
    else:
        yield name, data.decode(errors="replace")


class Records:
    def __init__(self, path):
        path = Path(path)
        files = [p for p in sorted(path.rglob("*")) if p.is_file()] if path.is_dir() else [path]
        self.files = [(n.rsplit("/", 1)[-1], text.splitlines()) for p in files for n, text in members(p.name, p.read_bytes())]

    def around(self, truth, expected, finding, most=12):
        """Lines that name the session or the agent within a few seconds of the item's times."""
        item = expected or finding
        if not item:
            return []
        zone = ZONES[truth["options"]["zone"]][1]
        times = {parse_rfc3339(item[k]) for k in KEYS if isinstance(item.get(k), str)}
        stamps = tuple({f(t + d)[:20 if f == zone.web else 19] for t in times for d in (-1000, 0, 1000)
                        for f in (zone.notification, zone.web)})
        agent = item.get("agent")
        names = [x for x in (item.get("sid"), agent, escape(agent) if agent else None) if x]
        out = []
        for name, lines in self.files:
            out += [f"{name}:{i + 1}: {line[:220]}" for i, line in enumerate(lines)
                    if any(n in line for n in names) and any(s in line[:60] for s in stamps)]
        return out[:most] + (["..."] if len(out) > most else [])
