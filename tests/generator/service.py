"""The notification service and the desktops that poll it, by Openfire 3.9's timers.

A client holds one request open; the server answers it after 30 s, or at once when there is something to tell. Every
30 s the reaper looks at each session: N counts from the last answer, is about 0 while a request is held, and a session
with N above 60 s is closed.
"""
from world import SECOND

WAIT = 30 * SECOND
INACTIVITY = 60 * SECOND
REAPER = 30 * SECOND


class Session:
    """One BOSH session. `ended` says by what, None while it lives."""

    def __init__(self, sid, client, node, rid):
        self.sid, self.client, self.node, self.rid = sid, client, node, rid
        self.agent, self.ip = client.agent, client.ip
        self.bound = False
        self.held = None
        self.queue = []
        self.last_answer = 0
        self.opened = 0
        self.ended = None

    @property
    def jid(self):
        return self.agent.jid() if self.bound else f"{self.node.domain}/{self.sid}"

    def idle(self, now):
        return None if self.held is not None else now - self.last_answer


class Notification:
    def __init__(self, world, node, web, late):
        self.world, self.node, self.web, self.late = world, node, web, late
        self.up = True
        self.sessions = {}
        self.next_reap = world.now + world.between(1, REAPER)
        self._run = 0
        world.at(self.next_reap, self._reap, self._run)

    # -- requests and answers

    def create(self, client):
        world = self.world
        sid = f"{world.rng.getrandbits(32) | 0x100000:x}"
        session = Session(sid, client, self.node, world.between(10 ** 6, 4 * 10 ** 8))
        session.opened = session.last_answer = world.now
        self.sessions[sid] = session
        world.tell("created", session)
        return session

    def request(self, session, step=None, terminate=False):
        """A request arrives. A step of the sign-in or a terminate is answered at once."""
        session.rid += 1
        self.world.tell("request", session, session.rid, step, terminate)
        if step == "bind":
            self._bind(session)
        if step or terminate:
            self._answer(session, session.rid, step)
        elif session.queue:
            session.held = session.rid
            self.world.after(self.world.between(2, 9), self._deliver, session, session.rid)
        else:
            session.held = session.rid
            self.world.after(WAIT + self.world.between(0, 3), self._deliver, session, session.rid)

    def _deliver(self, session, rid):
        if session.held == rid and session.ended is None:
            message, session.queue = session.queue or None, []
            session.held = None
            self._answer(session, rid, message)
            session.client.answered(session)

    def _answer(self, session, rid, message):
        session.last_answer = self.world.now
        self.world.tell("answer", session, rid, message)

    def push(self, agent, message):
        """Something to tell: it ends the held request, or waits for the next."""
        for session in list(self.sessions.values()):
            if session.agent is agent and session.bound:
                session.queue.append(message)
                if session.held is not None:
                    self.world.after(self.world.between(1, 6), self._deliver, session, session.held)

    def _bind(self, session):
        """The session gets its JID; an older one with the same JID must go."""
        for other in list(self.sessions.values()):
            if other.bound and other.agent is session.agent:
                self._end(other, "replaced")
                self.web.presence(session.agent, "unavailable", self.world.between(3, 90))
        session.bound = True
        self.world.tell("bound", session)

    def terminate(self, session):
        self.request(session, terminate=True)
        self._end(session, "terminate")
        self.web.presence(session.agent, "unavailable")

    def _end(self, session, how):
        session.ended = how
        session.held = None
        self.sessions.pop(session.sid, None)
        self.world.tell("ended", session, how)

    # -- the reaper

    def reap_after(self, moment):
        """The first reaper run after a moment that is not long ago or far ahead."""
        run = self.next_reap
        while run - REAPER > moment:
            run -= REAPER
        while run <= moment:
            run += REAPER
        return run

    def _reap(self, run):
        if run != self._run or not self.up:
            return
        now, samples = self.world.now, []
        for session in list(self.sessions.values()):
            idle = session.idle(now)
            samples.append((session, -self.world.rng.choice((0, 0, 0, 0, 1, 1, 2, 4)) if idle is None else idle))
        self.world.tell("reaped", self.node, samples)
        for session, idle in samples:
            if idle > INACTIVITY:
                self.world.tell("idle_closed", session, idle)
                self._end(session, "idle_closure")
                if session.bound:
                    self.web.presence(session.agent, "unavailable")
        self.next_reap = now + REAPER + self.world.rng.choice((0, 0, 1))
        if self.world.rng.random() < self.late:
            self.next_reap += self.world.between(2 * SECOND, 20 * SECOND)
        self.world.at(self.next_reap, self._reap, run)

    # -- its own life

    def stop(self, clean):
        """Down, with all sessions; a clean stop says so."""
        lost = list(self.sessions.values())
        self.up = False
        self.world.tell("stopped", self.node, clean, lost)
        for session in lost:
            self._end(session, "server_stop" if clean else "crash")
            if session.bound:
                self.web.presence(session.agent, "unavailable", self.world.between(600, 2800))
        return lost

    def start(self):
        self.up = True
        self._run += 1
        self.world.tell("started", self.node)
        self.next_reap = self.world.now + REAPER + self.world.between(100, 900)
        self.world.at(self.next_reap, self._reap, self._run)


class Client:
    """A desktop: it polls while it is online. `busy` keeps two incidents from one client."""

    STEPS = ((50, "auth"), (100, "restart"), (150, "bind"), (200, "session"), (250, "presence"))

    def __init__(self, world, agent, ip, server, web):
        self.world, self.agent, self.ip, self.server, self.web = world, agent, ip, server, web
        agent.node = server.node
        self.session = None
        self.online = False
        self.line = True
        self.busy = True
        self.delay = world.between(15, 80)
        self._silent = None

    @property
    def present(self):
        return self.online and self.session is not None and self.session.ended is None and self.session.bound

    @property
    def signing_in(self):
        return self.online and self.session is not None and self.session.ended is None and not self.session.bound

    # -- signing in

    def sign_in(self, then=None):
        """Create, authenticate, bind, say hello; tried again while line or server are down."""
        if not self.line or not self.server.up:
            self.world.after(self.world.between(7000, 12000), self.sign_in, then)
            return
        if not self.web.knows(self.agent):
            self.world.after(self.world.between(300, 450), self.web.login, self.agent)
        session = self.session = self.server.create(self)
        self.online = True
        for delay, step in self.STEPS:
            self.world.after(delay, self._step, session, step)
        self.world.after(310, self._ready, session, then)

    def _step(self, session, step):
        if session.ended is None and self.online:
            self.server.request(session, step)
            if step == "presence":
                self.web.presence(self.agent, "available", self.world.between(150, 700))

    def _ready(self, session, then):
        self.ask()
        if then:
            then()

    # -- polling

    def ask(self):
        if self.present and self.session.held is None:
            self.server.request(self.session)

    def answered(self, session):
        if session is not self.session:
            return
        if self.online:
            self.world.after(self.delay + self.world.between(0, 25), self.ask)
        elif self._silent:
            then, self._silent = self._silent, None
            then(session.last_answer)

    # -- what may happen to it

    def fall_silent(self, then=lambda last: None):
        """No more requests. then(last) is called when the server has given its last answer."""
        self.online = False
        if self.session.held is None:
            then(self.session.last_answer)
        else:
            self._silent = then

    def resume(self):
        """Polls again, unless the session was closed meanwhile."""
        if self.session.ended is not None:
            self.try_old_session()
            self.sign_in()
            return
        self.online = True
        self.ask()

    def say_goodbye(self):
        """A closed or reloaded page: terminate, and no more requests."""
        if self.session.ended is None:
            self.server.terminate(self.session)
        self.online = False
        self._silent = None

    def try_old_session(self):
        """After a restart or a closure: the server does not know the session any more."""
        if self.server.up and self.line and self.session.ended is not None:
            self.world.tell("invalid", self.session)
