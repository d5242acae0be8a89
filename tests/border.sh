#!/bin/sh
# Core and storm know nothing of Wireshark: they are read, tested and fuzzed alone.
# SPDX-License-Identifier: GPL-2.0-or-later
set -eu
top=$1
hits=$(grep -rnE '#[[:space:]]*include[[:space:]]*[<"](epan|wiretap|wsutil|wireshark|ws_|ui/)|\btvb_|\bproto_(tree|item|register)|\bwtap_' \
    "$top/plugin/core" "$top/plugin/storm" || true)
if [ -n "$hits" ]; then
    printf 'core or storm reaches into Wireshark:\n%s\n' "$hits"
    exit 1
fi
count=$(find "$top/plugin/core" "$top/plugin/storm" -name '*.[ch]' | wc -l)
echo "$count files of core and storm include nothing of Wireshark"
[ "$count" -gt 10 ]
