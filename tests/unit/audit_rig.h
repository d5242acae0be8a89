/* audit_rig.h - the rewriter's rig and an audit that reads its tables.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_AUDIT_RIG_H
#define SIANTO_AUDIT_RIG_H

#include "audit.h"
#include "rig.h"

struct audit_rig {
    struct rig *rig;
    struct audit *audit;
};

/* Of audits to come: do they look at files in two threads? */
static gboolean audit_rig_threads;

static inline struct audit_rig audit_rig_new(enum label_style style, gsize search_bytes)
{
    struct audit_rig r = {.rig = rig_new(style)};
    struct audit_settings settings = {.key = r.rig->key, .search_bytes_max = search_bytes, .threads = audit_rig_threads};
    r.audit = audit_new(&settings, r.rig->tables.labels, r.rig->tables.addresses, r.rig->tables.tokens);
    policy_each_word(r.rig->tables.policy, audit_word, r.audit);
    return r;
}

static inline void audit_rig_free(struct audit_rig *r)
{
    audit_free(r->audit);
    rig_free(r->rig);
}

static inline void audit_rig_show(const struct audit *a)
{
    const struct audit_result *r = audit_result(a);
    for (guint i = 0; i < MIN(r->n_hits, AUDIT_HITS_KEPT); i++)
        g_printerr("frame %" G_GUINT64_FORMAT ": %s %s (%s)\n", r->hits[i].frame, r->hits[i].place,
                   audit_fault_text(r->hits[i].fault), kind_name(r->hits[i].kind));
}

#endif
