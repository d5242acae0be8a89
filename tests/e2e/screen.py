"""Wireshark itself on a screen of its own: Xvfb with openbox, driven by xdotool as a person would.

All runs as the user that tshark.py runs tshark as, with the home and the plugin of that Tshark object.
Windows are found by their titles; nothing is typed before the window that shall get it has the focus.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import os
import re
import shutil
import signal
import subprocess
import time

PROGRAMS = ('Xvfb', 'openbox', 'wireshark', 'xdotool', 'import', 'xclip')
WAIT_S = 30
# Between keys of a menu: it opens by timers.
PAUSE_S = 0.12


def missing():
    """Programs that are not installed."""
    return [name for name in PROGRAMS if not shutil.which(name)]


class Screen:
    """An X server with a window manager. Titles of all windows end as Wireshark's do, so parts are searched."""

    def __init__(self, tshark):
        self.t = tshark
        read, write = os.pipe()
        words = ['Xvfb', '-displayfd', str(write), '-screen', '0', '1280x900x24', '-nolisten', 'tcp']
        self.server = subprocess.Popen(tshark.command(words), pass_fds=(write,), stdin=subprocess.DEVNULL,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as pipe:
            number = pipe.readline().strip()
        self.env = dict(tshark.environment(), DISPLAY=':' + number, QT_QPA_PLATFORM='xcb')
        self.manager = self.start('openbox')

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        for process in (self.manager, self.server):
            process.terminate()
            process.wait(10)

    def start(self, *words, **more):
        return subprocess.Popen(self.t.command(list(words)), env=dict(self.env, **more), cwd=self.t.dir,
                                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                stderr=open(self.t.path('gui.err'), 'ab'))

    def do(self, *words, check=True):
        done = subprocess.run(self.t.command(list(words)), env=self.env, cwd=self.t.dir, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=60)
        if check and done.returncode:
            raise RuntimeError('%s: %s' % (' '.join(words), done.stderr))
        return done.stdout.strip()

    def windows(self, title):
        """Visible windows of Wireshark with that in their titles; xdotool's own search misses message boxes."""
        found = self.do('xdotool', 'search', '--onlyvisible', '--class', 'wireshark', check=False).split()
        words = [word for window in found for word in ('getwindowname', window)]
        names = self.do('xdotool', *words, check=False).split('\n') if found else []
        if len(names) != len(found):  # one was closed meanwhile
            return []
        return [window for window, name in zip(found, names) if re.search(title, name)]

    def wait(self, title, seconds=WAIT_S):
        """The window with that in its title; the newest."""
        end = time.time() + seconds
        while time.time() < end:
            found = self.windows(title)
            if found:
                return found[-1]
            time.sleep(0.15)
        raise RuntimeError('no window "%s"' % title)

    def wait_gone(self, title, seconds=WAIT_S):
        end = time.time() + seconds
        while time.time() < end:
            if not self.windows(title):
                return
            time.sleep(0.15)
        raise RuntimeError('the window "%s" stays' % title)

    def activate(self, window):
        """Not with --sync, which waits in vain for one that is active already."""
        self.do('xdotool', 'windowactivate', window)
        for _ in range(20):
            time.sleep(PAUSE_S)
            if self.do('xdotool', 'getactivewindow', check=False) == window:
                return

    def focus(self, title):
        window = self.wait(title)
        self.activate(window)
        return window

    def keys(self, *keys):
        for key in keys:
            self.do('xdotool', 'key', key)
            time.sleep(PAUSE_S)

    def fast(self, *keys):
        """The same where nothing opens or closes between them."""
        self.do('xdotool', 'key', '--delay', '20', *keys)
        time.sleep(PAUSE_S)

    def type(self, text):
        self.do('xdotool', 'type', '--delay', '4', '--', text)

    def shot(self, name, window='root'):
        path = self.t.path(name + '.png')
        self.do('import', '-window', window, path)
        return path

    def grey(self, x, y, width, height):
        """That part of the screen, a bytes object for each row."""
        done = subprocess.run(self.t.command(['import', '-window', 'root', '-crop', '%dx%d+%d+%d' % (width, height, x, y),
                                              '-colorspace', 'Gray', '-depth', '8', 'gray:-']),
                              env=self.env, cwd=self.t.dir, stdin=subprocess.DEVNULL, capture_output=True)
        return [done.stdout[i * width:(i + 1) * width] for i in range(height)]

    def clipboard(self):
        return self.do('xclip', '-o', '-selection', 'clipboard', check=False)


class Wireshark:
    """A running Wireshark with a capture loaded."""

    MENU = ('export', 'statistics', 'storm', 'look up', 'settings', 'documentation')

    def __init__(self, screen, capture=None, *words, title=None, **env):
        self.s = screen
        args = ['wireshark', '-o', 'gui.update.enabled:FALSE', '-o', 'capture.no_extcap:TRUE']
        if capture:
            args += ['-r', capture]
        self.process = screen.start(*args, *words, **env)
        self.title = title or ('^' + re.escape(os.path.basename(capture)) if capture else 'The Wireshark Network')
        self.main = screen.wait(self.title, 4 * WAIT_S)
        screen.do('xdotool', 'windowsize', '--sync', self.main, '1240', '820', 'windowmove', self.main, '10', '25')
        self.front()

    def __enter__(self):
        return self

    def __exit__(self, kind, *unused):
        if kind:
            self.s.shot('fault')
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def front(self):
        self.s.activate(self.main)

    def menu(self, entry, title):
        """Opens what has that title; the menu SiAnTo is the last one. Keys are lost while Wireshark is busy with
        itself, so there are several tries."""
        for seconds in (3, 5, 8, WAIT_S):
            self.front()
            self.s.keys('alt+f', 'Left')
            self.s.fast('Home', *['Down'] * self.MENU.index(entry))
            self.s.keys('Return')
            try:
                return self.s.wait(title, seconds)
            except RuntimeError:
                self.s.keys('Escape', 'Escape')
        raise RuntimeError('the menu does not open "%s"' % title)

    def idle(self):
        """Waits until all of a long capture, or the list of interfaces, is there."""
        end = time.time() + 4 * WAIT_S
        while time.time() < end:
            before = self.cpu()
            time.sleep(0.5)
            if self.cpu() - before <= 2:
                return
        raise RuntimeError('Wireshark has no rest')

    def cpu(self):
        """Ticks of a hundredth of a second."""
        with open('/proc/%d/stat' % self.pid()) as file:
            return sum(int(n) for n in file.read().rsplit(')', 1)[1].split()[11:13])

    def progress_stop(self):
        """Where the button is that stops what is running, beside the progress in the status bar: a square of one grey.
        None: there is none."""
        top, height, width = 800, 100, 800
        rows = self.s.grey(0, top, width, height)
        for x in reversed(range(width)):
            marks = [y for y in range(height) if 128 <= rows[y][x] <= 146]
            if 11 <= len(marks) <= 20 and marks[-1] - marks[0] < 20:
                return x - 6, top + (marks[0] + marks[-1]) // 2
        return None

    def stop(self):
        """Presses it as soon as it is there. Wireshark is held meanwhile, so that it does not finish before."""
        end = time.time() + WAIT_S
        while time.time() < end:
            self.process.send_signal(signal.SIGSTOP)
            place = self.progress_stop()
            if place:
                self.s.do('xdotool', 'mousemove', *[str(n) for n in place])
                time.sleep(0.2)
                self.s.do('xdotool', 'click', '1')
            self.process.send_signal(signal.SIGCONT)
            if place:
                return
            time.sleep(0.1)
        raise RuntimeError('no progress is shown')

    def fill(self, title, *values):
        """Writes into the fields of a dialog, in order; None: leaves what is there. The focus begins on OK."""
        self.s.focus(title)
        self.s.fast('Tab')
        for value in values:
            self.s.fast('Tab', *[] if value is None else ['ctrl+a', 'Delete'])
            if value:
                self.s.type(value)

    def pid(self):
        """setpriv replaces itself by the program, so this is Wireshark."""
        return self.process.pid

    def alive(self):
        return self.process.poll() is None
