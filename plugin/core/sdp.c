/* Session descriptions, line by line (RFC 8866; older: 4566, 2327; fragments: RFC 8840).
 *
 * A line is a letter, "=", a value, and a break that may be CRLF, LF or a lone CR; breaks are kept as
 * they are. The words of a line have their actions in the policy; this file adds what a row cannot
 * say: the numbers of o=, the slashes of c= and m=, which lines go with their break.
 *
 * The numbers of o=
 * -----------------
 * sess-id and sess-version are most often the NTP or Unix time at which a session began: unique, so
 * they would join this file to any other capture. Analysis needs of them that the same session has
 * the same sess-id, and that versions are equal where they were equal and grow by the steps by which
 * they grew (RFC 3264 section 8: an offer that changes nothing repeats the version; one that changes
 * something counts up by one).
 *  - sess-id goes through the keyed permutation of digit strings of its length (sdp_move_number).
 *  - A version below SMALL_VERSION is a counter and says nothing: it stays.
 *  - A version near its sess-id (less than RELATED_STEPS away: a counter or a clock that began there)
 *    is moved with it: version' = sess-id' + (version - sess-id).
 *  - All else is moved by a keyed constant of the origin: version' = version + K(o= but the version),
 *    K having as many digits as the version. Arithmetic is unsigned and wraps at 2^64.
 * Steps are exact but where a version grows past one of these borders in mid-session.
 *   o=- 3724394400 3724394401 IN ...   sess-id' 8137205514   version' 8137205515
 *   o=- 3724394400 2 IN ...            sess-id' 8137205514   version' 2
 * Rejected: permuting the version like a token (steps are lost), and one offset for the whole file (a
 * single known start time would reveal all others).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "body.h"
#include "sdp_rule.h"

#define RELATED_STEPS 1000000u
#define SMALL_VERSION 10000u
#define ORIGIN_WORDS 6

struct words {
    gsize from[ORIGIN_WORDS], end[ORIGIN_WORDS];
    guint n;
    gboolean merged; /* the first one holds blanks */
};

static gboolean is_blank(gint c)
{
    return c == ' ' || c == '\t';
}

static void add_word(struct words *w, gsize from, gsize end)
{
    if (w->n == ORIGIN_WORDS) {
        w->merged = TRUE;
        w->end[0] = w->end[1];
        for (guint i = 1; i < ORIGIN_WORDS - 1; i++) {
            w->from[i] = w->from[i + 1];
            w->end[i] = w->end[i + 1];
        }
        w->n--;
    }
    w->from[w->n] = from;
    w->end[w->n++] = end;
}

/* Where there are more than ORIGIN_WORDS, the first one takes all that is too much: usernames with
 * blanks in them are found in the field. */
static struct words split_words(const struct rewrite *rw, gsize from, gsize to)
{
    struct words w = {.n = 0};
    for (gsize at = from; at < to;) {
        gsize begin = at;
        while (at < to && is_blank(rw->text.p[at]))
            begin = ++at;
        while (at < to && !is_blank(rw->text.p[at]))
            at++;
        if (at > begin)
            add_word(&w, begin, at);
    }
    return w;
}

static const struct policy_action *line_action(const struct rewrite *rw, guint8 letter, guint word)
{
    guint n = 0;
    const struct policy_action *actions = policy_sdp_line(rw->tables->policy, letter, &n);
    return actions && n ? &actions[MIN(word, n - 1)] : NULL;
}

/* A word by the policy's row for that line, or redacted where there is none. */
static void judge_by_line(struct rewrite *rw, gsize from, gsize to, guint8 letter, guint word)
{
    const struct policy_action *action = line_action(rw, letter, word);
    if (action)
        rw_value(rw, from, to, action);
    else
        rw_redact(rw, from, to);
}

/* ---- o= ---- */

static struct bytes origin_text(struct rewrite *rw, const struct words *w)
{
    struct bytes front = rw_bytes(rw, w->from[0], w->end[1]);
    return w->n > 5 ? arena_join(rw->arena, front, rw_bytes(rw, w->from[3], w->end[5])) : front;
}

/* A keyed number of n digits, the same for the same origin. */
static guint64 origin_constant(struct rewrite *rw, const struct words *w, gsize n)
{
    guint64 v = 0;
    struct bytes origin = origin_text(rw, w);
    struct bytes other = arena_join(rw->arena, origin, BYTES_LIT("#"));
    guint64 hash = (guint64)bytes_hash(origin) << 32 | bytes_ihash(other);
    struct bytes digits = arena_number(rw->arena, hash, 20);
    digits = bytes_from(digits, digits.n - n);
    struct bytes image = tokens_map(rw->tables->tokens, KIND_TOKEN, digits, rw->arena);
    bytes_number(bytes_sub(image, 0, 19), G_MAXUINT64, &v);
    return v;
}

static void judge_version(struct rewrite *rw, const struct words *w, struct bytes id, struct bytes id_image)
{
    guint64 version, old_id = 0, new_id = 0;
    gsize from = w->from[2], to = w->end[2];
    if (!bytes_number(rw_bytes(rw, from, to), G_MAXUINT64, &version)) {
        rw_token(rw, from, to, KIND_TOKEN);
        return;
    }
    gboolean numeric = id_image.n && bytes_number(id, G_MAXUINT64, &old_id) &&
                       bytes_number(id_image, G_MAXUINT64, &new_id);
    guint64 distance = MAX(version, old_id) - MIN(version, old_id);
    if (version >= SMALL_VERSION && numeric && distance < RELATED_STEPS)
        version = new_id + (version - old_id);
    else if (version >= SMALL_VERSION && !rw->tables->restoring)
        version += origin_constant(rw, w, to - from);
    rw_put(rw, from, to, arena_number(rw->arena, version, 1), KIND_TOKEN);
}

static void judge_origin_word(struct rewrite *rw, const struct words *w, guint i)
{
    static const struct sdp_rule moved = {AS_MOVED, G_MAXUINT64, NULL};
    struct bytes id = rw_bytes(rw, w->from[1], w->end[1]);
    if (i == 0 && w->merged)
        rw_put(rw, w->from[0], w->end[0], BYTES_LIT("redacted"), KIND_REDACTED);
    else if (i == 1)
        sdp_judge(rw, w->from[i], w->end[i], &moved);
    else if (i == 2)
        judge_version(rw, w, id, sdp_move_number(rw, id, G_MAXUINT64));
    else
        judge_by_line(rw, w->from[i], w->end[i], 'o', i);
}

static void judge_origin(struct rewrite *rw, gsize from, gsize to)
{
    struct words w = split_words(rw, from, to);
    gsize at = from;
    for (guint i = 0; i < w.n; i++) {
        rw_keep(rw, at, w.from[i]);
        judge_origin_word(rw, &w, i);
        at = w.end[i];
    }
    rw_keep(rw, at, to);
}

/* ---- c= b= m= and lines of numbers ---- */

static gsize find(const struct rewrite *rw, gsize from, gsize to, guint8 c)
{
    gsize at = bytes_chr(rw_bytes(rw, from, to), c);
    return at == NOT_FOUND ? to : from + at;
}

/* What follows the first part of a word: "/" number, `at_most` times; more would be something else. */
static void judge_slash_numbers(struct rewrite *rw, gsize from, gsize to, guint at_most, guint64 max)
{
    for (guint i = 0; i < at_most && from < to; i++) {
        gsize end = find(rw, from + 1, to, '/');
        rw_keep(rw, from, from + 1);
        sdp_judge_number(rw, from + 1, end, max);
        from = end;
    }
    rw_delete(rw, from, to);
}

/* nettype addrtype address[/ttl][/count]; RFC 7195 writes a telephone number as address. */
static void judge_connection(struct rewrite *rw, gsize from, gsize to)
{
    gsize at = from, word, end;
    gboolean phone = FALSE;
    for (guint i = 0; sdp_next_word(rw, &at, to, &word, &end); i++) {
        gsize slash = find(rw, word, end, '/');
        if (i < 2) {
            judge_by_line(rw, word, end, 'c', i);
            phone = i == 1 && bytes_ieq(rw_bytes(rw, word, end), BYTES_LIT("E164"));
        } else if (i == 2 && phone && !bytes_eq(rw_bytes(rw, word, end), BYTES_LIT("-"))) {
            rw_user(rw, word, end);
        } else if (i == 2) {
            judge_by_line(rw, word, slash, 'c', i);
            judge_slash_numbers(rw, slash, end, 2, 255); /* TTL, number of addresses */
        } else {
            rw_redact(rw, word, end);
        }
    }
}

void sdp_judge_bandwidth(struct rewrite *rw, gsize from, gsize to)
{
    gsize colon = find(rw, from, to, ':');
    judge_by_line(rw, from, colon, 'b', 0);
    if (colon == to)
        return;
    rw_keep(rw, colon, colon + 1);
    judge_by_line(rw, colon + 1, to, 'b', 1);
}

void sdp_judge_proto(struct rewrite *rw, gsize from, gsize to)
{
    judge_by_line(rw, from, to, 'm', 2);
}

static void judge_format(struct rewrite *rw, gsize from, gsize to)
{
    guint64 v;
    if (bytes_number(rw_bytes(rw, from, to), G_MAXUINT64, &v))
        sdp_judge_number(rw, from, to, 65535);
    else
        judge_by_line(rw, from, to, 'm', 3);
}

void sdp_judge_media(struct rewrite *rw, gsize from, gsize to, gboolean with_port)
{
    gsize at = from, word, end;
    for (guint i = 0; sdp_next_word(rw, &at, to, &word, &end); i++) {
        guint field = with_port || i == 0 ? i : i + 1;
        gsize slash = find(rw, word, end, '/');
        if (field == 0) {
            judge_by_line(rw, word, end, 'm', 0);
        } else if (field == 1) {
            sdp_judge_number(rw, word, slash, 65535);
            judge_slash_numbers(rw, slash, end, 1, 65535); /* number of ports */
        } else if (field == 2) {
            sdp_judge_proto(rw, word, end);
        } else {
            judge_format(rw, word, end);
        }
    }
}

static void judge_media_line(struct rewrite *rw, gsize from, gsize to)
{
    sdp_judge_media(rw, from, to, TRUE);
}

/* One number of r= or z=, with a sign and a unit (RFC 8866 typed-time): how long, not when. */
static void judge_duration(struct rewrite *rw, gsize from, gsize to)
{
    gsize sign = rw->text.p[from] == '-' ? 1 : 0;
    gsize unit = to - from > sign + 1 && memchr("dhms", rw->text.p[to - 1], 4) ? 1 : 0;
    rw_keep(rw, from, from + sign);
    sdp_judge_number(rw, from + sign, to - unit, G_MAXUINT32);
    rw_keep(rw, to - unit, to);
}

/* A point of time. Where times stay, a sign or a unit that has no business there stays, too. */
static void judge_moment(struct rewrite *rw, gsize from, gsize to)
{
    (timeline_moves(rw->tables->time) ? rw_ntp : judge_duration)(rw, from, to);
}

/* start stop */
static void judge_times(struct rewrite *rw, gsize from, gsize to)
{
    gsize at = from, word, end;
    while (sdp_next_word(rw, &at, to, &word, &end))
        judge_moment(rw, word, end);
}

/* interval duration offset ... */
static void judge_repeats(struct rewrite *rw, gsize from, gsize to)
{
    gsize at = from, word, end;
    while (sdp_next_word(rw, &at, to, &word, &end))
        judge_duration(rw, word, end);
}

/* adjustment-time offset adjustment-time offset ... */
static void judge_zones(struct rewrite *rw, gsize from, gsize to)
{
    gsize at = from, word, end;
    for (guint i = 0; sdp_next_word(rw, &at, to, &word, &end); i++)
        (i % 2 ? judge_duration : judge_moment)(rw, word, end);
}

/* ---- lines ---- */

struct line {
    gsize from, value, end, next; /* value: behind "="; end: of the text; next: behind the break */
    guint8 letter;                /* 0: no letter and "=" */
};

static struct line take_line(const struct rewrite *rw, gsize from, gsize to)
{
    struct line l = {.from = from, .value = from, .end = from};
    while (l.end < to && rw->text.p[l.end] != '\r' && rw->text.p[l.end] != '\n')
        l.end++;
    l.next = MIN(l.end + 1, to);
    if (l.next < to && rw->text.p[l.end] == '\r' && rw->text.p[l.next] == '\n')
        l.next++;
    if (l.end - from >= 2 && g_ascii_isalpha(rw->text.p[from]) && rw->text.p[from + 1] == '=') {
        l.letter = rw->text.p[from];
        l.value = from + 2;
    }
    return l;
}

static void judge_whole(struct rewrite *rw, const struct line *l)
{
    gsize from = l->value, end;
    sdp_trim(rw, &from, l->end, &end);
    judge_by_line(rw, from, end, l->letter, 0);
    rw_keep(rw, end, l->end);
}

typedef void (*judge_value)(struct rewrite *rw, gsize from, gsize to);

static judge_value line_grammar(guint8 letter)
{
    static const struct {
        guint8 letter;
        judge_value judge;
    } grammars[] = {
        {'o', judge_origin}, {'c', judge_connection}, {'b', sdp_judge_bandwidth}, {'t', judge_times},
        {'r', judge_repeats}, {'z', judge_zones},     {'m', judge_media_line},
    };
    for (guint i = 0; i < G_N_ELEMENTS(grammars); i++)
        if (grammars[i].letter == letter)
            return grammars[i].judge;
    return NULL;
}

static void delete_line(struct rewrite *rw, const struct line *l)
{
    rw_delete(rw, l->from, l->next);
}

static void judge_known(struct rewrite *rw, const struct line *l, const struct policy_action *action)
{
    judge_value judge = line_grammar(l->letter);
    rw_keep(rw, l->from, l->value);
    if (!judge) {
        judge_whole(rw, l);
    } else if (action->act == ACT_REDACT) {
        rw_redact(rw, l->value, l->end);
    } else {
        gsize from = l->value, end;
        sdp_trim(rw, &from, l->end, &end);
        judge(rw, from, end);
        rw_keep(rw, end, l->end);
    }
    rw_keep(rw, l->end, l->next);
}

static void judge_unknown(struct rewrite *rw, const struct line *l)
{
    if (!l->letter) {
        rw_scrub(rw, l->from, l->end);
    } else {
        rw_unknown(rw, "SDP line", rw_bytes(rw, l->from, l->value));
        rw_put(rw, l->from, l->end, BYTES_LIT("x=redacted"), KIND_REDACTED);
    }
    rw_keep(rw, l->end, l->next);
}

static void judge_line(struct rewrite *rw, const struct line *l)
{
    const struct policy_action *action = l->letter ? line_action(rw, l->letter, 0) : NULL;
    if (rw->cut && l->end == rw->text.n) {
        rw_scrub(rw, l->from, l->next);
    } else if (!action) {
        judge_unknown(rw, l);
    } else if (action->act == ACT_DELETE) {
        delete_line(rw, l);
    } else if (l->letter == 'a') {
        if (sdp_judge_attribute(rw, l->from, l->end))
            rw_keep(rw, l->end, l->next);
        else
            delete_line(rw, l);
    } else {
        judge_known(rw, l, action);
    }
}

void sdp_rewrite(struct rewrite *rw, gsize from, gsize to)
{
    while (from < to) {
        struct line l = take_line(rw, from, to);
        judge_line(rw, &l);
        from = l.next;
    }
}
