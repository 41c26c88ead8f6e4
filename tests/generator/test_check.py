#!/usr/bin/env python3
"""The checker must see what is wrong: a report made of the truth passes, and each change of it is a disagreement."""
import copy
import json
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from check import ASPECTS, Check  # noqa: E402
from generate import generate  # noqa: E402
from options import Options  # noqa: E402


def finding(kind, end, **fields):
    return {"kind": kind, "end": end, "start": None, "sid": None, "agent": None, **fields}


def perfect(truth):
    """What an analyser without fault would say."""
    findings, number = [], 0
    for c in truth["closures"]:
        findings.append(finding("idle_closure", c["at"], id=f"c{number}", **{k: v for k, v in c.items() if k != "at"}))
        number += 1
    closures = list(findings)
    for e in truth["escalations"]:
        severity = "medium" if e["outcome"] == "open" else "low"
        findings.append(finding("idle_escalation", severity=severity, **e))
    for f in truth["forced_logouts"]:
        linked = next((c["id"] for c in closures if f["cause"] == "idle_closure" and c["agent"] == f["agent"]), None)
        findings.append(finding("forced_logout", f["at"], start=f["loss"] or f["at"], idle_closure=linked,
                                **{k: f[k] for k in ("agent", "attempts", "requested_reason", "resulting_state", "resulting_reason",
                                                     "cause")}))
    for b in truth["bursts"]:
        findings.append(finding("mass_disconnect", None, start=b["start"], shape=b["shape"][0], scope=b["scope"][0],
                                **{k: b[k] for k in ("agents", "sessions", "window_ms")}))
    for r in truth["restarts"]:
        findings.append(finding("server_restart", r["started"], severity="medium" if r["admin"] else "critical",
                                **{k: r[k] for k in ("stopped", "started", "clean", "sessions_lost")}))
    return {"findings": findings, **whole(truth)}


def whole(truth):
    sessions = [{**{k: s[k] for k in ("sid", "agent", "polls")}, "client_ips": [s["ip"]],
                 "ended_by": "server_stop" if s["ended_by"] == "crash" else s["ended_by"]} for s in truth["sessions"]]
    true = truth["clocks"][0]
    clock = {"node": true["node"], "openfire_utc_offset": true["offset"], "method": "epoch", "changes": true["changes"]}
    inputs = [{"crc32": f["crc32"], "lines": f["lines"], "status": "analysed"} for f in truth["files"].values()]
    return {"sessions": sessions, "agents": [{"agent": a} for a in truth["agents"]], "clock": {**clock, "nodes": [clock]},
            "product": {"name": truth["product"]}, "diagnosis": {"verdict": truth["verdict"][0]}, "complete": True,
            "inputs": inputs, "coverage": {"lines": 9, "records": 6, "continuation_lines": 2, "orphan_lines": 1, "matched": 4,
                                           "unmatched": 2}}


KIND_OF = {"idle_closure": "closures", "idle_escalation": "escalations", "forced_logout": "forced", "mass_disconnect": "bursts",
           "server_restart": "restarts"}
CHANGES = [
    ("idle_closure", "idle_ms", 1, "closures"), ("idle_closure", "silent_since", "2000-01-01T00:00:00.000Z", "closures"),
    ("idle_closure", "agent", "nobody", "closures"), ("idle_escalation", "outcome", "open?", "escalations"),
    ("idle_escalation", "peak_idle_ms", 1, "escalations"), ("idle_escalation", "samples", 99, "escalations"),
    ("forced_logout", "attempts", 9, "forced"), ("forced_logout", "cause", "else", "causes"),
    ("forced_logout", "resulting_reason", 22, "forced"), ("mass_disconnect", "shape", "else", "bursts"),
    ("mass_disconnect", "scope", "10", "bursts"), ("mass_disconnect", "agents", [], "bursts"),
    ("mass_disconnect", "window_ms", 90000, "bursts"), ("server_restart", "clean", None, "restarts"),
    ("server_restart", "severity", "low", "restarts"), ("server_restart", "sessions_lost", 0, "restarts"),
]


class Checker(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory() as folder:
            generate(5, folder, Options(agents=30, gap_s=15))
            cls.bundle = next(Path(folder).glob("*.tgz")).read_bytes()
            cls.text = (Path(folder) / "truth.json").read_text()
        cls.truth = json.loads(cls.text)

    def aspects(self, report):
        return {p[0] for p in Check(self.truth, report).run(ASPECTS)}

    def test_perfect(self):
        self.assertEqual(Check(self.truth, perfect(self.truth)).run(ASPECTS), [])

    def test_missing_and_invented(self):
        for kind, aspect in KIND_OF.items():
            report = perfect(self.truth)
            at = next(i for i, f in enumerate(report["findings"]) if f["kind"] == kind)
            twin = copy.deepcopy(report)
            twin["findings"].append(copy.deepcopy(twin["findings"][at]))
            del report["findings"][at]
            self.assertIn(aspect, self.aspects(report), "missing")
            self.assertIn(aspect, self.aspects(twin), "invented")

    def test_changed(self):
        for kind, key, value, aspect in CHANGES:
            with self.subTest(kind=kind, key=key):
                report = perfect(self.truth)
                next(f for f in report["findings"] if f["kind"] == kind)[key] = value
                self.assertIn(aspect, self.aspects(report))

    def test_whole(self):
        for block, key, value, aspect in (("clock", "openfire_utc_offset", "+01:00", "offsets"),
                                          ("clock", "changes", [{"at": self.truth["closures"][0]["at"], "offset": "+01:00"}], "offsets"),
                                          ("product", "name", "UCCE", "product"), ("diagnosis", "verdict", "none", "verdict"),
                                          ("coverage", "lines", 10, "conservation")):
            report = perfect(self.truth)
            report[block][key] = value
            self.assertIn(aspect, self.aspects(report), block)
        for block, aspect in (("sessions", "sessions"), ("agents", "agents"), ("inputs", "conservation")):
            report = perfect(self.truth)
            del report[block][-1]
            self.assertIn(aspect, self.aspects(report), block)

    def test_deterministic(self):
        with tempfile.TemporaryDirectory() as folder:
            generate(5, folder, Options(agents=30, gap_s=15))
            self.assertEqual(next(Path(folder).glob("*.tgz")).read_bytes(), self.bundle)
            self.assertEqual((Path(folder) / "truth.json").read_text(), self.text)


if __name__ == "__main__":
    unittest.main()
