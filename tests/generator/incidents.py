"""What befalls the agents: one method an incident, each a few actions in simulated time.

What the logs show decides, to the millisecond; only the windows of the report's definitions are kept clear of.
"""
from service import REAPER
from world import MINUTE, SECOND

S = SECOND


class Incidents:
    def __init__(self, world, web):
        self.world, self.web = world, web
        self.counts = {}

    # -- what several need

    def done(self, client, rest=100):
        """From then on the client may have another incident."""
        self.world.after(rest * S, self._free, client)

    def _free(self, client):
        if client.present:
            client.busy = False
        else:
            self.done(client, 60)

    def back(self, client, low, high):
        """Sign in again after some seconds, and be free a while later."""
        self.world.after(self.world.between(low * S, high * S), client.sign_in, lambda: self.done(client))

    def back_with_old_session(self, client, low, high):
        delay = self.world.between(low * S, high * S)
        self.world.after(delay - 150, client.try_old_session)
        self.world.after(delay, client.sign_in, lambda: self.done(client))

    def run(self, kind, client):
        client.busy = True
        self.counts[kind] = self.counts.get(kind, 0) + 1
        getattr(self, kind)(client)

    def when_closed(self, client, last, then):
        """The third reaper run after the last answer closes; then(client) a second later."""
        closes = client.server.reap_after(last) + 2 * REAPER
        self.world.at(closes + 1500, then, client)

    # -- silences that end

    def glitch(self, client):
        """Less than a whole poll is missed."""
        def on_silent(last):
            self.world.at(last + self.world.between(2 * S, 26 * S), client.resume)
            self.done(client)
        client.fall_silent(on_silent)

    def near_miss(self, client):
        """The second reaper run sees more than 30 s, then the client is back."""
        def on_silent(last):
            first = client.server.reap_after(last)
            if first - last < 2 * S or first - last > 28 * S:
                self.world.at(last + self.world.between(1 * S, 1500), client.resume)
            else:
                self.world.at(first + REAPER + self.world.between(20, REAPER - 20), client.resume)
            self.done(client)
        client.fall_silent(on_silent)

    def sleeper_closes(self, client):
        """The same, but the page says goodbye as it wakes, and is opened again."""
        def on_silent(last):
            first = client.server.reap_after(last)
            wakes = first + self.world.between(20, 20 * S)
            if 2 * S < first - last < 28 * S:
                wakes += REAPER
            self.world.at(wakes, client.say_goodbye)
            self.world.at(wakes, self.back, client, 5, 40)
        client.fall_silent(on_silent)

    # -- silences that do not

    def lost(self, client):
        client.fall_silent(lambda last: self.when_closed(client, last, lambda c: self.back(c, 215, 500)))

    def lost_and_back(self, client):
        client.fall_silent(lambda last: self.when_closed(
            client, last, lambda c: self.back_with_old_session(c, 3, 48)))

    def lost_elsewhere(self, client):
        """Another server asks for the logout; only the event shows here."""
        self.web.asked_elsewhere.add(client.agent)
        self.lost(client)

    def lost_with_mobile(self, client):
        """While the desktop is lost, a phone of the same agent comes and goes."""
        def toggle(c):
            self.web.presence(c.agent, "unavailable", 9 * S, "Spark 2.6.3")
            self.web.presence(c.agent, "available", 21 * S, "Spark 2.6.3")
            self.back(c, 215, 500)
        client.fall_silent(lambda last: self.when_closed(client, last, toggle))

    def never_signed_in(self, client):
        """Somebody's page is created but never authenticated; the client itself stays."""
        session = client.server.create(client)
        session.last_answer = self.world.now + 10
        self.done(client, 20)

    # -- pages that go

    def replaced(self, client):
        """The browser crashes and starts again while the old poll is held or shortly after its answer."""
        client.fall_silent(lambda last: None)
        self.world.after(self.world.between(4 * S, 20 * S), client.sign_in, lambda: self.done(client))

    def replaced_late(self, client):
        """The same after a whole poll was missed."""
        def on_silent(last):
            first = client.server.reap_after(last)
            at = first + self.world.between(20, 24 * S)
            if 2 * S < first - last < 28 * S:
                at += REAPER
            self.world.at(at, client.sign_in, lambda: self.done(client))
        client.fall_silent(on_silent)

    def refresh(self, client):
        client.say_goodbye()
        self.back(client, 1, 6)

    def slow_refresh(self, client):
        client.say_goodbye()
        self.back(client, 15, 48)

    def closed_browser(self, client):
        client.say_goodbye()
        self.back(client, 215, 500)

    def sign_out(self, client):
        self._sign_out(client, self.world.between(0, 9), 0)

    def supervisor(self, client):
        self._sign_out(client, 22, 1)

    def _sign_out(self, client, reason, force):
        self.web.logout(client.agent, reason, force)
        self.world.after(self.world.between(400, 1800), client.say_goodbye)
        self.back(client, 70, 600)

    # -- forced for no good reason

    def forced_for_nothing(self, client):
        """A request without any loss; the agent reloads the page and signs in again."""
        self.web.force(client.agent)
        self.world.after(75 * S, client.say_goodbye)
        self.back(client, 80, 110)

    def forced_though_back(self, client):
        """Presence came back within 20 s, and the monitor does not notice."""
        self.web.deaf.add(client.agent)
        client.say_goodbye()
        self.world.after(self.world.between(5 * S, 20 * S), client.sign_in)
        self.world.after(150 * S, self._reload, client)

    def _reload(self, client):
        client.say_goodbye()
        self.back(client, 3, 9)

    # -- at the end of the log

    def silent_at_the_end(self, client):
        """The log stops after one whole poll was missed."""
        client.busy = True
        client.fall_silent()

    # -- traffic

    def chatter(self, client):
        """The agent changes state; reasons that are no forced logout among them."""
        rng = self.world.rng
        roll = rng.random()
        if roll < 0.06:
            self.web.event(client.agent, 2, rng.choice((33, 32767, 50002 if self.web.product == "UCCE" else 32762)))
        elif roll < 0.09:
            self.web.change_state(client.agent, 2, 2550)
        else:
            self.web.change_state(client.agent, rng.choice((2, 3)), rng.choice((0, 0, 4)))


WEIGHTS = {"glitch": 20, "near_miss": 18, "lost": 16, "lost_and_back": 12, "replaced": 7, "replaced_late": 7, "refresh": 9,
           "slow_refresh": 5, "closed_browser": 8, "sign_out": 7, "supervisor": 5, "sleeper_closes": 4,
           "lost_with_mobile": 3, "never_signed_in": 2, "forced_for_nothing": 2, "forced_though_back": 2,
           "lost_elsewhere": 2}


class Disasters:
    """What befalls many at once. Nothing else begins within the quiet around it."""

    BEFORE, AFTER = 5 * MINUTE, 7 * MINUTE

    def __init__(self, world, server, incidents, clients, sites):
        self.world, self.server, self.incidents = world, server, incidents
        self.clients, self.sites = clients, sites

    def _cut(self, clients, minutes):
        """The line is dead; held requests run out, and nobody asks again until it is repaired."""
        victims = [c for c in clients if c.present]
        for client in clients:
            client.line = False
        for client in victims:
            client.busy = True
            client.fall_silent()
        self.world.after(minutes * MINUTE, self._repaired, clients, victims)
        return [c.session for c in victims]

    def _repaired(self, clients, victims):
        for client in clients:
            client.line = True
        for client in victims:
            self.incidents.back_with_old_session(client, 1, 40)

    def _settled(self, again, *args):
        """Nobody is in the middle of a sign-in; else `again` a second later."""
        if any(c.signing_in for c in self.clients):
            self.world.after(1000, again, *args)
            return False
        return True

    def cut_site(self, index):
        if not self._settled(self.cut_site, index):
            return
        site = self.sites[2 * index % len(self.sites)]
        victims = self._cut(site.clients, 4)
        self.world.tell("disaster", "within_a_poll", site.scope, victims)

    def cut_all(self, _):
        """An update for everybody answers every poll, and the line is dead from then on."""
        if not self._settled(self.cut_all, _):
            return
        for client in self.clients:
            if client.session and client.session.ended is None:
                self.server.push(client.agent, "system")
        victims = self._cut(self.clients, 4)
        self.world.tell("disaster", "instant", "all", victims)

    def restart(self, clean, admin=False):
        """Stopped and started, or crashed; the desktops come back by and by, some of them too late."""
        if not self._settled(self.restart, clean, admin):
            return
        down = self.world.between(30 * S, 75 * S)
        present = [c for c in self.clients if c.present]
        for client in present:
            client.busy = True
            client.online = False
        if admin:
            self.world.tell("admin_command", "utils service restart Cisco Finesse Notification Service")
            self.world.after(self.world.between(2000, 5000), self.server.stop, clean)
        else:
            self.server.stop(clean)
        self.world.after(down, self.server.start)
        for client in present:
            self._return(client, down)

    def _return(self, client, down):
        """Not close to the monitor's 60 s."""
        delay = down + self.world.between(4 * S, 50 * S)
        if 45 * S < delay < 75 * S:
            delay = down + (self.world.between(4 * S, 8 * S) if down < 38 * S else self.world.between(50 * S, 90 * S))
        self.world.after(delay - 200, client.try_old_session)
        self.world.after(delay, client.sign_in, lambda: self.incidents.done(client))

    def flapping(self, _):
        """Stopped and started twice within two minutes: one restart."""
        if not self._settled(self.flapping, _):
            return
        present = [c for c in self.clients if c.present]
        for client in present:
            client.busy = True
            client.online = False
        for delay, action in ((0, self.server.stop), (60, self.server.stop)):
            self.world.after(delay * S, action, True)
        for delay in (28, 92):
            self.world.after(delay * S, self.server.start)
        for client in present:
            self.world.after(self.world.between(97 * S, 140 * S), client.sign_in, lambda c=client: self.incidents.done(c))

    def stop_for_good(self, _):
        """It is not started again before the logs end."""
        if self._settled(self.stop_for_good, _):
            for client in self.clients:
                client.online = False
                client.busy = True
            self.server.stop(True)

    def clean_stop(self, _):
        self.restart(True)

    def admin_restart(self, _):
        self.restart(True, admin=True)

    def crash(self, _):
        self.restart(False)
