#!/usr/bin/env python3
"""A small bundle for each layout that the notification service's logs have had.

    make_eras.py --list          the eras
    make_eras.py ERA DIR         write one era's files below DIR
    make_eras.py --commit        write testdata/bundles/era-*.tgz again
    make_eras.py --check         does testdata/ still hold exactly that?

Every bundle tells one story, in the words and files of its version: agent 3001 falls silent at 10:01:25.500, the reaper
samples it every 30 s and closes its session at 10:02:40, the web service loses its presence then and forces it out with
reason code 255 a minute later; agent 3002 stays connected. Servers before 3.8.2 do all that without a word of the
reaper. A Server subclass is a version; what it does not override is as in the version before it. Times are as in
make_logs.py.
"""
import sys

from make_logs import (CONTEXT, DOMAIN, JETTY, MANAGER, MINA, MONTHS, ROUTING, SERVLET, SESSION, TESTDATA, Desktop, Web, at,
                       fields_of, noise, notification_stamp, quiet, tgz_of, unpacked, write, zip_of)

BEGIN, SILENT, ROTATED, CLOSED, LOST, END = (at(t) for t in (
    "09:59:25", "10:01:25.500", "10:02:00", "10:02:40", "10:02:40.480", "10:05:00"))
CACHE = "org.jivesoftware.util.cache.CacheFactory"
SERVER_CLASS = "org.jivesoftware.openfire.XMPPServer"
HTTP_BIND = "org.jivesoftware.openfire.http.HttpBindManager"
CONNECTION = "org.eclipse.jetty.server.AsyncHttpConnection"
SOCKET = "(SOCKET, R: /10.20.1.77:51234, L: /10.10.20.5:5222, S: /0.0.0.0:5222)"
PLUGINS = "org.jivesoftware.openfire.container.PluginManager"


class Client(Desktop):
    """A desktop whose server decides how it is written."""

    def __init__(self, server, agent, sid, ip):
        super().__init__(server, agent, sid, ip)
        self.first_sid = "null"

    def _dispatch(self, ms, connection):
        self.log.dispatched(ms, self, connection)

    def _consume(self, ms, rid):
        self.log.consumed(ms, self, rid)

    def _received(self, ms, sid, xml):
        self.log.http(ms, f"HTTP RECV({sid}): {xml}")

    def _parked(self, ms, connection):
        self.log.parked(ms, connection)

    def _sent(self, ms, xml, connection):
        self.log.answered(ms, self, xml)

    def sample(self, ms, idle=None, form=None):
        idle = self.idle_at(ms) if idle is None else idle
        self.log.sampled(ms, self, idle)

    def text(self):
        """session.toString() up to 4.4, its presence over several lines."""
        presence = (f'<presence from="{self.jid}">\n  <c xmlns="http://jabber.org/protocol/caps" hash="sha-1" '
                    'node="http://jabber.cisco.com/caxl" ver="VNC6fNwvCxe6FJfDJIpLryVJRwM="/>\n</presence>')
        if not self.bound:
            presence = '<presence type="unavailable"/>'
        status, address = (3, self.jid) if self.bound else (1, f"{DOMAIN}/{self.sid}")
        return (f"{SESSION}@{self.object} status: {status} address: {address} id: {self.sid} presence: \n"
                f"{presence}")


class Server:
    """Openfire 3.6.4: LogKit writes neither logger nor level; HTTP goes to standard output, where a launcher keeps it."""
    version = "3.6.4"
    sids = ("a1b2c3d", "2002c0de")
    rotated = "{}_{}.log"
    printed_log = "nohup.out"

    def __init__(self):
        self.records = []  # (ms, number, file, level, logger, message)
        self.printed = []

    # -- layout

    def add(self, ms, level, logger, message):
        self.records.append((ms, len(self.records), level, level.upper(), logger, message))

    def print(self, ms, message):
        self.printed.append((ms, len(self.printed), message))

    def line(self, ms, name, level, logger, message):
        where = f"[{logger}.run({logger.rsplit('.', 1)[-1]}.java:159)] " if name == "error" else ""
        return f"{notification_stamp(ms)} {where}{message}\n"

    def text(self, name, since=None, until=None):
        return "".join(self.line(r[0], *r[2:]) for r in sorted(self.records) if r[2] == name and
                       (since is None or r[0] >= since) and (until is None or r[0] < until)).encode()

    def names(self):
        return ("debug", "info", "warn", "error")

    def files(self):
        """Each log, and what was rotated away amid the silence where it has two parts."""
        out = {}
        for name in self.names():
            old, new = self.text(name, until=ROTATED), self.text(name, since=ROTATED)
            out[f"{name}.log"] = new if old and new else old or new
            if old and new:
                out[self.rotated.format(name, 1)] = old
        if self.printed:
            out[self.printed_log] = "".join(
                (java_date(ms) + ": " if message.startswith("HTTP ") else "") + message + "\n"
                for ms, _, message in sorted(self.printed)).encode()
        return out

    # -- what it says

    def http(self, ms, text):
        self.print(ms, text)

    def dispatched(self, ms, client, connection):
        pass

    def consumed(self, ms, client, rid):
        pass

    def parked(self, ms, connection):
        pass

    def answered(self, ms, client, xml):
        self.http(ms, f"HTTP SENT({client.sid}): {xml}")

    def sampled(self, ms, client, idle):
        pass

    def closed(self, ms, client):
        pass

    def opened(self, ms, client):
        pass

    def started(self, ms):
        self.print(ms, f"Openfire {self.version} [Jun 17, 2017 9:58:00 AM]")
        self.print(ms, f"Admin console listening at http://{DOMAIN}:9090")
        self.add(ms, "info", SERVER_CLASS, f"Openfire {self.version} [Jun 17, 2017 9:58:00 AM]")
        self.add(ms, "info", "org.jivesoftware.openfire.container.AdminConsolePlugin",
                 f"Admin console listening at:\n  http://{DOMAIN}:9090\n  https://{DOMAIN}:9091")

    # -- what it says beside, about nothing that matters here

    def chatter(self, client):
        self.add(at("10:00:20"), "error", SERVLET, "Error sending packet to client.\njava.io.IOException: Closed\n"
                 "\tat org.jivesoftware.openfire.http.HttpBindServlet.respond(HttpBindServlet.java:252)\n\t... 12 more")
        self.add(at("10:04:00"), "info", "org.jivesoftware.util.Log", "--- Marker inserted by admin at Jun 17, 2017 10:04:00 AM ---")
        self.undelivered(client)
        self.network()
        self.faults(client)

    def undelivered(self, client):
        self.add(at("10:03:07"), "warn", SESSION, f"Deliverable unavailable for {client.rid}")

    def network(self):
        for ms in range(at("09:59:20"), END, 60000):
            self.add(ms, "debug", MINA, "Launching thread for /127.0.0.1:44667")
            self.add(ms + 5, "debug", MINA, "Exiting since queue is empty for /127.0.0.1:44667")

    def faults(self, client):
        self.add(at("10:00:41"), "warn", SESSION, "Packets could not be found for session 9c0ffee cannotbe delivered to client")


class Server371(Server):
    """3.7.1: log4j's logger names, debug.log.1; the reaper still says nothing."""
    version, rotated = "3.7.1", "{}.log.{}"
    printed_log = "stdoutt.log"

    def line(self, ms, name, level, logger, message):
        return f"{notification_stamp(ms)} {logger} - {message}\n"

    def dispatched(self, ms, client, connection):
        self.add(ms, "debug", JETTY, f"REQUEST /http-bind/ on {connection}")

    def answered(self, ms, client, xml):
        super().answered(ms, client, xml)
        self.add(ms, "debug", JETTY, "RESPONSE /http-bind/  200")

    def started(self, ms):
        super().started(ms)
        self.add(ms, "info", CACHE, "Created cache [org.jivesoftware.util.cache.DefaultLocalCacheStrategy] for Roster")

    def faults(self, client):
        self.add(at("10:00:41"), "warn", SESSION, "Packets could not be found for session 9c0ffee cannot be delivered to client")
        self.add(at("10:03:20"), "warn", "org.jivesoftware.util.log.util.JettyLog",
                 "Error for /http-bind/\njava.lang.InternalError: Could not locate connection: 12345\n"
                 "\tat org.jivesoftware.openfire.http.HttpSession.getConnection(HttpSession.java:412)")


class Server382(Server371):
    """3.8.2: the reaper tells of each session by its JID; consumeResponse says whose it is; Jetty parks requests."""
    version = "3.8.2"

    def dispatched(self, ms, client, connection):
        super().dispatched(ms, client, connection)
        self.add(ms, "debug", CONTEXT, "scope null|/http-bind/ @ o.e.j.s.ServletContextHandler{/http-bind,null}")

    def consumed(self, ms, client, rid):
        self.add(ms, "debug", SESSION, f"consumeResponse: {client.text()} rid: {rid}")

    def parked(self, ms, connection):
        self.add(ms, "debug", CONNECTION, f"suspended {connection}")

    def sampled(self, ms, client, idle):
        self.add(ms, "debug", MANAGER, f"Session was last active {idle} ms ago: {client.jid}")

    def closed(self, ms, client):
        self.add(ms, "info", MANAGER, f"Closing idle session: {client.jid}")

    def started(self, ms):
        self.add(ms - 2000, "info", SERVER_CLASS, "Registering shutdown hook (standalone mode)")
        super().started(ms)

    def faults(self, client):
        self.add(at("10:01:07"), "debug", ROUTING,
                 "Unable to route packet. Packet should only be sent to available sessions and the route is not available. "
                 f'<presence from="3009@{DOMAIN}/desktop" to="{client.jid}" type="unavailable">\n  <status>gone</status>\n</presence> ')


class Server393(Server382):
    """3.9.3: as 3.8.2; an exception without a message leaves the record empty."""
    version = "3.9.3"

    def faults(self, client):
        super().faults(client)
        self.add(at("10:00:41"), "error", "org.jivesoftware.openfire.nio.ConnectionHandler",
                 "\njava.lang.NullPointerException\n\tat org.jivesoftware.openfire.nio.NIOConnection.deliver(NIOConnection.java:239)")

    def network(self):
        super().network()
        self.add(at("10:02:15"), "info", "org.jivesoftware.openfire.nio.ConnectionHandler",
                 f"ConnectionHandler reports IOException for session: {SOCKET}\njava.io.IOException: Connection reset by peer")


class Server3103(Server382):
    """3.10.3: RECV moves to info.log, with the date still in it; SENT stays on standard output; no consumeResponse."""
    version = "3.10.3"

    def http(self, ms, text):
        if text.startswith("HTTP RECV"):
            self.add(ms, "info", SERVLET, f"{java_date(ms)}: {text}")
        else:
            self.print(ms, text)

    def dispatched(self, ms, client, connection):
        pass

    def answered(self, ms, client, xml):
        self.http(ms, f"HTTP SENT({client.sid}): {xml}")

    def parked(self, ms, connection):
        pass

    def consumed(self, ms, client, rid):
        self.add(ms, "debug", SESSION, "complete event org.eclipse.jetty.server.AsyncContextEvent@" + noise(f"{rid}"))

    def started(self, ms):
        super().started(ms)
        self.add(ms - 60000, "info", HTTP_BIND, "HTTP bind service stopped")
        self.add(ms - 1000, "info", HTTP_BIND, "HTTP bind service started")

    def network(self):
        self.add(at("10:02:15"), "warn", "org.jivesoftware.openfire.nio.ConnectionHandler",
                 f"Closing connection due to exception in session: {SOCKET}\njava.io.IOException: Connection reset by peer\n"
                 "\tat sun.nio.ch.FileDispatcherImpl.read0(Native Method)")

    def faults(self, client):
        super().faults(client)
        self.refused()

    def refused(self):
        self.http(at("10:02:45"), "HTTP ERR(9c0ffee): terminate, item-not-found.")
        self.add(at("10:02:45"), "debug", SERVLET, "Client provided invalid session: 9c0ffee. [10.20.1.77]")


class Server416(Server3103):
    """4.1.6: all.log has every record once more, with level and thread; nobody kept the standard output."""
    version = "4.1.6"

    def names(self):
        return (*super().names(), "all")

    def add(self, ms, level, logger, message):
        super().add(ms, level, logger, message)
        self.records.append((ms, len(self.records), "all", level.upper(), logger, message))

    def print(self, ms, message):
        pass

    def thread(self, logger):
        return "TaskEngine-pool-3" if logger == MANAGER else "Jetty-QTP-BOSH-41"

    def line(self, ms, name, level, logger, message):
        head = f"{level:<5} [{self.thread(logger)}]: " if name == "all" else ""
        return f"{notification_stamp(ms)} {head}{logger} - {message}\n"

    def started(self, ms):
        super().started(ms)
        self.add(ms - 60000, "info", MANAGER, "Stopping instance")
        self.add(ms - 1000, "info", MANAGER, "Starting instance")
        self.add(ms, "info", "org.jivesoftware.openfire.spi.ConnectionListener[bosh_c2s]", "Started.")
        self.add(ms + 2000, "info", PLUGINS, "Successfully loaded plugin 'search'.")


class Server424(Server416):
    """4.2.4: the session prints itself, ids have ten digits of base 36."""
    version = "4.2.4"
    sids = ("2ab8x0k1zq", "7t0c9wplm3")

    def sampled(self, ms, client, idle):
        self.add(ms, "debug", MANAGER, f"Session was last active {idle} ms ago: {client.text()}")

    def closed(self, ms, client):
        self.add(ms, "info", MANAGER, f"Closing idle session: {client.text()}")


class Server432(Server424):
    """4.3.2: log4j2's debug.log-1; RECV, SENT and ERR all in info.log, without a date."""
    version, rotated = "4.3.2", "{}.log-{}"

    def http(self, ms, text):
        self.add(ms, "info", SERVLET, text)


class Server465(Server432):
    """4.6.5: with log.httpbind.enabled the reaper tells at INFO who, from where and how far; debug logging is off."""
    version = "4.6.5"

    def text(self, name, since=None, until=None):
        return b"" if name == "debug" else super().text(name, since, until)

    def names(self):
        return ("info", "warn", "error", "all")

    def add(self, ms, level, logger, message):
        if level != "debug":
            super().add(ms, level, logger, message)

    def told_from(self, client):
        return f"{client.jid} from IP {client.ip}"

    def sampled(self, ms, client, idle):
        if idle >= 1:
            self.add(ms, "info", MANAGER, f"Session {client.sid} was last active {idle} ms ago: "
                     f"{self.told_from(client)}  currently on rid {client.rid}")

    def opened(self, ms, client):
        self.add(ms, "info", SESSION, f"Session {client.sid} being opened with initial connection "
                 f"org.jivesoftware.openfire.http.HttpConnection@{noise(client.sid)}")

    def closed(self, ms, client):
        self.add(ms, "info", MANAGER, f"Closing idle session {client.sid}: {self.told_from(client)}")
        self.add(ms, "info", SESSION, f"Session {client.sid} being closed")

    def undelivered(self, client):
        self.add(at("10:03:07"), "warn", SESSION, f"Deliverable unavailable for {client.rid} in session {client.sid}")

    def consumed(self, ms, client, rid):
        self.add(ms, "info", SESSION, f"Creating connection for rid: {rid} in session {client.sid}")


class Server475(Server465):
    """4.7.5: one openfire.log, the level in colour; idle times as ISO durations."""
    version = "4.7.5"
    colours = {"ERROR": "\x1b[1;31m", "WARN": "\x1b[33m", "INFO": "\x1b[32m", "DEBUG": "\x1b[36m"}

    def names(self):
        return ("openfire",)

    def add(self, ms, level, logger, message):
        self.records.append((ms, len(self.records), "openfire", level.upper(), logger, message))

    def stamp(self, ms):
        return notification_stamp(ms)

    def line(self, ms, name, level, logger, message):
        return f"{self.stamp(ms)} {self.colours[level]}{level:<5}\x1b[m [{self.thread(logger)}]: {logger} - {message}\n"

    def sampled(self, ms, client, idle):
        if idle >= 1:
            self.add(ms, "info", MANAGER, f"Session {client.sid} was last active {iso_duration(idle)} ago: "
                     f"{self.told_from(client)}  currently on rid {client.rid}")

    def opened(self, ms, client):
        self.add(ms, "debug", SESSION, f"Session {client.sid} being opened with initial connection "
                 f"org.jivesoftware.openfire.http.HttpConnection@{noise(client.sid)}")

    def closed(self, ms, client):
        self.add(ms, "info", MANAGER, f"Closing idle session {client.sid}: {self.told_from(client)}")

    def undelivered(self, client):
        pass

    def consumed(self, ms, client, rid):
        self.add(ms, "debug", SESSION, f"Creating connection for rid: {rid} in session {client.sid}")


class Server483(Server475):
    """4.8.3: stamps to the millisecond."""
    version = "4.8.3"

    def stamp(self, ms):
        return f"{notification_stamp(ms)}.{ms % 1000:03}"

    def faults(self, client):
        self.refused()


# ------------------------------------------------------------------ texts


def java_date(ms):
    """java.util.Date's own form; the letters of the zone do not tell its offset."""
    f, _ = fields_of(ms)
    day = "Mon Tue Wed Thu Fri Sat Sun".split()[f.tm_wday]
    return f"{day} {MONTHS[f.tm_mon - 1]} {f.tm_mday:02} {f.tm_hour:02}:{f.tm_min:02}:{f.tm_sec:02} IST {f.tm_year}"


def iso_duration(ms):
    """As java.time.Duration prints itself: PT45.5S, PT1M15S."""
    minutes, rest = divmod(ms, 60000)
    seconds = f"{rest / 1000:.3f}".rstrip("0").rstrip(".")
    return "PT" + (f"{minutes}M" if minutes else "") + (f"{seconds}S" if rest or not minutes else "")


# ---------------------------------------------------------------- the story


def tell(server):
    lost, stays = (Client(server, agent, sid, ip) for agent, sid, ip in zip(
        ("3001", "3002"), server.sids, ("10.20.1.1", "10.20.1.2")))
    server.started(at("09:58:00"))
    for client, ms in ((lost, BEGIN), (stays, BEGIN + 2000)):
        server.opened(ms, client)
        begin = client.sign_in(ms)
        if client is lost:
            client.poll_until_silent(begin, SILENT)
        else:
            client.poll_to_end(begin, END)
    for ms in range(at("09:59:40"), END, 30000):
        for client in (lost, stays) if ms <= CLOSED else (stays,):
            client.sample(ms)
    server.closed(CLOSED, lost)
    server.chatter(stays)
    return server


def tell_web():
    web = Web(first_seq=38)
    for i, agent in enumerate(("3001", "3002")):
        web.sign_in(at("09:58:30") + i * 5000, agent)
    web.forced(LOST, "3001")
    web.state(LOST + 60010, "3001", 1, "LOGOUT", 255, (-1, 29808))
    web.publish(LOST + 60020, "3001", "LOGOUT", 255)
    for ms in range(at("09:57:00.700"), END, 120000):
        web.add(ms, "CoreImpl-worker187", 6, "QUEUE_STATISTICS_REQUEST", None, "{Thrd=CoreImpl-worker187} params : invokeId=112223")
    return web


WEB_LOG = "Desktop-webservices.2017-06-17T09-50-00.000.log"


def tree(server):
    logs = {f"desktop/logs/openfire/{name}": data for name, data in tell(server).files().items()}
    return {**logs, f"desktop/logs/webservices/{WEB_LOG}": tell_web().text()}


def finesse():
    """Finesse 9 to 11, on a 3.9 base: Cisco's wording, no logger, the web service's rotated logs zipped."""
    def names(log, lost, stays):
        log.add(at("09:58:00"), "info", SERVER_CLASS, f"Publish-Subscribe domain: pubsub.{DOMAIN}")
    log = quiet(day_end="10:05:00", extra=names)
    log.records = [(*r[:4], r[4].replace("2001@", "3001@").replace("2002@", "3002@")) for r in log.records]
    home = "desktop/logs"
    startup = "Desktop-webservices.2017-06-17T09-50-00.000.startup.log"
    web = tell_web()
    return {
        f"{home}/openfire/debug.log": log.text(["debug"], since=ROTATED),
        f"{home}/openfire/debug.log.1": log.text(["debug"], until=ROTATED),
        f"{home}/openfire/info.log": log.text(["info"]),
        f"{home}/openfire/error.log": b"",
        f"{home}/webservices/{startup}.zip": zip_of({startup: web.text(until=ROTATED)}),
        f"{home}/webservices/Desktop-webservices.2017-06-17T10-02-00.000.log": web.text(since=ROTATED, first_seq=1),
        f"{home}/openfireservice/openfireservice.log": b"Starting Cisco Finesse Notification Service\nStarted\n",
    }


class Before(Server393):
    """What the 3.9.3 server wrote on the morning of the upgrade."""
    sids = ("0ddba11", "beef001")


def upgrade():
    """3.9.3 until 09:40, 4.2.4 from 09:58: agent 3001 loses its session to the stop, and the next to silence."""
    old, new = Before(), Server424()
    lost, stays = (Client(old, agent, sid, ip) for agent, sid, ip in zip(("3001", "3002"), old.sids, ("10.20.1.1", "10.20.1.2")))
    stop = at("09:40:00")
    for client, ms in ((lost, at("09:36:00")), (stays, at("09:36:04"))):
        client.poll_to_end(client.sign_in(ms), stop - 5000)
    for ms in range(at("09:36:30"), stop, 30000):
        lost.sample(ms)
        stays.sample(ms)
    old.add(at("09:30:00"), "info", SERVER_CLASS, f"Openfire {old.version} [Jun 17, 2017 9:30:00 AM]")
    old.add(stop, "info", SERVER_CLASS, "Openfire stopped")
    logs = tree(new)
    home = "desktop/logs/openfire"
    logs[f"{home}/debug.log.2"], logs[f"{home}/info.log.2"] = old.text("debug"), old.text("info")
    return logs


ERAS = {cls.version: (lambda cls=cls: tree(cls())) for cls in (
    Server, Server371, Server382, Server393, Server3103, Server416, Server424, Server432, Server465, Server475, Server483)}
ERAS["finesse"], ERAS["upgrade"] = finesse, upgrade

BUNDLES = {f"bundles/era-{name}.tgz": make for name, make in ERAS.items()}


def check():
    stale = [path for path, make in BUNDLES.items()
             if not (TESTDATA / path).is_file() or unpacked((TESTDATA / path).read_bytes()) != unpacked(tgz_of(make()))]
    for path in stale:
        print(f"testdata/{path} is not what make_eras.py makes: run make_eras.py --commit", file=sys.stderr)
    return 1 if stale else 0


def main(argv):
    if argv == ["--list"]:
        print("\n".join(ERAS))
    elif argv == ["--commit"]:
        write({path: tgz_of(make()) for path, make in BUNDLES.items()}, TESTDATA)
    elif argv == ["--check"]:
        return check()
    elif len(argv) == 2 and argv[0] in ERAS:
        write(ERAS[argv[0]](), argv[1])
    else:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
