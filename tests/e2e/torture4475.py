#!/usr/bin/env python3
"""RFC 4475's 49 torture messages: over UDP, and as TCP streams of several cuts, a connection each.

    torture4475.py --plugin sianto.so [--messages DIR] [--save DIR]

TABLE says what must become of each message. Of each form that was written: no name, host, token or
distinctive word of the original is in it (looked for in the whole file, too); where Wireshark saw a
method, status and CSeq it sees the same afterwards, but for what the table names; nothing malformed and
no expert item that was not there. What is found is looked for again under another key. The messages are
not part of the project: without their folder the test is skipped. Values are never printed.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import argparse
import os
import re
import shutil
import sys
import urllib.parse

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '..', 'sim')]
import expert  # noqa: E402
import frames as f  # noqa: E402
import streams as t  # noqa: E402
import wire  # noqa: E402
from tshark import SKIP, Tshark  # noqa: E402

START_NS, GAP_NS = 1_600_000_000 * 10**9, 100 * 10**9
OTHER_KEY = 'a1b2c3d4e5f60718293a4b5c6d7e8f90' * 2
CLIENT, SERVER = '198.51.100.77', ('203.0.113.9', 5060)

# What becomes of a message (DESIGN, section 3, invariant 4):
#   rewritten: all of it is understood, or its fault is one that is reproduced on the new text
#   scrubbed:  to start line, Via, CSeq and Content-Length; the rest is x
#   either:    the rules allow both: where the tokenizer comes to name the fault, say `rewritten` here
#   cut:       never whole on a connection that ends: scrubbed in place, to nothing but x and line ends
#   open:      no start line of SIP 2.0, though one of its form: rewritten, scrubbed, or dropped over UDP
#              and scrubbed to nothing over TCP
# method: `same`, or `unknown` where it is no method of IANA's and gets a name of ours.
# cseq: `same`, or `zero` where it is no canonical number below 2^31 and is redacted, or `any`.
# tcp: what becomes of it as a stream, where Content-Length decides differently there.
#        name          UDP          TCP          method     cseq    section of RFC 4475
TABLE = {
    'wsinv':      ('rewritten', 'rewritten', 'same', 'any'),       # 3.1.1.1, CSeq 0009: valid, not canonical
    'intmeth':    ('rewritten', 'rewritten', 'unknown', 'same'),   # 3.1.1.2
    'esc01':      ('rewritten', 'rewritten', 'same', 'same'),      # 3.1.1.3
    'escnull':    ('rewritten', 'rewritten', 'same', 'same'),      # 3.1.1.4
    'esc02':      ('rewritten', 'rewritten', 'unknown', 'same'),   # 3.1.1.5: % in a method is no escape
    'lwsdisp':    ('rewritten', 'rewritten', 'same', 'same'),      # 3.1.1.6
    'longreq':    ('rewritten', 'rewritten', 'same', 'same'),      # 3.1.1.7
    'dblreq':     ('rewritten', 'rewritten', 'same', 'same'),      # 3.1.1.8: over TCP it is two messages
    'semiuri':    ('rewritten', 'rewritten', 'same', 'same'),      # 3.1.1.9
    'transports': ('rewritten', 'rewritten', 'same', 'same'),      # 3.1.1.10
    'mpart01':    ('rewritten', 'rewritten', 'same', 'same'),      # 3.1.1.11
    'unreason':   ('rewritten', 'rewritten', 'same', 'same'),      # 3.1.1.12
    'noreason':   ('rewritten', 'rewritten', 'same', 'same'),      # 3.1.1.13
    'badinv01':   ('either', 'either', 'same', 'same'),            # 3.1.2.1: separators too many
    'clerr':      ('rewritten', 'cut', 'same', 'same'),            # 3.1.2.2: the rest never comes
    'ncl':        ('either', 'either', 'same', 'any'),             # 3.1.2.3: Content-Length negative
    'scalar02':   ('rewritten', 'either', 'same', 'zero'),         # 3.1.2.4
    'scalarlg':   ('rewritten', 'either', 'same', 'zero'),         # 3.1.2.5
    'quotbal':    ('either', 'either', 'same', 'same'),            # 3.1.2.6: a quote is not closed
    'ltgtruri':   ('either', 'either', 'same', 'same'),            # 3.1.2.7: <> around the Request-URI
    'lwsruri':    ('either', 'either', 'same', 'same'),            # 3.1.2.8: white space in the Request-URI
    'lwsstart':   ('either', 'either', 'same', 'same'),            # 3.1.2.9: spaces too many
    'trws':       ('either', 'either', 'same', 'same'),            # 3.1.2.10: spaces behind the start line
    'escruri':    ('rewritten', 'rewritten', 'same', 'same'),      # 3.1.2.11
    'baddate':    ('rewritten', 'rewritten', 'same', 'same'),      # 3.1.2.12: another zone: the date is redacted
    'regbadct':   ('rewritten', 'rewritten', 'same', 'same'),      # 3.1.2.13
    'badaspec':   ('either', 'either', 'same', 'same'),            # 3.1.2.14: white space in an addr-spec
    'baddn':      ('either', 'cut', 'same', 'same'),               # 3.1.2.15: no token as display name; no empty line at its end
    'badvers':    ('open', 'open', 'same', 'any'),                 # 3.1.2.16: SIP/7.0
    'mismatch01': ('rewritten', 'rewritten', 'same', 'same'),      # 3.1.2.17
    'mismatch02': ('rewritten', 'rewritten', 'unknown', 'same'),   # 3.1.2.18
    'bigcode':    ('open', 'open', 'same', 'any'),                 # 3.1.2.19: a status of ten digits
    'badbranch':  ('rewritten', 'rewritten', 'same', 'same'),      # 3.2.1
    'insuf':      ('rewritten', 'either', 'same', 'same'),         # 3.3.1: no Content-Length
    'unkscm':     ('rewritten', 'rewritten', 'same', 'same'),      # 3.3.2
    'novelsc':    ('rewritten', 'rewritten', 'same', 'same'),      # 3.3.3
    'unksm2':     ('rewritten', 'rewritten', 'same', 'same'),      # 3.3.4
    'bext01':     ('rewritten', 'rewritten', 'same', 'same'),      # 3.3.5
    'invut':      ('rewritten', 'rewritten', 'same', 'same'),      # 3.3.6
    'regaut01':   ('rewritten', 'rewritten', 'same', 'same'),      # 3.3.7
    'multi01':    ('either', 'either', 'same', 'any'),             # 3.3.8: fields that may stand once stand twice
    'mcl01':      ('either', 'either', 'same', 'same'),            # 3.3.9: two Content-Lengths
    'bcast':      ('rewritten', 'rewritten', 'same', 'same'),      # 3.3.10
    'zeromf':     ('rewritten', 'rewritten', 'same', 'same'),      # 3.3.11
    'cparam01':   ('rewritten', 'rewritten', 'same', 'same'),      # 3.3.12
    'cparam02':   ('rewritten', 'rewritten', 'same', 'same'),      # 3.3.13
    'regescrt':   ('rewritten', 'rewritten', 'same', 'same'),      # 3.3.14
    'sdp01':      ('rewritten', 'rewritten', 'same', 'same'),      # 3.3.15
    'inv2543':    ('rewritten', 'either', 'same', 'same'),         # 3.4.1: no Content-Length
}
CUTS = {'whole': lambda n: (), 'halves': lambda n: (n // 2,), 'of 100': lambda n: range(100, n, 100), 'of 7': lambda n: range(7, n, 7),
        'backwards': lambda n: range(90, n, 90)}
FROM = re.compile(rb'(?im)^(?:from|f)[ \t]*:[ \t\r\n]*(.*)$')


# ---- what identifies somebody in a message, by our own reading ----

WORD = re.compile(rb"[A-Za-z][A-Za-z0-9_-]{7,}")
PARTS = (re.compile(rb"([\w.!~*'()&=+$,?/%-]+@[A-Za-z0-9.-]+[A-Za-z0-9])"), re.compile(rb'((?:[A-Za-z0-9-]+\.)+(?:com|org|net|edu))\b'),
         re.compile(rb'(?i)(?:;\s*tag|;\s*branch|nonce|response)\s*=\s*"?(?:z9hG4bK)?([\w.~-]{6,})'),
         re.compile(rb'(?im)^(?:call-id|i)\s*:\s*(\S{6,})'), re.compile(rb'"([^"\r\n]{5,})"'), re.compile(rb'(?i):\+?(\d{7,})@'))


def vocabulary(registries):
    """Words that anybody uses: all that the registries name."""
    words = set()
    for name in sorted(os.listdir(registries)) if os.path.isdir(registries) else ():
        if name.endswith('.tsv') and name != 'phones.tsv':
            with open(os.path.join(registries, name), 'rb') as file:
                words |= {w.lower() for w in WORD.findall(file.read())}
    return words | {b'redacted', b'text/plain', b'multipart', b'better-not', b'unknownaction', b'transport'}


def identities(message, known):
    found = set()
    for pattern in PARTS:
        found |= {m.lower() for m in pattern.findall(message)}
    found |= {w.lower() for w in WORD.findall(message) if w.lower() not in known and w.lower().strip(b'-') not in known}
    found = {re.sub(b'^z9hg4bk', b'', w) for w in found}
    return {w for w in found if len(set(w)) > 2}


def views(data):
    low = data.lower()
    return low, urllib.parse.unquote_to_bytes(low)


# ---- captures ----

def messages(folder):
    found = {}
    for name in sorted(os.listdir(folder)):
        if name.endswith('.dat'):
            with open(os.path.join(folder, name), 'rb') as file:
                found[name[:-4]] = file.read()
    return found


def over_udp(found):
    """(name, [(ns, frame)]) each."""
    for n, (name, data) in enumerate(found.items()):
        yield name, [(START_NS + n * GAP_NS, f.ethernet(f.packet(CLIENT, 5060, *SERVER, data)))]


def over_tcp(found, cuts):
    for n, (name, data) in enumerate(found.items()):
        c = t.Conversation((CLIENT, 20000 + n), SERVER, isn=(77 + n, 2**31 + n))
        c.open()
        low, high = c.write(0, data)
        parts = t.pieces(low, high, CUTS[cuts](len(data)))
        for a, b in reversed(parts) if cuts == 'backwards' else parts:
            c.data(0, a, b)
        c.ack(1)
        c.finish()
        yield name, c.records(START_NS + n * GAP_NS)


class Form:
    """All messages in one form, and their export."""

    def __init__(self, tshark, form, found, known):
        self.t, self.form, self.found, self.known, self.faults = tshark, form, found, known, []
        made = list(over_udp(found) if form == 'UDP' else over_tcp(found, form))
        self.times = {name: [ns for ns, _ in frames] for name, frames in made}
        self.source = tshark.path('in-%s.pcapng' % form.replace(' ', ''))
        f.write_pcapng(self.source, [(f.ETHERNET, b'')], [(0, ns, data) for _, frames in made for ns, data in frames])
        tshark.give(self.source)

    def written(self, key):
        """name -> the bytes that stand for the message, or None; and the whole file."""
        target = self.t.path('out-%s-%s.pcapng' % (self.form.replace(' ', ''), key))
        done = self.t.export(self.source, target, key=self.t.path(key), force='yes')
        if done.status != 0 or not os.path.exists(target):
            raise SystemExit('%s: the export failed with status %s: %s' % (self.form, done.status, done.err.strip()[-200:]))
        packets = {record.ns: p for record, p in wire.packets(target)}
        old = {record.ns: p for record, p in wire.packets(self.source)}
        self.empty = {name for name, times in self.times.items() if wire.emptied([(old[ns], packets.get(ns)) for ns in times])}
        self.resized = 'resized' in done.err
        texts = {}
        for name, times in self.times.items():
            own = [packets[ns] for ns in times if packets.get(ns)]
            if self.form == 'UDP':
                texts[name] = own[0].data if own else None
            else:
                many = [s for flow, all_of in wire.streams(own).items() for s in all_of if flow[3] == SERVER[1]]
                texts[name] = bytes(many[0].data) if many else None
            if self.form != 'UDP' and len(own) != len(times):
                self.faults.append((name, '%d of %d frames written' % (len(own), len(times))))
        with open(target, 'rb') as file:
            return target, texts, file.read()

    def run(self):
        target, texts, data = self.written('one')
        self.outcomes(texts)
        self.leaks(texts, data)
        self.same_fields(target)
        for line in expert.reopen(self.t, target):
            self.faults.append(('', line))
        return texts

    def expected(self, name):
        udp, tcp, _, _ = TABLE[name]
        return udp if self.form == 'UDP' else tcp

    def outcomes(self, texts):
        for name, text in texts.items():
            expect, outcome = self.expected(name), judge(text)
            allowed = {'cut': ('junk', 'scrubbed'), 'either': ('rewritten', 'scrubbed'), 'open': ('rewritten', 'scrubbed', 'junk', 'none' if self.form == 'UDP' else 'junk')}
            if outcome not in allowed.get(expect, (expect,)):
                self.faults.append((name, '%s, expected: %s' % (outcome, expect)))

    def hits(self, texts, data):
        found, whole = set(), views(data)
        for name, text in texts.items():
            seen = views(text or b'')
            for word in identities(self.found[name], self.known):
                where = seen if len(word) < 10 else seen + whole
                if any(word in view for view in where):
                    found.add((name, word))
        return found

    def leaks(self, texts, data):
        found = self.hits(texts, data)
        if found:
            _, texts, data = self.written('two')
            found &= self.hits(texts, data)
        for name in sorted({n for n, _ in found}):
            self.faults.append((name, '%d parts of the original are left' % sum(n == name for n, _ in found)))

    def same_fields(self, target):
        words = expert.IN_ORDER
        _, before = expert.read(self.t, self.source, *words)
        _, after = expert.read(self.t, target, *words)
        images = {nanoseconds(row): row for row in after}
        old = {nanoseconds(row): row for row in before}
        for name, times in self.times.items():
            if self.expected(name) == 'open':
                continue
            pairs = [(old[ns], images[ns]) for ns in times if ns in images]
            if name in self.empty and not self.resized:
                self.faults.append((name, 'a segment became empty, and the summary does not say so'))
            lines = expert.news([a for a, _ in pairs], [b for _, b in pairs]) if name not in self.empty else []
            for line in lines + expert.sums([a for a, _ in pairs], [b for _, b in pairs]):
                self.faults.append((name, line))
            line = self.fields(name, [a for a, _ in pairs], [b for _, b in pairs])
            if line:
                self.faults.append((name, line))

    def fields(self, name, before, after):
        """Method or status and CSeq of the first message, where Wireshark showed them."""
        _, _, method, cseq = TABLE[name]
        had, has = first(before), first(after)
        if had is None or self.expected(name) == 'cut' and self.form != 'UDP':
            return None
        if has is None:
            return 'Wireshark sees no message any more'
        if method == 'same' and had[:2] != has[:2] or method == 'unknown' and not re.match('UNKNOWN', (has[0] or ('',))[0]):
            return 'another method or status'
        if cseq == 'same' and had[2][:1] != has[2][:1] or cseq == 'zero' and has[2][:1] != ('0',):
            return 'CSeq: not %s' % cseq
        return None


def first(rows):
    found = expert.messages(rows)
    return (found[0][0][:1], found[0][1][:1], found[0][2][:1]) if found else None


def nanoseconds(row):
    seconds, _, part = row['frame.time_epoch'][0].partition('.')
    return int(seconds) * 10**9 + int(part.ljust(9, '0'))


def judge(text):
    """rewritten, scrubbed, junk (nothing but x and line ends is left), or none."""
    if text is None:
        return 'none'
    if not re.sub(rb'[x\s\0]', b'', text):
        return 'junk'
    if not re.search(rb'SIP/\d+\.\d+', text.split(b'\n')[0]):
        return 'no start line'
    fields = FROM.findall(text)
    return 'rewritten' if any(re.sub(rb'[x\s]', b'', value) for value in fields) or not fields else 'scrubbed'


def main():
    options = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    options.add_argument('--plugin', required=True)
    options.add_argument('--messages', default=os.path.join(HERE, '../../../shared/corpus/torture4475'))
    options.add_argument('--registries', default=os.path.join(HERE, '../../../shared/registries'))
    options.add_argument('--save', help='folder for the captures and their exports')
    args = options.parse_args()
    if not os.path.isdir(args.messages):
        print('skipped: no messages in %s' % args.messages)
        return SKIP
    found, known, total = messages(args.messages), vocabulary(args.registries), 0
    if set(found) != set(TABLE):
        print('not the messages of the table: %s' % sorted(set(found) ^ set(TABLE)))
        total += 1
    with Tshark(args.plugin) as tshark:
        if not tshark.loaded():
            print('tshark %s does not load %s' % (tshark.version, args.plugin))
            return 1
        tshark.key('one'), tshark.key('two', OTHER_KEY)
        for form in ('UDP', *CUTS):
            run = Form(tshark, form, {n: d for n, d in found.items() if n in TABLE}, known)
            texts = run.run()
            for name, text in run.faults:
                print('  FAULT %-10s %-11s %s' % (form, name, text))
            counts = {}
            for text in texts.values():
                counts[judge(text)] = counts.get(judge(text), 0) + 1
            print('%-10s %s' % (form, ', '.join('%d %s' % (n, w) for w, n in sorted(counts.items()))))
            sys.stdout.flush()
            total += len(run.faults)
        if args.save:
            for name in os.listdir(tshark.dir):
                if name.endswith('.pcapng'):
                    shutil.copy(tshark.path(name), args.save)
    print('%d faults' % total)
    return 1 if total else 0


if __name__ == '__main__':
    sys.exit(main())
