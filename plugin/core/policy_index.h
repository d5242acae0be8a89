/* policy_index.h - names to rows: the look-up behind every policy_ function; private to policy*.c.
 *
 * A row is found by (scope, name). The scope is a pointer that is compared, never followed: the header
 * field of a parameter, the element of an attribute, NULL for any. Names compare ASCII
 * case-insensitively, those of XML exactly. A name that ends in "*" is a prefix: it is asked only where
 * no whole name fits, the longest one first.
 *
 * Built once, then only read; it holds the rows of the table and of a user's file, so neither its size
 * nor its chains depend on a capture. The index borrows names and values.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_POLICY_INDEX_H
#define SIANTO_POLICY_INDEX_H

#include "bytes.h"

struct index;

struct index *index_new(gboolean exact);
void index_free(struct index *ix);

/* A row of the same scope and name is replaced. */
void index_put(struct index *ix, gconstpointer scope, struct bytes name, gconstpointer value);
/* NULL: no row in that scope. */
gconstpointer index_find(const struct index *ix, gconstpointer scope, struct bytes name);
/* Calls `fn` for each row's name; a prefix's without its "*". In no certain order. */
void index_each(const struct index *ix, void (*fn)(void *arg, struct bytes name), void *arg);
/* Rows, prefixes included. */
guint index_size(const struct index *ix);

#endif
