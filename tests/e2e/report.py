#!/usr/bin/env python3
"""report=FILE.html: the file, and what a real browser makes of it.

report.py --plugin sianto.so --pages PROGRAM [--shots FOLDER]

The file: written alone and beside a capture, audited, private where its names are, not over another without force=yes.

In the browser, at desktop and phone width, light and dark, and printed: PROGRAM (unit test test_storm_html) writes
pages of a storm as the paper's TR01, and of what else can happen. Looked at is what no unit test sees: that nothing
complains (scripts, the page's own policy), nothing is loaded, nothing is wider than the screen, each chart is
drawn, and one can zoom. The pictures stay in FOLDER, for people.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import argparse
import os
import stat
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import browser  # noqa: E402
from tshark import SKIP, Tshark  # noqa: E402

SAMPLE = os.path.join(HERE, '../sim/make_sample.py')
sys.path.insert(1, os.path.join(HERE, '../sim'))
import frames  # noqa: E402

# Somebody may be called as a word of the page, of its script, of its data; somebody else is not.
OUR_WORDS = ('captured', 'registered', 'undefined', 'highlightCallback', 'clients_reregistered', 'keepalive', 'responses',
             'identities', 'to_server', 'retry_after', 'undetermined', 'sianto-stats', 'anonymized', 'readable')

SCREENS = (  # name, width, height, dark, phone
    ('desktop', 1280, 900, False, False),
    ('phone', 390, 844, True, True),
)
MORE = (('dark', 1280, 900, True, False), ('phone-light', 390, 844, False, True))  # of the first page only
PICTURED = ('tr01', 'real', 'live')  # pages that people look at
WIDTH = 'document.documentElement.scrollWidth'
WIDE = '''Array.from(document.querySelectorAll('main *')).filter(e => !e.closest('.scroll, .plot') &&
    e.getBoundingClientRect().right > innerWidth + 1).slice(0, 3).map(e => e.outerHTML.slice(0, 80)).join(' | ')'''
OPEN = 'document.querySelectorAll("details").forEach(d => { d.open = true; })'
# Charts, and those of them whose canvas has the colour of a line, as the legend shows it.
CHARTS = 'document.querySelectorAll(".plot").length'
DRAWN = '''Array.from(document.querySelectorAll('.plot')).filter(plot => {
    const canvas = plot.querySelector('canvas'), swatch = plot.closest('figure').querySelector('.swatch');
    if (!canvas || !canvas.width || !swatch)
        return false;
    const [r, g, b] = getComputedStyle(swatch).backgroundColor.match(/[0-9]+/g).map(Number);
    const d = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
    let n = 0;
    for (let i = 0; i < d.length; i += 4)
        n += d[i + 3] > 100 && Math.abs(d[i] - r) + Math.abs(d[i + 1] - g) + Math.abs(d[i + 2] - b) < 24;
    return n > 20 && plot.querySelectorAll('.dygraph-axis-label').length > 3;
}).length'''

failed = []


def check(ok, text):
    if not ok:
        failed.append(text)
        print('FAILED', text, flush=True)


def look(b, page, name, shots, screen):
    """One page on one screen."""
    label, width, height, dark, phone = screen
    where = '%s, %s' % (name, label)
    b.open(page, width, height, dark, phone)
    if shots and name in PICTURED and screen in SCREENS:
        b.screenshot(os.path.join(shots, '%s-%s.png' % (name, label)))
    b.evaluate(OPEN)
    b.evaluate('new Promise(requestAnimationFrame)')
    charts, drawn = b.evaluate(CHARTS), b.evaluate(DRAWN)
    check(charts == drawn, '%s: %s charts, %s drawn' % (where, charts, drawn))
    check(b.evaluate(WIDTH) <= width, '%s: %s pixels wide: %s' % (where, b.evaluate(WIDTH), b.evaluate(WIDE)))
    check(not b.faults, '%s: %s' % (where, b.faults[:3]))
    others = [url for url in b.requests if url != 'file://' + page]
    check(not others, '%s loads %s' % (where, others[:3]))
    return charts


def labels(b):
    """Of the time axis of the first chart."""
    return b.evaluate('Array.from(document.querySelectorAll(".plot")[0].querySelectorAll(".dygraph-axis-label-x"))'
                      '.map(e => e.textContent).join(" ")')


def zoom(b, page):
    """By mouse, by buttons; charts of the same time follow."""
    b.open(page, 1280, 900)
    before = labels(b)
    box = b.evaluate('document.querySelector(".plot").scrollIntoView({block: "center"}),'
                     'JSON.parse(JSON.stringify(document.querySelector(".plot").getBoundingClientRect()))')
    b.drag(box['left'] + 300, box['left'] + 420, box['top'] + 120)
    dragged = labels(b)
    check(dragged != before, 'a drag does not zoom: %s' % dragged)
    b.evaluate('document.querySelector(".tools button").click()')
    check(labels(b) == before, '"All" does not show all: %s' % labels(b))
    b.evaluate('Array.from(document.querySelectorAll(".tools button")).find(e => e.textContent === "Storm").click()')
    check('12:33' in labels(b) and labels(b) != before, '"Storm" does not lead there: %s' % labels(b))
    follows = b.evaluate('Array.from(document.querySelectorAll(".plot[data-chart=registered] .dygraph-axis-label-x"))'
                         '.map(e => e.textContent).join(" ")')
    check(follows == labels(b), 'the chart of registered clients does not follow: %s' % follows)
    b.mouse('mouseMoved', box['left'] + 300, box['top'] + 120)
    check('12:' in b.evaluate('document.querySelector(".readout").textContent'), 'no value at the pointer')
    check(b.evaluate('document.querySelector(".legend output").textContent') != '', 'no value in the legend')
    check(not b.faults, 'zoom: %s' % b.faults[:3])


def refine(b, page):
    """Of a capture of more than a day, one sees the storm's second once one looks closely."""
    b.open(page, 1280, 900)
    rows = ('Array.from(document.querySelectorAll(".plot[data-chart=traffic] .dygraph-axis-label-y"))'
            '.map(e => e.textContent).join(" ")')
    check('3,000' in b.evaluate(rows), 'the peak got lost: %s' % b.evaluate(rows))
    b.evaluate('Array.from(document.querySelectorAll(".tools button")).find(e => e.textContent === "Storm").click()')
    check('3,000' in b.evaluate(rows) and '12:33' in labels(b), 'no peak, close by: %s; %s' % (b.evaluate(rows), labels(b)))
    box = b.evaluate('document.querySelector(".plot").scrollIntoView({block: "center"}),'
                     'JSON.parse(JSON.stringify(document.querySelector(".plot").getBoundingClientRect()))')
    seen = set()
    for i in range(12):
        b.mouse('mouseMoved', box['left'] + 100 + 70 * i, box['top'] + 100)
        seen.add(b.evaluate('document.querySelector(".readout").textContent'))
    check(len(seen) == 12, 'close by there are %d seconds' % len(seen))
    check(not b.faults, 'refine: %s' % b.faults[:3])


def printed(b, page, shots):
    b.open(page, 1280, 900, dark=True)
    charts, pdf = b.evaluate(CHARTS), b.pdf()
    pictures = pdf.count(b'/Subtype /Image')
    check(pdf.startswith(b'%PDF') and pictures >= charts, 'printed: %d pictures of %d charts' % (pictures, charts))
    check(not b.faults, 'printed: %s' % b.faults[:3])
    if shots:
        with open(os.path.join(shots, 'print.pdf'), 'wb') as file:
            file.write(pdf)


def content(path):
    with open(path, encoding='utf-8') as file:
        return file.read()


def settings(options):
    return [word for name, value in options.items() for word in ('-X', 'sianto:%s=%s' % (name, value))]


def written(t):
    """What report= does to files. Returns a real page."""
    sample, out, page, stats = (t.path(n) for n in ('sample.pcapng', 'out.pcapng', 'out.html', 'out.json'))
    subprocess.run([sys.executable, SAMPLE, sample], check=True, stdout=subprocess.DEVNULL)
    t.give(sample)

    def run(source=sample, **options):
        return t.run('-q', '-r', source, *settings(options))
    done = run(out=out, stats=stats, report=page)
    check(done.status == 0 and os.path.exists(out) and os.path.exists(stats), 'report= beside out=: %s' % done.err)
    check('report in ' + page in done.err and 'audit passed' in done.err, 'what is said: %s' % done.err)
    text = content(page) if done.status == 0 else ''
    check('What happened to SIP registration' in text and '"schema":"sianto-stats/1"' in text, 'a page: %.200s' % text)
    check('alice' not in text.lower() and 'example.com' not in text, 'planted names in the report')
    done = run(report=page)
    check(done.status == 1 and 'force' in done.err, 'over another report: %s' % done.err)
    done = run(report=page, force='yes', names='asis')
    check(done.status == 0 and 'Private:' in content(page) and 'private' in done.err, 'names=asis: %s' % done.err)
    check(stat.S_IMODE(os.stat(page).st_mode) == 0o600, 'mode of a private report')
    for wrong, word in (({'report': t.path('out.htm')}, '.html'), ({'report': '/nowhere/x.html'}, 'folder'),
                        ({'report': page, 'stats': page, 'force': 'yes'}, 'json')):
        done = run(**wrong)
        check(done.status == 1 and word in done.err and done.err.count('\n') == 1, '%s: %s' % (wrong, done.err))
    done = run(report=page, force='yes', audit='off')
    check(done.status == 0 and 'not searched' in done.err, 'audit=off: %s' % done.err)
    return page


def words(t):
    """Words of ours are nobody's name, in the page, the JSON and the capture's comment: the audit lets them pass."""
    capture, page, json_file, out = (t.path('words.' + end) for end in ('pcap', 'html', 'json', 'pcapng'))
    records = []
    for i, user in enumerate(OUR_WORDS):
        for n, (src, dst) in enumerate((('192.0.2.9', '192.0.2.1'), ('192.0.2.1', '192.0.2.9'))):
            start = ('REGISTER sip:example.com SIP/2.0', 'SIP/2.0 200 OK')[n]
            lines = (start, 'Via: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK%d' % i, 'From: <sip:%s@example.com>;tag=a%d' % (user, i),
                     'To: <sip:%s@example.com>' % user, 'Call-ID: %d-words' % i, 'CSeq: 1 REGISTER',
                     'Contact: <sip:%s@192.0.2.9:5060>;expires=60' % user, 'Content-Length: 0', '', '')
            data = frames.ethernet(frames.packet(src, 5060, dst, 5060, '\r\n'.join(lines).encode()))
            records.append((1700000000 * 10**9 + (2 * i + n) * 10**8, data))
    frames.write_pcap(capture, frames.ETHERNET, records)
    t.give(capture)
    done = t.run('-q', '-r', capture, *settings({'report': page, 'stats': json_file, 'out': out}))
    check(done.status == 0 and os.path.exists(page), 'users called as words of ours: %s' % done.err)


def look_at_all(b, folder, real, shots):
    names, total = sorted(name[:-5] for name in os.listdir(folder)), 0
    check(len(names) == 8, 'pages: %s' % names)
    for name in names:
        for screen in SCREENS + (MORE if name == 'tr01' else ()):
            total += look(b, os.path.join(folder, name + '.html'), name, shots, screen)
    look(b, real, 'real', shots, SCREENS[0])
    zoom(b, os.path.join(folder, 'tr01.html'))
    refine(b, os.path.join(folder, 'long.html'))
    printed(b, os.path.join(folder, 'tr01.html'), shots)
    print('%d pages, %d charts' % (len(names) + 1, total))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--plugin', required=True)
    parser.add_argument('--pages', required=True)
    parser.add_argument('--shots')
    args = parser.parse_args()
    with Tshark(args.plugin) as t:
        page = written(t)
        words(t)
        if not browser.find():
            print('skipped: chromium is not installed')
            return 1 if failed else SKIP
        if args.shots:
            os.makedirs(args.shots, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix='sianto-report-') as folder, browser.Browser() as b:
            subprocess.run([args.pages, '--write', folder], check=True)
            look_at_all(b, folder, page, args.shots)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
