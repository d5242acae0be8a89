"""Planted identities: templates, the values planted in them, and the search for what is left.

A template is a text with places like {{user}}, {{ip4:a|hex}} or {{word|pct}}: kind, a name (the same
name in one row is the same value) and the spelling in which it stands. Each place gets a value that
occurs nowhere else, so a hit in the output names its row. Which values a spelling hides does not
matter to the search: every value is looked for in all spellings.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import base64
import ipaddress
import random
import re
import sys
import urllib.parse

PLACE = re.compile(r'\{\{(\w+)(?::(\w+))?(?:\|(\w+))?\}\}')
LETTERS = 'abcdefghijklmnopqrstuvwyz'  # without x: what is scrubbed is x

# Letters that a grammar cannot take for a word of its own.
def letters(rng, n):
    return ''.join(rng.choice(LETTERS) for _ in range(n))


def digits(rng, n):
    return str(rng.randrange(1, 10)) + ''.join(str(rng.randrange(10)) for _ in range(n - 1))


def hexa(rng, n):
    return ''.join(rng.choice('0123456789abcdef') for _ in range(n))


KINDS = {
    'user': lambda r: 'qz' + letters(r, 7),
    'host': lambda r: 'qz' + letters(r, 7),
    'word': lambda r: 'Qz' + letters(r, 7),
    'name': lambda r: 'Qz' + letters(r, 7),   # where a name of a header field or parameter stands
    'utf8': lambda r: 'Qz' + letters(r, 3) + '\u00fc\u4e2d' + letters(r, 4),
    'tok': lambda r: 'qz' + letters(r, 6) + digits(r, 4) + letters(r, 4),
    'hex32': lambda r: hexa(r, 32),
    'hex16': lambda r: hexa(r, 16),
    'id32': lambda r: '%02x' % r.randrange(1, 255) + hexa(r, 6),  # numbers of a flow: sequence, SSRC, tunnel
    'num': lambda r: '49' + digits(r, 10),
    'dig20': lambda r: digits(r, 20),
    'uuid': lambda r: str(__import__('uuid').UUID(int=r.getrandbits(128))),
    'b64': lambda r: base64.b64encode(bytes(r.randrange(256) for _ in range(18))).decode(),
    # 10.0.0.0/8 and 2001:db8::/32: classes large enough that equality by chance does not happen
    'ip4': lambda r: '10.%d.%d.%d' % (r.randrange(1, 255), r.randrange(1, 255), r.randrange(1, 255)),
    'ip6': lambda r: str(ipaddress.IPv6Address(0x20010DB8 << 96 | r.getrandbits(96))),
    'mac': lambda r: '02:' + ':'.join(hexa(r, 2) for _ in range(5)),
}


def reversed_bcd(number):
    padded = number + ('f' if len(number) % 2 else '')
    return bytes(int(padded[i + 1] + padded[i], 16) for i in range(0, len(padded), 2))


def binary(value):
    """The bytes that a value stands for: of an address, a MAC, or of its text."""
    try:
        return ipaddress.ip_address(value).packed
    except ValueError:
        pass
    if re.fullmatch(r'([0-9a-f]{2}:){5}[0-9a-f]{2}', value):
        return bytes.fromhex(value.replace(':', ''))
    return value.encode()


# In a template, bytes that are no text travel as the code points 0 to 255 (latin-1).
def latin(data):
    return data.decode('latin-1')


SPELLINGS = {
    None: lambda v: latin(v.encode()),
    'pct': lambda v: ''.join('%%%02X' % b for b in v.encode()),
    'pct1': lambda v: '%%%02x' % ord(v[0]) + v[1:],
    'pct2': lambda v: ''.join('%%25%02x' % b for b in v.encode()),
    'upper': str.upper,
    'b64': lambda v: base64.b64encode(v.encode()).decode(),
    'b64url': lambda v: base64.urlsafe_b64encode(v.encode()).decode().rstrip('='),
    'hex': lambda v: binary(v).hex(),
    'HEX': lambda v: binary(v).hex().upper(),
    'raw': lambda v: latin(bytes.fromhex(v)),  # of hex digits: the bytes that they stand for
    'bin': lambda v: latin(binary(v)),
    'bcd': lambda v: latin(reversed_bcd(v)),
    'bcdhex': lambda v: reversed_bcd(v).hex(),
    'sep': lambda v: '%s-(%s)-%s.%s' % (v[:2], v[2:4], v[4:8], v[8:]),
    'esc': lambda v: ''.join('\\' + c for c in v),
    'ent': lambda v: ''.join('&#%d;' % ord(c) for c in v),
    'utf16': lambda v: latin(v.encode('utf-16-be')),
    'dashes': lambda v: v.replace('.', '-'),
    'rev': lambda v: '.'.join(reversed(v.split('.'))),
    'long6': lambda v: ipaddress.IPv6Address(v).exploded,
    'dec': lambda v: str(int(ipaddress.ip_address(v))),
}


class Planted:
    """A value and the row that it was planted in."""

    def __init__(self, row, kind, value):
        self.row, self.kind, self.value = row, kind, value

    def needles(self):
        """(text to be looked for in the views of text, bytes to be looked for as they are)"""
        value, raw = self.value, binary(self.value)
        texts, blobs = {value.lower().encode()}, {value.encode('utf-16-be'), value.encode('utf-16-le')}
        if self.kind in ('hex32', 'hex16', 'id32'):
            plain = bytes.fromhex(value)
            blobs |= {plain[:8], plain[-8:]} | (base64_cores(plain) if len(plain) > 8 else {plain[::-1]})
        if self.kind == 'num':
            blobs |= {reversed_bcd(value[2:]), reversed_bcd(value[1:]), reversed_bcd(value)}
            texts |= {value[2:].encode(), reversed_bcd(value).hex().encode()}
        if self.kind in ('ip4', 'ip6', 'mac'):
            blobs.add(raw)
            texts |= {raw.hex().encode(), value.replace('.', '-').encode(), value.replace(':', '').encode()}
        if self.kind == 'ip4':
            texts |= {'.'.join(reversed(value.split('.'))).encode(), str(int.from_bytes(raw, 'big')).encode()}
        if self.kind == 'ip6':
            texts.add(ipaddress.IPv6Address(value).exploded.encode())
            texts.add(ipaddress.IPv6Address(value).exploded[10:].encode())
        if self.kind in ('hex32', 'b64'):
            texts |= {value[:16].lower().encode(), value[-16:].lower().encode()}
        if self.kind not in ('ip4', 'mac'):
            texts.add(value.encode().hex().encode())
            blobs |= base64_cores(value.encode())
        return texts, blobs


def base64_cores(data):
    """What is certain of `data` inside any base64 text, at the three alignments, both alphabets."""
    found = set()
    for shift in range(3):
        text = base64.b64encode(b'\0' * shift + data)
        core = text[(shift * 4 + 2) // 3:len(data + b'\0' * shift) * 4 // 3 - 1]
        found |= {core, core.translate(bytes.maketrans(b'+/', b'-_'))}
    return found


class Garden:
    """All rows of a run and what was planted in them."""

    def __init__(self, seed=7):
        self.rng, self.planted, self.taken = random.Random(seed), [], set()

    def value(self, kind):
        while True:
            value = KINDS[kind](self.rng)
            if value not in self.taken:
                self.taken.add(value)
                return value

    def render(self, row, template, names=None):
        """The template's bytes; `names` carries named values from one template of a row to the next."""
        names = {} if names is None else names

        def put(match):
            kind, name, spelling = match.groups()
            key = (kind, name)
            value = names.get(key) if name else None
            if value is None:
                value = self.value(kind)
                self.planted.append(Planted(row, kind, value))
                if name:
                    names[key] = value
            return SPELLINGS[spelling](value)

        return PLACE.sub(put, template).encode('latin-1')


ENTITY = re.compile(rb'&#(x[0-9a-f]+|\d+);')


def unentity(match):
    code = match.group(1)
    number = int(code[1:], 16) if code[:1] == b'x' else int(code)
    return bytes([number]) if number < 256 else b''


def views(data):
    """The ways to read the output as text: percent-decoded (twice, too), without backslashes, without
    character references, without visual separators."""
    low = data.lower()
    once = urllib.parse.unquote_to_bytes(low)
    return {'as it is': low, 'percent-decoded': once.lower(),
            'percent-decoded twice': urllib.parse.unquote_to_bytes(once).lower(),
            'without backslashes': low.replace(b'\\', b''),
            'without character references': ENTITY.sub(unentity, low).lower(),
            'without separators': low.translate(None, b'-.() \t')}


def places(data, size, heads):
    """Where one of `heads`, as numbers of `size` bytes (4 or 8), stands in `data`. A walk for each alignment, in
    which Python compares nothing itself unless there is a hit."""
    for at in range(size):
        words = memoryview(data)[at:at + (len(data) - at) // size * size].cast('Q' if size == 8 else 'I')
        if not heads.isdisjoint(words):
            yield from (at + size * i for i, word in enumerate(words) if word in heads)


def find_all(data, needles):
    """Which of `needles` (bytes, 4 at least, to anything) occur in `data`, as a set of what they stand for.

    Hundreds of thousands of needles meet megabytes: a needle is compared only where its first eight or four bytes
    stand."""
    heads = {4: {}, 8: {}}
    for needle, meaning in needles.items():
        size = 8 if len(needle) >= 8 else 4
        heads[size].setdefault(int.from_bytes(needle[:size], sys.byteorder), []).append((needle, meaning))
    found = set()
    for size, known in heads.items():
        for place in places(data, size, frozenset(known)):
            for needle, meaning in known[int.from_bytes(data[place:place + size], sys.byteorder)]:
                if data.startswith(needle, place):
                    found.add(meaning)
    return found


def search(data, planted):
    """Set of (index into `planted`, the view in which it was found)."""
    texts, blobs = {}, {}
    for n, item in enumerate(planted):
        text, blob = item.needles()
        texts.update((t, n) for t in text if len(t) >= 7)
        blobs.update((b, n) for b in blob if len(b) >= 4)
    hits = {(n, 'binary or base64') for n in find_all(data, blobs)}
    for view, content in views(data).items():
        hits |= {(n, view) for n in find_all(content, texts)}
    return hits
