#!/usr/bin/env python3
"""boshscope merge, from outside.

    run.py PROGRAM [-k PART-OF-A-NAME]... [--update]

--update writes golden/ anew.
"""

import argparse
import base64
import collections
import csv
import io
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.path.insert(0, str(ROOT / "tests/render"))
import halves  # noqa: E402
import page  # noqa: E402

GOLDEN = pathlib.Path(__file__).resolve().parent / "golden"
BUNDLES = ROOT / "testdata/bundles"
SCHEMA = json.loads((ROOT / "include/boshscope-fleet-1.schema.json").read_text())
TIMEOUT = 120


class Tests:
    def __init__(self, program, folder, update):
        self.program, self.folder, self.update = program, pathlib.Path(folder), update
        self.made = {}

    # ------------------------------------------------------------- helpers

    def run(self, *args, status=0, stdin=None):
        done = subprocess.run([self.program, *map(str, args)], input=stdin, capture_output=True, timeout=TIMEOUT, cwd=self.folder)
        assert done.returncode == status, f"{args}: exit status {done.returncode}, wanted {status}: {done.stderr.decode()}"
        return done

    def analyse(self, bundle, *options, name=None):
        """The report of a bundle of the test data, made once; the path in it is not this machine's."""
        key = name or (pathlib.Path(bundle).name + "".join(options))
        if key not in self.made:
            target = self.folder / (key.replace("/", "_") + ".json")
            done = subprocess.run([self.program, "analyze", "-q", *options, "-o", str(target), bundle], cwd=BUNDLES, capture_output=True,
                                  timeout=TIMEOUT)
            assert done.returncode in (0, 5), done.stderr
            self.made[key] = target
        return self.made[key]

    def reports(self):
        names = ["active_1497638824642.tgz", "era-finesse.tgz", "era-4.2.4.tgz", "era-4.7.5.tgz", "era-upgrade.tgz", "../logs/live-1",
                 "../logs/source-document"]
        return [self.analyse(name) for name in names]

    def merge(self, *operands, status=0):
        """The fleet report and its bytes."""
        done = self.run("merge", "-q", "-f", "json", *operands, status=status)
        fleet = json.loads(done.stdout)
        jsonschema.Draft202012Validator(SCHEMA).validate(fleet)
        return fleet, done.stdout

    def write(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode() if isinstance(content, str)
                         else json.dumps(content).encode())
        return path

    def fixed(self, bundle):
        """A report that does not change with the rules and the version."""
        report = json.loads(self.analyse(bundle).read_text())
        report["ruleset"] = {"name": "finesse", "version": "1", "sha256": "0" * 64}
        report["run"]["version"] = "1.0"
        return report

    def generated(self, seed, *options):
        """A folder of a synthetic bundle of two servers."""
        target = self.folder / f"generated-{seed}-{'-'.join(options)}".replace("=", "")
        if not target.exists():
            subprocess.run([sys.executable, ROOT / "tests/generator/generate.py", str(seed), target, "packing=directory", *options],
                           check=True, timeout=TIMEOUT, capture_output=True)
        return target / "bundle"

    def report_of(self, folder):
        target = self.folder / f"{abs(hash(str(folder)))}.json"
        self.run("analyze", "-q", "-o", target, folder)
        return target

    # --------------------------------------------------------------- tests

    def test_any_grouping(self):
        """Any order, any grouping, any repetition: the same bytes."""
        reports, rng = self.reports(), random.Random(8)
        _, whole = self.merge(*reports)
        for round_ in range(6):
            operands = [p for p in reports for _ in range(rng.choice([1, 1, 2]))]
            while len(operands) > 1:
                rng.shuffle(operands)
                count = rng.randint(2, len(operands))
                _, data = self.merge(*operands[:count])
                operands = [self.write(f"group/{round_}-{len(operands)}-{rng.random()}.json", data), *operands[count:]]
                if rng.random() < 0.3:
                    operands.append(rng.choice(reports))
            _, data = self.merge(*operands)
            assert data == whole, f"round {round_}: another fleet report"


    def test_pair(self):
        """The servers' bundles apart say what the bundle of both says: which agents, when, and why."""
        for seed, skew in ((5, 0), (7, 2100)):
            whole = self.generated(seed, "other_node=1", "second=20", f"skew_ms={skew}", "gap_s=30")
            parts = [self.report_of(part) for part in sorted(whole.iterdir())]
            assert len(parts) == 2
            one, _ = self.merge(self.report_of(whole))
            two, _ = self.merge(*parts)
            assert told(one) == told(two), f"seed {seed}: {told(one) ^ told(two)}"
            assert [b["agents"] for b in one["bursts"]] == [b["agents"] for b in two["bursts"]]
            joined = [i for i in two["incidents"] if i["joined_from"]]
            assert joined and not [i for i in one["incidents"] if i["joined_from"]]
            alone = [json.loads(p.read_text())["summary"]["by_cause"] for p in parts]
            assert one["summary"]["by_cause"] not in alone, "the parts know all causes: nothing is tested"

    def test_halves(self):
        """A bundle cut into two that overlap counts once what both hold."""
        whole = self.generated(5, "gap_s=30")
        parts = halves.cut(whole, self.folder / "first", self.folder / "second")
        reports = [self.report_of(part) for part in parts]
        one, _ = self.merge(self.report_of(whole))
        two, _ = self.merge(*reports)
        assert told(one) == told(two), told(one) ^ told(two)
        sums = collections.Counter()
        for report in reports:
            sums.update({k: v for k, v in json.loads(report.read_text())["summary"].items() if isinstance(v, int)})
        assert sums["forced_logouts"] > two["summary"]["forced_logouts"], "the halves do not overlap"
        assert two["coverage"] == one["coverage"] and two["gaps"] == one["gaps"]
        both = [set(prints(self.merge(r)[0])) for r in reports]
        assert set(prints(two)) == both[0] | both[1] and both[0] & both[1]
        assert two["summary"]["events"] == len(both[0] | both[1])

    def test_same_content(self):
        """One content under two names."""
        report = self.fixed("active_1497638824642.tgz")
        first = self.write("same/a.json", report)
        report["bundle"]["path"] = "copy.tgz"
        second = self.write("same/b.json", report)
        one, _ = self.merge(first)
        two, _ = self.merge(second, first)
        assert [b["same_as"] for b in two["bundles"]].count(None) == 1
        assert two["summary"]["bundles"] == 2 and two["summary"]["distinct"] == 1
        assert two["rules"] == one["rules"] and two["days"] == one["days"] and told(one) == told(two)
        assert any("Counted once" in note for note in two["notes"])

    def test_batch_folder(self):
        """A folder is what its indexes say; the last line of a path counts, a torn one is none."""
        folder = self.folder / "batch"
        reports = self.reports()[:3]
        for i, report in enumerate(reports):
            self.write(f"batch/r{i}.json", report.read_bytes())
        self.write("batch/stray.json", "{}")
        line = lambda path, report, **more: json.dumps({"path": path, "report": report, "exit_status": 0, **more}) + "\n"  # noqa: E731
        self.write("batch/index-0-of-2.ndjson", line("a", None, fault="was killed") + line("a", "r0.json") + line("b", "r1.json"))
        self.write("batch/index-1-of-2.ndjson", line("c", "r2.json") + line("d", None, fault="ran out of memory", exit_status=1) + '{"path": "e", "rep')
        fleet, data = self.merge(folder, status=5)
        lost = [(b["path"], b["code"], b["fault"]) for b in fleet["bundles"] if b["fault"]]
        assert lost == [("d", "BS602", "ran out of memory")], lost
        assert fleet["summary"]["unread"] == 1 and fleet["summary"]["bundles"] == 4 and not fleet["complete"]
        assert self.merge(folder, *reports, status=5)[1] == data, "the reports are there twice"
        told_ = self.run("merge", "-f", "json", folder, status=5).stderr.decode()
        assert "BS602: d: ran out of memory" in told_, told_
        for name in ("index-0-of-2.ndjson", "index-1-of-2.ndjson"):
            (folder / name).unlink()
        (folder / "dead.json").symlink_to("nowhere")
        os.mkfifo(folder / "pipe.json")
        (folder / "folder.json").mkdir()
        fleet, _ = self.merge(folder, status=5)
        lost = sorted(pathlib.Path(b["path"]).name for b in fleet["bundles"] if b["code"] == "BS601")
        assert lost == ["dead.json", "folder.json", "pipe.json", "stray.json"], lost
        self.write("batch/index.ndjson", line("a", "../batch/r0.json"))
        assert self.merge(folder, status=1)[0]["bundles"][0]["code"] == "BS602", "a report outside its folder"
        (self.folder / "nothing").mkdir()
        assert self.merge("nothing", status=1)[0]["bundles"][0]["fault"] == "the folder holds no report"

    def test_what_cannot_be_read(self):
        """One bad operand never stops the rest, and is never silent."""
        good = self.analyse("era-4.2.4.tgz")
        whole, data = self.merge(good)
        fleet = self.write("good-fleet.json", data)
        text = good.read_text()
        bad = {
            "cut": text[: len(text) // 2], "empty": "", "none": "hello", "array": "[]", "list": "{}",
            "newer": text.replace("boshscope.report/1", "boshscope.report/2"), "other": text.replace("boshscope.report/1", "else"),
            "info": '{"schema": "boshscope.info/1"}', "bytes": b"\xff\xfe{}",
            "fleet-newer": data.replace(b"boshscope.fleet/1", b"boshscope.fleet/2"), "fleet-cut": data[: len(data) * 2 // 3],
            "fleet-types": data.replace(b'"complete": true', b'"complete": "yes"'),
            "fleet-prints": re.sub(rb'"prints": "[^"]*"', b'"prints": "AAAA"', data, count=1),
            "fleet-time": re.sub(rb'"from": "[^"]*"', b'"from": "never"', data, count=1),
            "fleet-lacks": data.replace(b'"people"', b'"persons"'),
        }
        for name, content in bad.items():
            path = self.write(f"bad/{name}.json", content)
            done = self.run("merge", path, good, status=5)
            both = json.loads(done.stdout)
            assert b"BS601" in done.stderr and name.encode() in done.stderr, f"{name}: {done.stderr}"
            assert both["summary"]["unread"] == 1 and told(both) == told(whole), name
            alone, _ = self.merge(path, status=1)
            assert alone["diagnosis"]["verdict"] == "undetermined" and alone["summary"]["unread"] == 1, name
            page_ = self.run("merge", "-q", "-f", "text", path, status=1).stdout.decode()
            assert "Nothing is known: no bundle could be read" in page_ and "Nobody was lost" not in page_, name
        self.run("merge", "-q", "no-such-file.json", good, status=5)
        self.run("merge", "-q", self.folder / "bad", status=1)
        assert self.merge(fleet, good)[1] == data

    def test_damage_everywhere(self):
        """A fleet report cut or changed anywhere is refused, or read as some fleet report; never a crash."""
        _, data = self.merge(*self.reports()[:2])
        rng = random.Random(15)
        for round_ in range(40):
            at = rng.randrange(len(data))
            damaged = data[:at] if round_ % 2 else data[:at] + bytes([rng.randrange(256)]) + data[at + 1:]
            path = self.write("damaged.json", damaged)
            done = subprocess.run([self.program, "merge", "-q", "-f", "json", path], capture_output=True, timeout=TIMEOUT)
            assert done.returncode in (0, 1, 5), f"{at}: {done.returncode} {done.stderr}"
            jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(done.stdout))

    def test_redacted(self):
        """Pseudonyms of different runs do not join, which is said."""
        key = self.write("key", b"0123456789abcdef0123456789abcdef")
        bundle = "active_1497638824642.tgz"
        plain, drawn = self.analyse(bundle), self.analyse(bundle, "--redact", name="drawn")
        keyed = self.analyse(bundle, "--redact", "--redact-key", str(key), name="keyed")
        mixed, _ = self.merge(plain, drawn)
        assert any("Of 2 reports 1 are redacted" in note for note in mixed["notes"]), mixed["notes"]
        both, _ = self.merge(keyed, drawn)
        assert any("All 2 reports are redacted" in note for note in both["notes"]), both["notes"]
        assert not self.merge(plain)[0]["notes"] and not self.merge(keyed)[0]["notes"]
        data = self.run("merge", "-f", "json", keyed).stdout
        assert b"1001003" not in data and b"fin1.ucce" not in data

    def test_burst_over_servers(self):
        """Losses of one moment on several servers are a burst that no report shows."""
        report = self.fixed("active_1497638824642.tgz")
        closure = next(f for f in report["findings"] if f["kind"] == "idle_closure")
        session = next(x for x in report["sessions"] if x["sid"] == closure["sid"])
        paths = []
        for i in range(6):
            node = f"fin{i % 3}.example"
            lost = dict(closure, id=f"{i:012x}", agent=f"a{i}", sid=f"s{i}", node=node,
                        start=f"2017-06-16T12:00:0{i % 5}.000Z", end="2017-06-16T12:01:10.000Z")
            own = dict(report, findings=[lost], agents=[], sessions=[dict(session, sid=f"s{i}", node=node, agent=f"a{i}", client_ips=[f"10.5.210.{i}"])],
                       bundle=dict(report["bundle"], path=f"b{i}.tgz"), inputs=[dict(x, crc32=i) for x in report["inputs"]])
            paths.append(self.write(f"burst/{i}.json", own))
        fleet, _ = self.merge(*paths)
        assert len(fleet["bursts"]) == 1 and fleet["summary"]["incidents"] == 6
        burst = fleet["bursts"][0]
        assert burst["source"] == "fleet" and burst["scope"] == "10.5.210" and burst["cause"] == "network_segment"
        assert len(burst["nodes"]) == 3 and len(burst["agents"]) == 6 and fleet["diagnosis"]["verdict"] == "network_segment"
        assert all(i["burst"] == burst["id"] for i in fleet["incidents"])
        fewer, _ = self.merge(*paths[:4])
        assert not fewer["bursts"] and fewer["diagnosis"]["verdict"] == "client_side"

    def test_says_more(self):
        """Of one finding, told twice, the telling stays that says more: an end, and who was in a burst."""
        report = self.fixed("active_1497638824642.tgz")
        like = next(f for f in report["findings"] if f["kind"] == "idle_closure")

        def told_by(name, *findings):
            return self.write(f"more/{name}.json", dict(report, findings=[dict(like, **f) for f in findings], agents=[], sessions=[],
                                                        bundle=dict(report["bundle"], path=name)))
        stop = {"id": "1" * 12, "kind": "server_restart", "agent": None, "sid": None, "start": "2017-05-31T23:59:50.000Z"}
        burst = {"id": "2" * 12, "kind": "mass_disconnect", "agent": None, "sid": None, "start": "2017-06-16T12:00:00.000Z"}
        agents = [f"a{i}" for i in range(9)]
        cut = told_by("cut", dict(stop, end=None), dict(burst, end="2017-06-16T12:00:01.000Z", agents=agents[:5]))
        later = told_by("later", dict(stop, end="2017-06-01T00:00:30.000Z"), dict(burst, end="2017-06-16T12:00:20.000Z", agents=agents))
        fleet, data = self.merge(cut, later)
        assert self.merge(later, self.write("more/fleet.json", self.merge(cut)[1]))[1] == data
        ends = {f["kind"]: f["end"] for f in fleet["findings"]}
        assert ends == {"server_restart": "2017-06-01T00:00:30.000Z", "mass_disconnect": "2017-06-16T12:00:20.000Z"}, ends
        assert fleet["bursts"][0]["agents"] == agents
        assert [d["day"] for d in fleet["days"] if d["restarts"]] == ["2017-05-31"], "a stop counts on the day on which it began"

    def test_stops_are_no_burst(self):
        """Two servers that stop at one time: their agents are lost by that, and are no burst that nobody saw."""
        report = self.fixed("active_1497638824642.tgz")
        forced = next(f for f in report["findings"] if f["kind"] == "forced_logout")
        paths = []
        for i in range(6):
            lost = dict(forced, id=f"{i:012x}", agent=f"a{i}", sid=f"s{i}", node=f"fin{i % 2}", cause="server_event",
                        start="2017-06-16T12:00:00.000Z", end="2017-06-16T12:01:00.000Z")
            paths.append(self.write(f"stops/{i}.json", dict(report, findings=[lost], agents=[], sessions=[],
                                                            bundle=dict(report["bundle"], path=f"b{i}"))))
        fleet, _ = self.merge(*paths)
        assert fleet["summary"]["incidents"] == 6 and not fleet["bursts"] and fleet["diagnosis"]["verdict"] == "server_side"

    def test_lacks_names(self):
        """What merge writes, merge reads: a finding without a name makes its report a broken one."""
        report = self.fixed("active_1497638824642.tgz")
        for key in ("id", "kind", "severity"):
            path = self.write("lacks.json", dict(report, findings=[dict(report["findings"][0], **{key: ""})]))
            fleet, data = self.merge(path, status=1)
            assert "findings[0] lacks" in fleet["bundles"][0]["fault"]
            assert self.merge(self.write("lacks-fleet.json", data), status=1)[1] == data
        path = self.write("lacks.json", dict(report, bundle=dict(report["bundle"], path=None)))
        assert self.merge(path, status=1)[0]["summary"]["unread"] == 1

    def test_forms(self):
        """Every form against its golden file; and the same from the fleet report, later."""
        names = ["active_1497638824642.tgz", "era-finesse.tgz", "era-upgrade.tgz"]
        paths = [self.write(f"forms/{n}.json", self.fixed(n)) for n in names]
        broken = self.write("forms/broken.json", "{")
        operands = [p.relative_to(self.folder) for p in [*paths, broken]]
        forms = ["json", "txt", "md", "csv", "ndjson", "html"]
        self.run("merge", "-q", *operands, *(a for f in forms for a in ("-o", f"fleet.{f}")), status=5)
        for form in forms:
            content = (self.folder / f"fleet.{form}").read_bytes()
            if form == "html":
                content = page.block(content.decode()).encode() + b"\n"
            golden = GOLDEN / f"fleet.{form if form != 'html' else 'page.json'}"
            if self.update:
                golden.parent.mkdir(exist_ok=True)
                golden.write_bytes(content)
            assert golden.read_bytes() == content, f"{golden.name} differs"
            if form != "json":
                self.run("render", "fleet.json", "-o", f"later.{form}")
                assert (self.folder / f"later.{form}").read_bytes() == (self.folder / f"fleet.{form}").read_bytes(), form
        rows = list(csv.DictReader(io.StringIO((self.folder / "fleet.csv").read_text())))
        lines = [json.loads(line) for line in (self.folder / "fleet.ndjson").read_text().splitlines()]
        fleet = json.loads((self.folder / "fleet.json").read_text())
        assert [r["id"] for r in rows] == [i["id"] for i in fleet["incidents"]]
        assert all({"message", "datetime", "timestamp_desc"} <= set(line) for line in lines)
        assert len(lines) == len(fleet["incidents"]) + len(fleet["bursts"])
        local = self.run("merge", "-q", "-f", "text", "--zone", "server", operands[0]).stdout.decode()
        assert "2017-06-17 00:14:50.774 +05:30" in local, local

    def test_hostile_names(self):
        """Names are text in every form."""
        report = json.dumps(self.fixed("active_1497638824642.tgz"))
        evil = '</script><script>alert(1)</script><img src=x>&"\u001b]0;x\u0007=cmd()'
        text = report.replace('"1001003"', json.dumps(evil)).replace("fin1.ucce.local", "<b>fin1</b>")
        path = self.write("evil.json", text)
        data = page.block(self.run("merge", "-f", "html", path).stdout.decode())
        assert not set("<>&") & set(data) and evil in page_strings(json.loads(data))
        for form in ("text", "md", "csv"):
            out = self.run("merge", "-f", form, path).stdout.decode()
            assert "\x1b" not in out and "\x07" not in out, form
        note = self.run("merge", "-f", "md", path).stdout.decode()
        assert not re.search(r"(?<!\\)<(script|img)", re.sub(r"`[^`]*`", "", note)), note

    def test_usage(self):
        good = self.analyse("era-4.2.4.tgz")
        self.run("merge", status=2)
        assert b"no form trace" in self.run("merge", "-f", "trace", good, status=2).stderr
        assert b"would replace" in self.run("merge", good, self.analyse("era-4.7.5.tgz"), "-o", self.analyse("era-4.7.5.tgz"), status=2).stderr
        fleet = self.write("usage.json", self.merge(good)[1])
        assert b"is a fleet report" in self.run("render", "--agent", "3001", fleet, status=2).stderr
        cut = self.write("usage-cut.json", fleet.read_bytes()[:2000])
        self.run("render", cut, status=2)
        assert self.run("merge", "-f", "json", "-", stdin=good.read_bytes()).stdout == self.merge(good)[1]


def told(fleet):
    """What happened to whom, when and why."""
    return {(i["agent"], i["start"], i["end"], i["kind"], i["cause"]) for i in fleet["incidents"]}


def prints(fleet):
    """Each event once."""
    for group in fleet["events"]:
        words = base64.b64decode(group["prints"])
        found = [words[i:i + 8] for i in range(0, len(words), 8)]
        assert found == sorted(set(found)) and len(found) == group["count"]
        yield from ((group["day"], group["node"], group["event"], word) for word in found)


def page_strings(value):
    return list(page.strings(value))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=lambda p: str(pathlib.Path(p).resolve()))
    parser.add_argument("-k", action="append", default=[])
    parser.add_argument("--update", action="store_true")
    args = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        tests = Tests(args.program, folder, args.update)
        for name in [n for n in dir(tests) if n.startswith("test_")]:
            if args.k and not any(part in name for part in args.k):
                continue
            try:
                getattr(tests, name)()
                print("ok  ", name, flush=True)
            except (AssertionError, jsonschema.ValidationError) as e:
                failed += 1
                print("FAIL", name, str(e)[:2000], flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
