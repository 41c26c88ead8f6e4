#!/usr/bin/env python3
"""A synthetic bundle whose truth is known.

    generate.py SEED DIR [NAME=VALUE]...

writes the bundle and truth.json below DIR. The options and what they mean are in options.py. The same seed and options
give the same bytes.
"""
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import bundle  # noqa: E402
from clocks import ZONES  # noqa: E402
from incidents import WEIGHTS, Disasters, Incidents  # noqa: E402
from ledger import Ledger, readable  # noqa: E402
from notification_log import NotificationLog  # noqa: E402
from options import Options  # noqa: E402
from people import Node, Site, agents, places  # noqa: E402
from service import REAPER, Client, Notification  # noqa: E402
from web import Web  # noqa: E402
from web_log import Desk, WebLog  # noqa: E402
from world import MINUTE, SECOND, World  # noqa: E402

WARM_UP = 8 * MINUTE
CACHES = ("Roster", "VCard", "User", "Group", "Privacy Lists", "Last Activity Cache", "Locked Out Accounts")


class CliLog:
    """The platform's log of what administrators type."""

    def __init__(self, zone):
        self.zone, self.lines = zone, []

    def on_admin_command(self, now, command):
        self.lines.append(f"{self.zone.cli(now)} INFO [main] sdMain.main - running command -> [{command}]\n")


class Simulation:
    def __init__(self, seed, options):
        self.options = options
        self.world = world = World(seed, options.begin - WARM_UP)
        self.node = Node(1, options.wall)
        self.other = Node(2, ZONES[options.other_zone or options.zone][1])
        self._build_logs()
        self.web = Web(world, options.product, options.retries)
        self.server = Notification(world, self.node, self.web, options.late_reaper)
        self.second = Notification(world, self.other, self.web, options.late_reaper) if options.second else None
        self.web.servers = [s for s in (self.server, self.second) if s]
        self.ledger = world.observe(Ledger(options, self.node))
        self._build_people()
        self.incidents = Incidents(world, self.web)
        self.disasters = Disasters(world, self.server, self.incidents, self.clients[:options.agents], self.sites)

    def _build_logs(self):
        world, options = self.world, self.options
        self.cli = world.observe(CliLog(options.wall))
        self.logs = [world.observe(NotificationLog(node, options, world.rng))
                     for node in (self.node, self.other)[:1 + bool(options.second)]]
        self.near_web = WebLog(self.node, self.node, options, world.rng)
        self.far_web = WebLog(self.other, self.node, options, world.rng) if options.other_node else None
        world.observe(Desk(self.far_web or self.near_web, self.near_web))

    def _build_people(self):
        count, more = self.options.agents, self.options.second
        addresses, sites = places(count)
        addresses += [f"10.9.{i // 8}.{30 + i}" for i in range(more)]
        self.clients = [Client(self.world, agent, ip, self.server if i < count else self.second, self.web)
                        for i, (agent, ip) in enumerate(zip(agents(count + more, self.options.ids), addresses))]
        self.sites = [Site(scope, self.clients[a:b]) for scope, a, b in sites]

    # -- the plan

    def _sign_ins(self):
        """Some agents are there when the logs begin, the others come in the first minutes."""
        for i, client in enumerate(self.clients):
            low, high = (1 * MINUTE, WARM_UP - MINUTE) if i % 3 else (WARM_UP + 10 * SECOND, WARM_UP + 4 * MINUTE)
            self.world.after(self.world.between(low, high), client.sign_in, lambda c=client: self.incidents.done(c, 30))

    def _plan_disasters(self):
        """Evenly over the time, with a quiet around each; so with the moment at which the notification logs begin."""
        options, names = self.options, self.options.disasters.split()
        quiet = []
        if options.late_notification:
            quiet.append((options.notification_from - 8 * MINUTE, options.notification_from + 2 * MINUTE))
        first = options.notification_from + 14 * MINUTE
        step = (options.end - 12 * MINUTE - first) // max(1, len(names))
        for i, name in enumerate(names):
            at = first + i * step + self.world.between(0, 20 * SECOND)
            self.world.at(at, getattr(self.disasters, name), names[:i].count(name))
            quiet.append((at - Disasters.BEFORE, at + Disasters.AFTER))
        return quiet

    def _plan_incidents(self, quiet):
        options, world = self.options, self.world
        at = options.begin + 6 * MINUTE
        while options.gap_s and at < options.end - 11 * MINUTE:
            if not any(a <= at <= b for a, b in quiet):
                world.at(at, self._one_incident)
            at += world.between(options.gap_s * 700, options.gap_s * 1300)
        if options.gap_s and options.debug == "on":
            world.at(options.end - 95 * SECOND, self._silent_at_the_end)

    def _free(self):
        return [c for c in self.clients if c.present and not c.busy]

    def _one_incident(self):
        free = self._free()
        if free:
            kinds = [k for k in WEIGHTS if k != "lost_elsewhere" or self.options.product == "UCCX"]
            kind = self.world.rng.choices(kinds, [WEIGHTS[k] for k in kinds])[0]
            self.incidents.run(kind, self.world.rng.choice(free))

    def _silent_at_the_end(self):
        """Two reaper runs before the end; the last of them sees from 30 to 60 s."""
        free = self._free()
        last = self.server.reap_after(self.options.end - REAPER - SECOND)
        if free:
            self.world.at(last - 59 * SECOND, self.incidents.silent_at_the_end, free[0])

    def _chatter(self):
        free = self._free()
        if free:
            self.incidents.chatter(self.world.rng.choice(free))
        for log in (self.near_web, self.far_web):
            if log:
                log.statistics(self.world.now)
        self.world.after(self.world.between(4000, 14000), self._chatter)

    def _noise(self):
        for log, server in zip(self.logs, self.web.servers):
            cache = self.world.rng.choice(CACHES)
            if server.up:
                log.noise(self.world.now, cache)
        self.world.after(self.world.between(2 * MINUTE, 5 * MINUTE), self._noise)

    def run(self):
        options, world = self.options, self.world
        self._sign_ins()
        self._plan_incidents(self._plan_disasters())
        if options.boot:
            self.server.up = False
            world.at(options.begin + 3 * SECOND, self.server.start)
        if options.debug == "later":
            world.at(options.begin + 50 * MINUTE, world.tell, "debug_enabled")
        world.at(options.begin + 500, self._chatter)
        world.at(options.notification_from + (10 * SECOND if options.boot else 100), self._noise)
        for log in self.logs:
            world.at(options.end - 2 * SECOND, log.noise, options.end - 2 * SECOND, "Group")
        world.run(options.end)

    # -- files

    def _notification_files(self, log):
        files = {}
        for level in ("debug", "info", "warn"):
            text = log.text(level)
            parts = 3 if self.options.rotate and len(text) > 100000 else 1
            if text:
                files.update(bundle.rotated(f"openfire/{level}.log", text, parts))
        return {name: text.encode() for name, text in files.items()}

    def _web_files(self, log):
        options, zone = self.options, log.node.zone
        part = (options.end - options.begin) // 10
        cuts = [options.begin, options.begin + 4 * part, options.begin + 7 * part + 123, options.end]
        cuts = cuts if options.rotate else [options.begin, options.end]
        files, first = {}, 1043
        for since, until in zip(cuts, cuts[1:]):
            text = log.text(since, until, first)
            first += text.count(": %CCBU_")
            name = f"Desktop-webservices.{zone.file_name(since)}.log"
            packed = options.rotate and until < options.end
            data = text.encode()
            files[f"webservices/{name}" + (".zip" if packed else "")] = bundle.zip_of({name: data}) if packed else data
        return files

    def files(self):
        near = {**self._notification_files(self.logs[0]), **self._web_files(self.near_web)}
        near = {f"desktop/logs/{name}": data for name, data in near.items()}
        if self.cli.lines:
            near["platform/log/cli00017.log"] = "".join(self.cli.lines).encode()
        far = self._web_files(self.far_web) if self.far_web else {}
        if self.second:
            far.update(self._notification_files(self.logs[1]))
        if not far:
            return near
        return {**{f"{self.node.domain}/{name}": data for name, data in near.items()},
                **{f"{self.other.domain}/desktop/logs/{name}": data for name, data in far.items()}}

    def _clock(self, node):
        zone = node.zone
        changes = [{"at": zone.change[0], "offset": zone.name(zone.change[0])}] if zone.change else []
        return {"node": node.domain, "offset": zone.name(self.options.begin), "changes": changes}

    def truth(self):
        options = self.options
        return readable({
            "options": {k: v for k, v in vars(options).items() if k != "wall"}, "incidents": self.incidents.counts,
            "clocks": [self._clock(log.node) for log in self.logs], "product": options.product,
            "agents": [c.agent.name for c in self.clients], **self.ledger.truth()})


def generate(seed, folder, options):
    """Returns the bundle's path; truth.json lies beside it."""
    simulation = Simulation(seed, options)
    simulation.run()
    files = simulation.files()
    path = bundle.pack(files, folder, options.packing, options.begin)
    truth = {"seed": seed, "bundle": path.name, **simulation.truth(), "files": bundle.leaves(files)}
    (Path(folder) / "truth.json").write_text(json.dumps(truth, indent=1) + "\n")
    return path


def main(argv):
    if len(argv) < 2 or not argv[0].isdigit():
        print(__doc__.strip(), file=sys.stderr)
        return 2
    print(generate(int(argv[0]), argv[1], Options.parse(argv[2:])))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
