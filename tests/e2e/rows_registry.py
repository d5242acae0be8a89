"""Planted rows from the registries: each name that they list, with values of every form.

The registries are facts kept beside the project (../shared/registries); where they are absent, these
rows are left out and the test says so.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import os

import rows_sip
from rows_body import AUDIO, SDP


def table(folder, name):
    """A list of dicts, one a row of a tab-separated file."""
    with open(os.path.join(folder, name), encoding='utf-8') as file:
        head, *lines = [line.rstrip('\n').split('\t') for line in file if line.strip()]
    return [dict(zip(head, line)) for line in lines]


def clean(name):
    """A name that can stand in a message; a wildcard becomes some name under it."""
    name = name.split(' (')[0].replace('*', '{{name}}').replace('[n]', '1')
    return name if name and all(c not in name for c in ' ,;:<>"') and name.isascii() else None


def names(folder, file, column):
    return sorted({n for n in (clean(r[column]) for r in table(folder, file)) if n})


def header_rows(rows, folder):
    listed = table(folder, 'sip_headers.tsv')
    rows_sip.header_rows(rows, sorted({n for n in (clean(r['name']) for r in listed) if n and n != '{{name}}'}))
    rows_sip.header_rows(rows, sorted({r['compact'] for r in listed if r.get('compact')}))


FORMS = ('={{word}}', '="{{word}} \\"{{word}}\\""', '={{num}}', '={{tok}}', '={{ip4}}', '=[{{ip6}}]', '={{host}}.example.net',
         '=%22{{word|pct}}%22', '=sip:{{user}}%40{{ip4}}', '={{hex32}}', '={{mac|hex}}', '={{word|b64}}', '="<{{word}}>"', '={{uuid}}', '=1{{name}}', '={{dig20}}',
         '= {{word}}', '={{user}}', '')


def uri_param_rows(rows, folder):
    for name in names(folder, 'sip_uri_params.tsv', 'param'):
        lines = []
        for form in FORMS:
            if '"' not in form and ' ' not in form and '<' not in form:
                lines += ['Contact: <sip:base@base.example;%s%s>' % (name, form), 'Route: <sip:base.example;lr;%s%s>' % (name, form),
                          'Refer-To: <sip:base;%s%s@base.example>' % (name, form), 'P-Asserted-Identity: <tel:+12015550123;%s%s>' % (name, form)]
        rows.sip('URI parameter ' + name, '\n'.join(lines), start='OPTIONS sip:base@base.example;%s={{word}} SIP/2.0' % name)


def header_param_rows(rows, folder):
    for row in table(folder, 'sip_header_params.tsv'):
        header, name = clean(row['header']), clean(row['param'])
        title = 'parameter %s of %s' % (row['param'], row['header'])
        if not header or not name or title in rows.taken or header in ('Content-Type', 'Content-Length', 'From', 'To', 'Via'):
            continue
        item = '<sip:base@base.example>' if '<' in row.get('value_class', '') else 'base'
        lines = ['%s: %s;%s%s' % (header, item, name, form) for form in FORMS]
        lines += ['%s: <sip:base@base.example>;%s%s' % (header, name, form) for form in FORMS]
        lines += ['%s: Digest %s%s' % (header, name, form) for form in FORMS if 'uth' in header]
        rows.sip(title, '\n'.join(lines), expect='any' if header == 'Contact' else 'sip')


def auth_rows(rows, folder):
    for name in names(folder, 'sip_auth_params.tsv', 'param'):
        for header in ('Authorization', 'WWW-Authenticate', 'Authentication-Info'):
            scheme = '' if header == 'Authentication-Info' else 'Digest '
            rows.sip('%s parameter %s' % (header, name), '\n'.join('%s: %s%s%s' % (header, scheme, name, form) for form in FORMS))


def sdp_rows(rows, folder):
    forms = [form.replace('=', ':', 1) for form in FORMS] + [':1 {{word}} {{ip4}}', ':{{num}} {{word}};{{name}}={{word}}', ':0 0 0 {{word}}/{{word}}', ' {{word}}',
                                                             ': {{word}} IN IP4 {{ip4}} {{num}}']
    for name in names(folder, 'sdp_attributes.tsv', 'attribute'):
        lines = ''.join('a=%s%s\n' % (name, form) for form in forms)
        rows.sip('SDP registry a=' + name, ctype='application/sdp', body=SDP + lines + AUDIO + lines)


def body_rows(rows, folder):
    for name in names(folder, 'body_types.tsv', 'media_type'):
        for title, body in (('text', '{{word}}: {{word}} {{user}}@{{ip4}}\n{{name}}={{word}}\n{{num}}\n'), ('binary', '\x00\x01{{word}}\xff{{ip4|bin}}{{num|bcd}}'),
                            ('XML', '<?xml version="1.0"?><{{name}} a="{{word}}">{{word}}</{{name}}>')):
            rows.sip('body type %s: %s' % (name, title), ctype=name, body=body)


def xml_names(folder):
    """Elements and attributes by themselves: a row says `registration@id` or `status/basic`."""
    elements, attributes = set(), set()
    for row in table(folder, 'xml_elements.tsv'):
        for word in row['element_or_attribute'].replace(',', ' ').split():
            path, _, attribute = word.partition('@')
            elements |= {p.split(':')[-1] for p in path.split('/')}
            attributes.add(attribute)
    good = lambda n: n.replace('-', '').replace('_', '').isalnum() and n[0].isalpha()  # noqa: E731
    return sorted(filter(lambda n: n and good(n), elements)), sorted(filter(lambda n: n and good(n), attributes))


def xml_rows(rows, folder):
    elements, attributes = xml_names(folder)
    for name in elements:
        texts = ('{{word}}', '{{num}}', 'sip:{{user}}@{{ip4}}', '{{ip4}}', '{{tok}}', '{{dig20}}', 'urn:uuid:{{uuid}}')
        body = '<presence xmlns="urn:ietf:params:xml:ns:pidf">' + ''.join('<%s>%s</%s>' % (name, t, name) for t in texts) + '</presence>'
        rows.sip('XML element ' + name, ctype='application/pidf+xml', body=body)
        spread = ''.join('<%s %s="{{word}}" %s="{{num}}"/>' % (name, a, b) for a, b in zip(attributes[::2], attributes[1::2]))
        rows.sip('XML attributes of ' + name, ctype='application/reginfo+xml', body='<reginfo>' + spread + '</reginfo>')


def all_rows(rows, folder):
    if not os.path.isdir(folder):
        print('no registries in %s: their rows are left out' % folder)
        return
    for part in (header_rows, uri_param_rows, header_param_rows, auth_rows, sdp_rows, body_rows, xml_rows):
        part(rows, folder)
