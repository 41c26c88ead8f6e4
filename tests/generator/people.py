"""Who takes part: servers, agents and where the agents sit."""
import re

ESCAPES = {" ": "20", '"': "22", "&": "26", "'": "27", "/": "2f", ":": "3a", "<": "3c", ">": "3e", "@": "40"}


def escape(text):
    """XEP-0106, and the lower case that the server makes of a local part."""
    text = re.sub(r"\\(?=20|22|26|27|2f|3a|3c|3e|40|5c)", r"\\5c", text)
    return "".join("\\" + ESCAPES[c] if c in ESCAPES else c for c in text).lower()


class Agent:
    def __init__(self, name):
        self.name, self.local = name, escape(name)
        self.node = None

    def jid(self, resource="desktop"):
        return f"{self.local}@{self.node.domain}/{resource}"

    def __repr__(self):
        return self.name


class Node:
    def __init__(self, number, zone):
        self.domain = f"fin{number}.ucce.local"
        self.host = f"10.10.20.{4 + number}"
        self.zone = zone


NAMES = ["O'Brien", "a@b", "JSmith", "d'Arcy-Lee", "mary.ann", "x_1", "O'Neil@EAST", "Zoe.K", "m@rk", "ANNE"]


def agents(count, kind):
    if kind == "digits":
        return [Agent(str(1001001 + i)) for i in range(count)]
    return [Agent(NAMES[i] if i < len(NAMES) else f"{NAMES[i % len(NAMES)]}{i // len(NAMES)}") for i in range(count)]


class Site:
    """Agents behind one line: an office with its own prefix, or one address for all (a proxy)."""

    def __init__(self, scope, clients):
        self.scope, self.clients = scope, clients


def places(count):
    """Addresses by agent and the sites' scopes: two offices, a proxy, and people at home."""
    plan = [("10.5.210", 9), ("10.5.211", 8), ("192.0.2.77", 7)]
    out, sites = [], []
    for scope, size in plan:
        size = min(size, max(6, count * size // 60))
        sites.append((scope, len(out), len(out) + size))
        out += [scope if scope.count(".") == 3 else f"{scope}.{20 + i}" for i in range(size)]
    out += [f"{(100, 172, 198)[i % 3]}.{(70, 20, 51)[i % 3]}.{10 + i}.{40 + i}" for i in range(count - len(out))]
    return out, sites
