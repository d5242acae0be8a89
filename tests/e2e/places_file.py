"""Places of the torture capture: the file itself, pcapng block by block.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import struct

import blocks as b
import frames as f
from places import Place, Planter

SECTION_OPTIONS = {1: 'comment', 2: 'hardware', 3: 'operating system', 4: 'application'}
INTERFACE_OPTIONS = {1: 'comment', 2: 'name', 3: 'description', 11: 'filter', 12: 'operating system', 15: 'hardware'}
PACKET_OPTIONS = {1: 'comment', 3: 'hash', 7: 'verdict'}
# Start, end, received, dropped: what is to be left of the first interface's.
STATISTICS = {2: struct.pack('<II', 373, 0), 3: struct.pack('<II', 373, 1), 4: struct.pack('<Q', 9), 5: struct.pack('<Q', 1)}
TLS_KEYS, WIREGUARD, ZIGBEE_NWK, SSH = 0x544C534B, 0x57474B4C, 0x5A4E574B, 0x5353484B


class File:
    """Plants each thing under a place of its own, which has no frames."""

    def __init__(self, garden, places):
        self.garden, self.places = garden, places

    def place(self, name):
        place = Place('file: ' + name, 'any')
        self.places.append(place)
        return Planter(self.garden, place)

    def option(self, code, name, template='{{word}} {{user}}@{{host}}.example.net {{ip4}}'):
        return b.option(code, self.place(name)(template))

    def custom_options(self, where):
        return b''.join(b.custom_option(code, self.place('%s, custom option %d' % (where, code))('{{word}} {{user}}')) for code in b.CUSTOM_OPTIONS)

    def all_options(self, where, known):
        return b''.join(self.option(code, '%s, %s' % (where, name)) for code, name in known.items()) + self.custom_options(where)

    def section(self):
        return b.section(self.all_options('section header', SECTION_OPTIONS) + self.option(0x7777, 'section header, unknown option'))

    def interface(self, linktype, n):
        where = 'interface %d' % n
        place = self.place(where + ', addresses')
        binary = (b.option(4, place('{{ip4|bin}}\xff\xff\xff\0')) + b.option(5, place('{{ip6|bin}}\x40')) + b.option(6, place('{{mac|bin}}'))
                  + b.option(7, place('{{hex16|raw}}')) + b.option(8, struct.pack('<Q', 10**9)) + b.option(13, b'\0') + b.option(16, struct.pack('<Q', 1)))
        return b.interface(linktype, self.all_options(where, INTERFACE_OPTIONS) + binary + self.option(0x7778, where + ', unknown option'))

    def names(self):
        place = self.place('names')
        records = [(place('{{ip4|bin}}'), [place('{{host}}.example.net'), place('{{host}}')]), (place('{{ip6|bin}}'), [place('{{host}}.example.net')]),
                   (place('{{mac|bin}}'), [place('{{word}}')]), (place('{{hex16|raw}}'), [place('{{word}}')])]
        options = self.option(1, 'names, comment') + self.option(2, 'names, server name') + b.option(3, place('{{ip4|bin}}')) + b.option(4, place('{{ip6|bin}}'))
        return b.names(records, options + self.custom_options('names'))

    def secrets(self):
        place = self.place('secrets')
        keys = b'CLIENT_RANDOM ' + place('{{hex32}}{{hex32}} {{hex32}}{{hex32}}{{hex32}}') + b'\n'
        found = b.secrets(TLS_KEYS, keys, self.option(1, 'secrets, comment') + self.custom_options('secrets'))
        found += b.secrets(WIREGUARD, place('LOCAL_STATIC_PRIVATE_KEY = {{b64}}\n'))
        found += b.secrets(ZIGBEE_NWK, place('{{hex32|raw}}\1\2'))
        return found + b.secrets(0x41414141, place('{{word}} {{hex32|raw}}'))

    def rest(self):
        """Blocks that are no packets: custom, journal, statistics, of others, and unknown."""
        entry = self.place('journal')('__CURSOR=s={{hex32}}\n_HOSTNAME={{host}}\n_MACHINE_ID={{hex32}}\n_CMDLINE=sipp {{ip4}}\nMESSAGE={{word}} {{user}}\n'
                                      '__REALTIME_TIMESTAMP=1600000000000000\n')
        found = b.custom(self.place('custom block')('{{word}} {{user}}@{{ip4}}'))
        found += b.custom(self.place('custom block, local')('{{word}} {{user}}@{{ip4}}'), False)
        found += b.journal(entry)
        found += b.statistics(0, b.option(4, struct.pack('<Q', 8)))  # the next one holds for all the time before
        found += b.statistics(0, self.option(1, 'statistics, comment') + b''.join(b.option(*known) for known in STATISTICS.items())
                              + b.option(6, self.place('statistics, no count')('{{hex16|raw}}')) + b.option(7, bytes(6))
                              + self.option(0x7779, 'statistics, unknown option') + self.custom_options('statistics'))
        for kind in (7, 8, 0x0BAD0BAD, 0x80000001, 0x99999999):
            found += b.any_block(kind, self.place('block 0x%x' % kind)('{{word}} {{user}}@{{ip4}} {{hex32|raw}}'))
        return found

    def packets(self, ns, number=0):
        """Packets (link type Ethernet is interface `number`) with what may stand beside them; an old packet
        block, and a simple one of interface 0 where that is Ethernet."""
        place = self.place('packet')
        frame = place.ethernet(place.udp())
        options = self.all_options('packet', {1: 'comment'}) + b.option(2, struct.pack('<I', 0x81)) + b.option(4, struct.pack('<Q', 7))
        for code, name in PACKET_OPTIONS.items():
            options += b.option(code, b'\0' + place('{{hex32|raw}}')) if code != 1 else b''
        options += b.option(5, place('{{hex16|raw}}')) + b.option(6, struct.pack('<I', 3)) + self.option(0x777A, 'packet, unknown option')
        found = b.packet(number, ns, frame, options)
        found += b.packet(number, ns + 1000, frame, self.option(1, 'packet, second comment') + self.option(1, 'packet, third comment'))
        checked = self.place('packet, frame check sequence')  # its length in the flags, bits 5 to 8
        found += b.packet(number, ns + 1500, checked.ethernet(checked.udp()) + checked('{{id32|raw}}'), b.option(2, struct.pack('<I', 4 << 5)))
        other = self.place('old packet')
        return found + b.old_packet(number, ns + 2000, other.ethernet(other.udp()), self.option(1, 'old packet, comment') + b.option(3, b'\2' + other('{{hex32|raw}}')))


def write(path, garden, places, start_ns, gap_ns):
    """The torture capture. Gives places their times: `times` become absolute."""
    records, now = [], start_ns
    for place in places.places:
        first = now
        place.times = [first + ns for ns in place.times]
        records += [(linktype, ns, data, wire, options) for ns, (linktype, data, wire, options) in zip(place.times, place.frames)]
        now = max(place.times) + gap_ns
    links = [f.ETHERNET] + sorted({r[0] for r in records} - {f.ETHERNET})
    file = File(garden, places.places)
    with open(path, 'wb') as out:
        out.write(file.section())
        for n, link in enumerate(links):
            out.write(file.interface(link, n))
        out.write(file.names() + file.secrets())
        half = len(records) // 2
        for linktype, ns, data, wire, options in records[:half]:
            out.write(b.packet(links.index(linktype), ns, data, options, wire))
        out.write(file.rest())
        for linktype, ns, data, wire, options in records[half:]:
            out.write(b.packet(links.index(linktype), ns, data, options, wire))
        out.write(file.packets(now + gap_ns))


def write_plain(path, places, linktype=f.ETHERNET):
    """The frames of one link type as pcap."""
    records = sorted((ns, data, len(data) if wire is None else wire) for place in places.places
                     for ns, (link, data, wire, _) in zip(place.times, place.frames) if link == linktype)
    f.write_pcap(path, linktype, records)
