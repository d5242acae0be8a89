/* SIP messages: the captured one beside the written one, field by field.
 *
 * The written fields are some of the captured ones, in their order: those of the policy's "delete" are gone,
 * and of a broken message all but a few. So one walk over both is enough: a written field belongs to the next
 * captured one of its name, X-Redacted-n to the next one whose name is no known word. A field that belongs to
 * none was made up, or its name has survived.
 *
 * A value is compared by the form of its header (audit_uri.c has the table). Where it is not as it should be,
 * and the captured value is well-formed, that is a hit; where the captured value is not, what counts is
 * whether a word of it has survived. A user's policy may have made a token of the whole value: that is asked
 * before a hit.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "audit_private.h"

#define DEPTH_MAX 4 /* sipfrag in multipart ...; deeper by its words only */

struct fields {
    struct bytes rest;
};

struct field {
    struct bytes name, value; /* name empty: a line without colon */
};

static gboolean is_blank(gint c)
{
    return c == ' ' || c == '\t';
}

gboolean audit_same_lines(struct audit *a, guint8 what, struct bytes *captured, struct bytes *written,
                          guint64 *hash)
{
    struct bytes was = *captured, is = *written, old, new;
    *hash = 0;
    if (!audit_next_line(&was, &old) || !audit_next_line(&is, &new) || new.n == 0 ||
        is_blank(bytes_at(was, 0)) || is_blank(bytes_at(is, 0)) || !audit_pair_known(a, what, old, new, hash))
        return FALSE;
    *captured = was;
    *written = is;
    return TRUE;
}

/* Folded lines belong to the value. The empty line is taken, and FALSE; what follows it is f->rest. */
static gboolean next_field(struct fields *f, struct field *field)
{
    struct bytes line, more;
    if (!audit_next_line(&f->rest, &line) || line.n == 0)
        return FALSE;
    while (is_blank(bytes_at(f->rest, 0)) && audit_next_line(&f->rest, &more))
        line.n = (gsize)(more.p - line.p) + more.n;
    gsize colon = bytes_chr(line, ':');
    if (colon == NOT_FOUND)
        *field = (struct field){BYTES_NONE, audit_trim(line)};
    else
        *field =
            (struct field){audit_trim(bytes_sub(line, 0, colon)), audit_trim(bytes_from(line, colon + 1))};
    return TRUE;
}

static struct bytes skip_breaks(struct bytes b)
{
    while (bytes_at(b, 0) == '\r' || bytes_at(b, 0) == '\n')
        b = bytes_from(b, 1);
    return b;
}

static gboolean is_version(struct bytes b)
{
    return bytes_istarts(b, BYTES_LIT("SIP/")) && g_ascii_isdigit((gchar)MAX(bytes_at(b, 4), 0));
}

static gsize last_word(struct bytes b)
{
    gsize at = b.n;
    while (at > 0 && b.p[at - 1] > ' ')
        at--;
    return at;
}

/* Not a binary layer with a message further on. */
static gboolean is_method(struct bytes line)
{
    gsize at = 0;
    while (at < line.n &&
           (g_ascii_isalnum((gchar)line.p[at]) || (line.p[at] && strchr("-.!%*_+`'~", line.p[at]))))
        at++;
    return at > 0 && is_blank(bytes_at(line, at));
}

gboolean audit_is_sip(struct bytes text)
{
    struct bytes line;
    text = skip_breaks(text);
    if (!audit_next_line(&text, &line))
        return FALSE;
    if (is_version(line))
        return TRUE;
    line = audit_trim(line);
    return is_method(line) && is_version(bytes_from(line, last_word(line)));
}

/* --- values by their form ---------------------------------------------------------------------------------
 */

static struct bytes part(struct bytes b, gsize from, gsize to)
{
    return to > from ? bytes_sub(b, from, to - from) : BYTES_NONE;
}

typedef enum kind (*check_item)(struct audit *a, struct bytes captured, struct bytes written);

/* item *(;parameter). The item comes again more often than all of it: addresses stay, tags change. */
static enum kind check_one(struct audit *a, struct bytes captured, struct bytes written, guint form,
                           check_item check)
{
    gsize was = audit_scan(captured, 0, ';', TRUE), is = audit_scan(written, 0, ';', TRUE);
    struct bytes old = part(captured, 0, was), new = part(written, 0, is);
    guint64 hash;
    if (!audit_pair_known(a, (guint8)(PAIR_ITEM + form), old, new, &hash)) {
        enum kind kind = check(a, audit_trim(old), audit_trim(new));
        if (kind != KIND_KEPT)
            return kind;
        audit_pair_right(a, hash);
    }
    return audit_params(a, bytes_from(captured, was), bytes_from(written, is), ';');
}

/* Items separated by commas: as many on both sides. */
static enum kind check_items(struct audit *a, struct bytes captured, struct bytes written, guint form,
                             check_item check)
{
    gsize was = 0, is = 0;
    while (is < written.n) {
        gsize is_end = audit_scan(written, is, ',', TRUE), was_end = audit_scan(captured, was, ',', TRUE);
        enum kind kind = check_one(a, audit_trim(part(captured, was, was_end)),
                                   audit_trim(part(written, is, is_end)), form, check);
        if (kind != KIND_KEPT)
            return kind;
        is = is_end + 1;
        was = was_end + 1;
    }
    return KIND_KEPT;
}

/* SIP / 2.0 / UDP host:port */
static gsize sent_by(struct bytes via)
{
    gsize slash = bytes_chr(via, '/'), at;
    slash = slash == NOT_FOUND ? NOT_FOUND : bytes_chr_from(via, '/', slash + 1);
    if (slash == NOT_FOUND)
        return 0;
    for (at = slash + 1; is_blank(bytes_at(via, at));)
        at++;
    while (at < via.n && via.p[at] > ' ')
        at++;
    return at;
}

static enum kind check_via(struct audit *a, struct bytes captured, struct bytes written)
{
    gsize was = sent_by(captured), is = sent_by(written);
    struct bytes old = part(captured, 0, was), new = part(written, 0, is);
    enum kind kind = bytes_eq(old, new) && bytes_istarts(new, BYTES_LIT("SIP/2.0/U"))
                         ? KIND_KEPT
                         : audit_survival(a, old, new);
    return kind != KIND_KEPT ? kind
                             : audit_hostport(a, audit_trim(bytes_from(captured, was)),
                                              audit_trim(bytes_from(written, is)));
}

static gsize word_end(struct bytes b)
{
    gsize at = 0;
    while (at < b.n && b.p[at] > ' ')
        at++;
    return at;
}

/* scheme name=value, name=value ... */
static enum kind check_auth(struct audit *a, struct bytes captured, struct bytes written)
{
    gsize was = word_end(captured), is = word_end(written);
    enum kind kind = audit_survival(a, part(captured, 0, was), part(written, 0, is));
    if (kind != KIND_KEPT)
        return kind;
    if (audit_blanked(audit_trim(bytes_from(written, is)))) {
        audit_original(a, audit_trim(bytes_from(captured, was)), BYTES_NONE, KIND_NONCE);
        return KIND_KEPT;
    }
    return audit_params(a, bytes_from(captured, was), bytes_from(written, is), ',');
}

static enum kind check_token(struct audit *a, struct bytes captured, struct bytes written)
{
    return audit_token(a, captured, written, KIND_TOKEN);
}

static enum kind check_number(struct audit *a, struct bytes captured, struct bytes written)
{
    guint64 n;
    return bytes_number(written, G_MAXUINT32, &n) ? KIND_KEPT : audit_survival(a, captured, written);
}

static enum kind check_blank(struct audit *a, struct bytes captured, struct bytes written)
{
    audit_original(a, captured, written, KIND_REDACTED);
    return audit_blanked(written) ? KIND_KEPT : KIND_REDACTED;
}

static enum kind check_value(struct audit *a, guint form, struct bytes captured, struct bytes written)
{
    switch (form) {
    case HEADER_ADDR:
        return check_items(a, captured, written, form, audit_name_addr);
    case HEADER_ONE_ADDR:
        return check_one(a, captured, written, form,
                         audit_name_addr); /* a comma may stand in a display name */
    case HEADER_URI:
        return check_items(a, captured, written, form, audit_uri);
    case HEADER_VIA:
        return check_items(a, captured, written, form, check_via);
    case HEADER_AUTH:
        return check_auth(a, captured, written);
    case HEADER_COMMAS:
        return audit_params(a, captured, written, ',');
    case HEADER_CALL_ID:
        return audit_call_id(a, captured, written);
    case HEADER_DIALOG:
        return check_items(a, captured, written, form, audit_call_id);
    case HEADER_AGENT:
        return audit_agent(a, captured, written);
    case HEADER_TOKEN:
        return check_token(a, captured, written);
    case HEADER_NUMBER:
        return check_number(a, captured, written);
    case HEADER_USER:
        return audit_user(a, captured, written);
    case HEADER_HOST:
        return check_items(a, captured, written, form, audit_hostport);
    case HEADER_BLANK:
        return check_blank(a, captured, written);
    default:
        return audit_survival(a, captured, written);
    }
}

/* Values that come again in other messages of a dialog: looked at once. */
static gboolean comes_again(guint form)
{
    return form == HEADER_ADDR || form == HEADER_ONE_ADDR || form == HEADER_URI || form == HEADER_AGENT ||
           form == HEADER_VIA;
}

static void compare_value(struct audit *a, guint form, struct bytes captured, struct bytes written)
{
    guint64 hash = 0;
    if (audit_blanked(written)) {
        audit_original(a, captured, written, KIND_REDACTED);
        return;
    }
    if (comes_again(form) && audit_pair_known(a, (guint8)form, captured, written, &hash))
        return;
    enum kind kind = check_value(a, form, captured, written);
    if (kind != KIND_KEPT && form != HEADER_WORDS && !audit_strict(a, form, captured))
        kind = audit_survival(a, captured, written);
    if (kind != KIND_KEPT && audit_any_image(a, captured, written))
        kind = KIND_KEPT;
    if (kind != KIND_KEPT)
        audit_fail(a, form == HEADER_WORDS ? AUDIT_SURVIVED : AUDIT_NOT_IMAGE, kind);
    else if (hash)
        audit_pair_right(a, hash);
}

/* --- start line
 * ----------------------------------------------------------------------------------------------- */

struct request {
    struct bytes method, uri, version;
};

static struct request split_request(struct bytes line)
{
    struct bytes all = audit_trim(line);
    gsize method = word_end(all), version = last_word(all);
    return (struct request){part(all, 0, method), audit_trim(part(all, method, version)),
                            audit_trim(bytes_from(all, version))};
}

static gboolean has_control_bytes(struct bytes b)
{
    for (gsize i = 0; i < b.n; i++)
        if ((b.p[i] < ' ' && b.p[i] != '\t') || b.p[i] == 0x7f)
            return TRUE;
    return FALSE;
}

static void compare_start(struct audit *a, struct bytes captured, struct bytes written)
{
    audit_at(a, "start line", BYTES_NONE);
    if (is_version(captured) || is_version(written) || has_control_bytes(captured)) {
        if (is_version(captured) != is_version(written) || audit_survival(a, captured, written) != KIND_KEPT)
            audit_fail(a, AUDIT_SURVIVED, KIND_REDACTED);
        return;
    }
    struct request was = split_request(captured), is = split_request(written);
    if (audit_survival(a, was.method, is.method) != KIND_KEPT)
        audit_fail(a, AUDIT_SURVIVED, KIND_REDACTED);
    audit_at(a, "Request-URI", BYTES_NONE);
    enum kind kind = audit_uri(a, was.uri, is.uri);
    if (kind != KIND_KEPT && !audit_strict_uri(a, was.uri))
        kind = audit_survival(a, was.uri, is.uri);
    if (kind != KIND_KEPT)
        audit_fail(a, AUDIT_NOT_IMAGE, kind);
}

/* --- fields
 * ---------------------------------------------------------------------------------------------------- */

static gboolean is_redacted_name(struct bytes name)
{
    return bytes_starts(name, BYTES_LIT("X-Redacted-"));
}

static gboolean find_named(struct audit *a, struct fields *captured, struct bytes name, struct field *was)
{
    while (next_field(captured, was)) {
        if (bytes_eq(was->name, name))
            return TRUE;
        audit_original(a, was->value, BYTES_NONE, KIND_DELETED);
    }
    return FALSE;
}

static void compare_field(struct audit *a, struct fields *captured, const struct field *is)
{
    struct field was;
    guint8 value = words_find(a->words, is->name);
    audit_at(a, "", is->name);
    if (is->name.n == 0) {
        if (!audit_blanked(is->value))
            audit_fail(a, AUDIT_SURVIVED, KIND_SCRUBBED);
    } else if (is_redacted_name(is->name)) {
        if (!next_field(captured, &was) || !audit_blanked(is->value))
            audit_fail(a, AUDIT_SURVIVED, KIND_REDACTED);
        else
            audit_original(a, was.value, is->value, KIND_REDACTED);
        if (!audit_harmless(a, is->name))
            audit_fail(a, AUDIT_SURVIVED, KIND_REDACTED);
    } else if (!value || !find_named(a, captured, is->name, &was)) {
        audit_fail(a, AUDIT_SURVIVED, KIND_REDACTED);
    } else {
        compare_value(a, value & 15, was.value, is->value);
    }
}

/* --- bodies
 * -------------------------------------------------------------------------------------------------------- */

static void compare_message(struct audit *a, struct bytes captured, struct bytes written, guint depth);
static void compare_fields(struct audit *a, struct fields captured, struct fields written, guint depth);

static gboolean all_zero(struct bytes b)
{
    for (gsize i = 0; i < b.n; i++)
        if (b.p[i])
            return FALSE;
    return TRUE;
}

gboolean audit_all_x(struct bytes b)
{
    for (gsize i = 0; i < b.n; i++)
        if (b.p[i] != 'x')
            return FALSE;
    return TRUE;
}

static gboolean is_line_of_sdp(struct bytes body)
{
    return bytes_at(body, 1) == '=';
}

/* A first line that is none of SDP is scrubbed; what follows it is read by lines all the same. */
static gboolean begins_scrubbed(struct bytes body)
{
    struct bytes line = BYTES_NONE;
    audit_next_line(&body, &line);
    return audit_blanked(line);
}

static gboolean are_sdp(struct bytes type, struct bytes captured, struct bytes written)
{
    gboolean said = bytes_find(type, BYTES_LIT("sdp")) != NOT_FOUND;
    if (is_line_of_sdp(captured))
        return (said || bytes_at(captured, 0) == 'v') && is_line_of_sdp(written) &&
               bytes_at(captured, 0) == bytes_at(written, 0);
    return said && begins_scrubbed(written);
}

/* Cuts a multipart body in front of its next delimiter line. */
static gboolean next_part(struct bytes *rest, struct bytes *one)
{
    struct bytes text = *rest, line;
    if (rest->n == 0)
        return FALSE;
    audit_next_line(&text, &line);
    while (text.n && !bytes_starts(text, BYTES_LIT("--")))
        audit_next_line(&text, &line);
    *one = bytes_sub(*rest, 0, rest->n - text.n);
    *rest = text;
    return TRUE;
}

static guint count_parts(struct bytes body)
{
    struct bytes one;
    guint n = 0;
    while (next_part(&body, &one))
        n++;
    return n;
}

/* A delimiter line stays one. In other bodies a line like it is scrubbed; in a multipart body, too, where the
 * boundary is another one, but parts follow. */
static gboolean are_parts(struct bytes type, struct bytes captured, struct bytes written)
{
    return bytes_starts(captured, BYTES_LIT("--")) &&
           (bytes_starts(written, BYTES_LIT("--")) || bytes_istarts(type, BYTES_LIT("multipart"))) &&
           count_parts(captured) == count_parts(written);
}

/* Behind the delimiter line, each part is fields and a body, or, from senders who left out its fields, a message. */
static void compare_part(struct audit *a, struct bytes captured, struct bytes written, guint depth)
{
    struct bytes was = BYTES_NONE, is = BYTES_NONE;
    audit_at(a, "part", BYTES_NONE);
    audit_next_line(&captured, &was);
    audit_next_line(&written, &is);
    if (audit_survival(a, was, is) != KIND_KEPT)
        audit_fail(a, AUDIT_SURVIVED, KIND_TOKEN);
    if (audit_is_sip(captured) && audit_is_sip(written))
        compare_message(a, captured, written, depth + 1);
    else /* the first line may be the empty one, where a part has no fields */
        compare_fields(a, (struct fields){captured}, (struct fields){written}, depth + 1);
}

static void compare_parts(struct audit *a, struct bytes captured, struct bytes written, guint depth)
{
    struct bytes was, is;
    while (next_part(&written, &is) && next_part(&captured, &was))
        compare_part(a, was, is, depth);
}

static void compare_body(struct audit *a, struct bytes type, struct bytes captured, struct bytes written,
                         guint depth)
{
    audit_at(a, "body", BYTES_NONE);
    if (audit_blanked(audit_trim(written)) || all_zero(written))
        return;
    if (are_sdp(type, captured, written))
        audit_sdp(a, captured, written);
    else if (depth < DEPTH_MAX && are_parts(type, captured, written))
        compare_parts(a, captured, written, depth);
    else if (depth < DEPTH_MAX && audit_is_sip(captured) && audit_is_sip(written))
        compare_message(a, captured, written, depth + 1);
    else if (audit_survival(a, captured, written) != KIND_KEPT)
        audit_fail(a, AUDIT_SURVIVED, KIND_REDACTED);
}

/* --- messages
 * --------------------------------------------------------------------------------------------------- */

/* The next field of that name. FALSE: none. */
static gboolean next_named(struct fields *f, struct bytes name, struct bytes compact, struct field *one)
{
    while (next_field(f, one))
        if (bytes_ieq(one->name, name) || bytes_ieq(one->name, compact))
            return TRUE;
    return FALSE;
}

/* The last one's value. */
static struct bytes content_type(struct fields f)
{
    struct field one;
    struct bytes value = BYTES_NONE;
    while (next_named(&f, BYTES_LIT("Content-Type"), BYTES_LIT("c"), &one))
        value = one.value;
    return value;
}

/* What stands behind the body is scrubbed at equal length. Of several lengths, whichever was taken for the
 * body's: a text that is scrubbed tells nothing. */
static void cut_behind(struct fields all, struct bytes *captured, struct bytes *written)
{
    struct field one;
    guint64 length;
    if (bytes_at(*written, written->n - 1) != 'x')
        return;
    while (next_named(&all, BYTES_LIT("Content-Length"), BYTES_LIT("l"), &one)) {
        if (!bytes_number(one.value, captured->n, &length))
            continue;
        gsize behind = captured->n - (gsize)length;
        if (behind > written->n || !audit_all_x(bytes_from(*written, written->n - behind)))
            continue;
        captured->n -= behind;
        written->n -= behind;
        return;
    }
}

/* Is there one line between `from` and what is left of its text? */
static gboolean is_next_line(const guint8 *from, struct bytes rest)
{
    const guint8 *lf = memchr(from, '\n', (gsize)(rest.p - from));
    return lf && lf + 1 == rest.p;
}

static void compare_fields(struct audit *a, struct fields captured, struct fields written, guint depth)
{
    struct fields all = captured;
    struct field is, was;
    guint64 hash, hits;
    for (;;) {
        if (audit_same_lines(a, PAIR_LINE, &captured.rest, &written.rest, &hash))
            continue;
        hits = a->result.n_hits;
        const guint8 *from = captured.rest.p;
        if (!next_field(&written, &is))
            break;
        compare_field(a, &captured, &is);
        /* The two lines belong together where no other captured line was passed over. */
        if (hash && a->result.n_hits == hits && is_next_line(from, captured.rest))
            audit_pair_right(a, hash);
    }
    while (next_field(&captured, &was))
        audit_original(a, was.value, BYTES_NONE, KIND_DELETED);
    cut_behind(all, &captured.rest, &written.rest);
    if (written.rest.n)
        compare_body(a, content_type(all), captured.rest, written.rest, depth);
}

/* With a start line, or fields only. */
static void compare_message(struct audit *a, struct bytes captured, struct bytes written, guint depth)
{
    struct fields was = {skip_breaks(captured)}, is = {skip_breaks(written)};
    struct bytes old = BYTES_NONE, new = BYTES_NONE;
    if (audit_is_sip(was.rest)) {
        audit_next_line(&was.rest, &old);
        audit_next_line(&is.rest, &new);
        compare_start(a, old, new);
    }
    compare_fields(a, was, is, depth);
}

static gboolean compare(struct audit *a, guint64 number, struct bytes captured, struct bytes written)
{
    guint64 hits = a->result.n_hits;
    arena_reset(a->arena);
    a->number = number;
    a->result.messages++;
    if (!audit_all_x(written))
        compare_message(a, captured, written, 0);
    return a->result.n_hits == hits;
}

void audit_message(struct audit *a, guint64 number, struct bytes captured, struct bytes written)
{
    if (compare(a, number, captured, written))
        bloom_add(a->bloom, audit_hash(a, HASH_MESSAGE, written));
}

void audit_stream_message(struct audit *a, guint64 number, struct bytes captured, struct bytes written)
{
    struct bytes line;
    if (compare(a, number, captured, written))
        while (audit_next_line(&written, &line))
            if (audit_line_has_identity(a, line))
                bloom_add(a->bloom, audit_hash(a, HASH_LINE, line));
}

gboolean audit_line_has_identity(const struct audit *a, struct bytes line)
{
    gsize colon = bytes_chr(bytes_sub(line, 0, 64), ':');
    guint form = colon == NOT_FOUND ? 0 : words_find(a->words, bytes_sub(line, 0, colon)) & 15;
    guint64 n;
    if (form == HEADER_NUMBER) /* as check_number takes it */
        return !bytes_number(audit_trim(bytes_from(line, colon + 1)), G_MAXUINT32, &n);
    return form > HEADER_WORDS;
}
