"""More sets for the step `set` of run.py: logs that are not as a log should be, and logs with holes.

Most begin with make_logs.quiet(): agent 2001 (sid a1b2c3d) falls silent at 10:01:25.500 and is closed at 10:02:40, 2002
(sid 2002c0de) stays.
"""
import re

from make_logs import DOMAIN, SERVLET, WEB_LOG, Desktop, Notification, Web, at, notification_stamp, quiet, reap

STAMP = re.compile(rb"^\d{4}\.\d\d\.\d\d \d\d:\d\d:\d\d", re.M)
HOUR, YEAR = 3600 * 1000, 365 * 86400 * 1000


def everyone_stays(until="10:06:00"):
    """Two desktops that poll without a pause: nothing to find."""
    log, end = Notification(), at(until)
    desktops = [Desktop(log, agent, sid, ip) for agent, sid, ip in (
        ("2002", "2002c0de", "10.20.1.2"), ("2003", "2003beef", "10.20.1.3"))]
    for i, desktop in enumerate(desktops):
        desktop.poll_to_end(at("10:00:00") + i * 2000, end)
    for ms in range(at("10:00:10"), end, 30000):
        reap(log, ms, desktops)
    return log


def shifted(log, names, since, by, until=None):
    """The logs of a server whose clock was set by `by` at `since`, and back at `until`: written in the order in which
    things happened."""
    def stamp(ms):
        return notification_stamp(ms + by if ms >= since and (until is None or ms < until) else ms)
    return {f"{name}.log": "".join(f"{stamp(r[0])} {r[4]}\n" for r in sorted(log.records) if r[2] == name).encode()
            for name in names}


BOTH = ("debug", "info")


def set_clock_back():
    """Set back an hour while nothing happens: nothing is found, and no hole between the two clocks."""
    return shifted(everyone_stays(), BOTH[:1], at("10:03:00"), -HOUR)


def set_clock_back_in_silence():
    """Set back an hour amid a silence that ends in a closure."""
    return shifted(quiet(), BOTH, at("10:02:30"), -HOUR)


def set_clock_forward():
    """A year ahead for half a minute, then right again."""
    return shifted(everyone_stays(), BOTH[:1], at("10:03:00"), YEAR, at("10:03:30"))


def set_clock_a_year_back():
    """A year behind for half a minute, then right again."""
    return shifted(everyone_stays(), BOTH[:1], at("10:03:00"), -YEAR, at("10:03:30"))


def set_clock_stands():
    """The clock stands still from 10:02:00 on."""
    log = quiet()
    log.records = [(min(r[0], at("10:02:00")), i, *r[2:]) for i, r in enumerate(sorted(log.records))]
    return log.logs(names=BOTH)


def set_two_layouts():
    """The service was set up anew at 10:02:00: loggers from then on."""
    log = quiet(two_lines=False)
    return {f"{name}.log": log.text([name], until=at("10:02:00")) + log.text([name], "logger", since=at("10:02:00"))
            for name in BOTH}


def dump():
    """Bytes like a heap dump's: no text, line ends among them."""
    return b"JAVA PROFILE 1.0.2\0\0\0\0\4" + bytes((i * i + i // 7) & 255 for i in range(6000))


def set_dump_behind():
    """A heap dump was appended to the log."""
    files = quiet().logs(names=BOTH)
    return {**files, "debug.log": files["debug.log"] + dump()}


def set_dump_before():
    """The log begins with a heap dump."""
    files = quiet().logs(names=BOTH)
    return {**files, "debug.log": dump() + b"\n" + files["debug.log"]}


def set_continuations():
    """A log of nothing but a stack trace."""
    files = quiet().logs(names=BOTH)
    files["error.log"] = b"java.lang.NullPointerException\n" + b"".join(
        b"\tat com.example.A.b(A.java:%d)\n" % i for i in range(50))
    return files


def set_one_line():
    """One record without a line end, and logs of nothing."""
    return {"openfire/info.log": f"2017.06.17 10:02:40 Closing idle session (id=a1b2c3d): 2001@{DOMAIN}/desktop".encode(),
            "openfire/debug.log": b"", "openfire/debug.log.1": b""}


def set_holes():
    """After a power cut: NULs up to the next record, on the same line."""
    files = quiet().logs(names=BOTH)
    for name, when in (("debug.log", b"2017.06.17 10:02:10 Session (id=a1b2c3d)"), ("info.log", b"2017.06.17 10:02:40 Closing")):
        files[name] = files[name].replace(when, b"\0" * 512 + when, 1)
    return files


def set_two_writers():
    """A second process writes into the same file: each cuts the other's lines in two."""
    files = quiet().logs(names=BOTH)
    lines = files["debug.log"].split(b"\n")
    stamp = b""
    for i, line in enumerate(lines):
        stamp = line[:20] if STAMP.match(line) else stamp
        if i % 6 == 5:
            cut = i * 7 % max(len(line), 1)
            lines[i] = line[:cut] + stamp + b"Proxool statistics legend: s=served, r=refused\n" + line[cut:]
    return {**files, "debug.log": b"\n".join(lines)}


def set_utf16():
    """Saved from an editor of Windows: UTF-16 with a mark, and without one; and the one that was not."""
    files = quiet().logs(names=BOTH)
    debug = files["debug.log"].decode().replace("\n", "\r\n")
    return {"debug.log": b"\xff\xfe" + debug.encode("utf-16-le"), "debug.log.1": b"\xfe\xff" + debug.encode("utf-16-be"),
            "debug.log.2": debug.encode("utf-16-le"), "info.log": files["info.log"]}


def set_lone_cr():
    """Lines that end in CR alone."""
    files = quiet().logs(names=BOTH)
    return {**files, "debug.log": files["debug.log"].replace(b"\n", b"\r")}


def set_product_name():
    """3.6 can set a product's name before every stamp: not read, and said so."""
    files = quiet().logs(names=BOTH)
    return {**files, "debug.log": STAMP.sub(lambda m: b"Enterprise " + m[0], files["debug.log"])}


# ------------------------------------------------------------------- holes


def set_gap_rotated():
    """Of three debug logs the middle one was not collected: a hole from one file to another."""
    log = quiet()
    return {"openfire/debug.log": log.text(["debug"], since=at("10:02:15")),
            "openfire/debug.log.2": log.text(["debug"], until=at("10:01:00")), "openfire/info.log": log.text(["info"])}


def set_gap_of_one_node():
    """Two nodes: the second one's debug log pauses for two minutes."""
    whole, holed = everyone_stays(), everyone_stays()
    holed.records = [r for r in holed.records if not at("10:02:00") <= r[0] < at("10:04:00")]
    return {"a/openfire/debug.log": whole.text(["debug"]),
            "b/openfire/debug.log": holed.text(["debug"]).replace(b"fin1.", b"fin2.")}


def set_night():
    """Everyone signs out in the evening; the debug log is silent until the first sign-in of the morning."""
    log = Notification()
    for agent, sid, evening, morning in (("2002", "2002c0de", "20:00:00", "06:00:00"), ("2003", "2003beef", "20:00:10", "06:01:00")):
        late = Desktop(log, agent, sid, "10.20.1.2")
        late.poll_from(at(evening), at("20:05:00"))
        late.request(at("20:05:00"), '<presence type="unavailable"/>', at("20:05:00.010"), Desktop.EMPTY, ' type="terminate"', held=False)
        early = Desktop(log, agent, sid[::-1], "10.20.1.2")
        begin = early.sign_in(at(morning, 18))
        early.poll_to_end(begin, at("06:05:00", 18))
        for ms in range(at("20:00:30"), at("20:05:00"), 30000):
            late.sample(ms)
        for ms in range(at("06:01:30", 18), at("06:05:00", 18), 30000):
            early.sample(ms)
    return log.logs(names=("debug",))


def set_gap_of_the_web_service():
    """A rotated log of the web service is missing, and no log of the notification service is there at all."""
    web = Web()
    for ms in range(at("10:00:00"), at("11:00:00"), 120000):
        web.add(ms, "CoreImpl-worker187", 6, "QUEUE_STATISTICS_REQUEST", None, "{Thrd=CoreImpl-worker187} params : invokeId=112223")
    return {"webservices/Desktop-webservices.2017-06-17T10-00-00.000.log": web.text(until=at("10:15:00")),
            "webservices/Desktop-webservices.2017-06-17T10-45-00.000.log": web.text(since=at("10:45:00"), first_seq=1)}


OVERRUN = ("pool-19-thread-4", 3, "QUEUE STATISTICS POLLING ERROR", [("error_message", "the answer is late")], "text")
LOST = ("CTIConnectionManager", 3, "CTI_CONNECTION_LOST", [("peer", "10.10.20.30")], "Connection to the CTI server was lost")


def web_of(host, lost, overrun):
    """What one server's web service says: losses of the CTI server, statistics that came late."""
    web = Web(host)
    for record, times in ((LOST, lost), (OVERRUN, overrun)):
        for time in times:
            web.add(at(time), *record)
    return web.text()


def service_that(events):
    """Desktops that stay until 10:06, then what befalls their server: (time, level, message)."""
    log = everyone_stays()
    for time, level, message in events:
        log.add(at(time), level, SERVLET, message)
    return log.logs(names=("debug", "info", "warn", "error"))


BAD_XML = ("Error parsing user request. [10.20.1.9]\norg.xmlpull.v1.XmlPullParserException: invalid character\n"
           "\tat org.xmlpull.mxp1.MXParser.nextImpl(MXParser.java:1)")
NO_MEMORY = "Internal server error\njava.lang.OutOfMemoryError: Java heap space"
STARTED = "HTTP bind service started"


def set_signatures():
    """Each signature of the pack once, at its edge; of one server what is too little on another."""
    files = service_that([("10:06:10", "warn", BAD_XML), ("10:06:30", "warn", BAD_XML), ("10:06:40", "error", NO_MEMORY),
                          ("10:16:30", "info", STARTED)])
    first = web_of("10.10.20.5", ["10:00:00.000", "10:05:00.000"], ["11:00:00.000", "11:04:00.000", "11:10:00.000"])
    second = web_of("10.10.20.6", ["10:02:00.000"], ["11:02:00.000", "11:03:00.000"])
    return {**files, "a/" + WEB_LOG: first, "b/" + WEB_LOG: second}


def set_no_signatures():
    """The same a moment too late, in the other order, or once too few: two servers together would have enough."""
    files = service_that([("10:06:05", "error", NO_MEMORY), ("10:06:10", "warn", BAD_XML), ("10:36:06", "info", STARTED),
                          ("10:36:30", "warn", BAD_XML)])
    first = web_of("10.10.20.5", ["10:00:00.000", "10:05:00.001"], ["11:00:00.000", "11:04:00.000", "11:10:00.001"])
    second = web_of("10.10.20.6", ["10:02:00.000"], ["11:02:00.000", "11:03:00.000"])
    return {**files, "a/" + WEB_LOG: first, "b/" + WEB_LOG: second}


SETS = {name[4:]: function for name, function in list(globals().items()) if name.startswith("set_")}
