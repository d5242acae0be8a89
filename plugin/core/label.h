/* label.h - labels for users, telephone numbers, domains and products (DESIGN section 5).
 *
 * One-to-one tables: same original, same label; different original, different label (products in the
 * built-in list excepted: their label is the product). They grow with the number of users, hosts and
 * products in the capture, never with packets: some 150 bytes for each.
 *
 *  - What the identity of an original is, and so what counts as the same: a user is compared byte by
 *    byte, a telephone number by its digits (phone.h), a host name without case and final dot, a
 *    product byte by byte.
 *  - Numbers count from 1 in order of first appearance: one count for users and telephone numbers, so
 *    that `labels=paper` tells them apart, one for domains, one for products that are not well-known.
 *    A number whose label is a kept value is skipped.
 *  - Kept are the values of keep=FILE, the users anonymous, restricted, unavailable and unknown, and
 *    the hosts anonymous.invalid and localhost, in any case of letters. Emergency and service codes
 *    (112, 911 ...) are not: a user of three digits may as well be an extension, that is somebody's
 *    telephone; who wants them readable names them in keep=FILE.
 *  - An original that looks like a label ("u5", "d1.invalid") is an original like any other.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_LABEL_H
#define SIANTO_LABEL_H

#include "arena.h"
#include "key.h"
#include "kind.h"

enum label_style { LABELS_READABLE, LABELS_PAPER, LABELS_KEYED };

struct label_settings {
    enum label_style style;
    const char *country;           /* digits of the country code for national numbers, or NULL */
    const char *const *keep_users; /* NULL-terminated or NULL; canonical comparison as for look-up */
    const char *const *keep_hosts;
};

struct labels;

#define SIANTO_LABEL_ERROR sianto_label_error_quark()
GQuark sianto_label_error_quark(void);
enum sianto_label_error {
    LABEL_ERROR_COUNTRY,   /* labels_new: no country code */
    LABEL_ERROR_COLLISION, /* labels_error */
};

/* Key and settings are used during the call only. */
struct labels *labels_new(const struct key *key, const struct label_settings *settings, GError **error);
void labels_free(struct labels *l);

/* All results are borrowed for the life of `l`, but for KIND_KEPT: there the result is the argument.
 *
 * `user`: userinfo without password and parameters, percent escapes decoded (any bytes). *kind is
 * KIND_USER or KIND_PHONE, or KIND_KEPT where the result is the original itself (an empty one, too).
 * The `+` of a telephone number is no part of the identity: it is written where the original had it. */
struct bytes labels_user(struct labels *l, struct bytes user, enum kind *kind);
/* `host`: a host name, not an IP literal. Case and a final dot are no part of the identity. */
struct bytes labels_domain(struct labels *l, struct bytes host, enum kind *kind);
/* `product`: a whole User-Agent or Server value. KIND_AGENT; KIND_KEPT where it is empty. */
struct bytes labels_agent(struct labels *l, struct bytes product, enum kind *kind);

/* A moment: what had a label by then. */
#define LABEL_COUNTERS 4
struct label_marks {
    guint32 identities;
    guint32 last[LABEL_COUNTERS];
};
struct label_marks labels_marks(const struct labels *l);

/* The same look-ups for who only reads (the audit), also from another thread while this one goes on: nothing is
 * numbered, nothing is stored. `then`: as of that moment; NULL: of now. FALSE: this original had no label in this run,
 * and is not kept. *label as above, borrowed. */
typedef gboolean (*labels_finder)(struct labels *l, const struct label_marks *then, struct bytes original,
                                  struct bytes *label, enum kind *kind);
gboolean labels_find_user(struct labels *l, const struct label_marks *then, struct bytes user, struct bytes *label,
                          enum kind *kind);
gboolean labels_find_domain(struct labels *l, const struct label_marks *then, struct bytes host, struct bytes *label,
                            enum kind *kind);
gboolean labels_find_agent(struct labels *l, const struct label_marks *then, struct bytes product, struct bytes *label,
                           enum kind *kind);
/* Was `text` given out as a label in this run (a telephone number's with or without "+")? */
gboolean labels_issued(struct labels *l, const struct label_marks *then, struct bytes text);
/* Calls `fn` for each identity in the tables, kept ones not among them: its canonical form (a telephone number's
 * digits, a host in lower case) and its label. In no certain order. */
typedef void (*labels_visit)(void *arg, enum kind kind, struct bytes canonical, struct bytes label);
void labels_each(const struct labels *l, labels_visit fn, void *arg);

/* Puts a row of an earlier run into the tables, as labels_each told it. Counting goes on behind it. FALSE: no label
 * of this style, or one that stands for something else; nothing is changed then. */
gboolean labels_load(struct labels *l, enum kind kind, struct bytes canonical, struct bytes label);
/* From now on labels_user, _domain and _agent take labels and give the canonical original of this kind or, where the
 * label alone tells its kind (not in labels=paper), of any; a telephone number with "+" where the label has it.
 * What is no label of these tables, or stands for several originals (well-known products), is kept as it is. */
void labels_reverse(struct labels *l);

/* The well-known product family that a value (original or label of ours) belongs to, or NULL. The label
 * of a value belongs to the value's family. */
const char *agent_family(struct bytes product);

/* Different originals so far, kept ones not among them: KIND_USER (telephone numbers included),
 * KIND_PHONE, KIND_DOMAIN, KIND_AGENT. */
guint labels_count(const struct labels *l, enum kind kind);

/* Sticky: a collision of keyed labels. NULL where all is well. Owned by `l`. */
const GError *labels_error(const struct labels *l);

#endif
