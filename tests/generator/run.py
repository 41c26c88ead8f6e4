#!/usr/bin/env python3
"""Synthetic bundles against the program: several kinds of bundle, several seeds.

    run.py PROGRAM [--only ASPECT,...] [--skip ASPECT,...] [--config NAME,...] [--without NAME,...] [--seeds N] [--keep DIR] [--list]

Each configuration has a seed of its own, so that a failure is found again with --config NAME; --seeds N takes N seeds
of each. A bundle is made, analysed and compared with its truth (check.py), both ways.
"""
import argparse
import sys
import tempfile
import time
import zlib
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import check  # noqa: E402
from generate import generate  # noqa: E402
from options import Options  # noqa: E402

CONFIGS = {
    "everything": "detail=1",
    "names": "ids=names zone=+05:45 wording=cisco_line packing=zip retries=0.4",
    "ucce": "product=UCCE zone=-08:00 packing=nested",
    "other_node": "other_node=1 ids=names zone=+12:45 skew_ms=900 packing=directory agents=50",
    "behind": "other_node=1 product=UCCE zone=-03:30 skew_ms=-400 agents=50",
    "bare": "wording=bare layout=logger zone=-09:30",
    "logger": "layout=logger zone=+00:00 rotate=0 product=UCCE",
    "modern": "wording=4.4 layout=logger zone=-03:30 epochs=0",
    "debug_off": "debug=off gap_s=22 zone=-03:30",
    "debug_off_node": "debug=off gap_s=22 zone=+05:45 other_node=1 ids=names product=UCCE",
    "debug_lost": "debug=until_restart zone=-08:00 gap_s=14 disasters=cut_site,clean_stop,cut_all",
    "no_epochs": "epochs=0 zone=-09:30 ids=names",
    "late": "late_notification=1 zone=+05:30 disasters=cut_site,cut_all",
    "client_side": "disasters= zone=+12:45 gap_s=7",
    "bursts": "disasters=" + ",".join(["cut_all"] * 14) + " gap_s=0 minutes=200 agents=12 zone=+05:30",
    "line": "disasters=cut_site,cut_site,cut_site gap_s=0 zone=+05:45",
    "cut": "disasters=cut_all,cut_all gap_s=90 zone=-03:30",
    "stops": "disasters=clean_stop,crash,clean_stop gap_s=0 zone=-08:00",
    "administrator": "disasters=admin_restart,clean_stop gap_s=60 zone=+00:00",
    "boot": "boot=1 zone=-08:00 disasters=flapping,cut_site,clean_stop late_reaper=0.1",
    "down": "disasters=crash,stop_for_good zone=+12:45 gap_s=12 product=UCCE",
    "debug_later": "debug=later zone=+05:45 gap_s=14 disasters=cut_site,cut_site,cut_all",
    "zones": "other_node=1 zone=+05:45 other_zone=-03:30 agents=50 late_reaper=0.2",
    "both": "agents=40 second=20 other_node=1 zone=+05:45 other_zone=-08:00 ids=names packing=zip",
    "both_ucce": "agents=40 second=20 zone=-03:30 product=UCCE disasters=cut_site,clean_stop wording=bare",
    "quiet": "disasters= gap_s=0 minutes=30 zone=+05:30",
    "berlin_spring": "zone=berlin-spring",
    "berlin_autumn": "zone=berlin-autumn product=UCCE",
    "new_york_spring": "zone=new-york-spring ids=names other_node=1 agents=50",
    "lord_howe": "zone=lord-howe-autumn packing=zip",
}


def options_of(name):
    return Options.parse(word.replace(",", " ") for word in CONFIGS[name].split())


def one(program, name, seed, aspects, keep):
    """Problems of one bundle, and what it held."""
    with tempfile.TemporaryDirectory(prefix="boshscope-generator-") as scratch:
        folder = Path(keep) / f"{name}-{seed}" if keep else Path(scratch)
        path = generate(seed, folder, options_of(name))
        return check.check(program, path, folder / "truth.json", aspects)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    check.add_aspects(parser)
    parser.add_argument("--config", help="only these, separated by commas")
    parser.add_argument("--without", default="", help="all but these")
    parser.add_argument("--seeds", type=int, default=1, help="seeds of each configuration")
    parser.add_argument("--keep", help="leave the bundles here")
    parser.add_argument("--list", action="store_true", help="the configurations")
    return parser.parse_args()


def plan(args):
    names = [n for n in (args.config.split(",") if args.config else CONFIGS) if n not in args.without.split(",")]
    unknown = {*names, *filter(None, args.without.split(","))} - set(CONFIGS)
    if unknown:
        raise SystemExit(f"no such configuration: {', '.join(sorted(unknown))}")
    return [(name, zlib.crc32(name.encode()) % 1000 + 1000 * i) for name in names for i in range(args.seeds)]


def main():
    args = arguments()
    if args.list:
        print("\n".join(f"{name:16} {words}" for name, words in CONFIGS.items()))
        return 0
    jobs, aspects, begin, failed = plan(args), check.chosen(args), time.monotonic(), 0
    with ProcessPoolExecutor(2) as pool:
        results = [(name, seed, pool.submit(one, args.program, name, seed, aspects, args.keep)) for name, seed in jobs]
        for name, seed, future in results:
            problems = future.result()
            failed += bool(problems)
            print(f"{'FAIL' if problems else 'ok':4} {name} seed {seed}" + (f": {len(problems)} disagreements" if problems else ""))
            for problem in problems[:25]:
                print("  " + problem.replace("\n", "\n  "))
            sys.stdout.flush()
    print(f"{len(jobs) - failed} passed, {failed} failed, in {time.monotonic() - begin:.0f} s; aspects: {', '.join(aspects)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
