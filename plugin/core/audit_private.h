/* audit_private.h - what the files of the audit share, by the file that owns it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_AUDIT_PRIVATE_H
#define SIANTO_AUDIT_PRIVATE_H

#include "arena.h"
#include "audit.h"
#include "hash.h"

static inline gboolean audit_is_space(guint8 c)
{
    return c <= ' ' && (G_GUINT64_CONSTANT(0x100002600) >> c & 1); /* blank, tab, CR, LF */
}

/* Without blanks and line breaks at both ends; as bytes_trim, where a call would be half of the cost. */
static inline struct bytes audit_trim(struct bytes b)
{
    while (b.n && audit_is_space(b.p[b.n - 1]))
        b.n--;
    while (b.n && audit_is_space(b.p[0])) {
        b.p++;
        b.n--;
    }
    return b;
}

/* --- audit_search.c: originals, and where they stand ------------------------------------------------- */

#define ORIGINAL_MIN 8
#define ORIGINAL_MIN_DIGITS 10
#define ORIGINAL_MAX 255 /* characters; of longer ones the first so many are searched */

struct search;
struct search_memo;

struct search *search_new(struct hash_key key, gsize bytes_max);
void search_free(struct search *s);
/* A value as spelled in the capture; too short ones are passed over. `token`: only as it stands, and not
 * where the memory is full. */
void search_add(struct search *s, struct bytes original, enum kind kind, gboolean token);
/* What one thread remembers of lines that hold nothing, for any number of texts. g_free. */
struct search_memo *search_memo_new(void);
/* Calls `hit` for each place in `text` that holds an original. Returning TRUE drops that original for good. `memo` may be
 * NULL: what is found is the same. */
typedef gboolean (*search_hit)(void *arg, struct bytes text, gsize at, gsize n, enum kind kind);
void search_text(struct search *s, struct search_memo *memo, struct bytes text, search_hit hit, void *arg);
/* From here on threads may search at once, each with a memo of its own, while nothing is added and no hit drops an
 * original. */
void search_prepare(struct search *s);
guint64 search_count(const struct search *s);
guint64 search_limited(const struct search *s);

/* --- audit_words.c: known words ---------------------------------------------------------------------- */

/* The audit's own words, separated by blanks. */
extern const char *const audit_own_words[];

struct words;
struct words *words_new(struct hash_key key);
void words_free(struct words *w);
/* value: what words_find shall give, not 0. The low half byte tells how a header field of that name is read,
 * 1: by its words; the high one the same of a parameter, 0: by its words. A half that says more replaces one
 * that is there. */
void words_add(struct words *w, struct bytes word, guint8 value);
/* ASCII case-insensitively; 0: not there. */
guint8 words_find(const struct words *w, struct bytes word);
/* All of them, separated by line feeds. */
struct bytes words_text(const struct words *w);

/* --- audit_bloom.c: what was written ------------------------------------------------------------------ */

struct bloom;
struct bloom *bloom_new(void);
void bloom_free(struct bloom *b);
/* Waits a little for its place in memory to arrive. */
void bloom_add(struct bloom *b, guint64 hash);
gboolean bloom_has(struct bloom *b, guint64 hash);
/* From here on threads may ask at once, while nothing is added. */
void bloom_settle(struct bloom *b);

struct ends;

/* --- audit.c: the run, and images ---------------------------------------------------------------------- */

#define PAIRS_LOG2 15
#define TOKEN_PAIRS_LOG2 12
#define ADDRESSES_LOG2 13

/* Two places: what comes again moves to the first, what is new replaces the second. So what is seen once and
 * never again (most lines hold tokens) drives out nothing that is of use. */
struct audit_pair {
    guint64 again, latest;
};

struct audit_pair4 {
    guint32 in, out;
    gboolean used;
};
struct audit_pair16 {
    guint8 in[16], out[16];
    guint8 n; /* 16, 6 (MAC), or 0: free */
};

struct audit {
    struct labels *labels;
    struct label_marks given; /* what was given out of them, where that is known */
    gboolean as_of;
    struct addresses *addresses;
    struct tokens *tokens;
    struct arena *arena;
    struct hash_key key;
    struct words *words;
    struct bloom *bloom;
    struct search *search;
    struct search_memo *memo; /* step 2; else NULL */
    struct audit_pair *pairs; /* hashes of (captured, written) values that were found right */
    guint64 *token_pairs;     /* the same of tokens: direct-mapped */
    struct audit_pair4 *v4;
    struct audit_pair16 *v16;
    struct ends *ends; /* audit_packet.c */
    gboolean files;    /* step 2 has begun */
    gboolean threads;  /* as in the settings */
    guint64 number;    /* frame in hand */
    const char *place; /* of hits to come: this text, then the name */
    struct bytes place_name;
    struct audit_result result;
};

/* What a hash is of. */
enum { HASH_IMAGE = 1, HASH_MESSAGE, HASH_LINE, HASH_V4, HASH_V6, HASH_MAC };
/* Forms of pairs beside enum header_form. */
enum {
    PAIR_WORDS = 32,
    PAIR_LINE,
    PAIR_USER,
    PAIR_HOST,
    PAIR_URI,
    PAIR_ITEM,
    PAIR_TOKEN = PAIR_ITEM + 16,
    PAIR_SDP = PAIR_TOKEN + KIND_COUNT
};

void audit_fail(struct audit *a, enum audit_fault fault, enum kind kind);
/* The place of hits to come: `before` and `name`, which is said where it is a known word, and borrowed until
 * then. */
void audit_at(struct audit *a, const char *before, struct bytes name);

/* Of a value and what it is. */
guint64 audit_hash(const struct audit *a, guint8 what, struct bytes value);

/* KIND_KEPT: as it should be; else the kind of the slot that is wrong. `captured` is the original of the
 * slot, `written` what stands there now. A written form that tells nothing (empty, redacted, scrubbed) is
 * always right. */
enum kind audit_user(struct audit *a, struct bytes captured, struct bytes written);
enum kind audit_host(struct audit *a, struct bytes captured, struct bytes written);
enum kind audit_hostport(struct audit *a, struct bytes captured, struct bytes written);
enum kind audit_token(struct audit *a, struct bytes captured, struct bytes written, enum kind kind);
enum kind audit_call_id(struct audit *a, struct bytes captured, struct bytes written);
enum kind audit_agent(struct audit *a, struct bytes captured, struct bytes written);
gboolean audit_ip4(struct audit *a, const guint8 captured[4], const guint8 written[4]);
gboolean audit_ip6(struct audit *a, const guint8 captured[16], const guint8 written[16]);
gboolean audit_mac(struct audit *a, const guint8 captured[6], const guint8 written[6]);

/* The moment that labels are asked of. */
static inline const struct label_marks *audit_then(const struct audit *a)
{
    return a->as_of ? &a->given : NULL;
}
/* A label of this run. */
gboolean audit_is_label(const struct audit *a, struct bytes word);
/* A user or host that stays as it is. */
gboolean audit_is_kept(const struct audit *a, struct bytes word);
/* "", "redacted", 0, x... */
gboolean audit_blanked_by(struct bytes written, gint first);
static inline gboolean audit_blanked(struct bytes written)
{
    gint first = bytes_at(written, 0);
    return first == -1 ||
           ((first == 'x' || first == 'r' || first == '0') && audit_blanked_by(written, first));
}
/* A known word or number: may stand anywhere. */
gboolean audit_harmless(const struct audit *a, struct bytes word);
/* No word of `captured` is left in `written`. KIND_KEPT, or KIND_REDACTED, or the kind of an address. */
enum kind audit_survival(struct audit *a, struct bytes captured, struct bytes written);
/* Adds an original for step 2 where `written` does not keep it, and it says something: text that was deleted
 * or redacted is none where all its words are known. */
void audit_original(struct audit *a, struct bytes captured, struct bytes written, enum kind kind);

/* One of the permutations gives `written` for all of `captured`. */
gboolean audit_any_image(struct audit *a, struct bytes captured, struct bytes written);
/* The same for an id whose hyphens stay. */
gboolean audit_shaped_image(struct audit *a, struct bytes captured, struct bytes written);
/* Was the pair found right before, read in the same form? audit_pair_right notes that it was, now. */
gboolean audit_pair_known(struct audit *a, guint8 form, struct bytes captured, struct bytes written,
                          guint64 *hash);
void audit_pair_right(struct audit *a, guint64 hash);

struct bytes audit_percent_decode(struct arena *arena, struct bytes b);

/* --- audit_uri.c ---------------------------------------------------------------------------------------- */

enum kind audit_uri(struct audit *a, struct bytes captured, struct bytes written);
enum kind audit_name_addr(struct audit *a, struct bytes captured, struct bytes written);
/* name=value, each behind a separator; the text may begin with one. Those that are not written any more are
 * fine. */
enum kind audit_params(struct audit *a, struct bytes captured, struct bytes written, guint8 separator);
gboolean audit_port(struct bytes captured, struct bytes written);
/* Index of the first `c` at or behind `from`, outside quotes and, where asked, angle brackets; else b.n. */
gsize audit_scan(struct bytes b, gsize from, guint8 c, gboolean angles);

/* How a value is read: half bytes in the table of words. */
enum header_form {
    HEADER_WORDS = 1,
    HEADER_ADDR,
    HEADER_ONE_ADDR,
    HEADER_URI,
    HEADER_VIA,
    HEADER_AUTH,
    HEADER_COMMAS,
    HEADER_CALL_ID,
    HEADER_DIALOG,
    HEADER_AGENT,
    HEADER_TOKEN,
    HEADER_NUMBER,
    HEADER_USER,
    HEADER_HOST,
    HEADER_BLANK
};
enum param_form {
    PARAM_WORDS,
    PARAM_TAG,
    PARAM_BRANCH,
    PARAM_HOST,
    PARAM_TOKEN,
    PARAM_NONCE,
    PARAM_OPAQUE,
    PARAM_URI,
    PARAM_USER,
    PARAM_CALL_ID,
    PARAM_REALM,
    PARAM_HEX,
    PARAM_INDEX
};
void audit_add_forms(struct words *w);

/* --- audit_strict.c ------------------------------------------------------------------------------------ */

/* Is the captured value well-formed beyond doubt, so that each of its slots must hold an image? `form`: of a
 * header. */
gboolean audit_strict(const struct audit *a, guint form, struct bytes value);
gboolean audit_strict_uri(const struct audit *a, struct bytes b);
gboolean audit_strict_host(struct bytes b);
gboolean audit_strict_hostport(struct bytes b);
gboolean audit_strict_call_id(struct bytes b);
/* Without blanks, quotes, brackets, commas, semicolons. */
gboolean audit_strict_word(struct bytes b);

/* --- audit_sdp.c -----------------------------------------------------------------------------------------
 */

void audit_sdp(struct audit *a, struct bytes captured, struct bytes written);

/* --- audit_message.c: also for step 2
 * ------------------------------------------------------------------------------------- */

/* Does the text begin as SIP does? */
gboolean audit_is_sip(struct bytes text);
/* Is it scrubbed, all of it? */
gboolean audit_all_x(struct bytes b);
/* Takes the next line from the front; *line without its break. FALSE: there is none. */
static inline gboolean audit_next_line(struct bytes *text, struct bytes *line)
{
    if (text->n == 0)
        return FALSE;
    const guint8 *lf = memchr(text->p, '\n', text->n);
    gsize end = lf ? (gsize)(lf - text->p) : text->n, next = MIN(end + 1, text->n);
    *line = (struct bytes){text->p, end > 0 && text->p[end - 1] == '\r' ? end - 1 : end};
    *text = (struct bytes){text->p + next, text->n - next};
    return TRUE;
}
/* A line that stands in both texts next, and was found right before, `what` being the same; both are taken
 * then. Else *hash is for audit_pair_right, if it is found right now. */
gboolean audit_same_lines(struct audit *a, guint8 what, struct bytes *captured, struct bytes *written,
                          guint64 *hash);

/* --- audit_frame.c ----------------------------------------------------------------------------------------
 */

enum audit_layer { AUDIT_MAC, AUDIT_IP4, AUDIT_IP6 };
struct audit_addr {
    enum audit_layer layer;
    const guint8 *p; /* in the frame: 6, 4 or 16 bytes */
};
#define AUDIT_ADDRS_MAX 64
struct audit_layers {
    struct audit_addr addr[AUDIT_ADDRS_MAX]; /* from the outside inwards */
    guint n;
    gboolean known;      /* the link type was */
    gboolean other_link; /* there is an address of a link that is no Ethernet: left out when it is written */
    guint depth;
    struct bytes payload; /* of the innermost layer */
    gboolean udp;         /* the payload is a datagram's, as far as it was captured */
    gboolean tcp;
    gboolean piece; /* the payload is a piece of a stream or of a datagram: of this one, at this place */
    guint64 flow;
    guint32 at;
};
/* Emptied, as in a quote of what is not kept: says nothing. */
gboolean audit_is_zero(const struct audit_addr *addr);
void audit_read_layers(struct audit_layers *l, guint linktype, struct bytes frame);

gboolean audit_line_has_identity(const struct audit *a, struct bytes line);

/* --- audit_packet.c: what step 2 looks at ------------------------------------------------------------------ */

void audit_ends_free(struct ends *e);
/* Before any of it: the tables know identities that no slot of ours held. */
void audit_begin_files(struct audit *a);
/* audit_at and audit_fail for a place that is no field. */
void audit_fail_at(struct audit *a, const char *place, enum audit_fault fault, enum kind kind);
/* Originals in a text: hits. `border`: only what lies across it counts; 0: all. */
void audit_find(struct audit *a, const char *name, struct bytes text, gsize border);
/* A packet by itself: of the audit only the arena, the memo, the place and the result change. */
void audit_packet(struct audit *a, const struct audit_layers *l, struct bytes frame);
/* A piece of a stream or datagram, with those before and behind it that came: in order of the file. */
void audit_join(struct audit *a, const struct audit_layers *l);

#endif
