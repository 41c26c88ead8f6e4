"""Is a report what the corpus holds?"""
import json
import subprocess
import tempfile

from works import limits_for

HEAD_BYTES = 64 << 20  # a longer report is read up to its findings only


def read_report(file):
    """The whole report, or, of a huge one, what stands before its findings; its end must be one either way."""
    file.seek(0)
    text = file.read(HEAD_BYTES).decode(errors="replace")
    if not file.read(1):
        return json.loads(text)
    file.seek(-2, 2)
    if file.read() != b"}\n":
        raise ValueError("the report has no end")
    return json.loads(text[: text.index('"findings": [')].rstrip().rstrip(",") + "}")


def differences(report, counts, codes):
    """What the generator wrote beside what the report says, where they differ."""
    coverage, summary = report["coverage"], report["summary"]
    pairs = [(name, counts[name], coverage[name]) for name in ("bytes", "lines", "records")]
    pairs += [(name, counts[name], summary[key]) for name, key in (
        ("sessions", "sessions"), ("closures", "idle_closures"), ("recoveries", "recoveries"), ("forced", "forced_logouts"))]
    yield from (f"{name}: {wrote} were written, {read} reported" for name, wrote, read in pairs if wrote != read)
    if report["complete"] != (not codes):
        yield f"complete is {report['complete']}"
    told = {diagnostic["code"] for diagnostic in report["diagnostics"]} if "diagnostics" in report else set(codes)
    yield from (f"{code} is missing" for code in codes if code not in told)


def check_report(program, path, counts, codes=()):
    """Faults in words; codes are the losses that the report must tell."""
    with tempfile.TemporaryFile() as out:
        status = subprocess.run([program, "analyze", "-q", *limits_for(path), str(path)], stdout=out,
                                stderr=subprocess.DEVNULL).returncode
        if status != (5 if codes else 0):
            return [f"exit status {status}"]
        try:
            return list(differences(read_report(out), counts, codes))
        except ValueError as why:
            return [f"no valid report: {why}"]
