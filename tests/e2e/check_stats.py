#!/usr/bin/env python3
"""Is each FILE a stats= file as SCHEMA says?   check_stats.py SCHEMA FILE...

Looks at what JSON Schema can say (by itself, with the standard library only; and once more with
python3-jsonschema where that is installed) and at what it cannot: the order of keys, the number of
decimals, sorted names, sums that must agree. Prints one line a file; exit status 1 where one is wrong.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import json
import re
import sys
from decimal import Decimal

KNOWN_WORDS = {'$schema', '$id', '$defs', '$ref', 'title', 'description', 'type', 'additionalProperties', 'required',
               'properties', 'patternProperties', 'items', 'enum', 'const', 'pattern', 'minimum', 'maximum',
               'minLength', 'maxItems', 'x-decimals', 'x-sorted'}
TYPES = {'object': dict, 'array': list, 'string': str, 'null': type(None), 'boolean': bool,
         'integer': int, 'number': (int, Decimal)}


class Pairs(dict):
    """An object of the file; a name that stands twice is a fault."""

    def __init__(self, pairs):
        super().__init__(pairs)
        if len(self) != len(pairs):
            raise ValueError('a name stands twice in one object: %s' % [name for name, _ in pairs])


def load(path):
    with open(path, encoding='utf-8') as stream:
        return json.load(stream, object_pairs_hook=Pairs, parse_float=Decimal, parse_constant=reject)


def reject(word):
    raise ValueError('%s is no JSON' % word)


def is_of(value, name):
    return isinstance(value, TYPES[name]) and not (isinstance(value, bool) and name in ('integer', 'number'))


class Checker:
    def __init__(self, schema):
        self.schema, self.faults = schema, []

    def fault(self, where, text):
        self.faults.append('%s: %s' % (where or '(top)', text))

    def resolve(self, rule):
        while '$ref' in rule:
            rule = self.schema['$defs'][rule['$ref'].removeprefix('#/$defs/')]
        return rule

    def check(self, value, rule, where=''):
        rule = self.resolve(rule)
        if unknown := set(rule) - KNOWN_WORDS:
            self.fault(where, 'the schema uses words that this script does not know: %s' % sorted(unknown))
        types = rule.get('type', [])
        types = [types] if isinstance(types, str) else types
        if types and not any(is_of(value, name) for name in types):
            self.fault(where, '%r is not of type %s' % (value, '/'.join(types)))
            return
        self.scalar(value, rule, where)
        if isinstance(value, dict):
            self.object(value, rule, where)
        if isinstance(value, list):
            if len(value) > rule.get('maxItems', len(value)):
                self.fault(where, '%d items' % len(value))
            for i, item in enumerate(value):
                self.check(item, rule.get('items', {}), '%s[%d]' % (where, i))

    def scalar(self, value, rule, where):
        if 'const' in rule and (value != rule['const'] or isinstance(value, bool) != isinstance(rule['const'], bool)):
            self.fault(where, '%r is not %r' % (value, rule['const']))
        if 'enum' in rule and value not in rule['enum']:
            self.fault(where, '%r is not one of %s' % (value, rule['enum']))
        if isinstance(value, str):
            if 'pattern' in rule and not re.search(rule['pattern'], value):
                self.fault(where, '%r does not match %s' % (value, rule['pattern']))
            if len(value) < rule.get('minLength', 0):
                self.fault(where, 'empty')
        if is_of(value, 'number'):
            if not rule.get('minimum', value) <= value <= rule.get('maximum', value):
                self.fault(where, '%s is out of bounds' % value)
            if 'x-decimals' in rule and not self.has_decimals(value, rule['x-decimals']):
                self.fault(where, '%s has not %d decimals' % (value, rule['x-decimals']))

    @staticmethod
    def has_decimals(value, n):
        return isinstance(value, Decimal) and -value.as_tuple().exponent == n

    def object(self, value, rule, where):
        properties = rule.get('properties', {})
        for name in rule.get('required', []):
            if name not in value:
                self.fault(where, '%s is missing' % name)
        for name, item in value.items():
            rules = [properties[name]] if name in properties else []
            rules += [r for p, r in rule.get('patternProperties', {}).items() if re.search(p, name)]
            if not rules and rule.get('additionalProperties') is False:
                self.fault(where, 'unknown name %s' % name)
            for one in rules:
                self.check(item, one, '%s.%s' % (where, name) if where else name)
        names = list(value)
        if rule.get('x-sorted') and names != sorted(names):
            self.fault(where, 'names are not sorted: %s' % names)
        elif not rule.get('x-sorted') and properties:
            expected = [name for name in properties if name in value]
            if [name for name in names if name in properties] != expected:
                self.fault(where, 'names stand in the order %s' % names)


def check_sums(stats, fault):
    """What must agree between the parts."""
    counted = sum(stats['messages']['requests'].values()) + sum(stats['messages']['responses'].values())
    if counted != sum(stats['direction'].values()):
        fault('direction', 'adds up to %d of %d messages' % (sum(stats['direction'].values()), counted))
    if (counted == 0) != (stats['start_utc'] is None):
        fault('start_utc', '%s for %d messages' % (stats['start_utc'], counted))
    labels = [server['label'] for server in stats['servers']]
    if stats['series']['server'] != (labels[0] if labels else None):
        fault('series', 'not of the first server')
    if [part['server'] for part in stats['by_server']] != labels[1:]:
        fault('by_server', 'not the other servers in their order')
    families = [family['family'] for family in stats['families']]
    if families != sorted(set(families)):
        fault('families', 'not sorted: %s' % families)
    for i, server in enumerate(stats['servers']):
        if server['ports'] != sorted(set(server['ports'])):
            fault('servers[%d]' % i, 'ports are not ascending')
    for i, series in enumerate([stats['series']] + [part['series'] for part in stats['by_server']]):
        check_series(series, counted, lambda text, i=i: fault('series of server %d' % i, text))


def check_series(series, counted, fault):
    columns = ['total', 'register', 'to_server', 'from_server', 'status_5xx']
    if len({len(series[name]) for name in columns}) != 1:
        fault('columns differ in length')
        return
    if len(series['registered']) not in (0, len(series['total'])):
        fault('registered has a length of its own')
    if sum(series['total']) > counted:
        fault('more messages than were counted')
    for second, (total, reg, to, from_, errors) in enumerate(zip(*(series[name] for name in columns))):
        if not (max(to, from_) <= total <= to + from_ and reg <= to and errors <= from_):
            fault('second %d does not add up' % second)
            return


def check_by_library(path, schema):
    """Faults that python3-jsonschema finds; none where it is not installed."""
    try:
        import jsonschema
    except ImportError:
        return []
    with open(path, encoding='utf-8') as stream:
        stats = json.load(stream)
    return ['%s: %s (jsonschema)' % ('.'.join(map(str, e.path)), e.message)
            for e in jsonschema.Draft202012Validator(schema).iter_errors(stats)]


def check_file(path, schema):
    try:
        stats = load(path)
    except (OSError, ValueError) as error:
        return [str(error)]
    checker = Checker(schema)
    checker.check(stats, schema)
    if not checker.faults:
        check_sums(stats, checker.fault)
    return checker.faults + check_by_library(path, schema)


def main(arguments):
    if len(arguments) < 2:
        print(__doc__.splitlines()[0], file=sys.stderr)
        return 2
    with open(arguments[0], encoding='utf-8') as stream:
        schema = json.load(stream)
    wrong = 0
    for path in arguments[1:]:
        faults = check_file(path, schema)
        wrong += bool(faults)
        print('%s %s' % ('WRONG' if faults else 'ok   ', path))
        for text in faults[:20]:
            print('      %s' % text)
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
