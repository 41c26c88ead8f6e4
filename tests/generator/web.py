"""The web service and the CTI server behind it: presence, its monitor, state requests and the events that answer.

An agent whose presence is lost is signed out 60 s later with reason code 255, unless presence comes back or the agent
has signed out. UCCX answers LOGOUT 255, UCCE NOT_READY (and perhaps LOGOUT) 50002, once for each skill group.
"""
LOGIN, LOGOUT, NOT_READY = 0, 1, 2
STATES = {0: "LOGIN", 1: "LOGOUT", 2: "NOT_READY", 3: "AVAILABLE", 4: "TALKING"}
CONNECTION_LOST = 255


class Web:
    def __init__(self, world, product, retries):
        self.world, self.product, self.retries = world, product, retries
        self.servers = []
        self._signed_in = set()
        self._loss = {}
        self._present = set()
        self._invoke = 20
        # Agents whose forced logout another server asks for, out of this bundle's sight.
        self.asked_elsewhere = set()
        # Agents that are signed out although they came back.
        self.deaf = set()

    def knows(self, agent):
        return agent in self._signed_in

    # -- presence

    def presence(self, agent, kind, delay=None, resource="desktop"):
        """What the notification service reports is seen a little later."""
        self.world.after(self.world.between(4, 420) if delay is None else delay, self._see, agent, kind, resource)

    def _see(self, agent, kind, resource):
        self.world.tell("presence", agent, resource, kind)
        if resource != "desktop":
            return
        if kind == "available":
            self._present.add(agent)
            if agent not in self.deaf:
                self._loss.pop(agent, None)
            return
        self._present.discard(agent)
        if agent not in self._signed_in or agent in self._loss:
            return
        token = self._loss[agent] = object()
        self.world.after(1, self.world.tell, "monitor", agent, "drop")
        self.world.after(30000 + self.world.between(0, 900), self._move, agent, token)
        self.world.after(60000 + self.world.between(1, 9), self._expire, agent, token)

    def _move(self, agent, token):
        if self._loss.get(agent) is token:
            self.world.tell("monitor", agent, "move")

    def _expire(self, agent, token):
        if self._loss.get(agent) is not token:
            return
        del self._loss[agent]
        self.deaf.discard(agent)
        if agent in self._signed_in:
            self.force(agent)

    # -- requests and events

    def request(self, agent, state, reason, force=0):
        self._invoke += 1
        self.world.tell("cti_request", agent, state, reason, force, self._invoke)

    def event(self, agent, state, reason, delay=None):
        delay = self.world.between(7, 14) if delay is None else delay
        self.world.after(delay, self._event, agent, state, reason)

    def _event(self, agent, state, reason):
        if state == LOGOUT or (self.product == "UCCE" and reason == 50002):
            self._signed_in.discard(agent)
        self.world.tell("cti_event", agent, state, reason)
        for server in self.servers:
            server.push(agent, "user")

    def login(self, agent):
        self._signed_in.add(agent)
        self.request(agent, LOGIN, 0)
        self.event(agent, LOGIN, 0, 40)
        self.event(agent, NOT_READY, 0, 65)

    def change_state(self, agent, state, reason=0):
        self.request(agent, state, reason)
        self.event(agent, state, reason)

    def logout(self, agent, reason, force=0):
        self.request(agent, LOGOUT, reason, force)
        self.event(agent, LOGOUT, reason)

    def force(self, agent):
        """Presence driven: asked for here or elsewhere, once or until it is answered."""
        if agent in self.asked_elsewhere:
            self.asked_elsewhere.discard(agent)
            self._answer_force(agent)
            return
        repeats = self.world.between(1, 2) if self.world.rng.random() < self.retries else 0
        for i in range(repeats + 1):
            self.world.after(i * 30000, self._ask_force, agent, i > 0, i == repeats)

    def _ask_force(self, agent, again, answered):
        if again and agent in self._present:
            return
        self.world.tell("presence_logout", agent)
        self.world.after(1, self.request, agent, LOGOUT, CONNECTION_LOST, 1)
        if answered:
            self.world.after(1, self._answer_force, agent)

    def _answer_force(self, agent):
        if self.product == "UCCX":
            self.event(agent, LOGOUT, CONNECTION_LOST)
        else:
            self.event(agent, NOT_READY, 50002)
            if self.world.rng.random() < 0.5:
                self.event(agent, LOGOUT, 50002, self.world.between(900, 2500))
        self.world.after(25, self.world.tell, "offline", agent)
