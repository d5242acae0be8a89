/* kind.h - what an identity is, and what was done with a piece of text.
 *
 * The names are those of the tree, the map and the summary (DESIGN section 8, "Kinds").
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_KIND_H
#define SIANTO_KIND_H

enum kind {
    KIND_KEPT, /* judged harmless: its place in a grammar, a closed list, a bounded number */
    KIND_USER,
    KIND_PHONE,
    KIND_DOMAIN,
    KIND_ADDRESS,
    KIND_MAC,
    KIND_AGENT,
    KIND_CALL_ID,
    KIND_TAG,
    KIND_BRANCH,
    KIND_NONCE,
    KIND_TOKEN,
    KIND_DELETED,
    KIND_REDACTED,
    KIND_SCRUBBED,
    KIND_LENGTH, /* computed by us: Content-Length and its like; no identity, never counted */
    KIND_COUNT
};

/* "user", "phone", ...; static storage. */
const char *kind_name(enum kind kind);

#endif
