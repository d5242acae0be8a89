"""What serves SIP, or goes beside it: STUN and TURN, ICMP errors, RTP and RTCP, ARP and neighbour
discovery, TLS handshakes.

Each function gives the bytes of its layer; sums and lengths are right.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import hashlib
import hmac
import struct
import zlib

import frames as f

# ---- STUN (RFC 8489) and TURN (RFC 8656) ----

COOKIE = 0x2112A442


def stun_attribute(kind, value):
    return struct.pack('!HH', kind, len(value)) + value + b'\0' * (-len(value) % 4)


def stun_address(address, port):
    packed = f.addr(address)
    return struct.pack('!BBH', 0, 1 if len(packed) == 4 else 2, port) + packed


def stun_xor(address, port, transaction):
    packed = f.addr(address)
    pad = struct.pack('!I', COOKIE) + transaction
    mixed = bytes(a ^ b for a, b in zip(packed, pad))
    return struct.pack('!BBH', 0, 1 if len(packed) == 4 else 2, port ^ COOKIE >> 16) + mixed


def stun(kind, transaction, attributes, password=None, fingerprint=True, cookie=COOKIE):
    """attributes: (type, value); with a password its integrity (SHA-1), then the fingerprint."""
    body = b''.join(stun_attribute(*a) for a in attributes)

    def head(more):
        return struct.pack('!HHI', kind, len(body) + more, cookie) + transaction

    if password is not None:
        body += stun_attribute(8, hmac.new(password, head(24) + body, hashlib.sha1).digest())
    if fingerprint:
        body += stun_attribute(0x8028, struct.pack('!I', zlib.crc32(head(8) + body) ^ 0x5354554E))
    return head(0) + body


def channel_data(number, data):
    return struct.pack('!HH', number, len(data)) + data


# ---- ICMP ----

def icmp4(src, dst, quote, kind=3, code=3, rest=b'\0\0\0\0', extension=b'', **ip):
    """An error that quotes `quote`; with an extension (RFC 4884) the quote is padded and its length told."""
    if extension:
        quote = quote.ljust(128, b'\0')
        rest = b'\0' + bytes([len(quote) // 4]) + rest[2:]
    message = struct.pack('!BBH', kind, code, 0) + rest + quote + extension
    return f.ipv4(src, dst, f.ICMP, message[:2] + struct.pack('!H', f.ones_complement(message)) + message[4:], **ip)


def icmp6(src, dst, quote, kind=1, code=4, rest=b'\0\0\0\0', **ip):
    message = struct.pack('!BBH', kind, code, 0) + rest + quote
    total = f.ones_complement(f.pseudo_header(f.addr(src), f.addr(dst), 58, len(message)) + message)
    return f.ipv6(src, dst, 58, message[:2] + struct.pack('!H', total) + message[4:], **ip)


def icmp_extension(objects):
    body = b'\x20\0\0\0' + objects
    return body[:2] + struct.pack('!H', f.ones_complement(body)) + body[4:]


def neighbour(src, dst, target, hardware, advertisement=False):
    """Neighbour solicitation or advertisement with a link-layer address option."""
    option = bytes([2 if advertisement else 1, 1]) + hardware
    return icmp6(src, dst, f.addr(target) + option, 136 if advertisement else 135, 0, b'\x60\0\0\0' if advertisement else b'\0\0\0\0', hops=255)


def arp(operation, sender, sender_ip, target, target_ip):
    return struct.pack('!HHBBH', 1, 0x0800, 6, 4, operation) + sender + f.addr(sender_ip) + target + f.addr(target_ip)


# ---- media ----

def rtp(payload, kind=0, seq=1, stamp=160, ssrc=0xCAFE1234, csrc=(), extension=b''):
    head = struct.pack('!BBHII', 0x80 | 0x10 * bool(extension) | len(csrc), kind, seq, stamp, ssrc)
    head += b''.join(struct.pack('!I', c) for c in csrc)
    if extension:
        head += struct.pack('!HH', 0xBEDE, len(extension) // 4) + extension
    return head + payload


def rtcp(kind, count, body):
    body += b'\0' * (-len(body) % 4)
    return struct.pack('!BBH', 0x80 | count, kind, len(body) // 4) + body


def sdes(ssrc, items):
    chunk = struct.pack('!I', ssrc) + b''.join(bytes([k, len(v)]) + v for k, v in items) + b'\0'
    return rtcp(202, 1, chunk)


def rtcp_compound(ssrc, items):
    sender = rtcp(200, 0, struct.pack('!IIIIII', ssrc, 1, 2, 3, 4, 5))
    bye = rtcp(203, 1, struct.pack('!I', ssrc) + bytes([3]) + b'bye')
    return sender + sdes(ssrc, items) + bye


# ---- TLS (RFC 5246, RFC 8446): handshakes by hand ----

def vector(size, data):
    return len(data).to_bytes(size, 'big') + data


def record(kind, data, version=0x0303):
    return struct.pack('!BH', kind, version) + vector(2, data)


def handshake(kind, body):
    return bytes([kind]) + vector(3, body)


def tls_extension(kind, body):
    return struct.pack('!H', kind) + vector(2, body)


def sni(name):
    return tls_extension(0, vector(2, b'\0' + vector(2, name)))


def alpn(*names):
    return tls_extension(16, vector(2, b''.join(vector(1, n) for n in names)))


def client_hello(random, session, extensions):
    return handshake(1, b'\x03\x03' + random + vector(1, session) + vector(2, b'\x13\x01\xc0\x2f\x00\x2f') + b'\x01\x00'
                     + vector(2, extensions))


def server_hello(random, session, extensions=b''):
    return handshake(2, b'\x03\x03' + random + vector(1, session) + b'\xc0\x2f\0' + vector(2, extensions))


def certificates(*chain):
    return handshake(11, vector(3, b''.join(vector(3, c) for c in chain)))


def certificate_request(*names):
    return handshake(13, b'\x01\x01' + vector(2, b'\x04\x01') + vector(2, b''.join(vector(2, n) for n in names)))


def session_ticket(ticket):
    return handshake(4, struct.pack('!I', 3600) + vector(2, ticket))


# ---- certificates: DER by hand ----

def der(kind, *parts):
    body = b''.join(parts)
    size = bytes([len(body)]) if len(body) < 128 else (lambda n: bytes([0x80 | len(n)]) + n)(
        len(body).to_bytes((len(body).bit_length() + 7) // 8, 'big'))
    return bytes([kind]) + size + body


def oid(text):
    first, second, *rest = (int(n) for n in text.split('.'))
    out = bytes([first * 40 + second])
    for n in rest:
        groups = [n & 127]
        while n > 127:
            n >>= 7
            groups.append(n & 127 | 128)
        out += bytes(reversed(groups))
    return der(6, out)


ATTRIBUTES = {'CN': '2.5.4.3', 'O': '2.5.4.10', 'OU': '2.5.4.11', 'L': '2.5.4.7', 'serial': '2.5.4.5', 'mail': '1.2.840.113549.1.9.1'}


def name(pairs):
    """A distinguished name of (attribute, bytes)."""
    return der(0x30, *(der(0x31, der(0x30, oid(ATTRIBUTES[k]), der(0x0C, v))) for k, v in pairs))


def certificate(subject, issuer, alternatives=(), serial=b'\x01', key=b'\x5a' * 64, signature=b'\xa5' * 64):
    """alternatives: (context tag, bytes): 1 mail, 2 DNS, 6 URI, 7 address."""
    algorithm = der(0x30, oid('1.2.840.113549.1.1.11'), der(5))
    valid = der(0x30, der(0x17, b'200101000000Z'), der(0x17, b'300101000000Z'))
    public = der(0x30, der(0x30, oid('1.2.840.113549.1.1.1'), der(5)), der(3, b'\0' + key))
    names = der(0x30, *(der(0x80 | t, v) for t, v in alternatives))
    extensions = der(0xA3, der(0x30, der(0x30, oid('2.5.29.17'), der(4, names)))) if alternatives else b''
    body = der(0x30, der(0xA0, der(2, b'\x02')), der(2, serial), algorithm, name(issuer), valid, name(subject), public, extensions)
    return der(0x30, body, algorithm, der(3, b'\0' + signature))
