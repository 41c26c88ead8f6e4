#!/usr/bin/env python3
"""Writes the seeds of the fuzz targets to testdata/fuzz/TARGET/: tiny made-up inputs that
show a fuzzer what there is. What a fuzzer has found lies beside them and is kept.

    make_seeds.py [DIRECTORY]
"""

import gzip
import io
import json
import sys
import tarfile
import zipfile
import zlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKINGS = ROOT / "testdata/bundles/packings"

NOTIFICATION, WEBSERVICES, SYSLOG, CLI, HISTORY = range(5)

RECORDS = {
    "closing": (NOTIFICATION, "2017.06.17 00:16:04 Closing idle session (id=f382a015): 1001003@fin1.example.com/desktop\n"
                              "after inactivity for more than threshold value of 60"),
    "sample": (NOTIFICATION, "2017.06.17 00:15:34 Session (id=f382a015) was last active 43230 ms ago: 1001003@fin1.example.com/desktop"),
    "recv": (NOTIFICATION, '2017.06.17 00:14:20 HTTPBindLog: HTTP RECV(f382a015): <body sid="f382a015" rid="1234567" type="terminate"/>'),
    "sasl": (NOTIFICATION, '2017.06.17 00:14:20 HTTPBindLog: HTTP RECV(f382a015): <body sid="f382a015" rid="3"><auth '
                           'xmlns="urn:ietf:params:xml:ns:xmpp-sasl" mechanism="PLAIN">AGEAbg==</auth></body>'),
    "logger": (NOTIFICATION, "2022.03.04 10:02:40.123 DEBUG [pool-1]: org.jivesoftware.openfire.http.HttpSession - Created session with id f382a015"),
    "printed": (NOTIFICATION, "Fri Apr 14 11:04:26 EDT 2017: HTTP SENT(8b): <body sid='8b' inactivity=\"60\" wait='30'/>"),
    "request": (WEBSERVICES, "0000001043: 10.10.20.5: Jun 17 2017 00:16:04.630 +0530: %CCBU_worker-6-MESSAGE_TO_CTI_SERVER: "
                             "%[cti_message=Invoke id :24 , agentstate : LOGOUT, workmode : 0, reason code: 255, forceflag :1, "
                             "agenttext: 1001003, agentid: 1001003]: text"),
    "state": (WEBSERVICES, "0000001044: 10.10.20.5: Jun 17 2017 00:16:04.640 +0530: %CCBU_worker-6-DECODED_MESSAGE_FROM_CTI_SERVER: "
                           "%[cti_message=CTIAgentStateEvent [agentState=LOGOUT, eventReasonCode=255, agentID=1001003]]: text"),
    "presence": (WEBSERVICES, "0000001045: 10.10.20.5: Jun 17 2017 00:16:05.000 +0530: %CCBU_worker-6-PRESENCE_NOTIFICATION_RECIEVED: "
                              "%[FROM JID=1001003@fin1.example.com/desktop][PRESENCE_TYPE=unavailable]: text"),
    "alarm": (SYSLOG, "May 21 08:10:24 host local7 1 : 62: host: May 21 2021 13:10:24.476 UTC : %UC_X-1-CoreDumpFileFound: %[X=1]: text"),
    "command": (CLI, "2017-06-17 10:00:00,123 INFO [main] sdMain.main - running command -> [utils system restart]"),
    "boot": (HISTORY, "06/17/2017 10:00:00 | root: Boot 12.5.1.10000-1 Start"),
}

ODD_LINES = "\ufeffno record\r\n\r\n\0\0" + RECORDS["sample"][1] + "\r\n" + RECORDS["closing"][1] + "\n\n" + "x" * 280 + "\n" + RECORDS["recv"][1]


def log(*names):
    return "".join(RECORDS[name][1] + "\n" for name in names).encode()


def records():
    for name, (family, text) in RECORDS.items():
        yield name, bytes([family]) + text.encode()


def lines():
    for family, names in ((NOTIFICATION, ("sample", "closing", "recv")), (WEBSERVICES, ("request", "state")), (SYSLOG, ("alarm",)),
                          (CLI, ("command",)), (HISTORY, ("boot",))):
        yield f"family_{family}", bytes([family, 37]) + log(*names)
    yield "odd", bytes([NOTIFICATION, 5]) + ODD_LINES.encode()


def stamps():
    lines = ["2017.06.17 00:16:04 x", "2017.06.17 00:16:04.123 x", "2017.06.17 00:16:05 x", "Fri Apr 14 11:04:26 EDT 2017: x", "2017.02.29 23:59:60 x"], \
        ["1: h: Jun 17 2017 00:16:04.630 +0530: %x-6-Y: z", "1: h: Jun 7 2017 00:16:04.631 +05:30: %x-6-Y: z"], \
        [RECORDS["alarm"][1], "May 21 08:10:24 host local7 1 : x"], [RECORDS["command"][1]], [RECORDS["boot"][1]]
    for family, some in enumerate(lines):
        yield f"family_{family}", bytes([family]) + "\n".join(some).encode()
    yield "options", b"\0" + b"2017-06-17T00:10:00+05:30\n2017-06-17\n2017-06-17 00:10\n+05:30\n-0800\nZ\nPT1M3.2S\nP1DT-0.004S\n-9223372036854775808"


def deflated(data, level=9, strategy=zlib.Z_DEFAULT_STRATEGY):
    packer = zlib.compressobj(level, zlib.DEFLATED, -15, 8, strategy)
    return packer.compress(data) + packer.flush()


def deflates():
    text = log("sample", "sample", "closing")
    for name, packed in (("stored", deflated(text, 0)), ("fixed", deflated(text, 9, zlib.Z_FIXED)), ("dynamic", deflated(text)),
                         ("huffman", deflated(text, 9, zlib.Z_HUFFMAN_ONLY))):
        yield name, bytes([7]) + packed
    member = gzip.compress(text, mtime=0)
    yield "gzip", bytes([150]) + member
    yield "members", bytes([130]) + member + member + bytes(9)
    yield "cut", bytes([130]) + member[:-5]


def small_tar():
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        info = tarfile.TarInfo("desktop/logs/openfire/info.log")
        info.size = len(log("closing"))
        tar.addfile(info, io.BytesIO(log("closing")))
    return out.getvalue()[:2048]


def small_zip(data=None):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("info.log", (2017, 6, 17, 0, 0, 0)), data or log("closing"))
    return out.getvalue()


def packing(name):
    return (PACKINGS / name).read_bytes()


ZIPS = ("java.zip", "zip64_streamed.zip")


def archives():
    for name in ZIPS:
        yield name.replace(".", "_"), bytes([50]) + packing(name)
    yield "small_zip", bytes([9]) + small_zip()
    yield "small_tar", bytes([200]) + small_tar()
    for name in ("pax.tgz",):
        yield name.replace(".", "_"), bytes([227]) + gzip.decompress(packing(name))[:3072]


def bundles():
    yield "log", log("sample", "closing", "recv")
    yield "web", log("presence", "request", "state")
    yield "gz", gzip.compress(log("closing"), mtime=0)
    yield "tgz", gzip.compress(small_tar(), mtime=0)
    yield "zip", small_zip()
    yield "nested", small_zip(gzip.compress(log("sample"), mtime=0))
    for name in ("java.zip", "links.tgz"):
        yield name.replace(".", "_"), packing(name)


def indexes():
    """Lines of a batch, one of a bundle without a report; torn ones; what is none."""
    line = {"schema": "boshscope.index/1", "path": "in/a.tgz", "size": 23457, "mtime_ns": 1795686801598337717, "inode": 11069164,
            "sha256": "ab" * 32, "report": "abababababababab-a.tgz.json", "exit_status": 5, "fault": None, "verdict": "client_side",
            "complete": False, "counts": {"agents": 8, "sessions": 10, "idle_closures": 3, "forced_logouts": 2, "mass_disconnects": 0,
                                          "server_restarts": 0},
            "first": "2017-06-16T18:19:58.000Z", "last": "2017-06-16T18:57:00.700Z", "seconds": 0.026, "options": "cd" * 32}
    whole = json.dumps(line, separators=(",", ":"))
    bad = json.dumps({**line, "path": "b\n\u0000\u202e\ud800", "sha256": None, "report": None, "counts": None, "fault": "x", "first": None})
    yield "whole", f"{whole}\n{bad}\n".encode()
    yield "torn", f"{whole[:200]}\n{bad}\n{whole[:90]}".encode()
    yield "none", b'\n{}\nnull\n[]\n{"path":""}\n{"path":"a","inode":18446744073709551616}\n{"path":"a","new":[{}],"sha256":""}'


def jids():
    for name, text in (("plain", b"1001003@fin1.example.com/desktop"), ("escaped", b"o\\27brien\\40x@fin1.example. com/a/b@c"),
                       ("unsigned", b"fin1.example.com/f382a015"), ("latin1", b"caf\xe9.log"), ("gbk", "日志文件.log".encode("gbk")),
                       ("utf8", "журнал.log".encode()), ("cp850", b"\x81ber\x84ll.log")):
        yield name, text


def jsons():
    for name, text in (("controls", bytes(range(0x21))), ("quotes", b"\"\\/\x7f"), ("utf8", "é\u202e\u2028𝄞".encode()),
                       ("no_utf8", b"\xc0\x80\xed\xa0\x80\xf4\x90\x80\x80\xff\xe2\x82")):
        yield name, text


def shapes():
    yield "sample", b"Session (id=%{SID:sid}) was last active %{INT:idle_ms} ms ago: %{WORD:jid}\nSession (id=f382a015) was last active 0 ms ago: 1@a/b"
    yield "keys", b"CONNECTION: %[%{KEY:state=}%{NAME:state}%{MAY:code=}%{INT:code},%{NO:nothing}\nCONNECTION: %[code=1,state=UP, x"
    yield "all", b"a%{UINT:u}b%{IPV4:i}c%{VALUE:v=<}d%{CONTENT:c}e%{ANY:r}f\na12b10.1.2.3c<x>de text f"


def rulesets():
    pack = {"pack": {"name": "p", "version": "1", "macros": {"N": "[0-9]+"}, "desktop_resources": ["desktop"], "service_accounts": []}}
    rule = {"id": "a.b", "title": "t", "at": "message", "literal": "Closing idle session", "pattern": "Closing idle session \\(id=(?<sid>%{N})\\)",
            "event": "session_idle_closed", "fields": {"sid": "text"},
            "samples": [{"text": "2017.06.17 00:16:04 Closing idle session (id=1)", "fields": {"sid": "1"}}], "near_misses": ["2017.06.17 00:16:04 Closing"]}
    rules = {"family": "notification", "rules": [rule]}
    signatures = {"signatures": [{"id": "s.a", "title": "t", "type": "event_count", "rules": ["a.b"], "group-by": ["node"], "timespan": "5m",
                                  "condition": {"gte": 2}, "severity": "low", "why": "w"}]}
    yield "pack", json.dumps(pack).encode()
    yield "whole", json.dumps({**pack, **rules}).encode()
    yield "rules", b"\0" + json.dumps(rules).encode()
    yield "signatures", b"\0" + json.dumps({**rules, **signatures}).encode()
    yield "comments", b"// one\n" + json.dumps(pack).encode() + b" // another"


def views():
    """Golden reports, small ones, without the blanks between; and one of a newer schema."""
    for name in ("request_of_a_supervisor", "terminate_after_a_request", "two_offsets"):
        report = json.loads((ROOT / f"tests/cases/{name}/expected.json").read_text())
        report.pop("rules")
        yield name, json.dumps(report, separators=(",", ":")).encode()
    yield "newer", json.dumps({**report, "schema": "boshscope.report/2"}).encode()
    yield "escapes", json.dumps({**report, "diagnostics": [{"code": "BS1", "level": "error", "text": "\u0000\u202e\U0001f600<b>`|", "advice": None}]}).encode()


TARGETS = {"archive": archives, "bundle": bundles, "deflate": deflates, "index": indexes, "jid": jids, "json": jsons, "lines": lines, "record": records,
           "ruleset": rulesets, "shape": shapes, "stamp": stamps, "view": views}


def main():
    top = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "testdata/fuzz"
    for target, seeds in TARGETS.items():
        (top / target).mkdir(parents=True, exist_ok=True)
        for name, data in seeds():
            (top / target / name).write_bytes(data)


if __name__ == "__main__":
    main()
