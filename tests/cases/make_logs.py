#!/usr/bin/env python3
"""Synthetic logs for the golden cases, written from the field's descriptions and not from the program.

    make_logs.py --list          the sets that there are
    make_logs.py SET DIR         write one set's files below DIR
    make_logs.py --commit        write again what testdata/ keeps of them
    make_logs.py --check         does testdata/ still hold exactly that?

A set is a function that returns {path: bytes}. Times are the server's wall clock (+05:30), kept as milliseconds of
that clock read as if it were UTC; only epochs inside records are real UTC. Nothing is random: hashes and ports come
from names, so the same call always gives the same bytes.
"""
import base64
import calendar
import gzip
import hashlib
import io
import re
import sys
import tarfile
import time
import zipfile
import zlib
from pathlib import Path

DOMAIN = "fin1.ucce.local"
SERVER = "10.10.20.5"
OFFSET_MS = (5 * 60 + 30) * 60 * 1000
SECRET = "NEVER-SHOW-ME"
TESTDATA = Path(__file__).resolve().parents[2] / "testdata"
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()

# ------------------------------------------------------------------ time


def at(text, day=17):
    """'00:14:34.500' on 17 June 2017, in milliseconds."""
    clock, _, ms = text.partition(".")
    hour, minute, second = (int(x) for x in clock.split(":"))
    return calendar.timegm((2017, 6, day, hour, minute, second)) * 1000 + int((ms + "000")[:3])


def fields_of(ms):
    return time.gmtime(ms // 1000), ms % 1000


def notification_stamp(ms):
    f, _ = fields_of(ms)
    return f"{f.tm_year}.{f.tm_mon:02}.{f.tm_mday:02} {f.tm_hour:02}:{f.tm_min:02}:{f.tm_sec:02}"


def web_stamp(ms, zone="+0530"):
    f, rest = fields_of(ms)
    return f"{MONTHS[f.tm_mon - 1]} {f.tm_mday:02} {f.tm_year} {f.tm_hour:02}:{f.tm_min:02}:{f.tm_sec:02}.{rest:03} {zone}"


def stamps_of(minutes_at, skew_ms=0):
    """For logs whose times are kept in UTC: the stamps of a server that then stands minutes_at(ms) east. `skew_ms`: how
    far the notification service's clock is ahead of the web service's."""
    def web(ms):
        minutes = minutes_at(ms)
        return web_stamp(ms + minutes * 60000, f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{abs(minutes) % 60:02}")
    return lambda ms: notification_stamp(ms + skew_ms + minutes_at(ms) * 60000), web


def epoch(ms):
    """The real epoch of a moment of the server's clock."""
    return ms - OFFSET_MS


def noise(name, digits=8):
    return hashlib.sha1(name.encode()).hexdigest()[:digits]


# ------------------------------------------------- the notification service

MANAGER = "org.jivesoftware.openfire.http.HttpSessionManager"
SESSION = "org.jivesoftware.openfire.http.HttpSession"
SERVLET = "org.jivesoftware.openfire.http.HttpBindServlet"
JETTY = "org.eclipse.jetty.server.Server"
CONTEXT = "org.eclipse.jetty.server.handler.ContextHandler"
ROUTING = "org.jivesoftware.openfire.spi.RoutingTableImpl"
MINA = "org.apache.mina.filter.executor.ExecutorFilter"
LEVELS = {"debug": "DEBUG", "info": "INFO", "warn": "WARN", "error": "ERROR"}


class Notification:
    """Collects records, then lays them out: plain (Finesse), logger (3.7 on) or all (4.0 on)."""

    def __init__(self, stamp=notification_stamp):
        self.records, self.stamp = [], stamp

    def add(self, ms, level, logger, message):
        self.records.append((ms, len(self.records), level, logger, message))

    def text(self, levels, layout="plain", since=None, until=None):
        out = []
        for ms, _, level, logger, message in sorted(self.records):
            if level not in levels or (since is not None and ms < since) or (until is not None and ms >= until):
                continue
            stamp = self.stamp(ms)
            if layout == "plain":
                out.append(f"{stamp} {message}\n")
            elif layout == "logger":
                out.append(f"{stamp} {logger} - {message}\n")
            else:
                thread = "TaskEngine-pool-3" if logger == MANAGER else "Jetty-QTP-BOSH-41"
                out.append(f"{stamp} {LEVELS[level]:<5} [{thread}]: {logger} - {message}\n")
        return "".join(out).encode()

    def logs(self, layout="plain", names=("debug", "info", "warn", "error")):
        return {f"{name}.log": self.text([name], layout) for name in names}


class Desktop:
    """One BOSH session: its polls, and what the reaper says of it."""

    def __init__(self, log, agent, sid, ip, resource="desktop", jid_local=None):
        self.log, self.agent, self.sid, self.ip = log, agent, sid, ip
        self.jid = f"{jid_local or agent}@{DOMAIN}/{resource}"
        self.bare = f"{jid_local or agent}@{DOMAIN}"
        self.rid = int(noise("rid" + sid, 7), 16)
        self.object = noise("session" + sid)
        self.bound = True
        self.answers = []
        self.asked = []
        self.first_sid = sid  # what the request says that makes the session
        ports = [20000 + int(noise(f"port{sid}{i}", 4), 16) % 40000 for i in range(2)]
        self.connections = [
            "org.eclipse.jetty.server.nio.SelectChannelConnector$SelectChannelHttpConnection@"
            f"{noise(f'connection{sid}{i}', 8)}@{SERVER}:7443<->{ip}:{port}" for i, port in enumerate(ports)]

    # -- pieces of a request

    def _dispatch(self, ms, connection):
        add = self.log.add
        add(ms, "debug", JETTY, f"REQUEST /http-bind/ on {connection}")
        add(ms, "debug", CONTEXT, "scope null|/http-bind/ @ o.e.j.s.ServletContextHandler{/http-bind,null}")
        add(ms, "debug", CONTEXT, "context=/http-bind|/ @ o.e.j.s.ServletContextHandler{/http-bind,null}")
        add(ms, "debug", CONTEXT, "sessionManager=org.eclipse.jetty.server.session.HashSessionManager@176fe4#STARTED")
        add(ms, "debug", CONTEXT, "session=null")
        add(ms, "debug", CONTEXT, "servlet /http-bind|/ -> org.jivesoftware.openfire.http.HttpBindServlet-1643193")
        add(ms, "debug", CONTEXT, "chain=null")

    def _consume(self, ms, rid):
        presence = (f'<presence from="{self.jid}">\n  <c xmlns="http://jabber.org/protocol/caps" hash="sha-1" '
                    'node="http://jabber.cisco.com/caxl" ver="VNC6fNwvCxe6FJfDJIpLryVJRwM="/>\n</presence>')
        if not self.bound:
            presence = '<presence type="unavailable"/>'
        address = self.jid if self.bound else f"{DOMAIN}/{self.sid}"
        self.log.add(ms, "debug", SESSION, f"consumeResponse: {SESSION}@{self.object} status: {3 if self.bound else 1} "
                     f"address: {address} id: {self.sid} presence: \n{presence} rid: {rid}")

    def _received(self, ms, sid, xml):
        self.log.add(ms, "debug", SERVLET, f"HTTPBindLog: HTTP RECV({sid}): {xml}")

    def _parked(self, ms, connection):
        self.log.add(ms, "debug", JETTY, f"suspended {connection}")

    def _sent(self, ms, xml, connection):
        self.log.add(ms, "debug", SERVLET, f"HTTPBindLog: HTTP SENT({self.sid}): {xml}")
        self.log.add(ms, "debug", JETTY, "RESPONSE /http-bind/  200")

    def request(self, ms, body, answer_ms, answer, attributes="", held=True):
        """One request and its answer. The held ones are dispatched twice, as Jetty's continuations are."""
        self.rid += 1
        connection = self.connections[self.rid % 2]
        inner = f"<body rid=\"{self.rid}\" sid=\"{self.sid}\"{attributes}" + (f">{body}</body>" if body else "/>")
        self._dispatch(ms, connection)
        self._received(ms, self.sid, inner)
        if held:
            self._consume(ms, self.rid)
            self._parked(ms, connection)
        self.asked.append(ms)
        if answer_ms is None:
            return
        if held:
            self._dispatch(answer_ms, connection)
            self._consume(answer_ms, self.rid)
        self._sent(answer_ms, answer, connection)
        self.answers.append(answer_ms)

    # -- what a client does

    EMPTY = '<body xmlns="http://jabber.org/protocol/httpbind"></body>'

    def sign_in(self, ms):
        """Creation, SASL PLAIN, restart, bind, session, presence: six requests in 0.3 s."""
        first = self.rid
        connection = self.connections[0]
        self.bound = False
        self._dispatch(ms, connection)
        self._received(ms, self.first_sid, '<body xmlns:xmpp="urn:xmpp:xbosh" '
                       f'xml:lang="en-US" hold="1" rid="{first}" to="{DOMAIN}" ver="1.8" wait="30" xmpp:version="1.0" '
                       'content="text/xml; charset=utf-8"></body>')
        self._sent(ms + 10, '<body xmlns="http://jabber.org/protocol/httpbind" xmlns:stream="http://etherx.jabber.org/'
                   f'streams" from="{DOMAIN}" authid="{self.sid}" sid="{self.sid}" secure="true" requests="2" '
                   f'inactivity="60" polling="5" wait="30" hold="1" ack="{first}" maxpause="300" ver="1.6">'
                   '<stream:features><mechanisms xmlns="urn:ietf:params:xml:ns:xmpp-sasl"><mechanism>PLAIN</mechanism>'
                   '</mechanisms></stream:features></body>', connection)
        password = base64.b64encode(f"\0{self.agent}\0{SECRET}".encode()).decode()
        self.request(ms + 50, f'<auth xmlns="urn:ietf:params:xml:ns:xmpp-sasl" mechanism="PLAIN">{password}</auth>',
                     ms + 60, "<body xmlns='http://jabber.org/protocol/httpbind'><success "
                     'xmlns="urn:ietf:params:xml:ns:xmpp-sasl"/></body>')
        self.request(ms + 100, "", ms + 105, self.EMPTY, ' xmpp:restart="true" xmlns:xmpp="urn:xmpp:xbosh"', held=False)
        self.request(ms + 150, '<iq type="set" id="b1"><bind xmlns="urn:ietf:params:xml:ns:xmpp-bind"><resource>desktop'
                     "</resource></bind></iq>", ms + 160, "<body xmlns='http://jabber.org/protocol/httpbind'><iq "
                     f'xmlns="jabber:client" type="result" id="b1" to="{DOMAIN}/{self.sid}"><bind '
                     f'xmlns="urn:ietf:params:xml:ns:xmpp-bind"><jid>{self.jid}</jid></bind></iq></body>')
        self.bound = True
        self.request(ms + 200, '<iq type="set" id="s1"><session xmlns="urn:ietf:params:xml:ns:xmpp-session"/></iq>',
                     ms + 210, "<body xmlns='http://jabber.org/protocol/httpbind'><iq xmlns=\"jabber:client\" "
                     f'type="result" id="s1" to="{self.jid}"/></body>')
        self.request(ms + 250, '<presence><c xmlns="http://jabber.org/protocol/caps" hash="sha-1" '
                     'node="http://jabber.cisco.com/caxl" ver="VNC6fNwvCxe6FJfDJIpLryVJRwM="/></presence>', ms + 260,
                     "<body xmlns='http://jabber.org/protocol/httpbind'><presence xmlns=\"jabber:client\" "
                     f'from="{self.jid}" to="{self.jid}"/></body>')
        return ms + 300

    def poll_from(self, ms, until, wait_ms=30000, pause_ms=45):
        """Held polls one after another; the last one's answer is the last before `until`."""
        while ms + wait_ms <= until:
            self.request(ms, "", ms + wait_ms, self.EMPTY)
            ms += wait_ms + pause_ms
        return ms

    def poll_to_end(self, ms, end):
        ms = self.poll_from(ms, end)
        if ms < end:
            self.request(ms, "", None, None)

    def poll_until_silent(self, start, silent):
        """Polls from about `start`, whose last answer goes out exactly at `silent`."""
        rounds = (silent - start - 30000) // 30045
        return self.poll_from(silent - 30000 - rounds * 30045, silent)

    def idle_at(self, ms):
        """What the reaper prints: milliseconds since the last answer, about 0 while a poll is held."""
        asked = sum(1 for x in self.asked if x <= ms)
        answered = [x for x in self.answers if x <= ms]
        if asked > len(answered):
            return -(int(noise(f"{self.sid}{ms}", 2), 16) % 3 // 2)
        return ms - answered[-1] if answered else 0

    def sample(self, ms, idle=None, form="id"):
        word = {"id": f"Session (id={self.sid})", "bare": "Session"}[form]
        self.log.add(ms, "debug", MANAGER,
                     f"{word} was last active {self.idle_at(ms) if idle is None else idle} ms ago: {self.jid}")

    def close_idle(self, ms, form="id", threshold=True, two_lines=True):
        word = {"id": f"Closing idle session (id={self.sid})", "bare": "Closing idle session"}[form]
        tail = ("\n" if two_lines else " ") + "after inactivity for more than threshold value of 60" if threshold else ""
        self.log.add(ms, "info", MANAGER, f"{word}: {self.jid}{tail}")
        if threshold:
            self.log.add(ms, "info", MANAGER, f"A session is closed for {self.jid}")


def statistics(log, ms, jid, sent):
    log.add(ms, "debug", "com.cisco.ccbu.finesse.openfire.stats.StatsCollector",
            f"time={epoch(ms)}, JID={jid}, msgs_sent={sent}, msgs_received={sent // 2}")


def reap(log, ms, desktops, form="id", overrides=None, stats=()):
    for desktop in desktops:
        desktop.sample(ms, (overrides or {}).get((desktop.sid, ms)), form)
    for i, jid in enumerate(stats):
        statistics(log, ms, jid, 4 + i)


# ----------------------------------------------------------- the web service


class Web:
    def __init__(self, host=SERVER, first_seq=1, stamp=web_stamp):
        self.host, self.seq, self.records, self.stamp = host, first_seq, [], stamp

    def add(self, ms, thread, severity, mnemonic, params, text, seq=None):
        """`params` as it stands between %[ and ]: (key, value) pairs, or None."""
        middle = "%" + "".join(f"[{k}={v}]" for k, v in params) + ": " if params else " "
        self.records.append((ms, len(self.records), seq, f"%CCBU_{thread}-{severity}-{mnemonic}: {middle}{text}"))

    def text(self, since=None, until=None, only=None, first_seq=None):
        out, seq = [], self.seq if first_seq is None else first_seq
        for ms, _, fixed, body in sorted(self.records, key=lambda r: r[:2]):
            if (since is not None and ms < since) or (until is not None and ms >= until) or (only and not only(body)):
                continue
            # The source document's own numbers: 417 is another appender's.
            number = fixed if fixed is not None else seq
            seq = max(seq, number) + 1 if number != 417 else seq
            out.append(f"{number:010}: {self.host}: {self.stamp(ms)}: {body}\n")
        return "".join(out).encode()

    # -- the records of the field

    def presence(self, ms, jid, kind, seq=None, mnemonic="PRESENCE_NOTIFICATION_RECIEVED"):
        self.add(ms, "Smack Listener Processor (1)", 6, mnemonic,
                 [("FROM JID", jid), ("PRESENCE_TYPE", kind)], "Finesse received a presence notification", seq)

    def loss(self, ms, agent, jid=None, seqs=(None, None, None)):
        self.presence(ms, jid or f"{agent}@{DOMAIN}/desktop", "unavailable", seqs[0])
        self.add(ms + 1, "Smack Listener Processor (1)", 6, "UNSUBSCRIBE_NODE_SUCCESS",
                 [("NodeId", f"/finesse/api/User/{agent}/ClientLog"), ("user_id", agent)],
                 "Successfully unsubscribed a user from a node", seqs[1])
        self.add(ms + 1, "Smack Listener Processor (1)", 6, "AGENT_PRESENCE_MONITOR",
                 [("message_string", f"[AgentPresenceDropHandler] Adding agent {agent} into the expired hash set.")],
                 "AgentPresenceMonitor", seqs[2])

    def moving(self, ms, agent, seq=None):
        self.add(ms, "pool-8-thread-1", 6, "AGENT_PRESENCE_MONITOR",
                 [("message_string", f"[Expired Agents Moving task] Moving agent {agent} to the logout hash set.")],
                 "AgentPresenceMonitor", seq)

    def presence_logout(self, ms, agent, seq=None, thread="CoreImpl-worker12"):
        self.add(ms, thread, 6, "PRESENCE DRIVEN LOGOUT", [("agent_id", agent)],
                 "Performing CTI logout on basis of presence monitor", seq)

    def request(self, ms, agent, state, reason, force, invoke=24, seq=None, wrapped=False, thread="CoreImpl-worker12"):
        gap = "\n" if wrapped else " "
        self.add(ms, thread, 6, "MESSAGE_TO_CTI_SERVER",
                 [("cti_message", f"Invoke id :{invoke} , agentstate :{gap}{state}, workmode : 0, reason code: {reason}, "
                   f"forceflag :{force}, agentcapacity: 1, agenttext: {agent}, agentid: {agent}, flag: 0, agentmode: 1"),
                  ("cti_request_timeout", "20000")], "Message going to the backend cti server", seq)

    def state(self, ms, agent, state, name, reason, groups=(-1,), deployment="CCX", received=None, seq=None, severity=6):
        received = epoch(ms) - 1 if received is None else received
        for i, group in enumerate(groups):
            signature = "Finesse" if i == 0 else "null"
            self.add(ms + i, "CTIMessageEventExecutor-0", severity, "DECODED_MESSAGE_FROM_CTI_SERVER",
                     [("cti_message", f"CTIAgentStateEvent [skillGroupState={state} ({name}), stateDuration=0, "
                       f"skillGroupNumber={group}, skillGroupPriority=0, agentState={state} ({name}), "
                       f"eventReasonCode={reason}, numFltSkillGroups=0, CTIClientSignature={signature}, agentID={agent}, "
                       f"agentExtension={agent}, agentInstrument={agent}, agentID_Long=null, duration=null, "
                       "nextAgentState=null, fltSkillGroupNumberList=[], fltSkillGroupIDList=[], "
                       "fltSkillGroupPriorityList=[], fltSkillGroupStateList=[], MRDId=1, agentMode=1]"
                       f"CTIMessageBean [invokeID=null, cti_sequence_id={8000 + len(self.records)}, msgID=30, "
                       f'timeTracker={{"id":"AgentStateEvent","CTI_MSG_RECEIVED":{received},"CTI_MSG_DISPATCH":{received}}}, '
                       f"msgName=AgentStateEvent, deploymentType={deployment}]"),
                      ("cti_response_time", "0"), ("dispatch_phase", "DnD-CHECKPOINT-3B")],
                     "Decoded Message to Finesse from backend cti server", seq if i == 0 else None)

    def sign_in(self, ms, agent, jid=None, deployment="CCX"):
        self.request(ms, agent, 0, 0, 0, thread="CoreImpl-worker3")
        self.state(ms + 40, agent, 0, "LOGIN", 0, deployment=deployment)
        self.state(ms + 60, agent, 2, "NOT_READY", 0, (-1, 29808), deployment=deployment)
        self.presence(ms + 900, jid or f"{agent}@{DOMAIN}/desktop", "available")

    def forced(self, loss, agent, after_ms=60002, **more):
        """The whole chain from the loss of presence to the state event."""
        self.loss(loss, agent)
        self.moving(loss + 30754, agent)
        self.presence_logout(loss + after_ms, agent)
        self.request(loss + after_ms + 1, agent, 1, 255, 1, **more)

    def publish(self, ms, agent, state, reason, text=""):
        self.add(ms, "pool-19-thread-4", 6, "XMPP_PUBLISH_ASYNCHRONOUS",
                 [("NodeId", f"/finesse/api/User/{agent}"), ("Payload", "<Update>\n  <data>\n    <user>\n"
                   f"      <loginId>{agent}</loginId>\n      <state>{state}</state>\n      <reasonCode>{reason}</reasonCode>\n"
                   f"{text}    </user>\n  </data>\n</Update>")], "Publishing XMPP Message Asynchronously")


# ------------------------------------------------------------- the demo bundle

DEMO = "bundles/active_1497638824642.tgz"


def demo_notification():
    log = Notification()
    start, end = at("00:08:00"), at("00:23:20")
    d = {name: Desktop(log, agent, sid, ip) for name, agent, sid, ip in (
        ("closed", "1001003", "f382a015", "10.10.30.13"),      # the source document's agent
        ("recovers", "1001004", "3445afbe", "10.10.30.14"),
        ("replaced", "1001005", "9b2f7c1", "10.10.30.15"),
        ("replaces", "1001005", "c0417d88", "10.10.30.15"),
        ("signs_out", "1001006", "77aa10e3", "10.10.31.16"),
        ("supervised", "1001007", "5d20b9f4", "10.10.31.17"),
        ("returns", "1001008", "e81c3360", "10.10.31.18"),
        ("returned", "1001008", "1f6690ab", "10.10.31.18"),
        ("pidgin", "1001009", "ab54d2c7", "10.10.31.19"),
        ("steady", "1001010", "60c9e815", "10.10.30.20"))}

    d["closed"].poll_until_silent(start, at("00:14:50.774"))
    d["recovers"].poll_until_silent(start, at("00:11:22.200"))
    d["recovers"].poll_to_end(at("00:12:20.350"), end)
    d["replaced"].poll_until_silent(start, at("00:18:39.100"))
    d["replaces"].poll_to_end(d["replaces"].sign_in(at("00:19:50.300")), end)
    d["signs_out"].poll_from(start + 7300, at("00:10:10"))
    d["signs_out"].request(at("00:10:15.900"), '<presence type="unavailable"/>', at("00:10:15.905"),
                           '<body xmlns="http://jabber.org/protocol/httpbind" type="terminate"></body>',
                           ' type="terminate"', held=False)
    d["supervised"].poll_from(start + 11800, at("00:13:08"))
    d["supervised"].request(at("00:13:12.100"), '<presence type="unavailable"/>', at("00:13:12.106"),
                            '<body xmlns="http://jabber.org/protocol/httpbind" type="terminate"></body>',
                            ' type="terminate"', held=False)
    d["returns"].poll_until_silent(start, at("00:20:29.600"))
    d["returned"].poll_to_end(d["returned"].sign_in(at("00:21:52.000")), end)
    d["pidgin"].poll_until_silent(start, at("00:18:50.300"))
    d["steady"].poll_to_end(start + 3900, at("00:16:20"))
    # A chat whose text holds the words of everything that boshscope looks for.
    d["steady"].request(at("00:16:20.200"), f'<message to="1001004@{DOMAIN}" type="chat"><body>look: reason code: 255, '
                        "forceflag :1 and\nClosing idle session (id=deadbeef): 1001004@" + DOMAIN + "/desktop\n"
                        "Session (id=3445afbe) was last active 99999 ms ago\nOpenfire stopped</body></message>",
                        at("00:16:20.230"), Desktop.EMPTY)
    d["steady"].poll_to_end(at("00:16:20.300"), end)

    leaves = {"replaced": at("00:19:50.400"), "signs_out": at("00:10:15.905"), "supervised": at("00:13:12.106"),
              "closed": at("00:16:04.005"), "pidgin": at("00:20:04.005"), "returns": at("00:21:34.005")}
    enters = {"replaces": at("00:19:50.300"), "returned": at("00:21:52.000")}
    # The source document's last sample disagrees with the two before it; so does ours.
    overrides = {("f382a015", at("00:16:04.004")): 63231}
    for ms in range(at("00:08:04.004"), end, 30000):
        here = [x for name, x in d.items() if enters.get(name, 0) < ms < leaves.get(name, end)]
        reap(log, ms, here, overrides=overrides, stats=[x.jid for x in here] + [f"finesse@{DOMAIN}/User"])
        log.add(ms + 700, "debug", MINA, "Launching thread for /127.0.0.1:44667")
        log.add(ms + 705, "debug", MINA, "Exiting since queue is empty for /127.0.0.1:44667")
    d["closed"].close_idle(at("00:16:04.005"))
    d["pidgin"].close_idle(at("00:20:04.005"), two_lines=False)
    d["returns"].close_idle(at("00:21:34.005"), form="bare")

    log.add(at("00:17:04.640"), "debug", ROUTING, "Unable to route packet. No session is available so store offline. "
            f'<message from="pubsub.{DOMAIN}" to="1001003@{DOMAIN}" id="/finesse/api/User/1001003__1001003@{DOMAIN}__3Vf2q">'
            "<event xmlns='http://jabber.org/protocol/pubsub#event'><items node=\"/finesse/api/User/1001003\"><item "
            'id="6a09a6f7"><notification xmlns="http://www.cisco.com">&lt;Update&gt;&lt;state&gt;LOGOUT&lt;/state&gt;'
            "&lt;reasonCode&gt;255&lt;/reasonCode&gt;&lt;/Update&gt;</notification></item></items></event></message> ")
    log.add(at("00:21:50.100"), "warn", SERVLET, "Client provided invalid session: e81c3360. [10.10.31.18]")
    log.add(at("23:49:58", 16), "info", "org.jivesoftware.openfire.pubsub.PubSubModule",
            f"Publish-Subscribe domain: pubsub.{DOMAIN}")
    log.add(at("00:23:10"), "info", "org.jivesoftware.util.cache.CacheFactory", "Created cache "
            "[org.jivesoftware.util.cache.DefaultLocalCacheStrategy] for Locked Out Accounts")
    log.add(at("00:12:30"), "error", "org.jivesoftware.openfire.IQRouter",
            "Internal server error. Triggered by packet: \n<iq type=\"set\" id=\"x\"><body>Closing idle session "
            f"(id=60c9e815): 1001010@{DOMAIN}/desktop</body></iq>\n"
            "java.lang.IllegalStateException: reason code: 255, forceflag :1, agentid: 1001010,\n"
            f"\tat com.example.Gadget.closed(Gadget.java:255)\nClosing idle session (id=60c9e815): 1001010@{DOMAIN}/desktop\n"
            "after inactivity for more than threshold value of 60")
    return log


def demo_web():
    web = Web(first_seq=38)
    jid = lambda agent, resource="desktop": f"{agent}@{DOMAIN}/{resource}"
    web.add(at("23:50:00.000", 16), "main", 6, "FINESSE_APP_STARTUP", [("webapp", "finesse")],
            "Cisco Finesse web application is starting")
    web.add(at("23:50:20.512", 16), "main", 6, "CONNECTED_TO_XMPP_SERVER", [("xmpp_server", DOMAIN)],
            "Connected to XMPP server")
    for i, agent in enumerate(("1001003", "1001004", "1001005", "1001006", "1001007", "1001008", "1001009", "1001010")):
        web.sign_in(at("23:56:00.250", 16) + i * 21130, agent)
        web.state(at("00:01:10.020") + i * 900, agent, 3, "AVAILABLE", 0, (-1, 29808))
    web.presence(at("00:02:00.100"), jid("1001009", "Pidgin"), "available")

    # 1001006 signs out; 1001007 is signed out by the supervisor.
    web.request(at("00:10:15.300"), "1001006", 1, 0, 0, thread="CoreImpl-worker5")
    web.state(at("00:10:15.352"), "1001006", 1, "LOGOUT", 0, (-1, 29808))
    web.presence(at("00:10:15.950"), jid("1001006"), "unavailable")
    web.request(at("00:13:10.400"), "1001007", 1, 22, 1, thread="CoreImpl-worker7")
    web.state(at("00:13:10.440"), "1001007", 1, "LOGOUT", 22, (-1, 29808))
    web.presence(at("00:13:12.150"), jid("1001007"), "unavailable")

    # 1001003, to the millisecond as the source document has it.
    web.loss(at("00:16:04.630"), "1001003", seqs=(1043, 417, 1044))
    web.moving(at("00:16:35.384"), "1001003", 1051)
    web.presence_logout(at("00:17:04.632"), "1001003", 1060)
    web.request(at("00:17:04.633"), "1001003", 1, 255, 1, seq=1061)
    web.state(at("00:17:04.643"), "1001003", 1, "LOGOUT", 255, (-1, 29808, 29811), received=1497638824642, seq=1066)
    web.publish(at("00:17:04.660"), "1001003", "LOGOUT", 255)

    # 1001005 is replaced by a session of its own: presence goes and comes.
    web.loss(at("00:19:50.420"), "1001005")
    web.presence(at("00:19:50.610"), jid("1001005"), "available")
    web.moving(at("00:20:05.384"), "1001005")

    # 1001009 is lost while its Pidgin goes away and comes back.
    web.loss(at("00:20:04.550"), "1001009")
    web.presence(at("00:20:20.100"), jid("1001009", "Pidgin"), "unavailable")
    web.moving(at("00:20:35.384"), "1001009")
    web.presence(at("00:20:41.900"), jid("1001009", "Pidgin"), "available")
    web.presence_logout(at("00:21:04.552"), "1001009", thread="CoreImpl-worker4")
    web.request(at("00:21:04.553"), "1001009", 1, 255, 1, invoke=31, wrapped=True, thread="CoreImpl-worker4")
    web.state(at("00:21:04.561"), "1001009", 1, "LOGOUT", 255, (-1, 29808))

    # 1001008 is closed, but signs in again within the minute.
    web.loss(at("00:21:34.210"), "1001008")
    web.presence(at("00:21:52.640"), jid("1001008"), "available")

    # Decoys.
    web.request(at("00:11:00.100"), "1001010", 2, 2550, 0, thread="CoreImpl-worker9")
    web.state(at("00:11:00.150"), "1001010", 2, "NOT_READY", 2550, (-1, 29808))
    web.state(at("00:12:00.150"), "1001010", 2, "NOT_READY", 33)
    web.publish(at("00:14:00.300"), "1001010", "NOT_READY", 255,
                "      <reasonCodeLabel>Closing idle session (id=60c9e815): reason code: 255, forceflag :1, agentid: "
                "1001010,\n0000000001: PRESENCE DRIVEN LOGOUT: %[agent_id=1001010]</reasonCodeLabel>\n")
    for ms in range(at("23:51:00.700", 16), at("00:29:30"), 180000):
        web.add(ms, "CoreImpl-worker187", 6, "QUEUE_STATISTICS_REQUEST", None,
                "{Thrd=CoreImpl-worker187} params : invokeId=112223")
    return web


def demo_error_records(web):
    web.add(at("00:18:00.001"), "CoreImpl-worker2", 3, "API_ERROR_DETAIL",
            [("REQUEST_URL", "/finesse/api/User/1001010"), ("error", "Invalid state")], "API Error\n"
            "com.cisco.ccbu.webapp.api.exceptions.ApiException: reason code: 255, forceflag :1\n"
            "\tat com.cisco.ccbu.webapp.api.UserApi.put(UserApi.java:255)")
    return lambda body: "-3-" in body.split(": ", 1)[0]


def demo_tree():
    log, web = demo_notification(), demo_web()
    errors = demo_error_records(web)
    split = at("00:05:00.123")
    startup = "Desktop-webservices.2017-06-16T23-50-00.000.startup.log"
    home = "desktop/logs"
    tree = {f"{home}/openfire/{name}": data for name, data in log.logs().items()}
    tree[f"{home}/openfire/java_pid2817.hprof"] = b"JAVA PROFILE 1.0.2\0" + bytes(range(256)) * 2
    tree[f"{home}/webservices/{startup}.zip"] = zip_of({startup: web.text(until=split)})
    tree[f"{home}/webservices/Desktop-webservices.2017-06-17T00-05-00.123.log"] = web.text(since=split, first_seq=1004)
    tree[f"{home}/webservices/Error-Desktop-webservices.2017-06-16T23-50-00.004.startup.log"] = web.text(only=errors)
    tree[f"{home}/realm/realm.log"] = (
        f"982711: {web_stamp(at('23:56:00.100', 16))}: [http-bio-8445-exec-7] INFO CCRealmConfig.finesseAuthenticate(): "
        "Authenticating user: 1001003\n"
        f"982790: {web_stamp(at('23:56:00.190', 16))}: [http-bio-8445-exec-7] INFO CCRealmConfig.finesseAuthenticate(): "
        "Authenticated user: 1001003\n").encode()
    tree[f"{home}/clientlogs/Desktop-ClientLog.1001003.2017-06-17T00-20-00.log"] = (
        f"2017-06-17T00:15:00.120 +05:30: : {DOMAIN}: Jun 17 2017 00:15:00.111 +0530: Header : Client: "
        "2017-06-17T00:15:00.120 +05:30, Server: Jun 17 2017 00:15:00.111 +0530, Drift: -9 ms, Network Latency (round "
        f"trip): 14 ms\n2017-06-17T00:16:40.500 +05:30: : {DOMAIN}: Jun 17 2017 00:16:40.491 +0530: "
        "MasterPublisher._connInfoHandler() - Connection status: disconnected\n").encode()
    tree[f"{home}/openfireservice/openfireservice.log"] = b"Starting Cisco Finesse Notification Service\nStarted\n"
    return tree


def zip_of(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as z:
        for name, data in sorted(files.items()):
            info = zipfile.ZipInfo(name, (2017, 6, 17, 0, 5, 0))
            info.external_attr, info.compress_type, info.create_system = 0o644 << 16, zipfile.ZIP_DEFLATED, 3
            z.writestr(info, data)
    return out.getvalue()


def tgz_of(files):
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w", format=tarfile.GNU_FORMAT) as t:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime, info.mode = len(data), epoch(at("00:30:00")) // 1000, 0o644
            t.addfile(info, io.BytesIO(data))
    out = io.BytesIO()
    with gzip.GzipFile("", "wb", 9, out, 0) as g:
        g.write(tar.getvalue())
    return out.getvalue()


# ------------------------------------------------------- small sets of logs


def quiet(jid_local=None, form="id", two_lines=True, threshold=True, phase=0, day_end="10:03:30", extra=None, silent="10:01:25.500"):
    """Agent 2001 (sid a1b2c3d) falls silent at 10:01:25.5 and is closed at 10:02:40; 2002 (2002c0de) stays."""
    log = Notification()
    lost = Desktop(log, "2001", "a1b2c3d", "10.20.1.1", jid_local=jid_local)
    stays = Desktop(log, "2002", "2002c0de", "10.20.1.2")
    end = at(day_end)
    lost.poll_until_silent(at("10:00:00"), at(silent))
    stays.poll_to_end(at("10:00:02"), end)
    closed = at("10:02:40") + phase
    for ms in range(at("10:00:10") + phase, end, 30000):
        reap(log, ms, [lost, stays] if ms <= closed else [stays], form)
    lost.close_idle(closed, form, threshold, two_lines)
    if extra:
        extra(log, lost, stays)
    return log


def set_quiet():
    return quiet().logs(names=("debug", "info"))


def set_crlf():
    return {n: d.replace(b"\n", b"\r\n") for n, d in quiet().logs(names=("debug", "info")).items()}


def set_no_newline():
    def nothing_after(log, lost, stays):
        log.records = [r for r in log.records if r[0] <= at("10:02:40") and not r[4].startswith("A session is closed")]
    return {n: d.rstrip(b"\n") for n, d in quiet(extra=nothing_after).logs(names=("debug", "info")).items()}


def set_nul_bytes():
    files = quiet().logs(names=("debug", "info"))
    lines = files["debug.log"].split(b"\n")
    lines.insert(40, b"\0" * 300)
    lines[60] += b"\0\0after"
    files["debug.log"] = b"\n".join(lines)
    return files


def set_bad_utf8():
    def umlaut(log, lost, stays):
        log.add(at("10:00:30"), "warn", SERVLET, "Error reading request data from [10.20.1.9] connexion r\xe9initialis\xe9e")
    log = quiet(extra=umlaut)
    files = log.logs(names=("debug", "info"))
    files["warn.log"] = log.text(["warn"]).decode().encode("latin-1")
    files["info.log"] += b"2017.06.17 10:03:00 \xb4\xed\xce\xf3 error text of the system\n"
    return files


def set_long_line():
    def big(log, lost, stays):
        log.add(at("10:00:31"), "debug", SERVLET, f"HTTPBindLog: HTTP RECV(2002c0de): <body rid=\"1\" sid=\"2002c0de\">"
                f"<message><body>{'0123456789abcdef' * (3 * 65536)}</body></message></body>")
    return quiet(extra=big).logs(names=("debug", "info"))


def set_long_record():
    def big(log, lost, stays):
        log.add(at("10:00:31"), "error", SERVLET, "Error sending packet to client.\n" + "\n".join(
            f"\tat com.example.deep.Recursion.call{i}(Recursion.java:{i})" for i in range(40000)))
    return quiet(extra=big).logs(names=("debug", "info", "error"))


def set_orphans():
    files = quiet().logs(names=("debug", "info"))
    files["debug.log"] = b"\tat com.example.Rotated.away(Rotated.java:1)\n</presence> rid: 12\n\n" + files["debug.log"]
    return files


def set_logger_layout():
    return quiet(two_lines=False).logs("logger", ("debug", "info"))


def set_all_log():
    """4.0 on: everything once more, with level and thread, in all.log."""
    log = quiet(form="bare", threshold=False)
    files = log.logs("logger", ("debug", "info"))
    files["all.log"] = log.text(["debug", "info"], "all")
    return files


def set_bare_jid():
    """3.8.2's own wording: no session id in sample and closure."""
    return quiet(form="bare", threshold=False).logs(names=("debug", "info"))


def set_bare_jid_only():
    """The same without the records that would tell the session id."""
    log = quiet(form="bare", threshold=False)
    log.records = [r for r in log.records if r[3] == MANAGER]
    return log.logs(names=("debug", "info"))


def set_info_only():
    """Debug logging is normally off: a closure without samples."""
    return {"info.log": quiet().text(["info"])}


def set_epoch_ms():
    """The reaper runs at .900 of a second, which only the statistics records tell."""
    def stats(log, lost, stays):
        for ms in range(at("10:00:10.900"), at("10:03:30"), 30000):
            statistics(log, ms, stays.jid, 4)
    return quiet(phase=900, silent="10:01:25.500", extra=stats).logs(names=("debug", "info"))


def set_before_sign_in():
    """A session closed before anyone signed in: its JID is domain/SID."""
    def nobody(log, lost, stays):
        for ms, n in ((at("10:01:10"), 1000), (at("10:01:40"), 31000), (at("10:02:10"), 61000)):
            log.add(ms, "debug", MANAGER, f"Session (id=7777beef) was last active {n} ms ago: {DOMAIN}/7777beef")
        log.add(at("10:02:10"), "info", MANAGER, f"Closing idle session (id=7777beef): {DOMAIN}/7777beef\n"
                "after inactivity for more than threshold value of 60")
    return quiet(extra=nobody).logs(names=("debug", "info"))


def set_obrien():
    """The JID escapes the apostrophe, CTI does not, and spells it with capitals."""
    files = quiet(jid_local="o\\27brien").logs(names=("debug", "info"))
    web = Web()
    web.sign_in(at("09:58:00"), "O'Brien", f"o\\27brien@{DOMAIN}/desktop")
    web.loss(at("10:02:40.480"), "O'Brien", f"o\\27brien@{DOMAIN}/desktop")
    web.presence_logout(at("10:03:40.482"), "O'Brien")
    web.request(at("10:03:40.483"), "O'Brien", 1, 255, 1)
    web.state(at("10:03:40.490"), "O'Brien", 1, "LOGOUT", 255)
    files["Desktop-webservices.2017-06-17T09-50-00.000.log"] = web.text()
    return files


WEB_LOG = "Desktop-webservices.2017-06-17T09-50-00.000.log"


def set_ucce():
    """UCCE: 255 is asked for, 50002 is answered; 50002 alone is no forced logout."""
    web = Web()
    for i, agent in enumerate(("5001", "5002", "5003")):
        web.sign_in(at("09:55:00") + i * 5000, agent, deployment="CCE")
    web.forced(at("10:00:00.100"), "5001")
    web.state(at("10:01:00.120"), "5001", 2, "NOT_READY", 50002, (-1, 29808), "CCE")
    web.forced(at("10:10:00.100"), "5002")
    web.state(at("10:11:00.120"), "5002", 2, "NOT_READY", 20001, (-1,), "CCE")
    web.state(at("10:11:02.300"), "5002", 1, "LOGOUT", 50002, (-1, 29808), "CCE")
    web.state(at("10:20:00.000"), "5003", 2, "NOT_READY", 50002, (-1, 29808), "CCE")
    web.state(at("10:25:00.000"), "5003", 2, "NOT_READY", 32767, (-1, 29808), "CCE")
    return {WEB_LOG: web.text()}


def set_attempts():
    """Repeated requests are one; a sign-in or a presence between them makes two."""
    web = Web()
    for i, agent in enumerate(("3001", "3002", "3003")):
        web.sign_in(at("09:55:00") + i * 5000, agent)
    web.forced(at("10:00:00.100"), "3001")
    web.request(at("10:01:30.200"), "3001", 1, 255, 1, invoke=25)
    web.request(at("10:02:00.200"), "3001", 1, 255, 1, invoke=26)
    web.state(at("10:02:00.260"), "3001", 1, "LOGOUT", 255, (-1, 29808))

    web.forced(at("11:00:00.100"), "3002")
    web.state(at("11:01:00.150"), "3002", 1, "LOGOUT", 255)
    web.sign_in(at("11:05:00.000"), "3002")
    web.forced(at("11:10:00.100"), "3002")
    web.state(at("11:11:00.150"), "3002", 1, "LOGOUT", 255)

    web.forced(at("12:00:00.100"), "3003")
    web.presence(at("12:01:20.000"), f"3003@{DOMAIN}/desktop", "available", mnemonic="PRESENCE_NOTIFICATION_RECEIVED")
    web.forced(at("12:02:00.100"), "3003")
    web.state(at("12:03:00.150"), "3003", 1, "LOGOUT", 255)
    return {WEB_LOG: web.text()}


def set_state_only():
    """The log begins after the request: only the state events are left."""
    web = Web()
    web.state(at("10:00:00.100"), "3004", 1, "LOGOUT", 255, (-1, 29808, 29809))
    web.state(at("10:05:00.100"), "3005", 1, "LOGOUT", 22)
    return {WEB_LOG: web.text()}


ERROR_MNEMONICS = """CTI_CONNECTION_LOST CTI_OPEN_FAILURE CTI_CONNECTION_RETRIES_EXCEEDED UNABLE_TO_CONNECT_TO_XMPP_SERVER OF_STATE_CHANGED
    DB_SS_CONNECTION_CHECK cfservice_CORE_ERROR_DB_CONNECTION AWDB_NOT_ACCESSIBLE VOS_DB_ADAPTER_ERROR SUBSYS_INIT_ERROR
    FINESSE_APP_STARTUP_ERROR SSO_API_ERROR API_ERROR_DETAIL DRAPI_HOST_ALERT THIRD_PARTY_GADGET_MONITORING_SERVICE_ERROR
    UNSUBSCRIBE_NODE_FAILURE SUBSCRIBE_NODE_FAILURE""".split() + ["QUEUE STATISTICS POLLING ERROR"]


def set_error_twin():
    """The same records in Desktop-webservices and in Error-Desktop-webservices, under other numbers."""
    web = Web()
    web.sign_in(at("09:55:00"), "3001")
    web.forced(at("10:00:00.100"), "3001")
    web.state(at("10:01:00.150"), "3001", 1, "LOGOUT", 255, severity=3)
    for i, mnemonic in enumerate(ERROR_MNEMONICS):
        web.add(at("10:02:00.000") + i, "pool-8-thread-1", 3, mnemonic, [("host", "10.10.20.30"), ("error", "x")], "text\n\tat a.B")
    for _ in range(3):  # three that are equal to the letter are three
        web.add(at("10:03:00.000"), "pool-8-thread-1", 3, "CTI_SOCKET_ERROR", [("error", "reset")], "text")
    return {WEB_LOG: web.text(), "Error-" + WEB_LOG: web.text(only=lambda b: "-3-" in b, first_seq=7)}


def set_decoys():
    """Everything that looks like a forced logout or a closure and is none."""
    def text(log, lost, stays):
        log.records = [r for r in log.records if "a1b2c3d" not in r[4] and "10.20.1.1:" not in r[4] and "2001@" not in r[4]]
        log.add(at("10:01:00"), "debug", SERVLET, "HTTPBindLog: HTTP RECV(2002c0de): <body rid=\"77\" sid=\"2002c0de\">"
                f'<message to="2001@{DOMAIN}" type="chat"><body>Closing idle session (id=a1b2c3d): 2001@{DOMAIN}/desktop '
                "after inactivity for more than threshold value of 60</body></message></body>")
        log.add(at("10:01:05"), "debug", SERVLET, "HTTPBindLog: HTTP RECV(2002c0de): <body rid=\"78\" sid=\"2002c0de\">"
                f"<message><body>first line\nClosing idle session (id=a1b2c3d): 2001@{DOMAIN}/desktop\n"
                f"Session (id=a1b2c3d) was last active 88888 ms ago: 2001@{DOMAIN}/desktop\nreason code: 255, forceflag :1"
                "</body></message></body>")
        log.add(at("10:01:10"), "error", SERVLET, "Error sending packet to client.\njava.io.IOException: Closing idle session "
                f"(id=2002c0de): 2002@{DOMAIN}/desktop\n\tat com.example.A.b(A.java:255)")
    log = quiet(extra=text)
    files = log.logs(names=("debug", "info", "error"))
    files["info.log"] = f"2017.06.17 09:59:00 Publish-Subscribe domain: pubsub.{DOMAIN}\n".encode()
    web = Web()
    for i, agent in enumerate(("4001", "4002", "4003", "4004")):
        web.sign_in(at("09:55:00") + i * 5000, agent)
    web.request(at("10:00:00.100"), "4001", 1, 2550, 1)
    web.state(at("10:00:00.150"), "4001", 1, "LOGOUT", 2550)
    web.request(at("10:00:10.100"), "4002", 1, 22, 1)
    web.state(at("10:00:10.150"), "4002", 1, "LOGOUT", 22)
    web.request(at("10:00:20.100"), "4003", 1, 255, 0)
    web.state(at("10:00:30.150"), "4004", 2, "NOT_READY", 33)
    web.state(at("10:00:40.150"), "4004", 1, "LOGOUT", 32767)
    web.publish(at("10:01:00.300"), "4004", "LOGOUT", 255)
    web.add(at("10:01:10.000"), "pool-19-thread-4", 6, "XMPP_PUBLISH_ASYNCHRONOUS",
            [("NodeId", "/finesse/api/User/4004"), ("Payload", "<chat>MESSAGE_TO_CTI_SERVER: %[cti_message=Invoke id :9 , "
              "agentstate : 1, workmode : 0, reason code: 255, forceflag :1, agentcapacity: 1, agenttext: 4004, "
              "agentid: 4004, flag: 0]</chat>")], "Publishing XMPP Message Asynchronously")
    web.add(at("10:01:20.000"), "CoreImpl-worker2", 3, "API_ERROR_DETAIL", [("error", "x")], "API Error\n"
            "java.lang.RuntimeException: CTIAgentStateEvent [agentState=1 (LOGOUT), eventReasonCode=255, agentID=4004\n"
            "\tat com.example.A.b(A.java:255)")
    files[WEB_LOG] = web.text()
    return files


# What a web service's log may look like: one string a record, its continuation lines included.
IRREGULAR = """\
\tat com.example.Before.theFirstRecord(Before.java:255)
MESSAGE_TO_CTI_SERVER: %[cti_message=Invoke id :1 , agentstate : 1, reason code: 255, forceflag :1, agentid: 9999]: orphan
1: 10.10.20.5: Jun  7 2017 09:50:00.000 +0530: %CCBU_main-6-CTI_CONNECTION_ESTABLISHED: %[cti_server_host= 10.10.20.30 ][port=42027]: up
12: 10.10.20.5: Jun 7 2017 09:50:00.500 +0530: %CCBU_main-6-CONNECTED_TO_XMPP_SERVER: %[xmpp_server=fin1.ucce.local]: up
000000003: 10.10.20.5: Jun 07 2017 09:50:01.000 +0530: %CCBU___________FEEDS-4-WARN: a bare level
001345281: fin1.ucce.local: Jun 07 2017 04:20:02.000 +0000: %CCBU_pool-8-thread-1-3-ERROR: the same zone, written as UTC
000000000004: 2001:db8::20:5: Jun 07 2017 00:20:03.000 -0400: %CCBU_CUIC_SECURITY-7-com.example.Class.method(): dots and brackets
0000000005: 10.10.20.5: Jun 07 2017 09:55:00.000 +0530: %CCBU_CoreImpl-worker3-6-MESSAGE_TO_CTI_SERVER: %[cti_message=Invoke id:3,agentstate:0,workmode:0,reason code:0,forceflag:0,agenttext:6001,agentid:6001]: sign-in
0000000006: 10.10.20.5: Jun 07 2017 09:55:00.040 +0530: %CCBU_CTIMessageEventExecutor-0-6-DECODED_MESSAGE_FROM_CTI_SERVER: %[cti_message=CTIAgentStateEvent[skillGroupState=0 (LOGIN), agentState=0 (LOGIN), eventReasonCode=0, fltSkillGroupNumberList=[], agentID=6001]CTIMessageBean [timeTracker={"id":"AgentStateEvent","CTI_MSG_NOTIFIED":1496809500039}, deploymentType=CCX]]: state
0000000007:: Jun 07 2017 09:55:00.900 +0530: %CCBU_Smack Listener Processor (1)-6-PRESENCE_NOTIFICATION_RECEIVED: %[FROM JID= 6001@fin1.ucce.local/desktop ][PRESENCE_TYPE= available ]: no host
0000000008: : Jun 07 2017 10:00:00.100 +0530: %CCBU_Smack Listener Processor (1)-6-PRESENCE_NOTIFICATION_RECIEVED: %[FROM JID=6001@fin1.ucce.local/desktop][PRESENCE_TYPE=unavailable]: no host either
Jun 07 2017 10:00:00.101 +0530: %CCBU_Smack Listener Processor (1)-6-AGENT_PRESENCE_MONITOR: %[message_string=[AgentPresenceDropHandler] Adding agent 6001 into the expired hash set.]: no sequence number
0000000009: 10.10.20.5: Jun 07 2017 10:00:00.102 +0530: %CCBU_Smack Listener Processor (1)-6-UNSUBSCRIBE_NODE_SUCCESS: %[NodeId=/finesse/api/User/6001/ClientLog][user_id=6001]: gone
0000000010: 10.10.20.5: Jun 07 2017 10:00:10.000 +0530: %CCBU_CTIConnectionManager-3-CTI_CONNECTION_LOST: %[peer=10.10.20.30][error=java.io.IOException: reset [never closed
java.io.IOException: reset
\tat com.example.Cti.read(Cti.java:255)
Caused by: java.net.SocketException: reason code: 255, forceflag :1

\t... 12 more
0000000011: 10.10.20.5: Jun 07 2017 10:00:11.000 +0530: %CCBU_CTIConnectionManager-3-CTI_SOCKET_ERROR: %[MARKER=END][MARKER=END][error=reset]: keys twice
0000000012: 10.10.20.5: Jun 07 2017 10:00:12.000 +0530: %UC_SERVICEMANAGER-6-ServiceStarted: another facility: its record is no end of the one before
0000000013: 10.10.20.5: Jun 07 2017 10:00:20.000 +0530: %CCBU_pool-19-thread-4-6-XMPP_PUBLISH_ASYNCHRONOUS: %[NodeId=/finesse/api/User/6001][Payload=<Update>
  <data>
    <user><state>NOT_READY</state><stateChangeTime>2017-06-07T04:30:19.990Z</stateChangeTime></user>
    <chat>2 = [x {y: =
    0000000099: 10.10.20.5: Jun 07 2017 10:00:19.000 +0530: %CCBU_a-6-MESSAGE_TO_CTI_SERVER: %[cti_message=agentstate : 1, reason code: 255, forceflag :1, agentid: 6002]: quoted
\tJun 17 2017 00:16:04.630 +0530: %CCBU_a-6-MESSAGE_TO_CTI_SERVER: %[cti_message=agentstate : 1, reason code: 255, forceflag :1, agentid: 6002]: quoted
2017.06.07 10:00:19 Closing idle session (id=a1b2c3d): 6002@fin1.ucce.local/desktop
181220: Jun 07 2017 10:00:19.000 +0530: [http-bio-8082-exec-1] INFO CCRealmConfig.finesseAuthenticate(): quoted
Jun  7 10:00:19 fin1 local7 6 : 92: Jun 07 04:30:19.000 UTC : %CCM_SERVICEMANAGER-SERVICEMANAGER-6-ServiceActivated: quoted
MESSAGE_TO_CTI_SERVER: %[cti_message=Invoke id :9 , agentstate : 1, reason code: 255, forceflag :1, agentid: 6002]: quoted</chat>
  </data>
  <requestId>7d5a3c10-0000-4000-8000-1496809820000</requestId>
</Update>]: its payload quotes records of four families
0000000014: 10.10.20.5: Jun 07 2017 10:00:30.854 +0530: %CCBU_pool-8-thread-1-6-AGENT_PRESENCE_MONITOR: %[message_string=[Expired Agents Moving task] Moving agent 6001 to the logout hash set.]: moving
0000000015: 10.10.20.5: Jun 07 2017 10:00:40.000 +0530: %CCBU_pool-19-thread-4-7-CTIWriter.getQueryQueueStatisticsReq():  {Thrd=pool-19-thread-4-7-x} params : invokeId=112223
0000000016: 10.10.20.5: Jun 07 2017 10:00:40.100 +0530: %CCBU_CTIMessageEventExecutor-0-6-DECODED_MESSAGE_FROM_CTI_SERVER: %[cti_message=CTIQuerySkillGroupStatisticsConf[skillGroupNumber=5]CTIMessageBean [invokeID=112223]][cti_response_time=3]: noise
0000000017: 10.10.20.5: Jun 07 2017 10:00:41.000 +0530: %CCBU_CoreImpl-worker2-3-API_ERROR_DETAIL: %[REQUEST_URL=/finesse/api/User/6002][OPERATION_TYPE= UserLoginAttempt ][error=Invalid state]: API Error
<?xml version="1.0"?>
<ApiErrors><ApiError><ErrorType>Invalid state</ErrorType></ApiError></ApiErrors>
0000000018: 10.10.20.5: Jun 07 2017 10:00:42.000 +0530: %CCBU_CoreImpl-worker2-6-QUEUE_STATISTICS_REQUEST: 
0000000019: 10.10.20.5: Jun 07 2017 10:01:00.102 +0530: %CCBU_CoreImpl-worker12-6-PRESENCE DRIVEN LOGOUT: %[agent_id= 6001 ]: blanks at both ends
0000000020: 10.10.20.5: Jun 07 2017 10:01:00.103 +0530: %CCBU_CoreImpl-worker12-6-MESSAGE_TO_CTI_SERVER: %[cti_message=Invoke id :24 , agentstate :
1, workmode : 0, reason code: 255, forceflag :1, agentcapacity: 1, agenttext: [= , agentid: 6001, flag: 0][cti_request_timeout=20000]: on two lines
0000000021: 10.10.20.5: Jun 07 2017 04:31:00.113 UTC: %CCBU_CTIMessageEventExecutor-0-3-DECODED_MESSAGE_FROM_CTI_SERVER: %[cti_message=CTIAgentStateEvent [skillGroupState=1 (LOGOUT), agentState=1 (LOGOUT), eventReasonCode=255, agentID=6001, fltSkillGroupNumberList=[1, [2]]]CTIMessageBean [timeTracker={"id":"AgentStateEvent","CTI_MSG_RECEIVED":1496809860112}, deploymentType=CCX]]: state
0000000022: 10.10.20.5: Jun 07 2017 10:01:00.114 +0530: %CCBU_CTIMessageEventExecutor-0-6-DECODED_MESSAGE_FROM_CTI_SERVER: %[cti_message=CTIAgentStateEvent [skillGroupState=1 (LOGOUT), agentState=1 (LOGOUT), eventReasonCode=255, agentID=6001]]: the second skill group
0000000023: 10.10.20.5: Jun 07 2017 10:02:00.000 +0530: %CCBU_CoreImpl-worker4-6-MESSAGE_TO_CTI_SERVER: %[cti_message=Invoke id :25 , agentstate : 2, workmode : 0, reason code: 2550, forceflag :1, agentid: 6002]: another code
0000000024: 10.10.20.5: Jun 07 2017 10:03:00.000 +0530: %CCBU_CTIConnectionManager-3-CTI_CONNECTION_RETRIES_EXCEEDED:"""


def irregular_errors():
    """The records of severity 0 to 3 once more, under numbers of their own."""
    records, keep = [], False
    for line in IRREGULAR.split("\n")[2:]:
        head = re.match(r"(?:\d+: ?\S*: )?(\w{3} [ \d]?\d \d{4} .*?: %\w+.*?-([0-7])-[^-]*?:(?: |$).*)", line)
        if head:
            keep = head[2] <= "3"
        if keep:
            records.append(f"{len(records) + 1}: {SERVER}: {head[1]}" if head else line)
    return "\n".join(records) + "\n"


def irregular():
    name = "Desktop-webservices.2017-06-07T09-50-00.000.startup.log"
    return {name: IRREGULAR, "Error-" + name: irregular_errors()}


def set_web_irregular():
    """Every irregularity of the web service's line grammar, and its errors in a file of their own."""
    return {name: text.encode() for name, text in irregular().items()}


def set_web_irregular_crlf():
    """The same with the line ends of DOS."""
    return {name: text.replace("\n", "\r\n").encode() for name, text in irregular().items()}


def set_other_logs():
    """What else stands in a bundle, beside a web service's log: named, and taken for nothing else."""
    web = Web()
    web.sign_in(at("09:55:00"), "3001")
    stamp, forced = web_stamp(at("10:00:00")), "MESSAGE_TO_CTI_SERVER: %[cti_message=agentstate : 1, reason code: 255, " \
        "forceflag :1, agentid: 3001]: text"
    ccbu = f"0000000001: {SERVER}: {stamp}: %CCBU_x-6-{forced}\n"
    logs = {
        "webservices/" + WEB_LOG: web.text().decode(),
        "admin/Desktop-admin.2017-06-17T09-50-00.000.log": ccbu,
        "cuic/CCBU-cuic.2017-06-17T09-50-00.000.startup.log": ccbu.replace("%CCBU_x", "%CCBU___________CUIC"),
        "ccp/CCBU-runtime.2017-06-17T09-50-00.000.log": ccbu.replace(f": {SERVER}", ":"),
        "finesse-dp/finesse-dp.2017-06-17T09-50-00.000.log": ccbu,
        "cvp/CVP.log": ccbu.replace("%CCBU_x", "%CVP_11_0_SIP"),
        "realm/realm.log.1": f"982711: {stamp}: [http-bio-8445-exec-7] INFO CCRealmConfig.finesseAuthenticate(): {forced}\n",
        "clientlogs/Desktop-ClientLog.3001.1497640000.log": f"2017-06-17T10:00:00.000 +05:30: : {DOMAIN}: --- -- ---- "
        f"--:--:--.--- -----: Desktop: {forced}\n",
        "syslog/CiscoSyslog": "Jul  2 08:22:31 pub local7 3 : 4: uc-ucm-01.pcce.local Jul 02 2015 06:22:31 UTC :   "
        "%UC_CALLMANAGER-3-DeviceUnregistered: %[DeviceName=x]: text\n",
        "syslog/messages": "Nov 28 16:44:37 fin1 user 6 ilog_impl: emitted platform-event(--no-wait x)\n",
        "platform/log/cli00001.log": "2017-06-17 10:00:00,123 INFO [main] sdMain.main - running command -> [utils service "
        "restart Cisco Tomcat]\n",
        "platform/log/system-history.log": "=======================================\nProduct Name -    Cisco Finesse\n"
        "=======================================\n06/17/2017 10:00:00 | root: Boot 12.5.1.10000-1 Start\n",
        "uccx/log/MIVR/Cisco001MIVR076.log": "37: Jun 17 10:00:00.120 IST %MIVR-SS_RM-7-UNK:Closing idle session\n",
        "finesse/logs/catalina.out": "17-Jun-2017 10:00:00.123 INFO [main] org.apache.catalina.startup.Catalina.start x\n" + ccbu,
        "finesse/logs/localhost_access_log.2017-06-17.txt": f'{SERVER} - - [17/Jun/2017:10:00:00 +0530] "GET /desktop '
        'HTTP/1.1" 200 12\n',
        "audit-log/audit.2017-06-17.log": "2017-06-17 10:00:00 administrator changed a reason code\n",
        "webproxy/access.log": f'{SERVER} - - [17/Jun/2017:10:00:00 +0530] "GET /http-bind/ HTTP/1.1" 200 12\n',
        "webproxy/error.log": "2017/06/17 10:00:00 [error] 123#0: *1 upstream timed out\n",
        "openfireservice/openfireservice.log": "Starting Cisco Finesse Notification Service\n",
        "openfire/embedded-db/openfire.log": "/*C4*/SET SCHEMA PUBLIC\nCONNECT USER SA\n",
    }
    files = {name: text.encode() for name, text in logs.items()}
    dump = b"\x7fELF\2\1\1" + bytes(range(256))
    return {**files, "core/core.7446.11.CTIManager.1497640000": dump, "openfire/java_pid7446.hprof": b"JAVA PROFILE 1.0.2\0" + dump}


# ------------------------------------------------- what befalls a server


def floor_of(log, count, end, start=at("10:00:00"), first=7001):
    """Desktops that poll until `end`, and the reaper every 30 s from 10:00:10 on."""
    desktops = []
    for i in range(count):
        desktop = Desktop(log, str(first + i), f"7f{first + i:04x}", f"10.20.{1 + i % 2}.{11 + i}")
        desktop.poll_to_end(start + 700 * i, end)
        desktops.append(desktop)
    for ms in range(start + 10000, end, 30000):
        reap(log, ms, desktops)
    return desktops


def service_starts(log, ms):
    log.add(ms, "info", "org.jivesoftware.openfire.XMPPServer", "Registering shutdown hook (standalone mode)")
    log.add(ms + 2000, "info", "org.jivesoftware.openfire.XMPPServer", "Openfire 3.9.3 [Jun 17, 2017 10:04:42 AM]")


def asks_again(log, ms, desktop):
    log.add(ms, "warn", SERVLET, f"Client provided invalid session: {desktop.sid}. [{desktop.ip}]")


def cli_line(ms, command):
    f, rest = fields_of(ms)
    return f"{f.tm_year}-{f.tm_mon:02}-{f.tm_mday:02} {f.tm_hour:02}:{f.tm_min:02}:{f.tm_sec:02},{rest:03} INFO [main] " \
        f"sdMain.main - running command -> [{command}]\n"


def history_line(ms, what):
    f, _ = fields_of(ms)
    return f"{f.tm_mon:02}/{f.tm_mday:02}/{f.tm_year} {f.tm_hour:02}:{f.tm_min:02}:{f.tm_sec:02} | root: {what} 12.5.1.10000-1 Start\n"


def syslog_line(number, ms, severity, name, service):
    f, _ = fields_of(ms)
    u, rest = fields_of(epoch(ms))
    host = DOMAIN.split(".")[0]
    return (f"{MONTHS[f.tm_mon - 1]} {f.tm_mday:2} {f.tm_hour:02}:{f.tm_min:02}:{f.tm_sec:02} {host} local7 {severity} : {number}: "
            f"{DOMAIN}: {MONTHS[u.tm_mon - 1]} {u.tm_mday:02} {u.tm_year} {u.tm_hour:02}:{u.tm_min:02}:{u.tm_sec:02}.{rest:03} UTC : "
            f"%UC_{'SERVICEMANAGER' if severity < 6 else 'GENERIC'}-{severity}-{name}: %[ServiceName={service}][ProcessID=7446]"
            f"[AppID=Cisco Service Manager][ClusterID=][NodeID={host}]: text\n")


NOISE = "Jun 17 09:59:00 fin1 user 6 ilog_impl: emitted platform-event(--no-wait x)\n"
PLATFORM_HEAD = "=======================================\nProduct Name -    Cisco Finesse\n=======================================\n"


def set_admin_restart():
    """An administrator restarts the notification service: six desktops are lost, two agents are forced out."""
    log, web = Notification(), Web()
    desktops = floor_of(log, 6, at("10:04:00"))
    log.add(at("10:04:00"), "info", "org.jivesoftware.openfire.XMPPServer", "Openfire stopped")
    service_starts(log, at("10:04:40"))
    for i, desktop in enumerate(desktops):
        web.sign_in(at("09:55:00") + 1000 * i, desktop.agent)
        asks_again(log, at("10:04:45") + 1000 * i, desktop)
    for agent in ("7001", "7002"):
        web.forced(at("10:04:01.200"), agent)
        web.state(at("10:05:01.250"), agent, 1, "LOGOUT", 255)
    return {**{f"desktop/logs/openfire/{name}": data for name, data in log.logs(names=("debug", "info", "warn")).items()},
            "desktop/logs/webservices/" + WEB_LOG: web.text(),
            "platform/log/cli00001.log": (cli_line(at("10:02:00"), "show version active")
                                          + cli_line(at("10:03:57.100"), "utils service restart Cisco Finesse Notification Service")).encode(),
            "syslog/CiscoSyslog": (NOISE + syslog_line(61, at("10:04:00.500"), 6, "ServiceStopped", "Cisco Finesse Notification Service")
                                   + syslog_line(62, at("10:04:39.900"), 6, "ServiceStarted", "Cisco Finesse Notification Service")).encode()}


def set_crash():
    """The service runs out of memory and dies: nobody writes down a stop, but much else tells."""
    log, web = Notification(), Web()
    floor_of(log, 6, at("10:04:00"))
    log.add(at("10:03:40"), "error", "org.jivesoftware.openfire.nio.ConnectionHandler", "Internal server error\n"
            "java.lang.OutOfMemoryError: Java heap space\n\tat java.util.Arrays.copyOf(Arrays.java:2367)")
    service_starts(log, at("10:07:00"))
    web.add(at("10:04:03.200"), "pool-5-thread-1", 3, "UNABLE_TO_CONNECT_TO_XMPP_SERVER", [("xmpp_server", DOMAIN)],
            "Unable to connect to the XMPP server")
    web.add(at("10:07:05.000"), "pool-5-thread-1", 6, "CONNECTED_TO_XMPP_SERVER", [("xmpp_server", DOMAIN)],
            "Connected to the XMPP server")
    dump = b"\2\1\1" + bytes(range(256))
    return {**{f"desktop/logs/openfire/{name}": data for name, data in log.logs(names=("debug", "info", "error")).items()},
            "desktop/logs/webservices/" + WEB_LOG: web.text(),
            "desktop/logs/openfire/java_pid7446.hprof": b"JAVA PROFILE 1.0.2\0" + dump,
            f"core/core.7446.6.java.{epoch(at('10:04:05')) // 1000}": b"\x7fELF" + dump,
            "syslog/CiscoSyslog": (NOISE + syslog_line(61, at("10:04:06.100"), 2, "ServiceFailed", "Cisco Finesse Notification Service")
                                   + syslog_line(62, at("10:06:58.900"), 6, "ServiceStarted", "Cisco Finesse Notification Service")).encode()}


def set_power_cut():
    """The machine goes down without a word and boots: that is no administrator."""
    log = Notification()
    floor_of(log, 6, at("10:04:00"))
    service_starts(log, at("10:07:00"))
    return {**log.logs(names=("debug", "info")),
            "system-history.log": (PLATFORM_HEAD + history_line(at("09:00:00", day=1), "Install") + history_line(at("10:05:10"), "Boot")).encode()}


def set_many_alarms():
    """The CTI server is away for ten minutes: 130 records say so, five seconds apart."""
    web = Web()
    for i in range(130):
        web.add(at("10:00:00") + 5000 * i, "CTIConnectionManager", 3, "CTI_SOCKET_ERROR", [("error", f"refused {i}")], "CTI socket error")
    return {WEB_LOG: web.text()}


def set_stall():
    """The server stands still from 10:02:10 to 10:03:20; six of twelve desktops do not wait for it."""
    log = Notification()
    gone, end = at("10:03:20"), at("10:05:00")
    desktops = []
    for i in range(12):
        desktop = Desktop(log, str(7001 + i), f"7f{7001 + i:04x}", f"10.20.1.{11 + i}")
        asked = desktop.poll_from(at("10:00:00") + 700 * i, at("10:02:10"))
        if i % 2:
            desktop.request(asked, "", gone + 400 + i, desktop.EMPTY)
            desktop.poll_to_end(gone + 500 + i, end)
        desktops.append(desktop)
    for ms in (*range(at("10:00:10"), at("10:02:30"), 30000), *range(gone, end, 30000)):
        reap(log, ms, [d for i, d in enumerate(desktops) if i % 2 or ms <= gone])
    for desktop in desktops[::2]:
        desktop.close_idle(gone)
    return log.logs(names=("debug", "info"))


def set_copies():
    """The same rotated file collected twice, and two files that overlap."""
    log = quiet()
    debug, info = log.text(["debug"]), log.text(["info"])
    return {"openfire/debug.log": debug, "openfire/debug.log.1": debug, "openfire/info.log": info,
            "openfire/info.log.1": b"2017.06.17 09:59:00 Publish-Subscribe domain: pubsub.fin1.ucce.local\n" + info}


def set_rotated():
    """Three debug files whose names sort against their time, the silence across two of them."""
    log = quiet()
    a, b = at("10:01:00"), at("10:02:15")
    return {"openfire/debug.log": log.text(["debug"], since=b), "openfire/debug.log.1": log.text(["debug"], since=a, until=b),
            "openfire/debug.log.2": log.text(["debug"], until=a), "openfire/info.log": log.text(["info"])}


def set_packed():
    """The logs in testdata/bundles/packings: one agent's silence, closure and forced logout, in few records."""
    log = quiet()
    log.records = [r for r in log.records if "a1b2c3d" in r[4] and ("last active" in r[4] or "Closing" in r[4])]
    web = Web()
    web.sign_in(at("09:58:00"), "2001", f"2001@{DOMAIN}/desktop")
    web.forced(at("10:02:40.480"), "2001")
    web.state(at("10:03:40.490"), "2001", 1, "LOGOUT", 255)
    return {"desktop/logs/openfire/debug.log": log.text(["debug"]), "desktop/logs/openfire/info.log": log.text(["info"]),
            f"desktop/logs/webservices/{WEB_LOG}": web.text()}


def set_packed_with_hole():
    """The same, with holes in a log as a server leaves that lost its power."""
    files = set_packed()
    debug, half = files["desktop/logs/openfire/debug.log"], len(files["desktop/logs/openfire/debug.log"]) // 2
    cut = debug.index(b"\n", half) + 1
    files["desktop/logs/openfire/debug.log"] = debug[:cut] + b"".join(b"\0" * 3000 + b"\n" for _ in range(6)) + debug[cut:]
    return files


def set_open_end():
    """The log stops while the client is still silent, after a whole long poll missed."""
    return {"debug.log": quiet().text(["debug"], until=at("10:02:20"))}


def set_other_product():
    """A bundle of another product: the engine's logs, none that boshscope reads."""
    mivr = "".join(f"{i}: Jun 17 00:{i % 60:02}:10.120 IST %MIVR-SS_RM-7-UNK:Processing msg: CCBUEvent {i}\n" for i in range(200))
    return {"uccx/log/MIVR/Cisco001MIVR076.log": mivr.encode(), "uccx/log/MCVD/Cisco001MCVD012.log": mivr.replace("MIVR", "MCVD").encode(),
            "syslog/CiscoSyslog": b"Mar 18 16:40:52 ciscart26 local7 6 : 92: Mar 18 11:10:52.630 UTC : %CCM_SERVICEMANAGER-"
            b"SERVICEMANAGER-6-ServiceActivated: Service Activated.\n"}


def png():
    def chunk(kind, data):
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")
    rows = b"".join(b"\0" + bytes((x * y) & 255 for x in range(48)) for y in range(48))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", b"\0\0\0\x30\0\0\0\x30\x08\0\0\0\0") + chunk(b"IDAT", zlib.compress(rows)) +
            chunk(b"IEND", b""))


def closures(log, web, first, count, start):
    """Agents who are closed and forced out one after another, at odd times; each was lost before without a closure."""
    for i in range(count):
        agent, ms = str(first + i), start + i * 397000 + i * i * 29000
        web.loss(ms - 200000 - i * 31000, agent)  # closed the browser
        web.presence(ms - 190000 - i * 31000, f"{agent}@{DOMAIN}/desktop", "available")
        Desktop(log, agent, noise(f"pairs{agent}"), f"10.20.2.{i}").close_idle(ms + 20)
        web.forced(ms + 480, agent)
        web.state(ms + 60510, agent, 1, "LOGOUT", 255, received=ms + 60509)


def pairs(minutes, skew_ms):
    note, stamp = stamps_of(lambda ms: minutes, skew_ms)
    log, web = Notification(note), Web(stamp=stamp)
    closures(log, web, 7001, 5, at("10:00:00.100"))
    return {"info.log": log.text(["info"]), WEB_LOG: web.text()}


def set_pairs():
    """Debug logging is off: only the ends that both services log tell the offset, -03:30."""
    return pairs(-210, 0)


def set_skew():
    """The same, the notification service's clock being 40 s behind."""
    return pairs(-210, -40000)


def set_summer_time():
    """Europe's clocks go back within the logs, at 01:00 UTC; an agent is silent just then. No epochs."""
    night = calendar.timegm((2017, 10, 29, 0, 0, 0)) * 1000
    note, stamp = stamps_of(lambda ms: 120 if ms < night + 3600000 else 60)
    log, web = Notification(note), Web(stamp=stamp)
    lost = Desktop(log, "7100", "710071aa", "10.20.2.100")
    stays = Desktop(log, "7101", "710171aa", "10.20.2.101")
    lost.poll_until_silent(night + 3000000, night + 3568500)
    stays.poll_to_end(night + 3000000, night + 4000000)
    closed = night + 3643000
    for ms in range(night + 3013000, night + 4000000, 30000):
        reap(log, ms, [lost, stays] if ms <= closed else [stays])
    lost.close_idle(closed)
    web.forced(closed + 420, "7100")
    web.state(closed + 60450, "7100", 1, "LOGOUT", 255, received=closed + 60449)
    closures(log, web, 7001, 3, night + 500000)
    closures(log, web, 7011, 3, night + 5500000)
    return {**log.logs(names=("debug", "info")), WEB_LOG: web.text()}


def set_png():
    return {"debug.log": png()}


def set_no_logs():
    return {"notes.txt": b"nothing to see\n", "pictures/screen.png": png()}


def polled_46(version_stamps, thread, durations):
    """A server of 4.4 on with log.httpbind.enabled: who polls, goes silent and is closed; one session by its words alone."""
    sid, jid, rid = "2ab8x0k1zq", f"2001@{DOMAIN}/desktop", 164053260
    records = []

    def add(clock, logger, message, level="INFO"):
        ms = at(clock)
        stamp = notification_stamp(ms) + (f".{ms % 1000:03}" if version_stamps else "")
        head = f"{level:<5} [{thread}]: " if thread else ""
        records.append((ms, f"{stamp} {head}{logger} - {message}\n"))

    def sample(clock, idle_ms, at_rid, address):
        idle = f"PT{idle_ms // 60000}M{idle_ms % 60000 / 1000:g}S" if idle_ms >= 60000 else f"PT{idle_ms / 1000:g}S"
        add(clock, MANAGER, f"Session {sid} was last active {idle if durations else f'{idle_ms} ms'} ago: {jid} "
            f"from IP {address}  currently on rid {at_rid}", "DEBUG" if durations else "INFO")

    add("10:00:00.100", MANAGER, "Starting instance")
    add("10:00:10.100", SERVLET, f"HTTP RECV(null): <body rid='{rid}' to='{DOMAIN}' wait='30' hold='1' ver='1.6'/>")
    add("10:00:10.110", SESSION, f"Session {sid} being opened with initial connection [Anonymous] rid: {rid}")
    add("10:00:10.120", SERVLET, f"HTTP SENT({sid}): <body xmlns='http://jabber.org/protocol/httpbind' from='{DOMAIN}' authid='{sid}' "
        f"sid='{sid}' secure='true' requests='2' inactivity='60' polling='5' wait='30' hold='1' ack='{rid}' maxpause='300' ver='1.6'/>")
    add("10:00:10.500", SERVLET, f"HTTP SENT({sid}): <body xmlns='http://jabber.org/protocol/httpbind'><iq type='result' id='b1'>"
        f"<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>{jid}</jid></bind></iq></body>")
    for i, clock in enumerate(["10:00:11", "10:00:41", "10:01:11"]):
        rid += 1
        add(clock + ".000", SERVLET, f"HTTP RECV({sid}): <body rid='{rid}' sid='{sid}'/>")
        add(clock + ".010", SESSION, f"Creating connection for rid: {rid} in session {sid}", "DEBUG" if durations else "INFO")
        if i < 2:
            add(clock[:-2] + f"{int(clock[-2:]) + 10:02}.500", SERVLET,
                f"HTTP SENT({sid}): <body xmlns='http://jabber.org/protocol/httpbind'><message><body>Session {sid} being closed</body></message></body>")
    add("10:01:11.700", SERVLET, f"HTTP SENT({sid}): <body xmlns='http://jabber.org/protocol/httpbind'/>")
    sample("10:01:30.200", 18500, rid, "10.10.30.77")
    sample("10:02:00.200", 48500, rid, "(not available)" if durations else "10.10.30.77")
    sample("10:02:30.200", 78500, rid, "10.10.30.77")
    add("10:02:30.201", MANAGER, f"Closing idle session {sid}: {jid} from IP 10.10.30.77")
    add("10:03:40.000", MANAGER, "Stopping instance")
    return "".join(text for _, text in sorted(records)).encode()


def set_httpbind_45():
    """Openfire 4.5 with log.httpbind.enabled: all in info.log, the sample names address and rid."""
    return {"openfire/info.log": polled_46(False, None, False)}


def set_openfire_48():
    """Openfire 4.8: one openfire.log with milliseconds and threads, idle times as ISO durations."""
    return {"openfire/openfire.log": polled_46(True, "TaskEngine-pool-3", True)}


def set_upgrade():
    """Openfire 3.9.3 in the morning, 4.2.4 after it: one info.log, one debug.log."""
    info, debug = [], []

    def add(log, clock, message):
        log.append(f"{notification_stamp(at(clock))} {message}\n")

    add(info, "09:00:00", "Registering shutdown hook (standalone mode)")
    add(info, "09:00:01", "Openfire 3.9.3 [Jun 17, 2017 9:00:01 AM]")
    for clock in ("09:05:00", "09:05:30"):
        add(debug, clock, f"Session was last active 0 ms ago: 2001@{DOMAIN}/desktop")
    add(info, "09:10:00", "Openfire stopped")
    add(info, "09:10:00", "Server halted")
    add(info, "09:20:00", "Registering shutdown hook (standalone mode)")
    add(info, "09:20:01", "Openfire 4.2.4 [Jun 17, 2017 9:20:01 AM]")
    add(info, "09:20:02", "Starting instance")
    for clock in ("09:25:00", "09:25:30"):
        add(debug, clock, f"Session was last active 0 ms ago: {SESSION}@dd7653 status: 3 address: 2001@{DOMAIN}/desktop id: 2ab8x0k1zq "
            "presence: <presence>\n  <priority>0</priority>\n</presence>")
    return {"openfire/info.log": "".join(info).encode(), "openfire/debug.log": "".join(debug).encode()}


def set_upgrade_unsaid():
    """The same without info.log: the wordings alone tell."""
    return {"openfire/debug.log": set_upgrade()["openfire/debug.log"]}


def set_source_document():
    """The source document's own story, its records completed: agent 1001003 on 17 June 2017, +05:30."""
    log, web, jid = Notification(), Web(), f"1001003@{DOMAIN}/desktop"
    for clock, idle in (("00:14:34", 0), ("00:15:04", 13230), ("00:15:34", 43230), ("00:16:04", 63231)):
        log.add(at(clock), "debug", MANAGER, f"Session (id=f382a015) was last active {idle} ms ago: {jid}")
    log.add(at("00:16:04"), "info", MANAGER, f"Closing idle session (id=f382a015): {jid}\n"
            "after inactivity for more than threshold value of 60")
    log.add(at("00:16:04"), "info", MANAGER, f"A session is closed for {jid}")
    log.add(at("00:17:04"), "debug", ROUTING, "Unable to route packet. No session is available so store offline. "
            f'<message from="pubsub.{DOMAIN}" to="1001003@{DOMAIN}"/> ')
    web.loss(at("00:16:04.630"), "1001003", seqs=(1043, 417, 1044))
    web.moving(at("00:16:35.384"), "1001003", 1051)
    web.presence_logout(at("00:17:04.632"), "1001003", 1060)
    web.request(at("00:17:04.633"), "1001003", 1, 255, 1, seq=1061)
    web.state(at("00:17:04.643"), "1001003", 1, "LOGOUT", 255, received=1497638824642, seq=1066)
    return {**{f"openfire/{name}": data for name, data in log.logs(names=("debug", "info")).items()},
            "webservices/Desktop-webservices.2017-06-17T00-10-00.000.log": web.text()}


SETS = {name[4:]: function for name, function in list(globals().items()) if name.startswith("set_")}
SETS["demo"] = demo_tree

# What testdata/ keeps: path below testdata -> how to make it.
# make_eras.py and make_bundles.py write the other bundles.
SOURCE_DOCUMENT = "logs/source-document"
COMMITTED = {DEMO: lambda: tgz_of(demo_tree()),
             **{f"{SOURCE_DOCUMENT}/{name}": lambda name=name: set_source_document()[name] for name in set_source_document()}}


def unpacked(data):
    """Members of a tgz, zips among them opened too: what must agree whatever the compressor. A log is itself."""
    members = {}
    if data[:2] != b"\x1f\x8b":
        return data
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as t:
        for member in t:
            content = t.extractfile(member).read()
            if member.name.endswith(".zip"):
                with zipfile.ZipFile(io.BytesIO(content)) as z:
                    members.update({f"{member.name}!{n}": z.read(n) for n in z.namelist()})
            else:
                members[member.name] = content
    return members


def check():
    stale = [path for path, make in COMMITTED.items()
             if not (TESTDATA / path).is_file() or unpacked((TESTDATA / path).read_bytes()) != unpacked(make())]
    for path in stale:
        print(f"testdata/{path} is not what make_logs.py makes: run make_logs.py --commit", file=sys.stderr)
    return 1 if stale else 0


def write(files, folder):
    for name, data in files.items():
        target = Path(folder) / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def main(argv):
    if argv == ["--list"]:
        print("\n".join(f"{n:16} {(f.__doc__ or '').strip()}".rstrip() for n, f in SETS.items()))
    elif argv == ["--commit"]:
        write({path: make() for path, make in COMMITTED.items()}, TESTDATA)
    elif argv == ["--check"]:
        return check()
    elif len(argv) == 2 and argv[0] in SETS:
        write(SETS[argv[0]](), argv[1])
    else:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
