"""Small files that unpack to far too much, and streams that never end.

    make_bombs.py NAME DIR      write one; without arguments list them

Each has a good log beside it, which is still to be analysed. Nothing here is kept:
the largest is written in seconds.
"""

import gzip
import io
import struct
import sys
import tarfile
import zipfile
import zlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MIB, GIB = 1 << 20, 1 << 30


def good_log():
    """Of a bundle that is kept: one agent's silence, closure and forced logout."""
    with tarfile.open(ROOT / "testdata/bundles/era-3.9.3.tgz") as tar:
        for member in tar:
            if member.name.endswith("info.log"):
                return tar.extractfile(member).read()
    raise SystemExit("era-3.9.3.tgz holds no info.log")


def deflate_zeros(count):
    """Raw deflate of so many zeros. A full flush makes pieces that can be repeated."""
    piece = 16 * MIB
    engine = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = engine.compress(bytes(piece)) + engine.flush(zlib.Z_FULL_FLUSH)
    again = engine.compress(bytes(piece)) + engine.flush(zlib.Z_FULL_FLUSH)
    last = engine.compress(bytes(count % piece)) + engine.flush()
    return first + again * (count // piece - 1) + last if count >= piece else last


def crc_of_zeros(count):
    crc, block = 0, bytes(16 * MIB)
    while count > 0:
        n = min(count, len(block))
        crc = zlib.crc32(block[:n] if n < len(block) else block, crc)
        count -= n
    return crc


def gzip_zeros(count):
    return (b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + deflate_zeros(count) +
            struct.pack("<II", crc_of_zeros(count), count & 0xFFFFFFFF))


def zip_of(files, packed=None):
    """`packed`: name -> (raw deflate, crc, bytes), for what Python had better not unpack."""
    out, directory = io.BytesIO(), b""
    entries = [(name, zlib.compress(data, 9)[2:-4], zlib.crc32(data), len(data)) for name, data in files]
    entries += [(name, *facts) for name, facts in (packed or {}).items()]
    for name, raw, crc, size in entries:
        at, name = out.tell(), name.encode()
        sizes = struct.pack("<III", crc, min(len(raw), 0xFFFFFFFF), min(size, 0xFFFFFFFF))
        extra = struct.pack("<HHQQ", 1, 16, size, len(raw)) if size > 0xFFFFFFFF else b""
        if extra:
            sizes = struct.pack("<III", crc, 0xFFFFFFFF, 0xFFFFFFFF)
        middle = struct.pack("<HHHHH", 45, 0, 8, 0, 0x21) + sizes + struct.pack("<HH", len(name), len(extra))
        out.write(b"PK\3\4" + middle + name + extra + raw)
        directory += (b"PK\1\2" + struct.pack("<H", 45) + middle + struct.pack("<HHHII", 0, 0, 0, 0, at) + name + extra)
    at = out.tell()
    out.write(directory)
    count = len(entries) & 0xFFFF
    out.write(b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), at, 0))
    return out.getvalue()


def tgz(infos, format=tarfile.USTAR_FORMAT):
    """Of (TarInfo, bytes)."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=format) as tar:
        for info, data in infos:
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return gzip.compress(out.getvalue(), mtime=0)


def tgz_of(files):
    return tgz((tarfile.TarInfo(name), data) for name, data in files)


# ------------------------------------------------------------------ the bombs


def zeros_gz():
    return {"bomb.gz": gzip_zeros(10 * GIB)}


def zeros_zip():
    """In one archive: the log behind the zeros is reached."""
    raw = deflate_zeros(10 * GIB)
    return {"bomb.zip": zip_of([("first.log", good_log())], {"zeros.log": (raw, crc_of_zeros(10 * GIB), 10 * GIB)})}


def lines_gz():
    """Not zeros but a line of a log, again and again."""
    line = b"2017.06.17 00:16:04 org.jivesoftware.openfire.http.HttpSession - It's closed - copying deliverables\n"
    block = line * (16 * MIB // len(line))
    engine = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = engine.compress(block) + engine.flush(zlib.Z_FULL_FLUSH)
    again = engine.compress(block) + engine.flush(zlib.Z_FULL_FLUSH)
    times, crc = 256, 0
    for _ in range(times):
        crc = zlib.crc32(block, crc)
    data = first + again * (times - 1) + engine.flush()
    size = len(block) * times
    return {"bomb/debug.log.gz": b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + data + struct.pack("<II", crc, size & 0xFFFFFFFF)}


def forty_two():
    """42.zip's shape: five times sixteen zips in a zip, 4 GiB of zeros in each of the last."""
    size = 4 * GIB - 1
    data = zip_of([], {"0.dll": (deflate_zeros(size), crc_of_zeros(size), size)})
    for level in range(5):
        data = zip_of([(f"lib {i:x}.zip", data) for i in range(16)])
    return {"42.zip": data}


def fan_out():
    """Within four levels: 16 * 16 * 16 files of 200 MiB."""
    size = 200 * MIB
    data = zip_of([], {f"{i}.log": (deflate_zeros(size), crc_of_zeros(size), size) for i in range(16)})
    for level in range(2):
        data = zip_of([(f"{i}.zip", data) for i in range(16)])
    return {"fan.tgz": tgz_of([("a/bomb.zip", data), ("b/info.log", good_log())])}


def many_bombs():
    """Three hundred small zips, each of which unpacks to 2 GiB."""
    size = 2 * GIB
    one = zip_of([], {"x.log": (deflate_zeros(size), crc_of_zeros(size), size)})
    return {"many.zip": zip_of([(f"{i:03}.zip", one) for i in range(300)] + [("z/info.log", good_log())])}


def overlap():
    """D. Fifield's: entries of one directory that all point at the same bytes."""
    size = 200 * MIB
    whole = zip_of([], {"x": (deflate_zeros(size), crc_of_zeros(size), size)})
    at = whole.index(b"PK\1\2")
    one = whole[at:whole.index(b"PK\5\6")]
    count = 1000
    return {"overlap.zip": whole[:at] + one * count +
            b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, count, count, len(one) * count, at, 0)}


def quoted():
    """His other: each entry's data begins with the next one's header, quoted in a stored block."""
    size = 64 * MIB
    data, crc, length, header = deflate_zeros(size), crc_of_zeros(size), size, b""
    for i in reversed(range(60)):
        # The sums are wrong from the second on: to have them right would cost minutes.
        name = f"{i:03}".encode()
        quoted_header = b"\0" + struct.pack("<HH", len(header), len(header) ^ 0xFFFF) + header if header else b""
        data = quoted_header + data if not header else quoted_header + data
        header = (b"PK\3\4" + struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0x21, crc, len(data), length, 3, 0) + name)
        length += len(header)
        data_with_header = header + data
        data = data if i == 0 else data_with_header[len(header):]
    return {"quoted.zip": header + data}


def quine_gz():
    """A gzip in a gzip ..., two hundred deep; one that holds itself can do no worse."""
    data = good_log()
    for _ in range(200):
        data = gzip.compress(data, mtime=0)
    return {"deep.gz": data}


def droste():
    """A zip that holds itself, as far as anybody can see: each level holds two of the one below."""
    data = zip_of([("x.log", b"x\n")])
    for _ in range(24):
        data = zip_of([("a.zip", data), ("b.zip", data)])
    return {"droste.zip": data}


def many_files():
    """120 000 files of nothing."""
    return {"files.tgz": tgz_of([(f"{i}.log", b"") for i in range(120000)])}


def many_links():
    def link(i):
        info = tarfile.TarInfo(f"{i}.log")
        info.type, info.linkname = tarfile.SYMTYPE, "elsewhere"
        return info, b""

    return {"links.tgz": tgz(map(link, range(120000)))}


def many_containers():
    tiny = gzip.compress(b"x\n", mtime=0)
    return {"containers.tgz": tgz_of([(f"{i:05}.gz", tiny) for i in range(30000)] + [("z/info.log", good_log())])}


def sparse():
    """A tar of a few hundred bytes with a file of 60 GiB in it, all of it hole."""
    info = tarfile.TarInfo("hole.log")
    body = b"1\n%d\n0\n" % (60 * GIB)
    headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "hole.log",
               "GNU.sparse.realsize": str(60 * GIB)}
    body = body.ljust(512, b"\0")
    info.size, info.pax_headers = len(body), headers
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        tar.addfile(info, io.BytesIO(body))
    return {"sparse.tar": out.getvalue()}


def sparse_map():
    """The map of a file's two million holes: 32 bytes of memory for 4 of it."""
    body = b"2000000\n" + b"0\n0\n" * 2000000
    info = tarfile.TarInfo("hole.log")
    info.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "hole.log",
                        "GNU.sparse.realsize": "1024"}
    body += bytes(-len(body) % 512)
    info.size = len(body)
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        tar.addfile(info, io.BytesIO(body))
    return {"sparse.tgz": gzip.compress(out.getvalue(), mtime=0)}


def long_name():
    """A gzip whose file name has no end."""
    return {"name.gz": b"\x1f\x8b\x08\x08\0\0\0\0\0\x03" + b"A" * (30 * MIB)}


def long_names():
    """Entries whose names are 400 KB long, each with a beginning of its own."""
    def entry(i):
        info = tarfile.TarInfo(f"{i:05}" + "a/" * 200000 + "b.log")
        return info, b"x\n"

    return {"names.tgz": tgz(map(entry, range(300)), tarfile.PAX_FORMAT)}


def long_paths():
    """Each as long as names may be that are remembered."""
    def entry(i):
        return tarfile.TarInfo(f"{i:05}" + "a/" * 450 + "b.log"), b"x\n"

    return {"paths.tgz": tgz(map(entry, range(30000)), tarfile.PAX_FORMAT)}


def one_line():
    """A record of 300 MB without a line's end."""
    return {"line/info.log": b"2017.06.17 00:16:04 Closing idle session: " + b"x" * (300 * 1000 * 1000)}


def stamp(seconds):
    return f"2017.06.17 {seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def web_service(seconds, words, host="10.10.20.5"):
    return (f"0000000001: {host}: Jun {17 + seconds // 86400} 2017 {seconds // 3600 % 24:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.000 +0530: "
            f"%CCBU_{words}\n")


def unavailable(seconds, agent, host="10.10.20.5"):
    return web_service(seconds, f"Smack Listener Processor (1)-6-PRESENCE_NOTIFICATION_RECIEVED: %[FROM JID={agent}@"
                       "fin1.example.com/desktop][PRESENCE_TYPE=unavailable]: Finesse received a presence notification", host)


def state_event(seconds, agent):
    return web_service(seconds, "CTIMessageEventExecutor-0-6-DECODED_MESSAGE_FROM_CTI_SERVER: %[cti_message="
                       "CTIAgentStateEvent [skillGroupState=1 (LOGOUT), stateDuration=0, skillGroupNumber=-1, "
                       "skillGroupPriority=0, agentState=1 (LOGOUT), eventReasonCode=255, numFltSkillGroups=0, "
                       f"CTIClientSignature=Finesse, agentID={agent}, agentExtension=1, agentInstrument=1]"
                       "CTIMessageBean [invokeID=null, msgName=AgentStateEvent, deploymentType=CCX]]: Decoded Message to "
                       "Finesse from backend cti server")


WEB_SERVICE_LOG = "Desktop-webservices.2017-06-17T09-50-00.000.log"


def one_log(path, lines):
    return {"log.tgz": tgz_of([(path, "".join(lines).encode())])}


# Nothing that is long: honest lines that belong together, whose handling must not take the square of their number.


def all_silent():
    """30 000 sessions silent since the same moment."""
    return one_log("a/debug.log", (f"{stamp(60)} Session (id={i:08x}) was last active 44000 ms ago: {i}@fin1.example.com/"
                                   "desktop\n" for i in range(30000)))


def all_lost():
    """30 000 agents whose presence is lost within minutes."""
    return one_log("a/" + WEB_SERVICE_LOG, (unavailable(i // 100, i) for i in range(30000)))


def one_agent():
    """Logged out again and again, never signed in."""
    return one_log("a/" + WEB_SERVICE_LOG, (state_event(i * 11, 1) for i in range(40000)))


def many_addresses():
    """One session polled from 120 000 addresses."""
    return one_log("a/debug.log", (
        f"{stamp(i // 100)} REQUEST /http-bind/ on org.eclipse.jetty.server.nio.SelectChannelConnector$"
        f"SelectChannelHttpConnection@83a9f264@10.10.20.5:7443<->10.{i >> 16}.{i >> 8 & 255}.{i & 255}:40079\n"
        f'{stamp(i // 100)} HTTPBindLog: HTTP RECV(abc): <body rid="{i}" sid="abc"/>\n' for i in range(120000)))


def many_nodes():
    """1000 web services' logs, each of a server of its own."""
    return {"nodes.tgz": tgz_of((f"{n}/{WEB_SERVICE_LOG}", "".join(
        unavailable(n + k, f"{n}x{k}", f"h{n}.example.com") for k in range(30)).encode()) for n in range(1000))}


def many_closures():
    """80 000 sessions that are closed, each of an agent of its own: true, and more than a small bundle may tell."""
    return one_log("a/info.log", (f"{stamp(i)} Closing idle session (id={i * 2654435761 % (1 << 32):08x}): {1000000 + i}@"
                                  "fin1.example.com/desktop\n" for i in range(80000)))


def many_returns():
    """One agent's 25 000 sessions, and as many logouts with reason code 255."""
    return {"log.tgz": tgz_of([
        ("a/info.log", "".join(f"{stamp(3 * i)} Closing idle session (id={i:08x}): 1@fin1.example.com/desktop\n"
                               for i in range(25000)).encode()),
        ("b/" + WEB_SERVICE_LOG, "".join(state_event(i * 11, 1) for i in range(25000)).encode())])}


def many_states():
    """States of 600 000 agents, none of which tells a story."""
    return one_log("a/" + WEB_SERVICE_LOG, (
        state_event(i // 100, i).replace("agentState=1 (LOGOUT), eventReasonCode=255",
                                         "agentState=3 (AVAILABLE), eventReasonCode=0") for i in range(600000)))


def many_servers():
    """8000 logs, each of a server of its own: more than are told apart."""
    return {"nodes.tgz": tgz_of((f"{n}/info.log", (
        f"{stamp(n)} Closing idle session (id={n:08x}): {n}@h{n}.example.com/desktop\n").encode()) for n in range(8000))}


def nodes_and_forced():
    """8000 servers, and 20 000 agents that another one logs out."""
    def closed(n):
        return (f"{stamp(n)} Closing idle session (id={n:08x}): {n}@h{n}.example.com/desktop\n"
                f"{stamp(n)} HTTP bind service started\n").encode()

    def forced(n):
        asked = ("pool-1-thread-1-6-MESSAGE_TO_CTI_SERVER: %[cti_message=Invoke id :1 , agentstate : 1, workmode : 0, "
                 f"reason code: 255, forceflag :1, agentcapacity: 1, agentext: 1, agentid: {n}, supervisorid: null, "
                 "ssoFlag=false][cti_message_name=SetAgentStateReq]: Message going to the backend cti server")
        return unavailable(2 * n, n) + web_service(2 * n + 60, asked) + state_event(2 * n + 61, n)

    return {"nodes.tgz": tgz_of([*((f"{n}/info.log", closed(n)) for n in range(8000)),
                                 ("w/" + WEB_SERVICE_LOG, "".join(map(forced, range(20000))).encode())])}


def day_of(seconds):
    """A stamp of any of many years, whose months all have 28 days."""
    days = seconds // 86400
    return stamp(seconds % 86400).replace("2017.06.17", f"{2001 + days // 336}.{1 + days // 28 % 12:02}.{1 + days % 28:02}")


def restarts_sessions():
    """A service that starts again every five minutes, with a session each time."""
    return one_log("a/info.log", (
        f"{day_of(i * 150)} HTTP bind service {'started' if i % 2 else 'stopped'}\n"
        f"{day_of(i * 150 + 30)} Closing idle session (id={i:08x}): {i}@fin1.ucce.local/desktop\n" for i in range(40000)))


def many_gaps():
    """30 000 gaps in one server's log, and 40 000 sessions of another."""
    def poll(at, sid, host):
        return f"{day_of(at)} Session (id={sid}) was last active 0 ms ago: 1@{host}.example.com/desktop\n"

    return {"logs.tgz": tgz_of([("a/debug.log", "".join(poll(200 * i, "abc", "h1") for i in range(30000)).encode()),
                                ("b/debug.log", "".join(poll(0, f"{i:08x}", "h2") for i in range(40000)).encode())])}


def many_restarts():
    """A service that starts again every two minutes and a half, 20 000 times."""
    def day(i):
        return f"{2001 + i // 336}.{1 + i // 28 % 12:02}.{1 + i % 28:02}"

    return one_log("a/info.log", (stamp(i * 150 % 86400).replace("2017.06.17", day(i * 150 // 86400)) +
                                  f" HTTP bind service {'started' if i % 2 else 'stopped'}\n" for i in range(40000)))


def holes():
    """Request ids that run back, each with a hole before it."""
    return one_log("a/debug.log", (f'{stamp(i // 100)} HTTPBindLog: HTTP RECV(abc): <body rid="{2000000 - 2 * i}" '
                                   'sid="abc"/>\n' for i in range(200000)))


def tiny_logs():
    """50 000 logs of one closed session each, and more behind them."""
    return {"tiny.tgz": tgz_of((f"{n}/info.log", (
        f"{stamp(n)} Closing idle session (id={n:08x}): {n}@fin1.example.com/desktop\n").encode()) for n in range(60000))}


def tiny_secrets():
    """50 000 files, each with credentials of two kinds."""
    return {"tiny.tgz": tgz_of((f"{n}.log", b"password=abc, Authorization: Basic Zm9vOmJhcg==\n") for n in range(60000))}


def tiny_platform_logs():
    """50 000 logs of the command line, whose server is told by what they lie next to."""
    return {"tiny.tgz": tgz_of((f"{n}/platform/log/cli00001.log", (
        b"2017-06-17 00:20:00,123 INFO [main] sdMain.main - running command -> [utils service restart Cisco Tomcat]\n"))
        for n in range(60000))}


def short_silences():
    """100 000 sessions, each silent for less than is told, up to the end."""
    return one_log("a/debug.log", (
        f"{stamp(60 + 30 * k)} Session (id={i:08x}) was last active {1000 + 4000 * k} ms ago: {i}@fin1.example.com/desktop\n"
        for k in range(5) for i in range(100000)))


def many_sids():
    """500 000 sessions with a request each."""
    return one_log("a/debug.log", (f'{stamp(i // 100)} HTTPBindLog: HTTP RECV({i:08x}): <body rid="{1000 + i}" sid="{i:08x}"/>\n'
                                   for i in range(500000)))


def many_signatures():
    """1000 servers, each of which loses its CTI server 500 times, twice at a time."""
    lost = ("CTIConnectionManager-3-CTI_CONNECTION_LOST: %[cti_server_host= 10.10.10.11 ][port=42027][error_message=x]: "
            "text")
    return {"log.tgz": tgz_of((f"{n}/{WEB_SERVICE_LOG}", "".join(
        web_service(i // 2 * 1000 + i % 2, lost, f"h{n}") for i in range(1000)).encode()) for n in range(1000))}


def descending_rids():
    """300 sessions whose request ids run back, with a hole before each."""
    return one_log("a/debug.log", (f'{stamp(i // 100)} HTTPBindLog: HTTP RECV({i % 300:x}): <body rid="'
                                   f'{5000000 - 2 * (i // 300)}" sid="{i % 300:x}"/>\n' for i in range(600000)))


def replaced():
    """One agent's sessions, each of which takes the place of the one before, and all fall silent at the end."""
    def bound(i):
        return (f"{day_of(i * 20)} HTTPBindLog: HTTP SENT({i:08x}): <body xmlns='http://jabber.org/protocol/httpbind'>"
                "<iq type='result' id='b1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>1@fin1.example.com/desktop"
                "</jid></bind></iq></body>\n")

    return one_log("a/debug.log", [*map(bound, range(60000)), *(
        f"{day_of(60000 * 20 + 60)} Session (id={i:08x}) was last active 43230 ms ago: 1@fin1.example.com/desktop\n"
        for i in range(60000))])


def pax_many_keys():
    """A file with 60 000 attributes, and another with as many as one may have."""
    def entry(count, name):
        info = tarfile.TarInfo(name)
        info.pax_headers = {f"SCHILY.xattr.user.{i}": "v" for i in range(count)}
        return info, good_log()

    return {"few.tgz": tgz([entry(40000, f"{n}/info.log") for n in range(3)], tarfile.PAX_FORMAT),
            "many.tgz": tgz([entry(90000, "a/info.log")], tarfile.PAX_FORMAT)}


BOMBS = {function.__name__: function for function in (
    zeros_gz, zeros_zip, lines_gz, forty_two, fan_out, many_bombs, overlap, quoted, quine_gz, droste, many_files,
    many_links, many_containers, long_names, long_paths, sparse, sparse_map, long_name, one_line, all_silent, all_lost, one_agent,
    many_addresses, many_nodes, many_closures, many_returns, many_states, many_servers, many_restarts, holes,
    nodes_and_forced, restarts_sessions, many_gaps, tiny_logs, tiny_secrets, tiny_platform_logs, short_silences, many_sids,
    many_signatures, descending_rids, replaced, pax_many_keys)}


def make(name, folder):
    """Into a folder that is new; the good log's is zz/, so that it comes last."""
    for path, data in BOMBS[name]().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    (folder / "zz").mkdir()
    (folder / "zz/info.log").write_bytes(good_log())


# ----------------------------------------------------- streams without an end


def endless_zeros():
    yield b"\x1f\x8b\x08\0\0\0\0\0\0\x03"
    engine = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = engine.compress(bytes(16 * MIB)) + engine.flush(zlib.Z_FULL_FLUSH)
    again = engine.compress(bytes(16 * MIB)) + engine.flush(zlib.Z_FULL_FLUSH)
    yield first
    while True:
        yield again


def endless_members():
    empty = gzip.compress(b"", mtime=0) * 4096
    while True:
        yield empty


def endless_newlines():
    block = b"\n" * MIB
    while True:
        yield block


STREAMS = {function.__name__: function for function in (endless_zeros, endless_members, endless_newlines)}


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in BOMBS:
        print("\n".join(BOMBS))
        return 0 if len(sys.argv) == 1 else 2
    make(sys.argv[1], Path(sys.argv[2]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
