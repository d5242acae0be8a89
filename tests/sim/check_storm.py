#!/usr/bin/env python3
"""Is the truth true? Small captures computed by hand, and what must hold for every simulated one.

    check_storm.py [NAME...]    names of small presets; all without any

By hand: messages at given times, and the numbers that DEFINITIONS.md makes of them on paper. Of simulated
captures: the reader of files finds what the simulator says it wrote, the same arguments give the same bytes,
numbers agree among each other, and clients are found to behave as they were made.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import hashlib
import os
import sys
import tempfile
from collections import Counter

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import make_storm  # noqa: E402
import storm_read  # noqa: E402
import storm_truth  # noqa: E402
from storm_observer import S, Observer  # noqa: E402
from storm_wire import Message  # noqa: E402

SERVER = '192.0.2.1'
FAULTS = []


def check(what, expected, found):
    if expected != found:
        FAULTS.append('%s: %s, expected %s' % (what, found, expected))


# ---- by hand ----

class Paper:
    """Messages written by hand: at seconds, of client n."""

    def __init__(self):
        self.said, self.count = [], 0

    def ask(self, t, n, method='REGISTER', cseq=1, branch=None, credentials=False, expires=60, call='c', **more):
        aor = 'u%d@example.com' % n
        contacts = (('u%d@198.51.100.%d' % (n, n), '', -1),) if method == 'REGISTER' else ()
        self.count += 1
        m = Message('198.51.100.%d' % n, 5060, SERVER, 5060, True, method, 0, branch or 'b%d' % self.count, '%s%d' % (call, n), cseq, aor, aor, 't', '',
                    contacts, expires if method == 'REGISTER' else -1, -1, credentials, **more)
        self.said.append((int(t * S), m))
        return m

    def tell(self, t, m, status, expires=None, retry_after=-1):
        contacts = ((m.contacts[0][0], '', expires),) if expires is not None else ()
        self.said.append((int(t * S), Message(m.dst, m.dport, m.src, m.sport, False, m.method, status, m.branch, m.call, m.cseq, m.from_aor, m.to_aor,
                                              m.from_tag, 'x', contacts, -1, retry_after)))

    def register(self, t, n, cseq=1, expires=60):
        """Challenged, answered after 10 ms each."""
        self.tell(t + 0.01, self.ask(t, n, cseq=cseq), 401)
        self.tell(t + 0.03, self.ask(t + 0.02, n, cseq=cseq + 1, credentials=True), 200, expires)

    def truth(self):
        observer = Observer([SERVER])
        for t, m in sorted(self.said, key=lambda s: s[0]):
            observer.message(t, m, 400)
        return storm_truth.truth(observer)


def by_hand_registered():
    """3.2 s for 60 s: seconds 3 to 62; ended by lifetime 0; a refresh at the beginning; a 95th percentile."""
    p = Paper()
    p.tell(0, p.ask(0, 9, 'OPTIONS'), 200)
    p.tell(3.2, p.ask(3.1, 1), 200, 60)
    p.tell(5.5, p.ask(5.4, 2), 200, 60)
    p.tell(9.5, p.ask(9.4, 2, cseq=2, expires=0), 200)
    p.tell(20.5, p.ask(20.4, 3, cseq=7), 200, 30)
    p.tell(70, p.ask(70, 9, 'OPTIONS', cseq=2), 200)
    t = p.truth()
    expected = [1] * 3 + [2] * 2 + [3] * 4 + [2] * 41 + [1] * 13 + [0] * 8
    check('registered', expected, t['series']['registered'])
    check('warmup', 60, t['warmup_s'])
    check('no outage', [], t['outages'])


def by_hand_storm():
    """Six clients refresh each minute; from 90.03 s on the server is silent; it is back at 210.05 s."""
    p = Paper()
    for n in range(1, 7):
        for t in (10 * n - 10, 10 * n + 50) if n < 4 else (10 * n - 10,):
            p.register(t if n > 1 or t else 0, n, cseq=2 * t + 1)
    p.register(90, 4, cseq=201)
    for n, step in ((5, 5), (6, 7), (1, 11), (2, 13), (3, 17), (4, 10)):
        t, cseq = (100 if n != 4 else 150), 301
        while t < 210:
            m = p.ask(t, n, cseq=cseq, credentials=True)
            p.ask(t + 0.5, n, cseq=cseq, branch=m.branch, credentials=True)
            t, cseq = t + step, cseq + 1
    for n in range(1, 7):
        p.register(210.02 + (n - 1) * 2, n, cseq=901)
    p.tell(420, p.ask(420, 9, 'OPTIONS'), 200)
    t = p.truth()
    check('outage', [{'server': SERVER, 'start_s': 90.03, 'end_s': 210.03, 'recovered': True,
                      'parts': [{'kind': 'silent', 'start_s': 90.03, 'end_s': 210.03}]}], t['outages'])
    check('patterns', {'fixed': 6}, {r['kind']: r['clients'] for r in t['retry']['patterns']})
    check('intervals', {'min': 5.0, 'median': 10.0, 'max': 17.0}, t['retry']['patterns'][0]['interval_s'])
    # 20 REGISTERs in 90 s: the storm is over where ten seconds have at most 1.25 * 20/90 + 3 * sqrt(20/900) = 0.725 a second.
    storm = t['storms'][0]
    check('storm', (210.03, 225.0, 2), (storm['start_s'], storm['end_s'], storm['peak_pps']))
    check('back', (6, {'p50': 4.02, 'p90': 10.02, 'p99': 10.02, 'max': 10.02}), (storm['clients_reregistered'], storm['reregistration_s']))
    # 10 attempts before and 6 after; in the outage those that 32 s of silence follow in the capture: all.
    tried = 22 + 16 + 10 + 9 + 7 + 6
    check('ineffective', {'attempts': 16 + tried, 'ineffective': tried, 'share': round(tried / (16 + tried), 4)},
          t['rfc6076']['ineffective_registration_attempts'])
    check('delay', {'count': 16, 'p50': 0.03, 'p90': 0.03, 'p99': 0.03, 'max': 0.03}, t['rfc6076']['registration_request_delay_s'])


def by_hand_patterns():
    """Times of attempts, seconds until the capture's end, kind."""
    for kind, times, rest in (
            ('gave-up', [0, 5, 10], 301), ('undetermined', [0, 5, 10], 300), ('fixed', [0, 5, 10, 16], 100), ('fixed', [0, 10, 20, 35], 10),
            ('undetermined', [0, 10, 20, 36, 40], 10), ('burst', [0, 1, 2, 3, 33, 34, 35], 10), ('burst', [0, 1, 2, 3, 33, 63, 64], 10),
            ('backoff', [0, 1, 2, 3, 33], 10), ('backoff', [0, 4, 12, 28, 60], 10), ('backoff', [0, 10, 30, 70, 110, 130], 10),
            ('undetermined', [0, 10, 30, 70, 87, 110], 10), ('backoff', [0, 10, 18, 40], 10)):
        inside = [t * S for t in times]
        check('pattern of %s' % times, kind, storm_truth.pattern(inside, inside, (times[-1] + rest) * S)[0])


def by_hand_parts():
    judge = storm_truth.Judge.tidy
    check('short parts', [['silent', 0, 20 * S], ['errors', 20 * S, 60 * S]],
          judge([['silent', 0, 20 * S], ['errors', 20 * S, 35 * S], ['failing', 35 * S, 40 * S], ['errors', 40 * S, 60 * S]]))
    check('a short first part', [['errors', 0, 30 * S]], judge([['silent', 0, 9 * S], ['errors', 9 * S, 30 * S]]))
    check('one short part', [['silent', 0, 5 * S]], judge([['silent', 0, 5 * S]]))


def by_hand_told():
    """Retry-After 10: ignored at 8.9 s, honoured at 9 and 40, late at 41, none; told twice: the last counts."""
    p = Paper()
    for n, again in ((1, 8.9), (2, 9.1), (3, 39.9), (4, 41), (5, None)):
        p.tell(n, p.ask(n, n), 503, retry_after=10)
        if again:
            p.ask(n + again, n, cseq=2)
    p.tell(6, p.ask(6, 6), 503, retry_after=10)
    p.tell(7, p.ask(7, 6, cseq=2), 503, retry_after=5)
    p.ask(13, 6, cseq=3)
    p.tell(80, p.ask(80, 9, 'OPTIONS'), 200)
    check('Retry-After', {'responses': 7, 'honoured': 3, 'ignored': 2, 'late': 1, 'none': 1}, p.truth()['retry_after'])


# ---- simulated ----

def simulated(name, seed, folder):
    path = os.path.join(folder, 'c.pcapng')
    scene = make_storm.make(path, name, seed)
    found = storm_truth.truth(scene.observer)
    where = name or 'seed %d' % seed
    read = storm_truth.truth(storm_read.observe(path))
    for key in found:
        if found[key] != read[key]:
            FAULTS.append('%s: %s of the file differs from that of the simulator' % (where, key))
    invariants(where, found)
    made(where, scene, found)
    return digest(path)


def digest(path):
    with open(path, 'rb') as file:
        return hashlib.sha256(file.read()).hexdigest()


def invariants(where, t):
    counted = sum(t['messages']['requests'].values()) + sum(t['messages']['responses'].values())
    check(where + ': directions', counted, sum(t['direction'].values()))
    for rows in [t] + t['by_server']:
        s = rows['series']
        check(where + ': bins', True, all(a <= b + c and r <= b for a, b, c, r in zip(s['total'], s['to_server'], s['from_server'], s['register'])))
        phases = rows['phases']
        check(where + ': phases without gaps', [p['end_s'] for p in phases[:-1]], [p['start_s'] for p in phases[1:]])
        check(where + ': storms start in outages\' ends', True,
              {x['start_s'] for x in rows['storms']} <= {o['end_s'] for o in t['outages']})
        check(where + ': clients with a pattern', rows['retry']['clients'], sum(p['clients'] for p in rows['retry']['patterns']))
    told = t['retry_after']
    check(where + ': Retry-After', told['responses'], sum(n for k, n in told.items() if k != 'responses'))


LIKE = {'rfc5626': 'backoff'}
ENOUGH = 0.95


def made(where, scene, t):
    """Clients that had the time to show it: fixed ones and bursts are found as what they are. Only where the server is
    silent: answers change what a client does."""
    if scene.plan.outages != [(120, 220, 'silent', True, False)] or scene.plan.border or scene.plan.one_way or scene.plan.two:
        return
    policies = {c.aor: c.policy for c in scene.clients}
    seen = Counter()
    for client, kind in t['truth']['kinds'].items():
        policy = policies[client.split(' ')[0]]
        if policy.kind == 'fixed' or policy.kind == 'burst' and policy.interval * policy.tries + policy.wait < 30 * S:
            seen[policy.kind == kind] += 1
    if seen[True] < ENOUGH * (seen[True] + seen[False]):
        FAULTS.append('%s: %d of %d clients are found to be what they are' % (where, seen[True], seen[True] + seen[False]))


def main(arguments):
    for name, act in list(globals().items()):
        if name.startswith('by_hand_'):
            act()
    names = arguments or [n for n in make_storm.PRESETS if n not in make_storm.PAPERS]
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            first = simulated(name, 1, folder)
        make_storm.make(os.path.join(folder, 'd.pcapng'), names[-1], 1)
        check('the same bytes for the same arguments', first, digest(os.path.join(folder, 'd.pcapng')))
    for fault in FAULTS:
        print(fault)
    print('%d simulated captures, %d faults' % (len(names), len(FAULTS)))
    return 1 if FAULTS else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
