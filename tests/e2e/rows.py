"""Rows of the planted test: one frame each, with what must become of it.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import frames as f

CLIENT, SERVER = ('192.0.2.1', 5060), ('192.0.2.2', 5060)

BASE = [
    ('Via', 'SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKbase1'),
    ('Max-Forwards', '70'),
    ('From', '<sip:base@base.example>;tag=base2'),
    ('To', '<sip:base@base.example>'),
    ('Call-ID', 'base3@base.example'),
    ('CSeq', '1 OPTIONS'),
]


class Row:
    """expect: 'sip' (a SIP message of the same method or status and CSeq), 'kept' (the frame, in
    whatever form), 'drop' (no frame), 'any' (only a leak counts). want: regular expressions that the
    output's message must match; paper: the same under labels=paper only."""

    def __init__(self, name, expect, want, paper):
        self.name, self.expect, self.want, self.paper = name, expect, want, paper
        self.linktype, self.frame, self.wire = f.ETHERNET, b'', None


class Rows:
    def __init__(self, garden):
        self.garden, self.rows, self.taken = garden, [], set()

    def add(self, name, expect='sip', want=(), paper=()):
        """Names are unique: an author's mistake is seen here, not in a confusing table."""
        assert name not in self.taken, name
        self.taken.add(name)
        row = Row(name, expect, [want] if isinstance(want, bytes) else list(want),
                  [paper] if isinstance(paper, bytes) else list(paper))
        self.rows.append(row)
        return row

    def render(self, row, template, names=None):
        return self.garden.render(row, template, names)

    def frame(self, name, build, expect='sip', linktype=f.ETHERNET, wire=None, **checks):
        """build(render) gives the frame's bytes; render(template) plants."""
        row, names = self.add(name, expect, **checks), {}
        row.linktype, row.wire = linktype, wire
        row.frame = build(lambda template: self.render(row, template, names))
        return row

    def payload(self, name, template, expect='sip', tail='', sport=5060, **checks):
        """A UDP payload as it stands (\\n is CRLF unless the template has CR itself)."""
        text = template if '\r' in template else template.replace('\n', '\r\n')

        def build(render):
            return f.ethernet(f.packet(*CLIENT[:1], sport, *SERVER, render(text + tail)))
        return self.frame(name, build, expect, **checks)

    def sip(self, name, extra='', expect='sip', **kw):
        """A message of BASE's header fields, some replaced by `over`, and `extra` lines."""
        checks = {k: kw.pop(k) for k in ('want', 'paper') if k in kw}
        return self.frame(name, lambda render: f.ethernet(
            f.packet(*CLIENT, *SERVER, compose(render, extra, **kw))), expect, **checks)


def compose(render, extra='', start='OPTIONS sip:base.example SIP/2.0', over=None, ctype=None, body='', eol='\r\n',
            length=None, raw_body=False, tail=''):
    """The bytes of a message; `length` replaces the right Content-Length ('' leaves the field out)."""
    over = dict(over or {})
    lines = [start]
    for header, value in BASE:
        value = over.pop(header, value)
        if value is not None:
            lines.append('%s: %s' % (header, value))
    lines += ['%s: %s' % item for item in over.items()]
    lines += [line for line in extra.split('\n') if line]
    if ctype is not None:
        lines.append('Content-Type: ' + ctype)
    content = render(body if raw_body or '\r' in body else body.replace('\n', eol))
    if length != '':
        lines.append('Content-Length: %s' % (len(content) if length is None else length))
    return render(eol.join(lines) + eol * 2) + content + render(tail)
