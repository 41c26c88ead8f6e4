"""Writes the report of a large site that had a bad day, as `boshscope analyze` would have written it.

usage: big_report.py [AGENTS [EVENTS]]

By default 2000 agents and 50000 events. Some hundred agents lose the line at once, a
server stops, and everybody has incidents of her own: each a silence, mostly a closure, and then a
forced logout, with the records behind them. The same at every run.
"""

import json
import random
import sys

BEGIN = 1497596400000  # 2017-06-16T07:00:00Z
HOURS = 9
NODES = ("fin1.ucce.local", "fin2.ucce.local")
ADVICE = [
    "Check that TCP port 7443 is neither blocked nor throttled between the agent's PC and the server, and look for delay "
    "or loss on the path (traceroute, interface statistics). (Cisco 211376, client-side problem, 1: network)",
    "Ask whether the PC went to sleep or its network adapter was powered down, and look at its sleep timer. (Cisco "
    "211376, client-side problem, 4: computer asleep)",
]
LINK = "https://www.cisco.com/c/en/us/support/docs/customer-collaboration/unified-contact-center-express-1151/211376-Technote-on-How-Bosh-Connection-Works-fo.html"


def stamp(ms):
    seconds, thousandths = divmod(ms, 1000)
    days, seconds = divmod(seconds, 86400)
    return f"2017-06-{16 + days - 17333:02}T{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{thousandths:03}Z"


def local(ms):
    """As the notification service writes it."""
    return stamp(ms + 19800000)[:19].replace("-", ".").replace("T", " ")


class Agent:
    def __init__(self, number, rng):
        self.name = str(1001000 + number)
        self.node = NODES[number % 2]
        self.ip = f"10.{5 + number // 500}.{200 + number // 100 % 10}.{1 + number % 100}"
        self.rng = rng
        self.sessions = []
        self.web = []

    def jid(self):
        return f"{self.name}@{self.node}/desktop"


class Report:
    def __init__(self, agents, events, seed=7):
        self.rng = random.Random(seed)
        self.agents = [Agent(number, self.rng) for number in range(agents)]
        self.findings = []
        self.lines = {0: 1, 1: 1, 2: 1}
        self.left = events

    def record(self, input_, at, text):
        self.lines[input_] += self.rng.randrange(1, 40)
        return {"input": input_, "line": self.lines[input_], "offset": self.lines[input_] * 97, "time": stamp(at), "text": text}

    # ------------------------------------------------------------ sessions

    def session(self, agent, begin, end, ended_by, events):
        """`events` of them: sign-in, samples and requests, and the end."""
        sid = f"{self.rng.getrandbits(32):08x}"
        rid = self.rng.getrandbits(28)
        timeline = [("session_created", begin, {"wait_s": 30, "inactivity_s": 60}), ("session_bound", begin + 200, {"jid": agent.jid()})]
        for number in range(max(0, events - 3)):
            at = begin + 1000 + (end - begin) * number // max(1, events)
            kind = ("session_request", {"rid": rid + number}) if number % 2 else ("session_sample", {"idle_ms": self.rng.randrange(0, 14)})
            timeline.append((kind[0], at, kind[1]))
        if ended_by == "idle_closure":
            timeline.append(("session_idle_closed", end, {"jid": agent.jid()}))
        elif ended_by == "terminate":
            timeline.append(("session_terminated", end, {"rid": rid + events}))
        del timeline[events:]
        self.left -= len(timeline)
        rows = []
        for event, at, own in timeline:
            self.lines[1] += self.rng.randrange(1, 9)
            rows.append({"time": stamp(at), "event": event, "input": 1, "line": self.lines[1], "sid": sid, **own})
        result = {"sid": sid, "node": agent.node, "agent": agent.name, "jid": agent.jid(), "resource": "desktop",
                  "client_ips": [agent.ip], "opened": stamp(begin), "closed": None if ended_by == "open" else stamp(end),
                  "ended_by": ended_by, "wait_s": 30, "inactivity_s": 60, "last_request": stamp(end - 90000),
                  "peak_idle_ms": 63231 if ended_by == "idle_closure" else 12, "polls": (end - begin) // 30000,
                  "timeline": rows}
        agent.sessions.append(result)
        return result

    # ------------------------------------------------------------ findings

    def finding(self, kind, severity, agent, sid, start, end, own, why, timing, evidence):
        self.findings.append({
            "id": f"{self.rng.getrandbits(48):012x}", "kind": kind, "rule": "openfire.session.sample.id",
            "severity": severity, "node": agent.node if agent else NODES[0], "agent": agent.name if agent else None, "sid": sid,
            "start": stamp(start), "end": stamp(end), **own, "confidence": "high", "why": why, "timing": timing,
            "evidence": evidence, "missing": [], "next_steps": ADVICE, "links": [LINK]})
        return self.findings[-1]["id"]

    def incident(self, agent, sid, silent, closed):
        """The source document's chain: a silence, the closure, sixty seconds, the forced logout."""
        chain, last = [], None

        def step(name, at, window):
            nonlocal last
            chain.append({"step": name, "at": stamp(at), "after_ms": None if last is None else at - last[1],
                          "expected_ms": window, "ok": None if window is None else True, "after": last and last[0]})
            last = (name, at)

        step("last_request", silent - 30774, None)
        step("silent_since", silent, [0, 31000])
        step("closure", closed, [60000, 90000])
        samples = [self.record(1, at, f"{local(at)} Session (id={sid}) was last active {at - silent} ms ago: {agent.jid()}")
                   for at in (closed - 60000, closed - 30000, closed)]
        closure = self.record(0, closed, f"{local(closed)} Closing idle session (id={sid}): {agent.jid()}\n"
                                         "after inactivity for more than threshold value of 60")
        seconds = (closed - silent) / 1000
        self.finding("idle_escalation", "low", agent, sid, silent, closed,
                     {"silent_since": stamp(silent), "vanished_between": [stamp(silent - 30774), stamp(silent)],
                      "peak_idle_ms": closed - silent, "samples": 3, "outcome": "closed"},
                     f"Without a poll the server's samples rose to {seconds:.1f} s (3 samples, 3 agree on the time) until the "
                     "server closed the session.", chain[:], samples)
        lost, asked = closed + 630, closed + 60632 + self.rng.randrange(900)
        step("presence_unavailable", lost, [0, 1000])
        closure_id = self.finding("idle_closure", "medium", agent, sid, silent, closed,
                                  {"threshold_s": 60, "silent_since": stamp(silent), "silent_between": None,
                                   "idle_ms": closed - silent, "aftermath": "forced_out"},
                                  f"The server closed the session {seconds:.1f} s after the client last held a poll (limit 60 s); "
                                  "the agent was forced out 60.6 s later.", chain[:], [closure, *samples])
        for at, event, own in ((silent - 9000000, "cti_state", {"state": 0, "state_name": "LOGIN", "reason": 0}),
                               (silent - 8999000, "presence", {"presence": "available"}), (lost, "presence", {"presence": "unavailable"}),
                               (asked - 1, "presence_logout", {}), (asked, "cti_request", {"state": 1, "reason": 255, "force": 1}),
                               (asked + 10, "cti_state", {"state": 1, "state_name": "LOGOUT", "reason": 255})):
            self.lines[2] += self.rng.randrange(1, 9)
            agent.web.append({"time": stamp(at), "event": event, "input": 2, "line": self.lines[2], "agent": agent.name, **own})
        step("forced_request", asked, [60000, 62000])
        step("state_event", asked + 10, [0, 10000])
        number = self.rng.randrange(1000, 10**7)
        head = f"0{number}: 10.10.20.5: Jun 16 2017 12:00:04.630 +0530: %CCBU_CoreImpl-worker12-6-"
        web = [self.record(2, lost, head + f"PRESENCE_NOTIFICATION_RECIEVED: %[FROM JID={agent.jid()}][PRESENCE_TYPE=unavailable]: "
                                           "Finesse received a presence notification"),
               self.record(2, asked, head + "MESSAGE_TO_CTI_SERVER: %[cti_message=Invoke id :24 , agentstate : 1, workmode : 0, reason "
                                            f"code: 255, forceflag :1, agentcapacity: 1, agenttext: {agent.name}, agentid: {agent.name}, "
                                            "flag: 0, agentmode: 1][cti_request_timeout=20000]: Message going to the backend cti server")]
        self.finding("forced_logout", "high", agent, sid, lost, asked,
                     {"requested_reason": 255, "attempts": 1, "resulting_state": "LOGOUT", "resulting_reason": 255,
                      "cause": "idle_closure", "idle_closure": closure_id},
                     f"The web service forced the agent out with reason code 255, {(asked - lost) / 1000:.3f} s after presence went "
                     "unavailable with the idle closure of its session; the CTI server answered LOGOUT, reason code 255.",
                     chain, [closure, *web])

    def burst(self, at, agents):
        names = [agent.name for agent in agents]
        self.finding("mass_disconnect", "critical", None, None, at, at + 3000,
                     {"agents": names, "sessions": len(names), "window_ms": 3000, "shape": "instant", "scope": "10.5.201",
                      "cause": "network_segment"},
                     f"{len(names)} of {len(self.agents)} open desktops went silent at the same moment (3000 ms); all of them have "
                     "addresses in 10.5.201, and nobody there stayed.", [], [])

    # --------------------------------------------------------------- whole

    def day(self):
        span = HOURS * 3600000
        burst_at = BEGIN + span // 2
        hit = [agent for agent in self.agents if agent.ip.startswith("10.5.201.")]
        self.left -= 6 * len(self.agents)
        each = self.left // (2 * len(self.agents))
        for agent in self.agents:
            begin = BEGIN + self.rng.randrange(1800000)
            silent = burst_at + self.rng.randrange(3000) if agent in hit else BEGIN + self.rng.randrange(3600000, span - 3600000)
            closed = (silent + 60000 + self.rng.randrange(30000)) // 1000 * 1000
            first = self.session(agent, begin, closed, "idle_closure", each)
            self.incident(agent, first["sid"], silent, closed)
            ending = self.rng.choice(("terminate", "terminate", "open", "replaced", "unknown"))
            last = agent is self.agents[-1]
            self.session(agent, closed + 90000, BEGIN + span - self.rng.randrange(1800000), ending, self.left if last else each)
        if hit:
            self.burst(burst_at, hit)
        self.findings.sort(key=lambda finding: finding["start"])

    def summary(self):
        kinds = [finding["kind"] for finding in self.findings]
        return {"agents": len(self.agents), "sessions": sum(len(agent.sessions) for agent in self.agents),
                "idle_escalations": kinds.count("idle_escalation"), "idle_closures": kinds.count("idle_closure"),
                "forced_logouts": kinds.count("forced_logout"), "mass_disconnects": kinds.count("mass_disconnect"),
                "server_restarts": 0, "recoveries": 0, "by_cause": {"idle_closure": kinds.count("forced_logout")}, "by_reason": []}

    def inputs(self):
        paths = ("openfire/info.log", "openfire/debug.log", "webservices/Desktop-webservices.2017-06-16T12-30-00.000.log")
        return [{"path": "big.tgz!desktop/logs/" + path, "node": NODES[0], "family": "webservices" if "web" in path else "notification",
                 "status": "analysed", "reason": None, "bytes": 1000, "crc32": number, "lines": self.lines[number], "records": self.lines[number],
                 "matched": self.lines[number], "unmatched": 0, "first": stamp(BEGIN), "last": stamp(BEGIN + HOURS * 3600000),
                 "duplicate_of": None} for number, path in enumerate(paths)]

    def agent_rows(self):
        return [{"agent": agent.name, "sessions": [session["sid"] for session in agent.sessions], "client_ips": [agent.ip],
                 "idle_escalations": 1, "idle_closures": 1, "forced_logouts": 1, "recoveries": 0, "recovery_hours": {},
                 "replaced": {"same_address": 0, "other_address": 0, "unknown": 0}, "timeline": agent.web} for agent in self.agents]

    def whole(self):
        self.day()
        clock = {"openfire_utc_offset": "+05:30", "method": "epoch", "confidence": "high", "votes": 213, "skew_ms": -50, "changes": []}
        lines = sum(self.lines.values())
        return {
            "schema": "boshscope.report/1",
            "run": {"tool": "boshscope", "version": "0.1.0", "argv": [], "started": stamp(BEGIN), "seconds": 1.0, "threads": 1},
            "options": {"tz": None, "from": None, "to": None, "redact": False, "limits": {}},
            "ruleset": {"name": "finesse", "version": "1", "sha256": "0" * 64},
            "complete": True, "exit_status": 0, "bundle": {"path": "big.tgz", "bytes": 1, "kind": "tgz"}, "containers": [],
            "inputs": self.inputs(),
            "coverage": {"inputs": 3, "bytes": 3000, "lines": lines, "records": lines, "matched": lines, "unmatched": 0,
                         "continuation_lines": 0, "orphan_lines": 0, "gaps": [], "missing": []},
            "clock": {**clock, "nodes": [{"node": NODES[0], **clock}]},
            "product": {"name": "UCCX", "evidence": "deploymentType=CCX", "notification_service": "3.9.3"}, "rules": [],
            "summary": self.summary(),
            "diagnosis": {"verdict": "client_side", "confidence": "high", "why": ["Most are single agents at different times."],
                          "next_steps": ADVICE},
            "findings": self.findings, "sessions": [session for agent in self.agents for session in agent.sessions],
            "agents": self.agent_rows(), "server_events": [], "diagnostics": []}


def main(words):
    agents, events = (int(word) for word in (words + ["2000", "50000"][len(words):]))
    json.dump(Report(agents, events).whole(), sys.stdout, separators=(",", ":"))


if __name__ == "__main__":
    main(sys.argv[1:])
