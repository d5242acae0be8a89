"""The independent witness: which of Wireshark's fields identify somebody, and what equality means.

It knows nothing of the plugin's code; it takes values from the original by `tshark -T fields` and
asks whether they are still where they were, or anywhere. Values are never printed.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import ipaddress
import os
import re
import urllib.parse

# kind: fields of Wireshark that hold it
FIELDS = {
    'user': ('sip.r-uri.user', 'sip.from.user', 'sip.to.user', 'sip.contact.user', 'sip.pai.user', 'sip.ppi.user',
             'sip.auth.username', 'sip.Route.user', 'sip.Record-Route.user', 'sip.Path.user', 'sdp.owner.username'),
    'host': ('sip.r-uri.host', 'sip.from.host', 'sip.to.host', 'sip.contact.host', 'sip.pai.host', 'sip.ppi.host',
             'sip.Via.sent-by.address', 'sip.Via.received', 'sip.Via.maddr', 'sip.Route.host', 'sip.Record-Route.host',
             'sip.Path.host', 'sip.auth.realm', 'sdp.owner.address', 'sdp.connection_info.address',
             'sdp.ice_candidate.address'),
    'address': ('ip.src', 'ip.dst', 'ipv6.src', 'ipv6.dst'),
    'mac': ('eth.src', 'eth.dst', 'sll.src.eth'),
    'display': ('sip.from.display.info', 'sip.to.display.info', 'sip.contact.display.info', 'sip.pai.display.info',
                'sip.ppi.display.info', 'sip.display.info'),
    'call-id': ('sip.Call-ID',),
    'tag': ('sip.from.tag', 'sip.to.tag'),
    'branch': ('sip.Via.branch',),
    'nonce': ('sip.auth.nonce', 'sip.auth.cnonce', 'sip.auth.opaque', 'sip.auth.digest.response', 'sip.auth.nextnonce'),
    'agent': ('sip.User-Agent', 'sip.Server'),
    'text': ('sip.Subject', 'sip.Organization', 'sip.Warning', 'sdp.session_name', 'sdp.session_info', 'sdp.email',
             'sdp.phone', 'sdp.uri', 'sip.Identity', 'sip.uui', 'sip.icid_value', 'sip.P-Access-Network-Info'),
    'id': ('sdp.owner.sessionid', 'sdp.ice_candidate.foundation', 'sip.ETag', 'sip.If_Match',
           'sip.Session-ID.sess_id', 'sdp.crypto.master_key', 'sdp.key_mgmt.data', 'sdp.encryption_key'),
}
KIND_OF = {field: kind for kind, fields in FIELDS.items() for field in fields}

TOKENS = ('call-id', 'tag', 'branch', 'nonce', 'id')  # permuted: tiny domains may map to themselves
TOKEN_MIN, DIGITS_MIN = 8, 10

# What stays, or is written for everybody (DESIGN, sections 4 to 6).
KEPT = {'', '*', '-', ' ', 'anonymous', 'anonymous.invalid', 'localhost', 'redacted', '0', '1', 'unknown', 'restricted',
        'unavailable'}

# Fields in which a word of a closed list stays: the list's name in plugin/core/policy_lists.c. That a
# list holds nothing but words that anybody uses is what tests/unit/test_policy.c looks at.
CLOSED = {'sip.auth.realm': 'realms', 'sdp.owner.username': 'sdp_origins', 'sdp.session_name': 'session_names'}
LISTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../plugin/core/policy_lists.c')

# Classes of fewer than 2^16 addresses, where equality by chance is likely, and those that stay.
SMALL = [ipaddress.ip_network(n) for n in (
    '0.0.0.0/32', '127.0.0.0/8', '192.0.0.0/24', '192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '192.88.99.0/24',
    '192.31.196.0/24', '192.52.193.0/24', '192.175.48.0/24', '224.0.0.0/4', '255.255.255.255/32', '::/128', '::1/128', 'ff00::/8')]
AGENT = re.compile(r'[A-Za-z][\w .-]*(/v?\d{1,3}(\.\d{1,3})?)?')
LABEL = re.compile(r'(u|d|ua)?\d+(\.invalid)?|x+|[x ]+|\+?999\d+', re.I)


def read_lists():
    with open(LISTS, encoding='utf-8') as file:
        text = file.read()
    lists = re.findall(r'const char \*const (\w+)\[\] = \{(.*?)\};', text, re.S)
    return {name: {word.lower() for word in re.findall(r'"([^"]*)"', body)} for name, body in lists}


WORDS = read_lists()


def closed(field, value):
    """Is it a word of the closed list that this field keeps?"""
    return value.strip().strip('"').lower() in WORDS.get(CLOSED.get(field), ())


def products(rows):
    """The first words of the products: a product that is well known keeps its name, so a user or host
    of that name is found in the file without being a leak."""
    names = [v for row in rows for field in ('sip.User-Agent', 'sip.Server') for v in row[field]]
    return {re.split(r'[/\s]', name)[0].lower() for name in names}


def as_address(value):
    try:
        return ipaddress.ip_address(value.strip('[]'))
    except ValueError:
        return None


def small(address):
    return any(address in net for net in SMALL if net.version == address.version)


def judged_in_place(kind, value):
    """Must this value not stand in its own place afterwards?"""
    value = value.strip().strip('"')
    address = as_address(value)
    if address:
        return not small(address)
    if value.lower() in KEPT or LABEL.fullmatch(value):
        return False
    if kind == 'mac':
        return not value.startswith(('ff:ff', '01:', '33:33', '00:00:00:00:00:00'))
    if kind == 'branch':
        value = re.sub('^z9hG4bK', '', value)
    if kind in TOKENS:
        return len(value) >= TOKEN_MIN and len(set(value)) > 2
    if kind == 'agent':
        return not AGENT.fullmatch(value)
    return True


def needles(kind, value):
    """The parts of a value that must be nowhere: long, and no word that anybody uses."""
    value = urllib.parse.unquote(value).strip().strip('"').lower()
    if kind in ('address', 'mac', 'agent', 'text') or as_address(value):
        return
    for part in [value] + re.split(r'[@.;:\s,]+', value):
        part = re.sub('^z9hg4bk', '', part)
        if as_address(part) or part in KEPT or LABEL.fullmatch(part) or len(set(part)) < 4:
            continue
        if len(part) >= (DIGITS_MIN if part.strip('+-').isdigit() else TOKEN_MIN):
            yield part


def canonical(kind, value):
    """What makes two spellings one identity, as far as this witness tells."""
    if kind == 'user':  # what is escaped is no punctuation
        value = value.split(';')[0].split(':')[0]
    value = urllib.parse.unquote(value).strip()
    if kind in ('host', 'mac'):
        address = as_address(value)
        return str(address) if address else value.lower().rstrip('.')
    if kind == 'user':
        digits = re.sub(r'[-. ()]', '', value)
        return digits.lstrip('+') if re.fullmatch(r'\+?\d{7,15}', digits) else value
    return value
