"""The notification service's logs, in Finesse's wording on Openfire 3.9 or in Openfire's own.

A layout is how a record begins (plain, or with the logger's name), a wording is what the lines about silence say. The
records of one request lie some milliseconds apart, so those of two clients interleave as real threads do.
"""
MANAGER = "org.jivesoftware.openfire.http.HttpSessionManager"
SESSION = "org.jivesoftware.openfire.http.HttpSession"
SERVLET = "org.jivesoftware.openfire.http.HttpBindServlet"
JETTY = "org.eclipse.jetty.server.Server"
CONTEXT = "org.eclipse.jetty.server.handler.ContextHandler"
SERVER = "org.jivesoftware.openfire.XMPPServer"
STATS = "com.cisco.ccbu.finesse.openfire.stats.StatsCollector"
HTTPBIND = 'xmlns="http://jabber.org/protocol/httpbind"'
CAPS = ('<c xmlns="http://jabber.org/protocol/caps" hash="sha-1" node="http://jabber.cisco.com/caxl" '
        'ver="VNC6fNwvCxe6FJfDJIpLryVJRwM="/>')
TAIL = "after inactivity for more than threshold value of 60"

# wording -> (sample, closure, is there a record "A session is closed for"). "4.4" is Openfire 4.4 to 4.6 with
# log.httpbind.enabled: all in info.log, no samples of sessions that are not idle.
WORDINGS = {
    "cisco": ("Session (id={sid}) was last active {n} ms ago: {jid}", "Closing idle session (id={sid}): {jid}\n" + TAIL, True),
    "cisco_line": ("Session (id={sid}) was last active {n} ms ago: {jid}", "Closing idle session (id={sid}): {jid} " + TAIL, True),
    "4.4": ("Session {sid} was last active {n} ms ago: {jid} from IP {ip}  currently on rid {rid}",
            "Closing idle session {sid}: {jid} from IP {ip}", False),
    "bare": ("Session was last active {n} ms ago: {jid}", "Closing idle session: {jid}", False),
}
STEPS = {
    "auth": '<auth xmlns="urn:ietf:params:xml:ns:xmpp-sasl" mechanism="PLAIN">AG1hZGUAdXA=</auth>',
    "restart": None,
    "bind": '<iq type="set" id="b1"><bind xmlns="urn:ietf:params:xml:ns:xmpp-bind"><resource>desktop</resource></bind></iq>',
    "session": '<iq type="set" id="s1"><session xmlns="urn:ietf:params:xml:ns:xmpp-session"/></iq>',
    "presence": f"<presence>{CAPS}</presence>",
}
ANSWERS = {
    "auth": '<success xmlns="urn:ietf:params:xml:ns:xmpp-sasl"/>',
    "session": '<iq xmlns="jabber:client" type="result" id="s1"/>',
}


class NotificationLog:
    def __init__(self, node, options, rng):
        self.node, self.options, self.rng = node, options, rng
        self.records = []
        self.debugging = options.debug in ("on", "until_restart")
        self.sample, self.closure, self.closed_for = WORDINGS[options.wording]
        self.modern = options.wording == "4.4"
        self._objects = {}

    # -- records and files

    def add(self, ms, level, logger, message):
        if self.modern and logger in (MANAGER, SESSION, SERVLET):
            level = "info"
        if self.options.notification_from <= ms < self.options.end and (level != "debug" or self.debugging):
            self.records.append((ms, len(self.records), level, logger, message))

    def text(self, level):
        stamp, logger = self.node.zone.notification, self.options.layout == "logger"
        return "".join(f"{stamp(ms)} {name} - {message}\n" if logger else f"{stamp(ms)} {message}\n"
                       for ms, _, kind, name, message in sorted(self.records) if kind == level)

    # -- requests

    def _object(self, session):
        if session.sid not in self._objects:
            rng = self.rng
            object_id = f"{rng.getrandbits(24):x}"
            connections = [
                "org.eclipse.jetty.server.nio.SelectChannelConnector$SelectChannelHttpConnection@"
                f"{rng.getrandbits(28):x}@{self.node.host}:7443<->{session.ip}:{rng.randint(20000, 62000)}" for _ in range(2)]
            self._objects[session.sid] = (object_id, connections)
        return self._objects[session.sid]

    def _http(self, ms, what, sid, xml):
        self.add(ms, "debug", SERVLET, f"{'' if self.modern else 'HTTPBindLog: '}HTTP {what}({sid}): {xml}")

    def _dispatch(self, ms, connection):
        if self.modern:
            return
        self.add(ms, "debug", JETTY, f"REQUEST /http-bind/ on {connection}")
        if self.options.detail:
            self.add(ms, "debug", CONTEXT, "scope null|/http-bind/ @ o.e.j.s.ServletContextHandler{/http-bind,null}")
            self.add(ms, "debug", CONTEXT, "session=null")
            self.add(ms, "debug", CONTEXT, "servlet /http-bind|/ -> org.jivesoftware.openfire.http.HttpBindServlet-1643193")

    def _consume(self, ms, session, rid):
        if self.modern:
            self.add(ms, "debug", SESSION, f"Updated session {session.sid} to rid = {rid}")
            return
        status, shown = (3, f'<presence from="{session.jid}">\n  {CAPS}\n</presence>') if session.bound else (
            1, '<presence type="unavailable"/>')
        self.add(ms, "debug", SESSION, f"consumeResponse: {SESSION}@{self._object(session)[0]} status: {status} "
                 f"address: {session.jid} id: {session.sid} presence: \n{shown} rid: {rid}")

    def _mine(self, session):
        return session.node is self.node and self.debugging

    def on_created(self, now, session):
        if not self._mine(session):
            return
        self._dispatch(now - 1, self._object(session)[1][0])
        self._http(now, "RECV", session.sid, '<body xmlns:xmpp="urn:xmpp:xbosh" '
                   f'xml:lang="en-US" hold="1" rid="{session.rid}" to="{self.node.domain}" ver="1.8" wait="30" '
                 'xmpp:version="1.0" content="text/xml; charset=utf-8"></body>')
        self._http(now + 10, "SENT", session.sid, f'<body {HTTPBIND} '
                 f'xmlns:stream="http://etherx.jabber.org/streams" from="{self.node.domain}" authid="{session.sid}" '
                 f'sid="{session.sid}" secure="true" requests="2" inactivity="60" polling="5" wait="30" hold="1" '
                 f'ack="{session.rid}" maxpause="300" ver="1.6"><stream:features/></body>')

    def on_request(self, now, session, rid, step, terminate):
        if not self._mine(session):
            return
        attributes = ' type="terminate"' if terminate else ' xmpp:restart="true" xmlns:xmpp="urn:xmpp:xbosh"' \
            if step == "restart" else ""
        inner = '<presence type="unavailable"/>' if terminate else STEPS.get(step)
        body = f'<body rid="{rid}" sid="{session.sid}"{attributes}' + (f">{inner}</body>" if inner else "/>")
        connection = self._object(session)[1][rid % 2]
        self._dispatch(now - self.rng.randint(0, 12), connection)
        self._http(now, "RECV", session.sid, body)
        if not terminate:
            self._consume(now, session, rid)
            self._jetty(now + self.rng.randint(0, 8), f"suspended {connection}")

    def on_answer(self, now, session, rid, message):
        if not self._mine(session):
            return
        self._dispatch(now, self._object(session)[1][rid % 2])
        self._consume(now, session, rid)
        self._http(now, "SENT", session.sid, self._answer(session, message))
        self._jetty(now, "RESPONSE /http-bind/  200")

    def _jetty(self, ms, message):
        if not self.modern:
            self.add(ms, "debug", JETTY, message)

    def _answer(self, session, message):
        if message == "bind":
            inner = (f'<iq xmlns="jabber:client" type="result" id="b1"><bind xmlns="urn:ietf:params:xml:ns:xmpp-bind">'
                     f"<jid>{session.jid}</jid></bind></iq>")
        elif message == "presence":
            inner = f'<presence xmlns="jabber:client" from="{session.jid}" to="{session.jid}"/>'
        elif isinstance(message, list):
            inner = "".join(f'<message xmlns="jabber:client" from="pubsub.{self.node.domain}" to="{session.jid}"><event '
                            'xmlns="http://jabber.org/protocol/pubsub#event"><items node="/finesse/api/SystemInfo">'
                            "&lt;Update&gt;\nlast active 99999 ms ago\n&lt;/Update&gt;</items></event></message>"
                            for _ in message[:2])
        else:
            inner = ANSWERS.get(message, "")
        return f"<body {HTTPBIND}>{inner}</body>"

    # -- silence

    @staticmethod
    def _say(wording, session, idle):
        return wording.format(sid=session.sid, n=idle, jid=session.jid, ip=session.ip, rid=session.rid)

    def on_reaped(self, now, node, samples):
        """All of a run are measured at its beginning and printed one after another."""
        if node is not self.node:
            return
        for i, (session, idle) in enumerate(samples):
            if idle >= 1 or not self.modern:
                self.add(now + i // 6, "debug", MANAGER, self._say(self.sample, session, idle))
        if self.options.epochs:
            after = now + len(samples) // 6 + 1
            for jid in [s.jid for s, _ in samples if s.bound][:3] + [f"finesse@{self.node.domain}/User"]:
                self.add(after, "debug", STATS, f"time={after}, JID={jid}, msgs_sent=4, msgs_received=2")

    def on_idle_closed(self, now, session, idle):
        if session.node is not self.node:
            return
        self.add(now + 10, "info", MANAGER, self._say(self.closure, session, idle))
        if self.closed_for and session.bound:
            self.add(now + 10, "info", MANAGER, f"A session is closed for {session.jid}")

    def on_invalid(self, now, session):
        """The request is logged before its session is looked up."""
        if session.node is self.node:
            connection = self._object(session)[1][0]
            self._dispatch(now, connection)
            self._http(now, "RECV", session.sid, f'<body rid="{session.rid + 1}" sid="{session.sid}"/>')
            if not self.modern:
                self.add(now, "warn", SERVLET, f"Client provided invalid session: {session.sid}. [{session.ip}]")
            self._jetty(now + 1, "RESPONSE /http-bind/  404")

    def on_offline(self, now, agent):
        if agent.node is self.node:
            self.add(now, "debug", "org.jivesoftware.openfire.spi.RoutingTableImpl", "Unable to route packet. No session is "
                     f'available so store offline. <message from="pubsub.{self.node.domain}" to="{agent.jid()}"/> ')

    # -- the service itself

    def on_debug_enabled(self, now):
        self.debugging = True

    def noise(self, now, cache):
        self.add(now, "info", "org.jivesoftware.util.cache.CacheFactory", "Created cache "
                 f"[org.jivesoftware.util.cache.DefaultLocalCacheStrategy] for {cache}")

    def on_stopped(self, now, node, clean, lost):
        if clean and node is self.node:
            for delay, message in ((0, "Shutting down 51 modules ..."), (180, "Shutting down plugins ..."),
                                   (420, "Openfire stopped"), (430, "Server halted")):
                self.add(now + delay, "info", SERVER, message)

    def on_started(self, now, node):
        if node is not self.node:
            return
        self.add(now, "info", SERVER, "Registering shutdown hook (standalone mode)")
        self.noise(now + 300, "Routing Users Cache")
        self.add(now + 900, "info", SERVER, "Openfire 3.9.3 [Jun 17, 2017 12:40:08 AM]")
        self.add(now + 1400, "info", "org.jivesoftware.openfire.http.HttpBindManager", "HTTP bind service started")
        if self.options.debug == "until_restart":
            self.debugging = False
