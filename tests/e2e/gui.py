#!/usr/bin/env python3
"""Wireshark itself: each entry of the menu, an export through the dialog, what is refused, what is stopped, tables,
settings, a capture that is running. What the GUI writes is compared with what tshark writes with the same key.

    gui.py --plugin sianto.so --profile packaging/profile/SiAnTo [--shots FOLDER] [--pictures packaging/doc]

With --shots the screenshots of all windows stay there, to be looked at; --pictures makes those of the documentation.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import time
import traceback

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, '..', 'sim'))
import blocks  # noqa: E402
import streams  # noqa: E402
from screen import Screen, Wireshark, missing  # noqa: E402
from tshark import SKIP, Tshark  # noqa: E402

SAMPLE = os.path.join(HERE, '..', 'sim', 'make_sample.py')
BOX = '^Wireshark$'
EXPORT, RESULT, EXISTS = 'SiAnTo: Export', 'SiAnTo: Result', 'SiAnTo: File Exists'
checks, faults = 0, 0


def check(good, what):
    global checks, faults
    checks += 1
    if not good:
        faults += 1
        print('FAULT ' + what[:600])


def read(path):
    with open(path, 'rb') as file:
        return file.read()


class Gui:
    def __init__(self, tshark, screen, shots, pictures):
        self.t, self.s, self.shots, self.pictures = tshark, screen, shots, pictures
        self.sample, self.key = tshark.path('sample.pcapng'), tshark.key()
        subprocess.run([sys.executable, SAMPLE, self.sample], check=True, stdout=subprocess.DEVNULL)
        tshark.give(self.sample)
        self.out = tshark.path('out.pcapng')

    def shot(self, name, window='root'):
        path = self.s.shot(name, window)
        if self.shots:
            shutil.copy(path, os.path.join(self.shots, name + '.png'))

    def picture(self, name, window):
        """One for the documentation: a window alone, small."""
        if self.pictures:
            path = self.s.shot(name, window)
            subprocess.run(['convert', path, '+dither', '-colors', '32', '-define', 'png:compression-level=9',
                            os.path.join(self.pictures, 'gui-%s.png' % name)], check=True)

    def box(self, what, name=None):
        """A message box came; it is closed."""
        self.s.wait(BOX)
        if name:
            time.sleep(0.2)
            self.shot(name)
        self.s.focus(BOX)
        self.s.keys('Return')
        self.s.wait_gone(BOX)
        check(True, what)

    def close(self, title):
        for _ in range(3):  # a menu of the window may take the first
            if self.s.windows(title):
                self.s.focus(title)
                self.s.keys('Escape')
            try:
                return self.s.wait_gone(title, 3)
            except RuntimeError:
                pass
        return self.s.wait_gone(title)

    def button(self, title, *tabs):
        """Presses a button of a text window by the keyboard: its buttons follow the field Highlight."""
        self.s.focus(title)
        self.s.fast(*tabs, 'space')

    def copied(self, title, tabs):
        """What the button Copy of a window gives."""
        self.button(title, *['Tab'] * tabs)
        time.sleep(0.2)
        return self.s.clipboard()

    def left(self):
        return sorted(n for n in os.listdir(self.t.dir) if n.startswith(('out', '.sianto')))

    def clean(self):
        for name in self.left():
            os.unlink(self.t.path(name))

    # --- without a capture ---------------------------------------------------------------------------

    def no_capture(self):
        with Wireshark(self.s) as w:
            w.idle()
            for entry in ('export', 'statistics', 'look up'):
                w.menu(entry, BOX)
                self.box('%s without a capture' % entry, 'no-capture' if entry == 'export' else None)
            check(w.alive(), 'Wireshark ended without a capture')

    # --- one capture -----------------------------------------------------------------------------------

    def export(self, w, *values, entry=True):
        if entry:
            w.menu('export', EXPORT)
        w.fill(EXPORT, *values)
        self.s.keys('Return')

    def expected(self, *words, source=None, **options):
        path = self.t.path('expected.pcapng')
        done = self.t.export(source or self.sample, path, *words, key=self.key, force='yes', **options)
        check(done.status == 0, 'tshark: %s' % done.err)
        return read(path)

    def look_around(self, w):
        self.s.keys('alt+f', 'Left')
        self.shot('menu')
        self.s.keys('Escape', 'Escape')
        self.s.do('xdotool', 'mousemove', '100', '588', 'click', '1')
        self.s.keys('Right', *['Down'] * 9)
        time.sleep(0.3)
        self.shot('details')
        self.picture('details', w.main)

    def export_all(self, w):
        dialog = w.menu('export', EXPORT)
        time.sleep(0.2)
        self.shot('export')
        self.picture('export', dialog)
        self.export(w, self.out, 'all', self.t.path('out.json'), self.t.path('out.html'), self.key,
                    self.t.path('out.map'), entry=False)
        self.s.wait(RESULT)
        time.sleep(0.2)
        self.shot('result')
        text = self.copied(RESULT, 4)
        check('89 frames read, 72 written' in text and 'Audit passed' in text and 'not SIP 14' in text, text)
        self.close(RESULT)
        mine = read(self.out)
        for name, words in (('tshark', ()), ('tshark -2', ('-2',)), ('bulk', ('--disable-protocol', 'eth'))):
            check(self.expected(*words) == mine, 'the export from the GUI is not that of %s' % name)
        self.t.run('-q', '-r', self.sample, '-X', 'sianto:out=' + self.t.path('expected.pcapng'), '-X',
                   'sianto:force=yes', '-X', 'sianto:key=' + self.key, '-X',
                   'sianto:stats=' + self.t.path('expected.json'), '-X', 'sianto:report=' + self.t.path('expected.html'),
                   '-X', 'sianto:map=' + self.t.path('expected.map'))
        for name in ('json', 'html', 'map'):
            check(read(self.t.path('out.' + name)) == read(self.t.path('expected.' + name)), name + ' beside an export')

    def overwrite(self, w):
        """An existing target is asked about; Cancel leaves it."""
        old = os.stat(self.out)
        self.export(w, self.out, None, '', '')
        self.s.wait(EXISTS)
        time.sleep(0.2)
        self.shot('exists')
        self.close(EXISTS)
        check(os.stat(self.out).st_mtime_ns == old.st_mtime_ns, 'Cancel, and the file is another one')
        self.export(w, self.out, None, '', '')
        self.s.focus(EXISTS)
        self.s.keys('Return')
        self.s.wait(RESULT)
        self.close(RESULT)
        check(os.stat(self.out).st_ino != old.st_ino and read(self.out) == self.expected(), 'overwritten')
        self.clean()

    def refusals(self, w):
        """Each is said in a box, the dialog comes again, and nothing is written."""
        closed = self.t.path('closed')
        os.mkdir(closed, 0o555)
        self.t.give(closed)
        before = read(self.sample)
        rows = (('the input', (self.sample,)), ('no ending', (self.t.path('out.txt'),)), ('empty', ('',)),
                ('a folder that cannot be written', (os.path.join(closed, 'out.pcapng'),)),
                ('neither all nor displayed', (self.out, 'some')), ('a key that is not there',
                                                                   (self.out, 'all', '', '', self.t.path('none'))))
        w.menu('export', EXPORT)
        for what, values in rows:
            self.export(w, *values, entry=False)
            self.box(what, 'refused' if what == 'the input' else None)
            if what.startswith('a key'):
                w.menu('export', EXPORT)
        self.close(EXPORT)
        check(read(self.sample) == before and not self.left(), 'refused, and %s is there' % self.left())

    def full_disk(self, w):
        """As full as a limit on file sizes can make it."""
        self.s.do('prlimit', '--pid', str(w.pid()), '--fsize=20000:')
        self.export(w, self.out, 'all', '', '', self.key)
        self.box('a full disk', 'full-disk')
        self.s.do('prlimit', '--pid', str(w.pid()), '--fsize=unlimited:')
        check(not self.left(), 'a full disk leaves %s' % self.left())

    def displayed(self, w):
        """What is displayed, as if it were a capture of its own."""
        some = self.t.path('some.pcapng')
        self.t.run('-r', self.sample, '-Y', 'sip.CSeq.method == "REGISTER"', '-w', some)
        w.front()
        self.s.keys('ctrl+slash')
        self.s.type('sip.CSeq.method == "REGISTER"')
        self.s.keys('Return')
        time.sleep(0.5)
        self.export(w, self.out, 'displayed', '', '', self.key)
        self.s.wait(RESULT)
        time.sleep(0.2)
        self.shot('result-displayed')
        self.close(RESULT)
        check(read(self.out) == self.expected(source=some), 'the displayed packets')
        self.clean()
        w.menu('export', EXPORT)
        self.s.keys('Escape')
        w.front()
        self.s.keys('ctrl+slash', 'ctrl+a', 'Delete', 'Return')
        with open(self.t.path('.config/wireshark/profiles/SiAnTo/preferences')) as file:
            text = file.read()
        check('\nsianto.export_packets: Displayed packets\n' in text and self.key in text, 'the choice is not remembered')

    def table_window(self, w, entry, title, tabs):
        """A window of text shows what tshark's table of that name does."""
        w.menu(entry, title)
        time.sleep(0.2)
        self.shot(entry)
        text = self.copied(title, tabs)
        name = 'stats' if entry == 'statistics' else entry
        table = self.t.run('-q', '-r', self.sample, '-z', 'sianto,' + name, '-X', 'sianto:key=' + self.key).out
        lines = [line for line in table.splitlines() if not line.startswith('===')]
        # Sentences are not broken there.
        check(lines and text.split() == ' '.join(lines).split(), '%s: %s' % (entry, text))

    def saved(self, w, title, name, tshark):
        """What a button of a window opened a dialog for, as tshark writes it."""
        path, expected = self.t.path('out.' + name), self.t.path('expected.' + name)
        w.fill(title, path)
        self.s.keys('Return')
        self.s.wait_gone(title)
        time.sleep(0.3)
        self.t.run('-q', '-r', self.sample, '-X', 'sianto:key=' + self.key, '-X', 'sianto:%s=%s' % (tshark, expected),
                   '-X', 'sianto:force=yes')
        check(read(path) == read(expected), 'saved: %s' % name)

    def windows(self, w):
        title = 'SiAnTo: Statistics'
        self.table_window(w, 'statistics', title, 3)
        self.button(title, 'shift+Tab')
        self.saved(w, 'SiAnTo: Save Statistics', 'json', 'stats')
        self.close(title)
        w.menu('documentation', 'SiAnTo: Documentation')
        time.sleep(0.2)
        self.shot('documentation')
        self.close('SiAnTo: Documentation')
        self.clean()

    def storm(self, w):
        """The report goes to the browser, which is a script of ours here."""
        title = 'SiAnTo: Registration Storm'
        self.table_window(w, 'storm', title, 5)
        self.picture('storm', self.s.wait(title))
        self.button(title, 'shift+Tab', 'shift+Tab')
        self.saved(w, 'SiAnTo: Save Report', 'html', 'report')
        self.button(title, 'shift+Tab')
        end = time.time() + 10
        while time.time() < end and not os.path.exists(self.t.path('browsed')):
            time.sleep(0.2)
        address = read(self.t.path('browsed')).decode().strip()
        check(address.startswith('file:///') and read(address[7:]) == read(self.t.path('out.html')),
              'the browser got %s' % address)
        self.close(title)
        self.telephony(w, 2)
        self.s.wait(title)
        self.close(title)
        self.clean()

    def browser(self):
        """A folder of programs with a browser that notes what it is to open."""
        folder = self.t.path('bin')
        os.mkdir(folder)
        path = os.path.join(folder, 'xdg-open')
        with open(path, 'w') as file:
            file.write('#!/bin/sh\necho "$1" > %s.new\nmv %s.new %s\n' % ((self.t.path('browsed'),) * 3))
        os.chmod(path, 0o755)
        self.t.give(folder)
        return folder + ':' + os.environ['PATH']

    def look_up(self, w, text):
        w.menu('look up', 'SiAnTo: Look Up')
        w.fill('SiAnTo: Look Up', text)
        self.s.keys('Return')
        time.sleep(0.5)
        found = self.copied('SiAnTo: Look Up', 3)
        self.shot('look-up')
        self.close('SiAnTo: Look Up')
        return found

    def settings(self, w):
        """Other labels: the details follow. A wrong word is refused."""
        found = self.look_up(w, 'alice')
        check('alice → u1\n' in found and 'Alice Liddell' in found, 'look-up: %s' % found)
        w.menu('settings', 'SiAnTo: Settings')
        time.sleep(0.2)
        self.shot('settings')
        w.fill('SiAnTo: Settings', None, None, 'papr')
        self.s.keys('Return')
        self.box('a word that is none')
        w.fill('SiAnTo: Settings', None, None, 'paper')
        self.s.keys('Return')
        self.s.wait_gone('SiAnTo: Settings')
        found = self.look_up(w, 'alice')
        check('alice → 1\n' in found, 'labels as in the paper: %s' % found)
        self.export(w, self.out, 'all')
        self.s.wait(RESULT)
        self.close(RESULT)
        check(read(self.out) == self.expected(labels='paper'), 'an export with other settings')
        self.clean()

    def preferences(self, w):
        """The same settings on Wireshark's own page: from `paper` to the next in the list of labels."""
        w.front()
        self.s.keys('ctrl+shift+p')
        self.s.focus('Preferences')
        for words in ('Prot', 'SiAn'):
            time.sleep(1)  # the list takes letters that come within it for one word
            self.s.type(words)
            self.s.keys('Right')
        time.sleep(0.5)
        self.shot('preferences')
        tabs = 11 if self.t.at_least(4, 2) else 10  # later ones have a button Apply
        self.s.fast(*['Tab'] * tabs, 'Down', 'Return')
        self.s.wait_gone('Preferences')
        found = self.look_up(w, 'alice')
        check(re.search('alice → u[a-z2-7]{16}\n', found), 'labels by preferences: %s' % found)

    # From the last entry of Telephony upwards.
    TABLES = (('Replacements', 1, 'sianto,replacements'), ('Packets', 3, 'sianto,packets'),
              ('Messages', 4, 'sianto,messages'), ('Clients', 5, 'sianto,clients'))

    def telephony(self, w, up):
        w.front()
        self.s.keys('alt+y')
        self.s.fast('Up', *['Up'] * up)
        self.s.keys('Return')

    def rows_of_tshark(self, capture, argument, *words):
        out = self.t.run('-q', *words, '-r', capture, '-z', argument, '-X', 'sianto:key=' + self.key).out
        lines = [line for line in out.splitlines() if line.endswith('|')]
        return sorted([cell.strip() for cell in line.split('|')[:-1]] for line in lines[1:])

    def tables(self, w, capture):
        """Each says what tshark says; it is copied as text by the button's menu."""
        for name, up, argument in self.TABLES:
            self.telephony(w, up)
            self.s.focus('SiAnTo ' + name)
            time.sleep(0.3)
            self.shot('table-' + name.lower())
            self.s.keys('Tab', 'Tab', 'Tab', 'space', 'Down', 'Return')
            lines = self.s.clipboard().splitlines()
            mine = [re.split('  +', line.strip()) for line in lines if re.search(r'\d$', line)]
            theirs = [[cell for cell in row if cell] for row in self.rows_of_tshark(capture, argument)]
            check(theirs and sorted(mine) == sorted(theirs), '%s: %s, not %s' % (name, mine, theirs))
            self.close('SiAnTo ' + name)

    def one_capture(self):
        with Wireshark(self.s, self.sample, '-C', 'SiAnTo', '-g', '16', PATH=self.browser()) as w:
            for step in (self.look_around, self.export_all, self.overwrite, self.refusals, self.full_disk,
                         self.displayed, self.windows, self.storm, self.settings, self.preferences, self.opened):
                begin = time.time()
                step(w)
                print('  %s: %.1f s' % (step.__name__, time.time() - begin))
            check(w.alive(), 'Wireshark ended')


    def opened(self, w):
        """The result, opened by its button; a dialog of the capture that was there before is refused then."""
        self.export(w, self.out, 'all')
        self.s.wait(RESULT)
        w.menu('export', EXPORT)
        self.button(RESULT, 'Tab', 'Tab')
        w.main = self.s.wait('^out.pcapng')
        self.close(RESULT)
        w.fill(EXPORT, self.t.path('out2.pcapng'))
        self.s.keys('Return')
        self.box('a dialog of another capture')
        check(self.left() == ['out.pcapng'], 'of another capture: %s' % self.left())

    # --- streams ---------------------------------------------------------------------------------------

    def message(self, number, method, body=b''):
        return b'\r\n'.join((
            b'%s sip:bob@example.com SIP/2.0' % method, b'Via: SIP/2.0/TCP 198.51.100.7:40000;branch=z9hG4bKa%d' % number,
            b'From: <sip:alice@example.com>;tag=ab%d' % number, b'To: <sip:bob@example.com>',
            b'Call-ID: abcdef%d@example.com' % number, b'CSeq: %d %s' % (number, method),
            b'Content-Length: %d' % len(body), b'', body))

    def streams(self):
        """Messages in several segments, whose frames are shown long after they came; a lost segment."""
        path = self.t.path('streams.pcapng')
        c = streams.Conversation(('198.51.100.7', 40000), ('192.0.2.10', 5060))
        c.open()
        for number in (1, 2, 3):
            a, b = c.write(0, self.message(number, b'REGISTER'))
            if number != 2:
                c.data(0, a, a + 100)
            c.data(0, a + 100, b)
            c.ack(1)
        c.finish()
        with open(path, 'wb') as file:
            file.write(blocks.section() + blocks.interface(1))
            for ns, frame in c.records(1700000000 * 10**9):
                file.write(blocks.packet(0, ns, frame))
        self.t.give(path)
        with Wireshark(self.s, path, '-C', 'SiAnTo', '-o', 'sianto.key:' + self.key, '-o', 'sianto.labels:readable') as w:
            self.shot('streams')
            self.tables(w, path)
        rows = dict((row[0], row[1]) for row in self.rows_of_tshark(path, 'sianto,packets', '-2'))
        check('written, scrubbed in part' in rows, 'a lost segment: %s' % rows)

    # --- a long one ------------------------------------------------------------------------------------

    def long_one(self):
        """Stopped in the middle, and asked for a second time while it runs."""
        big = self.t.path('big.pcapng')
        for copies in (30, 20):
            source = big if os.path.exists(big) else self.sample
            self.t.run('-a', '-w', big + '.new', *[source] * copies, program='mergecap')
            os.rename(big + '.new', big)
        with Wireshark(self.s, big, '-C', 'Default', '-o', 'sianto.key:' + self.key) as w:
            w.idle()
            self.export(w, self.out, 'all', '', '', self.key)
            w.stop()
            self.box('stopped', 'stopped')
            check(not self.left(), 'stopped, and %s is left' % self.left())
            self.export(w, self.out, 'all', '', '', self.key)
            self.wait_started()
            self.s.keys('ctrl+w')
            w.menu('export', BOX)
            self.box('a second one while the first runs', 'busy')
            self.s.wait(RESULT, 120)
            self.shot('result-long')
            self.close(RESULT)
            check(read(self.out) == self.expected(source=big), 'an export that others came between')
            self.clean()

    def wait_started(self):
        end = time.time() + 30
        while time.time() < end and not self.left():
            time.sleep(0.05)
        check(self.left(), 'no export runs')

    # --- a capture that is running ---------------------------------------------------------------------

    def live(self):
        """From a pipe. Statistics work while it runs, an export waits for its end."""
        fifo, data = self.t.path('fifo'), read(self.sample)
        os.mkfifo(fifo)
        self.t.give(fifo)
        half = 0
        while half < 30000:  # blocks: kind, length, ...
            half += int.from_bytes(data[half + 4:half + 8], 'little')
        pipe = os.open(fifo, os.O_RDWR)  # there before Wireshark looks, and it holds so much
        os.write(pipe, data[:half])
        with Wireshark(self.s, None, '-C', 'Default', '-k', '-i', fifo, title='Capturing from') as w:
            time.sleep(1)
            w.menu('export', BOX)
            self.box('an export of a running capture', 'running')
            w.menu('statistics', 'SiAnTo: Statistics')
            text = self.copied('SiAnTo: Statistics', 3)
            self.shot('statistics-running')
            check('The capture is running' in text and 'REGISTER   ' in text, 'while it runs: %s' % text)
            self.close('SiAnTo: Statistics')
            os.write(pipe, data[half:])
            time.sleep(1)
            os.close(pipe)
            time.sleep(1)
            time.sleep(1)
            self.export(w, self.out, 'all', '', '', self.key)
            self.s.wait(RESULT)
            self.close(RESULT)
            check(read(self.out) == self.expected(), 'a capture that was running')
            self.clean()


def main():
    options = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    options.add_argument('--plugin', required=True)
    options.add_argument('--profile', required=True)
    options.add_argument('--shots')
    options.add_argument('--pictures')
    options.add_argument('--only', help='tests by name, with commas')
    args = options.parse_args()
    if missing():
        print('not installed: ' + ', '.join(missing()))
        return SKIP
    if args.shots:
        os.makedirs(args.shots, exist_ok=True)
    with Tshark(args.plugin) as tshark:
        profile = tshark.path('.config/wireshark/profiles/SiAnTo')
        shutil.copytree(args.profile, profile)
        tshark.give(tshark.dir)
        with Screen(tshark) as screen:
            gui = Gui(tshark, screen, args.shots, args.pictures)
            names = args.only.split(',') if args.only else ('no_capture', 'one_capture', 'streams', 'long_one', 'live')
            for name in names:
                begin = time.time()
                gui.clean()
                try:
                    getattr(gui, name)()
                except (RuntimeError, OSError):
                    check(False, traceback.format_exc()[-600:])
                    if args.shots and os.path.exists(tshark.path('fault.png')):
                        shutil.copy(tshark.path('fault.png'), args.shots)
                print('%s: %.1f s' % (name, time.time() - begin))
    print('%d checks, %d faults' % (checks, faults))
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
