/* Was the client back when it was told to be? DEFINITIONS.md.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "storm_private.h"

#define GRACE_S 30
#define LONGEST_S 86400   /* longer ones are not looked at */
#define RESOLVED_MAX (1u << 20) /* at a time; further ones are not counted */
#define RESOLVED_FIRST 4096u

enum outcome { HONOURED, IGNORED, LATE, OUTCOME_COUNT };

/* Who was told: an address-of-record and a method. */
struct reminder {
    guint64 told_us;
    guint32 after_s;
    gboolean told; /* and did not come since */
};

/* How it ended, as long as the capture might end before s + 30 s are over. */
struct resolved {
    guint64 deadline_us;
    enum outcome outcome;
};

struct retry_after {
    struct ids who;
    GArray *reminders; /* struct reminder */
    GArray *resolved;  /* struct resolved */
    guint64 count[OUTCOME_COUNT];
    guint settle_at; /* so many are looked through for those whose time is over */
};

struct retry_after *retry_after_new(void)
{
    struct retry_after *t = g_new0(struct retry_after, 1);
    ids_init(&t->who, STORM_STRINGS_MAX);
    t->reminders = g_array_new(FALSE, TRUE, sizeof(struct reminder));
    t->resolved = g_array_new(FALSE, FALSE, sizeof(struct resolved));
    return t;
}

void retry_after_free(struct retry_after *t)
{
    if (!t)
        return;
    ids_clear(&t->who);
    g_array_unref(t->reminders);
    g_array_unref(t->resolved);
    g_free(t);
}

static guint64 deadline(const struct reminder *m)
{
    return m->told_us + (guint64)(m->after_s + GRACE_S) * 1000000;
}

/* Counts those whose time is over. */
static void settle(struct retry_after *t, guint64 now_us)
{
    guint kept = 0;
    for (guint i = 0; i < t->resolved->len; i++) {
        struct resolved *x = &g_array_index(t->resolved, struct resolved, i);
        if (x->deadline_us <= now_us)
            t->count[x->outcome]++;
        else
            g_array_index(t->resolved, struct resolved, kept++) = *x;
    }
    g_array_set_size(t->resolved, kept);
    t->settle_at = MAX(2 * kept, RESOLVED_FIRST);
}

static enum outcome outcome_of(const struct reminder *m, guint64 us)
{
    guint64 passed = us - MIN(us, m->told_us), after = (guint64)m->after_s * 1000000;
    if (passed * 10 < after * 9)
        return IGNORED;
    return us <= deadline(m) ? HONOURED : LATE;
}

static void resolve(struct retry_after *t, struct reminder *m, guint64 us)
{
    struct resolved x = {deadline(m), outcome_of(m, us)};
    if (t->resolved->len >= t->settle_at)
        settle(t, us);
    if (t->resolved->len < RESOLVED_MAX)
        g_array_append_val(t->resolved, x);
    m->told = FALSE;
}

static struct reminder *reminder_of(struct retry_after *t, guint64 who, gboolean add)
{
    gboolean fresh = FALSE;
    guint32 id = add ? ids_add(&t->who, who, &fresh) : ids_find(&t->who, who);
    if (fresh)
        g_array_set_size(t->reminders, id + 1);
    return id == IDS_NONE ? NULL : &g_array_index(t->reminders, struct reminder, id);
}

void retry_after_event(struct retry_after *t, const struct hash_key *key, const struct seen *seen)
{
    const struct sip_event *e = seen->event;
    gboolean tells = !e->request && e->retry_after_s >= 0 && e->retry_after_s <= LONGEST_S &&
                     seen->transaction && !seen->transaction->told;
    if (!tells && !seen->opens)
        return;
    guint64 who = fold(fold(hash_bytes(key, e->from_aor), seen->method),
                       seen->method == METHOD_OTHER ? hash_bytes(key, e->method) : 0);
    struct reminder *m = reminder_of(t, who, tells);
    if (!m)
        return;
    if (seen->opens) {
        if (m->told)
            resolve(t, m, seen->us);
        return;
    }
    seen->transaction->told = TRUE;
    *m = (struct reminder){seen->us, (guint32)e->retry_after_s, TRUE};
}

struct storm_retry_after retry_after_result(struct retry_after *t, guint64 duration_us)
{
    struct storm_retry_after result = {.none = 0};
    settle(t, duration_us);
    for (guint i = 0; i < t->reminders->len; i++) {
        const struct reminder *m = &g_array_index(t->reminders, struct reminder, i);
        result.none += m->told && deadline(m) <= duration_us;
    }
    result.honoured = t->count[HONOURED];
    result.ignored = t->count[IGNORED];
    result.late = t->count[LATE];
    return result;
}
