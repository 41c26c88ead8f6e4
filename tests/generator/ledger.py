"""The truth: what a report of these logs must say, by the definitions of the report.

The ledger listens to the simulation. It knows what no log tells (which client was cut off by what), and leaves out what
no log of this bundle shows (samples while debug logging is off, a file that was rotated away).
"""
from clocks import rfc3339
from service import INACTIVITY, WAIT
from world import SECOND

PEAK = 30 * SECOND
# A margin for all that the report's definitions draw a line through.
CLEAR = 2 * SECOND
PRINTED = 10


class Ledger:
    def __init__(self, options, node):
        """`node` is the server that disasters befall."""
        self.options, self.node = options, node
        self.begin = options.begin
        self.end = options.end
        self.samples_off = options.debug in ("off", "later")
        self.sessions, self.closures, self.escalations = {}, [], []
        self.forced, self.disasters, self.restarts = [], [], []
        self.losses, self.returns, self.stops = {}, {}, []
        self._runs, self._back_since = {}, {}
        self._admin = False

    def in_notification(self, now):
        return self.options.notification_from <= now < self.end

    def in_web(self, now):
        return self.begin <= now < self.end

    # -- sessions

    def _session(self, session):
        if session.sid not in self.sessions:
            self.sessions[session.sid] = {"sid": session.sid, "agent": None, "ip": session.ip, "opened": None, "rids": set(),
                                          "ended": None, "ended_by": "open", "node": session.node.domain}
        return self.sessions[session.sid]

    def _visible(self, now):
        return self.in_notification(now) and not self.samples_off

    def on_created(self, now, session):
        if self._visible(now):
            known = self._session(session)
            known["opened"] = now
            known["rids"].add(session.rid)

    def on_answer(self, now, session, rid, message):
        if self._visible(now):
            self._session(session)["rids"].add(rid)

    def on_invalid(self, now, session):
        """A request of a session that has ended is logged all the same."""
        if self._visible(now):
            self._session(session)["rids"].add(session.rid + 1)

    def on_request(self, now, session, rid, step, terminate):
        self._finish(session, "recovered" if not terminate else "terminated", now)
        if self._visible(now):
            known = self._session(session)
            known["rids"].add(rid)
            known["agent"] = self._name(session)

    def on_bound(self, now, session):
        if self._visible(now):
            self._session(session)["agent"] = session.agent.name

    def on_ended(self, now, session, how):
        outcome = {"idle_closure": "closed", "replaced": "replaced", "server_stop": "open", "crash": "open"}.get(how)
        if outcome:
            self._finish(session, outcome, now)
        known = self.sessions.get(session.sid)
        if known and self.in_notification(now):
            known["ended"], known["ended_by"] = now, how

    # -- silences

    def on_reaped(self, now, node, samples):
        if not self._visible(now):
            return
        for session, idle in samples:
            known = self._session(session)
            if session.bound:
                known["agent"] = session.agent.name
            if idle > 0:
                run = self._runs.setdefault(session.sid, {"silent_since": now - idle, "peak": 0, "samples": 0, "last": 0})
                run["peak"], run["samples"], run["last"] = max(run["peak"], idle), run["samples"] + 1, now

    def _finish(self, session, outcome, now):
        run = self._runs.pop(session.sid, None)
        if run and (run["peak"] >= PEAK or outcome == "closed"):
            self.escalations.append({"sid": session.sid, "agent": self._name(session), "silent_since": run["silent_since"],
                                     "outcome": outcome, "peak_idle_ms": run["peak"], "samples": run["samples"], "end": now})

    @staticmethod
    def _name(session):
        return session.agent.name if session.bound else None

    def on_idle_closed(self, now, session, idle):
        if self.in_notification(now):
            # The record is printed when the reaper has looked at all sessions.
            now, measured, sampled = now + PRINTED, now, self._visible(now)
            self.closures.append({"sid": session.sid, "agent": self._name(session), "at": now, "idle_ms": idle if sampled else None,
                                  "silent_since": measured - idle if sampled else None,
                                  "silent_between": None if sampled else [now - INACTIVITY - WAIT, now - INACTIVITY]})
            if sampled:
                self._session(session)

    # -- presence and forced logouts

    def on_presence(self, now, agent, resource, kind):
        now += self.options.skew_ms
        if resource == "desktop" and self.in_web(now):
            (self.losses if kind == "unavailable" else self.returns).setdefault(agent.name, []).append(now)
            if kind == "available":
                self._back_since[agent.name] = now

    def on_cti_request(self, now, agent, state, reason, force, invoke):
        now += self.options.skew_ms
        if not self.in_web(now):
            return
        if state == 0:
            self._back_since[agent.name] = now
        if (reason, force) == (255, 1):
            last = self._latest(agent)
            if last and self._back_since.get(agent.name, 0) < last["at"]:
                last["attempts"] += 1
                last["asked"] = now
            else:
                self._force(agent, now, 255)

    def on_cti_event(self, now, agent, state, reason):
        now += self.options.skew_ms
        if not self.in_web(now):
            return
        last = self._latest(agent)
        if last and now - last["asked"] <= 10 * SECOND:
            if reason in (255, 50001, 50002, 50003, 20001, 20002):
                last["resulting_state"] = {0: "LOGIN", 1: "LOGOUT", 2: "NOT_READY", 3: "AVAILABLE"}[state]
                last["resulting_reason"] = reason
        elif state == 1 and reason == 255:
            self._force(agent, now, None)
            self.forced[-1].update(attempts=0, resulting_state="LOGOUT", resulting_reason=255)

    def _latest(self, agent):
        return next((f for f in reversed(self.forced) if f["agent"] == agent.name), None)

    def _force(self, agent, now, reason):
        self.forced.append({"agent": agent.name, "at": now, "asked": now, "attempts": 1, "requested_reason": reason,
                            "resulting_state": None, "resulting_reason": None})

    # -- the service

    def on_admin_command(self, now, command):
        self._admin = True

    def on_debug_enabled(self, now):
        self.samples_off = False

    def on_stopped(self, now, node, clean, lost):
        self.stops.append((now, clean))
        agents = [s.agent.name for s in lost if s.bound]
        if self.restarts and now - self.restarts[-1]["stopped"] < 120 * SECOND:
            # Stopped again: who had signed in between is lost too.
            self.restarts[-1]["sessions_lost"] += len(agents)
            self.restarts[-1]["agents"] += agents
            return
        self.restarts.append({"stopped": now, "started": None, "clean": clean, "admin": self._admin,
                              "sessions_lost": len(agents), "agents": agents})
        self._admin = False

    def on_started(self, now, node):
        if self.restarts:
            self.restarts[-1]["started"] = now
        if self.options.debug == "until_restart":
            self.samples_off = True

    def on_disaster(self, now, shape, scope, victims):
        self.disasters.append({"at": now, "shape": shape, "scope": scope, "victims": list(victims),
                               "open": self._open()})

    def _open(self):
        return [s for s in self.sessions.values() if s["ended"] is None and s["agent"] and s["node"] == self.node.domain]

    # -- the whole

    def truth(self):
        for sid in list(self._runs):
            self._finish_at_end(sid)
        for forced in self.forced:
            self._cause(forced)
        bursts = [self._burst(d) for d in self.disasters]
        bursts = [b for b in bursts if b]
        restarts = [r for r in self.restarts if self.in_notification(r["stopped"])]
        return {"sessions": [self._plain(s) for s in self.sessions.values()], "closures": self.closures,
                "escalations": self.escalations, "forced_logouts": self.forced, "bursts": bursts, "restarts": restarts,
                "verdict": self._verdict(bursts, restarts)}

    def _finish_at_end(self, sid):
        known, run = self.sessions[sid], self._runs[sid]
        if run["peak"] >= PEAK:
            self.escalations.append({"sid": sid, "agent": known["agent"], "silent_since": run["silent_since"],
                                     "outcome": "open", "peak_idle_ms": run["peak"], "samples": run["samples"],
                                     "end": run["last"]})

    @staticmethod
    def _plain(known):
        return {**{k: v for k, v in known.items() if k != "rids"}, "polls": len(known["rids"])}

    def _cause(self, forced):
        """The report's definition of `cause`, word by word."""
        name, at = forced["agent"], forced["at"]
        lost = [t for t in self.losses.get(name, []) if at - 185 * SECOND <= t <= at]
        back = [t for t in self.returns.get(name, []) if at - 185 * SECOND <= t <= at]
        forced["loss"], cause = (lost[-1] if lost else None), None
        if lost and not (back and back[-1] > lost[-1]):
            loss = lost[-1]
            if any(c["agent"] == name and loss - 10 * SECOND <= c["at"] <= loss + 2 * SECOND for c in self.closures):
                cause = "idle_closure"
            elif any(self.in_notification(t) and t <= loss <= t + 10 * SECOND for t, _ in self.stops):
                cause = "server_event"
                # Without debug logs nothing tells when it crashed.
                if self.samples_off and not all(clean for _, clean in self.stops):
                    forced["either"] = ["server_event", "presence_loss"]
            else:
                cause = "presence_loss" if self.in_notification(loss) else "undetermined"
        elif any(at - 185 * SECOND <= t <= at for t, _ in self.stops) and not lost:
            cause = "server_event"
        forced["cause"] = cause or "unexplained"

    # -- bursts

    def _burst(self, disaster):
        """Only what the logs show: victims by their silences, or by their closures where there are no samples."""
        victims = {s.sid: s for s in disaster["victims"]}
        if not self.in_notification(disaster["at"]):
            return None
        silences = [e for e in self.escalations if e["sid"] in victims and e["silent_since"] > disaster["at"] - CLEAR]
        out = {"at": disaster["at"], "scope": [disaster["scope"]], "required": True, "sessions": len(silences),
               "agents": sorted({e["agent"] for e in silences})}
        if silences:
            since = sorted(e["silent_since"] for e in silences)
            return {**out, "start": since[0], "window_ms": since[-1] - since[0], "shape": self._shape(disaster, since)}
        return self._closures_only(disaster, victims, out)

    def _shape(self, disaster, since):
        """Sure shapes are one word; where chance puts a fifth of all within 5 s, either."""
        need = max(5, 0.2 * len(disaster["open"]))
        sure, maybe = self._crowd(since, 5 * SECOND - CLEAR), self._crowd(since, 5 * SECOND + CLEAR)
        return ["instant"] if sure >= need else ["within_a_poll"] if maybe < need else ["instant", "within_a_poll"]

    @staticmethod
    def _crowd(times, width):
        return max(sum(1 for t in times if first <= t <= first + width) for first in times)

    def _closures_only(self, disaster, victims, out):
        closed = [c for c in self.closures if c["sid"] in victims]
        runs = {}
        for c in closed:
            runs.setdefault(c["at"], set()).add(c["agent"])
        if not runs:
            return None
        largest = max(runs.values(), key=len)
        # How many were open is not in such logs: sure only where it does not matter.
        sure = len(largest) >= 0.2 * self.options.agents + 1 and disaster["shape"] == "instant"
        return {**out, "agents": sorted({c["agent"] for c in closed}), "sessions": len(closed), "scope": ["all", None],
                "shape": ["closures"], "required": sure, "window_ms": None,
                "start": min(c["at"] for c in closed), "subset": not sure}

    # -- the verdict

    def _verdict(self, bursts, restarts):
        """Which verdicts the shares allow; more than one near a limit or where the definition leaves a choice."""
        if self.options.notification_from > self.begin:
            return ["undetermined"]
        closures = [c for c in self.closures if c["agent"]]
        total = len(closures) + len(self.forced)
        if not total:
            return ["none"] if not restarts else ["none", "server_side"]
        low = self._held(closures, [b for b in bursts if b["required"]], restarts) / total
        high = self._held(closures, bursts, restarts) / total
        partial = ["undetermined"] if self.options.debug in ("until_restart", "later") else []
        return self._verdicts(low - 0.02, high + 0.02, bursts, restarts) + partial

    def _held(self, closures, bursts, restarts):
        held = 0
        for c in closures:
            held += any(c["agent"] in b["agents"] and abs(c["at"] - b["at"]) < 150 * SECOND for b in bursts)
        for f in self.forced:
            near = any(f["agent"] in b["agents"] and 0 < f["at"] - b["at"] < 260 * SECOND for b in bursts)
            held += f["cause"] == "idle_closure" and near or f["cause"] == "server_event" and bool(restarts)
        return held

    @staticmethod
    def _verdicts(low, high, bursts, restarts):
        """Of a share between these two."""
        out = set()
        if low <= 0.2:
            out.add("client_side")
        if high >= 0.8:
            local = [b for b in bursts if b["scope"][0] not in ("all", None)]
            if len(local) < len(bursts) or restarts:
                out.add("server_side")
            if local:
                out.add("network_segment")
        if high > 0.2 and low < 0.8:
            out.add("mixed")
        return sorted(out)


def readable(value):
    """Times as RFC 3339 for truth.json: every key that holds milliseconds of UTC."""
    times = {"at", "asked", "loss", "silent_since", "end", "ended", "opened", "stopped", "started", "start"}
    if isinstance(value, list):
        return [readable(v) for v in value]
    if isinstance(value, dict):
        return {k: rfc3339(v) if k in times and isinstance(v, int) else
                [rfc3339(t) for t in v] if k == "silent_between" and v else readable(v) for k, v in value.items()}
    return value
