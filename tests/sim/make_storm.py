#!/usr/bin/env python3
"""Writes a simulated registration storm, and what can be seen of it.

    make_storm.py [--preset NAME | --seed N] [--scale X] OUT.pcapng [TRUTH.json]
    make_storm.py --list

NAME is one of PRESETS: the paper's traces tr01, tr02, tr03 (--scale: that many times the clients), or a small
one that shows one thing. Without a preset: 60 to 400 clients with features drawn by the seed. The truth is
DEFINITIONS.md applied to the messages that were written (storm_truth.py). The same arguments give the same
bytes.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import argparse
import gc
import os
import random
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import storm_truth  # noqa: E402
from storm_actors import AGENTS, DOMAIN, MS, S, Border, Client, Policy, Server, State, World, request  # noqa: E402
from storm_observer import Observer  # noqa: E402
from storm_wire import Writer  # noqa: E402

WARM = 200 * S  # simulated before the capture begins
OUTSIDE, INSIDE, OTHER = '203.0.113.10', '10.0.0.5', '203.0.113.20'
OUTSIDE6 = '2001:db8:5060::10'


class Plan:
    """What a scenario is made of; times in seconds of the capture. outages: (start, end, kind, restart, options
    answered) or lists of such kinds in sequence; a negative start is before the capture."""

    def __init__(self, **given):
        self.clients, self.duration, self.granted = 150, 420, 60
        self.outages = [(120, 220, 'silent', True, False)]
        self.policies, self.keeps = SHORT, KEEPS
        self.nat = self.copies = self.malformed = self.denied = self.moves = self.pairs = 0.0
        self.caches, self.instances, self.new_call, self.honours = 0.4, 0.5, 0.1, 0.7
        self.sick = []
        self.error_wait, self.error_share = 30, 0.1
        self.calls, self.leavers, self.extras = 12, 0, (0, 3)
        self.border = self.two = self.one_way = self.v6 = self.border_pings = False
        self.pings, self.tcp = 0.1, 0.0
        self.registrar_outages = []
        self.ignores = ()
        self.strays = 0  # clients that never register, beside the others: a wrong password, or two @ in the URI
        self.flood = None
        self.refresh = (0.55, 0.95)
        for name, value in given.items():
            if not hasattr(self, name):
                raise AttributeError(name)
            setattr(self, name, value)


# Classes of clients: share, what makes a Policy. `u` draws a number of seconds.
def policy(kind, interval, tries=(0, 0), wait=(0, 0), cap=(0, 0), retransmits=0.0):
    def make(rng):
        def u(bounds):
            return int(rng.uniform(*bounds) * S)
        return Policy(kind, u(interval), rng.randint(*tries), u(wait), u(cap), rng.random() < retransmits)
    return make


SHORT = [(0.34, policy('fixed', (1, 17), retransmits=0.5)), (0.24, policy('burst', (1, 3), (3, 8), (15, 40))),
         (0.12, policy('backoff', (4, 9), cap=(60, 120), retransmits=0.5)), (0.18, policy('rfc5626', (4, 7), cap=(30, 60), retransmits=0.5)),
         (0.12, policy('gave-up', (3, 8), (2, 6)))]
# The paper's: tries each 1 to 17 s; 8 to 20 tries, then 30 to 1200 s; 60, 120 … s.
PAPER = [(0.10, policy('fixed', (2.5, 6), retransmits=0.15)), (0.38, policy('fixed', (11, 17), retransmits=0.2)),
         (0.17, policy('burst', (1, 4), (8, 20), (30, 60))), (0.14, policy('burst', (1.5, 5), (8, 20), (120, 1200))),
         (0.08, policy('backoff', (60, 60.1), cap=(900, 1800), retransmits=0.5)),
         (0.07, policy('rfc5626', (30, 30.1), cap=(600, 1800), retransmits=1.0)), (0.06, policy('gave-up', (5, 20), (3, 20), retransmits=0.5))]
# Mechanism: share of clients, period in seconds.
KEEPS = [('options', 0.25, (15, 40)), ('crlf', 0.15, (15, 30)), ('stun', 0.1, (15, 30)), ('notify', 0.1, (15, 30)), ('subscribe', 0.1, (30, 60))]
PAPER_KEEPS = [('options', 0.6, (15, 45)), ('crlf', 0.10, (25, 35)), ('stun', 0.05, (25, 35)), ('notify', 0.20, (15, 45)), ('subscribe', 0.25, (30, 90))]


def draw(rng, table):
    lot = rng.random() * sum(share for share, _ in table)
    for share, make in table:
        lot -= share
        if lot < 0:
            return make(rng)
    return table[-1][1](rng)


class Scene:
    """A plan on its stage."""

    def __init__(self, plan, rng, writer):
        self.plan, self.rng = plan, rng
        self.end = WARM + plan.duration * S
        addresses = [OUTSIDE6 if plan.v6 else OUTSIDE] + [INSIDE] * plan.border + [OTHER] * plan.two
        self.observer = Observer(addresses)
        self.world = World(rng, writer, self.observer, WARM, plan.copies, plan.one_way)
        self.servers = self.make_servers(addresses)
        self.clients = []

    def states(self, outages):
        found = []
        for start, until, kind, restart, options in outages:
            if found and found[-1].t == WARM + int(start * S):
                found.pop()
            found.append(State(WARM + int(start * S), kind, restart and kind != 'errors', options, 15))
            found.append(State(WARM + int(until * S), 'up', restart))
        return found

    def make_servers(self, addresses):
        plan, world = self.plan, self.world
        sick = [(WARM + int(a * S), WARM + int(z * S), part, told, with_told) for a, z, part, told, with_told in plan.sick]
        if plan.border:
            registrar = Server(world, INSIDE, states=self.states(plan.registrar_outages), granted=3600)
            found = [Border(world, addresses[0], registrar, states=self.states(plan.outages), granted=plan.granted, sick=sick)]
            if plan.border_pings:
                world.at(WARM // 2, self.border_ping, found[0], registrar, 1)
        else:
            found = [Server(world, addresses[0], states=self.states(plan.outages), granted=plan.granted, sick=sick)]
        found[0].ignores = plan.ignores
        if plan.two:
            later = [(a + 60, z + 90, kind, restart, options) for a, z, kind, restart, options in plan.outages]
            found.append(Server(world, OTHER, 5070, self.states(later), plan.granted))
        return found

    def border_ping(self, border, registrar, n):
        """The border controller asks the registrar whether it lives, whatever its own clients see."""
        m = request(self.world, (border.end[0], 5080), registrar.end, 'OPTIONS', 'sip:' + DOMAIN, 'sbc@' + DOMAIN, 'sbc-ping', n, 'sbc', agent='ABC SBC 2.0')
        registrar.hear(m, BorderEars)
        self.world.after(5 * S, self.border_ping, border, registrar, n + 1)

    # ---- clients ----

    def address(self, n):
        if self.plan.v6:
            return '2001:db8:%x::%x' % (1 + n // 200, 1 + n % 200)
        return '198.18.%d.%d' % (n // 200 % 250, 1 + n % 200) if n < 50000 else '198.19.%d.%d' % (n // 200 % 250, 1 + n % 200)

    def populate(self):
        plan, rng = self.plan, self.rng
        places = max(1, int(plan.clients * 0.05))
        for n in range(plan.clients + plan.strays):
            behind = rng.random() < plan.nat
            address = self.address(plan.clients + rng.randrange(places)) if behind else self.address(n)
            user = 'user%05d' % n
            if plan.pairs and n and rng.random() < plan.pairs:
                user = self.clients[-1].aor.split('@')[0]
            server = self.servers[1] if plan.two and n % 3 == 0 else self.servers[0]
            client = Client(self.world, server, user, address, 10000 + n % 50000 if behind else 5060, AGENTS[self.family(n)], draw(rng, plan.policies))
            self.equip(client, behind)
            if n >= plan.clients:
                client.bad, client.denied = n % 3 == 0, 403
            self.clients.append(client)
        self.schedule_calls()

    def family(self, n):
        return (n * 7 + n // 11) % len(AGENTS)

    def equip(self, c, behind):
        plan, rng = self.plan, self.rng
        c.rtt = rng.randrange(8, 120) * MS
        c.refresh = plan.refresh
        c.caches_nonce, c.honours, c.new_call = rng.random() < plan.caches, rng.random() < plan.honours, rng.random() < plan.new_call
        c.instance = '%s-0000-1000-8000-%s' % (self.world.token(8), self.world.token(12)) if rng.random() < plan.instances else ''
        c.error_wait = plan.error_wait * S if rng.random() < plan.error_share else 0
        c.extras = rng.randint(*plan.extras)
        c.moves = rng.random() < plan.moves
        c.tcp = rng.random() < plan.tcp
        if c.tcp:
            c.extras = 0
        c.bad = rng.random() < plan.malformed
        c.denied = 403 if rng.random() < plan.denied else 0
        c.asks = rng.choice((60, 180, 300, 3600))
        if behind:
            c.host = '192.168.1.%d' % rng.randrange(2, 250)
        self.world.at(rng.randrange(WARM - 20 * S), c.attempt, 0)
        if rng.random() < plan.pings and not c.tcp:
            self.world.at(WARM // 2 + rng.randrange(20 * S), c.server.ping, c, rng.randrange(15, 30) * S, rng.choice(('OPTIONS', 'NOTIFY')), [0], self.end)
        for name, share, period in plan.keeps:
            if rng.random() < share:
                self.world.at(WARM - 20 * S + rng.randrange(20 * S), c.keep, name, int(rng.uniform(*period) * S), self.end)

    def schedule_calls(self):
        plan, rng = self.plan, self.rng
        callers = [c for c in rng.sample(self.clients, min(plan.calls, len(self.clients))) if not c.tcp]
        for c in callers:
            when = WARM + rng.randrange(5 * S, max(6, plan.duration - 75) * S)
            self.world.at(when, c.invite, rng.choice((200, 200, 200, 486, 404, 480, 603, 302, 503, 408)))
        for c in rng.sample([c for c in self.clients if not c.tcp], min(plan.leavers, len(self.clients))):
            self.world.at(WARM + rng.randrange(10 * S, 90 * S), c.leave)
        if plan.flood:
            start, until, rate = plan.flood
            self.world.at(WARM + start * S, self.flood, int(S / rate), WARM + until * S, 0)

    def flood(self, step, until, n):
        """Artificial REGISTERs at a constant rate: they never answer the challenge."""
        if self.world.now >= until:
            return
        user = 'load%04d' % (n % 2000)
        m = request(self.world, ('198.19.255.%d' % (1 + n % 4), 5060), self.servers[0].end, 'REGISTER', 'sip:' + DOMAIN, user + '@' + DOMAIN,
                    'load-%d' % n, 1, self.world.token(8), contact=('%s@198.19.255.1' % user, 5060, '', -1), expires=180, agent='sipp')
        self.servers[0].hear(m, Load)
        self.world.after(step, self.flood, step, until, n + 1)

    def run(self):
        self.populate()
        self.world.run(self.end)


class Deaf:
    """Sends, and does not care for answers."""
    rtt, denied, nonce = 1000, 0, 0

    @staticmethod
    def hear(_):
        pass


class BorderEars(Deaf):
    pass


class Load(Deaf):
    pass


# ---- presets ----

def tr01(scale, **more):
    """44 minutes: 12 + 21 + 11. 500s when the server is back, most of them from the 2nd to the 6th second."""
    given = dict(clients=int(3152 * scale), strays=int(45 * scale), duration=44 * 60, granted=180, outages=[(720, 1980, 'silent', True, False)],
                 policies=PAPER, keeps=PAPER_KEEPS, ignores=('NOTIFY',), nat=0.3, caches=0.5, instances=0.3, new_call=0.05, honours=0.6,
                 sick=[(1981, 1986, 0.9, 0, 0), (1986, 2020, 0.12, 0, 0)], error_share=0.4, calls=int(750 * scale), extras=(0, 3), pings=0.03)
    return Plan(**{**given, **more})


def tr02(scale):
    """The same server mended, with 750 artificial REGISTERs a second from the 18th to the 30th minute."""
    return tr01(scale, duration=41 * 60, outages=[(660, 1260, 'silent', True, False)], sick=[], flood=(18 * 60, 30 * 60, 750 * scale))


def tr03(scale):
    """1500 artificial ones: the server never registers anybody again."""
    return tr01(scale, duration=34 * 60, outages=[(660, 1260, 'silent', True, False), (1260, 9999, 'hopeless', True, False)], sick=[],
                flood=(18 * 60, 30 * 60, 1500 * scale))


PRESETS = {
    'tr01': tr01, 'tr02': tr02, 'tr03': tr03,
    'plain': lambda scale: Plan(),
    'no_outage': lambda scale: Plan(outages=[], duration=260, leavers=8, pairs=0.1),
    'two_servers': lambda scale: Plan(two=True, clients=220, nat=0.2),
    'mid_outage': lambda scale: Plan(outages=[(-60, 70, 'silent', True, False)], duration=260),
    'end_outage': lambda scale: Plan(outages=[(150, 999, 'silent', True, False)], duration=300),
    'two_outages': lambda scale: Plan(outages=[(100, 160, 'silent', True, False), (300, 380, 'refused', False, False)], duration=560),
    'border': lambda scale: Plan(border=True, border_pings=True, clients=180, outages=[(120, 220, 'silent', True, False)]),
    'border_options': lambda scale: Plan(border=True, border_pings=True, outages=[(120, 220, 'silent', False, True)]),
    'registrar_down': lambda scale: Plan(border=True, border_pings=True, outages=[], registrar_outages=[(100, 420, 'silent', True, False)], duration=700),
    'errors': lambda scale: Plan(outages=[(120, 200, 'errors', True, True)]),
    'failing': lambda scale: Plan(outages=[(120, 200, 'failing', True, True)]),
    'parts': lambda scale: Plan(outages=[(100, 150, 'silent', True, False), (150, 190, 'refused', True, False), (190, 230, 'errors', True, False),
                                         (230, 270, 'failing', True, False)], duration=470),
    'one_sided': lambda scale: Plan(one_way=True),
    'hopeless': lambda scale: Plan(outages=[(100, 200, 'silent', True, False), (200, 9999, 'hopeless', True, False)], duration=420),
    'refused': lambda scale: Plan(outages=[(120, 220, 'refused', True, False)], copies=0.05, nat=0.5),
    'sick': lambda scale: Plan(clients=300, sick=[(220, 226, 0.6, 12, 0.6), (226, 240, 0.1, 20, 1.0)], error_share=0.4),
    'gave_up': lambda scale: Plan(outages=[(100, 220, 'silent', True, False)], duration=600, clients=100),
    'copies': lambda scale: Plan(copies=0.3, nat=0.3, moves=0.2),
    'tcp': lambda scale: Plan(tcp=0.6, nat=0.2, outages=[(120, 220, 'refused', True, False)]),
    'tcp_silent': lambda scale: Plan(tcp=0.6, outages=[(120, 220, 'silent', True, False)]),
    'v6': lambda scale: Plan(v6=True, copies=0.1),
}
PAPERS = ('tr01', 'tr02', 'tr03')


def drawn(rng):
    """A plan of features drawn at random."""
    start, length = rng.randrange(90, 180), rng.randrange(45, 170)
    kind = rng.choice(('silent', 'silent', 'silent', 'refused', 'errors', 'failing'))
    outages = [(start + rng.random(), start + length + rng.random(), kind, rng.random() < 0.7, rng.random() < 0.3)]
    duration = start + length + rng.randrange(150, 260)
    if rng.random() < 0.25:
        middle = start + length // 2
        outages = [(outages[0][0], middle, 'silent', True, False), (middle, outages[0][1], rng.choice(('refused', 'errors', 'failing')), True, False)]
    if rng.random() < 0.2:
        again = start + length + rng.randrange(80, 150)
        outages.append((again, again + rng.randrange(40, 90), 'silent', False, False))
        duration = again + 250
    sick = [(start + length, start + length + rng.randrange(3, 8), rng.uniform(0.2, 0.6), rng.choice((5, 12, 20)), rng.random())] * (rng.random() < 0.6)
    border = rng.random() < 0.2
    return Plan(clients=rng.randrange(60, 400), duration=duration, granted=rng.choice((60, 60, 90, 120, 180)), outages=outages, sick=sick,
                border=border, border_pings=border, two=rng.random() < 0.2, v6=not border and rng.random() < 0.1,
                nat=rng.choice((0, 0.2, 0.6)), copies=rng.choice((0, 0, 0.05, 0.2)), malformed=rng.choice((0, 0.02)), denied=rng.choice((0, 0.03)),
                moves=rng.choice((0, 0.2)), pairs=rng.choice((0, 0, 0.1)), leavers=rng.choice((0, 6)), caches=rng.random(), instances=rng.random(),
                honours=rng.random(), error_share=rng.choice((0, 0.3)), calls=rng.randrange(0, 20), pings=rng.choice((0, 0.2)))


def make(out, preset=None, seed=1, scale=1.0):
    """Writes the capture; the scene, with what its observer saw."""
    gc.disable()  # millions of objects that stay
    rng = random.Random('%s/%d' % (preset, seed))
    plan = PRESETS[preset](scale) if preset else drawn(rng)
    writer = Writer(out)
    scene = Scene(plan, rng, writer)
    scene.run()
    writer.close()
    return scene


def main():
    options = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    options.add_argument('--preset', choices=PRESETS)
    options.add_argument('--seed', type=int, default=1)
    options.add_argument('--scale', type=float, default=1.0, help='of tr01, tr02, tr03')
    options.add_argument('--list', action='store_true')
    options.add_argument('out', nargs='?')
    options.add_argument('truth', nargs='?')
    args = options.parse_args()
    if args.list or not args.out:
        print(' '.join(PRESETS))
        return 0 if args.list else 2
    scene = make(args.out, args.preset, args.seed, args.scale)
    print('%d frames in %s' % (scene.world.writer.frames, args.out))
    if args.truth:
        storm_truth.write(args.truth, storm_truth.truth(scene.observer))
    return 0


if __name__ == '__main__':
    sys.exit(main())
