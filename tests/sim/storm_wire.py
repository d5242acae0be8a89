"""SIP messages of a simulated storm, and a writer that is fast enough for a million frames of them.

A Message is what DEFINITIONS.md needs to know of one; the bytes beside it say the same. Times are integer
microseconds since START_US. Checksums are right: a number modulo 65535 is its ones' complement sum, and
Python computes that of a whole datagram at once.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import struct

import frames as f

START_US = 1_700_000_000 * 10**6
BUFFER = 1 << 20


class Message:
    """One text; a retransmission is the same object sent again.

    contacts: ('user@host' or '*', instance or '', expires or -1) each. expires, retry_after: -1 where there
    is none. uris_bad: a fault for which servers ignore it."""

    __slots__ = ('src', 'sport', 'dst', 'dport', 'request', 'method', 'status', 'branch', 'call', 'cseq', 'from_aor',
                 'to_aor', 'from_tag', 'to_tag', 'contacts', 'expires', 'retry_after', 'credentials', 'event', 'agent',
                 'uris_bad', 'payload', 'common', 'tcp')

    def __init__(self, src, sport, dst, dport, request, method, status, branch, call, cseq, from_aor, to_aor, from_tag,
                 to_tag, contacts=(), expires=-1, retry_after=-1, credentials=False, event='', agent='', uris_bad=False):
        self.src, self.sport, self.dst, self.dport = src, sport, dst, dport
        self.request, self.method, self.status = request, method, status
        self.branch, self.call, self.cseq = branch, call, cseq
        self.from_aor, self.to_aor, self.from_tag, self.to_tag = from_aor, to_aor, from_tag, to_tag
        self.contacts, self.expires, self.retry_after = contacts, expires, retry_after
        self.credentials, self.event, self.agent, self.uris_bad = credentials, event, agent, uris_bad
        self.payload, self.common, self.tcp = b'', '', False


def checksum(total):
    """Of a sum of 16 bit words, or of a number made of them. Never 0: UDP knows no such one."""
    return 65535 - total % 65535


def words(data):
    return int.from_bytes(data + b'\0' if len(data) & 1 else data, 'big')


class Path:
    """From one address to another, by one protocol: the parts of the headers that stay."""

    def __init__(self, src, dst, proto=f.UDP):
        a, b = f.addr(src), f.addr(dst)
        self.v6, self.ends, self.proto = len(a) == 16, a + b, proto
        self.mac = bytes((2, 0)) + b[-4:] + bytes((2, 0)) + a[-4:] + struct.pack('!H', 0x86DD if self.v6 else 0x0800)
        self.pseudo = words(self.ends) + proto
        self.head = words(self.ends) + 0x4500 + 0x4000 + proto

    def frame(self, data, ident, hops=64):
        """data: what IP carries, whole."""
        if self.v6:
            ip = struct.pack('!IHBB', 6 << 28, len(data), self.proto, hops)
        else:
            size = 20 + len(data)
            ip = struct.pack('!HHHHBBH', 0x4500, size, ident, 0x4000, hops, self.proto,
                             checksum(self.head + size + ident + (hops << 8)))
        out = self.mac + ip + self.ends + data
        return out if len(out) >= 60 else out + bytes(60 - len(out))

    def datagram(self, sport, dport, payload):
        size = 8 + len(payload)
        return struct.pack('!HHHH', sport, dport, size,
                           checksum(self.pseudo + sport + dport + 2 * size + words(payload))) + payload

    def segment(self, sport, dport, seq, ack, flags, payload=b''):
        head = struct.pack('!HHIIBBHHH', sport, dport, seq, ack, 5 << 4, flags, 65000, 0, 0)
        value = checksum(self.pseudo + 20 + len(payload) + words(head) + words(payload))
        return head[:16] + struct.pack('!H', value) + head[18:] + payload


class Writer:
    """A pcapng file of Ethernet frames; also what was in it: the number of frames."""

    def __init__(self, path):
        self.file, self.parts, self.size, self.frames = open(path, 'wb'), [], 0, 0
        self.file.write(f.block(0x0A0D0D0A, struct.pack('<IHHq', 0x1A2B3C4D, 1, 0, -1) + f.option(0, b''))
                        + f.block(1, struct.pack('<HHI', f.ETHERNET, 0, 262144) + f.option(0, b'')))

    def write(self, t, frame):
        """t: microseconds since START_US."""
        size, us = len(frame), START_US + t
        pad = -size & 3
        total = 32 + size + pad
        self.parts.append(struct.pack('<IIIIIII', 6, total, 0, us >> 32, us & 0xFFFFFFFF, size, size) + frame + bytes(pad)
                          + struct.pack('<I', total))
        self.size += total
        self.frames += 1
        if self.size > BUFFER:
            self.flush()

    def flush(self):
        self.file.write(b''.join(self.parts))
        self.parts, self.size = [], 0

    def close(self):
        self.flush()
        self.file.close()
