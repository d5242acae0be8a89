"""What Wireshark says about an original and about what was written of it: sums, malformed frames, the
experts of TCP, and the SIP messages that it puts together.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import collections
import os

SUMS = ('ip.checksum.status', 'udp.checksum.status', 'tcp.checksum.status', 'sctp.checksum.status', 'icmp.checksum.status',
        'icmpv6.checksum.status', 'stun.att.crc32.status', 'gre.checksum.status')
ANALYSIS = tuple('tcp.analysis.' + name for name in (
    'retransmission', 'fast_retransmission', 'spurious_retransmission', 'out_of_order', 'reused_ports', 'lost_segment',
    'ack_lost_segment', 'window_update', 'window_full', 'keep_alive', 'keep_alive_ack', 'duplicate_ack', 'zero_window_probe',
    'zero_window', 'zero_window_probe_ack', 'tfo_syn'))
GUESSES = ANALYSIS[:4]  # why a segment does not come in its turn
FRAGMENTS = tuple(v + '.fragment.' + name for v in ('ip', 'ipv6') for name in (
    'overlap', 'overlap.conflict', 'multipletails', 'toolongfragment', 'error', 'count'))
SIP = ('sip.Method', 'sip.Status-Code', 'sip.CSeq.seq', 'sip.CSeq.method')
FIELDS = ('frame.time_epoch', 'frame.protocols', '_ws.malformed') + SUMS + ANALYSIS + FRAGMENTS + SIP
CHECKED = ('-o', 'ip.check_checksum:TRUE', '-o', 'udp.check_checksum:TRUE', '-o', 'tcp.check_checksum:TRUE',
           '-o', 'sctp.checksum:crc32c')
IN_ORDER = ('-o', 'tcp.reassemble_out_of_order:TRUE')
GOOD, BAD = '1', '0'
SUM_CLASSES = (GOOD, BAD)


def known_fields(tshark, names):
    """Those that this Wireshark has: names come and go between versions."""
    if not hasattr(tshark, 'known_fields'):
        lines = tshark.run('-G', 'fields').out.splitlines()
        tshark.known_fields = {line.split('\t')[2] for line in lines if line.startswith('F\t')}
    return tuple(n for n in names if n in tshark.known_fields)


def read(tshark, path, *words, fields=FIELDS, checked=True):
    """checked: checksums are verified; Wireshark then does not put together what is left to the card."""
    names = known_fields(tshark, fields)
    done, rows = tshark.fields(path, names, *(CHECKED if checked else ()), *words)
    rows = [collections.defaultdict(list, row) for row in rows if row['frame.time_epoch']]
    return done, rows


def said(rows):
    """What experts say, by kind: how many frames."""
    return collections.Counter(name for row in rows for name in ('_ws.malformed',) + ANALYSIS + FRAGMENTS[:4] if row[name])


def news(before, after, guess=False):
    """Kinds of expert items that are more than before, with the counts; frames are paired by order, so
    that the first one can be named. `guess`: of a segment that came out of turn before, too, another reason is
    none: from 4.2 on Wireshark guesses at it by lengths and times."""
    had, has, lines = said(before), said(after), []
    for old, new in zip(before, after) if guess and len(before) == len(after) else ():
        if any(old[name] for name in GUESSES):
            has.subtract(name for name in GUESSES if new[name] and not old[name])
    for name in sorted(has - had):
        where = [n + 1 for n, (a, b) in enumerate(zip(before, after)) if b[name] and not a[name]][:3]
        lines.append('%s: %d before, %d now%s' % (name, had[name], has[name], ', frames %s' % where if len(before) == len(after) else ''))
    return lines


def sums(before, after):
    """Checksums that changed from right to wrong or back, frame by frame (paired)."""
    lines = []
    for name in SUMS:
        wrong = [n + 1 for n, (a, b) in enumerate(zip(before, after))
                 if [s for s in a[name] if s in SUM_CLASSES] != [s for s in b[name] if s in SUM_CLASSES] and len(a[name]) == len(b[name])]
        if wrong:
            lines.append('%s changed in %d frames, first %s' % (name, len(wrong), wrong[:3]))
    return lines


def messages(rows):
    """The SIP messages that Wireshark found, in its order. Those of one frame stand together: its fields
    do not say which status belongs to which message."""
    return [tuple(tuple(row[name]) for name in SIP) for row in rows if row['sip.Method'] or row['sip.Status-Code']]


def kinds(rows):
    """Which messages Wireshark found, however often."""
    return {(name, value) for row in rows for name in SIP[:2] for value in row[name]} | {
        pair for row in rows for pair in zip(row[SIP[2]], row[SIP[3]])}


def guesses(tshark):
    """From 4.2 on Wireshark takes a segment that comes a second time for the end of its message once more (how many of
    those there are hangs on how long a message is), and guesses at why it came."""
    return tshark.at_least(4, 2)


def reopen(tshark, path):
    """Complaints of capinfos, editcap, mergecap and reordercap."""
    lines = []
    for words in (('capinfos', path), ('editcap', path, os.devnull), ('mergecap', '-w', os.devnull, path, path),
                  ('reordercap', '-n', path, os.devnull)):
        done = tshark.run(*words[1:], program=words[0])
        if done.status != 0 or 'rror' in done.err:
            lines.append('%s: status %s %s' % (words[0], done.status, done.err.strip()[:200]))
    return lines
