"""Simulated time: a queue of actions, one source of chance, and those who are told what happened.

All times are milliseconds of UTC. The simulation says what happens with `tell`; observers (the log writers, the ledger
of the truth) have a method on_NAME for what they care about. Nothing else connects them, so a log can be left out, cut
or worded otherwise without touching what is true.
"""
import heapq
import random

SECOND = 1000
MINUTE = 60 * SECOND


class World:
    def __init__(self, seed, start):
        self.rng = random.Random(seed)
        self.now = start
        self._queue = []
        self._count = 0
        self._observers = []
        self._handlers = {}

    def observe(self, observer):
        self._observers.append(observer)
        self._handlers.clear()
        return observer

    def at(self, when, action, *args):
        self._count += 1
        heapq.heappush(self._queue, (max(int(when), self.now), self._count, action, args))

    def after(self, delay, action, *args):
        self.at(self.now + delay, action, *args)

    def between(self, low, high):
        return self.rng.randint(int(low), int(high))

    def tell(self, name, *facts):
        handlers = self._handlers.get(name)
        if handlers is None:
            found = (getattr(o, "on_" + name, None) for o in self._observers)
            handlers = self._handlers[name] = [h for h in found if h]
        for handler in handlers:
            handler(self.now, *facts)

    def run(self, until):
        while self._queue and self._queue[0][0] < until:
            self.now, _, action, args = heapq.heappop(self._queue)
            action(*args)
        self.now = until
