#!/usr/bin/env python3
"""The truth of a capture: plugin/storm/DEFINITIONS.md applied to what an Observer saw.

    storm_truth.py CAPTURE [TRUTH.json]    of a capture file, by a small reader of its own

The keys are those of sianto-stats.schema.json, as far as they are covered; `truth` holds what the plugin
does not tell, as the kind of each client. Where the definitions leave something open, the reading stands
here as a comment.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import bisect
import json
import math
import os
import sys
from collections import Counter, defaultdict

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import frames as f  # noqa: E402
from storm_observer import CHALLENGES, METHODS, S, TRANSACTION_US  # noqa: E402

KINDS = ('backoff', 'burst', 'fixed', 'gave-up', 'undetermined')
BAD_KINDS = ('refused', 'errors', 'failing')
ATTEMPTS_MAX, PARTS_MAX, PEAKS_MAX = 256, 64, 32


def rank(values, percent):
    """Quantile by nearest rank, or None."""
    ordered = sorted(values)
    return ordered[max(-(-percent * len(ordered) // 100), 1) - 1] if ordered else None


def seconds(us):
    return None if us is None else round(us / S, 3)


def share(part, whole):
    return round(part / whole, 4) if whole else None


def delays(values):
    quantiles = {name: seconds(rank(values, p)) for name, p in (('p50', 50), ('p90', 90), ('p99', 99), ('max', 100))}
    return {'count': len(values), **quantiles}


def spread(values, scale=seconds):
    return {'min': scale(min(values, default=None)), 'median': scale(rank(values, 50)), 'max': scale(max(values, default=None))}


class Outage:
    def __init__(self, first, start, bound, end, recovered):
        self.first, self.start, self.bound, self.end, self.recovered = first, start, bound, end, recovered
        self.parts = []


class Storm:
    pass


class Judge:
    """One server, at the capture's end."""

    def __init__(self, view, duration):
        self.v, self.duration = view, duration
        self.bindings = [b for b in view.bindings.values() if not b.is_address]
        view.second(duration)
        self.reg = [s.reg for s in view.seconds]
        self.bins = len(view.seconds)
        self.attempts = sorted(((a.t, b, a) for b in view.bindings.values() for a in b.attempts), key=lambda x: x[0])
        self.times = [t for t, _, _ in self.attempts]
        self.bad, self.good, self.ok = [], [], []
        for t, status, b in view.answers:
            self.classify(t, status, b)
        self.live = sorted(view.live + [t for t, _ in self.good])
        self.registered = self.registered_series()
        self.one_sided = not view.answers and not view.live
        self.outages = [] if self.one_sided else self.find_outages()
        self.storms = []
        for i, outage in enumerate(self.outages):
            if outage.recovered:
                self.storms.append(self.storm(i, outage))
        self.kinds = self.retry_kinds()

    # ---- answers ----

    def classify(self, t, status, b):
        if status < 300:
            self.ok.append(t)
            self.good.append((t, status))
        elif status in CHALLENGES and b and self.followed(b, t):
            self.good.append((t, status))
        elif status in CHALLENGES:
            self.bad.append((t, 'failing'))
        elif status >= 500 and status < 600 or status == 408:
            self.bad.append((t, 'errors'))
        else:
            self.good.append((t, status))

    @staticmethod
    def followed(b, t):
        i = bisect.bisect_right(b.ok_times, t)
        return i < len(b.ok_times) and b.ok_times[i] - t <= 60 * S

    # ---- registered ----

    def registered_series(self):
        change = [0] * (self.bins + 1)
        for b in self.bindings:
            for start, end in b.lifetimes():
                change[min(start // S, self.bins)] += 1
                change[min(end // S, self.bins)] -= 1
        found, now = [], 0
        for step in change[:-1]:
            now += step
            found.append(now)
        return found

    # ---- outages ----

    def within(self, start, end):
        """Attempts with start <= t < end, as indexes."""
        return range(bisect.bisect_left(self.times, start), bisect.bisect_left(self.times, end))

    def find_outages(self):
        edges = [(0, None)] + self.good + [(self.duration, None)]
        known, found = sorted(self.v.clients.values()), []
        for i in range(len(edges) - 1):
            (start, _), (end, status) = edges[i], edges[i + 1]
            if end - start < 10 * S:
                continue
            inside = self.within(start, end if i + 2 < len(edges) else end + 1)
            if not inside or end - self.times[inside[0]] < 10 * S:
                continue
            # "until then": until the interval's end.
            need = min(5, max(2, bisect.bisect_right(known, end)))
            if len({self.attempts[k][1].aor for k in inside}) < need:
                continue
            found.append([self.times[inside[0]], start if i else None, end, status, i + 2 < len(edges)])
        return [self.outage(*o) for o in self.join(found)]

    def join(self, found):
        joined = []
        for one in found:
            last = joined[-1] if joined else None
            if last and one[0] - last[2] < 60 * S and not self.ok_between(last[2], one[0]):
                last[2:] = one[2:]
            else:
                joined.append(one)
        return joined

    def ok_between(self, start, end):
        i = bisect.bisect_left(self.ok, start)
        return i < len(self.ok) and self.ok[i] <= end

    def outage(self, first, bound, end, status, recovered):
        i = bisect.bisect_right(self.live, first)
        start = self.live[i - 1] if i else 0
        if recovered and status >= 300 and status not in CHALLENGES:
            better = next((t for t, s in self.good if end < t <= end + 60 * S and (s < 300 or s in CHALLENGES)), None)
            end = end if better is None else better
        found = Outage(first, start, bound, end, recovered)
        found.parts = self.parts(start, end)
        return found

    def parts(self, start, end):
        events = sorted([e for e in self.bad if start <= e[0] <= end] + [(t, 'refused') for t in self.v.refusals if start <= t <= end],
                        key=lambda e: e[0])
        raw, counts = [], {}  # [kind, start, end]; events of the last one
        for t, kind in events:
            fresh = not raw
            if fresh and t - start > 10 * S:
                raw.append(['silent', start, t])
            elif not fresh and t - raw[-1][2] > 10 * S:
                raw.append(['silent', raw[-1][2], t])
                fresh = True
            elif not fresh and kind != raw[-1][0] and t - began >= 10 * S:
                raw[-1][2] = t
                fresh = True
            if fresh:
                began, counts = t, {}
                raw.append([kind, t if raw else start, t])
            counts[kind] = counts.get(kind, 0) + 1
            raw[-1][0] = max(BAD_KINDS, key=lambda k: counts.get(k, 0))  # of equals the first
            raw[-1][2] = t
        if not raw:
            raw = [['silent', start, end]]
        elif end - raw[-1][2] > 10 * S:
            raw.append(['silent', raw[-1][2], end])
        raw[-1][2] = end
        return self.tidy(raw)

    @staticmethod
    def tidy(raw):
        """Short parts belong to those before them; what the first then takes counts for the next."""
        found, since = [], None
        for kind, start, end in raw:
            if since is not None:
                start, since = since, None
            if not found and end - start < 10 * S and (kind, end) != (raw[-1][0], raw[-1][2]):
                since = start
            elif found and (end - start < 10 * S or found[-1][0] == kind or len(found) == PARTS_MAX):
                found[-1][2] = end
            else:
                found.append([kind, start, end])
        return found

    # ---- storms ----

    def limit(self, i):
        """Where what follows outage i ends: the next outage, or the capture."""
        return self.outages[i + 1].start if i + 1 < len(self.outages) else self.duration

    def level(self, i, outage):
        """The first that there is: the mean before, the median after; with less of either."""
        since = 0 if not i else self.storms[-1].end
        before = [] if since is None else self.reg[-(-since // S):outage.start // S]
        limit = self.limit(i) // S if i + 1 < len(self.outages) else self.bins
        after = [self.reg[-(-(outage.end + wait * S) // S):limit] for wait in (60, 10)]
        for least, later in ((60, after[0]), (10, after[1])):
            if len(before) >= least:
                return sum(before) / len(before)
            if later:
                return rank(later, 50)
        return 0

    def storm(self, i, outage):
        s = Storm()
        s.outage, s.start, s.limit = outage, outage.end, self.limit(i)
        s.level = self.level(i, outage)
        s.end = self.storm_end(s)
        s.until = s.limit if s.end is None else s.end
        inside = {b for k in self.within(outage.start, outage.end) if not (b := self.attempts[k][1]).is_address}
        s.known = {b for b in self.bindings if b.registered_until(outage.start) is not None}
        expired = {b for b in s.known if b.registered_until(outage.start) <= outage.end}
        s.bindings = inside | expired
        s.waited = {b for b in s.known if b in inside or b in expired} or s.bindings
        s.back = {b: t for b in s.bindings | s.waited if (t := self.first_ok(b, s)) is not None}
        before = self.registered[outage.start // S - 60:outage.start // S] if outage.start >= 60 * S else []
        s.before = rank(before, 50) if any(before) else None
        s.seconds = self.v.seconds[s.start // S:s.until // S if s.end is not None or i + 1 < len(self.outages) else self.bins]
        s.peak = max((x.reg for x in s.seconds), default=0)
        s.peak_s = s.start // S + next((n for n, x in enumerate(s.seconds) if x.reg == s.peak), 0)
        s.recovery_end, s.recovered = self.recovery(s)
        return s

    @staticmethod
    def first_ok(b, s):
        i = bisect.bisect_left(b.ok_times, s.start)
        return b.ok_times[i] if i < len(b.ok_times) and b.ok_times[i] <= s.limit else None

    def rate(self, s, t):
        """REGISTER a second in the 10 s before second t, not before the storm's start."""
        since = max(t * S - 10 * S, s.start)
        n = bisect.bisect_left(self.v.reg_times, t * S) - bisect.bisect_left(self.v.reg_times, since)
        return n * S / (t * S - since) if n else 0

    def storm_end(self, s):
        bound, last = 1.25 * s.level + 3 * math.sqrt(s.level / 10), s.limit // S
        calm = {}
        for t in range(-(-s.start // S), last + 1):
            if t not in calm:
                for u in range(t, t + 11):
                    calm.setdefault(u, self.rate(s, u) <= bound + 1e-9)
            if all(calm.setdefault(u, self.rate(s, u) <= bound + 1e-9) for u in range(t, min(t + 10, last) + 1)):
                return t * S
        return None

    def recovery(self, s):
        """(end or None, recovered)"""
        need = -(-95 * len(s.waited) // 100)
        times = sorted(s.back[b] for b in s.waited if b in s.back)
        all_back = times[need - 1] if need and len(times) >= need else None
        if s.end is None:
            return None, all_back is not None
        plateau = None
        for t in range(s.end // S + 300, s.limit // S + 1):
            if self.registered[min(t, self.bins - 1)] < 1.01 * self.registered[t - 300]:
                plateau = t * S
                break
        if all_back is not None and (plateau is None or all_back <= plateau):
            return max(all_back, s.end), True
        return plateau, False

    # ---- peaks beside the storm's ----

    def peaks(self, s):
        """(second, cause, share) of each."""
        end = s.limit if s.end is None or s.recovery_end is None else max(s.recovery_end, s.end)
        bound = max(2 * s.level + 3 * math.sqrt(s.level), s.peak / 10)
        seen = [n for n in range(s.start // S, min(-(-end // S), self.bins)) if n != s.peak_s and self.reg[n] > bound and self.is_top(n)]
        found = []
        for n in seen:
            larger = [p for p in [s.peak_s] + seen if self.reg[p] > self.reg[n] or p == s.peak_s]
            if all(2 * min(self.reg[min(n, p):max(n, p) + 1]) <= self.reg[n] for p in larger):
                found.append((n, *self.cause(n)))
        return found

    def is_top(self, n):
        """The largest of 5 s before and after, the first of equals."""
        return self.reg[n] > max(self.reg[max(n - 5, 0):n], default=-1) and self.reg[n] >= max(self.reg[n:n + 6])

    def cause(self, n):
        inside = [self.attempts[k] for k in self.within((n - 1) * S, (n + 2) * S)]
        found = Counter(cause_of(b.attempts, a) for _, b, a in inside)
        for cause in ('retry-after', 'error', 'period', 'echo'):
            if 2 * found[cause] >= len(inside):
                return cause, share(found[cause], len(inside))
        return 'unknown', share(found[None], len(inside))

    def peaks_json(self, s):
        found = self.peaks(s)
        return {'secondary_spikes': [{'at_s': n, 'pps': self.reg[n], 'cause': cause, 'share': part}
                                     for n, cause, part in found if cause != 'echo'][:PEAKS_MAX],
                'echoes': [{'at_s': n, 'pps': self.reg[n]} for n, cause, _ in found if cause == 'echo'][:PEAKS_MAX]}

    # ---- retry patterns ----

    def retry_kinds(self):
        """Binding to (kind, interval, tries, wait, attempts)."""
        found = {}
        for b in self.bindings:
            times = [a.t for a in b.attempts]
            best = []
            for o in self.outages:
                inside = [t for t in times if o.start <= t < o.end][:ATTEMPTS_MAX]
                if len(inside) > len(best):
                    best = inside
            if best:
                found[b] = pattern(best, times, self.duration)
        return found

    # ---- phases ----

    def phases(self):
        marks = []
        for i, o in enumerate(self.outages):
            marks.append(('outage', o.start, o.end))
            s = next((s for s in self.storms if s.outage is o), None)
            if not s:
                continue
            marks.append(('storm', s.start, s.until))
            if s.end is not None and not (s.recovered and s.recovery_end <= s.end):
                marks.append(('recovery', s.end, s.limit if s.recovery_end is None else s.recovery_end))
        found, now = [], 0
        for kind, start, end in marks:
            found += [('normal', now, start)] * (start > now) + [(kind, start, end)] * (end > start)
            now = max(now, end)
        return found + [('normal', now, self.duration)] * (self.duration > now)

    def phases_json(self, label):
        if self.one_sided:
            parts = [('normal', 0, self.duration)]
        else:
            parts = self.phases()
        rows = []
        for n, (kind, start, end) in enumerate(parts):
            last = n == len(parts) - 1
            first, until = start // S, self.bins if last else end // S
            inside = self.v.seconds[first:until]
            kinds = sum((Counter(x.kinds) for x in inside), Counter())
            total, to = sum(x.total for x in inside), sum(x.to for x in inside)
            open_end = last and kind == 'recovery' and self.storms[-1].recovery_end is None
            known = not self.one_sided and inside
            rows.append({
                'server': label, 'kind': kind, 'start_s': seconds(start), 'end_s': None if open_end else seconds(end),
                'pps': round(total / max(len(inside), 1), 4), 'to_server_share': share(to, total) or 0,
                'registered_start': self.registered[first] if known else None,
                'registered_end': self.registered[until - 1] if known else None,
                'requests': requests_json({m: n for m, n in kinds.items() if isinstance(m, str)}),
                'responses': {str(m): n for m, n in kinds.items() if isinstance(m, int)},
                'register_pps_peak': max((x.reg for x in inside), default=0)})
        return rows

    # ---- JSON ----

    def outages_json(self, label):
        return [{'server': label, 'start_s': seconds(o.start), 'end_s': seconds(o.end), 'recovered': o.recovered,
                 'parts': [{'kind': k, 'start_s': seconds(a), 'end_s': seconds(z)} for k, a, z in o.parts]} for o in self.outages]

    def storms_json(self, label):
        rows = []
        for s in self.storms:
            errors = sum(x.errors for x in s.seconds)
            answers = sum(x.answers for x in s.seconds)
            took = [s.back[b] - s.start for b in s.bindings if b in s.back]
            quantiles = delays(took)
            del quantiles['count']
            rows.append({
                'server': label, 'start_s': seconds(s.start), 'end_s': seconds(s.end), 'peak_pps': s.peak, 'peak_s': s.peak_s,
                'clients_before': s.before, 'clients_reregistered': sum(s.start + t <= s.until for t in took),
                'status_5xx': errors, 'status_5xx_share': share(errors, answers) or 0, 'reregistration_s': quantiles,
                **self.peaks_json(s), 'recovered': s.recovered})
        return rows

    def retry_json(self, label):
        rows = []
        for kind in KINDS:
            of = [p for p in self.kinds.values() if p[0] == kind]
            if of:
                rows.append({'kind': kind, 'clients': len(of), 'interval_s': spread([p[1] for p in of if p[1] is not None]),
                             'tries_per_burst': spread([p[2] for p in of if p[2] is not None], lambda n: n),
                             'wait_s': spread([p[3] for p in of if p[3] is not None])})
        return {'server': label, 'clients': len(self.kinds), 'patterns': rows}

    def series_json(self, label):
        s = self.v.seconds
        return {'server': label, 'bin_s': 1, 'total': [x.total for x in s], 'register': self.reg, 'to_server': [x.to for x in s],
                'from_server': [x.from_ for x in s], 'registered': self.registered, 'status_5xx': [x.errors for x in s]}

    def keep_json(self):
        rows, v = dict(self.v.keep), self.v
        kept = [a for b in self.bindings for a in b.attempts
                if a.registered and a.final is not None and a.final < 300 and a.granted and a.granted <= 300]
        rows['register'] = [sum(a.messages for a in kept), sum(a.bytes for a in kept)]
        return {name: {'messages': n, 'frames_share': share(n, v.frames) or 0, 'bytes_share': share(size, v.bytes) or 0}
                for name, (n, size) in sorted(rows.items())}

    def retry_after_json(self):
        found = Counter({name: 0 for name in ('responses', 'honoured', 'ignored', 'late', 'none')})
        for t, told, d in self.v.told + [(*record, None) for record in self.v.told_open.values()]:
            if t + (told + 30) * S <= self.duration:
                kind = 'none' if d is None else 'ignored' if d < 0.9 * told * S else 'honoured' if d <= (told + 30) * S else 'late'
                found['responses'] += 1
                found[kind] += 1
        return dict(found)

    def registrations_json(self):
        good, ineffective, took = 0, 0, []
        for b in self.bindings:
            for a in b.attempts:
                if a.call is None:
                    continue
                if a.final is None:
                    ineffective += a.last + TRANSACTION_US <= self.duration
                elif a.final < 300:
                    good += 1
                    took.append(a.ok - a.t)
                elif a.final not in (401, 402, 407) and a.final >= 400:
                    ineffective += 1
        return {'registration_request_delay_s': delays(took),
                'ineffective_registration_attempts': {'attempts': good + ineffective, 'ineffective': ineffective,
                                                      'share': share(ineffective, good + ineffective)}}


def cause_of(attempts, a):
    """What made a binding try, by the answer to its attempt before."""
    i = next(i for i, other in enumerate(attempts) if other is a)
    if not i:
        return None
    before = attempts[i - 1]
    if before.final is None or before.final in (401, 407):
        gap = before.t - attempts[i - 2].t if i > 1 else None
        return 'period' if gap is not None and 10 * abs(a.t - before.t - gap) <= gap else None
    if before.final < 300:
        return 'echo'
    if before.told:
        return 'retry-after' if 10 * (a.t - before.told[0]) >= 9 * before.told[1] * S else None
    return 'error'


def pattern(inside, times, duration):
    gaps = [b - a for a, b in zip(inside, inside[1:])]
    largest, middle = max(gaps, default=0), rank(gaps, 50)
    if inside[-1] == times[-1] and duration - inside[-1] > max(3 * largest, 300 * S):
        return 'gave-up', middle, None, None
    if len(gaps) < 3:
        return 'undetermined', middle, None, None
    groups = [[inside[0]]]
    for t, gap in zip(inside[1:], gaps):
        if gap > 3 * middle:
            groups.append([])
        groups[-1].append(t)
    if sum(len(g) >= 2 for g in groups) >= 2:
        return burst(groups)
    if 2 * rank(gaps, 90) <= 3 * rank(gaps, 10):
        return 'fixed', middle, None, None
    if is_backoff(gaps):
        return 'backoff', middle, None, largest
    return 'undetermined', middle, None, None


def burst(groups):
    """Two groups of at least two; single tries between them may be more groups."""
    within = [b - a for g in groups for a, b in zip(g, g[1:])]
    between = [b[0] - a[-1] for a, b in zip(groups, groups[1:])]
    return 'burst', rank(within, 50), rank([len(g) for g in groups[:-1]], 50), rank(between, 50)


def is_backoff(gaps):
    if gaps[-1] < 2 * gaps[0]:
        return False
    top = gaps.index(max(gaps))
    rising = all(4 * gap >= 3 * max(gaps[:i], default=0) for i, gap in enumerate(gaps[:top + 1]))
    return rising and all(20 * gap >= 9 * gaps[top] for gap in gaps[top:])


def requests_json(counts):
    rows = {m: counts.get(m, 0) for m in METHODS}
    rows['other'] = sum(n for m, n in counts.items() if m not in METHODS)
    return rows


def find_servers(observer):
    """Listed addresses, the outermost first."""
    views = observer.servers.values()
    sizes = {v: len(v.answered) for v in views if v.answered} or {v: len(v.clients) for v in views if v.clients}
    largest = max(sizes.values(), default=0)
    listed = [v for v, n in sizes.items() if 10 * n >= largest]
    return sorted(listed, key=lambda v: (-len(v.sources), -v.messages, len(f.addr(v.address)), f.addr(v.address)))


def direction(observer, listed):
    servers, rows = {v.address for v in listed}, Counter()
    for (src, dst), n in observer.pairs.items():
        name = {(0, 1): 'to_server', (1, 0): 'from_server', (1, 1): 'internal', (0, 0): 'other'}[src in servers, dst in servers]
        rows[name] += n
    return {name: rows[name] for name in ('to_server', 'from_server', 'internal', 'other')}


def sessions_json(observer):
    every = list(observer.sessions.values())
    settled = [s for s in every if s.final not in (401, 402, 407) and not (s.final and 300 <= s.final < 400)]
    ok = sum(s.final == 200 for s in settled)
    effective = sum(s.final in (200, 480, 486, 600, 603) for s in settled)
    failed = sum(s.final in (408, 500, 503, 504) or (observer.end if s.heard is None else s.heard) - s.last > TRANSACTION_US for s in every)
    completed = sum(s.final == 200 and s.done is not None for s in every)
    return {
        'session_request_delay_s': delays([s.ringing - s.t for s in every if s.ringing is not None]),
        'failed_session_request_delay_s': delays([s.failed - s.t for s in every if s.failed is not None]),
        'session_disconnect_delay_s': delays([s.done - s.bye for s in every if s.done is not None]),
        'session_duration_s': delays([s.bye - s.ok for s in every if s.ok is not None and s.bye is not None]),
        'session_establishment': {'attempts': len(settled), 'established': ok, 'share': share(ok, len(settled))},
        'session_establishment_effectiveness': {'attempts': len(settled), 'effective': effective, 'share': share(effective, len(settled))},
        'ineffective_session_attempts': {'attempts': len(every), 'ineffective': failed, 'share': share(failed, len(every))},
        'session_completion': {'attempts': len(every), 'completed': completed, 'share': share(completed, len(every))}}


def families_json(observer, first):
    patterns = defaultdict(Counter)
    for b, (kind, *_) in first.kinds.items() if first else ():
        patterns[b.family][kind] += 1
    return [{'family': name, 'clients': len(observer.family_clients[name]), 'messages': n,
             'patterns': {kind: patterns[name][kind] for kind in KINDS}} for name, n in sorted(observer.families.items())]


def truth(observer):
    listed = find_servers(observer)
    judges = [Judge(v, observer.end) for v in listed]
    first = judges[0] if judges else None
    parts = [{'server': j.v.address, 'phases': j.phases_json(j.v.address), 'storms': j.storms_json(j.v.address),
              'retry': j.retry_json(j.v.address), 'series': j.series_json(j.v.address)} for j in judges]
    top = parts[0]
    outages = sorted((o for j in judges for o in j.outages_json(j.v.address)), key=lambda o: o['start_s'])
    return {
        'schema': 'sianto-truth/1',
        'warmup_s': rank(first.v.granted, 95), 'one_sided': all(j.one_sided for j in judges), 'duplicates': observer.duplicates,
        'messages': {'requests': requests_json(observer.requests),
                     'responses': {str(k): n for k, n in sorted(observer.responses.items())}},
        'direction': direction(observer, listed),
        'servers': [{'label': v.address, 'ports': sorted(v.ports), 'sources': len(v.sources), 'clients': len(v.clients)} for v in listed],
        'keepalive': first.keep_json(), 'rfc6076': {**first.registrations_json(), **sessions_json(observer)},
        'families': families_json(observer, first), 'ignored_requests': observer.ignored,
        'phases': top['phases'], 'outages': outages, 'storms': top['storms'], 'retry': top['retry'],
        'retry_after': first.retry_after_json(), 'series': top['series'], 'by_server': parts[1:],
        'truth': {'duration_s': seconds(observer.end), 'levels': [round(s.level, 4) for s in first.storms],
                  'kinds': {'%s %d' % (b.aor, b.number): p[0] for b, p in first.kinds.items()}}}


def write(path, found):
    with open(path, 'w') as out:
        json.dump(found, out, indent=1)
        out.write('\n')


def main(arguments):
    if len(arguments) not in (1, 2):
        print(__doc__.split('\n')[2].strip(), file=sys.stderr)
        return 2
    import storm_read
    found = truth(storm_read.observe(arguments[0]))
    if len(arguments) == 2:
        write(arguments[1], found)
    else:
        json.dump(found, sys.stdout, indent=1)
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
