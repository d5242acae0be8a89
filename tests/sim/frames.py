"""Frames and capture files from nothing: what the sample and the end-to-end tests are built of.

Python's standard library only, deterministic: nothing is drawn from a clock or a random source.
Times are integer nanoseconds since the epoch; addresses are text or bytes.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import gzip
import ipaddress
import struct

NULL, ETHERNET, PPP, RAW, LOOP, SLL, IPV4, IPV6, SLL2 = 0, 1, 9, 101, 108, 113, 228, 229, 276
UDP, TCP, ICMP = 17, 6, 1
ETHERTYPE = {4: 0x0800, 6: 0x86DD}


def addr(value):
    """4 or 16 bytes of an address in text."""
    return value if isinstance(value, bytes) else ipaddress.ip_address(value).packed


def mac(value):
    return value if isinstance(value, bytes) else bytes.fromhex(value.replace(':', ''))


def ones_complement(data):
    if len(data) % 2:
        data += b'\0'
    total = sum(struct.unpack('!%dH' % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def pseudo_header(src, dst, proto, length):
    if len(src) == 4:
        return src + dst + struct.pack('!BBH', 0, proto, length)
    return src + dst + struct.pack('!IHBB', length, 0, 0, proto)


# ---- transport and network ----

def udp(src, sport, dst, dport, payload, checksum='right'):
    """A UDP datagram; checksum: 'right', 'zero' or 'wrong'."""
    length = 8 + len(payload)
    head = struct.pack('!HHHH', sport, dport, length, 0)
    if checksum == 'zero':
        return head + payload
    value = ones_complement(pseudo_header(addr(src), addr(dst), UDP, length) + head + payload) or 0xFFFF
    if checksum == 'wrong':
        value = value ^ 0x5555 or 1
    return head[:6] + struct.pack('!H', value) + payload


def tcp(src, sport, dst, dport, payload, seq=1, ack=1, flags=0x18):
    head = struct.pack('!HHIIBBHHH', sport, dport, seq, ack, 5 << 4, flags, 65000, 0, 0)
    value = ones_complement(pseudo_header(addr(src), addr(dst), TCP, len(head) + len(payload)) + head + payload)
    return head[:16] + struct.pack('!H', value) + head[18:] + payload


def ipv4(src, dst, proto, payload, options=b'', ident=1, ttl=64, fragment=0, tos=0):
    """options are padded to 4 bytes; fragment is the field with its flags."""
    options += b'\0' * (-len(options) % 4)
    size = 20 + len(options)
    head = struct.pack('!BBHHHBBH4s4s', 0x40 | size // 4, tos, size + len(payload), ident, fragment, ttl,
                       proto, 0, addr(src), addr(dst)) + options
    return head[:10] + struct.pack('!H', ones_complement(head)) + head[12:] + payload


def ipv6(src, dst, proto, payload, extensions=(), flow=0, hops=64):
    """extensions: (next-header number, body without its first two bytes) from the outside in."""
    chain, following = b'', proto
    for number, body in reversed(list(extensions)):
        body += b'\0' * (-(len(body) + 2) % 8)
        chain = struct.pack('!BB', following, (len(body) + 2) // 8 - 1) + body + chain
        following = number
    payload = chain + payload
    return struct.pack('!IHBB16s16s', 6 << 28 | flow, len(payload), following, hops, addr(src), addr(dst)) + payload


def packet(src, sport, dst, dport, payload, **ip_args):
    """UDP in IPv4 or IPv6, by the form of the address."""
    checksum = ip_args.pop('checksum', 'right')
    datagram = udp(src, sport, dst, dport, payload, checksum)
    return (ipv4 if len(addr(src)) == 4 else ipv6)(src, dst, UDP, datagram, **ip_args)


# ---- link layers ----

def version(ip):
    return ip[0] >> 4


def ethernet(ip, src='02:00:00:00:00:01', dst='02:00:00:00:00:02', ethertype=None, tags=(), trailer=None):
    """tags: (ethertype of the tag, tag control) from the outside in; padded to 60 bytes with zeros
    unless a trailer is given."""
    inner = b''.join(struct.pack('!HH', kind, control) for kind, control in tags)
    kind = ETHERTYPE[version(ip)] if ethertype is None else ethertype
    frame = mac(dst) + mac(src) + inner + struct.pack('!H', kind) + ip
    return frame + (trailer if trailer is not None else b'\0' * max(0, 60 - len(frame)))


def pppoe(ip, session=0x11, **link):
    ppp = struct.pack('!H', 0x0021 if version(ip) == 4 else 0x0057) + ip
    return ethernet(struct.pack('!BBHH', 0x11, 0, session, len(ppp)) + ppp, ethertype=0x8864, **link)


def ppp_frame(ip):
    return b'\xff\x03' + struct.pack('!H', 0x0021 if version(ip) == 4 else 0x0057) + ip


def sll(ip, hardware='02:00:00:00:00:01', padding=b'\0\0', kind=0):
    return struct.pack('!HHH', kind, 1, 6) + mac(hardware) + padding + struct.pack('!H', ETHERTYPE[version(ip)]) + ip


def sll2(ip, hardware='02:00:00:00:00:01', padding=b'\0\0', interface=2, kind=0):
    return struct.pack('!HHIHBB', ETHERTYPE[version(ip)], 0, interface, 1, kind, 6) + mac(hardware) + padding + ip


def null(ip):
    return struct.pack('<I', 2 if version(ip) == 4 else 30) + ip


def loop(ip):
    return struct.pack('!I', 2 if version(ip) == 4 else 30) + ip


LINKS = {ETHERNET: ethernet, PPP: ppp_frame, RAW: bytes, IPV4: bytes, IPV6: bytes, SLL: sll, SLL2: sll2,
         NULL: null, LOOP: loop}


# ---- capture files ----

def open_by_name(path, mode):
    return gzip.open(path, mode) if str(path).endswith('.gz') else open(path, mode)


def write_pcap(path, linktype, records):
    """records: (ns, bytes) or (ns, bytes, length on the wire)."""
    with open_by_name(path, 'wb') as out:
        out.write(struct.pack('<IHHiIII', 0xA1B23C4D, 2, 4, 0, 0, 262144, linktype))
        for ns, data, *wire in records:
            out.write(struct.pack('<IIII', ns // 10**9, ns % 10**9, len(data), wire[0] if wire else len(data)) + data)


def option(code, value):
    return struct.pack('<HH', code, len(value)) + value + b'\0' * (-len(value) % 4)


def block(kind, body):
    body += b'\0' * (-len(body) % 4)
    return struct.pack('<II', kind, len(body) + 12) + body + struct.pack('<I', len(body) + 12)


def write_pcapng(path, interfaces, records, comment=None, section=b'', extra=b''):
    """interfaces: (linktype, options) each; records: (interface, ns, bytes[, wire length[, options]]).
    `section` are options of the section header, `extra` whole blocks behind the interfaces."""
    with open_by_name(path, 'wb') as out:
        if comment:
            section = option(1, comment.encode()) + section
        out.write(block(0x0A0D0D0A, struct.pack('<IHHq', 0x1A2B3C4D, 1, 0, -1) + section + option(0, b'')))
        for linktype, options in interfaces:
            options = option(9, b'\x09') + options + option(0, b'')
            out.write(block(1, struct.pack('<HHI', linktype, 0, 262144) + options))
        out.write(extra)
        for interface, ns, data, *rest in records:
            wire = rest[0] if rest and rest[0] is not None else len(data)
            padded = data + b'\0' * (-len(data) % 4)
            tail = rest[1] + option(0, b'') if len(rest) > 1 else b''
            out.write(block(6, struct.pack('<IIIII', interface, ns >> 32, ns & 0xFFFFFFFF, len(data), wire)
                            + padded + tail))


class Record:
    """A packet of a capture file, in the file's order."""

    def __init__(self, linktype, ns, data, wire):
        self.linktype, self.ns, self.data, self.wire = linktype, ns, data, wire


def read_capture(path):
    """All packets of a pcap or pcapng file, also gzipped, of either byte order; stops quietly where
    the file is cut."""
    with open(path, 'rb') as file:
        data = file.read()
    if data[:2] == b'\x1f\x8b':
        data = gzip.decompress(data)
    return list(read_pcapng(data) if data[:4] == b'\x0a\x0d\x0d\x0a' else read_pcap(data))


def read_pcap(data):
    order = '<' if data[:4] in (b'\xd4\xc3\xb2\xa1', b'\x4d\x3c\xb2\xa1') else '>'
    scale = 1 if data[:4] in (b'\x4d\x3c\xb2\xa1', b'\xa1\xb2\x3c\x4d') else 1000
    linktype, at = struct.unpack(order + 'I', data[20:24])[0] & 0xFFFF, 24
    while at + 16 <= len(data):
        sec, part, have, wire = struct.unpack(order + 'IIII', data[at:at + 16])
        if at + 16 + have > len(data):
            return
        yield Record(linktype, sec * 10**9 + part * scale, data[at + 16:at + 16 + have], wire)
        at += 16 + have


def read_options(order, data):
    at, found = 0, {}
    while at + 4 <= len(data):
        code, size = struct.unpack(order + 'HH', data[at:at + 4])
        if code == 0:
            break
        found.setdefault(code, data[at + 4:at + 4 + size])
        at += 4 + size + -size % 4
    return found


def ticks_to_ns(ticks, resolution):
    if resolution & 0x80:
        return ticks * 10**9 >> (resolution & 0x7F)
    return ticks * 10**9 // 10**resolution


def read_pcapng(data):
    at, order, interfaces = 0, '<', []
    while at + 12 <= len(data):
        if data[at:at + 4] == b'\x0a\x0d\x0d\x0a':
            order, interfaces = ('<' if data[at + 8:at + 12] == b'\x4d\x3c\x2b\x1a' else '>'), []
        kind, size = struct.unpack(order + 'II', data[at:at + 8])
        body = data[at + 8:at + size - 4]
        if size < 12 or at + size > len(data):
            return
        if kind == 1:
            resolution = read_options(order, body[8:]).get(9, b'\6')[0]
            interfaces.append((struct.unpack(order + 'H', body[:2])[0], resolution))
        elif kind == 6:
            number, high, low, have, wire = struct.unpack(order + 'IIIII', body[:20])
            linktype, resolution = interfaces[number]
            yield Record(linktype, ticks_to_ns(high << 32 | low, resolution), body[20:20 + have], wire)
        elif kind == 3:
            wire = struct.unpack(order + 'I', body[:4])[0]
            yield Record(interfaces[0][0], 0, body[4:4 + wire], wire)
        at += size
