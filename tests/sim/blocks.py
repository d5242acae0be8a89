"""pcapng with every block and every option that can tell of somebody.

Options and blocks by their numbers (draft-ietf-opsawg-pcapng). All take and give bytes, little endian.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import struct

from frames import block, option, read_options

COMMENT, END = 1, option(0, b'')
SECTION, INTERFACE, PACKET_OLD, SIMPLE, NAMES, STATISTICS, ENHANCED = 0x0A0D0D0A, 1, 2, 3, 4, 5, 6
JOURNAL, SECRETS, CUSTOM, CUSTOM_LOCAL, SYSDIG_PROCESSES, SYSDIG_EVENT = 9, 10, 0xBAD, 0x40000BAD, 0x201, 0x204
PEN = 32473  # for documentation (RFC 5612)
# Custom options: text and binary, each to be copied and not.
CUSTOM_OPTIONS = (2988, 2989, 19372, 19373)


def custom_option(code, data):
    return option(code, struct.pack('<I', PEN) + data)


def section(options=b''):
    return block(SECTION, struct.pack('<IHHq', 0x1A2B3C4D, 1, 0, -1) + options + END)


def interface(linktype, options=b'', snaplen=262144):
    return block(INTERFACE, struct.pack('<HHI', linktype, 0, snaplen) + option(9, b'\x09') + options + END)


def packet(number, ns, data, options=b'', wire=None):
    head = struct.pack('<IIIII', number, ns >> 32, ns & 0xFFFFFFFF, len(data), len(data) if wire is None else wire)
    return block(ENHANCED, head + data + bytes(-len(data) % 4) + (options + END if options else b''))


def old_packet(number, ns, data, options=b''):
    head = struct.pack('<HHIIII', number, 0, ns >> 32, ns & 0xFFFFFFFF, len(data), len(data))
    return block(PACKET_OLD, head + data + bytes(-len(data) % 4) + (options + END if options else b''))


def simple(data):
    return block(SIMPLE, struct.pack('<I', len(data)) + data)


def name_record(kind, value):
    return struct.pack('<HH', kind, len(value)) + value + bytes(-len(value) % 4)


def names(records, options=b''):
    """records: (address of 4 or 16 bytes or EUI, names)."""
    kinds = {4: 1, 16: 2, 6: 3, 8: 4}
    body = b''.join(name_record(kinds[len(a)], a + b''.join(n + b'\0' for n in known)) for a, known in records)
    return block(NAMES, body + bytes(4) + options + (END if options else b''))


def statistics(number, options=b''):
    return block(STATISTICS, struct.pack('<III', number, 0, 1) + options + END)


def read_statistics(data):
    """(interface, {option: value}) of each statistics block of a little-endian file."""
    at, found = 0, []
    while at + 12 <= len(data):
        kind, size = struct.unpack('<II', data[at:at + 8])
        if size < 12:
            break
        if kind == STATISTICS:
            found.append((int.from_bytes(data[at + 8:at + 12], 'little'), read_options('<', data[at + 20:at + size - 4])))
        at += size
    return found


def secrets(kind, data, options=b''):
    """kind: 0x544c534b TLS key log, 0x57474b4c WireGuard, 0x5a4e574b ZigBee ..."""
    return block(SECRETS, struct.pack('<II', kind, len(data)) + data + bytes(-len(data) % 4) + options + (END if options else b''))


def custom(data, copied=True):
    return block(CUSTOM if copied else CUSTOM_LOCAL, struct.pack('<I', PEN) + data)


def journal(entry):
    return block(JOURNAL, entry)


def any_block(kind, data):
    return block(kind, data)
