#!/usr/bin/env python3
"""Private data: what an output must not hold is looked for in every output, as bytes and without case.

    run.py PROGRAM [--few] [unittest options, such as -k secret]

Secrets: credentials are planted in records of every family, in fields that rules take out of them, in lines behind and
before records, and in names of files; none may be in any output, and each input's are counted.

Redaction: bundles of testdata, of the generator and one full of people's data are read with --redact; no original may
be in any output, the findings are those of the plain report, and pseudonyms do not depend on threads or packing.
--few leaves out most of the bundles: under a sanitizer they take ten times as long.
"""
import collections
import functools
import json
import os
import random
import stat
import subprocess
import sys
import tempfile
import unittest
import urllib.parse
import zipfile
import zlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "tests/generator"))
import generate  # noqa: E402
import run as generator  # noqa: E402
from options import Options  # noqa: E402

sys.path.insert(0, str(ROOT / "tests/render"))
import page as pages  # noqa: E402

try:
    import jsonschema
except ImportError:
    jsonschema = None

PROGRAM = str(Path(sys.argv[1]).resolve())
FEW = "--few" in sys.argv
ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "BOSHSCOPE_RULES"}
# Accounts of the server's own stay.
SERVICES = {"finesse", "presencelistener", "admin", "pubsub"}


# Of a long list the schema says the same of each.
MOST_ITEMS = 100


@functools.cache
def validator(schema):
    return jsonschema.Draft202012Validator(json.loads((ROOT / f"include/{schema}.schema.json").read_text()))


def schema_errors(schema, value):
    return [e.message[:300] for e in validator(schema).iter_errors(value)] if jsonschema else []


def run(*args):
    return subprocess.run([PROGRAM, *map(str, args)], env=ENVIRONMENT, timeout=300, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def report_of(*args):
    return json.loads(run("analyze", *args).stdout)


def all_outputs(folder, bundle, *options, agent="1001003", at="2017-06-16T18:47Z"):
    """Everything that the program says of a bundle, by what it is."""
    unmatched = Path(folder) / "unmatched.json"
    forms = [Path(folder) / f"form{suffix}" for suffix in (".csv", ".md", ".ndjson", ".txt", ".trace.json", ".html")]
    done = run("analyze", "-v", "--unmatched", unmatched, "-o", "-", *(word for form in forms for word in ("-o", form)), *options, bundle)
    outputs = {"report": done.stdout, "messages": done.stderr, "unmatched": unmatched.read_bytes(),
               **{form.name: form.read_bytes() for form in forms}}
    # A page keeps a text in pieces; all else of it is the same whatever the report says.
    outputs["form.html"] = pages.said(outputs["form.html"].decode()).encode()
    question = ["--agent", agent, "--at", at]
    for words in (["info", "-v"], ["info", "--json"], ["explain", *question], ["explain", "--json", *question]):
        done = run(*words, *options, bundle)
        outputs[" ".join(words)] = done.stdout + done.stderr
    outputs.update(stories(folder, json.loads(outputs["report"])))
    return outputs


def stories(folder, report):
    """What is told of a report that is there already: of one agent, and of one finding."""
    path = Path(folder) / "again.json"
    path.write_text(json.dumps(report))
    asked = [["timeline", "--agent", a["agent"], path] for a in report["agents"][:1]]
    for finding in report["findings"][:1]:
        asked += [["explain", finding["id"], path], ["render", "--finding", finding["id"], path]]
    return {" ".join(words[:-1]): run(*words).stdout for words in asked}


def found_in(outputs, originals):
    """(output, original, where) for each that stands somewhere as a word of its own, whatever its case."""
    found = []
    for name, data in outputs.items():
        text = data.decode(errors="replace").lower()
        for original in originals:
            at = -1
            while (at := text.find(original.lower(), at + 1)) >= 0:
                end = at + len(original)
                # Digits inside a longer number (an offset) are another number, "anne" in a "banner" is nobody.
                around = text[max(0, at - 1):at], text[end:end + 1]
                if original.isdigit() and any(c.isdigit() for c in around) or original.isalpha() and any(c.isalpha() for c in around):
                    continue
                found.append((name, original, text[max(0, at - 50):end + 30]))
                break
    return found


class Temporary(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="boshscope-redact-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path


# --------------------------------------------------------------------------------------------------------- secrets

CARRIERS = [
    '<auth xmlns="urn:ietf:params:xml:ns:xmpp-sasl" mechanism="PLAIN">{}</auth>',
    '<body rid="1" sid="f382a015"><response xmlns="urn:ietf:params:xml:ns:xmpp-sasl">{}</response></body>',
    "Authorization: Basic {}", "AUTHORIZATION : Bearer {}", "{{authorization=[Basic {}], host=[fin1]}}",
    "cookie=[JSESSIONID={}]", "Set-Cookie: JSESSIONIDSSO={}; Path=/", "GET /finesse/api;jsessionid={}?a=b",
    "<password>{}</password>", '<user password="{}" id="7"/>', '{{"password" : "{}"}}', '{{\\"password\\":\\"{}\\"}}',
    "{{&quot;password&quot;:&quot;{}&quot;}}", "/j_security_check?j_username=7&j_password={}", "passwd={}", "Pwd: {}",
    "access_token={}&x=y", '"refresh_token":"{}"', "id_token={}", "Bearer {}", "?code={}&state=1", "password%3D{}",
    "client_secret={}", "SAMLResponse={}", "<accessToken>{}</accessToken>", "[password=two words {}]",
    '"password": ["{}"]', '<param name="password" value="{}"/>', "https://admin:{}@fin1/", "token=Bearer {}", "password\\u003d{}",
]
WEB = "%010d: 10.10.20.5: Jun 17 2017 10:%02d:%02d.000 +0000: %%CCBU_%s: %s\n"


class Secrets(Temporary):
    def setUp(self):
        super().setUp()
        self.random, self.secrets, self.seconds = random.Random(6), [], 0

    def secret(self):
        """As credentials look: base64, long enough to be one's own."""
        value = "".join(self.random.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") for _ in range(20)) + "1x7"
        self.secrets.append(value)
        return value

    def carrier(self):
        for pattern in CARRIERS:
            yield pattern.format(self.secret())

    def web(self, thread, text):
        self.seconds += 1
        return WEB % (self.seconds, self.seconds // 60 % 60, self.seconds % 60, thread, text)

    def web_log(self):
        """Records that rules match, with fields; that none matches; their continuation lines; a line before them."""
        templates = [
            ("CTI_CONNECTION_LOST", "Worker-1-3-CTI_CONNECTION_LOST: %[peer=10.10.10.11][error=refused {}]: Lost connection"),
            ("event", "Worker-1-3-UNABLE_TO_CONNECT_TO_XMPP_SERVER: %[error={}]: Unable to connect"),
            ("request", "pool-8-thread-1-6-MESSAGE_TO_CTI_SERVER: %[cti_message=Invoke id :24 , agentstate : 1, reason code: 255, "
             "forceflag :1, agenttext: 1001003, agentid: 1001003, {}][MARKER=x]: Message going to the backend cti server"),
            ("presence", "Smack Listener Processor (1)-6-PRESENCE_NOTIFICATION_RECIEVED: %[FROM JID=1001003@fin1.ucce.local/desktop]"
             "[PRESENCE_TYPE=unavailable]: Finesse received a presence notification {}"),
            ("unmatched", "exec-3-6-SOMETHING_NEW: %[x=y]: {}"),
            ("trace", "exec-3-3-WARN: %[]: failed\njava.lang.IllegalStateException: {}\n\tat com.cisco.A.b(A.java:1)\nCaused by: {}"),
            ("memory", "exec-3-3-ERROR: %[]: failed\njava.lang.OutOfMemoryError: Java heap space {}"),
        ]
        lines = [next(self.carrier()) + "\n"]
        for _, template in templates:
            for carrier in self.carrier():
                lines.append(self.web("", template).replace("%CCBU_: ", "%CCBU_").replace("{}", carrier))
        return "".join(lines)

    def notification_log(self):
        templates = [
            "Session (id=f382a015) was last active 63231 ms ago: 1001003@fin1.ucce.local/desktop {}",
            "Closing idle session (id=f382a015): 1001003@fin1.ucce.local/desktop\nafter inactivity for more than threshold value of 60 {}",
            "HTTPBindLog: HTTP RECV(f382a015): <body rid='7' sid='f382a015' type='terminate'>{}</body>",
            "Unable to route packet. No session is available so store offline. <message to='1001003@fin1.ucce.local'><body>{}</body></message>",
            "Error parsing user request. [10.1.2.3] {}", "nobody knows {}", "{} - nobody knows", "INFO [{}]: org.x.Y - a thread",
            "WARN  [main]: {} - a logger",
        ]
        lines = []
        for template in templates:
            for carrier in self.carrier():
                self.seconds += 1
                stamp = f"2017.06.17 10:{self.seconds // 60 % 60:02}:{self.seconds % 60:02}"
                lines.append(f"{stamp} {template.format(carrier)}\n")
        return "".join(lines)

    def other_logs(self):
        carriers = list(self.carrier())
        self.write("logs/cli00001.log", "".join(
            f"2017-06-17 10:00:00,123 INFO [main] sdMain.main - running command -> [utils service restart Cisco Tomcat {c}]\n" for c in carriers))
        carriers = list(self.carrier())
        self.write("logs/CiscoSyslog", "".join(
            f"Jun 17 10:00:00 fin1 local7 1 : 62: fin1.ucce.local: Jun 17 2017 10:00:00.476 UTC : %UC_SERVICEMANAGER-2-ServiceFailed: "
            f"%[ServiceName=Cisco Tomcat][Reason={c}][NodeID=fin1]: Service terminated.\n" for c in carriers))
        self.write("logs/system-history.log", "".join(f"06/17/2017 10:00:00 | root: Boot {c} Start\n" for c in self.carrier()))

    def names(self):
        for pattern in ("debug password={}.log", "info;jsessionid={}.log", "access_token={}/error.log", "Bearer {}.zip.txt"):
            self.write("logs/" + pattern.format(self.secret()), "2017.06.17 10:00:00 Openfire stopped\n")
        path = self.folder / "logs" / f"password={self.secret()}.zip"
        with zipfile.ZipFile(path, "w") as packed:
            packed.writestr(f"Desktop-webservices.password={self.secret()}.log", "no log at all\n")

    def test_no_output_holds_one(self):
        self.write("logs/Desktop-webservices.2017-06-17T09-59-00.123.log", self.web_log())
        self.write("logs/debug.log", self.notification_log())
        self.other_logs()
        self.names()
        for options in ((), ("--redact",)) if FEW else ((), ("--max-evidence-bytes", "300"), ("--redact",)):
            outputs = all_outputs(self.folder, self.folder / "logs", *options)
            self.assertEqual(found_in(outputs, self.secrets), [], options)
        self.assertGreater(len(self.secrets), 400)
        self.assertIn("cti_connection_lost", outputs["report"].decode().lower())

    def test_what_the_user_typed(self):
        path = self.write(f"password={self.secret()}/info.log", "2017.06.17 10:00:00 Openfire stopped\n")
        self.assertEqual(found_in(all_outputs(self.folder, path.parent), self.secrets), [])

    def test_counted_whatever_the_cut(self):
        path = self.write("debug.log", self.notification_log())
        many = self.write("many.log", "".join(f"2017.06.17 10:00:0{i % 10} x {'y' * (i * 37 % 5000)} password=p{i}q\n" for i in range(3000)))
        # A log that is named and not read: its lines are asked for secrets alone, also a long one and the last.
        realm = self.write("realm.log", "".join(
            f"{i}: Jun 17 2017 10:00:00.000 +0000: [main] INFO CCRealmConfig.finesseAuthenticate(): user {i} {'z' * (i * 911 % 3000)} pwd=p{i}q\n"
            for i in range(2000)) + "x" * 1500000 + " password=unseen\npassword=last")
        # Lines that are cut, before the first record, in records and behind what the limits leave of them.
        cut = self.write("cut.log", "orphan pwd=o1x\n" * 5 + "".join(
            f"2017.06.17 10:00:{i % 60:02} a.B - {'x' * (i * 997 % 700)} pwd=p{i}q\n" + f"more {'y' * 270} pwd=c{i}d\nmore pwd=d{i}e\n" * (i % 40)
            for i in range(200)))
        for options in ((), ("--chunk-bytes", "1"), ("--chunk-bytes", "300"), ("--chunk-bytes", "4096", "--threads", "4", "--max-record-bytes", "256")):
            found = [(d["code"], d["count"], d["line"]) for d in report_of("--max-line-bytes", "256", *options, cut)["diagnostics"]
                     if d["code"] == "BS315"]
            self.assertEqual(found, [("BS315", sum(i % 40 for i in range(200)) + sum(i * 997 % 700 < 225 for i in range(200)) + 5, 1)], options)
        for log, expected in ((path, None), (many, [("BS315", 3000, 1)]), (realm, [("BS315", 2001, 1)])):
            told = None
            for options in ((), ("--threads", "1"), ("--threads", "8", "--chunk-bytes", "3000"), ("--chunk-bytes", "100")):
                report = report_of(*options, log)
                codes = [d for d in report["diagnostics"] if d["code"].startswith("BS31")]
                self.assertTrue(told is None or codes == told, (options, codes, told))
                told = codes
            if expected:
                self.assertEqual([(d["code"], d["count"], d["line"]) for d in told], expected)


# ------------------------------------------------------------------------------------------------------- redaction

PEOPLE = """\
0000000001: fin1.acme.test: Jun 17 2017 10:00:00.000 +0000: %CCBU_Smack Listener Processor (1)-6-PRESENCE_NOTIFICATION_RECIEVED: %[FROM JID=o\\27brien.mary@fin1.acme.test/desktop][PRESENCE_TYPE=unavailable]: Finesse received a presence notification
0000000002: fin1.acme.test: Jun 17 2017 10:00:00.100 +0000: %CCBU_exec-1-6-USER: %[agentName=Wilhelmina Featherstonehaugh][loginId=O'Brien.Mary][extension=48151]: a user
0000000003: fin1.acme.test: Jun 17 2017 10:00:00.200 +0000: %CCBU_exec-1-6-XMPP_PUBLISH_ASYNCHRONOUS: %[NodeId=/finesse/api/User/O'Brien.Mary][Payload=<Update><data><user><firstName>Wilhelmina</firstName><lastName>Featherstonehaugh</lastName><extension>48151</extension><teamName>Blue Whales</teamName></user></data></Update>]: published
0000000004: fin1.acme.test: Jun 17 2017 10:00:00.300 +0000: %CCBU_exec-1-6-DIALOG: %[x=&lt;Dialog&gt;&lt;fromAddress&gt;+14085550123&lt;/fromAddress&gt;&lt;toAddress&gt;48162&lt;/toAddress&gt;&lt;callVariable1&gt;Cardholder Zebulon&lt;/callVariable1&gt;&lt;/Dialog&gt;][dialedNumber=18005550199]: a call
0000000005: fin1.acme.test: Jun 17 2017 10:00:00.400 +0000: %CCBU_exec-1-6-NOTE: %[]: mail of featherstonehaugh went to w.featherstonehaugh@mail.acme.test from 10.77.8.9 and 2001:db8:77::9 by FIN1.ACME.TEST, see http://fin1.acme.test:8445/finesse/api/User/o%27brien.mary and 00:1a:2b:3c:4d:5e
0000000006: fin1.acme.test: Jun 17 2017 10:01:00.000 +0000: %CCBU_pool-8-thread-1-6-MESSAGE_TO_CTI_SERVER: %[cti_message=Invoke id :24 , agentstate : 1, workmode : 0, reason code: 255, forceflag :1, agentcapacity: 1, agenttext: O'Brien.Mary, agentid: O'Brien.Mary][agentName=Wilhelmina Featherstonehaugh]: Message going to the backend cti server
0000000007: fin1.acme.test: Jun 17 2017 10:01:01.000 +0000: %CCBU_exec-1-3-CTI_CONNECTION_LOST: %[peer=ctipg.acme.test][error=host fin1 said no to wilhelmina]: Lost connection with the CTI server
0000000008: fin1.acme.test: Jun 17 2017 10:01:02.000 +0000: %CCBU_exec-1-6-CHAT: %[]: <message from="o\\27brien.mary@fin1.acme.test/Old Laptop" to="zeb@fin1.acme.test"><body>my pin is on the fridge</body></message>
0000000009: fin1.acme.test: Jun 17 2017 10:01:03.000 +0000: %CCBU_exec-1-6-DESK: %[]: seen at Wolfram77@WolfDen01.acme.test on SEP001122334455, card 00:11:22:33:44:55 or 9C-8E-99-11-22-33, by wolfden01 and wolfden01:7 behind wolfram77%40wolfden01.acme.test
0000000010: fin1.acme.test: Jun 17 2017 10:01:04.000 +0000: %CCBU_exec-1-6-PROFILE: %[]: C:\\Users\\hildegard\\Desktop and file:///home/kunigunde/x, java.net.UnknownHostException: bluebird: Name or service not known
0000000011: fin1.acme.test: Jun 17 2017 10:01:05.000 +0000: %CCBU_exec-1-6-BIND: %[ext=48173]: CN=Adalbert Stifter,OU=Kreditkarten,DC=acme,DC=test
"""
PEOPLES_WORDS = [
    "o'brien.mary", "o\\27brien", "o%27brien", "brien", "fin1.acme.test", "acme", "fin1", "wilhelmina", "featherstonehaugh", "48151", "48162",
    "14085550123", "18005550199", "zebulon", "blue whales", "10.77.8.9", "2001:db8:77::9", "00:1a:2b:3c:4d:5e", "ctipg", "fridge", "mail.acme",
    "zeb@", "north-site", "globex", "wolfram", "wolfden", "sep00", "001122334455", "00:11:22", "9c-8e", "hildegard", "kunigunde", "bluebird",
    "adalbert", "stifter", "kreditkarten", "48173",
]


def names_in(report):
    """Whom and what a plain report knows by name."""
    names = {a["agent"] for a in report["agents"]} | {i["node"] for i in report["inputs"]}
    for session in report["sessions"]:
        names |= {session["jid"], session["node"], session["agent"], *session["client_ips"]}
        names |= {event.get(key) for event in session["timeline"] for key in ("jid", "agent", "client_ip")}
    for name in [n for n in names if n and "@" in n and "/" in n]:
        names |= {name.partition("@")[0], name.partition("@")[2].split("/")[0]}
    # A JID before sign-in is domain/SID; ids of sessions stay.
    return {n for n in names if n and len(n) > 2 and n.lower() not in SERVICES and n != "127.0.0.1"}


def without_names(finding):
    return tuple(json.dumps(finding.get(key)) for key in ("kind", "rule", "severity", "sid", "start", "end", "confidence", "cause", "outcome",
                                                          "aftermath", "sessions", "window_ms", "shape", "count", "timing", "peak_idle_ms"))


class Redaction(Temporary):
    def setUp(self):
        super().setUp()
        self.key = self.write("key", "0123456789abcdef" * 2)

    def people(self):
        self.write("globex/north-site/Agent_O'Brien.Mary.txt", "client log\n")
        self.write("globex/fin1.acme.test/2017-06-17_10-30-00/Desktop-webservices.2017-06-17T09-59-00.123.log", PEOPLE)
        return self.folder / "globex"

    def check(self, bundle, extra=()):
        plain, redacted = report_of(bundle), report_of("--redact-key", self.key, bundle)
        forced = [f for f in plain["findings"] if f["agent"]] or [{"agent": "nobody", "end": "2017-06-16T18:47Z"}]
        outputs = all_outputs(self.folder, bundle, "--redact-key", self.key, agent=forced[0]["agent"], at=forced[0]["end"])
        originals = names_in(plain) | set(extra)
        self.assertEqual(found_in(outputs, originals), [], bundle)
        self.assertEqual(collections.Counter(map(without_names, plain["findings"])),
                         collections.Counter(map(without_names, redacted["findings"])), bundle)
        self.assertEqual([f["start"] for f in plain["findings"]], [f["start"] for f in redacted["findings"]])
        for block in ("summary", "rules", "product", "exit_status", "complete"):
            self.assertEqual(plain[block], redacted[block], (bundle, block))
        self.assertEqual(plain["diagnosis"]["verdict"], redacted["diagnosis"]["verdict"])
        self.assertEqual((plain["options"]["redact"], redacted["options"]["redact"]), (False, True))
        some = {key: value[:MOST_ITEMS] if isinstance(value, list) else value for key, value in redacted.items()}
        self.assertEqual(schema_errors("boshscope-report-1", some), [])
        return plain, redacted, outputs

    def check_map(self, plain, redacted, bundle):
        """The map says who is who: with it the plain report's names are found again."""
        path = self.folder / "map.json"
        done = run("analyze", "--redact-key", self.key, "--redact-map", path, bundle)
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600, done.stderr)
        known = json.loads(path.read_text())
        self.assertEqual(known["schema"], "boshscope.redact-map/1")
        self.assertEqual(schema_errors("boshscope-redact-map-1", known), [])
        shown = {e["original"].lower(): e["pseudonym"] for e in known["entries"]}
        self.assertEqual(sorted(shown[a["agent"].lower()] for a in plain["agents"]), sorted(a["agent"] for a in redacted["agents"]))
        self.assertEqual(sorted(shown[n.lower()] for n in {i["node"] for i in plain["inputs"] if i["node"]}),
                         sorted({i["node"] for i in redacted["inputs"] if i["node"]}))

    def bundles(self):
        found = sorted((ROOT / "testdata/bundles").glob("*.tgz")) + sorted((ROOT / "testdata/logs").iterdir())
        found += [p for p in sorted((ROOT / "testdata/broken").iterdir()) if p.is_dir()]
        return found[::9] if FEW else found

    def test_testdata(self):
        for bundle in self.bundles():
            with self.subTest(bundle=bundle.name):
                plain, redacted, _ = self.check(bundle)
                self.check_map(plain, redacted, bundle)

    def test_generator(self):
        configs = {name: generator.options_of(name) for name in ("names", "everything", "both", "modern")}
        if FEW:
            configs = {"few": Options.parse(["minutes=25", "agents=12", "ids=names", "disasters=clean_stop"])}
        for name, options in configs.items():
            with self.subTest(bundle=name):
                folder = self.folder / name
                folder.mkdir()
                bundle = generate.generate(zlib.crc32(name.encode()) % 1000, folder, options)
                agents = json.loads((folder / "truth.json").read_text())["agents"]
                self.check(bundle, {a for a in agents if len(a) > 2} | {urllib.parse.quote(a) for a in agents if len(a) > 2})

    def test_peoples_data(self):
        bundle = self.people()
        outputs = all_outputs(self.folder, bundle, "--redact-key", self.key, agent="o\\27brien.mary@fin1.acme.test", at="2017-06-17T10:01Z")
        self.assertEqual(found_in(outputs, PEOPLES_WORDS), [])
        self.assertIn("YES", outputs["explain --agent o\\27brien.mary@fin1.acme.test --at 2017-06-17T10:01Z"].decode())
        # What tells of nobody is still there to be read.
        for words in ("reason code: 255, forceflag :1", "MESSAGE_TO_CTI_SERVER", "said no to"):
            self.assertIn(words, outputs["report"].decode())

    def test_same_name_however_it_stands(self):
        bundle, unmatched = self.people(), self.folder / "unmatched.json"
        run("analyze", "-q", "--redact-key", self.key, "--unmatched", unmatched, bundle)
        shapes = {s["shape"].partition(":")[0]: s for s in json.loads(unmatched.read_text())["shapes"]}
        words = shapes["DESK"]["example"]["text"].split()
        host = words[words.index("at") + 1].split("@")[1]
        short = host.split(".")[0]
        self.assertIn(f"by {short} and {short}:7 behind", " ".join(words))
        self.assertTrue(words[-1].endswith("%40" + host), words[-1])
        # As in the plain report a shape has no name, not even a pseudonym.
        self.assertNotRegex(" ".join(s["shape"] for s in shapes.values()), r"(agent|person|host|number)-[a-z]{10}")

    def test_no_shape_is_another(self):
        """The shapes count what those of the plain report count."""
        counts = []
        for options in ((), ("--redact",)):
            run("analyze", "-q", *options, "--unmatched", self.folder / "u", ROOT / "testdata/logs/live-1", "-o", self.folder / "r")
            counts.append([(s["count"], s["example"]["line"]) for s in json.loads((self.folder / "u").read_text())["shapes"]])
        self.assertEqual(*counts)

    def test_a_name_that_is_cut(self):
        begin = "0000000001: fin1.acme.test: Jun 17 2017 10:00:00.000 +0000: %CCBU_exec-1-6-LONG: %[agentid=wilhelmina]: "
        for kept in range(2, 11):
            text = begin.ljust(256 - kept - 1, "x") + " wilhelmina\n"
            bundle = self.write("logs/Desktop-webservices.2017-06-17T09-59-00.123.log", text)
            for options in ((), ("--redact",)):
                outputs = all_outputs(self.folder, bundle, "--max-evidence-bytes", "256", *options)
                self.assertEqual(found_in(outputs, [" " + "wilhelmina"[:kept] + '"']) == [], bool(options), kept)

    def test_asked_by_the_pseudonym(self):
        bundle = ROOT / "testdata/bundles/active_1497638824642.tgz"
        pseudonym = next(f["agent"] for f in report_of("--redact-key", self.key, bundle)["findings"] if f["kind"] == "forced_logout")
        answers = [run("explain", "--json", "--redact-key", self.key, "--agent", who, "--at", "2017-06-16T18:47Z", bundle).stdout
                   for who in ("1001003", pseudonym, pseudonym.upper())]
        self.assertEqual(answers[0].replace(b"\n", b""), answers[1].replace(b"\n", b""))
        self.assertEqual(json.loads(answers[2])["answer"], "yes")

    def test_an_agent_whom_nobody_knows(self):
        bundle = ROOT / "testdata/bundles/active_1497638824642.tgz"
        done = run("explain", "--redact", "--agent", "Wilhelmina", "--at", "2017-06-16T18:47Z", bundle)
        self.assertEqual(found_in({"page": done.stdout + done.stderr}, ["wilhelmina"]), [])

    def volatile(self, report):
        report = dict(report)
        report.pop("run")
        return report

    def test_the_key_decides(self):
        bundle = ROOT / "testdata/bundles/active_1497638824642.tgz"
        first = self.volatile(report_of("--redact-key", self.key, bundle))
        for options in (("--threads", "1"), ("--threads", "4", "--chunk-bytes", "5000"), ()):
            self.assertEqual(first, self.volatile(report_of("--redact-key", self.key, *options, bundle)))
        other = self.write("other", "fedcba9876543210")
        agents = [{a["agent"] for a in report_of(*options, bundle)["agents"]}
                  for options in (("--redact-key", other), ("--redact",), ("--redact",), ("--redact-key", self.key))]
        self.assertEqual(len(set.union(*agents)), 4 * len(agents[0]))
        # The same agent in another bundle.
        again = report_of("--redact-key", self.key, ROOT / "testdata/broken/late_state_event")
        self.assertIn(again["agents"][0]["agent"], agents[3])

    def test_prefixes_stay(self):
        report, plain = report_of("--redact-key", self.key, ROOT / "testdata/logs/live-1"), report_of(ROOT / "testdata/logs/live-1")

        def shared(reports_sessions):
            ips = [s["client_ips"][0].split(".") for s in reports_sessions if s["client_ips"]]
            return [next((n for n in range(4) if a[n] != b[n]), 4) for a in ips for b in ips]
        by_sid = {s["sid"]: s for s in report["sessions"]}
        self.assertEqual(shared(plain["sessions"]), shared([by_sid[s["sid"]] for s in plain["sessions"]]))

    def test_keys_and_maps_that_cannot_be(self):
        bundle = ROOT / "testdata/broken/late_state_event"
        short, link = self.write("short", "0123456789abcde"), self.folder / "link"
        link.symlink_to(self.write("target", "precious"))
        for options, status, words in (
                (("--redact-key", short), 2, "at least 16 bytes"), (("--redact-key", self.folder / "none"), 1, "No such file"),
                (("--redact-map", "-"), 2, "file of its own"), (("-o", self.folder / "r", "--redact-map", self.folder / "r"), 2, "file of its own"),
                (("--redact-key", self.key, "--redact-map", self.key), 2, "that is the key"), (("--redact-map", link), 1, "symbolic"),
                (("--redact-key", self.key, "-o", self.key), 2, "that is the key"),
                (("--redact-key", self.key, "--unmatched", self.key), 2, "that is the key"),
                (("--redact-map", self.folder / "no/map"), 1, "No such file")):
            done = run("analyze", *options, bundle)
            self.assertEqual((done.returncode, words in done.stderr.decode()), (status, True), (options, done.stderr))
        self.assertEqual((self.folder / "target").read_text(), "precious")
        self.assertEqual(self.key.read_text(), "0123456789abcdef" * 2)

    def test_map_takes_an_old_files_place(self):
        path = self.write("map.json", "old")
        path.chmod(0o644)
        run("info", "--redact-map", path, ROOT / "testdata/broken/late_state_event")
        self.assertEqual((stat.S_IMODE(path.stat().st_mode), json.loads(path.read_text())["schema"]), (0o600, "boshscope.redact-map/1"))


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *[a for a in sys.argv[2:] if a != "--few"]])
