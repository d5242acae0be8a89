#!/usr/bin/env python3
"""The analysis finds in simulated storms what was put in, and the same in the original and the export.

    storm.py --plugin sianto.so [--all] [--seeds N] [--only NAME,...] [--save DIR]

Each capture is written by ../sim/make_storm.py with its truth (DEFINITIONS.md applied to the messages by
code of its own), read by tshark with stats= and names=asis, and compared: outages and the storm's start to 1 s, its end to
5 s, parts to 10 s, registered bindings at every second to 1 % or one, patterns of 95 % of the clients,
everything counted exactly. Then it is exported, the export is read with names=asis, and both files must be
the same bytes less "export". Usual: all small scenarios and 6 seeds; --all: 20 seeds and the paper's traces.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import argparse
import concurrent.futures
import json
import os
import shutil
import subprocess
import sys
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
SIM = os.path.join(HERE, '..', 'sim')
sys.path[:0] = [HERE, SIM]
import make_storm  # noqa: E402
from tshark import Tshark  # noqa: E402

SCHEMA = os.path.join(HERE, '../../plugin/storm/sianto-stats.schema.json')
OUTAGE_S, STORM_END_S, PART_S, ROUNDING = 1.0, 5.0, 10.0, 0.0015
REGISTERED, PATTERNS, QUANTILE = 0.01, 0.05, 0.02
SEEDS, SEEDS_ALL, TIMEOUT_S = 6, 20, 3600


def near(a, b, allowed):
    return a is None and b is None or a is not None and b is not None and abs(float(a) - float(b)) <= allowed


class Comparison:
    """truth and stats as read from JSON; faults: lines that say what differs."""

    def __init__(self, truth, stats):
        self.truth, self.stats, self.faults = truth, stats, []

    def fault(self, where, expected, found):
        self.faults.append('%s: %s, expected %s' % (where, str(found)[:160], str(expected)[:160]))

    def same(self, where, expected, found):
        if expected != found:
            self.fault(where, expected, found)

    def close(self, where, expected, found, allowed):
        if not near(expected, found, allowed):
            self.fault(where, expected, found)

    def run(self):
        for check in (self.counts, self.servers, self.outages, self.storms, self.phases, self.retry, self.series, self.sessions):
            check()
        return self.faults

    def counts(self):
        t, s = self.truth, self.stats
        for name in ('one_sided', 'duplicates', 'direction', 'ignored_requests', 'retry_after'):
            self.same(name, t[name], s[name])
        self.close('warmup_s', t['warmup_s'], s['warmup_s'], ROUNDING)
        self.same('messages.requests', t['messages']['requests'], s['messages']['requests'])
        self.same('messages.responses', t['messages']['responses'], without_zero(s['messages']['responses']))
        for name, row in t['keepalive'].items():
            self.same('keepalive.%s.messages' % name, row['messages'], s['keepalive'][name]['messages'])
            for share in ('frames_share', 'bytes_share'):
                self.close('keepalive.%s.%s' % (name, share), row[share], s['keepalive'][name][share], 0.0002)
        for name in ('family', 'clients', 'messages'):
            self.same('families.' + name, [f[name] for f in t['families']], [f[name] for f in s['families']])

    def servers(self):
        for name in ('label', 'ports', 'sources', 'clients'):
            self.same('servers.' + name, [x[name] for x in self.truth['servers']], [x[name] for x in self.stats['servers']])

    def by_server(self):
        """(name, truth, stats) of each server."""
        yield 'first', self.truth, self.stats
        for n, pair in enumerate(zip(self.truth['by_server'], self.stats['by_server'])):
            yield 'server %d' % (n + 2), *pair

    def outages(self):
        t, s = self.truth['outages'], self.stats['outages']
        if len(t) != len(s):
            return self.fault('outages', brief(t), brief(s))
        for n, (a, b) in enumerate(zip(t, s)):
            where = 'outages[%d]' % n
            self.same(where + '.server', a['server'], b['server'])
            self.same(where + '.recovered', a['recovered'], b['recovered'])
            self.close(where + '.start_s', a['start_s'], b['start_s'], OUTAGE_S)
            self.close(where + '.end_s', a['end_s'], b['end_s'], OUTAGE_S)
            self.parts(where, a['parts'], b['parts'])

    def parts(self, where, t, s):
        if [p['kind'] for p in t] != [p['kind'] for p in s]:
            return self.fault(where + '.parts', brief(t), brief(s))
        for n, (a, b) in enumerate(zip(t, s)):
            for name in ('start_s', 'end_s'):
                self.close('%s.parts[%d].%s' % (where, n, name), a[name], b[name], PART_S)

    def storms(self):
        for server, t, s in self.by_server():
            t, s = t['storms'], s['storms']
            if len(t) != len(s):
                self.fault('storms of ' + server, brief(t), brief(s))
                continue
            for n, (a, b) in enumerate(zip(t, s)):
                self.storm('storms[%d] of %s' % (n, server), a, b)

    def storm(self, where, a, b):
        self.close(where + '.start_s', a['start_s'], b['start_s'], OUTAGE_S)
        self.close(where + '.end_s', a['end_s'], b['end_s'], STORM_END_S)
        for name in ('peak_pps', 'recovered'):
            self.same('%s.%s' % (where, name), a[name], b[name])
        for name in ('peak_s', 'clients_before'):
            self.close('%s.%s' % (where, name), a[name], b[name], max(1, REGISTERED * (a[name] or 0)))
        for name, value in a['reregistration_s'].items():
            self.close('%s.reregistration_s.%s' % (where, name), value, b['reregistration_s'][name], delay_rounding(value))
        if near(a['end_s'], b['end_s'], ROUNDING):  # these depend on the end
            self.peaks(where, a, b)
            for name in ('clients_reregistered', 'status_5xx', 'status_5xx_share'):
                self.close('%s.%s' % (where, name), a[name], b[name], 0.0002)

    def peaks(self, where, a, b):
        for name in ('secondary_spikes', 'echoes'):
            mine, theirs = ([(float(p['at_s']), float(p['pps']), p.get('cause')) for p in x[name]] for x in (a, b))
            self.same('%s.%s' % (where, name), mine, theirs)

    def phases(self):
        for server, t, s in self.by_server():
            t, s = t['phases'], s['phases']
            if [p['kind'] for p in t] != [p['kind'] for p in s]:
                self.fault('phases of ' + server, brief(t), brief(s))
                continue
            for n, (a, b) in enumerate(zip(t, s)):
                self.phase('phases[%d] %s of %s' % (n, a['kind'], server), a, b)

    def phase(self, where, a, b):
        times = ('start_s', 'end_s')
        for name in times:
            self.close('%s.%s' % (where, name), a[name], b[name], STORM_END_S)
        if any(not near(a[name], b[name], ROUNDING) for name in times):
            return  # of other seconds
        self.same(where + '.requests', a['requests'], b['requests'])
        self.same(where + '.responses', a['responses'], without_zero(b['responses']))
        for name in ('pps', 'to_server_share', 'register_pps_peak'):
            self.close('%s.%s' % (where, name), a[name], b[name], 0.0002)
        for name in ('registered_start', 'registered_end'):
            self.close('%s.%s' % (where, name), a[name], b[name], max(1, REGISTERED * (a[name] or 0)))

    def retry(self):
        for server, t, s in self.by_server():
            t, s = t['retry'], s['retry']
            self.same('retry.clients of ' + server, t['clients'], s['clients'])
            mine, theirs = ({p['kind']: p['clients'] for p in r['patterns']} for r in (t, s))
            moved = sum(abs(mine.get(k, 0) - theirs.get(k, 0)) for k in set(mine) | set(theirs)) / 2
            if moved > PATTERNS * t['clients']:
                self.fault('retry.patterns of ' + server, mine, theirs)
            elif moved == 0:
                self.spreads(server, t['patterns'], s['patterns'])

    def spreads(self, server, t, s):
        for a, b in zip(t, s):
            for name in ('interval_s', 'tries_per_burst', 'wait_s'):
                for key, value in a[name].items():
                    self.close('retry %s.%s.%s of %s' % (a['kind'], name, key, server), value, b[name][key], ROUNDING)

    def series(self):
        for server, t, s in self.by_server():
            t, s = t['series'], s['series']
            for name in ('total', 'register', 'to_server', 'from_server', 'status_5xx'):
                self.column('series.%s of %s' % (name, server), t[name], s[name], 0)
            self.column('series.registered of ' + server, t['registered'], s['registered'], REGISTERED)

    def column(self, where, t, s, allowed):
        if len(t) != len(s):
            return self.fault(where, '%d seconds' % len(t), '%d seconds' % len(s))
        wrong = [n for n, (a, b) in enumerate(zip(t, s)) if abs(a - b) > (max(1, allowed * a) if allowed else 0)]
        if wrong:
            n = wrong[0]
            self.fault('%s: %d seconds, the first %d' % (where, len(wrong), n), t[n], s[n])

    def sessions(self):
        for name, row in self.truth['rfc6076'].items():
            for key, value in row.items():
                found = self.stats['rfc6076'][name][key]
                self.close('rfc6076.%s.%s' % (name, key), value, found, self.rounding(name, key, value))

    @staticmethod
    def rounding(name, key, value):
        if name.endswith('_s') and key != 'count':
            return delay_rounding(value)
        return 0.0002 if key == 'share' else 0


def delay_rounding(value):
    """Delays are in ms below 65.536 s and in whole seconds above."""
    return ROUNDING if value is None or value < 65.5 else 1.0


def without_zero(counts):
    return {k: n for k, n in counts.items() if n}


def brief(rows):
    return ' '.join('%s %s-%s' % (r.get('kind', 'storm' if 'peak_s' in r else 'outage'), r['start_s'], r['end_s']) for r in rows) or 'none'


def less_export(path):
    """The text of a stats= file without what only an export has, which stands at its end."""
    with open(path, encoding='utf-8') as file:
        text = file.read()
    at = text.rfind('"export"')
    return (text if at < 0 else text[:at]).rstrip().rstrip('}').rstrip().rstrip(',').rstrip()


class Case:
    def __init__(self, tshark, name, words, save):
        self.t, self.name, self.words, self.save = tshark, name, words, save
        self.faults, self.took = [], {}
        self.capture, self.truth, self.stats = (tshark.path(name + end) for end in ('.pcapng', '.truth.json', '.stats.json'))

    def run(self):
        start = time.monotonic()
        done = subprocess.run([sys.executable, os.path.join(SIM, 'make_storm.py'), *self.words, self.capture, self.truth],
                              capture_output=True, text=True, timeout=TIMEOUT_S)
        self.took['made'] = time.monotonic() - start
        if done.returncode != 0:
            self.faults.append('make_storm.py: ' + done.stderr.strip()[-400:])
            return
        self.t.give(self.capture)
        if self.analyse('analysed', self.stats, '-r', self.capture, '-X', 'sianto:stats=' + self.stats, '-X', 'sianto:names=asis'):
            with open(self.truth) as truth, open(self.stats) as stats:
                self.faults += Comparison(json.load(truth), json.load(stats)).run()
            self.schema()
            self.both_sides()

    def analyse(self, what, stats, *words):
        start = time.monotonic()
        done = self.t.run('-q', *words, timeout=TIMEOUT_S)
        self.took[what] = time.monotonic() - start
        if done.status != 0 or not os.path.exists(stats):
            self.faults.append('%s: status %s: %s' % (what, done.status, done.err.strip()[-300:]))
            return False
        return True

    def schema(self):
        done = subprocess.run([sys.executable, os.path.join(HERE, 'check_stats.py'), SCHEMA, self.stats], capture_output=True, text=True)
        if done.returncode != 0:
            self.faults.append('schema: ' + done.stdout.strip()[:400])

    def both_sides(self):
        out, one, two = (self.t.path(self.name + end) for end in ('.out.pcapng', '.one.json', '.two.json'))
        if not self.analyse('exported', one, '-r', self.capture, '-X', 'sianto:out=' + out, '-X', 'sianto:stats=' + one):
            return
        if not self.analyse('read again', two, '-r', out, '-X', 'sianto:stats=' + two, '-X', 'sianto:names=asis'):
            return
        if less_export(one) != less_export(two):
            a, b = (json.load(open(path)) for path in (one, two))
            self.faults.append('the export and what was read of it differ in %s' % [k for k in a if k != 'export' and a[k] != b.get(k)])

    def clean(self):
        for name in os.listdir(self.t.dir):
            if name.startswith(self.name + '.'):
                path = self.t.path(name)
                if self.save:
                    shutil.copy(path, self.save)
                os.remove(path)


def cases(args):
    names = [n for n in make_storm.PRESETS if args.all or n not in make_storm.PAPERS]
    every = [(n, ['--preset', n]) for n in names]
    every += [('seed-%d' % n, ['--seed', str(n)]) for n in range(1, 1 + (args.seeds or (SEEDS_ALL if args.all else SEEDS)))]
    only = [n for n in args.only.split(',') if n]
    for name in only:
        if name in make_storm.PAPERS and not args.all:
            every.append((name, ['--preset', name]))
        elif name.startswith('seed-') and name not in dict(every):
            every.append((name, ['--seed', name[5:]]))
    return [c for c in every if not only or c[0] in only]


def one(case):
    try:
        case.run()
    except Exception as fault:  # a broken test is a failure with a name
        case.faults.append('test broke: %s %s' % (type(fault).__name__, fault))
    case.clean()
    return case


def main():
    options = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    options.add_argument('--plugin', required=True)
    options.add_argument('--all', action='store_true')
    options.add_argument('--seeds', type=int, default=0)
    options.add_argument('--only', default='', help='names of scenarios, seed-N')
    options.add_argument('--save', help='a folder for captures, truths and results')
    args = options.parse_args()
    chosen = cases(args)
    if not chosen:
        print('nothing of that name')
        return 2
    failed = 0
    with Tshark(args.plugin) as tshark, concurrent.futures.ThreadPoolExecutor(2) as pool:
        for case in pool.map(one, [Case(tshark, name, words, args.save) for name, words in chosen]):
            failed += bool(case.faults)
            print('%-5s %-16s %s' % ('WRONG' if case.faults else 'ok', case.name, ' '.join('%s %.1f s' % i for i in case.took.items())))
            for fault in case.faults[:25]:
                print('      ' + fault)
            sys.stdout.flush()
    print('%d captures, %d with faults' % (len(chosen), failed))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
