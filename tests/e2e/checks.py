"""What an end-to-end test counts, says and returns.

SPDX-License-Identifier: GPL-2.0-or-later
"""

made, faults = 0, []


def check(good, what):
    """A fault is told at once, and the test goes on."""
    global made
    made += 1
    if not good:
        faults.append(what)
        print('FAULT ' + what[:800], flush=True)


def result():
    """The last line, and the exit status: a test that checked nothing has not passed."""
    print('%d checks, %d faults' % (made, len(faults)))
    return 1 if faults or not made else 0


def content(path):
    with open(path, 'rb') as file:
        return file.read()
