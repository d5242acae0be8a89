/* Sessions as RFC 6076 counts them, at the first hop that the capture shows: DEFINITIONS.md.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "storm_private.h"

struct session {
    guint64 invite_us, ok_us;     /* STORM_TIME_NONE: not (yet) */
    guint64 last_us, answer_us;   /* the last INVITE, and the first answer to it but 100 */
    guint64 branch, bye_branch;          /* of the last INVITE, of the BYE */
    guint32 caller, callee;              /* hosts of the hop */
    guint64 bye_us;
    guint status;                        /* final; 0: none */
    gboolean alerted, completed;
};

static struct session *session_at(const struct sessions *t, guint64 place)
{
    return &g_array_index(t->slab, struct session, place);
}

/* --- the counts of one, when it leaves ------------------------------------------------------------------ */

static gboolean is_one_of(guint status, const guint *list, guint n)
{
    for (guint i = 0; i < n; i++)
        if (list[i] == status)
            return TRUE;
    return FALSE;
}

/* RFC 6076 sections 4.6 to 4.9. */
static const guint effective[] = {200, 480, 486, 600, 603};
static const guint ineffective[] = {408, 500, 503, 504};
static const guint no_failure[] = {401, 402, 407};

static gboolean is_unanswered(const struct session *x, guint64 now_us)
{
    guint64 answer = x->answer_us == STORM_TIME_NONE ? now_us : x->answer_us;
    return answer > x->last_us && answer - x->last_us > TRANSACTION_US;
}

static void judge(struct sessions *t, const struct session *x)
{
    gboolean redirected =
        x->status / 100 == 3 || is_one_of(x->status, no_failure, G_N_ELEMENTS(no_failure));
    t->ineffective.all++;
    t->completed.all++;
    t->completed.part += x->completed;
    t->ineffective.part +=
        is_one_of(x->status, ineffective, G_N_ELEMENTS(ineffective)) || is_unanswered(x, t->now_us);
    if (redirected)
        return;
    t->established.all++;
    t->effective.all++;
    t->established.part += x->status == 200;
    t->effective.part += is_one_of(x->status, effective, G_N_ELEMENTS(effective));
}

static void leave(void *arg, guint64 value, gboolean old)
{
    struct sessions *t = arg;
    guint32 place = (guint32)value;
    (void)old;
    judge(t, session_at(t, place));
    g_array_append_val(t->free, place);
}

/* --- life --------------------------------------------------------------------------------------------------- */

void sessions_init(struct sessions *t)
{
    *t = (struct sessions){.now_us = 0};
    recent_init(&t->recent, G_MAXINT64, SESSIONS_MAX);
    t->recent.leave = leave;
    t->recent.arg = t;
    t->slab = g_array_new(FALSE, FALSE, sizeof(struct session));
    t->free = g_array_new(FALSE, FALSE, sizeof(guint32));
}

void sessions_clear(struct sessions *t)
{
    recent_clear(&t->recent);
    g_clear_pointer(&t->slab, g_array_unref);
    g_clear_pointer(&t->free, g_array_unref);
    delays_clear(&t->request_delay);
    delays_clear(&t->failed_request_delay);
    delays_clear(&t->disconnect_delay);
    delays_clear(&t->duration);
}

static struct session *find(struct sessions *t, guint64 call, guint64 tag)
{
    const guint64 *place = recent_find(&t->recent, fold(call, tag), 0);
    return place ? session_at(t, *place) : NULL;
}

static struct session *add(struct sessions *t, guint64 key)
{
    guint32 place = t->slab->len;
    if (t->free->len) {
        place = g_array_index(t->free, guint32, t->free->len - 1);
        g_array_set_size(t->free, t->free->len - 1);
    } else {
        g_array_set_size(t->slab, place + 1);
    }
    recent_add(&t->recent, key, 0, place);
    return session_at(t, place);
}

/* --- messages ----------------------------------------------------------------------------------------------- */

static void take_invite(struct sessions *t, const struct hash_key *key, const struct seen *seen)
{
    const struct sip_event *e = seen->event;
    guint64 tag = hash_bytes(key, e->from_tag);
    struct session *x = find(t, seen->call, tag);
    if (e->to_tag.n)
        return;
    if (!x) {
        x = add(t, fold(seen->call, tag));
        *x = (struct session){.invite_us = seen->us,
                              .ok_us = STORM_TIME_NONE,
                              .bye_us = STORM_TIME_NONE,
                              .caller = seen->src,
                              .callee = seen->dst};
    } else if (x->caller != seen->src || x->callee != seen->dst ||
               !is_one_of(x->status, no_failure, G_N_ELEMENTS(no_failure))) {
        return;
    }
    x->status = 0;
    x->last_us = seen->us;
    x->answer_us = STORM_TIME_NONE;
    x->branch = seen->branch;
}

static void take_answer(struct sessions *t, struct session *x, const struct seen *seen)
{
    guint status = seen->event->status;
    guint64 delay = seen->us - MIN(seen->us, x->invite_us);
    if (x->answer_us == STORM_TIME_NONE && status > 100)
        x->answer_us = seen->us;
    if (x->status || status < 180)
        return;
    gboolean challenged = is_one_of(status, no_failure, G_N_ELEMENTS(no_failure));
    if (!x->alerted && (status < 200 || status == 200))
        delays_add(&t->request_delay, delay);
    else if (!x->alerted && status >= 400 && !challenged)
        delays_add(&t->failed_request_delay, delay);
    x->alerted |= status <= 200;
    if (status >= 200)
        x->status = status;
    if (status == 200)
        x->ok_us = seen->us;
}

static void take_bye(struct sessions *t, struct session *x, const struct seen *seen)
{
    if (x->bye_us != STORM_TIME_NONE || x->ok_us == STORM_TIME_NONE)
        return;
    x->bye_us = seen->us;
    x->bye_branch = seen->branch;
    delays_add(&t->duration, seen->us - MIN(seen->us, x->ok_us));
}

static void take_bye_answer(struct sessions *t, struct session *x, const struct seen *seen)
{
    if (x->completed || seen->event->status / 100 != 2)
        return;
    x->completed = TRUE;
    delays_add(&t->disconnect_delay, seen->us - MIN(seen->us, x->bye_us));
}

/* Who hangs up is From of BYE, and may be whom the call was for. */
static struct session *find_either(struct sessions *t, const struct hash_key *key, const struct seen *seen)
{
    struct session *x = find(t, seen->call, hash_bytes(key, seen->event->from_tag));
    return x ? x : find(t, seen->call, hash_bytes(key, seen->event->to_tag));
}

void sessions_event(struct sessions *t, const struct hash_key *key, const struct seen *seen)
{
    const struct sip_event *e = seen->event;
    if (seen->method != METHOD_INVITE && seen->method != METHOD_BYE)
        return;
    t->now_us = MAX(t->now_us, seen->us);
    if (seen->method == METHOD_INVITE && e->request) {
        take_invite(t, key, seen);
        return;
    }
    struct session *x = find_either(t, key, seen);
    if (!x)
        return;
    if (e->request)
        take_bye(t, x, seen);
    else if (seen->method == METHOD_BYE && x->bye_us != STORM_TIME_NONE && seen->branch == x->bye_branch)
        take_bye_answer(t, x, seen);
    else if (seen->method == METHOD_INVITE && seen->branch == x->branch &&
             x->caller == seen->dst && x->callee == seen->src)
        take_answer(t, x, seen);
}

void sessions_result(struct sessions *t, guint64 duration_us, struct storm_sessions *out)
{
    t->now_us = duration_us;
    for (guint32 i = 0; i < t->recent.n; i++)
        judge(t, session_at(t, recent_value(&t->recent, i)));
    *out = (struct storm_sessions){.request_delay = delays_result(&t->request_delay),
                                   .failed_request_delay = delays_result(&t->failed_request_delay),
                                   .disconnect_delay = delays_result(&t->disconnect_delay),
                                   .duration = delays_result(&t->duration),
                                   .established = t->established,
                                   .effective = t->effective,
                                   .ineffective = t->ineffective,
                                   .completed = t->completed};
}
