# The Wireshark side; included by tests.cmake.
# SPDX-License-Identifier: GPL-2.0-or-later
sianto_e2e(plugin plugin.py)
