#!/usr/bin/env python3
"""A large report, made of a real one: its agents, sessions, findings again and again.

    make_big.py REPORT.json AGENTS EVENTS > BIG.json

Each copy has agents, session ids and finding ids of its own and comes some seconds later. Sessions
get events until there are EVENTS of them. What the summary counts is counted anew. For tests of how
fast a report is rendered and how much memory that takes; its figures mean nothing else.
"""
import copy
import json
import re
import sys
from datetime import datetime, timedelta

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def later(text, seconds):
    def shift(match):
        time = datetime.strptime(match.group(), "%Y-%m-%dT%H:%M:%S.%fZ") + timedelta(seconds=seconds)
        return time.strftime("%Y-%m-%dT%H:%M:%S.") + f"{time.microsecond // 1000:03}Z"

    return TIME.sub(shift, text)


def copies(things, number, names):
    """The same once more, by its own names and at its own time."""
    text = later(json.dumps(things), number * 7)
    return json.loads(re.sub("|".join(map(re.escape, names)), lambda m: f"{m.group()}{number:04}", text)) if names else []


def big(report, agents, events):
    names = sorted({a["agent"] for a in report["agents"]} | {s["sid"] for s in report["sessions"] if s["sid"]}
                   | {f["id"] for f in report["findings"]}, key=len, reverse=True)
    parts = {key: report[key] for key in ("agents", "sessions", "findings")}
    whole = {key: [] for key in parts}
    number = 0
    while len(whole["agents"]) < agents:
        more = copies(parts, number, names)
        for key in whole:
            whole[key] += more[key]
        number += 1
    whole["agents"] = whole["agents"][:agents]
    left = events - sum(len(session["timeline"]) for session in whole["sessions"])
    sessions = [session for session in whole["sessions"] if session["timeline"]]
    for i in range(max(left, 0)):
        timeline = sessions[i % len(sessions)]["timeline"]
        event = copy.copy(timeline[-1])
        event["time"] = event["time"] and later(event["time"], 30)
        event["line"] += 1
        timeline.append(event)
    big_report = {**report, **whole}
    big_report["summary"] = {**report["summary"], "agents": agents, "sessions": len(whole["sessions"])}
    for kind, key in (("idle_escalation", "idle_escalations"), ("idle_closure", "idle_closures"), ("forced_logout", "forced_logouts")):
        big_report["summary"][key] = sum(f["kind"] == kind for f in whole["findings"])
    return big_report


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as file:
        report = json.load(file)
    json.dump(big(report, int(sys.argv[2]), int(sys.argv[3])), sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
