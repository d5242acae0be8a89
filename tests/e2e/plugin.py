#!/usr/bin/env python3
"""The Wireshark side, where cli.py does not look: every way to name the input, what a pcapng record may
keep, live capture, signals, limits on file sizes, files that are private.

    plugin.py --plugin sianto.so

SPDX-License-Identifier: GPL-2.0-or-later
"""
import argparse
import glob
import os
import resource
import signal
import stat
import struct
import subprocess
import sys
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from checks import check, result  # noqa: E402
from tshark import Tshark  # noqa: E402


# --- a capture with all that must not pass ------------------------------------------------------------

MESSAGE = b'\r\n'.join((
    b'OPTIONS sip:bob@example.com SIP/2.0', b'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKplanted',
    b'From: <sip:alice@example.com>;tag=planted', b'To: <sip:bob@example.com>', b'Call-ID: planted@example.com',
    b'CSeq: 1 OPTIONS', b'Content-Length: 0', b'', b''))


def checksum(data):
    total = sum(struct.unpack('>%dH' % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def packet():
    udp = struct.pack('>HHHH', 5060, 5060, 8 + len(MESSAGE), 0) + MESSAGE
    ip = struct.pack('>BBHHHBBH4s4s', 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0, bytes((192, 0, 2, 1)),
                     bytes((192, 0, 2, 2)))
    return ip[:10] + struct.pack('>H', checksum(ip)) + ip[12:] + udp


def option(code, data):
    return struct.pack('<HH', code, len(data)) + data + bytes(-len(data) % 4)


def block(kind, body):
    size = struct.pack('<I', len(body) + 12)
    return struct.pack('<I', kind) + size + body + size


def record(interface, ticks, data, options=b''):
    head = struct.pack('<IIIII', interface, ticks >> 32, ticks & 0xffffffff, len(data), len(data))
    return block(6, head + data + bytes(-len(data) % 4) + options)


def rich_capture():
    """Two interfaces: Ethernet in nanoseconds, raw IP in microseconds; names and comments everywhere."""
    end, ethernet = option(0, b''), bytes.fromhex('020000000001 020000000002 0800')
    return b''.join((
        block(0x0A0D0D0A, struct.pack('<IHHq', 0x1A2B3C4D, 1, 0, -1) + option(1, b'planted comment') +
              option(2, b'planted hardware') + end),
        block(1, struct.pack('<HHI', 1, 0, 0) + option(2, b'planted0') + option(9, b'\x09') + end),
        block(1, struct.pack('<HHI', 101, 0, 0) + option(2, b'planted1') + end),
        block(4, struct.pack('<HH', 1, 17) + bytes((192, 0, 2, 1)) + b'planted.host\0' + bytes(3) + bytes(4)),
        record(0, 1700000000123456789, ethernet + packet(), option(1, b'planted remark') +
               option(2, struct.pack('<I', 0x81)) + option(4, struct.pack('<Q', 7)) + end),
        record(1, 1700000001123456, packet(), option(2, struct.pack('<I', 2)) + end),
        record(0, 1700000002000000001, ethernet + packet())))


def counted_capture():
    """A first frame that no core can read, of an interface of its own; statistics of the other one behind the frames."""
    end, ethernet = option(0, b''), bytes.fromhex('020000000001 020000000002 0800')
    return b''.join((
        block(0x0A0D0D0A, struct.pack('<IHHq', 0x1A2B3C4D, 1, 0, -1) + end),
        block(1, struct.pack('<HHI', 147, 0, 0) + end), block(1, struct.pack('<HHI', 1, 0, 0) + end),
        record(0, 1700000000000000, b'nobody reads this'), *[record(1, 1700000000000001 + n, ethernet + packet()) for n in range(9)],
        block(5, struct.pack('<III', 1, 0, 0) + option(5, struct.pack('<Q', 4711)) + end)))


# --- tests --------------------------------------------------------------------------------------------

class Plugin:
    def __init__(self, tshark):
        self.t, self.input = tshark, tshark.path('input.pcapng')
        with open(self.input, 'wb') as file:
            file.write(rich_capture())
        tshark.give(self.input)
        self.out = tshark.path('out.pcapng')

    def left(self):
        return sorted(n for n in os.listdir(self.t.dir) if n.startswith(('out', '.sianto')))

    def clean(self):
        for name in self.left():
            os.unlink(self.t.path(name))

    def export(self, *words, source=None, **options):
        return self.t.export(source or self.input, self.out, *words, **options)

    def words(self):
        """Help, suggestions, what is given twice, and -z."""
        done = self.t.run('-X', 'sianto:help')
        check(done.status == 0 and 'out=FILE' in done.out and 'report=FILE' in done.out and 'crosscheck' not in done.out, 'help: %s' % done.out)
        rows = (('labls=paper', 'labels='), ('labels=papr', 'readable, paper or keyed'), ('out', 'out=FILE'),
                ('server=nowhere', 'server'))
        for given, expected in rows:
            done = self.t.run('-q', '-r', self.input, '-X', 'sianto:' + given)
            check(done.status == 1 and expected in done.err and done.err.count('\n') == 1, '%s: %s' % (given, done.err))
        done = self.export('-X', 'sianto:labels=paper', '-X', 'sianto:labels=paper')
        check(done.status == 1 and 'twice' in done.err, 'twice: %s' % done.err)
        done = self.t.run('-q', '-r', self.input, '-z', 'sianto,stats,more')
        check(done.status == 1 and not done.out, '-z with an argument: %s' % done.err)
        done = self.t.run('-q', '-r', self.t.path('absent.pcapng'), '-X', 'sianto:out=' + self.out)
        check(done.status not in (0, None) and not self.left(), 'an input that is not there')

    def input_is_safe(self):
        """However the input is named, out= never replaces it."""
        with open(self.input, 'rb') as file:
            before = file.read()
        hard, soft = self.t.path('hard.pcapng'), self.t.path('soft.pcapng')
        os.link(self.input, hard)
        os.symlink(self.input, soft)
        for target in (self.input, hard, soft):
            for words in (('-q', '-r', self.input), ('-q', '-r' + self.input), ('-qr', self.input),
                          ('-qr' + self.input,), ('-q', '--read-file=' + self.input)):
                done = self.t.run(*words, '-X', 'sianto:out=' + target, '-X', 'sianto:force=yes')
                check(done.status == 1 and 'input' in done.err, '%s over the input: %s' % (words, done.err))
            with open(self.input, 'rb') as pipe:
                done = self.t.run('-q', '-r', '-', '-X', 'sianto:out=' + target, '-X', 'sianto:force=yes', stdin=pipe)
            check(done.status == 1, 'from standard input, over it: %s' % done.err)
        key = self.t.key('key.pcapng')
        done = self.t.run('-q', '-r', self.input, '-X', 'sianto:out=' + key, '-X', 'sianto:key=' + key,
                          '-X', 'sianto:force=yes')
        check(done.status == 1 and 'same file' in done.err, 'out= over key=: %s' % done.err)
        with open(self.input, 'rb') as file:
            check(file.read() == before, 'the input was changed')

    def records(self):
        """Nanoseconds, direction and drop counts stay; names, comments and frame check sequences do not."""
        expected = ['1700000000.123456789 if0 0x00000001 7 1 0', '1700000001.123456000 if1 0x00000002  7 1',
                    '1700000002.000000001 if0   1 0']
        fields = ('frame.time_epoch', 'frame.interface_name', 'frame.packet_flags', 'frame.drop_count',
                  'frame.encap_type', 'frame.interface_id')
        words = [w for name in fields for w in ('-e', name)]
        for passes in ((), ('-2',)):
            done = self.export(*passes)
            shown = self.t.run('-r', self.out, '-T', 'fields', '-E', 'separator= ', *words).out.splitlines()
            check(done.status == 0 and shown == expected, 'records %s: %s' % (passes, shown))
            with open(self.out, 'rb') as file:
                data = file.read()
            check(b'planted' not in data, 'something planted is in the output')
            check(b'sianto' in data and b'labels=readable' in data, 'section header')
            self.clean()
        done = self.export('-c', '2')
        check('2 written' in done.err and 'limited by -c' in done.err, 'the limit is not named: %s' % done.err)
        self.clean()
        done = self.export(crosscheck='yes')
        check(done.status == 0 and ' 0 violations' in done.err, 'crosscheck: %s' % done.err)
        self.clean()

    def threads(self):
        """In one thread or several the same bytes, also of what is read from the input once more."""
        source, found = self.t.path('counted.pcapng'), {}
        with open(source, 'wb') as file:
            file.write(counted_capture())
        self.t.give(source)
        for capture in (source, self.input):
            for threads in ('auto', '1'):
                done = self.export(source=capture, threads=threads, key=self.t.key())
                with open(self.out, 'rb') as file:
                    found[threads] = file.read()
                check(done.status == 0, 'threads=%s: %s' % (threads, done.err))
                self.clean()
            check(found['auto'] == found['1'], '%s: other bytes in one thread' % capture)
            check(capture != source or struct.pack('<Q', 4711) in found['auto'], 'the drops of an interface')

    def modes(self):
        """Outputs follow the umask; what holds names as found is its owner's alone."""
        stats = self.t.path('out.json')
        old = os.umask(0o027)
        self.export()
        check(stat.S_IMODE(os.stat(self.out).st_mode) == 0o640, 'mode of out=')
        done = self.t.run('-q', '-r', self.input, '-X', 'sianto:stats=' + stats, '-X', 'sianto:names=asis')
        os.umask(old)
        check(stat.S_IMODE(os.stat(stats).st_mode) == 0o600 and 'private' in done.err, 'names=asis: %s' % done.err)
        self.clean()

    def live(self):
        """A live capture (from a pipe, as it needs no rights): its end completes the file, and where that
        fails, tshark's own temporary file, the original, goes all the same."""
        originals = set(glob.glob('/tmp/wireshark_*'))
        with open(self.input, 'rb') as pipe:
            done = self.t.run('-q', '-i', '-', '-X', 'sianto:out=' + self.out, stdin=pipe)
        check(done.status == 0 and '3 written' in done.err, 'live: %s' % done.err)
        self.clean()
        with open(self.input, 'rb') as pipe:
            done = self.t.run('-q', '-i', '-', '-X', 'sianto:out=' + self.t.path('out.pcap'), stdin=pipe)
        check(done.status == 2 and not self.left(), 'live, that fails: %s' % done.err)
        check(set(glob.glob('/tmp/wireshark_*')) <= originals, 'the original of a live capture is left in /tmp')

    def signals(self):
        """SIGTERM and SIGHUP end it as Ctrl-C does; SIGQUIT without a core dump."""
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            fifo = self.t.path('fifo')
            os.mkfifo(fifo)
            self.t.give(fifo)
            words = self.t.command(['tshark', '-q', '-r', fifo, '-X', 'sianto:out=' + self.out])
            run = subprocess.Popen(words, env=self.t.environment(), cwd=self.t.dir, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            with open(fifo, 'wb', buffering=0) as pipe:
                self.feed(pipe, run, number)
            status = run.wait(30)
            check(status not in (0, None) and not self.left(), '%s: status %s, left %s' % (number, status, self.left()))
            check(not glob.glob(self.t.path('core*')), '%s: a core dump' % number)
            os.unlink(fifo)

    def feed(self, pipe, run, number):
        """Sections one after the other; the signal once the temporary file is there."""
        sent = False
        for _ in range(200):
            try:
                pipe.write(rich_capture() * 50)
                pipe.flush()
            except BrokenPipeError:
                return
            if not sent and self.left():
                run.send_signal(number)
                sent = True
            time.sleep(0.02)
        check(sent, 'no temporary file was seen')

    def file_limit(self):
        """A limit on file sizes is a write error, no death by signal."""
        many = self.t.path('many.pcapng')
        with open(many, 'wb') as file:
            file.write(rich_capture() * 400)
        self.t.give(many)
        words = self.t.command(['tshark', '-q', '-r', many, '-X', 'sianto:out=' + self.out])
        done = subprocess.run(words, env=self.t.environment(), cwd=self.t.dir, capture_output=True, text=True,
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100000, 100000)))
        check(done.returncode == 2 and 'cannot be written' in done.stderr and not self.left(),
              'file limit: status %s: %s' % (done.returncode, done.stderr))


def main():
    options = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    options.add_argument('--plugin', required=True)
    args = options.parse_args()
    with Tshark(args.plugin) as tshark:
        if not tshark.loaded():
            print('tshark %s does not load %s' % (tshark.version, args.plugin))
            return 1
        p = Plugin(tshark)
        for test in (p.words, p.input_is_safe, p.records, p.threads, p.modes, p.live, p.signals, p.file_limit):
            test()
    return result()


if __name__ == '__main__':
    sys.exit(main())
