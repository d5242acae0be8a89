#!/usr/bin/env python3
"""time=: frames, dates, SDP, HEP and interface statistics move together, or become coarse; and back again.

    shifted.py --plugin sianto.so --command sianto

Times of a capture made here are compared number by number; statistics on both sides, byte by byte.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import argparse
import calendar
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '../sim')]
import blocks  # noqa: E402
import carry  # noqa: E402
import check_stats  # noqa: E402
import frames as f  # noqa: E402
import make_sample  # noqa: E402
from checks import check, content, result  # noqa: E402
from tshark import Tshark  # noqa: E402

FIRST_S = make_sample.START_NS // 10**9  # 2023-11-14T22:13:20Z
NTP = 2208988800
START, START_S = '2001-02-03T04:05:06Z', 981173106
SHIFT = START_S - FIRST_S
SDP_DATES = 't=%d %d\nr=7d 1h 0 25h\nz=%d -1h %d 0\n'
# Of what the sample's own messages do not hold. RFC 3339 with a fraction, with another zone, in CPIM.
PIDF = make_sample.PIDF.replace('<note', '<timestamp>2023-11-14T23:13:21.75+01:00</timestamp>\n<note')
CPIM = 'From: <sip:alice@example.com>\nDateTime: 2023-11-14T22:13:22Z\n\nContent-Type: text/plain\n\nfive o\'clock\n'
SCHEMA = os.path.join(HERE, '../../plugin/storm/sianto-stats.schema.json')


# ---- the capture ----

def invite(name, body):
    headers = make_sample.dialog(make_sample.ALICE, make_sample.BOB, name, 1, 'INVITE') + [
        ('Date', 'Tue, 14 Nov 2023 22:13:25 GMT'), ('Contact', make_sample.ALICE.contact())]
    return make_sample.message('INVITE sip:bob@example.com SIP/2.0', headers, body, 'application/sdp')


def tcp_with_times(payload, value, echo):
    """An established connection: a timestamp option, aligned as Linux does."""
    ends = (make_sample.ALICE.at, 50123, make_sample.PROXY[0], 5060)
    options = b'\1\1' + struct.pack('!BBII', 8, 10, value, echo)
    segment = f.tcp(*ends, payload, seq=1000, ack=2000)
    segment = segment[:12] + bytes([(20 + len(options)) // 4 << 4]) + segment[13:16] + b'\0\0' + segment[18:20] + options + payload
    summed = f.ones_complement(f.pseudo_header(f.addr(ends[0]), f.addr(ends[2]), f.TCP, len(segment)) + segment)
    return f.ethernet(f.ipv4(ends[0], ends[2], f.TCP, segment[:16] + struct.pack('!H', summed) + segment[18:]))


def records():
    out = make_sample.Capture(False)
    out.tick(123.456)  # the first frame has a fraction of a second
    out.noise()
    make_sample.register(out, make_sample.ALICE, 1)
    ntp = FIRST_S + NTP
    sdp = make_sample.sdp(make_sample.ALICE, 'dated').replace('t=0 0\n', SDP_DATES % (ntp + 10, ntp + 3610, ntp + 20, ntp + 7220))
    for n in range(3):
        out.send((make_sample.ALICE.at, 5060), make_sample.PROXY, invite('dated%d' % n, sdp if n else sdp.replace('t=%d' % (ntp + 10), 't=0')))
        out.tick(777.7)
    make_sample.notify(out, 'presence', 'application/pidf+xml', PIDF)
    make_sample.notify(out, 'presence', 'message/cpim', CPIM)
    ends = (make_sample.PROXY[0], 5060, '192.0.2.99', 9060)
    for head in (carry.hep3(make_sample.ALICE.at, 5060, make_sample.PROXY[0], 5060, invite('hep3', sdp), ms=250000),
                 carry.hep2(make_sample.ALICE.at, 5060, make_sample.PROXY[0], 5060, invite('hep2', sdp))):
        out.frame(f.ethernet(f.packet(*ends, head)))
        out.tick(300)
    out.frame(tcp_with_times(invite('stream', sdp), 77777, 88888))
    make_sample.call(out, make_sample.BOB, make_sample.CAROL, 'one')
    make_sample.register(out, make_sample.CAROL, 5)
    return out.records


def write(path, packets, first_ns=None):
    """With interface statistics: their own time, start and end in microseconds and nanoseconds."""
    ns = packets[0][1] if first_ns is None else first_ns
    stamp = lambda t: struct.pack('<II', t >> 32, t & 0xFFFFFFFF)  # noqa: E731
    statistics = f.block(blocks.STATISTICS, struct.pack('<I', 0) + stamp(ns + 9 * 10**9) + f.option(2, stamp(ns - 10**9))
                         + f.option(3, stamp(ns + 8 * 10**9)) + f.option(4, struct.pack('<Q', 4711)) + blocks.END)
    f.write_pcapng(path, [(f.ETHERNET, b'')], packets)
    with open(path, 'ab') as file:
        file.write(statistics)


# ---- reading times ----

def sip_dates(data):
    return [calendar.timegm(time.strptime(m.decode(), '%a, %d %b %Y %H:%M:%S GMT'))
            for m in re.findall(rb'Date: (\w+, \d\d \w+ \d{4} [\d:]{8} GMT)', data)]


def rfc3339(data):
    return [(calendar.timegm(time.strptime(day.decode(), '%Y-%m-%dT%H:%M:%S')), fraction)
            for day, fraction in re.findall(rb'(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?', data)]


def sdp_words(data, letter):
    return [[w for w in line.decode().split()] for line in re.findall(rb'\r\n%c=([^\r]*)' % letter, data)]


def hep_times(packet):
    """Seconds and microseconds of a HEP datagram, or None."""
    payload = packet[42:]
    if payload[:4] == b'HEP3':
        at = payload.find(struct.pack('!HHH', 0, 9, 10))
        us = payload.find(struct.pack('!HHH', 0, 10, 10))
        return struct.unpack('!I', payload[at + 6:at + 10]) + struct.unpack('!I', payload[us + 6:us + 10])
    return struct.unpack('<II', payload[16:24]) if payload[:2] == b'\x02\x10' else None


def has_tcp_times(packet):
    return packet[23:24] == b'\6' and struct.pack('!BB', 8, 10) in packet[54:14 + 20 + (packet[46] >> 4) * 4]


class Capture:
    """What a file says of times, in order."""

    def __init__(self, path):
        packets = f.read_capture(path)
        data = b'\r\n'.join(p.data for p in packets)
        self.frames = [p.ns for p in packets]
        self.dates, self.stamps = sip_dates(data), rfc3339(data)
        self.t, self.r, self.z = (sdp_words(data, letter) for letter in b'trz')
        self.hep = [times for times in (hep_times(p.data) for p in packets) if times]
        self.tcp_times = sum(has_tcp_times(p.data) for p in packets)
        self.statistics = []
        for _, options in blocks.read_statistics(content(path)):
            times = (options[code] for code in (2, 3) if code in options)
            self.statistics += [(a << 32 | b) for a, b in (struct.unpack('<II', t) for t in times)]


def moved(value, by):
    """SDP's seconds: 0 is none."""
    return str(int(value) + by) if int(value) else value


class Shifted:
    def __init__(self, tshark, command):
        self.t, self.source, self.key = tshark, tshark.path('in.pcapng'), tshark.key()
        self.program = tshark.path('sianto')
        shutil.copy(command, self.program)
        self.packets = records()
        write(self.source, self.packets)
        tshark.give(tshark.dir)
        done = self.export('keep.pcapng')
        check(done.status == 0, 'plain export: ' + done.err)
        self.plain = Capture(tshark.path('keep.pcapng'))
        self.stats = content(tshark.path('keep.pcapng.json'))

    def export(self, name, source=None, **options):
        path = self.t.path(name)
        options = {'key': self.key, 'labels': 'keyed', 'stats': path + '.json', **options}
        return self.t.export(source or self.source, path, **{k: v for k, v in options.items() if v})

    def read_again(self, name):
        """Statistics of what was written, without the part of the export."""
        again = self.t.path('again.json')
        done = self.t.run('-q', '-r', self.t.path(name), '-X', 'sianto:names=asis', '-X', 'sianto:stats=' + again,
                          '-X', 'sianto:force=yes')
        check(done.status == 0, '%s cannot be read again: %s' % (name, done.err))
        return json.loads(content(again))

    def equal_statistics(self, name):
        """As written beside it, but for `export`; which is returned."""
        path = self.t.path(name) + '.json'
        beside, again = json.loads(content(path)), self.read_again(name)
        export = beside.pop('export')
        check(json.dumps(beside) == json.dumps(again), '%s: statistics differ on both sides' % name)
        checker = check_stats.Checker(check_stats.load(SCHEMA))
        checker.check(check_stats.load(path), checker.schema)
        check(not checker.faults, '%s.json: %s' % (name, checker.faults[:3]))
        return beside, export

    # --- keep ---

    def keep(self):
        p = self.plain
        check(len(p.dates) >= 6 and len(p.stamps) == 2 and len(p.t) >= 7 and len(p.z) >= 5 and len(p.hep) == 2
              and p.tcp_times == 1 and len(p.statistics) == 2, 'the capture holds every kind of time: %s' % vars(p))
        check(self.export('explicit.pcapng', time='keep').status == 0, 'time=keep')
        check(content(self.t.path('explicit.pcapng')) == content(self.t.path('keep.pcapng')), 'time=keep changes bytes')
        check(content(self.t.path('explicit.pcapng.json')) == self.stats, 'time=keep changes statistics')
        _, export = self.equal_statistics('keep.pcapng')
        check('time' not in export, 'keep: the JSON says something of times')

    # --- START ---

    def compare(self, name, is_, by, coarse):
        """All times against those of the plain export, moved `by` seconds."""
        was = self.plain
        floor = (lambda ns: ns // 10**9 * 10**9) if coarse else (lambda ns: ns)
        check(is_.frames == [floor(ns + by * 10**9) for ns in was.frames], '%s: times of frames' % name)
        check(is_.dates == [s + by for s in was.dates], '%s: Date' % name)
        check([s for s, _ in is_.stamps] == [s + by for s, _ in was.stamps], '%s: RFC 3339' % name)
        check(any(part for _, part in is_.stamps) == (not coarse), '%s: fractions of a second in RFC 3339' % name)
        check(is_.t == [[moved(w, by) for w in words] for words in was.t], '%s: t= %s' % (name, is_.t[:2]))
        check(is_.r == was.r, '%s: r= holds durations' % name)
        check(is_.z == [[w if i % 2 else moved(w, by) for i, w in enumerate(words)] for words in was.z], '%s: z=' % name)
        check(is_.hep == [(s + by, 0 if coarse else us) for s, us in was.hep], '%s: HEP %s' % (name, is_.hep))
        check(is_.statistics == [floor(ns + by * 10**9) for ns in was.statistics], '%s: interface statistics' % name)
        check(is_.tcp_times == (0 if coarse else 1), '%s: TCP timestamps' % name)

    def no_original(self, name, *more):
        """No Date, t= or year of the input."""
        data = content(self.t.path(name))
        for leak in (b'Nov 2023', b'2023-11', b'39089', *more):
            check(leak not in data, '%s holds %s' % (name, leak))

    def start(self):
        done = self.export('start.pcapng', time=START, report=self.t.path('start.html'))
        check(done.status == 0 and ('in the second ' + START) in done.err, 'time=START: %s' % done.err)
        self.compare('START', Capture(self.t.path('start.pcapng')), SHIFT, False)
        # Its first frame is none of SIP's and not written; the first that is stands as far behind.
        check(self.packets[0][1] // 10**9 + SHIFT == START_S, 'the first frame stands in the second START')
        stats, export = self.equal_statistics('start.pcapng')
        was = json.loads(self.stats)
        was.pop('export')
        check(stats['start_utc'][:10] == START[:10] and was['start_utc'][:4] == '2023', 'start_utc: ' + stats['start_utc'])
        was['start_utc'] = stats['start_utc']
        check(json.dumps(was) == json.dumps(stats), 'the statistics changed by more than start_utc')
        check(export['time'] == 'shifted', 'export.time')
        for name in ('start.pcapng', 'start.pcapng.json', 'start.html'):
            self.no_original(name)

    def coarse(self):
        done = self.export('coarse.pcapng', time='coarse')
        check(done.status == 0 and 'time=coarse: times were rounded down' in done.err, 'time=coarse: %s' % done.err)
        self.compare('coarse', Capture(self.t.path('coarse.pcapng')), 0, True)
        _, export = self.equal_statistics('coarse.pcapng')
        check(export['time'] == 'coarse', 'coarse: export.time')
        done = self.export('both.pcapng', time=START + ',coarse')
        check(done.status == 0, 'time=START,coarse: %s' % done.err)
        self.compare('START,coarse', Capture(self.t.path('both.pcapng')), SHIFT, True)
        check(self.equal_statistics('both.pcapng')[1]['time'] == 'shifted, coarse', 'both: export.time')
        self.no_original('both.pcapng')

    def twice(self):
        """What was moved is moved again as a whole."""
        done = self.export('second.pcapng', source=self.t.path('start.pcapng'), time='2030-01-01')
        check(done.status == 0, 'a second time: %s' % done.err)
        check(len(Capture(self.t.path('second.pcapng')).frames) == len(self.plain.frames), 'a second time: frames')

    # --- refusals ---

    def refused(self):
        for value in ('2020-13-01', '1969-12-31', 'tomorrow', '2020-01-01T00:00:00', '2020-01-01T00:00:00.5Z', 'coarse,keep'):
            done = self.export('refused.pcapng', time=value)
            check(done.status == 1 and 'time=%s: write keep, coarse' % value in done.err, '%s: %s' % (value, done.err))
        done = self.t.run('-q', '-r', self.source, '-X', 'sianto:stats=' + self.t.path('refused.json'), '-X', 'sianto:time=coarse')
        check(done.status == 1 and 'add out=FILE' in done.err, 'coarse statistics alone: %s' % done.err)
        early = self.t.path('early.pcapng')  # the second frame a day before the first
        write(early, [self.packets[0], (0, self.packets[1][1] - 86400 * 10**9, self.packets[1][2])] + self.packets[2:])
        self.t.give(early)
        done = self.export('refused.pcapng', source=early, time='1970-01-01T12:00:00Z')
        check(done.status == 2 and 'frame 2 would stand before 1970: choose a later START' in done.err, 'before 1970: ' + done.err)
        done = self.export('refused.pcap', time='2106-02-07T06:28:10Z')
        check(done.status == 2 and 'choose an earlier START' in done.err, 'behind pcap: ' + done.err)
        done = self.export('refused.pcapng', time='2262-04-11T23:47:10Z')
        check(done.status == 2 and 'choose an earlier START' in done.err, 'behind pcapng: ' + done.err)
        check(not [n for n in os.listdir(self.t.dir) if n.startswith(('refused', '.sianto'))], 'refused, but written')

    # --- and back ---

    def back(self):
        map_, start, back = self.t.path('in.map'), self.t.path('mapped.pcapng'), self.t.path('back.pcapng')
        done = self.export('mapped.pcapng', time=START, map=map_)
        check(done.status == 0 and b'\nshift %d\n' % SHIFT in content(map_), 'the map holds the shift: %s' % done.err)
        done = self.t.export(start, back, restore=map_, key=self.key)
        check(done.status == 0 and 'moved back to where it was' in done.err, 'restore: %s' % done.err)
        self.compare('restored', Capture(back), 0, False)
        done = self.export('mapped2.pcapng', time=START + ',coarse', map=self.t.path('coarse.map'))
        check(done.status == 0, 'coarse with a map: %s' % done.err)
        back = self.t.path('back2.pcapng')
        done = self.t.export(self.t.path('mapped2.pcapng'), back, restore=self.t.path('coarse.map'), key=self.key)
        check(done.status == 0 and 'time=coarse cannot be undone' in done.err, 'restore of coarse: %s' % done.err)
        self.compare('restored coarse', Capture(back), 0, True)
        plain = self.t.path('plain.map')
        self.export('mapped3.pcapng', map=plain)
        check(b'\nshift ' not in content(plain), 'a map without time= tells of a shift')
        done = self.export('back3.pcapng', source=start, restore=map_, time=START, labels='', stats='')
        check(done.status == 1 and 'time= cannot stand beside restore=' in done.err, 'time= beside restore=: %s' % done.err)

    # --- several captures ---

    def several(self):
        """Rotated files: the second is as far behind the first as it was."""
        half = len(self.packets) // 2
        paths = [self.t.path('part%d.pcapng' % i) for i in (1, 2)]
        for path, part in zip(paths, (self.packets[:half], self.packets[half:])):
            write(path, part)
        os.mkdir(self.t.path('several'))
        self.t.give(self.t.dir)
        done = self.t.run(*paths, self.t.path('several'), '--time=' + START, program=self.program)
        check(done.status == 0, 'several: %s' % done.err)
        is_ = [ns for i in (1, 2) for ns in Capture(self.t.path('several/part%d.pcapng' % i)).frames]
        check(is_ == [ns + SHIFT * 10**9 for ns in self.plain.frames], 'several captures move as one')


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--plugin', required=True)
    parser.add_argument('--command', required=True)
    args = parser.parse_args()
    with Tshark(args.plugin) as tshark:
        test = Shifted(tshark, args.command)
        for step in (test.keep, test.start, test.coarse, test.twice, test.refused, test.back, test.several):
            step()
    return result()


if __name__ == '__main__':
    sys.exit(main())
