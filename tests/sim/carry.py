"""What carries SIP beside plain UDP: fragments, tunnels, other links, SCTP, WebSocket, HEP, Exported PDU.

Each function takes what it carries as bytes and gives bytes; checksums are right. The names follow the
layer that is put around.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import base64
import hashlib
import struct

import frames as f

RADIOTAP, NFLOG, PKTAP, EXPORTED_PDU, FRELAY, USER0 = 127, 239, 258, 252, 107, 147
SCTP, GRE, IPIP, IP6, ESP, AH = 132, 47, 4, 41, 50, 51


# ---- IP fragments ----

def cut_at(data, sizes):
    """(offset, piece) each; sizes but the last are multiples of 8, the rest is one more piece."""
    found, at = [], 0
    for size in sizes:
        found.append((at, data[at:at + size]))
        at += size
    return found + ([(at, data[at:])] if at < len(data) else [])


def fragments4(src, dst, proto, data, sizes, ident=77, **ip):
    parts = cut_at(data, sizes)
    return [f.ipv4(src, dst, proto, part, ident=ident, fragment=off // 8 | 0x2000 * (off + len(part) < len(data)), **ip)
            for off, part in parts]


def fragments6(src, dst, proto, data, sizes, ident=0x1234567, **ip):
    found = []
    for off, part in cut_at(data, sizes):
        head = struct.pack('!BBHI', proto, 0, off | (off + len(part) < len(data)), ident)
        found.append(f.ipv6(src, dst, 44, head + part, **ip))
    return found


def fragment(src, dst, proto, data, sizes, **more):
    return (fragments4 if len(f.addr(src)) == 4 else fragments6)(src, dst, proto, data, sizes, **more)


# ---- tunnels: each puts itself around an IP packet and gives an IP packet ----

def ip(src, dst, proto, data, **more):
    return (f.ipv4 if len(f.addr(src)) == 4 else f.ipv6)(src, dst, proto, data, **more)


def ip_in_ip(src, dst, inner):
    return ip(src, dst, IPIP if f.version(inner) == 4 else IP6, inner)


def gre(src, dst, inner, ethertype=None, key=None, sequence=None, checksum=False):
    kind = ethertype if ethertype is not None else f.ETHERTYPE[f.version(inner)]
    flags = (0x8000 if checksum else 0) | (0x2000 if key is not None else 0) | (0x1000 if sequence is not None else 0)
    rest = (struct.pack('!I', key) if key is not None else b'') + (struct.pack('!I', sequence) if sequence is not None else b'')
    head = struct.pack('!HH', flags, kind)
    if checksum:
        total = f.ones_complement(head + b'\0\0\0\0' + rest + inner)
        head += struct.pack('!HH', total, 0)
    return ip(src, dst, GRE, head + rest + inner)


def erspan(src, dst, frame, version=1, session=0x123):
    """Type I (no header), II and III; `frame` is Ethernet."""
    if version == 0:
        return gre(src, dst, frame, 0x88BE)
    if version == 1:
        return gre(src, dst, struct.pack('!HHI', 1 << 12 | 42, session, 7) + frame, 0x88BE, sequence=9)
    return gre(src, dst, struct.pack('!HHIHH', 2 << 12 | 42, session, 0x01020304, 5, 0x80) + frame, 0x22EB, sequence=9)


def udp_in(src, dst, sport, dport, data, **more):
    return f.packet(src, sport, dst, dport, data, **more)


def vxlan(src, dst, frame, vni=0x4242):
    return udp_in(src, dst, 55555, 4789, struct.pack('!BxxxI', 8, vni << 8) + frame)


def geneve(src, dst, frame, options=b''):
    return udp_in(src, dst, 55555, 6081, struct.pack('!BBHI', len(options) // 4, 0, 0x6558, 0x4242 << 8) + options + frame)


def gtpu(src, dst, inner, teid=0x11223344, sequence=None, extension=b''):
    """G-PDU; extension: whole extension headers from their type on (its last byte 0)."""
    flags = 0x30 | (2 if sequence is not None else 0) | (4 if extension else 0)
    middle = b''
    if sequence is not None or extension:
        middle = struct.pack('!HBB', sequence or 0, 0, extension[0] if extension else 0) + extension[1:]
    return udp_in(src, dst, 2152, 2152, struct.pack('!BBHI', flags, 0xFF, len(middle) + len(inner), teid) + middle + inner)


def mpls(inner, labels=(100, 17)):
    """The bytes behind an Ethernet header of ethertype 0x8847."""
    stack = b''.join(struct.pack('!I', label << 12 | (n == len(labels) - 1) << 8 | 63) for n, label in enumerate(labels))
    return stack + inner


def teredo(src, dst, inner):
    return udp_in(src, dst, 3544, 3544, inner)


def l2tp(src, dst, inner):
    return udp_in(src, dst, 1701, 1701, struct.pack('!HHHHH', 0x4002, 12 + len(inner), 1, 1, 0xFF03) + b'\0\x21' + inner)


def ah(src, dst, proto, data):
    return ip(src, dst, AH, struct.pack('!BBHII12s', proto, 4, 0, 0x1000, 1, b'\xAA' * 12) + data)


# ---- SCTP (RFC 9260) ----

CRC32C = []
for n in range(256):
    for _ in range(8):
        n = n >> 1 ^ 0x82F63B78 * (n & 1)
    CRC32C.append(n)


def crc32c(data):
    value = 0xFFFFFFFF
    for byte in data:
        value = value >> 8 ^ CRC32C[(value ^ byte) & 0xFF]
    return value ^ 0xFFFFFFFF


def chunk(kind, flags, body):
    return struct.pack('!BBH', kind, flags, 4 + len(body)) + body + b'\0' * (-len(body) % 4)


def sctp_data(data, tsn, stream=1, ssn=0, flags=3):
    return chunk(0, flags, struct.pack('!IHHI', tsn, stream, ssn, 0) + data)


def sctp(sport, dport, chunks, tag=0x12345678):
    head = struct.pack('!HHII', sport, dport, tag, 0)
    value = crc32c(head + chunks)
    return head[:8] + struct.pack('<I', value) + chunks


def sctp_init(tag, tsn, parameters=b'', answer=False):
    return chunk(2 if answer else 1, 0, struct.pack('!IIHHI', tag, 100_000, 10, 10, tsn) + parameters)


def sctp_parameter(kind, value):
    return struct.pack('!HH', kind, 4 + len(value)) + value + b'\0' * (-len(value) % 4)


# ---- WebSocket (RFC 6455, RFC 7118) ----

def ws_frame(data, opcode=1, fin=True, mask=None):
    size = len(data)
    short = size if size < 126 else 126 if size < 65536 else 127
    head = bytes([opcode | 0x80 * fin, short | 0x80 * (mask is not None)])
    head += b'' if short < 126 else struct.pack('!H' if short == 126 else '!Q', size)
    if mask is None:
        return head + data
    return head + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(data))


def ws_key(seed):
    return base64.b64encode(hashlib.md5(seed).digest())


def ws_accept(key):
    return base64.b64encode(hashlib.sha1(key + b'258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest())


def ws_request(path, host, key, extra=b''):
    return (b'GET ' + path + b' HTTP/1.1\r\nHost: ' + host + b'\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
            b'Sec-WebSocket-Key: ' + key + b'\r\nSec-WebSocket-Protocol: sip\r\nSec-WebSocket-Version: 13\r\n' + extra + b'\r\n')


def ws_answer(key, extra=b''):
    return (b'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: '
            + ws_accept(key) + b'\r\nSec-WebSocket-Protocol: sip\r\n' + extra + b'\r\n')


# ---- HEP (Homer) ----

def hep_chunk(kind, value, vendor=0):
    return struct.pack('!HHH', vendor, kind, 6 + len(value)) + value


def hep3(src, sport, dst, dport, payload, extra=b'', proto=17, kind=1, agent=2001, ms=5):
    family = 2 if len(f.addr(src)) == 4 else 10
    first, second = (3, 4) if family == 2 else (5, 6)
    chunks = (hep_chunk(1, bytes([family])) + hep_chunk(2, bytes([proto])) + hep_chunk(first, f.addr(src))
              + hep_chunk(second, f.addr(dst)) + hep_chunk(7, struct.pack('!H', sport)) + hep_chunk(8, struct.pack('!H', dport))
              + hep_chunk(9, struct.pack('!I', 1_600_000_000)) + hep_chunk(10, struct.pack('!I', ms)) + hep_chunk(11, bytes([kind]))
              + hep_chunk(12, struct.pack('!I', agent)) + extra + hep_chunk(15, payload))
    return b'HEP3' + struct.pack('!H', 6 + len(chunks)) + chunks


def hep2(src, sport, dst, dport, payload, version=2, agent=2001):
    family = 2 if len(f.addr(src)) == 4 else 10
    tail = struct.pack('<IIHH', 1_600_000_000, 5, agent, 0) if version == 2 else b''
    head = struct.pack('!BBBBHH', version, 8 + 2 * len(f.addr(src)), family, 17, sport, dport) + f.addr(src) + f.addr(dst)
    return head + tail + payload


# ---- Exported PDU (link type 252) ----

def tag(kind, value):
    value += b'\0' * (-len(value) % 4)
    return struct.pack('!HH', kind, len(value)) + value


def exported_pdu(payload, src=None, dst=None, sport=0, dport=0, protocol=b'sip', port_type=3, extra=b''):
    tags = tag(12, protocol)
    for kind, value in ((20, src), (21, dst)):
        if value is not None:
            long = len(f.addr(value)) == 16
            tags += tag(kind + 2 * long, f.addr(value))
    if sport:
        tags += tag(24, struct.pack('!I', port_type)) + tag(25, struct.pack('!I', sport)) + tag(26, struct.pack('!I', dport))
    return tags + extra + tag(0, b'') + payload


# ---- links ----

SNAP = b'\xaa\xaa\x03\0\0\0'


def llc(packet):
    return SNAP + struct.pack('!H', f.ETHERTYPE[f.version(packet)]) + packet


def wlan(packet, one, two, three, qos=False, to_ds=True, protected=False, fcs=b''):
    """An 802.11 data frame; addresses as they stand (receiver, transmitter, third)."""
    control = (0x88 if qos else 0x08) | (1 if to_ds else 2) << 8 | 0x4000 * protected
    head = struct.pack('<HH', control, 44) + f.mac(one) + f.mac(two) + f.mac(three) + struct.pack('<H', 7 << 4)
    return head + (b'\0\0' if qos else b'') + (packet if protected else llc(packet)) + fcs


def radiotap(frame, fcs=False):
    """Flags and a channel; without it: link type 105."""
    body = bytes([0x10 if fcs else 0, 0]) + struct.pack('<HH', 2412, 0x00A0)
    return struct.pack('<BBHI', 0, 0, 8 + len(body), 1 << 1 | 1 << 3) + body + frame


def nflog(packet, prefix=b'', hardware=b'', uid=None, extra=b''):
    def tlv(kind, value):
        return struct.pack('<HH', 4 + len(value), kind) + value + b'\0' * (-len(value) % 4)
    tlvs = tlv(1, struct.pack('!HBx', f.ETHERTYPE[f.version(packet)], 1))
    tlvs += tlv(10, prefix + b'\0') if prefix else b''
    tlvs += tlv(8, struct.pack('!Hxx', len(hardware)) + hardware.ljust(8, b'\0')) if hardware else b''
    tlvs += tlv(11, struct.pack('!I', uid)) if uid is not None else b''
    tlvs += extra + tlv(9, packet)
    return struct.pack('!BBH', 2 if f.version(packet) == 4 else 10, 0, 0) + tlvs


def pktap(frame, interface=b'en0', command=b'mDNSResponder', second=b''):
    """Apple's header of 108 bytes around an Ethernet frame, with the names of two processes."""
    head = struct.pack('<III24sIIIIi20sIHHi20s16s', 108, 1, f.ETHERNET, interface, 1, 2, 14, 0, 501, command, 0, 6, 0, 502, second, b'')
    return head[:108].ljust(108, b'\0') + frame


def frame_relay(packet):
    return b'\x18\x41\x03\xcc' + packet if f.version(packet) == 4 else b'\x18\x41\x03\x8e' + packet
