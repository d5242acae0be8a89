#!/usr/bin/env python3
"""Exports every capture of the corpus and has an independent witness look at the result.

    corpus.py --plugin sianto.so --corpus DIR [--only PART] [--all-ways] [--report FILE]

For each capture: the export ends well; Wireshark's own dissection finds no identifying field outside
what was judged (crosscheck=yes); the same bytes come with -2, without the SIP dissector, under another
profile and a second time; as many SIP messages with the same method, status and CSeq; no new malformed
frame, no checksum that changed from right to wrong or back, no expert item of TCP or of fragments that was
not there; SIP over TCP, in fragments and in tunnels kept, with the same methods, codes and CSeq; times to
the nanosecond; what was written has the statistics that were written beside it, byte for byte; it is kept
as a whole when it is exported once more, under another key, and says the same of SIP; the summary adds up;
capinfos, editcap and mergecap read the result; identities stay one-to-one over all frames; and no user, host,
address, name, Call-ID, realm, nonce or product of the original in its own place or, where it is long
and distinctive, anywhere. What is found is looked for again under another key: only what stands in both
is a leak and no chance. A table says per file how many checks ran; a file with none fails. Values of
the corpus are never printed.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import argparse
import collections
import concurrent.futures
import json
import os
import re
import shutil
import sys
import urllib.parse

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import expert  # noqa: E402
import plant  # noqa: E402
import witness  # noqa: E402
from storm import less_export  # noqa: E402
from tshark import SKIP, Tshark  # noqa: E402

OTHER_KEY = 'a1b2c3d4e5f60718293a4b5c6d7e8f90' * 2
ABOUT = ('frame.time_epoch', 'frame.protocols', 'sip.Method', 'sip.Status-Code', 'sip.CSeq.seq', 'sip.CSeq.method',
         '_ws.malformed', 'ip.flags.mf', 'ip.frag_offset', 'ip.fragments', 'udp.srcport', 'tcp.srcport', 'tcp.flags') + \
    expert.SUMS + expert.ANALYSIS + expert.FRAGMENTS
# Layers that are handled: SIP on UDP on one IP layer.
PLAIN = re.compile(r'^(eth:ethertype|sll:ethertype|sll|raw|null|ppp|pppoes)(:(ethertype|vlan|pppoes|ppp|ieee8021ad))*'
                   r':(ip|ipv6)(:ipv6\.\w+)*:udp:sip\b')
GOOD, BAD = '1', '0'
# Fields whose identities are followed from frame to frame.
ONE_TO_ONE = ('sip.Call-ID', 'sip.from.tag', 'sip.to.tag', 'sip.Via.branch', 'ip.src', 'ip.dst', 'ipv6.src', 'ipv6.dst',
              'eth.src', 'eth.dst', 'sip.from.user', 'sip.to.user', 'sip.contact.user', 'sip.from.host', 'sip.to.host')
METHODS = ('ACK BYE CANCEL INFO INVITE MESSAGE NOTIFY OPTIONS PRACK PUBLISH REFER REGISTER SUBSCRIBE UPDATE').split()
# SIP in these is not ours to keep: a quote is cut, and what is encrypted is no SIP for us.
NOT_KEPT = re.compile(r':(icmp|icmpv6|esp|ah|macsec)\b')
# Captures made by a fuzzer: Wireshark reads what contradicts itself in another way than the core, so
# that its messages cannot be paired. All other checks run.
FUZZED = {'ndpi/fuzz-2006-06-26-2594.pcap'}
# Captures whose carried messages Wireshark reads otherwise than it reads ours, and why.
EXCUSED = {
    'torture4475/torture4475-tcp.pcap': 'one stream in which wrong Content-Lengths make messages run into each other',
}


def captures(corpus):
    for top, _, names in sorted(os.walk(corpus)):
        for name in sorted(names):
            if re.search(r'\.(pcap|pcapng|cap)$', name):
                yield os.path.join(top, name)


def is_plain_sip(row):
    return bool(PLAIN.match(row['frame.protocols'][0])) and not row['ip.fragments'] \
        and row['ip.flags.mf'][:1] not in (['1'], ['True']) and row['ip.frag_offset'][:1] in ([], ['0'])


def known(methods):
    """Unknown methods get another name; a lower-case letter does not make one known."""
    return tuple(m if m.upper() in METHODS or m.isdigit() else 'UNKNOWN' for m in methods[:1])


def message(row):
    """Method or status, CSeq. A number that RFC 3261 does not allow (2^31 and more) is redacted as 0."""
    method = row['sip.Method'] or row['sip.Status-Code']
    number = [n if int(n) < 2**31 else '0' for n in row['sip.CSeq.seq'][:1]]
    name = known(method)
    cseq = () if name == ('UNKNOWN',) else known(row['sip.CSeq.method'])  # Wireshark shows none with odd letters
    return name, tuple(number), cseq


def is_carried(row):
    return bool(row['sip.Method'] or row['sip.Status-Code']) and not NOT_KEPT.search(row['frame.protocols'][0]) \
        and not PLAIN.match(row['frame.protocols'][0])


def everything(row):
    """The messages of a frame: several may have become complete in it."""
    layers = re.sub(r'(:(mime_multipart|media|sdp|xml|data|text|sipfrag|x509\w*|cms|isup|json|image|message|png|t38|dtmf)[\w.-]*)+$', '', row['frame.protocols'][0])
    return (layers, row['frame.time_epoch'][0], tuple(name for m in row['sip.Method'] for name in known([m])), tuple(row['sip.Status-Code']),
            tuple(n if n.isdigit() and int(n) < 2**31 else '0' for n in row['sip.CSeq.seq']), tuple(name for m in row['sip.CSeq.method'] for name in known([m])))


def alike(one, two):
    """May they be the same frame? Ports, TCP's flags and what is SIP stay."""
    return all(one[name] == two[name] for name in ('udp.srcport', 'tcp.srcport', 'tcp.flags')) and \
        (message(one) == message(two) or not is_plain_sip(one))


class Capture:
    """One capture, its export, and what was found wrong with it."""

    def __init__(self, tshark, path, folder, name, ways):
        self.ways = ways
        self.tshark, self.folder, self.fuzzed, self.excused = tshark, folder, name in FUZZED, name in EXCUSED
        os.makedirs(folder)
        self.source = os.path.join(folder, 'in' + os.path.splitext(path)[1])
        shutil.copy(path, self.source)
        tshark.give(folder)
        self.checks, self.faults, self.summary = 0, [], ''

    def check(self, good, fault):
        self.checks += 1
        if not good:
            self.faults.append(fault)

    def export(self, name, *words, key='key', **options):
        target = os.path.join(self.folder, name + '.pcapng')
        done = self.tshark.export(self.source, target, *words, key=self.tshark.path(key), **options)
        data = b''
        if os.path.exists(target):
            with open(target, 'rb') as file:
                data = file.read()
        return done, target, data

    def read(self, path):
        return expert.read(self.tshark, path, fields=ABOUT + tuple(witness.KIND_OF))

    def run(self):
        plain, self.before = self.read(self.source)
        done, self.target, self.data = self.export('out', stats=os.path.join(self.folder, 'out.json'))
        self.summary = done.err
        self.check(done.status == plain.status and (self.data or 'no SIP' in done.err),
                   'export: status %s' % done.status)
        self.after = self.read(self.target)[1] if self.data else []
        self.pairs = list(self.pair())
        self.adds_up()
        self.reopen()
        self.both_sides()
        self.once_more()
        self.same_bytes()
        self.crosscheck(plain.status)
        if not self.fuzzed:
            self.messages()
        self.frames()
        if not self.fuzzed:
            self.experts()
            self.carried()
        self.one_to_one()
        self.identities()

    def adds_up(self):
        """Every frame is written or counted under a reason."""
        read, written, dropped, _ = numbers(self.summary)
        lost = sum(int(n) for n in re.findall(r' (\d+)', dropped))
        self.check(read != '?' and int(read) == int(written) + lost, 'the summary does not add up')
        self.check(str(len(self.after)) == written, 'written: not the number that the summary says')

    def reopen(self):
        lines = expert.reopen(self.tshark, self.target) if self.after else []
        self.check(not lines, ', '.join(line.split(' ')[0] for line in lines))

    def both_sides(self):
        """The statistics of what was written are those written beside it, byte for byte (DESIGN section 3.5)."""
        if not self.after:
            return
        own = os.path.join(self.folder, 'own.json')
        done = self.tshark.run('-q', '-r', self.target, '-X', 'sianto:stats=' + own, '-X', 'sianto:names=asis')
        self.check(done.status == 0 and less_export(own) == less_export(os.path.join(self.folder, 'out.json')),
                   'both sides: status %s, or other statistics than those beside the export' % done.status)

    def once_more(self):
        """Nothing of what we wrote is dropped when it is read again, nor read otherwise (DESIGN section 7)."""
        if not self.after:
            return
        servers = servers_in(os.path.join(self.folder, 'out.json'))
        done = self.tshark.export(self.target, os.path.join(self.folder, 'again.pcapng'), key=self.tshark.path('other'),
                                  stats=os.path.join(self.folder, 'again.json'), **servers)
        read, written, dropped, _ = numbers(done.err)
        self.check(read == written == str(len(self.after)), 'read again: %s of %s frames kept (%s)' % (
            written, len(self.after), dropped))
        once, again = (statistics(os.path.join(self.folder, name + '.json')) for name in ('out', 'again'))
        self.check(once and once == again,
                   'read again: other statistics: ' + ' '.join(k for k in ALIKE if once.get(k) != again.get(k)))

    def same_bytes(self):
        for name, words in self.ways:
            _, _, data = self.export(name.replace(' ', '-'), *words)
            self.check(data == self.data, 'other bytes: ' + name)

    def crosscheck(self, status):
        done, _, data = self.export('crosscheck', crosscheck='yes')
        fields = sorted(set(re.findall(r'\b(?:sip|sdp)\.[\w.-]+', done.err)))
        self.check(done.status == status and data == self.data, 'crosscheck: ' + ' '.join(fields or ['?']))
        result = re.search(r'crosscheck: (\d+) values in \d+ frames', done.err)
        self.check(result is not None, 'crosscheck: it says no result')
        had = sum(is_plain_sip(row) for row in self.before)
        self.check(not had or bool(result and int(result.group(1))), 'crosscheck: it looked at no value')

    def messages(self):
        had = collections.Counter(message(row) for row in self.before if is_plain_sip(row))
        has = collections.Counter(message(row) for row in self.after if is_plain_sip(row))
        lost, new = had - has, has - had
        self.check(not lost and not new, 'messages: %d lost, %d new' % (sum(lost.values()), sum(new.values())))

    def frames(self):
        times = collections.Counter(row['frame.time_epoch'][0] for row in self.before)
        new = collections.Counter(row['frame.time_epoch'][0] for row in self.after) - times
        self.check(not new, '%d frames with another time' % sum(new.values()))
        if self.fuzzed:
            return
        self.check(len(self.pairs) == len(self.after), '%d frames of no origin' % (len(self.after) - len(self.pairs)))
        bad = sum(bool(b['_ws.malformed']) > bool(a['_ws.malformed']) for a, b in self.pairs)
        self.check(not bad, '%d frames malformed now' % bad)
        for name in expert.SUMS:
            changed = sum({a[name][0], b[name][0]} == {GOOD, BAD} for a, b in self.pairs if a[name] and b[name])
            self.check(not changed, '%d times another %s' % (changed, name))

    def pair(self):
        """Original and written frame: order and time are kept. Of frames of one time those are taken that
        look alike: all that stays as it is."""
        at = 0
        for row in self.after:
            same = []
            for i in range(at, len(self.before)):
                if self.before[i]['frame.time_epoch'] == row['frame.time_epoch']:
                    same.append(i)
                elif same:
                    break
            likely = [i for i in same if alike(self.before[i], row)] or same
            if likely:
                yield self.before[likely[0]], row
                at = likely[0] + 1

    def experts(self):
        """What Wireshark complains of, in the frames that were kept; new is allowed only where a segment
        had to become empty, which the summary tells."""
        lines = expert.news([a for a, _ in self.pairs], [b for _, b in self.pairs])
        lines = [line.split(':')[0] for line in lines if '_ws.malformed' not in line]
        self.check(not lines or 'resized' in self.summary, 'new expert items: ' + ' '.join(lines))

    def carried(self):
        """SIP that is not simply on UDP: in the same frames, the same messages. Read once more with TCP put
        in order."""
        names = ('frame.time_epoch', 'frame.protocols') + expert.SIP
        with open(self.source, 'rb') as file:
            if b'SIP/2.0' not in file.read() or self.excused or self.plain_only():
                return
        before = expert.read(self.tshark, self.source, *expert.IN_ORDER, fields=names, checked=False)[1]
        after = expert.read(self.tshark, self.target, *expert.IN_ORDER, fields=names, checked=False)[1]
        had = collections.Counter(everything(row) for row in before if is_carried(row))
        has = collections.Counter(everything(row) for row in after if is_carried(row))
        lost, new = had - has, has - had
        self.check(not lost and not new, 'carried messages: %d lost, %d new (%s)' % (
            sum(lost.values()), sum(new.values()), ' '.join(sorted({':'.join(m[0].split(':')[-3:]) for m in lost | new})[:4])))

    def plain_only(self):
        """Nothing in it could carry SIP but datagrams, which messages() has compared."""
        return all(is_plain_sip(row) or re.fullmatch(r'eth(:\w+)*:(arp|ip:udp(:(?!sip|gtp|vxlan|geneve|gre|hep|l2tp)\w+)*)',
                                                     row['frame.protocols'][0]) and not row['ip.fragments']
                   for row in self.before)

    def one_to_one(self):
        """One original has one image, two originals have two: by Wireshark's fields, over all frames. Of
        what is deleted, redacted or scrubbed nothing is asked, nor of frames that cannot be parsed."""
        images, origins = {}, {}
        for before, after in self.pairs:
            if before['_ws.malformed'] or self.fuzzed:
                continue
            for field in ONE_TO_ONE:
                kind = witness.KIND_OF[field]
                if len(before[field]) != len(after[field]):
                    continue
                for value, image in zip(before[field], after[field]):
                    old, new = (kind, witness.canonical(kind, value)), (kind, witness.canonical(kind, image))
                    if not old[1] or re.fullmatch('x+|redacted', new[1]):
                        continue
                    self.check(images.setdefault(old, new) == new, 'two images of one original: ' + field)
                    self.check(origins.setdefault(new, old) == old, 'one image of two originals: ' + field)

    def identities(self):
        found = self.look(self.pairs, self.data)
        if found:
            _, target, data = self.export('other-key', key='other')
            self.after = self.read(target)[1]
            found &= self.look(list(self.pair()), data)
        for kind, where in sorted(found):
            self.faults.append('%s %s' % (kind, where))

    def look(self, pairs, data):
        found, seen, needles, text = set(), witness.products(self.before), {}, data.lower()
        for before, after in pairs:
            for field, kind in witness.KIND_OF.items():
                for value in before[field]:
                    if witness.judged_in_place(kind, value) and not witness.closed(field, value):
                        self.checks += 1
                        same = [witness.canonical(kind, v) for v in after[field]]
                        if witness.canonical(kind, value) in same:
                            found.add((kind, 'in its place: ' + field))
                    if witness.closed(field, value):
                        continue
                    for needle in witness.needles(kind, value):
                        if needle in seen:
                            continue
                        seen.add(needle)
                        self.checks += 1
                        needles[needle.encode()] = (kind, 'in the file: ' + field)
        return found | plant.find_all(text, needles) | plant.find_all(urllib.parse.unquote_to_bytes(text), needles)


# Other ways to the same bytes, beside that of crosscheck(). Each capture goes one, in turn; with --all-ways all.
WAYS = (('-2', ('-2',)), ('without SIP dissector', ('--disable-protocol', 'sip')),
        ('another profile, Decode As', ('-C', 'other', '-d', 'udp.port==5060,dns', '-d', 'tcp.port==5060,http')))

# What the statistics say whatever the key and the labels' lengths are.
ALIKE = ('one_sided', 'duplicates', 'messages', 'identities', 'rfc6076')


def statistics(path):
    try:
        with open(path, encoding='utf-8') as file:
            return {name: part for name, part in json.load(file).items() if name in ALIKE}
    except (OSError, ValueError):
        return {}


def servers_in(path):
    """The option that names the servers that the statistics name. Of two ends with equal claims the lower address
    is the server (DESIGN section 9), which a second export would find at the other end."""
    try:
        with open(path, encoding='utf-8') as file:
            servers = json.load(file)['servers']
    except (OSError, ValueError):
        return {}
    return {'server': ','.join(server['label'] for server in servers)} if servers else {}


def numbers(summary):
    read = re.search(r'(\d+) frames read, (\d+) written', summary)
    dropped = re.search(r'dropped: (.*)', summary)
    replaced = re.search(r'replaced: (.*)', summary)
    total = sum(int(n) for n in re.findall(r'\d+', replaced.group(1))) if replaced else 0
    return (*(read.groups() if read else ('?', '?')), dropped.group(1) if dropped else '', total)


def one(tshark, path, name, ways):
    capture = Capture(tshark, path, tshark.path('run-' + re.sub(r'\W', '_', name)), name, ways)
    try:
        capture.run()
    except Exception as fault:  # a broken test is a failure with a name, not a hang of the pool
        capture.faults.append('test broke: %s %s' % (type(fault).__name__, fault.__traceback__.tb_lineno))
    shutil.rmtree(capture.folder, ignore_errors=True)
    if not capture.checks:
        capture.faults.append('no check ran')
    return name, capture


def main():
    options = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    options.add_argument('--plugin', required=True)
    options.add_argument('--corpus', required=True)
    options.add_argument('--only', default='', help='captures whose name holds this')
    options.add_argument('--all-ways', action='store_true', help='export each capture in all ways, not in one of them')
    options.add_argument('--report', help='the table, into this file')
    args = options.parse_args()
    paths = [p for p in captures(args.corpus) if args.only in p] if os.path.isdir(args.corpus) else []
    if not paths:
        print('skipped: no captures in %s' % args.corpus)
        return SKIP
    failed, lines = 0, []
    with Tshark(args.plugin) as tshark, concurrent.futures.ThreadPoolExecutor(2) as pool:
        tshark.key('key')
        tshark.key('other', OTHER_KEY)
        os.makedirs(tshark.path('.config/wireshark/profiles/other'))
        with open(tshark.path('.config/wireshark/profiles/other/preferences'), 'w') as file:
            file.write('sip.desegment_headers: FALSE\nudp.try_heuristic_first: TRUE\n')
        tshark.give(tshark.dir)
        runs = [pool.submit(one, tshark, p, os.path.relpath(p, args.corpus), WAYS if args.all_ways else WAYS[n % len(WAYS):][:1])
                for n, p in enumerate(paths)]
        for run in runs:
            name, capture = run.result()
            read, written, dropped, replaced = numbers(capture.summary)
            lines.append('%-60s in %6s out %6s replaced %7d checks %6d  %s' % (
                name[:60], read, written, replaced, capture.checks, dropped))
            print(lines[-1])
            for fault in capture.faults:
                lines.append('    FAULT ' + fault)
                print(lines[-1])
            sys.stdout.flush()
            failed += bool(capture.faults)
    print('%d captures, %d with faults' % (len(paths), failed))
    if args.report:
        with open(args.report, 'w') as file:
            file.writelines(line + '\n' for line in lines)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
