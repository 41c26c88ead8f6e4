"""Many reports for `boshscope merge`: one real report, made a megabyte large, again and again: other days, servers,
contents and ids each time.

    fleet.py PROGRAM DIR COUNT
"""
import json
import re
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "render"))
import make_big  # noqa: E402

DEMO = HERE.parent.parent / "testdata/bundles/active_1497638824642.tgz"
SERVERS, AGENTS, EVENTS = 8, 60, 4000
HOUR = re.compile(r"(\d{4}-\d\d-\d\dT\d\d)(?=:\d\d:\d\d\.\d{3}Z)")


def variant(parts, number):
    """The same on another day, of another server; of `parts` every other one is an hour."""
    day, server = divmod(number, SERVERS)
    later = {hour: (datetime.strptime(hour, "%Y-%m-%dT%H") + timedelta(days=day)).strftime("%Y-%m-%dT%H") for hour in set(parts[1::2])}
    text = "".join(later.get(part, part) for part in parts).replace("fin1.ucce.local", f"fin{server}.ucce.local")
    text = text.replace("active_1497638824642", f"active_{1497638824642 + number}")
    text = re.sub(r'"crc32": (\d+)', lambda m: f'"crc32": {(int(m[1]) + number) % 2**32}', text)
    return re.sub(r'"id": "([0-9a-f]{12})', lambda m: f'"id": "{int(m[1], 16) ^ number << 20:012x}', text)


def make(program, target, count):
    """The folder, made unless it is there; how many bytes a report has."""
    target = Path(target)
    done = target / "done"
    if not done.exists():
        target.mkdir(parents=True, exist_ok=True)
        report = json.loads(subprocess.run([program, "analyze", "-q", DEMO], check=True, capture_output=True).stdout)
        text = json.dumps(make_big.big(report, AGENTS, EVENTS), indent=1)
        parts = HOUR.split(text)
        for number in range(count):
            (target / f"{number:06}.json").write_text(variant(parts, number))
        done.write_text(str(len(text)))
    return int(done.read_text())


if __name__ == "__main__":
    make(sys.argv[1], sys.argv[2], int(sys.argv[3]))
