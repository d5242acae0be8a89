"""A registrar, a border controller and their clients, simulated message by message.

A World has the clock, the queue of what is to happen and the capture. Captured is what passes the server:
a request when it comes, a response when it goes; what is on its way to or from the client takes the
client's `rtt`. Whether and how the server answers depends on its `states`; how a client goes on without
an answer depends on its Policy, after the paper's classes. Times are integer microseconds.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import bisect
import heapq
import struct

import frames as f
from storm_wire import Message, Path

S, MS = 10**6, 1000
FIN, SYN, RST, PUSH, ACK = 1, 2, 4, 8, 16
DOMAIN = 'voip.example.com'
TIMER_E = [500 * MS, 1500 * MS, 3500 * MS] + [7500 * MS + n * 4 * S for n in range(7)]
TIMER_F = 32 * S
REASONS = {100: 'Trying', 180: 'Ringing', 200: 'OK', 302: 'Moved Temporarily', 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found',
           407: 'Proxy Authentication Required', 408: 'Request Timeout', 480: 'Temporarily Unavailable', 486: 'Busy Here',
           489: 'Bad Event', 500: 'Server Internal Error', 503: 'Service Unavailable', 603: 'Decline'}
AGENTS = ('Linphone/3.10.2 (belle-sip/1.5.0)', 'Yealink SIP-T46S 66.84.0.15', 'snom760/8.7.5.35', 'Zoiper rv2.8.15',
          'Grandstream GXP2160 1.0.9.26', 'MicroSIP/3.20.5', 'Linksys/SPA942-6.1.5(a)', 'AVM FRITZ!Box Fon WLAN 7390 84.06.20',
          'eyeBeam release 1105x stamp 56793', 'Own Phone 1')
SDP = ('v=0\r\no=- {sid} {sid} IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 20000 RTP/AVP 0 8\r\n'
       'a=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=sendrecv\r\n')


class World:
    """writer and observer: where the capture goes. begin: when it starts; copies: share of frames that are
    captured twice; one_way: only what goes to servers is captured."""

    def __init__(self, rng, writer, observer, begin=0, copies=0.0, one_way=False):
        self.rng, self.writer, self.observer = rng, writer, observer
        self.begin, self.copies, self.one_way = begin, copies, one_way
        self.now, self.count, self.queue, self.ident, self.paths = 0, 0, [], 1, {}
        self.streams = {}  # (source, destination): the next sequence number
        self.servers = set()

    def at(self, t, act, *words):
        self.count += 1
        heapq.heappush(self.queue, (t, self.count, act, words))

    def after(self, delay, act, *words):
        self.at(self.now + delay, act, *words)

    def run(self, end):
        queue = self.queue
        while queue and queue[0][0] < end:
            self.now, _, act, words = heapq.heappop(queue)
            act(*words)

    def path(self, src, dst, proto=f.UDP):
        found = self.paths.get((src, dst, proto))
        if not found:
            found = self.paths[src, dst, proto] = Path(src, dst, proto)
        return found

    def capture(self, src, dst, data, proto=f.UDP):
        """Writes a frame; its length, or 0 where it is not captured."""
        if self.now < self.begin or (self.one_way and dst not in self.servers):
            return 0
        self.ident = self.ident % 65535 + 1
        path = self.path(src, dst, proto)
        frame = path.frame(data, self.ident)
        self.writer.write(self.now, frame)
        if self.copies and self.rng.random() < self.copies:
            self.after(self.rng.randrange(50, 15 * MS), self.copy, path.frame(data, self.ident, 63), self.is_sip(data, proto))
        return len(frame)

    @staticmethod
    def is_sip(data, proto):
        return proto == f.UDP and b'SIP/2.0' in data

    def copy(self, frame, messages):
        self.writer.write(self.now, frame)
        self.observer.again(messages)

    def send(self, m):
        """A message passes the point of capture now."""
        if m.tcp:
            size = self.segment((m.src, m.sport), (m.dst, m.dport), PUSH | ACK, m.payload)
        else:
            size = self.capture(m.src, m.dst, self.path(m.src, m.dst).datagram(m.sport, m.dport, m.payload))
        if size:
            self.observer.message(self.now, m, size)

    def segment(self, src, dst, flags, payload=b''):
        """Of a stream: sequence numbers go on. A SYN takes one, which counts once it is answered."""
        for ends in ((src, dst), (dst, src)):
            if ends not in self.streams:
                self.streams[ends] = self.rng.getrandbits(32)
        if flags & SYN and flags & ACK:
            self.streams[dst, src] = (self.streams[dst, src] + 1) % 2**32
        seq, ack = self.streams[src, dst], self.streams[dst, src]
        data = self.path(src[0], dst[0], f.TCP).segment(src[1], dst[1], seq, ack if flags & ACK else 0, flags, payload)
        if flags & ACK:
            self.streams[src, dst] = (seq + len(payload) + bool(flags & SYN)) % 2**32
        return self.capture(src[0], dst[0], data, f.TCP)

    def filler(self, name, src, sport, dst, dport, payload, tcp=False):
        if tcp:
            size = self.segment((src, sport), (dst, dport), PUSH | ACK, payload)
        else:
            size = self.capture(src, dst, self.path(src, dst).datagram(sport, dport, payload))
        if size:
            self.observer.filler(self.now, name, src, dst, size)

    def refuse(self, m):
        """ICMP port unreachable (or its kin of IPv6), with the beginning of what was sent."""
        ident = self.ident
        packet = self.path(m.src, m.dst).frame(self.path(m.src, m.dst).datagram(m.sport, m.dport, m.payload), ident)[14:]
        v6 = ':' in m.src
        head = struct.pack('!BBHI', *((1, 4) if v6 else (3, 3)), 0, 0) + packet[:520]
        pseudo = f.pseudo_header(f.addr(m.dst), f.addr(m.src), 58, len(head)) if v6 else b''
        data = head[:2] + struct.pack('!H', f.ones_complement(pseudo + head)) + head[4:]
        if self.capture(m.dst, m.src, data, 58 if v6 else f.ICMP):
            self.observer.refusal(self.now, m.dst)

    def token(self, digits=12):
        return '%0*x' % (digits, self.rng.getrandbits(4 * digits))


def host_of(address):
    return '[%s]' % address if ':' in address else address


def request(world, src, dst, method, uri, aor, call, cseq, tag, to=None, to_tag='', contact=None, expires=-1, credentials='',
            event='', agent='', body='', bad=False, tcp=False):
    """src, dst: (address, port). contact: (user@host, port, instance, expires) or '*'. credentials: the header field."""
    branch = world.token()
    to = to or aor
    common = ('Via: SIP/2.0/%s %s:%d;branch=z9hG4bK%s;rport\r\nFrom: <sip:%s>;tag=%s\r\nCall-ID: %s\r\nCSeq: %d %s\r\nTo: <sip:%s>'
              % ('TCP' if tcp else 'UDP', host_of(src[0]), src[1], branch, aor, tag, call, cseq, method, to))
    more = ';tag=%s\r\nMax-Forwards: 70\r\n' % to_tag if to_tag else '\r\nMax-Forwards: 70\r\n'
    contacts = ()
    if contact == '*':
        more += 'Contact: *\r\n'
        contacts = (('*', '', -1),)
    elif contact:
        text, contacts = contact_field(*contact)
        more += text
    if expires >= 0:
        more += 'Expires: %d\r\n' % expires
    if credentials:
        more += credentials
    if event:
        more += 'Event: %s\r\n' % event
    if agent:
        more += 'User-Agent: %s\r\n' % agent
    if body:
        more += 'Content-Type: application/sdp\r\n'
    m = Message(src[0], src[1], dst[0], dst[1], True, method, 0, 'z9hG4bK' + branch, call, cseq, aor, to, tag, to_tag, contacts,
                expires, -1, bool(credentials), event, agent, bad)
    m.common, m.tcp = common, tcp
    m.payload = ('%s %s SIP/2.0\r\n%s%sContent-Length: %d\r\n\r\n%s' % (method, uri, common, more, len(body), body)).encode()
    return m


def contact_field(key, port, instance, expires):
    text = 'Contact: <sip:%s:%d>' % (key, port)
    if instance:
        text += ';+sip.instance="<urn:uuid:%s>"' % instance
    if expires >= 0:
        text += ';expires=%d' % expires
    return text + '\r\n', ((key, instance, expires),)


def response(m, status, extra='', contacts=(), expires=-1, retry_after=-1, body=''):
    """To request m, from where it went. extra: header fields."""
    tag = m.to_tag or ('' if status == 100 else 'as%s' % m.branch[-8:])
    r = Message(m.dst, m.dport, m.src, m.sport, False, m.method, status, m.branch, m.call, m.cseq, m.from_aor, m.to_aor, m.from_tag,
                tag, contacts, expires, retry_after)
    r.tcp = m.tcp
    if retry_after >= 0:
        extra += 'Retry-After: %d\r\n' % retry_after
    if expires >= 0:
        extra += 'Expires: %d\r\n' % expires
    r.payload = ('SIP/2.0 %d %s\r\n%s%s\r\n%sContent-Length: %d\r\n\r\n%s' % (
        status, REASONS[status], m.common, ';tag=' + tag if tag else '', extra, len(body), body)).encode()
    return r


# ---- servers ----

class State:
    """How a server behaves from t on: up, silent, refused, errors, failing, or hopeless (few answers, none good)."""

    def __init__(self, t, kind, restart=False, options=False, told=0):
        self.t, self.kind, self.restart, self.options, self.told = t, kind, restart, options, told


class Server:
    """A registrar with digest; it also answers OPTIONS, keep-alives and calls.

    sick: (from, to, share, Retry-After, share with it): 500 in these times. ignores: methods of keep-alives that
    it never answers."""

    ignores = ()

    def __init__(self, world, address, port=5060, states=(), granted=180, sick=()):
        self.world, self.end, self.states, self.granted, self.sick = world, (address, port), list(states), granted, list(sick)
        self.times = [s.t for s in self.states]
        self.nonce, self.table, self.clients = 1, {}, {}
        world.servers.add(address)
        for state in self.states:
            if state.restart:
                world.at(state.t, self.restart)

    def restart(self):
        self.nonce += 1
        self.table.clear()

    def state(self):
        i = bisect.bisect_right(self.times, self.world.now)
        return self.states[i - 1] if i else State(0, 'up')

    def delay(self):
        return int(self.world.rng.expovariate(1 / 6000)) + 1500

    def hear(self, m, client):
        """Request m of a client comes now."""
        self.world.send(m)
        state = self.state()
        if m.uris_bad or m.method == 'ACK' or m.method in self.ignores:
            return
        if state.kind == 'refused':
            self.world.after(self.world.rng.randrange(30, 90), self.refuse, m, client)
        elif state.kind in ('up', 'errors', 'failing', 'hopeless'):
            self.serve(m, client, state)
        elif state.options and m.method == 'OPTIONS':
            self.answer(client, response(m, 200))

    def refuse(self, m, client):
        if m.tcp:
            self.reset(client)
        else:
            self.world.refuse(m)

    def reset(self, client):
        if self.world.segment(self.end, client.end, RST | ACK):
            self.world.observer.refusal(self.world.now, self.end[0])
        client.connected, client.refused_at = False, client.era

    def knock(self, client):
        """A SYN of a client comes now."""
        if self.world.segment(client.end, self.end, SYN):
            self.world.observer.syn(self.world.now, client.end, self.end, self.world.streams[client.end, self.end])
        kind = self.state().kind
        if kind == 'refused':
            self.world.after(60, self.reset, client)
        elif kind != 'silent':
            self.world.after(90, self.open, client, client.end, client.era)

    def open(self, client, end, era):
        """SYN-ACK, and what comes of it."""
        if self.world.segment(self.end, end, SYN | ACK):
            self.world.observer.syn_ack(self.world.now, self.end, end, (self.world.streams[end, self.end] - 1) % 2**32)
        self.world.after(client.rtt, client.opened, end, era)

    def answer(self, client, r, delay=None):
        self.world.after(self.delay() if delay is None else delay, self.go, client, r)

    def go(self, client, r):
        """The response leaves, if the server still lives."""
        if self.state().kind in ('silent', 'refused') and not self.state().options:
            return
        self.world.send(r)
        self.world.after(client.rtt, client.hear, r)

    def serve(self, m, client, state):
        if m.method == 'REGISTER':
            r = self.registration(m, client, state)
        elif m.method == 'INVITE':
            return self.call(m, client)
        elif m.method in ('SUBSCRIBE', 'NOTIFY') and m.event == 'keep-alive':
            r = response(m, 489)
        else:
            r = response(m, 200)
        if r and (state.kind != 'hopeless' or r.status != 200):
            self.answer(client, r)

    def registration(self, m, client, state):
        rng = self.world.rng
        if state.kind == 'errors':
            told = state.told if state.told and rng.random() < 0.5 else -1
            return response(m, 503, retry_after=told)
        if state.kind == 'failing':
            return self.challenge(m)
        if state.kind == 'hopeless':
            lot = rng.random()
            return self.challenge(m) if lot < 0.02 else response(m, 500) if lot < 0.03 else None
        for since, until, part, told, with_told in self.sick:
            if since <= self.world.now < until and rng.random() < part:
                return response(m, 500, retry_after=told if rng.random() < with_told else -1)
        return self.admit(m, client)

    def admit(self, m, client):
        if client.denied and m.credentials:
            return response(m, client.denied)
        if not self.trusted(m, client):
            return self.challenge(m)
        return self.accept(m, client)

    def trusted(self, m, client):
        return client.nonce == self.nonce and m.credentials

    def challenge(self, m):
        return response(m, 401, 'WWW-Authenticate: Digest realm="%s", nonce="%032x"\r\nServer: Kamailio (5.6.3 (x86_64/linux))\r\n'
                        % (DOMAIN, self.nonce))

    def grant(self, m):
        asked = next((e for _, _, e in m.contacts if e >= 0), m.expires)
        return asked if 0 <= asked < self.granted else self.granted

    def accept(self, m, client):
        now, table = self.world.now, self.table.setdefault(m.to_aor, {})
        if m.contacts and m.contacts[0][0] == '*':
            table.clear()
        elif m.contacts:
            seconds = self.grant(m)
            key = m.contacts[0][1] or m.contacts[0][0]
            if seconds:
                table[key] = (now + seconds * S, m.contacts[0], client.contact_port())
            else:
                table.pop(key, None)
        lines, contacts = '', ()
        for until, (key, instance, _), port in table.values():
            left = -(-(until - now) // S)
            if left > 0:
                text, one = contact_field(key, port, instance, left)
                lines, contacts = lines + text, contacts + one
        return response(m, 200, lines + 'Server: Kamailio (5.6.3 (x86_64/linux))\r\n', contacts)

    # ---- calls ----

    def call(self, m, client):
        if not m.credentials:
            self.answer(client, response(m, 407, 'Proxy-Authenticate: Digest realm="%s", nonce="1"\r\n' % DOMAIN))
            return
        rng = self.world.rng
        self.answer(client, response(m, 100), 500)
        if client.fate in (404, 302):
            self.answer(client, response(m, client.fate), 9 * MS)
            return
        self.answer(client, response(m, 180), rng.randrange(50, 300) * MS)
        body = SDP.format(sid=rng.getrandbits(30)) if client.fate == 200 else ''
        kind = 'Contact: <sip:callee@%s:5060>\r\nContent-Type: application/sdp\r\n' % host_of(self.end[0]) if body else ''
        self.answer(client, response(m, client.fate, kind, body=body), rng.randrange(1000, 6000) * MS)

    # ---- pings: OPTIONS or NOTIFY to clients ----

    def ping(self, client, period, method, calls, until):
        """calls: [number so far]."""
        if self.world.now >= until:
            return
        calls[0] += 1
        alive = self.state().kind not in ('silent', 'refused') or self.state().options
        if alive and client.aor in self.table:
            user = client.aor
            m = request(self.world, self.end, client.end, method, 'sip:%s' % client.contact_key(), 'ping@' + DOMAIN, 'ping-%s' % user,
                        calls[0], 'ping', to=user, event='keep-alive' if method == 'NOTIFY' else '', agent='Kamailio (5.6.3)')
            self.world.send(m)
            if client.answers_pings:
                self.world.after(client.rtt + 3 * MS, self.pong, client, m)
        self.world.after(period, self.ping, client, period, method, calls, until)

    def pong(self, client, m):
        self.world.send(response(m, 200, 'User-Agent: %s\r\n' % client.agent))


class Border(Server):
    """A session border controller before a registrar: it answers refreshes by itself and passes on what is
    new to it, or what the registrar should hear again. Both sides are captured."""

    def __init__(self, world, address, registrar, inner_lifetime=600, **more):
        super().__init__(world, address, **more)
        self.registrar, self.inner_lifetime, self.inner = registrar, inner_lifetime, {}

    def restart(self):
        self.table.clear()
        self.inner.clear()

    def admit(self, m, client):
        leg = self.inner.get(client)
        if leg is None:
            leg = self.inner[client] = Leg(self, client)
        if client.aor in self.table and leg.until > self.world.now + self.granted * S:
            return self.accept(m, client)
        leg.ask(m)
        return None


class Leg:
    """The border controller as the registrar's client, for one of its own."""

    def __init__(self, border, client):
        self.border, self.client, self.until, self.cseq = border, client, 0, 0
        self.world, self.aor, self.rtt, self.denied = border.world, client.aor, 500, client.denied
        self.call, self.tag = self.world.token(24), self.world.token(8)
        self.pending, self.asked = None, None

    @property
    def nonce(self):
        return self.client.nonce

    def contact_port(self):
        return 5080

    def contact_key(self):
        return '%s@%s' % (self.aor.split('@')[0], host_of(self.border.end[0]))

    def ask(self, m):
        """Once for each transaction of the client."""
        if self.asked == m.branch:
            return
        self.asked = m.branch
        self.cseq += 1
        self.pending = m
        inner = request(self.world, (self.border.end[0], 5080), self.border.registrar.end, 'REGISTER', 'sip:' + DOMAIN, self.aor, self.call,
                        self.cseq, self.tag, contact=(self.contact_key(), 5080, '', -1), expires=self.border.inner_lifetime,
                        credentials=CREDENTIALS % self.aor if m.credentials else '', agent='ABC SBC 2.0')
        self.world.after(800, self.border.registrar.hear, inner, self)
        self.world.after(4 * S, self.lost, self.cseq)

    def lost(self, cseq):
        """The registrar is silent: the client is told so."""
        if self.pending and self.cseq == cseq:
            self.border.answer(self.client, response(self.pending, 503, retry_after=20))
            self.pending = None

    def hear(self, r):
        m, self.pending = self.pending, None
        if not m or r.cseq != self.cseq:
            return
        if r.status == 200:
            self.until = self.world.now + self.border.inner_lifetime * S
            self.border.answer(self.client, self.border.accept(m, self.client))
        elif r.status == 401:
            self.border.answer(self.client, self.border.registrar.challenge(m))
        else:
            self.border.answer(self.client, response(m, r.status, retry_after=r.retry_after))


CREDENTIALS = ('Authorization: Digest username="%s", realm="' + DOMAIN + '", nonce="4f1c9b0a4f1c9b0a4f1c9b0a4f1c9b0a", '
               'uri="sip:' + DOMAIN + '", response="6629fae49393a05397450978507c4ef1", algorithm=MD5\r\n')


# ---- clients ----

class Policy:
    """When to try again. kind: fixed, burst, backoff, rfc5626, gave-up; numbers in microseconds."""

    def __init__(self, kind, interval, tries=0, wait=0, cap=0, retransmits=False):
        self.kind, self.interval, self.tries, self.wait, self.cap, self.retransmits = kind, interval, tries, wait, cap, retransmits

    def gap(self, failures, rng):
        """From the start of the attempt that failed (the failures-th in a row) to the next; None: never."""
        jitter = rng.uniform(0.95, 1.05)
        if self.kind == 'fixed':
            return int(self.interval * jitter)
        if self.kind == 'burst':
            return int((self.wait if failures % self.tries == 0 else self.interval) * jitter)
        if self.kind == 'backoff':
            return int(min(self.interval * 2 ** min(failures - 1, 20), self.cap) * jitter)
        if self.kind == 'rfc5626':
            return int(min(self.interval * 2 ** min(failures - 1, 20), self.cap) * rng.uniform(0.5, 1.0))
        return int(self.interval * jitter) if failures < self.tries else None


class Client:
    """One contact of an address-of-record. Attributes that a scenario may set come with their defaults."""

    rtt = 40 * MS
    denied = 0                # status for its credentials: a wrong password
    caches_nonce = False      # sends credentials at the first try
    honours = True            # waits for Retry-After
    error_wait = 0            # after 500 without Retry-After
    refresh = (0.55, 0.95)    # of the lifetime
    asks = 3600
    instance = ''
    extras = 0                # requests once it is registered again
    moves = False             # comes from another port after each third failure
    bad = False               # two @ in its URI
    new_call = False          # another Call-ID for each attempt
    fate = 200
    answers_pings = True
    tcp = connected = False
    refused_at = -1           # the era in which a connection was refused
    until = 1 << 60           # stops then

    def __init__(self, world, server, user, address, port, agent, policy):
        self.world, self.server, self.policy, self.agent = world, server, policy, agent
        self.aor, self.end = '%s@%s' % (user, DOMAIN), (address, port)
        self.call, self.tag = '%s@%s' % (world.token(24), host_of(address)), world.token(8)
        self.cseq, self.failures, self.nonce, self.era = world.rng.randrange(0, 20), 0, 0, 0
        self.registered = self.challenged = False
        self.began, self.sent, self.current, self.host = 0, 0, None, address
        self.counter = 0

    def contact_port(self):
        return self.end[1]

    def contact_key(self):
        return '%s@%s' % (self.aor.split('@')[0], host_of(self.host))

    # ---- registration ----

    def attempt(self, era):
        if era != self.era or self.world.now >= self.until:
            return
        self.era += 1
        self.began, self.challenged = self.world.now, False
        if self.new_call:
            self.call, self.cseq = '%s@%s' % (self.world.token(24), host_of(self.end[0])), 0
        if self.moves and self.failures and self.failures % 3 == 0:
            self.end = (self.end[0], 20000 + (self.end[1] + 7) % 40000)
        if self.tcp and not self.connected:
            self.end = (self.end[0], 20000 + (self.end[1] + 11) % 40000)
            self.dial(self.era, 1 * S)
        else:
            self.register(self.caches_nonce and self.nonce > 0)
        gap = self.policy.gap(self.failures + 1, self.world.rng)
        self.wait = gap
        if gap is not None:
            self.world.after(gap, self.give_up, self.era)

    def dial(self, era, wait):
        """A SYN, and more of it after 1, 2, 4 … s."""
        if era == self.era and era != self.refused_at and not self.connected and wait < 20 * S:
            self.server.knock(self)
            self.world.after(wait, self.dial, era, 2 * wait)

    def opened(self, end, era):
        if end == self.end and era == self.era and not self.connected:
            self.connected = True
            self.world.segment(self.end, self.server.end, ACK)
            self.register(self.caches_nonce and self.nonce > 0)

    def register(self, credentials, expires=None):
        self.cseq += 1
        uri = 'sip:%s@@%s' % (DOMAIN, DOMAIN) if self.bad else 'sip:' + DOMAIN
        m = request(self.world, self.end, self.server.end, 'REGISTER', uri, self.aor, self.call, self.cseq, self.tag,
                    contact=(self.contact_key(), self.end[1], self.instance, -1), expires=self.asks if expires is None else expires,
                    credentials=CREDENTIALS % self.aor if credentials else '', agent=self.agent, bad=self.bad, tcp=self.tcp)
        self.current = m
        self.server.hear(m, self)
        if self.policy.retransmits and not self.tcp:
            self.world.after(TIMER_E[0], self.retransmit, m, 0, self.world.now)

    def retransmit(self, m, n, since):
        if self.current is not m:
            return
        self.server.hear(m, self)
        if n + 1 < len(TIMER_E):
            self.world.at(since + TIMER_E[n + 1], self.retransmit, m, n + 1, since)

    def give_up(self, era):
        """No success in time: try again."""
        if era == self.era:
            self.failures += 1
            self.registered = self.connected = False
            self.current = None
            self.attempt(era)

    def hear(self, r):
        if r.method == 'INVITE' or r.method == 'BYE':
            self.call_answer(r)
            return
        m = self.current
        if r.method != 'REGISTER' or m is None or r.cseq != m.cseq or r.call != m.call:
            return
        self.current = None
        if r.status == 401:
            if not self.challenged:
                self.challenged, self.nonce = True, self.server_nonce()
                self.register(True)
        elif r.status == 200:
            self.success(r)
        else:
            self.refused(r)

    def server_nonce(self):
        registrar = getattr(self.server, 'registrar', self.server)
        return registrar.nonce

    def success(self, r):
        back = not self.registered
        self.failures, self.registered = 0, True
        self.era += 1
        granted = next((e for key, instance, e in r.contacts if key == self.contact_key()), 180)
        self.world.after(int(granted * S * self.world.rng.uniform(*self.refresh)), self.attempt, self.era)
        for n in range(self.extras if back else 0):
            self.world.after((n + 1) * 30 * MS + self.world.rng.randrange(20 * MS), self.extra, n)

    def refused(self, r):
        """An error: as told, by its own habit, or as if nothing had come."""
        wait = None
        if r.retry_after >= 0 and self.honours:
            wait = r.retry_after * S + self.world.rng.randrange(3 * S)
        elif self.error_wait:
            wait = self.error_wait + self.world.rng.randrange(S)
        if wait is not None:
            self.era += 1
            self.failures += 1
            self.world.after(wait, self.attempt, self.era)

    def leave(self):
        """REGISTER with lifetime 0."""
        self.era += 1
        self.until = self.world.now
        if self.registered:
            self.challenged = False
            self.register(self.nonce > 0, expires=0)

    def extra(self, n):
        method, event = (('SUBSCRIBE', 'presence'), ('SUBSCRIBE', 'message-summary'), ('OPTIONS', ''), ('PUBLISH', 'presence'))[n % 4]
        self.other(method, event)

    def other(self, method, event='', to_tag=''):
        self.counter += 1
        m = request(self.world, self.end, self.server.end, method, 'sip:' + self.aor, self.aor, '%s-%d' % (self.call, self.counter),
                    self.counter, self.tag, to_tag=to_tag, event=event, agent=self.agent, tcp=self.tcp)
        self.server.hear(m, self)
        return m

    # ---- keep-alives: each goes on whatever the server does, as the paper saw ----

    def keep(self, name, period, until):
        if self.world.now >= min(until, self.until):
            return
        if self.tcp and (not self.connected or name == 'stun'):
            pass
        elif name == 'crlf':
            text = self.world.rng.choice((b'\r\n\r\n', b'\r\n') if self.tcp else (b'\r\n\r\n', b'\r\n', b'\0'))
            self.world.filler('crlf', *self.end, *self.server.end, text, self.tcp)
        elif name == 'stun':
            self.stun()
        elif name == 'options':
            self.other('OPTIONS')
        else:
            self.other(name.upper(), 'keep-alive', self.tag if name == 'notify' else '')
        self.world.after(int(period * self.world.rng.uniform(0.9, 1.1)), self.keep, name, period, until)

    def stun(self):
        ident = struct.pack('!IQ', 7, self.world.rng.getrandbits(64))
        self.world.filler('stun', *self.end, *self.server.end, struct.pack('!HHI', 1, 0, 0x2112A442) + ident)
        if self.server.state().kind == 'up':
            self.world.after(2 * MS, self.stun_answer, ident)

    def stun_answer(self, ident):
        mapped = struct.pack('!HHBBH', 0x20, 8, 0, 1, self.end[1] ^ 0x2112) + bytes(a ^ b for a, b in zip(f.addr(self.end[0])[-4:], b'\x21\x12\xa4\x42'))
        self.world.filler('stun', *self.server.end, *self.end, struct.pack('!HHI', 0x101, len(mapped), 0x2112A442) + ident + mapped)

    # ---- calls ----

    def invite(self, fate):
        self.fate = fate
        self.dialog = ['%s-call%d' % (self.call, self.counter), 1, self.world.token(8), False]
        self.counter += 1
        self.send_invite('')

    def send_invite(self, credentials):
        call, cseq, tag, _ = self.dialog
        m = request(self.world, self.end, self.server.end, 'INVITE', 'sip:+15550100@' + DOMAIN, self.aor, call, cseq, tag,
                    to='+15550100@' + DOMAIN, contact=(self.contact_key(), self.end[1], '', -1), credentials=credentials,
                    agent=self.agent, body=SDP.format(sid=self.world.rng.getrandbits(30)))
        self.asked = m
        self.server.hear(m, self)
        self.world.after(500 * MS, self.again, m, 500 * MS)

    def again(self, m, gap):
        """Timer A, up to Timer B."""
        if self.asked is m and gap < 16 * S:
            self.server.hear(m, self)
            self.world.after(2 * gap, self.again, m, 2 * gap)

    def call_answer(self, r):
        call, cseq, tag, done = self.dialog
        if r.call != call:
            return
        if r.method == 'INVITE' and r.cseq == cseq:
            self.asked = None
        if r.method == 'BYE' or r.status < 200 or r.cseq != cseq or done:
            return
        ack = request(self.world, self.end, self.server.end, 'ACK', 'sip:+15550100@' + DOMAIN, self.aor, call, cseq, tag,
                      to='+15550100@' + DOMAIN, to_tag=r.to_tag, agent=self.agent)
        self.server.hear(ack, self)
        if r.status == 407:
            self.dialog[1] += 1
            self.send_invite(CREDENTIALS.replace('Authorization', 'Proxy-Authorization', 1) % self.aor)
            return
        self.dialog[3] = True
        if r.status == 200:
            self.world.after(self.world.rng.randrange(3 * S, 25 * S), self.bye, r.to_tag)

    def bye(self, to_tag):
        call, cseq, tag, _ = self.dialog
        m = request(self.world, self.end, self.server.end, 'BYE', 'sip:+15550100@' + DOMAIN, self.aor, call, cseq + 1, tag,
                    to='+15550100@' + DOMAIN, to_tag=to_tag, agent=self.agent)
        self.server.hear(m, self)
