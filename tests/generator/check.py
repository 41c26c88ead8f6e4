#!/usr/bin/env python3
"""Does the program say what is true of a synthetic bundle?

    check.py PROGRAM BUNDLE TRUTH [--only ASPECT]... [--skip ASPECT]... [--report FILE]

Both ways: what is true must be found, and nothing else may be. Each disagreement is printed with the sentence of the
report's definition that it rests on and with the records around it. Ends with 0 if there is none.
"""
import argparse
import json
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from clocks import parse_rfc3339  # noqa: E402
from records import Records  # noqa: E402

SECOND = 1000
TIMEOUT = 300


def ms(text):
    return None if text is None else parse_rfc3339(text)


def near(a, b, tolerance):
    """Two times of which both or none is known, this close."""
    return (a is None) == (b is None) and (a is None or abs(ms(a) - ms(b)) <= tolerance)


def same_agent(a, b):
    return (a or "").casefold() == (b or "").casefold()


class Check:
    def __init__(self, truth, report):
        self.truth, self.report, self.problems = truth, report, []
        self.debug = truth["options"]["debug"]

    def found(self, kind):
        return [f for f in self.report["findings"] if f["kind"] == kind]

    def say(self, aspect, what, sentence, expected=None, finding=None):
        self.problems.append((aspect, what, sentence, expected, finding))

    def pair(self, aspect, expected, found, alike, sentence):
        """Pairs of the two lists; what has no partner is a problem, either way."""
        left, pairs = list(found), []
        for e in expected:
            partner = next((f for f in left if alike(e, f)), None)
            if partner is None:
                self.say(aspect, "missing: " + brief(e), sentence, e)
            else:
                left.remove(partner)
                pairs.append((e, partner))
        for f in left:
            self.say(aspect, "invented: " + brief(f), sentence, None, f)
        return pairs

    def differs(self, aspect, key, e, f, expected, actual, sentence):
        self.say(aspect, f"{key} is {actual!r}, not {expected!r}: {brief(f)}", sentence, e, f)

    def equal(self, aspect, keys, e, f, sentence):
        for key in keys:
            if e[key] != f[key]:
                self.differs(aspect, key, e, f, e[key], f[key], sentence)

    # -- aspects: findings

    def closures(self):
        sentence = "idle_closure: one per sid, \"Closing idle session\""

        def alike(e, f):
            return f["sid"] in (e["sid"], None) and same_agent(e["agent"], f["agent"]) and near(e["at"], f["end"], 1100)

        for e, f in self.pair("closures", self.truth["closures"], self.found("idle_closure"), alike, sentence):
            if self.debug == "on":
                self.equal("closures", ["sid"], e, f, "sid is null only where no record ties the agent to a session id")
            self._silence(e, f)

    def _silence(self, e, f):
        if not near(e["silent_since"], f["silent_since"], 1500):
            self.differs("closures", "silent_since", e, f, e["silent_since"], f["silent_since"],
                         "silent_since: stamp minus N of the samples; without samples null")
        if e["idle_ms"] is not None and e["idle_ms"] != f["idle_ms"]:
            self.differs("closures", "idle_ms", e, f, e["idle_ms"], f["idle_ms"], "the N of the sample printed at the closure")
        if e["silent_between"]:
            bounds = f.get("silent_between") or [None, None]
            if not all(near(a, b, 1500) for a, b in zip(e["silent_between"], bounds)):
                self.differs("closures", "silent_between", e, f, e["silent_between"], bounds,
                             "silent_between = [closure - threshold - 30 s, closure - threshold]")

    def escalations(self):
        sentence = "idle_escalation: reported when the peak reaches 30 000 ms or the run ends in a closure"

        def alike(e, f):
            return e["sid"] == f["sid"] and near(e["silent_since"], f["silent_since"], 1500)

        expected = self.truth["escalations"]
        for e, f in self.pair("escalations", expected, self.found("idle_escalation"), alike, sentence):
            self.equal("escalations", ["outcome", "peak_idle_ms", "samples"], e, f, sentence)
            severity = "medium" if e["outcome"] == "open" else "low"
            if f["severity"] != severity:
                self.differs("escalations", "severity", e, f, severity, f["severity"], "severity low; open: medium")

    def _forced_pairs(self, aspect):
        def alike(e, f):
            return same_agent(e["agent"], f["agent"]) and near(e["at"], f["end"], 1)

        return self.pair(aspect, self.truth["forced_logouts"], self.found("forced_logout"), alike,
                         "forced_logout: a request with reason code 255 and force flag 1, or a LOGOUT 255 without one")

    def forced(self):
        for e, f in self._forced_pairs("forced"):
            self.equal("forced", ["attempts", "requested_reason", "resulting_state", "resulting_reason"], e, f,
                       "forced_logout: attempts, requested_* and resulting_*")
            start = e["loss"] or e["at"]
            if e["cause"] != "unexplained" and not near(start, f["start"], 1):
                self.differs("forced", "start", e, f, start, f["start"],
                             "forced_logout: loss of presence (the request itself, if unknown) to the first request")

    def causes(self):
        pairs = [] if self.problems_in("forced") else self._forced_pairs("causes")
        closures = {f["id"]: f for f in self.found("idle_closure")}
        for e, f in pairs:
            if f["cause"] not in e.get("either", [e["cause"]]):
                self.differs("causes", "cause", e, f, e["cause"], f["cause"], "cause of a forced logout")
            linked = closures.get(f["idle_closure"])
            if (e["cause"] == "idle_closure") != (linked is not None) or linked and not same_agent(linked["agent"], e["agent"]):
                self.differs("causes", "idle_closure", e, f, "an id" if e["cause"] == "idle_closure" else None,
                             f["idle_closure"], "idle_closure: the id of the agent's closure, or null")

    def problems_in(self, aspect):
        return any(p[0] == aspect for p in self.problems)

    def bursts(self):
        sentence = "mass_disconnect: one event is reported once; sessions ended by a stop belong to server_restart"
        left = self.found("mass_disconnect")
        for e in self.truth["bursts"]:
            partner = next((f for f in left if self._same_burst(e, f)), None)
            if partner:
                left.remove(partner)
                self._burst(e, partner)
            elif e["required"]:
                self.say("bursts", f"missing: {brief(e)}", sentence, e)
        for f in left:
            self.say("bursts", f"invented: {brief(f)}", sentence, None, f)

    def _same_burst(self, e, f):
        slack = 150 * SECOND if "closures" in e["shape"] else 2 * SECOND
        return abs(ms(e["start"]) - ms(f["start"])) <= slack

    def _burst(self, e, f):
        if f["shape"] not in e["shape"]:
            self.differs("bursts", "shape", e, f, e["shape"], f["shape"], "the first shape that fits wins")
        if f["scope"] not in e["scope"]:
            self.differs("bursts", "scope", e, f, e["scope"], f["scope"], "scope: `all` ... else the longest prefix")
        agents = {a.casefold() for a in f["agents"]}
        expected = {a.casefold() for a in e["agents"]}
        if not (agents <= expected if e.get("subset") else agents == expected):
            self.differs("bursts", "agents", e, f, sorted(expected - agents), sorted(agents - expected),
                         "only silences that reached 30 000 ms or a closure count (missing / too many)")
        elif not e.get("subset") and e["sessions"] != f["sessions"]:
            self.differs("bursts", "sessions", e, f, e["sessions"], f["sessions"], "sessions of the burst")
        if e["window_ms"] is not None and abs(e["window_ms"] - f["window_ms"]) > 1500:
            self.differs("bursts", "window_ms", e, f, e["window_ms"], f["window_ms"], "first to last silent_since")

    def restarts(self):
        def alike(e, f):
            if e["started"] is None:
                return f["started"] is None and near(e["stopped"], f["stopped"], 1500)
            return f["started"] is not None and near(e["started"], f["started"], 3 * SECOND)

        sentence = "server_restart: all markers of a node's notification service within 120 s are one"
        for e, f in self.pair("restarts", self.truth["restarts"], self.found("server_restart"), alike, sentence):
            self.equal("restarts", ["clean"], e, f, "a start without a stop is a crash (`clean` false)")
            if e["clean"] and not near(e["stopped"], f["stopped"], 1500):
                self.differs("restarts", "stopped", e, f, e["stopped"], f["stopped"], sentence)
            if self.debug == "on" and e["sessions_lost"] != f["sessions_lost"]:
                self.differs("restarts", "sessions_lost", e, f, e["sessions_lost"], f["sessions_lost"], sentence)
            severity = "medium" if e["admin"] else "critical"
            if f["severity"] != severity:
                self.differs("restarts", "severity", e, f, severity, f["severity"], "critical; by an administrator: medium")

    # -- aspects: the whole

    def offsets(self):
        sentence = "clock: openfire_utc_offset, changes[] (at, offset), nodes[]"
        clock = self.report["clock"]
        for i, true in enumerate(self.truth["clocks"]):
            mine = [n for n in clock["nodes"] if n["node"] == true["node"]]
            if len(mine) != 1:
                self.say("offsets", f"{len(mine)} clocks for {true['node']}: {clock['nodes']}", sentence)
            # The first has most records: it is the one at the top.
            for where in mine + [clock] if i == 0 else mine:
                self._clock(true, where, sentence)

    def _clock(self, true, where, sentence):
        told, changes = where.get("changes") or [], true["changes"]
        allowed = {true["offset"], *(c["offset"] for c in changes)}
        if where["openfire_utc_offset"] not in allowed:
            self.say("offsets", f"{where['openfire_utc_offset']} ({where['method']}), not {sorted(allowed)}", sentence)
        if [c["offset"] for c in told] != [c["offset"] for c in changes] or not all(
                near(a["at"], b["at"], 90 * SECOND) for a, b in zip(told, changes)):
            self.say("offsets", f"changes are {told}, not {changes}", sentence)

    def product(self):
        if self.report["product"]["name"] != self.truth["product"]:
            self.say("product", f"{self.report['product']}, not {self.truth['product']}", "deploymentType=CCE|CCX")

    def verdict(self):
        verdict = self.report["diagnosis"]["verdict"]
        if verdict not in self.truth["verdict"]:
            self.say("verdict", f"{verdict}, not {self.truth['verdict']}", "Verdict: bursts and restarts hold at least 80 % ...")
        why = self.report["diagnosis"].get("why")
        if why and verdict != "undetermined":
            named = sum(bool(re.match(r"\d{4}-\d\d-\d\dT", line)) for line in why)
            more = re.match(r"And (\d+) more bursts", why[-1])
            bursts = len(self.found("mass_disconnect"))
            if named + (int(more[1]) if more else 0) != bursts:
                self.say("verdict", f"its reasons name {named} of {bursts} bursts", "each burst, or how many more")

    def conservation(self):
        c = self.report["coverage"]
        if c["lines"] != c["records"] + c["continuation_lines"] + c["orphan_lines"] or c["records"] != c["matched"] + c["unmatched"]:
            self.say("conservation", f"sums: {c}", "lines = records + continuation_lines + orphan_lines; records = matched + unmatched")
        if not self.report["complete"]:
            self.say("conservation", "complete is false", "complete: true, or false where something was lost")
        lines = {f["crc32"]: f["lines"] for f in self.truth["files"].values()}
        read = {i["crc32"]: i["lines"] for i in self.report["inputs"] if i["status"] == "analysed"}
        for path, f in self.truth["files"].items():
            if not path.startswith("platform/") and read.get(f["crc32"]) != f["lines"]:
                self.say("conservation", f"{path} has {f['lines']} lines, read were {read.get(f['crc32'])}", "inputs[].lines, crc32")
        if set(read) - set(lines):
            self.say("conservation", f"inputs that are none: {set(read) - set(lines)}", "inputs[].crc32")

    def sessions(self):
        """Only where debug logs name them all: 4.4 ties no agent to a session that was never idle."""
        if self.debug != "on" or self.truth["options"]["wording"] == "4.4":
            return
        sentence = "sessions[]: sid, agent, ended_by, client_ips, polls"
        pairs = self.pair("sessions", self.truth["sessions"], self.report["sessions"], lambda e, f: e["sid"] == f["sid"], sentence)
        for e, f in pairs:
            # Nothing is logged when a service crashes; what is known is only that the session was not seen again.
            ended = {"crash": ["server_stop", "replaced", "unknown"]}.get(e["ended_by"], [e["ended_by"]])
            if f["ended_by"] not in ended:
                self.differs("sessions", "ended_by", e, f, e["ended_by"], f["ended_by"], sentence)
            if not same_agent(e["agent"], f["agent"]):
                self.differs("sessions", "agent", e, f, e["agent"], f["agent"], sentence)
            if e["polls"] != f["polls"]:
                self.differs("sessions", "polls", e, f, e["polls"], f["polls"], "polls counts distinct rids")
            if f["client_ips"] != [e["ip"]] and (f["client_ips"] or e["polls"] > 6):
                self.differs("sessions", "client_ips", e, f, [e["ip"]], f["client_ips"], "at least two votes and half of the polls")

    def agents(self):
        told, true = {a["agent"] for a in self.report["agents"]}, set(self.truth["agents"])
        for name in sorted(true ^ told):
            self.say("agents", f"{name!r} is {'missing' if name in true else 'invented'}",
                     "agent: the JID's local part, unescaped, compared without case, spelt as the CTI messages spell it")

    def run(self, aspects):
        for aspect in aspects:
            getattr(self, aspect)()
        return self.problems


ASPECTS = ("closures", "escalations", "forced", "causes", "bursts", "restarts", "offsets", "product", "verdict",
           "conservation", "sessions", "agents")


def brief(item):
    """The fields that tell which one it is."""
    keys = ("kind", "agent", "sid", "at", "silent_since", "start", "end", "outcome", "cause", "shape", "scope", "attempts")
    return ", ".join(f"{k} {item[k]}" for k in keys if item.get(k) is not None)


def analyse(program, path):
    done = subprocess.run([program, "analyze", "-q", str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=TIMEOUT)
    if done.returncode:
        raise RuntimeError(f"exit status {done.returncode}: {done.stderr.decode(errors='replace').strip()[-2000:]}")
    return json.loads(done.stdout)


def check(program, path, truth_path, aspects=ASPECTS, shown=10):
    """The disagreements, each as text."""
    truth = json.loads(Path(truth_path).read_text())
    try:
        problems = Check(truth, analyse(program, path)).run(aspects)
    except RuntimeError as fault:
        return [f"{program} analyze {path}: {fault}"]
    records = Records(path) if problems else None
    out = []
    for i, (aspect, what, sentence, expected, finding) in enumerate(problems):
        lines = [f"{aspect}: {what}", f"    by: {sentence}"]
        if i < shown:
            lines += [f"    | {line}" for line in records.around(truth, expected, finding)]
        out.append("\n".join(lines))
    return out


def add_aspects(parser):
    parser.add_argument("--only", action="append", default=[], help="aspects, separated by commas: " + ", ".join(ASPECTS))
    parser.add_argument("--skip", action="append", default=[], help="aspects that are not checked")


def chosen(args):
    words = {key: [w for text in getattr(args, key) for w in text.split(",")] for key in ("only", "skip")}
    unknown = set(words["only"] + words["skip"]) - set(ASPECTS)
    if unknown:
        raise SystemExit(f"no such aspect: {', '.join(sorted(unknown))}")
    return [a for a in ASPECTS if a in (words["only"] or ASPECTS) and a not in words["skip"]]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("bundle")
    parser.add_argument("truth")
    add_aspects(parser)
    args = parser.parse_args()
    problems = check(args.program, args.bundle, args.truth, chosen(args))
    for problem in problems:
        print(problem)
    print(f"{len(problems)} disagreements")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
