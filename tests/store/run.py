#!/usr/bin/env python3
"""Reports as tables for a database: `boshscope store`, its schemas and its SQL.

    run.py PROGRAM [--few] [unittest options, such as -k redact]

Every line is held against its schema, against the form ndjson and against the report; the ten questions of
src/store/sql/questions.sql are asked for real, of SQLite (which Python brings) and, where `npm ci` in tests/store has
been run, of DuckDB by its own loading statements, and their answers held against what the reports say.
--few takes few reports: under a sanitizer they take ten times as long.
"""

import collections
import json
import os
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

try:
    import jsonschema
except ImportError:
    jsonschema = None

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = str(Path(sys.argv[1]).resolve())
FEW = "--few" in sys.argv
ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "BOSHSCOPE_RULES"}
BUNDLE = ROOT / "testdata/bundles/active_1497638824642.tgz"
SQL = ROOT / "src/store/sql"
TABLES = ("events", "findings")
SCHEMAS = {table: json.loads((ROOT / f"include/boshscope-store-{table}-1.schema.json").read_text()) for table in TABLES}
PART = re.compile(r"(events|findings)/day=([0-9]{4}-[0-9]{2}-[0-9]{2})/[0-9a-f]{16}\.ndjson")
# What breaks quotes, lines, terminals, paths and queries.
EVIL = "\"'\\,;\n\r\t\0\x1b[31m\u2028\u202e</script>../../../etc/x day=1 %s \U0001f600 ' OR 1=1 --"


def run(*args, **more):
    more.setdefault("capture_output", True)
    return subprocess.run([PROGRAM, *map(str, args)], env=ENVIRONMENT, timeout=120, **more)


def analyzed(to, bundle, *options):
    done = run("analyze", "-q", *options, "-o", to, bundle)
    assert done.returncode == 0, done.stderr
    return json.loads(Path(to).read_text())


def parts(store):
    return {path.relative_to(store).as_posix(): path.read_bytes() for path in sorted(Path(store).rglob("*")) if path.is_file()}


def rows(store, table):
    """Each row, with the day of its partition as a database shows it."""
    for path, content in parts(store).items():
        match = PART.fullmatch(path)
        assert match, path
        if match.group(1) == table:
            for line in content.decode().split("\n")[:-1]:
                yield {"day": match.group(2), **json.loads(line)}


def questions():
    text = (SQL / "questions.sql").read_text()
    found = re.findall(r"^-- ([a-z_]+): .*\n((?:(?!--).*\n?)+)", text, re.M)
    return {name: query.strip() for name, query in found}


class Stored(unittest.TestCase):
    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = Path(temporary.name)

    def store(self, *operands, name="store", status=0):
        """A new store of these."""
        to = self.folder / name
        shutil.rmtree(to, ignore_errors=True)
        done = run("store", "--out", to, *operands)
        self.assertEqual(done.returncode, status, done.stderr)
        self.told = done.stderr.decode().splitlines()
        return to

    def check(self, store):
        """Every line is what its schema says, and lies where its time says."""
        for table in TABLES:
            validator = jsonschema.Draft202012Validator(SCHEMAS[table]) if jsonschema else None
            for row in rows(store, table):
                day = row.pop("day")
                self.assertEqual(list(row), SCHEMAS[table]["required"])
                self.assertEqual(row["time"][:10], day)
                if validator:
                    self.assertEqual([error.message for error in validator.iter_errors(row)], [])


    def harmless(self, store):
        for content in parts(store).values():
            self.assertFalse(re.search(rb"[\0-\x09\x0b-\x1f\x7f]", content))
            self.assertNotIn("\u202e".encode(), content)


class Rows(Stored):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.report = analyzed(cls.folder / "report.json", BUNDLE)

    def test_every_golden_report(self):
        operands = sorted(ROOT.glob("tests/cases/*/expected.json"))[:: 25 if FEW else 3]
        self.assertGreater(len(operands), 5)
        self.check(self.store(*operands))

    def test_rows_are_those_of_the_form_ndjson(self):
        store = self.store(self.folder / "report.json")
        form = [json.loads(line) for line in run("render", "-f", "ndjson", self.folder / "report.json").stdout.splitlines()]
        events = [line for line in form if line["type"] != "finding"]
        stored = list(rows(store, "events"))
        self.assertEqual(len(stored), len(events))
        for line, row in zip(events, stored):
            for name, value in line.items():
                if name not in ("datetime", "timestamp_desc", "file"):
                    # What a record calls its product is a field of its own.
                    held = row if name in row and name != "product" else json.loads(row["fields"])
                    self.assertEqual(held[name], value, name)
            self.assertEqual(row["time"], line["datetime"])
            self.assertTrue(row["input"].endswith(line["file"]))
        findings = [line["id"] for line in form if line["type"] == "finding"]
        self.assertEqual([row["finding_id"] for row in rows(store, "findings")], findings)

    def test_findings_are_the_reports(self):
        found = {row["finding_id"]: row for row in rows(self.store(self.folder / "report.json"), "findings")}
        self.assertEqual(set(found), {finding["id"] for finding in self.report["findings"]})
        addresses = {session["sid"]: session["client_ips"] for session in self.report["sessions"]}
        for finding in self.report["findings"]:
            row = found[finding["id"]]
            for name in set(row) & set(finding) - {"evidence", "agents", "missing"}:
                self.assertEqual(row[name], finding[name], name)
            self.assertEqual((row["start_time"], row["end_time"]), (finding["start"], finding["end"]))
            first = finding["evidence"][0]
            self.assertEqual(row["evidence"], len(finding["evidence"]))
            self.assertEqual((row["line"], row["offset"], row["text"]), (first["line"], first["offset"], first["text"]))
            self.assertEqual(row["input"], self.report["inputs"][first["input"]]["path"])
            self.assertEqual(row["report"], "report.json")
            if addresses.get(finding["sid"]):
                self.assertEqual(row["address"], addresses[finding["sid"]][0])
                self.assertEqual(row["site"], row["address"].rsplit(".", 1)[0] + ".0/24")

    def test_a_repeated_run_replaces_the_same_files(self):
        store = self.store(self.folder / "report.json")
        before = parts(store)
        self.assertEqual(run("store", "--out", store, self.folder / "report.json").returncode, 0)
        self.assertEqual(parts(store), before)
        again = self.folder / "again.json"
        analyzed(again, BUNDLE)
        self.assertEqual(run("store", "--out", store, again).returncode, 0)
        self.assertEqual(set(parts(store)), set(before))
        self.assertEqual([row["report"] for row in rows(store, "findings")], ["again.json"] * len(self.report["findings"]))

    def test_what_was_collected_twice_has_the_same_ids(self):
        copy = self.folder / "other.tgz"
        shutil.copy(BUNDLE, copy)
        analyzed(self.folder / "other.json", copy)
        unpacked = self.folder / "unpacked"
        unpacked.mkdir(exist_ok=True)
        subprocess.run(["tar", "xzf", BUNDLE, "-C", unpacked], check=True)
        (debug,) = unpacked.rglob("openfire/debug.log")
        analyzed(self.folder / "part.json", debug, "--tz", "+05:30")
        store = self.store(self.folder / "report.json", self.folder / "other.json")
        both = [row["event_id"] for row in rows(store, "events")]
        whole = [row["event_id"] for row in rows(self.store(self.folder / "report.json"), "events")]
        part = [row["event_id"] for row in rows(self.store(self.folder / "part.json"), "events") if row["node"]]
        self.assertEqual(len(set(whole)), len(whole))
        self.assertEqual(sorted(both), sorted(whole + whole))
        self.assertLess(set(part), set(whole))

    def test_what_happened_twice_in_a_second_is_two(self):
        report = json.loads((self.folder / "report.json").read_text())
        agent = next(agent for agent in report["agents"] if agent["timeline"])
        agent["timeline"].insert(0, agent["timeline"][0])
        (self.folder / "twice.json").write_text(json.dumps(report))
        ids = [row["event_id"] for row in rows(self.store(self.folder / "twice.json"), "events")]
        once = [row["event_id"] for row in rows(self.store(self.folder / "report.json"), "events")]
        self.assertEqual(len(set(ids)), len(ids))
        self.assertEqual(len(ids), len(once) + 1)
        self.assertLess(set(once), set(ids))

    def test_days_are_utc(self):
        report = json.loads((self.folder / "report.json").read_text())
        times = ["1969-12-31T23:59:59.999Z", "1970-01-01T00:00:00.000Z", "2017-06-16T23:59:59.999Z", "2017-06-17T00:00:00.000Z",
                 "0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"]
        report["agents"], report["sessions"], report["findings"] = [], [], []
        event = report["server_events"][0]
        report["server_events"] = [{**event, "time": time} for time in [*times, None]]
        (self.folder / "days.json").write_text(json.dumps(report))
        store = self.store(self.folder / "days.json")
        self.check(store)
        self.assertEqual(sorted(row["time"] for row in rows(store, "events")), sorted(times))

    def test_fields_without_a_column_are_kept(self):
        report = json.loads((self.folder / "report.json").read_text())
        event = next(agent for agent in report["agents"] if agent["timeline"])["timeline"][0]
        own = {"user": "x", "idle_ms": "many", "rid": 1.5, "jid": 7, "list": [1, {"a": EVIL}], "no": None, "event_id": "mine",
               'a\n"\\\x1b': EVIL}
        event.update(own)
        report["findings"][0].update({"window_ms": [1], "clean": "yes", "more": {"a": 1}})
        (self.folder / "own.json").write_text(json.dumps(report, ensure_ascii=False, indent=2))
        store = self.store(self.folder / "own.json")
        self.check(store)
        self.harmless(store)
        (row,) = [row for row in rows(store, "events") if row["fields"] and "mine" in row["fields"]]
        self.assertEqual(json.loads(row["fields"]), {key: value for key, value in own.items() if key != "no"})
        self.assertIsNone(row["idle_ms"])
        first = report["findings"][0]
        fields = next(json.loads(row["fields"]) for row in rows(store, "findings") if row["finding_id"] == first["id"])
        for name in ("window_ms", "clean", "more"):
            self.assertEqual(fields[name], first[name])

    def test_hostile_texts(self):
        # Ids of ours tell rows apart; times and numbers are none of the log's.
        keep = {"schema", "time", "start", "end", "at", "silent_since", "opened", "closed", "last_request", "first", "last",
                "from", "to", "started", "stopped", "severity", "confidence", "id", "openfire_utc_offset", "offset"}

        def spoiled(value, key=None):
            if isinstance(value, dict):
                return {name: spoiled(item, name) for name, item in value.items()}
            if isinstance(value, list):
                return [spoiled(item, key) for item in value]
            return EVIL if isinstance(value, str) and key not in keep else value

        (self.folder / "evil.json").write_text(json.dumps(spoiled(self.report)))
        store = self.store(self.folder / "evil.json")
        self.check(store)
        for table in TABLES:
            for row in rows(store, table):
                self.assertEqual(row["bundle"], EVIL)
        self.assertEqual({row["agent"] for row in rows(store, "findings")}, {EVIL})
        self.harmless(store)

    @unittest.skipUnless(shutil.which("jq"), "jq is not installed")
    def test_bulk_for_elasticsearch(self):
        readme = (ROOT / "README.md").read_text()
        program = re.search(r"jq -c --arg index \"boshscope-\$table\" '(.*)' \"\$file\"", readme).group(1)
        store = self.store(self.folder / "report.json")
        for path, content in parts(store).items():
            done = subprocess.run(["jq", "-c", "--arg", "index", "boshscope-x", program], input=content, capture_output=True, check=True)
            lines = [json.loads(line) for line in done.stdout.splitlines()]
            wanted = [json.loads(line) for line in content.splitlines()]
            self.assertEqual(lines[1::2], wanted)
            ids = [row.get("event_id") or row["finding_id"] for row in wanted]
            self.assertEqual(lines[0::2], [{"index": {"_index": "boshscope-x", "_id": name}} for name in ids])

    def test_redacted(self):
        report = analyzed(self.folder / "redacted.json", BUNDLE, "--redact")
        store = self.store(self.folder / "redacted.json")
        self.check(store)
        secrets = {agent["agent"] for agent in self.report["agents"]} | {"10.10.30.", "10.10.20.", "fin1.ucce.local"}
        for path, content in parts(store).items():
            for secret in secrets:
                self.assertNotIn(secret.encode(), content, path)
        self.assertTrue(all(row["redacted"] for row in rows(store, "events")))
        self.assertEqual(len(list(rows(store, "findings"))), len(report["findings"]))


class Operands(Stored):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reports = cls.folder / "reports"
        cls.reports.mkdir()
        for name in ("a", "b"):
            bundle = cls.folder / f"{name}.tgz"
            shutil.copy(BUNDLE, bundle)
            analyzed(cls.reports / f"{name}.json", bundle)
        (cls.folder / "broken.json").write_text((cls.reports / "a.json").read_text()[:5000])

    def names(self, store):
        return {row["report"] for row in rows(store, "events")}

    def test_a_folder(self):
        self.assertEqual(self.names(self.store(self.reports)), {"a.json", "b.json"})
        self.assertEqual(self.names(self.store(f"{self.reports}/")), {"a.json", "b.json"})

    def test_a_batch(self):
        """Its indexes say which reports count."""
        batch = self.folder / "batch"
        shutil.rmtree(batch, ignore_errors=True)
        good = self.folder / "good.tgz"
        shutil.copy(BUNDLE, good)
        done = run("analyze", "-q", "--out", batch, good)
        self.assertEqual(done.returncode, 0, done.stderr)
        (report,) = [path.name for path in batch.glob("*.json")]
        shutil.copy(self.reports / "a.json", batch / "stale.json")
        self.assertEqual(self.names(self.store(batch)), {report})
        index = (batch / "index.ndjson").read_text()
        line = json.loads(index)
        (batch / "index-1-of-2.ndjson").write_text(json.dumps({**line, "path": "other.tgz", "report": "stale.json"}) + "\n" + index)
        self.assertEqual(self.names(self.store(batch)), {report, "stale.json"})
        with open(batch / "index-1-of-2.ndjson", "a", encoding="utf-8") as file:
            file.write(json.dumps({**line, "path": "other.tgz", "report": None, "fault": "gone"}) + "\n" + index[:40])
        self.assertEqual(self.names(self.store(batch, status=5)), {report})
        self.assertEqual(self.told, ["boshscope: BS602: other.tgz: gone"])

    def test_what_an_index_cannot_name(self):
        """Nothing outside its folder, and no pipe; told as `merge` tells it."""
        batch = self.folder / "odd"
        batch.mkdir()
        shutil.copy(self.reports / "a.json", batch / "in.json")
        shutil.copy(self.reports / "b.json", self.folder / "out.json")
        os.mkfifo(batch / "pipe.json")
        os.mkfifo(batch / "index-0-of-1.ndjson")
        named = {"good": "in.json", "above": "../out.json", "rooted": f"{self.folder}/out.json", "dots": "..", "pipe": "pipe.json", "gone": "gone.json"}
        lines = [json.dumps({"path": path, "report": report, "exit_status": 0}) + "\n" for path, report in named.items()]
        (batch / "index.ndjson").write_text("".join(lines))
        self.assertEqual(self.names(self.store(batch, status=5)), {"in.json"})
        refused = [f"boshscope: BS602: {path}: has no report" for path in ("above", "rooted", "dots")]
        odd = [f"boshscope: BS601: {batch}/{name}: is no regular file" for name in ("index-0-of-1.ndjson", "pipe.json")]
        self.assertEqual(sorted(self.told[:-1]), sorted(refused + odd))
        self.assertIn(f"{batch}/gone.json", self.told[-1])
        merged = run("merge", "-f", "json", batch)
        self.assertEqual(merged.returncode, 5)
        self.assertEqual(set(merged.stderr.decode().splitlines()) & set(self.told), set(refused + odd))

    def test_one_that_is_no_report_does_not_stop_the_rest(self):
        done = run("store", "--out", self.folder / "store", self.folder / "broken.json", self.folder / "missing.json", self.reports)
        self.assertEqual(done.returncode, 5)
        self.assertEqual(len(done.stderr.splitlines()), 2)
        self.assertIn(b"broken.json", done.stderr)
        self.assertIn(b"missing.json", done.stderr)
        self.assertEqual(self.names(self.folder / "store"), {"a.json", "b.json"})

    def test_nothing_to_store(self):
        empty = self.folder / "empty"
        empty.mkdir(exist_ok=True)
        self.store(empty, status=1)
        self.assertEqual(self.told, [f"boshscope: BS601: {empty}: the folder holds no report"])
        self.store(self.folder / "broken.json", status=1)

    def test_standard_input(self):
        shutil.rmtree(self.folder / "store", ignore_errors=True)
        done = run("store", "--out", self.folder / "store", "-", input=(self.reports / "a.json").read_bytes())
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertEqual(self.names(self.folder / "store"), {None})

    def test_usage(self):
        for args, word in ((["a.json"], b"--out"), (["--out", "x"], b"REPORT"), (["--out", "", "x"], b"--out"), (["--frob"], b"--frob")):
            done = run("store", *args, cwd=self.folder)
            self.assertEqual(done.returncode, 2)
            self.assertIn(word, done.stderr)

    def test_what_cannot_be_written(self):
        (self.folder / "file").write_text("")
        done = run("store", "--out", self.folder / "file", self.reports)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"file", done.stderr)
        blocked = self.folder / "blocked"
        (blocked / "events").mkdir(parents=True, exist_ok=True)
        (blocked / "findings").write_text("")
        done = run("store", "--out", blocked, self.reports / "a.json")
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"findings", done.stderr)

    def test_nothing_half_is_left(self):
        store = self.store(self.reports)
        self.assertTrue(all(PART.fullmatch(path) for path in parts(store)))


class Questions(Stored):
    """Bundles of all kinds, one of which was collected twice, and one that is cut."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for case in ("live1", "cut_tgz", "stall", "power_cut", "source_document", "night", "ucce", "skew", "tar_corrupt"):
            source = ROOT / f"tests/cases/{case}/expected.json"
            report = json.loads(source.read_text())
            report["bundle"]["path"] = f"{case}.tgz"
            (cls.folder / f"{case}.json").write_text(json.dumps(report))
        analyzed(cls.folder / "demo.json", BUNDLE)
        shutil.copy(BUNDLE, cls.folder / "copy.tgz")
        analyzed(cls.folder / "copy.json", cls.folder / "copy.tgz")
        done = run("store", "--out", cls.folder / "store", cls.folder)
        assert done.returncode == 0, done.stderr
        cls.found = cls.once("findings", ("finding_id", "kind", "agent"))
        cls.happened = cls.once("events", ("event_id",))
        kinds = {row["kind"] for row in cls.found}
        assert {"mass_disconnect", "server_restart", "forced_logout", "idle_escalation"} <= kinds, kinds

    @classmethod
    def once(cls, table, key):
        """The rows that the views show, made here in another way."""
        ordered = sorted(rows(cls.folder / "store", table), key=lambda row: (not row["complete"], row["bundle"], row["report"]))
        seen = {}
        for row in ordered:
            seen.setdefault(tuple(row[name] for name in key), row)
        return list(seen.values())

    def group(self, key, where=lambda row: True, table=None):
        groups = collections.defaultdict(list)
        for row in self.found if table is None else table:
            if where(row) and row[key] is not None or key == "cause" and where(row):
                groups[row[key]].append(row)
        return groups

    @staticmethod
    def count(group, **wanted):
        return sum(all(row[name] == value for name, value in wanted.items()) for row in group)

    @staticmethod
    def distinct(group, name):
        return len({row[name] for row in group} - {None})

    def expected(self):
        """question: its answers, times left out."""
        logouts = self.group("agent", lambda row: row["kind"] == "forced_logout")
        lost = self.group("site", lambda row: row["kind"] in ("forced_logout", "idle_closure"))
        days = self.group("day")
        causes = self.group("cause", lambda row: row["kind"] == "forced_logout")
        closures = self.group("node", lambda row: row["kind"] == "idle_closure" and row["duration_ms"] is not None)
        sessions = self.group("agent", lambda row: row["type"] == "session", self.happened)
        silences = self.group("day", lambda row: row["kind"] == "idle_escalation")
        rules = collections.Counter((row["rule"], row["kind"]) for row in self.found if row["rule"])
        incomplete = [row for table in TABLES for row in rows(self.folder / "store", table) if not row["complete"]]
        return {
            "worst_agents": [(agent, len(group), self.distinct(group, "day"), self.distinct(group, "site")) for agent, group in
                             sorted(logouts.items(), key=lambda item: (-len(item[1]), item[0]))[:20]],
            "worst_sites": sorted(((site, self.distinct(group, "agent"), self.count(group, kind="idle_closure"), self.count(group, kind="forced_logout"))
                                   for site, group in lost.items()), key=lambda row: (-row[1], -row[2], row[0]))[:20],
            "trend_by_day": [(day, *(self.count(group, kind=kind) for kind in ("idle_closure", "forced_logout", "mass_disconnect", "server_restart")),
                              self.distinct(group, "agent")) for day, group in sorted(days.items())],
            "forced_logouts_by_cause": sorted(((cause, len(group), self.distinct(group, "agent"), self.count(group, resulting_reason=255))
                                               for cause, group in causes.items()), key=lambda row: (-row[1], row[0])),
            "silence_to_closure": [(node, len(group), statistics.median(row["duration_ms"] for row in group) / 1000,
                                    max(row["duration_ms"] for row in group) / 1000) for node, group in sorted(closures.items())],
            "bursts": sorted(((row["node"], row["cause"], row["shape"], row["scope"], row["sessions"], row["window_ms"], row["agents"])
                              for row in self.found if row["kind"] == "mass_disconnect"), key=repr),
            "sessions_per_agent": [(agent, self.distinct(group, "sid"), self.distinct(group, "day"), self.distinct(group, "address")) for agent, group in
                                   sorted(sessions.items(), key=lambda item: (-self.distinct(item[1], "sid"), item[0]))[:20]],
            "recoveries_and_closures": [(day, self.count(group, outcome="recovered"), self.count(group, outcome="closed"),
                                         sum(row["outcome"] in ("replaced", "terminated", "open") for row in group),
                                         max(row["peak_idle_ms"] for row in group) / 1000) for day, group in sorted(silences.items())],
            "rule_hits": sorted(((rule, kind, number, len({row["bundle"] for row in self.found if (row["rule"], row["kind"]) == (rule, kind)}))
                                 for (rule, kind), number in rules.items()), key=lambda row: (-row[2], row[0], row[1])),
            "incomplete_bundles": sorted((bundle, report, sum("finding_id" in row for row in incomplete if (row["bundle"], row["report"]) == (bundle, report)),
                                          sum((row["bundle"], row["report"]) == (bundle, report) for row in incomplete))
                                         for bundle, report in {(row["bundle"], row["report"]) for row in incomplete}),
        }

    # Times and versions, which the databases write each in its own way.
    OTHERWISE = {"latest", "start_time", "first_time", "last_time", "oldest_rules", "newest_rules"}

    def hold(self, name, columns, answers):
        kept = [i for i, column in enumerate(columns) if column not in self.OTHERWISE]
        answers = [tuple(round(row[i], 6) if isinstance(row[i], float) else row[i] for i in kept) for row in answers]
        wanted = [tuple(round(value, 6) if isinstance(value, float) else value for value in row) for row in self.expected()[name]]
        if name == "bursts":
            answers.sort(key=repr)
        self.assertEqual(answers, wanted, name)
        self.assertGreater(len(wanted), 0, name)

    def test_there_are_ten(self):
        self.assertEqual(set(questions()), set(self.expected()))
        self.assertEqual(len(questions()), 10)

    def test_sqlite(self):
        database = sqlite3.connect(":memory:")
        for table, key in (("events", "event_id"), ("findings", "finding_id, kind, agent")):
            columns = ["day", *SCHEMAS[table]["required"]]
            database.execute(f"CREATE TABLE all_{table} ({', '.join(map(json.dumps, columns))})")
            database.executemany(f"INSERT INTO all_{table} VALUES ({', '.join('?' * len(columns))})",
                                 ([row[column] for column in columns] for row in rows(self.folder / "store", table)))
            database.execute(f"CREATE VIEW {table} AS SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY {key} ORDER BY complete DESC, bundle, report)"
                             f" AS place FROM all_{table}) WHERE place = 1")
        for name, query in questions().items():
            with self.subTest(question=name):
                cursor = database.execute(query)
                self.hold(name, [column[0] for column in cursor.description], cursor.fetchall())

    @unittest.skipUnless(shutil.which("node") and (ROOT / "tests/store/node_modules/@duckdb/node-api").exists(),
                         "DuckDB is not installed (npm ci in tests/store)")
    def test_duckdb(self):
        done = subprocess.run(["node", ROOT / "tests/store/duckdb.mjs", SQL / "duckdb.sql"], input=json.dumps(questions()), cwd=self.folder,
                              capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        answers = json.loads(done.stdout)
        for name in questions():
            with self.subTest(question=name):
                self.hold(name, answers[name]["columns"], answers[name]["rows"])
        self.assertEqual({table: answers["columns"][table] for table in TABLES},
                         {table: [*SCHEMAS[table]["required"], "day"] for table in TABLES})

    def test_loading_statements_have_the_schemas_columns(self):
        duckdb, clickhouse = ((SQL / f"{name}.sql").read_text() for name in ("duckdb", "clickhouse"))
        for table in TABLES:
            with self.subTest(table=table):
                block = re.search(rf"store/{table}/.*?columns = {{(.*?)}}\)", duckdb, re.S).group(1)
                named = re.findall(r"\"?(\w+)\"?: '(\w+)'", block)
                self.assertEqual([name for name, _ in named], SCHEMAS[table]["required"])
                for name, kind in named:
                    said = json.dumps(SCHEMAS[table]["properties"][name])
                    right = "TIMESTAMPTZ" if "$defs/time" in said else "BOOLEAN" if '"boolean"' in said else "BIGINT" if '"integer"' in said else "VARCHAR"
                    self.assertEqual(kind, right, name)
                block = re.search(rf"all_{table} \((.*?)\) ENGINE", clickhouse, re.S).group(1)
                self.assertEqual(re.findall(r"`(\w+)` \w+", block), SCHEMAS[table]["required"])
                block = re.search(rf"INSERT INTO all_{table} \((.*?)\)", clickhouse, re.S).group(1)
                self.assertEqual(re.findall(r"`(\w+)`", block), SCHEMAS[table]["required"])


if __name__ == "__main__":
    sys.argv = sys.argv[:1] + [arg for arg in sys.argv[2:] if arg != "--few"]
    unittest.main()
