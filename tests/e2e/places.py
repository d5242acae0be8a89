"""Places of the torture capture: each plants identities of its own in one spot of some layer.

A place is a name, some frames and what must become of them: 'kept' (all are written, none malformed
anew), 'drop' (none is), 'any' (only a leak counts). `text` of a planter fills a template as plant.py
says; its ends, messages and streams are planted, too.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import frames as f
import streams as t
from rows import compose

SDP = ('v=0\n o={{user}} {{num}} 1 IN IP4 {{ip4}}\ns={{word}} {{word}}\ne={{user}}@{{host}}.example.net\np=+{{num}}\n'
       'c=IN IP4 {{ip4}}\nt=0 0\nm=audio 40000 RTP/AVP 0\na=ice-ufrag:{{tok}}\na=ice-pwd:{{tok}}{{tok}}\n'
       'a=candidate:1 1 UDP 2130706431 {{ip4}} 40000 typ host\na=x-{{name}}:{{word}}\n').replace('\n ', '\n')
OVER = {'From': '"{{word}} {{word}}" <sip:{{user}}@{{host}}.example.net>;tag={{tok}}', 'To': '<sip:+{{num}}@{{host}}.example.net>',
        'Call-ID': '{{hex32}}@{{ip4}}', 'Via': 'SIP/2.0/{{t}} {{ip4}}:5060;branch=z9hG4bK{{tok}};received={{ip4}}'}
EXTRA = ('Contact: "{{word}}" <sip:{{user}}@{{ip4}}:5060;transport=tcp>\nUser-Agent: {{word}} {{word}}/{{num}}\n'
         'Authorization: Digest username="{{user}}", realm="{{host}}.example.net", nonce="{{hex32}}", uri="sip:{{host}}.example.net", '
         'response="{{hex32}}"\nX-{{name}}: {{word}}\nP-Asserted-Identity: <tel:+{{num}}>')
FEW = 'Contact: <sip:{{user}}@{{ip4}}>\nX-{{name}}: {{word}}'


class Place:
    def __init__(self, name, expect, headers=None):
        self.name, self.expect = name, expect
        self.with_headers = headers or expect  # under other=headers
        self.frames, self.times = [], []       # (link type, bytes, length on the wire, options)


class Planter:
    """Plants for one place; the same name is the same value within it."""

    def __init__(self, garden, place):
        self.garden, self.place, self.names = garden, place, {}

    def text(self, template):
        return self.garden.render(self.place, template, self.names)

    __call__ = text

    def word(self, template):
        return self.text(template).decode('latin-1')

    def ip4(self, name='a'):
        """name None: another one each time."""
        return f.addr(self.word('{{ip4:%s}}' % name if name else '{{ip4}}'))

    def ip6(self, name='a'):
        return f.addr(self.word('{{ip6:%s}}' % name if name else '{{ip6}}'))

    def ips(self, v6=False):
        return (self.ip6('a'), self.ip6('b')) if v6 else (self.ip4('a'), self.ip4('b'))

    def mac(self, name='a'):
        return self.text('{{mac:%s|bin}}' % name)

    def number(self, name=''):
        """A planted number of 32 bits."""
        return int(self.word('{{id32%s}}' % (':' + name if name else '')), 16)

    def raw(self, count=16):
        """Planted secret bytes: of 4 and more each, which the search finds."""
        parts = ['{{hex32|raw}}'] * (count // 16) + ['{{hex16|raw}}'] * (count // 8 % 2) + ['{{id32|raw}}'] * (count // 4 % 2)
        return self.text(''.join(parts)).ljust(count, b'\x5a')

    def short(self):
        """A number of 16 bits: too short to be looked for."""
        return self.garden.rng.getrandbits(16)

    def sip(self, extra=EXTRA, transport='UDP', start='INVITE sip:{{user}}@{{host}}.example.net SIP/2.0', body=SDP, method='INVITE',
            ctype='application/sdp', **more):
        over = dict(OVER, CSeq='1 ' + method, **more.pop('over', {}))
        over['Via'] = over['Via'].replace('{{t}}', transport)
        return compose(self.text, extra, start, over, ctype if body else None, body, **more)

    def request(self, transport='UDP', **more):
        """A small one."""
        return self.sip(FEW, transport, 'OPTIONS sip:{{user}}@{{ip4}} SIP/2.0', body='', method='OPTIONS', **more)

    def answer(self, transport='UDP', **more):
        return self.sip('Server: {{word}}\nWarning: 399 {{host}} "{{word}} {{word}}"', transport, 'SIP/2.0 200 {{word}}', body='', method='OPTIONS', **more)

    def udp(self, payload=None, v6=False, sport=5060, dport=5060, **ip):
        """An IP packet between the place's two ends."""
        a, b = self.ips(v6)
        return f.packet(a, sport, b, dport, self.request() if payload is None else payload, **ip)

    def back(self, payload, v6=False, sport=5060, dport=5060, **ip):
        a, b = self.ips(v6)
        return f.packet(b, sport, a, dport, payload, **ip)

    def ethernet(self, packet, **more):
        return f.ethernet(packet, src=self.mac('a'), dst=self.mac('b'), **more)

    def tcp(self, v6=False, port=5060, link=None, **more):
        a, b = self.ips(v6)
        clock = (self.number(), self.number() - t.STEP_MS) if more.get('stamps', True) else (0, 0)
        return t.Conversation((a, 43210), (b, port), isn=(self.number(), self.number()),
                              clock=clock, link=link or self.ethernet, **more)


class Places:
    def __init__(self, garden):
        self.garden, self.places, self.taken = garden, [], set()

    def add(self, name, build, expect='kept', headers=None, linktype=f.ETHERNET):
        """build(planter) gives frames: bytes; (bytes, length on the wire[, options]); or (ns, bytes) of a
        conversation, whose times are relative to the place's first frame."""
        assert name not in self.taken, name
        self.taken.add(name)
        place = Place(name, expect, headers)
        for n, item in enumerate(build(Planter(self.garden, place))):
            if isinstance(item, bytes):
                item = (n * 10**7, item)
            if isinstance(item[0], bytes):
                item = (n * 10**7, *item)
            ns, data, *rest = item
            place.times.append(ns)
            place.frames.append((linktype, data, rest[0] if rest else None, rest[1] if len(rest) > 1 else b''))
        self.places.append(place)
        return place

    def tcp(self, name, talk, expect='kept', headers=None, **how):
        """talk(planter, conversation) says what happens in it."""
        def build(p):
            c = p.tcp(**how)
            talk(p, c)
            return c.records(0)
        return self.add('TCP: ' + name, build, expect, headers)
