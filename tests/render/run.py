#!/usr/bin/env python3
"""What people look at: every form of a report, and what is asked of a report that is there already.

    run.py PROGRAM [--update] [--small] [unittest options, such as -k csv]

The story of the source document and a report full of hostile texts (nasty() below) are written in every form and compared
with the files in golden/, where --update writes them anew; LOOK at what changed. Besides, each form is held against its
own rules by other readers: Markdown by cmark-gfm, CSV and JSON by Python, events by jq and lnav, tracks by a check of
what Perfetto asks for. A reader that is not installed skips its test. --small leaves out the measured ones, for builds
with sanitizers.
"""
import csv
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from io import StringIO
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
GOLDEN = HERE / "golden"
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE))
import page as pages  # noqa: E402

try:
    import jsonschema
except ImportError:
    jsonschema = None

PROGRAM = str(Path(sys.argv[1]).resolve())
UPDATE, SMALL = "--update" in sys.argv, "--small" in sys.argv
ENVIRONMENT = {**{key: value for key, value in os.environ.items() if key != "BOSHSCOPE_RULES"}, "TZ": "Asia/Kolkata"}
BUNDLE = ROOT / "testdata/bundles/active_1497638824642.tgz"
STORY = ROOT / "testdata/logs/source-document"
SUFFIXES = {"csv": ".csv", "html": ".html", "md": ".md", "ndjson": ".ndjson", "text": ".txt", "trace": ".trace.json"}
# What drives a terminal, turns the direction of writing, breaks the line or hides; \n ends our own lines.
HARMFUL = {*range(0, 10), *range(11, 32), 127, *range(0x80, 0xa0), 0x61c, 0x200b, 0x200e, 0x200f, *range(0x2028, 0x202f),
           *range(0x2060, 0x2070), 0xfeff, 0xfff9, 0xfffa, 0xfffb, *range(0xe0000, 0xe0080)}
NASTY = ["<script>alert(1)</script>", "](javascript:alert(1))", "\x1b[31mred\x1b[0m\x07", "\u202egnp.exe\u202c", "\U0001f600 \U0001f468\u200d\U0001f469",
         "=1+1", "-2+3", "+1", "@SUM(A1)", "\t=tab", "a|b`c``d```e*f_g~h$i$", "# title", "- item", "1. one", "> quote", "\n\n## block\n\n<b>x</b>",
         "www.example.com http://example.com/x a@example.com #12 @someone", "![x](http://example.com/y.png)", "\"quoted\", 'single'",
         "nul\0inside", "&lt;&#60;&copy;", "x" * 300, "line\r\nbreak", "<!-- c -->", "[a]: http://example.com", "```\ncode\n```"]


def run(*args, **more):
    return subprocess.run([PROGRAM, *map(str, args)], env={**ENVIRONMENT, **more.pop("env", {})}, timeout=300,
                          **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more})


def nasty(report):
    """The same report where everything that comes from logs says something nasty, each in its turn."""
    turn = iter(NASTY * 10000)

    def spoil(value, keep):
        if isinstance(value, list):
            return [spoil(v, keep) for v in value]
        if isinstance(value, dict):
            return {key: v if key in keep else spoil(v, keep) for key, v in value.items()}
        if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", value):
            return next(turn)
        return value

    whole = ("schema", "run", "options", "ruleset", "clock", "summary")
    words = ("kind", "severity", "confidence", "status", "level", "family", "step", "after", "event", "verdict", "sid", "id")
    names = {agent["agent"]: next(turn) for agent in report["agents"]}
    spoilt = {key: value if key in whole else spoil(value, words) for key, value in report.items()}
    # One agent is one agent everywhere.
    for before, after in zip(report["findings"] + report["agents"] + report["sessions"],
                             spoilt["findings"] + spoilt["agents"] + spoilt["sessions"]):
        if before["agent"]:
            after["agent"] = names[before["agent"]]
    return spoilt


def unversioned(text):
    """What a new version or rule changes is of no interest here."""
    return re.sub(r"boshscope \d+\.\d+\.\d+, rules \S+ \S+ (\\)?\(sha256 [0-9a-f]+(\\)?\)", "boshscope V, rules R", text)


def laid_out(block):
    """A column a line, so that a difference can be read."""
    lines = []
    for key, value in json.loads(block).items():
        columns = value.items() if isinstance(value, dict) else [("", value)]
        lines += [f"{key} {column} {json.dumps(content)}" for column, content in columns]
    return re.sub(r"boshscope \d+\.\d+\.\d+", "boshscope V", re.sub(r'(rules  )"[^"]*"', r"\1R", "\n".join(lines) + "\n"))


class Forms(unittest.TestCase):
    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = Path(temporary.name)
        done = run("analyze", "-q", "-o", "story.json", "logs", cwd=cls.with_logs())
        assert done.returncode == 0, done.stderr
        cls.story = json.loads((cls.folder / "story.json").read_text())
        (cls.folder / "nasty.json").write_text(json.dumps(nasty(cls.story), indent=1))

    @classmethod
    def with_logs(cls):
        """The story's logs under a name that is the same everywhere."""
        shutil.copytree(STORY, cls.folder / "logs", ignore=shutil.ignore_patterns("*.md"))
        return cls.folder

    def render(self, *args, **more):
        done = run("render", *args, cwd=self.folder, **more)
        self.assertEqual((done.returncode, done.stderr), (0, b""), done.stderr)
        return done.stdout.decode()

    def golden(self, name, text):
        path, text = GOLDEN / name, unversioned(text)
        if UPDATE:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(text.encode())
        self.assertEqual(text, path.read_bytes().decode(), f"golden/{name} differs")

    def test_golden(self):
        for report in ("story", "nasty"):
            for form, suffix in SUFFIXES.items():
                with self.subTest(report=report, form=form):
                    text = self.render("-f", form, f"{report}.json")
                    if form == "html":
                        suffix, text = ".html.txt", laid_out(pages.block(text))
                    self.golden(report + suffix, text)

    def test_golden_of_one(self):
        finding = next(f for f in self.story["findings"] if f["kind"] == "forced_logout")
        for form in ("text", "md"):
            suffix = SUFFIXES[form]
            with self.subTest(form=form):
                self.golden("agent" + suffix, self.render("-f", form, "--agent", "1001003", "--zone", "server", "story.json"))
                self.golden("finding" + suffix, self.render("-f", form, "--finding", finding["id"], "story.json"))
                self.golden("nasty_finding" + suffix, self.render("-f", form, "--finding", finding["id"], "nasty.json"))

    def test_golden_stories(self):
        finding = next(f for f in self.story["findings"] if f["kind"] == "forced_logout")
        for name, args in {"timeline.txt": ["timeline", "--agent", "1001003", "--zone", "+05:30", "story.json"],
                           "session.txt": ["timeline", "--session", finding["sid"], "story.json"],
                           "nasty_session.txt": ["timeline", "--session", finding["sid"], "nasty.json"],
                           "explain.txt": ["explain", finding["id"], "story.json"],
                           "nasty_explain.txt": ["explain", finding["id"], "nasty.json"],
                           "diff.txt": ["diff", "story.json", "nasty.json"],
                           "diff.json": ["diff", "--json", "story.json", "nasty.json"]}.items():
            with self.subTest(name=name):
                done = run(*args, cwd=self.folder)
                self.assertEqual((done.returncode, done.stderr), (0, b""))
                self.golden(name, re.sub(r"[0-9a-f]{64}", "SHA", done.stdout.decode()))
                if name.endswith(".txt"):
                    self.no_harm(done.stdout.decode())

    def no_harm(self, text):
        self.assertEqual({hex(ord(c)) for c in text if ord(c) in HARMFUL}, set())

    def test_long_names(self):
        """An agent of 64 KiB: whole for programs, cut for people."""
        name = "\u00e9" * 32768
        (self.folder / "long.json").write_text(json.dumps(self.story).replace('"1001003"', json.dumps(name)))
        for form in SUFFIXES:
            text = self.render("-f", form, "long.json")
            if form in ("text", "md"):
                self.assertLess(max(map(len, text.splitlines())), 2000)
            else:
                self.assertIn(name, text, form)
        self.assertIn(name[:30], self.render("-f", "text", "--agent", name, "long.json"))

    # ------------------------------------------------------------- text, md

    def test_text_stays_text(self):
        for form in ("text", "md"):
            for args in ([], ["--finding", self.story["findings"][0]["id"]]):
                self.no_harm(self.render("-f", form, *args, "nasty.json"))

    def test_a_note_is_short(self):
        one = self.render("--agent", "1001003", "story.json").splitlines()
        self.assertLessEqual(sum(bool(line) for line in one), 36)
        self.assertLessEqual(len(self.render("story.json").splitlines()), 60)

    @unittest.skipUnless(shutil.which("cmark-gfm"), "cmark-gfm is not installed")
    def test_markdown_makes_nothing_of_it(self):
        for args in ([], ["--finding", next(f["id"] for f in self.story["findings"] if f["kind"] == "forced_logout")]):
            page = self.render("-f", "md", *args, "nasty.json")
            html = subprocess.run(["cmark-gfm", "--unsafe", "-e", "table", "-e", "autolink", "-e", "strikethrough", "-e", "tasklist"], input=page.encode(),
                                  stdout=subprocess.PIPE, check=True).stdout.decode()
            tags = set(re.findall(r"<(/?[a-z][a-z0-9]*)", html))
            self.assertLessEqual(tags, {"h1", "/h1", "h2", "/h2", "ul", "/ul", "li", "/li", "strong", "/strong", "code", "/code", "p", "/p"})
            self.assertEqual(html.count("<h1>"), 1)

    @unittest.skipUnless(shutil.which("cmark-gfm"), "cmark-gfm is not installed")
    def test_markdown_links_to_what_the_rules_say(self):
        page = self.render("-f", "md", "--agent", "1001003", "story.json")
        html = subprocess.run(["cmark-gfm", "-e", "autolink"], input=page.encode(), stdout=subprocess.PIPE, check=True).stdout.decode()
        links = {link for f in self.story["findings"] for link in f["links"]}
        self.assertTrue(links)
        self.assertLessEqual(set(re.findall(r'href="([^"]*)"', html)), links)

    def test_the_source_documents_story_reads_right(self):
        note = self.render("--agent", "1001003", "--zone", "server", "story.json")
        for words in ("agent 1001003", "f382a015", "idle_closure", "2017-06-17 00:16:04.000 +05:30", "2017-06-17 00:17:04.633 +05:30",
                      "+60.0 s", "reason code 255", "Closing idle session", "Next steps", "https://www.cisco.com/"):
            self.assertIn(words, note)

    def changed(self, name, **blocks):
        (self.folder / name).write_text(json.dumps({**self.story, **blocks}))
        return name

    def test_a_note_says_what_it_does_not_show(self):
        """Nobody must take a window, a cut log or a run that was stopped for all there is."""
        window = {**self.story["options"], "from": "2017-06-16T18:45:00.000Z"}
        gap = {"node": "fin1", "family": "notification", "from": "2017-06-16T18:45:00.000Z", "to": "2017-06-16T18:46:00.000Z", "seconds": 60}
        missing = {**self.story["coverage"], "missing": ["webservices"], "gaps": [gap] * 9}
        nobody = [{**agent, "agent": "7"} for agent in self.story["agents"][:1]]
        asked = self.changed("asked.json", options=window)
        cut = self.changed("cut.json", complete=False, exit_status=5, coverage=missing, agents=nobody, findings=[])
        stopped = self.changed("stopped.json", complete=False, exit_status=130)
        for args in ([], ["--agent", "1001003"], ["-f", "md"]):
            self.assertIn("only findings from 2017-06-16 18:45:00.000 UTC on", self.render(*args, asked).replace("\n            ", " "))
            self.assertIn("interrupted", self.render(*args, stopped))
        for told in (["timeline", "--agent", "1001003", stopped], ["explain", self.story["findings"][0]["id"], stopped]):
            self.assertIn(b"NO: the run was interrupted", run(*told, cwd=self.folder).stdout)
        diff = run("diff", "story.json", stopped, cwd=self.folder).stdout
        self.assertIn(b"the new report is not complete", diff)
        self.assertNotIn(b"the old report is not complete", diff)
        self.assertIn("18:45:00.000 UTC on", run("timeline", "--agent", "1001003", asked, cwd=self.folder).stdout.decode())
        self.assertEqual(json.loads(pages.block(self.render("-f", "html", asked)))["window"], [1497638700000, None])
        self.assertIn({"name": "from", "before": None, "after": window["from"]},
                      json.loads(run("diff", "--json", "story.json", asked, cwd=self.folder).stdout)["changes"])
        note = self.render("--agent", "7", cut)
        for words in ("see what was missing below", "nothing was found of this agent in what was read and shown, which is not all",
                      "no logs of webservices", "and 5 more in the report"):
            self.assertIn(words, note)
        whole = self.render("--agent", "7", self.changed("whole.json", agents=nobody, findings=[],
                                                         diagnosis={**self.story["diagnosis"], "verdict": "none"}, coverage={**missing, "missing": [], "gaps": []}))
        self.assertIn("nothing was found of this agent\n", whole)
        note = self.render(cut).splitlines()
        self.assertLess(next(n for n, line in enumerate(note) if line.startswith("Complete")), 6)

    def test_a_note_of_one_agent_is_short_and_whole(self):
        """On one screen, and nothing of what a case asks for is left out."""
        record, line = next(f for f in self.story["findings"] if f["kind"] == "forced_logout")["evidence"][-1], r"\.log:7"
        for form in ("text", "md"):
            note = self.render("--agent", "1001003", "-f", form, "story.json")
            self.assertTrue(10 <= len(note.splitlines()) <= 30, note)
            for words in (r"What\W+forced logout", r"Who\W+agent 1001003, session f382a015", r"When\W+2017-06-16 18:46:04\.630 UTC", r"server's clock is at \+05:30",
                          r"Cause\W+idle\\?_closure: The web service", r"\+73\.2 s\W+the server closed the session as idle", r"\+630 ms\W+the web service learned",
                          line + r"\W+0000001066: 10\.10\.20\.5: Jun 17", "Next steps", "https://www.cisco.com/", r"With it\W+session closed as idle", "boshscope 0", "rules finesse", "logs"):
                self.assertRegex(note, words)
            self.assertIn(record["text"][:80], note)

    def test_what_is_not_quoted_is_counted(self):
        """In the report and in every form that lists records."""
        run("analyze", "-q", "--max-evidence", "2", "-o", self.folder / "few.json", STORY)
        few = json.loads((self.folder / "few.json").read_text())
        for whole, cut in zip(self.story["findings"], few["findings"], strict=True):
            count = len(whole["evidence"])
            self.assertEqual(cut.get("evidence_total"), count if count > 2 else None)
            self.assertNotIn("evidence_total", whole)
        forced = next(f for f in few["findings"] if f["kind"] == "forced_logout")
        left = forced["evidence_total"] - 2
        self.assertGreater(left, 0)
        for form in ("text", "md"):
            self.assertIn(f"- and {left} more\n", self.render("--finding", forced["id"], "-f", form, "few.json"))
        self.assertIn(f"; and {left} more", self.render("-f", "csv", "few.json"))
        self.assertIn(f'"evidence_total": {forced["evidence_total"]}', self.render("-f", "ndjson", "few.json"))
        self.assertIn(f"and {left} more", run("explain", forced["id"], "few.json", cwd=self.folder).stdout.decode())

    def test_page_and_note_use_the_same_words(self):
        """Of kinds, causes and steps: what one calls a mass disconnect is no loss to the other."""
        script = (ROOT / "src/render/html/words.js").read_text()
        source = (ROOT / "src/render/words.c").read_text() + (ROOT / "src/report/steps.c").read_text()
        for table, names in (("KINDS", "kinds"), ("CAUSES", "causes"), ("STEP_NAMES", "steps")):
            page = dict(re.findall(r'(\w+): "([^"]+)"', script[script.index(f"const {table} = "):].split("};")[0]))
            note = source[source.index(f" {names}[] = "):].split("};")[0]
            note = dict(re.findall(r'\{ "(\w+)",(?: EVENT_\w+,)?\s+"([^"]+)" \}', note))
            self.assertGreater(len(note), 5)
            self.assertEqual({name: page.get(name) for name in note}, note)

    def test_an_agents_own_story_comes_first(self):
        own = next(f for f in self.story["findings"] if f["kind"] == "forced_logout")
        burst = {**own, "id": "b0", "kind": "mass_disconnect", "severity": "critical", "agent": None, "agents": ["7", "1001003"], "timing": []}
        self.changed("burst.json", findings=[burst, *self.story["findings"]])
        note = self.render("--agent", "1001003", "burst.json")
        self.assertIn(f"What        forced logout ({own['id']})", note)
        self.assertIn("mass disconnect: 2 agents", note[note.index("Also found"):])

    def test_a_burst_says_who_and_where(self):
        own = next(f for f in self.story["findings"] if f["kind"] == "forced_logout")
        burst = {**own, "kind": "mass_disconnect", "severity": "critical", "agent": None, "agents": list("12345"), "scope": "10.1.2.0/24"}
        note = self.render(self.changed("who.json", findings=[burst]))
        self.assertIn("mass disconnect: 5 agents (1, 2, 3 and 2 more) of 10.1.2.0/24", note.replace("\n                                              ", " "))

    def test_files_of_one_name_are_told_apart(self):
        """Two servers' logs have the same names."""
        twins = [{**one, "path": f"logs!fin{place % 2}/{place // 2}.log"} for place, one in enumerate(self.story["inputs"])]
        self.changed("twins.json", inputs=twins)
        record = next(f for f in self.story["findings"] if f["kind"] == "idle_closure")["evidence"][-1]
        place = twins[record["input"]]["path"]
        for form, words in {"csv": f"{place}:{record['line']}", "text": place, "ndjson": json.dumps(place)}.items():
            args = ["--agent", "1001003"] if form == "text" else []
            self.assertIn(words, self.render("-f", form, *args, "twins.json"), form)

    def test_arithmetic_of_whole_seconds(self):
        """Where the window is missed by less than the stamps tell, the page says why that is as expected."""
        finding = next(f for f in self.story["findings"] if f["kind"] == "forced_logout")
        for after, words in {60010: "60.010 s; expected 60.000 s to 62.000 s: as expected\n",
                             59967: "59.967 s; expected 60.000 s to 62.000 s: as expected, the stamps being good to a second\n"}.items():
            step = {"step": "presence_logout", "at": finding["end"], "after_ms": after, "expected_ms": [60000, 62000], "ok": True, "after": "closure"}
            self.changed("near.json", findings=[{**finding, "timing": [step]}])
            told = run("explain", finding["id"], "near.json", cwd=self.folder).stdout.decode()
            self.assertIn(words.replace("\n", ""), re.sub(r"\n +", " ", told))

    # ------------------------------------------------------------------ csv

    def test_csv_is_a_table_without_formulas(self):
        text = self.render("-f", "csv", "nasty.json")
        self.assertEqual(text.count("\r\n"), len(self.story["findings"]) + 1)
        self.assertEqual(text.replace("\r\n", "").count("\n"), 0)
        rows = list(csv.reader(StringIO(text, newline=""), strict=True))
        self.assertEqual({len(row) for row in rows}, {len(rows[0])})
        for cell in (cell for row in rows for cell in row):
            self.assertNotIn(cell[:1], tuple("=+-@\t\r"), cell)
            self.no_harm(cell)
        self.assertIn("'+1", text)

    def test_csv_knows_a_formula_in_disguise(self):
        for name in ("\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20SUM(A1)", "  =1+1", "\t=1"):
            text = json.dumps(self.story).replace('"1001003"', json.dumps(name))
            (self.folder / "disguise.json").write_text(text)
            rows = list(csv.DictReader(StringIO(self.render("-f", "csv", "disguise.json"), newline="")))
            self.assertEqual({row["agent"][:1] for row in rows}, {"'"}, name)

    def test_csv_says_what_the_report_says(self):
        rows = list(csv.DictReader(StringIO(self.render("-f", "csv", "story.json"), newline="")))
        for row, finding in zip(rows, self.story["findings"], strict=True):
            for key in ("id", "kind", "severity", "confidence", "node", "agent", "sid", "start", "end", "cause", "why"):
                self.assertEqual(row[key], finding.get(key) or "", key)

    # ----------------------------------------------------------------- html

    def test_a_page_holds_its_data_in_one_block(self):
        for report in ("story", "nasty"):
            page = self.render("-f", "html", f"{report}.json")
            block = pages.block(page)
            self.assertEqual({c for c in block if c in "<>&\u2028\u2029"}, set())
            self.assertEqual(page.count("</script>"), 2)
            # All else is the same whatever the report says.
            around = page.replace(block, "")
            self.assertEqual(around, self.render("-f", "html", "story.json").replace(pages.block(self.render("-f", "html", "story.json")), ""))

    def test_a_page_says_what_the_report_says(self):
        for report in ("story", "nasty"):
            written = json.loads((self.folder / f"{report}.json").read_text())
            data = json.loads(pages.block(self.render("-f", "html", f"{report}.json")))
            texts = pages.texts(data)
            self.assertEqual(data["findings"]["id"], [f["id"] for f in written["findings"]])
            self.assertEqual([texts[n] for n in data["findings"]["why"]], [f["why"] for f in written["findings"]])
            self.assertEqual([[texts[data["records"]["text"][n]] for n in numbers] for numbers in data["findings"]["evidence"]],
                             [[e["text"] for e in f["evidence"]] for f in written["findings"]])
            self.assertEqual(data["agents"]["name"], [a["agent"] for a in written["agents"]])
            self.assertEqual(data["cut"], [])

    def test_of_one_agent_alone(self):
        data = json.loads(pages.block(self.render("-f", "html", "--agent", "1001003", "--zone", "server", "story.json")))
        self.assertEqual((data["agents"]["name"], data["zone"]), (["1001003"], "server"))
        finding = self.story["findings"][-1]["id"]
        data = json.loads(pages.block(self.render("-f", "html", "--finding", finding, "story.json")))
        self.assertEqual((data["agents"]["name"], data["findings"]["id"]), (["1001003"], [finding]))
        data = json.loads(pages.block(self.render("-f", "html", "--zone", "-03:30", "story.json")))
        self.assertEqual((data["zone"], data["fixed"]), ("fixed", -210))

    # --------------------------------------------------------------- ndjson

    def test_each_event_is_a_line(self):
        for report in ("story", "nasty"):
            lines = self.render("-f", "ndjson", f"{report}.json").splitlines()
            events = [json.loads(line) for line in lines]
            times = [event["datetime"] for event in events]
            self.assertEqual(times, sorted(times))
            for event in events:
                self.assertTrue(event["message"] and event["timestamp_desc"])
                self.assertFalse([key for key, value in event.items() if isinstance(value, (dict, list))])
        wanted = sum(e["time"] is not None for s in self.story["sessions"] for e in s["timeline"])
        wanted += sum(e["time"] is not None for a in self.story["agents"] for e in a["timeline"])
        wanted += sum(e["time"] is not None for e in self.story["server_events"]) + len(self.story["findings"])
        self.assertEqual(len(lines), wanted)

    @unittest.skipUnless(shutil.which("jq"), "jq is not installed")
    def test_jq_reads_the_events(self):
        for report in ("story", "nasty"):
            lines = self.render("-f", "ndjson", f"{report}.json")
            said = subprocess.run(["jq", "-r", "[.datetime, .timestamp_desc, (.message | length > 0)] | @tsv"], input=lines.encode(),
                                  stdout=subprocess.PIPE, check=True).stdout.decode()
            self.assertEqual(len(said.splitlines()), len(lines.splitlines()))
            self.assertNotIn("false", said)

    @unittest.skipUnless(shutil.which("lnav"), "lnav is not installed")
    def test_lnav_reads_the_events(self):
        env = {**os.environ, "HOME": str(self.folder), "XDG_CONFIG_HOME": str(self.folder / "config"), "TERM": "dumb"}
        (self.folder / "config").mkdir()

        def lnav(*args):
            return subprocess.run(["lnav", *map(str, args)], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120).stdout.decode()

        self.assertIn("installed", lnav("-i", ROOT / "src/render/lnav/boshscope_log.json"))
        for report in ("story", "nasty"):
            events = self.folder / f"{report}.ndjson"
            events.write_text(self.render("-f", "ndjson", f"{report}.json"))
            count = lnav("-n", "-c", ";SELECT count(*) AS n FROM boshscope_log", "-c", ":write-csv-to -", events)
            self.assertEqual(count.split()[-1], str(len(events.read_text().splitlines())), count)
        said = lnav("-n", "-c", ";SELECT agent, log_level, idle_ms FROM boshscope_log WHERE idle_ms = 63231 AND type = 'session'",
                    "-c", ":write-csv-to -", self.folder / "story.ndjson")
        self.assertIn("1001003,info,63231", said)
        said = lnav("-n", "-c", ";SELECT event, log_level FROM boshscope_log WHERE type = 'finding'", "-c", ":write-csv-to -", self.folder / "story.ndjson")
        self.assertIn("forced_logout,error", said)

    # ---------------------------------------------------------------- trace

    def test_tracks_are_nested(self):
        """What Perfetto asks for: on a track slices lie inside or beside each other."""
        done = run("analyze", "-q", "-f", "trace", BUNDLE)
        for text in (done.stdout.decode(), *(self.render("-f", "trace", f"{report}.json") for report in ("story", "nasty"))):
            trace = json.loads(text)
            tracks, names = {}, set()
            for event in trace["traceEvents"]:
                self.assertIn(event["ph"], "XiM")
                self.assertTrue({"name", "pid", "tid"} <= event.keys())
                key = event["pid"], event["tid"]
                if event["ph"] == "X":
                    self.assertGreaterEqual(event["dur"], 0)
                    tracks.setdefault(key, []).append((event["ts"], event["ts"] + event["dur"], event["cat"]))
                elif event["ph"] == "i":
                    self.assertIn(event["s"], "tp")
                    names.add(event["name"])
                elif event["name"] == "thread_name":
                    names.add(key)
            for key, slices in tracks.items():
                self.assertIn(key, names, "a track without a name")
                open_until = []
                for begin, end, kind in slices:
                    while open_until and open_until[-1] <= begin:
                        open_until.pop()
                    self.assertTrue(not open_until or end <= open_until[-1], (key, begin, end, kind))
                    open_until.append(end)
                self.assertEqual([kind for _, _, kind in slices].count("session"), 1)
            self.assertTrue(tracks)
            self.assertIn("forced_logout", names)

    # ---------------------------------------------------------------- zones

    def test_whose_time(self):
        for zone, time_shown in {"utc": "18:47:04.633 UTC", "server": "2017-06-17 00:17:04.633 +05:30", "+02:00": "20:47:04.633 +02:00",
                                 "-0330": "15:17:04.633 -03:30", "local": "00:17:04.633 +05:30"}.items():
            for form in ("text", "md"):
                self.assertIn(time_shown, self.render("-f", form, "--zone", zone, "story.json"), zone)
            stamp = time_shown.split()[-2] + time_shown.split()[-1].replace("UTC", "Z")
            self.assertIn(stamp, self.render("-f", "csv", "--zone", zone, "story.json"), zone)
        self.assertIn("13:47:04.633 -05:00", self.render("--zone", "local", "story.json", env={"TZ": "EST5"}))
        why = {**self.story["diagnosis"], "why": ["2017-06-16T18:47:04.633Z: 5 of 12, 2017-06-16T18:47:04.633 and 1Z"]}
        self.assertIn("2017-06-17 00:17:04.633 +05:30: 5 of 12, 2017-06-16T18:47:04.633 and 1Z",
                      self.render("--zone", "server", self.changed("why.json", diagnosis=why)).replace("\n            ", " "))
        done = run("render", "--zone", "mars", "story.json", cwd=self.folder)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"--zone 'mars'", done.stderr)

    def test_a_server_whose_clock_is_not_known(self):
        report = {**self.story, "clock": {**self.story["clock"], "openfire_utc_offset": None}}
        (self.folder / "unknown.json").write_text(json.dumps(report))
        note = self.render("--zone", "server", "unknown.json")
        self.assertIn("the server's clock is not known", note)
        self.assertIn("18:47:04.633 UTC", note)


class Commands(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)

    def here(self, *args, **more):
        return run(*args, cwd=self.folder, **more)

    def refused(self, *args, words):
        done = self.here(*args)
        self.assertEqual((done.returncode, done.stdout), (2, b""), done.stderr)
        self.assertTrue(done.stderr.startswith(b"boshscope: "), done.stderr)
        self.assertIn(words.encode(), done.stderr)

    def test_at_once_and_later(self):
        (self.folder / "elsewhere").mkdir()
        names = ["r.json", "elsewhere/f.csv", "n.md", "e.ndjson", "n.txt", "p.html", "elsewhere/s.trace.json"]
        done = self.here("analyze", "-q", "--zone", "server", *(word for name in names for word in ("-o", name)), BUNDLE)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"", b""))
        self.assertEqual(json.loads((self.folder / "r.json").read_text())["schema"], "boshscope.report/1")
        for name in names[1:]:
            later = f"later-{Path(name).name}"
            done = self.here("render", "--zone", "server", "r.json", "-o", later)
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"", b""))
            self.assertEqual((self.folder / later).read_bytes(), (self.folder / name).read_bytes(), name)
        with open(self.folder / "r.json", "rb") as file:
            self.assertEqual(self.here("render", "--zone", "server", "-", stdin=file).stdout, (self.folder / "n.txt").read_bytes())

    def test_which_form(self):
        self.here("analyze", "-q", "-o", "r.json", BUNDLE)
        for args, begin in {("-f", "csv"): b'"id"', ("-f", "md"): b"# ", ("-f", "html"): b"<!DOCTYPE html>", ("-f", "text"): b"== boshscope", ("-f", "ndjson"): b'{"message"',
                            ("-f", "trace"): b'{\n  "displayTimeUnit"', (): b"== boshscope"}.items():
            self.assertTrue(self.here("render", *args, "r.json").stdout.startswith(begin), args)
        self.assertTrue(self.here("analyze", "-q", BUNDLE).stdout.startswith(b'{\n  "schema"'))
        # A name that says nothing is -f's, or as it was before there were forms.
        self.here("analyze", "-q", "-f", "md", "-o", "a", "-o", "b.csv", BUNDLE)
        self.here("analyze", "-q", "-o", "c.out", BUNDLE)
        self.here("render", "-o", "D.MD", "-o", "e.Trace.Json", "r.json")
        self.assertEqual([(self.folder / name).read_bytes()[:4] for name in ("a", "b.csv", "c.out", "D.MD", "e.Trace.Json")],
                         [b"# bo", b'"id"', b'{\n  ', b"# bo", b'{\n  '])

    def test_usage(self):
        self.here("analyze", "-q", "-o", "r.json", BUNDLE)
        for command in (["analyze", BUNDLE], ["render", "r.json"]):
            self.refused(*command, "-o", "x.md", "-o", "./x.md", words="given twice")
            self.refused(*command, "-o", "-", "-o", "/dev/stdout", words="given twice")
            self.refused(*command, "-f", "pdf", words="csv")
            self.refused(*command, "-f", "md", "-o", "x.csv", words="chooses another form")
            self.refused(*command, *(f"-ox{i}" for i in range(17)), words="at most 16")
        self.refused("render", "r.json", "-o", "r.json", words="the bundle itself")
        self.refused("render", "r.json", "-f", "json", words="json is what")
        self.refused("render", "r.json", "--agent", "nobody", words="knows no agent 'nobody'")
        self.refused("render", "r.json", "--finding", "nothing", words="knows no finding 'nothing'")
        self.refused("render", "--agent", "", "r.json", words="--agent")
        self.refused("render", words="no REPORT.json given")
        self.refused("render", "r.json", "r.json", words="too much")
        self.refused("timeline", "r.json", words="say whose story")
        for redact in (["--redact"], ["--redact-map", "map.json"]):  # it would show the names that are there
            self.refused("timeline", "--agent", "1001003", *redact, "r.json", words="pseudonyms are made where a bundle is read")
            self.refused("explain", *redact, "ecea90af59c7", "r.json", words="pseudonyms are made where a bundle is read")
        self.refused("timeline", "--agent", "1001003", "--session", "f382a015", "r.json", words="give one of them")
        self.refused("render", "--agent", "1001003", "--finding", "ecea90af59c7", "r.json", words="give one of them")
        self.refused("timeline", "--agent", "nobody", "r.json", words="knows nothing of agent nobody")
        self.refused("timeline", "--agent", "nobody", BUNDLE, words="knows nothing of agent nobody")
        self.refused("timeline", "--agent", "1001003", "--from", "noon", "r.json", words="--from")
        self.refused("explain", "nothing", "r.json", words="knows no finding 'nothing'")
        self.refused("diff", "r.json", words="no NEW.json given")
        self.assertEqual(sorted(os.listdir(self.folder)), ["r.json"])

    def test_what_is_no_report(self):
        """A clear error, and what was there stays there."""
        self.here("analyze", "-q", "-o", "r.json", BUNDLE)
        (self.folder / "old.md").write_text("old")
        whole = (self.folder / "r.json").read_bytes()
        report = json.loads(whole)
        bad = {"cut": (whole[:len(whole) // 2], "ends too early"), "empty": (b"", "ends too early"), "text": (b"2017.06.17 hello\n", "no report"),
               "list": (b"[]", "no report"), "info": (b'{"schema": "boshscope.info/1"}', "is no report"), "none": (b"{}", "schema is missing"),
               "newer": (json.dumps({**report, "schema": "boshscope.report/2"}).encode(), "boshscope.report/2"),
               "binary": (bytes(range(256)), "is not JSON"), "bytes": (whole.replace(b"openfire", b"open\xfffire", 1), "is not UTF-8"), "behind": (whole + b"{}", "text after the end"),
               "type": (json.dumps({**report, "findings": {}}).encode(), "findings must be an array"),
               "place": (whole.replace(b'"input": 1,', b'"input": 4711,'), "not listed")}
        for name, (data, words) in bad.items():
            path = f"{name}.json"
            (self.folder / path).write_bytes(data)
            with self.subTest(name=name):
                for command in (["render", path, "-o", "old.md"], ["render", "-f", "csv", path], ["timeline", "--agent", "1001003", path],
                                ["explain", "ecea90af59c7", path], ["diff", "r.json", path], ["diff", path, "r.json"]):
                    self.refused(*command, words=words)
        self.refused("render", "missing.json", words="No such file")
        for command in (["render", BUNDLE], ["render", str(ROOT / "testdata")], ["explain", "ecea90af59c7", BUNDLE], ["diff", "r.json", BUNDLE]):
            self.refused(*command, words="'boshscope analyze' makes a report of logs")
        self.assertEqual((self.folder / "old.md").read_text(), "old")

    def test_cut_anywhere(self):
        self.here("analyze", "-q", "-o", "r.json", STORY)
        whole = (self.folder / "r.json").read_bytes()
        for n in range(0, len(whole) - 2, len(whole) // 60):
            done = self.here("render", "-f", "ndjson", "-", input=whole[:n])
            self.assertEqual((done.returncode, done.stdout), (2, b""), n)

    def test_whole_or_not_at_all(self):
        self.here("analyze", "-q", "-o", "r.json", BUNDLE)
        done = self.here("render", "r.json", "-o", "n.md", "-o", "/dev/full", "-f", "text")
        self.assertEqual(done.returncode, 1)
        done = self.here("render", "r.json", "-o", "n2.md", "-o", "none/n.csv")
        self.assertEqual(done.returncode, 1)
        self.assertFalse((self.folder / "n2.md").exists())
        self.assertFalse([name for name in os.listdir(self.folder) if "tmp" in name])

    def test_bundle_and_report_tell_one_story(self):
        self.here("analyze", "-q", "-o", "r.json", BUNDLE)
        for args in (["--agent", "1001003"], ["--session", "f382a015", "--zone", "server"],
                     ["--agent", "1001009", "--from", "2017-06-16T18:50Z", "--to", "2017-06-16T18:51Z"]):
            told = self.here("timeline", "-q", *args, BUNDLE)
            self.assertEqual((told.returncode, told.stderr), (0, b""))
            self.assertEqual(told.stdout, self.here("timeline", *args, "r.json").stdout)
        self.assertEqual(min(re.findall(rb"18:5\d:\d\d", told.stdout)), b"18:50:04")
        self.assertLessEqual(max(re.findall(rb"18:5\d:\d\d", told.stdout)), b"18:51:00")
        self.assertIn(b"presence_logout", self.here("timeline", "--session", "f382a015", "r.json").stdout)

    def test_a_time_beyond_the_logs(self):
        for args in (["--from", "2017-06-16T19:30Z"], ["--to", "2017-06-16T17:00Z"]):
            report = json.loads(self.here("analyze", "-q", *args, BUNDLE).stdout)
            self.assertEqual(report["findings"], [])
            self.assertEqual((report["diagnosis"]["verdict"], report["diagnosis"]["confidence"]), ("undetermined", "low"))

    def test_diff(self):
        self.here("analyze", "-q", "-o", "new.json", BUNDLE)
        self.here("analyze", "-q", "--to", "2017-06-16T18:48", "-o", "old.json", BUNDLE)
        same = json.loads(self.here("diff", "--json", "new.json", "new.json").stdout)
        self.assertEqual(same, {"schema": "boshscope.diff/1", "changes": [], "new": [], "gone": [], "changed": []})
        old, new = (json.loads((self.folder / name).read_text()) for name in ("old.json", "new.json"))
        ids = [{f["id"] for f in report["findings"]} for report in (old, new)]
        for first, second, came, went in (("old", "new", *ids[::-1]), ("new", "old", *ids)):
            diff = json.loads(self.here("diff", "--json", f"{first}.json", f"{second}.json").stdout)
            if jsonschema:
                jsonschema.validate(diff, json.loads((ROOT / "include/boshscope-diff-1.schema.json").read_text()))
            self.assertEqual({f["id"] for f in diff["new"]}, came - went)
            self.assertEqual({f["id"] for f in diff["gone"]}, went - came)
            self.assertEqual(diff["changed"], [])
        new["findings"][0]["severity"] = "critical"
        new["findings"][0]["samples"] = 99
        (self.folder / "other.json").write_text(json.dumps(new))
        diff = json.loads(self.here("diff", "--json", "new.json", "other.json").stdout)
        self.assertEqual([(f["id"], [c["name"] for c in f["changes"]]) for f in diff["changed"]], [(new["findings"][0]["id"], ["severity", "samples"])])

    def test_it_is_not_for_others(self):
        """Confined or not, the same comes out: no form needs what is given up."""
        self.here("analyze", "-q", "-o", "r.json", BUNDLE)
        done = self.here("analyze", "-q", "--zone", "local", "-f", "text", BUNDLE)
        self.assertEqual(done.stdout, self.here("analyze", "-q", "--no-confine", "--zone", "local", "-f", "text", BUNDLE).stdout)


@unittest.skipIf(SMALL, "measured without sanitizers")
class Big(unittest.TestCase):
    """2 000 agents and 50 000 events: a second and 128 MiB for any form."""

    def test_fast_and_small(self):
        with tempfile.TemporaryDirectory() as folder:
            report, big = Path(folder) / "r.json", Path(folder) / "big.json"
            run("analyze", "-q", "-o", report, BUNDLE)
            # In a process of its own: a child's peak is at first that of its parent.
            with open(big, "wb") as file:
                subprocess.run([sys.executable, HERE / "make_big.py", report, "2000", "50000"], stdout=file, check=True)
            for form in SUFFIXES:
                with self.subTest(form=form), open(os.devnull, "wb") as null:
                    began = time.monotonic()
                    program = subprocess.Popen([PROGRAM, "render", "-f", form, big], env=ENVIRONMENT, stdout=null)
                    _, status, usage = os.wait4(program.pid, 0)
                    program.returncode = os.waitstatus_to_exitcode(status)
                    self.assertEqual(program.returncode, 0)
                    # A loaded machine may take its time: the program's own is what counts.
                    self.assertLess(usage.ru_utime + usage.ru_stime, 1.0, f"{time.monotonic() - began:.2f} s in all")
                    self.assertLess(usage.ru_maxrss, 128 * 1024)
            for agents, events, cut in ((2000, 50000, 0), (2500, 90000, 2)):
                with open(big, "wb") as file:
                    subprocess.run([sys.executable, HERE / "make_big.py", report, str(agents), str(events)], stdout=file, check=True)
                page = run("render", "-f", "html", big).stdout
                self.assertLess(len(page), 5_000_000)
                data = json.loads(pages.block(page.decode()))
                self.assertEqual(len(data["cut"]), cut, data["cut"])
                self.assertEqual(len(data["agents"]["name"]), 2000)
                self.assertLessEqual(len(data["events"]["at"]) + len(data["web"]["at"]), 65000)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]] + [word for word in sys.argv[2:] if word not in ("--update", "--small")])
