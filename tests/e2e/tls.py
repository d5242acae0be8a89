#!/usr/bin/env python3
"""SIP inside TLS: records scrubbed by default; with tls=decrypted and the session's keys the messages follow as
Exported PDUs, anonymized, which the plugin reads again.

    tls.py --plugin sianto.so

A real TLS session (Python's, between two objects in memory, with a certificate that openssl makes) carries
a dialog of invented people over an invented TCP connection.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import argparse
import json
import os
import shutil
import ssl
import subprocess
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '..', 'sim')]
import frames as f  # noqa: E402
import streams as t  # noqa: E402
from tshark import SKIP, Tshark  # noqa: E402

START_NS = 1_600_000_000 * 10**9
NAME = 'wonderland.example.com'
SECRETS = [b'alice', b'Liddell', b'wonderland', b'example.com', b'10.71.19.157', b'call-one', b'queen']
REQUEST = (b'REGISTER sip:wonderland.example.com SIP/2.0\r\nVia: SIP/2.0/TLS 10.71.19.157:40000;branch=z9hG4bKqueen\r\n'
           b'From: "Alice Liddell" <sip:alice@wonderland.example.com>;tag=abc\r\nTo: <sip:alice@wonderland.example.com>\r\n'
           b'Call-ID: call-one@10.71.19.157\r\nCSeq: 1 REGISTER\r\nContent-Length: 0\r\n\r\n')
REPLY = (b'SIP/2.0 200 OK\r\nFrom: <sip:alice@wonderland.example.com>;tag=abc\r\n'
         b'To: <sip:alice@wonderland.example.com>;tag=queen\r\nCall-ID: call-one@10.71.19.157\r\n'
         b'CSeq: 1 REGISTER\r\nContent-Length: 0\r\n\r\n')


class Session:
    """Both ends of TLS; what one writes is sent on the TCP connection and read by the other."""

    def __init__(self, folder, conversation):
        cert, key = os.path.join(folder, 'cert.pem'), os.path.join(folder, 'key.pem')
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj',
                        '/CN=%s/O=Liddell' % NAME, '-keyout', key, '-out', cert], check=True, capture_output=True)
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.load_cert_chain(cert, key)
        client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
        client.keylog_filename = os.path.join(folder, 'keys.log')
        self.c, self.bios = conversation, [(ssl.MemoryBIO(), ssl.MemoryBIO()) for _ in range(2)]
        self.ends = [client.wrap_bio(*self.bios[0], server_hostname=NAME), server.wrap_bio(*self.bios[1], server_side=True)]
        self.done = [False, False]
        while not all(self.done):
            for side in (0, 1):
                self.shake(side)

    def shake(self, side):
        try:
            self.ends[side].do_handshake()
            self.done[side] = True
        except ssl.SSLWantReadError:
            pass
        self.carry(side)

    def carry(self, side):
        data = self.bios[side][1].read()
        if data:
            self.c.send(side, data)
            self.bios[1 - side][0].write(data)

    def say(self, side, data):
        self.ends[side].write(data)
        self.carry(side)
        try:
            self.ends[1 - side].read(65536)
        except ssl.SSLWantReadError:
            pass


def capture(folder, port, link=f.ethernet):
    c = t.Conversation((f.addr('10.71.19.157'), 40000), (f.addr('10.197.98.43'), port), link=link)
    c.open()
    s = Session(folder, c)
    s.say(0, REQUEST)
    s.say(1, REPLY)
    c.finish()
    path = os.path.join(folder, 'tls.pcapng')
    f.write_pcapng(path, [(f.ETHERNET, b'')], [(0, ns, data) for ns, data in c.records(START_NS)])
    return path


class Tls:
    def __init__(self, tshark):
        self.t, self.faults, self.checks = tshark, 0, 0
        self.source = capture(tshark.dir, 5061)
        self.keys = ('-o', 'tls.keylog_file:' + tshark.path('keys.log'))
        tshark.give(tshark.dir)

    def check(self, ok, what):
        self.checks += 1
        if not ok:
            self.faults += 1
            print('FAULT', what)

    def clean(self, path):
        with open(path, 'rb') as file:
            data = file.read().lower()
        found = [s for s in SECRETS if s.lower() in data]
        self.check(not found, 'in the output: %s' % found)

    def scrubbed(self):
        """Without keys and with them: records, none of their content."""
        for words in ((), self.keys):
            out = self.t.path('scrubbed%d.pcapng' % len(words))
            done = self.t.export(self.source, out, *words)
            self.check(done.status == 0, done.err)
            self.clean(out)
            _, before = self.t.fields(self.source, ['tls.record.content_type', 'tls.record.length'])
            _, after = self.t.fields(out, ['tls.record.content_type', 'tls.record.length', '_ws.malformed'])
            self.check(len(before) == len(after), '%d frames, %d before' % (len(after), len(before)))
            for name in ('tls.record.length',):
                self.check([r[name] for r in before] == [r[name] for r in after], name + ' changed')
            self.check(not any(r['_ws.malformed'] for r in after), 'malformed')
            self.check('SIP messages' not in done.err or '0 SIP messages' in done.err, 'messages of what is encrypted')

    def decrypted(self):
        out, stats, again = (self.t.path(n) for n in ('decrypted.pcapng', 'one.json', 'two.json'))
        done = self.t.export(self.source, out, *self.keys, tls='decrypted', stats=stats)
        self.check(done.status == 0, done.err)
        self.clean(out)
        self.clean(stats)
        _, rows = self.t.fields(out, ['frame.encap_type', 'sip.Method', 'sip.Status-Code', 'sip.From', 'sip.CSeq.seq',
                                      'exported_pdu.src_port', 'frame.time_epoch'])
        said = [(r['sip.Method'], r['sip.Status-Code']) for r in rows if r['sip.Method'] or r['sip.Status-Code']]
        self.check(said == [(['REGISTER'], []), ([], ['200'])], 'messages %s' % said)
        _, before = self.t.fields(self.source, ['frame.number'])
        self.check(len(rows) == len(before) + 2, '%d frames of %d and two messages' % (len(rows), len(before)))
        self.check(sorted(r['frame.time_epoch'] for r in rows) == [r['frame.time_epoch'] for r in rows], 'order')
        done = self.t.run('-q', '-r', out, '-X', 'sianto:stats=' + again, '-X', 'sianto:names=asis')
        self.check(done.status == 0, done.err)
        one, two = (json.load(open(p)) for p in (stats, again))
        one.pop('export', None), two.pop('export', None)
        differ = [k for k in one if one[k] != two.get(k)]
        self.check(not differ, 'statistics differ on both sides: %s' % differ)
        self.check(one['messages']['requests'].get('REGISTER') == 1, 'statistics: %s' % one['messages'])

    def pcap(self):
        """Another link type does not go into pcap: said, and no file."""
        out = self.t.path('decrypted.pcap')
        done = self.t.export(self.source, out, *self.keys, tls='decrypted')
        self.check(done.status == 2 and 'pcapng' in done.err and not os.path.exists(out), 'pcap: %s' % done.err)


def main():
    options = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    options.add_argument('--plugin', required=True)
    args = options.parse_args()
    if not shutil.which('openssl'):
        print('skipped: no openssl')
        return SKIP
    with Tshark(args.plugin) as tshark:
        tls = Tls(tshark)
        tls.scrubbed()
        tls.decrypted()
        tls.pcap()
        print('%d checks, %d faults' % (tls.checks, tls.faults))
        return 1 if tls.faults else 0


if __name__ == '__main__':
    sys.exit(main())
