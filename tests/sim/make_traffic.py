#!/usr/bin/env python3
"""Writes registrar traffic of a given size, for measuring.

    make_traffic.py [--packets N] [--seed S] [--tcp] OUT.pcapng

Clients of their own addresses register with digest (REGISTER, 401, REGISTER, 200), one cycle in ten is
followed by a call with SDP (INVITE, 100, 200, ACK, BYE, 200). With --tcp each client has a connection that stays, a message
is a segment, and every other one is acknowledged by itself. The same file for the same seed.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import argparse
import os
import random
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import frames as f  # noqa: E402

SERVER, PORT, DOMAIN = '203.0.113.10', 5060, 'voip.example.com'
AGENTS = ('Linphone/3.10.2 (belle-sip/1.5.0)', 'Yealink SIP-T46S 66.84.0.15', 'snomD765/10.1.54.13', 'Zoiper rv2.8.15',
          'Grandstream GXP2160 1.0.9.26', 'MicroSIP/3.20.5', 'Own Phone 1')
SDP = ('v=0\r\no={user} {sid} {sid} IN IP4 {ip}\r\ns=-\r\nc=IN IP4 {ip}\r\nt=0 0\r\nm=audio {media} RTP/AVP 0 8 101\r\n'
       'a=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=sendrecv\r\n')


class Client:
    def __init__(self, n, rng):
        self.user, self.agent = 'user%05d' % n, AGENTS[n % len(AGENTS)]
        self.ip = '10.%d.%d.%d' % (1 + n // 62500, n // 250 % 250, 1 + n % 250)
        self.tag, self.call = '%08x' % rng.getrandbits(32), '%032x' % rng.getrandbits(128)
        self.uuid = '%08x-0000-1000-8000-%012x' % (rng.getrandbits(32), rng.getrandbits(48))
        self.cseq = 0


def message(first, client, rng, branch, cseq, method, extra, body=''):
    text = [first,
            'Via: SIP/2.0/UDP %s:5060;branch=z9hG4bK%s;rport' % (client.ip, branch),
            'From: "%s" <sip:%s@%s>;tag=%s' % (client.user.title(), client.user, DOMAIN, client.tag),
            'To: <sip:%s@%s>' % (client.user, DOMAIN),
            'Call-ID: %s@%s' % (client.call, client.ip),
            'CSeq: %d %s' % (cseq, method), *extra]
    if body:
        text.append('Content-Type: application/sdp')
    text.append('Content-Length: %d' % len(body))
    return ('\r\n'.join(text) + '\r\n\r\n' + body).encode()


def request(client, method, uri, rng, branch, extra=(), body=''):
    return message('%s %s SIP/2.0' % (method, uri), client, rng, branch, client.cseq, method,
                   ['Max-Forwards: 70', 'Contact: <sip:%s@%s:5060>;+sip.instance="<urn:uuid:%s>"'
                    % (client.user, client.ip, client.uuid), 'User-Agent: ' + client.agent,
                    'Allow: INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, NOTIFY', *extra], body)


def cycle(client, rng):
    """(from the client?, payload) of one registration."""
    nonce, uri = '%032x' % rng.getrandbits(128), 'sip:' + DOMAIN
    for authorized in (False, True):
        client.cseq += 1
        branch = '%024x' % rng.getrandbits(96)
        extra = ['Expires: 180']
        if authorized:
            extra.append('Authorization: Digest username="%s", realm="%s", nonce="%s", uri="%s", response="%032x", '
                         'algorithm=MD5' % (client.user, DOMAIN, nonce, uri, rng.getrandbits(128)))
        yield True, request(client, 'REGISTER', uri, rng, branch, extra)
        first, extra = 'SIP/2.0 401 Unauthorized', ['WWW-Authenticate: Digest realm="%s", nonce="%s"' % (DOMAIN, nonce)]
        if authorized:
            first, extra = 'SIP/2.0 200 OK', ['Contact: <sip:%s@%s:5060>;expires=180' % (client.user, client.ip)]
        yield False, message(first, client, rng, branch, client.cseq, 'REGISTER', extra + ['Server: Kamailio (5.6.3)'])


def call(client, rng):
    sdp = SDP.format(user=client.user, sid=rng.getrandbits(31), ip=client.ip, media=rng.randrange(20000, 40000, 2))
    uri, branch = 'sip:+1555%07d@%s' % (rng.randrange(10**7), DOMAIN), '%024x' % rng.getrandbits(96)
    client.cseq += 1
    yield True, request(client, 'INVITE', uri, rng, branch, (), sdp)
    yield False, message('SIP/2.0 100 Trying', client, rng, branch, client.cseq, 'INVITE', [])
    yield False, message('SIP/2.0 200 OK', client, rng, branch, client.cseq, 'INVITE', [], sdp)
    yield True, request(client, 'ACK', uri, rng, branch)
    client.cseq += 1
    branch = '%024x' % rng.getrandbits(96)
    yield True, request(client, 'BYE', uri, rng, branch)
    yield False, message('SIP/2.0 200 OK', client, rng, branch, client.cseq, 'BYE', [])


class Connection:
    """The packets of one client's connection: those of its beginning come with the first message."""

    def __init__(self, client, rng):
        self.ends = ((client.ip, rng.randrange(30000, 60000)), (SERVER, PORT))
        self.seq = [rng.getrandbits(32), rng.getrandbits(32)]
        self.begun, self.sent = False, 0

    def segment(self, side, flags, payload=b''):
        (src, sport), (dst, dport) = self.ends[side], self.ends[1 - side]
        data = f.tcp(src, sport, dst, dport, payload, self.seq[side], self.seq[1 - side], flags)
        self.seq[side] = (self.seq[side] + len(payload) + (flags & 2) // 2) % 2**32
        return f.ethernet(f.ipv4(src, dst, 6, data))

    def packets(self, outwards, payload):
        if not self.begun:
            yield from (self.segment(0, 2), self.segment(1, 18), self.segment(0, 16))
        self.begun = True
        side = 0 if outwards else 1
        yield self.segment(side, 24, payload.replace(b'SIP/2.0/UDP', b'SIP/2.0/TCP'))
        self.sent += 1
        if self.sent % 2:
            yield self.segment(1 - side, 16)


class Datagrams:
    made = 0

    def __init__(self, client):
        self.client = client

    def packets(self, outwards, payload):
        ends = (self.client.ip, 5060, SERVER, PORT) if outwards else (SERVER, PORT, self.client.ip, 5060)
        yield f.ethernet(f.packet(*ends, payload, ident=Datagrams.made & 0xffff))
        Datagrams.made += 1


def records(packets, seed, tcp):
    rng = random.Random(seed)
    clients = [Client(n, rng) for n in range(max(packets // 50, 1))]
    carriers = {client: Connection(client, rng) if tcp else Datagrams(client) for client in clients}
    ns, made = 1_700_000_000 * 10**9, 0
    while True:
        client = rng.choice(clients)
        carrier = carriers[client]
        steps = list(cycle(client, rng)) + (list(call(client, rng)) if rng.random() < 0.1 else [])
        for packet in (packet for step in steps for packet in carrier.packets(*step)):
            yield 0, ns, packet
            ns += 3_000_000
            made += 1
            if made == packets:
                return


def main():
    options = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    options.add_argument('--packets', type=int, default=100000)
    options.add_argument('--seed', type=int, default=1)
    options.add_argument('--tcp', action='store_true')
    options.add_argument('out')
    args = options.parse_args()
    f.write_pcapng(args.out, [(f.ETHERNET, b'')], records(args.packets, args.seed, args.tcp))


if __name__ == '__main__':
    main()
