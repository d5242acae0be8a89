"""What a capture shows of its servers, message by message, as plugin/storm/DEFINITIONS.md says.

Written from that text alone, to check the plugin: nothing here follows the plugin's code. An Observer
gets each frame in order and keeps, for each address that REGISTER goes to, what storm_truth.py needs to
judge at the end: seconds, answers, bindings and their attempts. Times are integer microseconds.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import functools
from collections import Counter, defaultdict, deque

S = 10**6
TRANSACTION_US = 32 * S
CHALLENGES = {401, 407, 423}
METHODS = ('ACK', 'BYE', 'CANCEL', 'INFO', 'INVITE', 'MESSAGE', 'NOTIFY', 'OPTIONS', 'PRACK', 'PUBLISH', 'REFER', 'REGISTER',
           'SUBSCRIBE', 'UPDATE')
KEEPING = ('OPTIONS', 'NOTIFY', 'SUBSCRIBE')
# Product (the beginning of the User-Agent) to family, of those that the simulator uses.
FAMILIES = (('Linphone', 'Linphone'), ('Yealink', 'Yealink'), ('snom', 'snom'), ('Zoiper', 'Zoiper'), ('Grandstream', 'Grandstream'),
            ('MicroSIP', 'MicroSIP'), ('Linksys', 'Cisco'), ('AVM FRITZ!Box', 'AVM'), ('eyeBeam', 'CounterPath'), ('Cisco', 'Cisco'),
            ('Asterisk', 'Asterisk'), ('Kamailio', 'Kamailio'), ('sipp', 'SIPp'))


@functools.lru_cache(None)
def family_of(agent):
    for product, family in FAMILIES:
        if agent.lower().startswith(product.lower()):
            return family
    return 'other'


class Transaction:
    __slots__ = ('t', 'method', 'binding', 'attempt', 'second', 'first', 'request', 'told', 'counted')

    def __init__(self, t, request):
        self.t, self.request, self.method = t, request, request.method
        self.binding = self.attempt = None
        self.first = self.second = self.told = self.counted = False


class Attempt:
    """A REGISTER transaction and the one that answers its challenge."""
    __slots__ = ('t', 'last', 'call', 'challenged', 'two', 'final', 'told', 'ok', 'messages', 'bytes', 'registered', 'granted')

    def __init__(self, t, call):
        self.t = self.last = t
        self.call = call
        self.challenged = self.final = self.told = self.ok = self.granted = None
        self.two = self.registered = False
        self.messages = self.bytes = 0


class Binding:
    def __init__(self, number, aor):
        self.number, self.aor = number, aor
        self.attempts, self.waiting, self.ok_times = [], {}, []
        self.is_address = False          # none: SYNs of an address with several clients behind it
        self.start = self.expiry = None  # of the registration that lasts, or was the last
        self.intervals = []              # (start, end) of those before
        self.seen = False                # a REGISTER of it
        self.family = 'other'

    def register(self, t, lifetime_us):
        """From t on for so long; 0 ends it."""
        if self.start is not None and self.expiry < t:
            self.intervals.append((self.start, self.expiry))
            self.start = None
        if lifetime_us > 0:
            self.start = t if self.start is None else self.start
            self.expiry = t + lifetime_us
        elif self.start is not None:
            self.intervals.append((self.start, t))
            self.start = None

    def estimate(self):
        """Registered from the beginning."""
        if self.start is not None:
            self.start = 0

    def is_registered(self, t):
        return self.start is not None and self.expiry > t

    def lifetimes(self):
        return self.intervals + ([(self.start, self.expiry)] if self.start is not None else [])

    def registered_until(self, t):
        """The end of the registration that lasts at t, or None."""
        return next((end for start, end in self.lifetimes() if start <= t < end), None)


class Second:
    __slots__ = ('total', 'reg', 'to', 'from_', 'answers', 'errors', 'kinds')

    def __init__(self):
        self.total = self.reg = self.to = self.from_ = self.answers = self.errors = 0
        self.kinds = {}  # method or status


class ServerView:
    """All that concerns one address."""

    def __init__(self, address):
        self.address = address
        self.seconds = []
        self.sources, self.ports, self.clients, self.answered = set(), set(), {}, set()
        self.bindings, self.firsts = {}, {}
        self.answers = []      # (t, status, binding) final responses to REGISTER
        self.live = []         # times of all other responses
        self.refusals, self.reg_times = [], []
        self.granted = []
        self.frames = self.bytes = 0
        self.keep = {name: [0, 0] for name in ('crlf', 'event', 'options', 'stun')}  # messages, bytes
        self.told, self.told_open = [], {}  # Retry-After: (t, s, d)
        self.messages = 0
        self.behind = {}       # source: (its clients, the binding that sent REGISTER last)
        self.knocking = {}     # (source, destination, sequence number) of a SYN: (t, attempt, binding)

    def second(self, t):
        s = t // S
        while len(self.seconds) <= s:
            self.seconds.append(Second())
        return self.seconds[s]

    def count(self, t, m, size):
        second = self.second(t)
        second.total += 1
        if m.request:
            second.kinds[m.method] = second.kinds.get(m.method, 0) + 1
        else:
            second.kinds[m.status] = second.kinds.get(m.status, 0) + 1
        if m.dst == self.address:
            second.to += 1
            self.sources.add(m.src)
        if m.src == self.address:
            second.from_ += 1
            second.answers += not m.request
        self.frames += 1
        self.bytes += size
        self.messages += 1

    # ---- bindings ----

    def binding(self, aor, contact=None):
        """contact: user@host or instance; None: the client's first."""
        if contact is None:
            found = self.firsts.get(aor)
            if found:
                return found
        found = self.bindings.get((aor, contact))
        if not found:
            found = self.bindings[aor, contact] = Binding(len(self.bindings), aor)
            self.firsts.setdefault(aor, found)
        return found

    def binding_of(self, m):
        if not m.contacts or m.contacts[0][0] == '*':
            return self.binding(m.to_aor)
        key, instance, _ = m.contacts[0]
        return self.binding(m.to_aor, instance or key)

    def on_register(self, t, m, txn, new, size):
        self.clients.setdefault(m.to_aor, t)
        self.ports.add(m.dport)
        if new:
            b = txn.binding = self.binding_of(m)
            b.family = family_of(m.agent)
            who = self.behind.setdefault(m.src, [set(), None])
            who[0].add(m.to_aor)
            who[1] = b
            txn.attempt = self.attempt(t, m, b)
            txn.second = txn.attempt.two
            txn.first = not b.seen and (m.credentials or m.cseq > 1)
            b.seen = True
        txn.attempt.messages += 1
        txn.attempt.bytes += size

    @staticmethod
    def attempt(t, m, b):
        first = b.waiting.pop(m.call, None)
        if first and not first.two and t - first.challenged <= TRANSACTION_US:
            first.two, first.last, first.final = True, t, None
            return first
        a = Attempt(t, m.call)
        a.registered = b.is_registered(t)
        b.attempts.append(a)
        return a

    def on_answer(self, t, m, txn, size):
        """A response to REGISTER."""
        b, a = (txn.binding, txn.attempt) if txn else (None, None)
        if a:
            a.messages += 1
            a.bytes += size
        if m.status < 200:
            self.live.append(t)
            return
        if not b:
            b = self.binding_of(m) if m.contacts else self.firsts.get(m.to_aor)
        if m.status < 300 or m.status in CHALLENGES:
            self.answered.add(m.to_aor)
        self.answers.append((t, m.status, b))
        if a and txn.second == a.two:  # of the attempt's last transaction
            a.final, a.told = m.status, (t, m.retry_after) if m.retry_after >= 0 else None
            if m.status in (401, 407) and not a.two:
                a.challenged = t
                b.waiting[a.call] = a
        if m.status < 300:
            self.on_ok(t, m, txn, b, a)

    def on_ok(self, t, m, txn, b, a):
        if b:
            b.ok_times.append(t)
        for binding, seconds in list(self.grants(m, txn.request if txn else None)):
            if seconds > 0:
                self.granted.append(seconds)
            binding.register(t, seconds * S)
            if binding is b and a and a.ok is None:
                a.granted = seconds
        if txn and txn.first:
            txn.first = False
            b.estimate()
            a.registered = True
        if a and a.ok is None:
            a.ok = t

    def grants(self, m, request):
        """(binding, seconds) of each contact of a 2xx."""
        aor = m.to_aor
        asked, first = {}, None
        if request:
            if any(key == '*' for key, _, _ in request.contacts):
                for (whose, _), binding in list(self.bindings.items()):
                    if whose == aor:
                        yield binding, 0
                return
            for key, instance, expires in request.contacts:
                seconds = expires if expires >= 0 else request.expires if request.expires >= 0 else 3600
                asked[key] = (self.binding(aor, instance or key), seconds)
                first = first or key
        for key, instance, expires in m.contacts:
            own = asked.pop(key, None)
            binding = self.binding(aor, instance) if instance else own[0] if own else self.binding(aor, key)
            seconds = expires if expires >= 0 else m.expires if m.expires >= 0 else own[1] if own else 3600
            yield binding, 0 if own and own[1] == 0 else seconds
        for key, (binding, seconds) in asked.items():
            if seconds == 0:
                yield binding, 0
            elif not m.contacts and key == first:
                yield binding, m.expires if m.expires >= 0 else seconds

    # ---- connections ----

    def syn(self, t, src, dst, seq):
        """An attempt, until it is answered. Of the binding that sent REGISTER last from there until now."""
        last = self.knocking.get((src, dst, seq))
        if last and t - last[0] <= 64 * S:
            return
        clients, binding = self.behind.get(src[0], ((), None))
        if len(clients) != 1:
            binding = self.binding(src[0])
            binding.is_address = True
        attempt = Attempt(t, None)  # without transaction: in no number of RFC 6076
        binding.attempts.append(attempt)
        self.knocking[src, dst, seq] = (t, attempt, binding)

    def syn_ack(self, t, src, dst, seq):
        """seq: of the SYN that it answers."""
        last = self.knocking.pop((dst, src, seq), None)
        if last and t - last[0] <= 60 * S:
            last[2].attempts.remove(last[1])

    # ---- Retry-After ----

    def on_transaction(self, t, m):
        told = self.told_open.pop((m.from_aor, m.method), None)
        if told:
            self.told.append((*told, t - told[0]))

    def on_told(self, t, m):
        """Who is told once more before coming was told the last."""
        self.told_open[m.from_aor, m.method] = (t, m.retry_after)


class Session:
    """INVITE without To tag, by Call-ID and From tag, at its first hop."""
    __slots__ = ('t', 'hop', 'ringing', 'final', 'ok', 'bye', 'done', 'failed', 'last', 'heard')

    def __init__(self, t, hop):
        self.t = self.last = t
        self.hop = hop
        self.heard = self.ringing = self.final = self.ok = self.bye = self.done = self.failed = None


class Observer:
    """servers: the addresses that REGISTER goes to (all of them)."""

    def __init__(self, servers):
        self.servers = {a: ServerView(a) for a in servers}
        self.start = self.end = None
        self.duplicates = self.ignored = 0
        self.requests, self.responses = Counter(), Counter()
        self.pairs = Counter()
        self.families, self.family_clients = Counter(), defaultdict(set)
        self.open, self.order = {}, deque()
        self.options, self.sessions = Counter(), {}

    def message(self, t, m, size):
        if self.start is None:
            self.start = t
        t -= self.start
        self.end = t
        self.pairs[m.src, m.dst] += 1
        txn, new = self.transaction(t, m)
        to, from_ = self.servers.get(m.dst), self.servers.get(m.src)
        views = (to, from_) if to and from_ and to is not from_ else (to or from_,) if to or from_ else ()
        for view in views:
            view.count(t, m, size)
        if m.request:
            self.requests[m.method if m.method in METHODS else 'other'] += 1
            self.request(t, m, txn, new, to, size)
        else:
            self.responses[m.status] += 1
            self.response(t, m, txn, from_, size)
        if m.method in KEEPING:
            self.keep_alive(m, txn, new, views, size)
        elif m.method in ('INVITE', 'BYE'):
            self.session(t, m, new)

    def again(self, messages):
        """A frame captured twice."""
        self.duplicates += messages

    def transaction(self, t, m):
        """The message's, or None; and whether it begins with it."""
        if m.method == 'ACK':
            return None, False
        if not m.request:
            return self.open.get((m.dst, m.src, m.method, m.branch, m.call, m.cseq)), False
        key = (m.src, m.dst, m.method, m.branch, m.call, m.cseq)
        txn = self.open.get(key)
        if txn and t - txn.t <= TRANSACTION_US:
            return txn, False
        txn = self.open[key] = Transaction(t, m)
        self.order.append((t, key))
        while self.order[0][0] < t - 4 * TRANSACTION_US:
            then, old = self.order.popleft()
            if self.open[old].t == then:
                del self.open[old]
        return txn, True

    def request(self, t, m, txn, new, to, size):
        self.ignored += m.uris_bad
        family = family_of(m.agent)
        self.families[family] += 1
        if m.method == 'REGISTER':
            self.family_clients[family].add(m.to_aor)
        if not to:
            return
        if new:
            to.on_transaction(t, m)
        if m.method == 'REGISTER':
            to.second(t).reg += 1
            to.reg_times.append(t)
            to.on_register(t, m, txn, new, size)

    def response(self, t, m, txn, from_, size):
        if not from_:
            return
        if 500 <= m.status <= 599:
            from_.second(t).errors += 1
        if m.method == 'REGISTER':
            from_.on_answer(t, m, txn, size)
        else:
            from_.live.append(t)
        if txn and 0 <= m.retry_after <= 86400 and not txn.told:
            from_.on_told(t, m)
            txn.told = True

    def keep_alive(self, m, txn, new, views, size):
        if m.request and m.method == 'OPTIONS' and not m.to_tag:
            self.options[m.src, m.dst] += 1
            name = 'options' if self.options[m.src, m.dst] > 1 else None
            if new:
                txn.counted = name
        elif m.request and m.method in ('NOTIFY', 'SUBSCRIBE') and m.event == 'keep-alive':
            name = 'event'
            txn.counted = name
        else:
            name = txn.counted if txn and not m.request else None
        if name:
            self.count_keep(name, views, size)

    @staticmethod
    def count_keep(name, views, size):
        for view in views:
            view.keep[name][0] += 1
            view.keep[name][1] += size

    def filler(self, t, name, src, dst, size):
        """A frame of CRLF or STUN; before the first message there is no time yet."""
        if self.start is None:
            return
        for view in {self.servers.get(src), self.servers.get(dst)} - {None}:
            self.count_keep(name, [view], size)
            view.frames += 1
            view.bytes += size

    def refusal(self, t, address):
        """RST from a server, or an ICMP error that quotes what was sent to it."""
        view = self.servers.get(address)
        if view and self.start is not None:
            view.refusals.append(t - self.start)
            self.end = max(self.end, t - self.start)

    def syn(self, t, src, dst, seq):
        view = self.servers.get(dst[0])
        if view and dst[1] in view.ports and self.start is not None:
            view.syn(t - self.start, src, dst, seq)
            self.end = max(self.end, t - self.start)

    def syn_ack(self, t, src, dst, seq):
        view = self.servers.get(src[0])
        if view and self.start is not None:
            view.syn_ack(t - self.start, src, dst, seq)
            self.end = max(self.end, t - self.start)

    # ---- RFC 6076, sessions ----

    def session(self, t, m, new):
        if m.method == 'INVITE' and m.request and not m.to_tag and new:
            s = self.sessions.setdefault((m.call, m.from_tag), Session(t, (m.src, m.dst)))
            if (m.src, m.dst) == s.hop:
                s.last, s.heard = t, None
                s.final = None  # its answer to a challenge: a session does not end with that
            return
        s = self.sessions.get((m.call, m.from_tag))
        if not s or (m.src, m.dst) not in (s.hop, s.hop[::-1]):
            return
        if m.method == 'BYE':
            if m.request:
                s.bye = t if s.bye is None else s.bye
            elif s.done is None and 200 <= m.status < 300:
                s.done = t
        elif not m.request:
            self.session_answer(t, m, s)

    @staticmethod
    def session_answer(t, m, s):
        if m.status > 100 and s.heard is None:
            s.heard = t
        if 180 <= m.status <= 200 and s.ringing is None:
            s.ringing = t
        if m.status < 200:
            return
        s.final = m.status
        if m.status == 200:
            s.ok = t if s.ok is None else s.ok
        elif m.status >= 400 and m.status not in (401, 402, 407) and s.failed is None and s.ringing is None:
            s.failed = t
