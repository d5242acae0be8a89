#!/usr/bin/env python3
"""A real registration storm: Kamailio and 200 phones, recorded by dumpcap and analysed.

    live_storm.py --plugin sianto.so [--tcp] [--shots DIR] [--save DIR] [--capture FILE --facts FILE]

live_record.py records for a minute (as root, or with user namespaces): phones register by digest, the server is
stopped and started, and has a limit, beyond which it answers 503 with Retry-After. The analysis must tell what was
done: when the server was away and how, who came back and when, the limit's answers and that they were honoured, how
the phones of either maker tried. Numbers are compared with the clock at which the server was stopped and started, and
with what Wireshark's own dissector says of each frame. The export tells the same as the original; the report is
looked at in a browser. --capture analyses a recording that --save kept.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import argparse
import collections
import json
import os
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import browser  # noqa: E402
import report  # noqa: E402
import storm  # noqa: E402
from tshark import SKIP, Tshark  # noqa: E402

PROGRAMS = {'kamailio': 'kamailio', 'sipp': 'sip-tester', 'dumpcap': 'wireshark-common', 'unshare': 'util-linux'}
SERVER, PORT = '127.0.0.1', 5060
CLOCK_S, EXACT_S = 1.5, 0.002
RECORDING_S = 180
WIDTH = 80
FIELDS = ('frame.time_epoch', 'sip.Method', 'sip.Status-Code', 'sip.CSeq.method', 'sip.to.user')


def separated():
    """What gives a command a network and processes of its own, which end with us; None where that is not allowed."""
    words = ['setpriv', '--pdeathsig', 'KILL', 'unshare', '--net', '--pid', '--fork', '--kill-child', '--mount-proc']
    words += ['--map-root-user'] if os.geteuid() else []
    return words if subprocess.run(words + ['true'], stderr=subprocess.DEVNULL).returncode == 0 else None


def missing():
    """Why nothing can be recorded here, or None."""
    for program, package in PROGRAMS.items():
        if not shutil.which(program, path=os.environ.get('PATH', '') + ':/usr/sbin:/sbin'):
            return 'no %s here that you may run (package %s)' % (program, package)
    return None if separated() else 'no namespaces here (unshare)'


def record(folder, tcp):
    """Returns the paths of the capture and its facts. The folder is the caller's: dumpcap may write to no other."""
    path, facts = os.path.join(folder, 'live.pcapng'), os.path.join(folder, 'live.facts.json')
    words = [sys.executable, os.path.join(HERE, 'live_record.py'), path, facts] + (['--tcp'] if tcp else [])
    environment = dict(os.environ, PATH=os.environ.get('PATH', '') + ':/usr/sbin:/sbin')
    done = subprocess.run(separated() + words, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=RECORDING_S)
    if done.returncode != 0:
        raise SystemExit('nothing recorded: ' + done.stderr.strip()[-1200:])
    return path, facts


class Witness:
    """What Wireshark's dissector says of the capture. ICMP errors quote requests, which are none."""

    def __init__(self, tshark, path):
        done, rows = tshark.fields(path, FIELDS, '-Y', 'sip && !icmp')
        if done.status != 0 or not rows:
            raise SystemExit('tshark cannot read the recording: ' + done.err[-400:])
        self.requests, self.responses = collections.Counter(), collections.Counter()
        self.users, self.answered = set(), []
        for row in rows:
            self.requests.update(row['sip.Method'])
            self.responses.update(row['sip.Status-Code'])
            self.users.update(row['sip.to.user'])
            if row['sip.Status-Code']:
                self.answered.append(float(row['frame.time_epoch'][0]))
        self.first = float(rows[0]['frame.time_epoch'][0])

    def silence(self):
        """The longest time without a response: its ends."""
        return max(zip(self.answered, self.answered[1:]), key=lambda pair: pair[1] - pair[0])


class Verdict:
    """facts: of the recording; witness; stats: what was found. faults: lines that say what is wrong."""

    def __init__(self, facts, witness, stats):
        self.facts, self.witness, self.stats, self.faults = facts, witness, stats, []

    def expect(self, what, ok, found):
        if not ok:
            self.faults.append('%s: %s' % (what, str(found)[:300]))

    def run(self):
        self.counts()
        if len(self.stats['outages']) != 1 or len(self.stats['storms']) != 1:
            self.expect('one outage and one storm', False, [self.stats[name] for name in ('outages', 'storms')])
            return self.faults
        for check in (self.outage, self.storm, self.registered, self.retry, self.retry_after):
            check()
        return self.faults

    def counts(self):
        s, phones = self.stats, self.facts['phones']
        self.expect('dumpcap lost packets', self.facts['lost'] == 0, self.facts['lost'])
        self.expect('users on the wire', len(self.witness.users) == phones, len(self.witness.users))
        server = {'label': SERVER, 'ports': [PORT], 'sources': phones, 'clients': phones}
        self.expect('the only server', s['servers'] == [server], s['servers'])
        for name, counted in (('requests', self.witness.requests), ('responses', self.witness.responses)):
            found = storm.without_zero(s['messages'][name])
            self.expect(name, found == counted, (found, counted))
        self.expect('duplicates', s['duplicates'] == 0 and not s['one_sided'], s['duplicates'])
        families = {f['family']: f['clients'] for f in s['families']}
        share = phones // len(self.facts['families'])
        self.expect('families', families == dict.fromkeys(self.facts['families'], share), families)

    def outage(self):
        """By the clock of who stopped and started the server, and by the capture: the last answer and the first."""
        o, f = self.stats['outages'][0], self.facts
        start, end = o['start_s'] + self.witness.first, o['end_s'] + self.witness.first
        self.expect('recovered', o['recovered'], o)
        self.expect('outage begins when the server ended', f['stopping'] - CLOCK_S <= start <= f['gone'], start - f['gone'])
        self.expect('and ends when it began', f['starting'] <= end <= f['listening'] + CLOCK_S, end - f['starting'])
        last, first = self.witness.silence()
        self.expect('last answer', abs(start - last) <= EXACT_S, start - last)
        self.expect('first answer', abs(end - first) <= EXACT_S, end - first)
        self.expect('parts', [p['kind'] for p in o['parts']] == ['refused'], o['parts'])

    def storm(self):
        s, phones, errors = self.stats['storms'][0], self.facts['phones'], self.witness.responses['503']
        bins = self.stats['series']
        self.expect('storm begins', s['start_s'] == self.stats['outages'][0]['end_s'], s['start_s'])
        self.expect('storm ends', s['end_s'] is not None and s['recovered'], s)
        self.expect('peak', s['peak_pps'] == max(bins['register'][int(s['start_s']):]), s['peak_pps'])
        self.expect('5xx', 0 < s['status_5xx'] <= errors and 0 < s['status_5xx_share'] < 1, s['status_5xx'])
        back = s['clients_reregistered']
        self.expect('phones back', .95 * phones <= back <= phones, back)
        self.expect('5xx by second', sum(bins['status_5xx']) == errors, bins['status_5xx'])

    def registered(self):
        """All, then ever fewer while nobody can refresh, then all again."""
        many, o, phones = self.stats['series']['registered'], self.stats['outages'][0], self.facts['phones']
        start, end = int(o['start_s']), int(o['end_s'])
        before, low, after = many[start], min(many[start:end + 3]), max(many[end:])
        self.expect('registered before', before == phones, before)
        self.expect('registered at the least', low < phones / 2, low)
        self.expect('registered again', after == phones, after)

    def retry(self):
        """Phones try at fixed intervals; those that were due late had no time for a pattern."""
        r, families, phones = self.stats['retry'], self.facts['families'], self.facts['phones']
        kinds = {p['kind']: p for p in r['patterns']}
        self.expect('phones that tried', .9 * phones <= r['clients'] <= phones, r['clients'])
        others = sum(p['clients'] for kind, p in kinds.items() if kind not in ('fixed', 'undetermined'))
        self.expect('retry patterns', 'fixed' in kinds and others <= storm.PATTERNS * phones, list(kinds))
        if 'fixed' in kinds:
            fixed, every_s = kinds['fixed'], families.values()
            shortest, longest = fixed['interval_s']['min'], fixed['interval_s']['max']
            self.expect('phones at a fixed interval', fixed['clients'] >= phones / 4, fixed['clients'])
            self.expect('shortest interval', .9 * min(every_s) <= shortest, shortest)
            self.expect('longest interval', longest <= 1.2 * max(every_s), longest)
        for f in self.stats['families']:
            self.expect('pattern of ' + f['family'], f['patterns']['fixed'] > 0, f['patterns'])

    def retry_after(self):
        r = self.stats['retry_after']
        self.expect('Retry-After', r['responses'] > 0 and r['honoured'] >= .9 * r['responses'], r)


def text_faults(text, stats):
    """The table for a terminal."""
    for words in ['Registration storm', 'refused'] + ['%d of its responses' % s['status_5xx'] for s in stats['storms']]:
        if words not in text:
            yield 'text: no "%s"' % words
    widest = max(text.splitlines(), key=len, default='')
    if len(widest) > WIDTH:
        yield 'text: wider than a terminal: ' + widest


def look(page, shots):
    """The report as people see it: pictures in `shots`; what a browser complains of is a fault."""
    if not browser.find():
        print('chromium is not installed: the report was not looked at')
        return []
    if shots:
        os.makedirs(shots, exist_ok=True)
    with browser.Browser() as b:
        charts = sum(report.look(b, page, 'live', shots, screen) for screen in report.SCREENS)
    return report.failed + ([] if charts else ['a report without charts'])


def analyse(tshark, facts, shots):
    """Returns the faults."""
    case = storm.Case(tshark, 'live', None, None)
    page, text = tshark.path('live.html'), tshark.path('live.txt')
    words = ('stats=' + case.stats, 'names=asis', 'report=' + page)
    done = tshark.run('-q', '-r', case.capture, '-z', 'sianto,storm', *(w for word in words for w in ('-X', 'sianto:' + word)))
    with open(text, 'w', encoding='utf-8') as file:
        file.write(done.out)
    if done.status != 0 or not os.path.exists(case.stats) or not os.path.exists(page):
        return ['status %s: %s' % (done.status, done.err.strip()[-400:])]
    with open(case.stats, encoding='utf-8') as file:
        stats = json.load(file)
    case.schema()
    case.both_sides()
    summary(stats)
    faults = Verdict(facts, Witness(tshark, case.capture), stats).run() + case.faults
    return faults + list(text_faults(done.out, stats)) + look(page, shots)


def summary(stats):
    print('messages:', *(storm.without_zero(counts) for counts in stats['messages'].values()))
    for outage in stats['outages']:
        print('outage %.3f-%.3f: %s' % (outage['start_s'], outage['end_s'], storm.brief(outage['parts'])))
    for s in stats['storms']:
        print('storm %s-%s: peak %s, 5xx %s, back %s' % tuple(
            s[name] for name in ('start_s', 'end_s', 'peak_pps', 'status_5xx', 'clients_reregistered')))
    print('Retry-After:', stats['retry_after'])
    print('retries:', {p['kind']: p['clients'] for p in stats['retry']['patterns']})


def main():
    options = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    options.add_argument('--plugin', required=True)
    options.add_argument('--tcp', action='store_true', help='phones over TCP')
    options.add_argument('--shots', help='a folder for pictures of the report')
    options.add_argument('--save', help='a folder for the recording and what was made of it')
    options.add_argument('--capture', help='analyse this recording')
    options.add_argument('--facts', help='its facts')
    args = options.parse_args()
    if bool(args.capture) != bool(args.facts):
        options.error('--capture and --facts belong together')
    why = None if args.capture else missing()
    if why:
        print('skipped: ' + why)
        return SKIP
    with Tshark(args.plugin) as tshark, tempfile.TemporaryDirectory(prefix='sianto-live-') as folder:
        capture, facts = (args.capture, args.facts) if args.capture else record(folder, args.tcp)
        for source, name in ((capture, 'live.pcapng'), (facts, 'live.facts.json')):
            shutil.copy(source, tshark.path(name))
        tshark.give(tshark.dir)
        with open(facts, encoding='ascii') as file:
            faults = analyse(tshark, json.load(file), args.shots)
        if args.save:
            shutil.copytree(tshark.dir, args.save, dirs_exist_ok=True, ignore=shutil.ignore_patterns('plugins', '.*'))
    for fault in faults:
        print('FAULT ' + fault)
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
