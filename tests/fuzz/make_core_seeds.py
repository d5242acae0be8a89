#!/usr/bin/env python3
"""Seeds for fuzz_core from the torture capture: one for each of its places that is small enough.

    make_core_seeds.py OUT_DIR [--every N]

SPDX-License-Identifier: GPL-2.0-or-later
"""
import argparse
import hashlib
import os
import struct
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, '..', 'e2e'), os.path.join(HERE, '..', 'sim')]
import torture  # noqa: E402

SIZE_MAX = 4000
LINKS = (101, 1, 113, 276, 9, 0)  # as in fuzz_core.c


def main():
    options = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    options.add_argument('out')
    options.add_argument('--every', type=int, default=16, help='of the places, one in so many')
    args = options.parse_args()
    os.makedirs(args.out, exist_ok=True)
    _, places = torture.build(os.path.join(HERE, '../../../shared/registries'))
    for number, place in enumerate(places.places):
        frames = getattr(place, 'frames', None)
        if number % args.every or not frames:
            continue
        text = b'\x10'
        for link, packet, _, _ in frames:
            if link not in LINKS:
                break
            text += struct.pack('!BBHB', LINKS.index(link), 0, len(packet), 0) + packet
        if len(text) <= SIZE_MAX:
            with open(os.path.join(args.out, hashlib.sha1(text).hexdigest()[:12]), 'wb') as file:
                file.write(text)


if __name__ == '__main__':
    sys.exit(main())
