"""What a synthetic bundle is like. Everything has a default; a configuration names what differs."""
from dataclasses import dataclass, fields

from clocks import ZONES
from world import MINUTE


@dataclass
class Options:
    zone: str = "+05:30"
    minutes: int = 120
    agents: int = 60
    product: str = "UCCX"              # UCCX | UCCE
    ids: str = "digits"                # digits | names
    debug: str = "on"                  # on | off | until_restart | later (switched on after 50 minutes)
    epochs: bool = True                # statistics records with an epoch in the debug log
    wording: str = "cisco"             # cisco | cisco_line | bare | 4.4
    layout: str = "plain"              # plain | logger
    detail: bool = False               # Jetty's further records of each request
    other_node: bool = False           # presence and forced logouts are seen and asked for by the other server
    other_zone: str = ""               # the other server's zone, where it is another one
    second: int = 0                    # so many agents more, whose desktops poll the other server
    skew_ms: int = 0                   # the web service's clock against the notification service's
    late_reaper: float = 0.02          # share of reaper runs that come some seconds late
    boot: bool = False                 # the logs begin with the start of the notification service
    rotate: bool = True
    packing: str = "tgz"               # tgz | zip | directory | nested
    gap_s: int = 9                     # between individual incidents, on average; 0: none
    retries: float = 0.1               # share of forced logouts that are asked for again
    disasters: str = "cut_site cut_all clean_stop cut_site crash"
    late_notification: bool = False    # the notification service's logs begin later than the web service's

    def __post_init__(self):
        self.begin, self.wall = ZONES[self.zone]
        self.end = self.begin + self.minutes * MINUTE
        self.notification_from = self.begin + (40 * MINUTE if self.late_notification else 0)

    @classmethod
    def parse(cls, words):
        """From 'name=value' words."""
        kinds = {f.name: type(f.default) for f in fields(cls)}
        given = {}
        for word in words:
            name, _, value = word.partition("=")
            if name not in kinds:
                raise SystemExit(f"no option is called '{name}': {', '.join(kinds)}")
            given[name] = value in ("1", "true", "yes") if kinds[name] is bool else kinds[name](value)
        return cls(**given)
