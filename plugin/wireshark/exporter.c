/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exporter.h"

#include <string.h>
#include <unistd.h>

#include <wiretap/wtap_opttypes.h>

#include "frame.h"
#include "input.h"
#include "pcapng.h"
#include "unpack.h"

/* And the version: in section headers of ours. */
#define APPLICATION "sianto "
#define RESTORED "restored by sianto " /* no export of ours: sections_are_ours */
/* At least as long as any frame that wiretap takes. */
#define SNAPLEN 262144u
/* Direction and reception type; the length of a frame check sequence and link errors go with theirs. */
#define FLAGS_KEPT 0x1fu

struct interface {
    guint32 section, number;
    int encap, tsprec;
};

struct exporter {
    char *path, *settings;
    gboolean pcap, gz, restored;
    struct outfile *file;
    wtap_dumper *dumper;
    GArray *interfaces; /* struct interface; the index is the output's number */
    const struct timeline *time; /* NULL: keep */
    GArray *statistics; /* struct pcapng_statistics of the input's interfaces; NULL: not read, or none */
    GArray *sections;   /* the header's block; read by the dumper until it closes */
    wtap_rec rec;
    wtap_block_t block; /* the packet's options: made anew for each that has some */
};

/* --- records --------------------------------------------------------------------------------------- */

/* Only encapsulations whose bytes are those of the file: what wiretap keeps beside them is not needed. */
static const struct {
    int encap;
    guint linktype;
} linktypes[] = {
    {WTAP_ENCAP_ETHERNET, LINK_ETHERNET},
    {WTAP_ENCAP_RAW_IP, LINK_RAW},
    {WTAP_ENCAP_RAW_IP4, LINK_IPV4},
    {WTAP_ENCAP_RAW_IP6, LINK_IPV6},
    {WTAP_ENCAP_SLL, LINK_LINUX_SLL},
    {WTAP_ENCAP_SLL2, LINK_LINUX_SLL2},
    {WTAP_ENCAP_NULL, LINK_NULL},
    {WTAP_ENCAP_LOOP, LINK_LOOP},
    {WTAP_ENCAP_PPP, LINK_PPP},
    {WTAP_ENCAP_PPP_ETHER, LINK_PPP_ETHER},
    {WTAP_ENCAP_CHDLC, LINK_CISCO_HDLC},
    {WTAP_ENCAP_FRELAY, LINK_FRAME_RELAY},
    {WTAP_ENCAP_IEEE_802_11, LINK_WLAN},
    {WTAP_ENCAP_IEEE_802_11_PRISM, LINK_WLAN_PRISM},
    {WTAP_ENCAP_IEEE_802_11_RADIOTAP, LINK_WLAN_RADIOTAP},
    {WTAP_ENCAP_IEEE_802_11_AVS, LINK_WLAN_AVS},
    {WTAP_ENCAP_PPI, LINK_PPI},
    {WTAP_ENCAP_NFLOG, LINK_NFLOG},
    {WTAP_ENCAP_PKTAP, LINK_PKTAP},
    {WTAP_ENCAP_USER2, LINK_USER2},
    {WTAP_ENCAP_WIRESHARK_UPPER_PDU, LINK_PDU},
};

guint record_linktype(const struct record *r)
{
    for (guint i = 0; i < G_N_ELEMENTS(linktypes); i++)
        if (linktypes[i].encap == r->encap)
            return linktypes[i].linktype;
    return G_MAXUINT;
}

gint64 record_time_us(const struct record *r)
{
    const gint64 edge = G_MAXINT64 / G_USEC_PER_SEC - 1;
    return CLAMP((gint64)r->ts.secs, -edge, edge) * G_USEC_PER_SEC + r->ts.nsecs / 1000;
}

static const char *layer_name(const wmem_list_frame_t *layer)
{
    return layer ? proto_get_protocol_filter_name(GPOINTER_TO_INT(wmem_list_frame_data(layer))) : "";
}

static gboolean has_layer(const packet_info *pinfo, int protocol)
{
    for (wmem_list_frame_t *l = wmem_list_head(pinfo->layers); l; l = wmem_list_frame_next(l))
        if (GPOINTER_TO_INT(wmem_list_frame_data(l)) == protocol)
            return TRUE;
    return FALSE;
}

/* Wireshark's dissector of frames inside frames (PKTAP, PPI, remote captures) puts the inner encapsulation into
 * the record. The layer behind "frame" tells what it was before; where it does not, it is unknown. */
static int encap_of(const packet_info *pinfo)
{
    static const struct {
        const char *layer;
        int encap;
    } rows[] = {
        {"eth", WTAP_ENCAP_ETHERNET},
        {"ppi", WTAP_ENCAP_PPI},
        {"pktap", WTAP_ENCAP_PKTAP},
        {"user_dlt", WTAP_ENCAP_USER2},
    };
    if (!has_layer(pinfo, proto_get_id_by_filter_name("pcap_pktdata")))
        return pinfo->rec->rec_header.packet_header.pkt_encap;
    wmem_list_frame_t *frame = wmem_list_head(pinfo->layers);
    const char *outermost = layer_name(wmem_list_frame_next(frame));
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
        if (g_str_equal(rows[i].layer, outermost))
            return rows[i].encap;
    return WTAP_ENCAP_UNKNOWN;
}

void record_from(struct record *r, const packet_info *pinfo)
{
    const wtap_rec *rec = pinfo->rec;
    gboolean numbered = (rec->presence_flags & WTAP_HAS_INTERFACE_ID) != 0;
    *r = (struct record){
        .number = pinfo->num,
        .has_ts = (rec->presence_flags & WTAP_HAS_TS) != 0,
        .encap = encap_of(pinfo),
        .tsprec = rec->tsprec >= WTAP_TSPREC_SEC && rec->tsprec <= WTAP_TSPREC_NSEC ? rec->tsprec
                                                                                    : WTAP_TSPREC_NSEC,
        .section = rec->presence_flags & WTAP_HAS_SECTION_NUMBER ? rec->section_number : 0,
        .interface = numbered ? rec->rec_header.packet_header.interface_id : 0,
    };
    if (r->has_ts)
        r->ts = rec->ts;
}

void record_derive(struct record *r)
{
    r->encap = WTAP_ENCAP_WIRESHARK_UPPER_PDU;
    r->options = (struct record_options){FALSE, FALSE, 0, 0};
}

struct record_options record_options_from(const packet_info *pinfo)
{
    struct record_options o = {FALSE, FALSE, 0, 0};
    wtap_block_t block = pinfo->rec->block;
    if (!block)
        return o;
    o.has_flags = wtap_block_get_uint32_option_value(block, OPT_PKT_FLAGS, &o.flags) == WTAP_OPTTYPE_SUCCESS;
    o.has_drops =
        wtap_block_get_uint64_option_value(block, OPT_PKT_DROPCOUNT, &o.drops) == WTAP_OPTTYPE_SUCCESS;
    o.flags &= FLAGS_KEPT;
    return o;
}

/* --- the file -------------------------------------------------------------------------------------- */

struct exporter *exporter_new(const char *path, const char *settings)
{
    struct exporter *e = g_new0(struct exporter, 1);
    e->path = g_strdup(path);
    e->settings = g_strdup(settings);
    e->gz = g_str_has_suffix(path, ".gz");
    e->pcap = g_str_has_suffix(path, ".pcap") || g_str_has_suffix(path, ".pcap.gz");
    e->interfaces = g_array_new(FALSE, FALSE, sizeof(struct interface));
    compat_rec_init(&e->rec);
    return e;
}

void exporter_restored(struct exporter *e)
{
    e->restored = TRUE;
}

static gint64 power_of_ten(int n)
{
    gint64 power = 1;
    while (n-- > 0)
        power *= 10;
    return power;
}

void exporter_times(struct exporter *e, const struct timeline *time)
{
    e->time = time;
}

/* pcap: 32 bits. pcapng: 64 bits of ticks, which readers may take for signed ones; and years of four digits. */
static gint64 last_second(const struct exporter *e, int tsprec)
{
    const gint64 year_9999 = G_GINT64_CONSTANT(253402300799);
    if (e && e->pcap)
        return G_MAXUINT32;
    return MIN(G_MAXINT64 / power_of_ten(tsprec) - 1, year_9999);
}

enum timeline_fault record_move(struct record *r, struct timeline *time, const struct exporter *e)
{
    gint64 s = r->ts.secs;
    gint32 ns = r->ts.nsecs;
    if (!r->has_ts)
        return TIMELINE_OK;
    enum timeline_fault fault = timeline_move(time, &s, &ns, last_second(e, r->tsprec));
    r->ts.secs = (time_t)s;
    r->ts.nsecs = ns;
    return fault;
}

/* Takes the text of wiretap's error, which may name what the library saw in the record: we say only
 * what went wrong. */
static gboolean wiretap_failed(struct exporter *e, int err, char *info, GError **error)
{
    g_free(info);
    g_set_error(error, OUTFILE_ERROR, err, "%s cannot be written: %s", e->path, wtap_strerror(err));
    return FALSE;
}

char *exporter_comment(const struct exporter *e)
{
    return e->restored ? g_strdup("Restored by sianto: originals, not audited")
                       : g_strdup_printf("Anonymized by sianto: %s", e->settings);
}

static GArray *section_header(const struct exporter *e)
{
    GArray *sections = g_array_new(FALSE, FALSE, sizeof(wtap_block_t));
    wtap_block_t block = wtap_block_create(WTAP_BLOCK_SECTION);
    const char *application = e->restored ? RESTORED SIANTO_VERSION : APPLICATION SIANTO_VERSION;
    g_autofree char *comment = exporter_comment(e);
    wtap_block_add_string_option(block, OPT_COMMENT, comment, strlen(comment));
    wtap_block_add_string_option(block, OPT_SHB_USERAPPL, application, strlen(application));
    g_array_append_val(sections, block);
    return sections;
}

/* Every section of a capture must say it: a file that others were appended to is none of ours. */
static gboolean sections_are_ours(wtap *file)
{
    guint n = wtap_file_get_num_shbs(file);
    for (guint i = 0; i < n; i++) {
        char *application = NULL;
        if (wtap_block_get_string_option_value(wtap_file_get_shb(file, i), OPT_SHB_USERAPPL, &application) !=
                WTAP_OPTTYPE_SUCCESS ||
            !g_str_has_prefix(application, APPLICATION))
            return FALSE;
    }
    return n > 0;
}

enum capture_origin exporter_origin(const char *path)
{
    char *info = NULL;
    int err = 0;
    if (!g_file_test(path, G_FILE_TEST_IS_REGULAR))
        return CAPTURE_NONE;
    wtap *file = wtap_open_offline(path, WTAP_TYPE_AUTO, &err, &info, FALSE);
    g_free(info);
    if (!file)
        return CAPTURE_NONE;
    enum capture_origin origin = sections_are_ours(file) ? CAPTURE_OURS : CAPTURE_OTHERS;
    wtap_close(file);
    return origin;
}

/* An option of this number for each value that is said, from `option` on. */
static void add_numbers(wtap_block_t block, guint option, const gint64 *values, guint n, gint64 unit)
{
    for (guint i = 0; i < n; i++)
        if (values[i] >= 0)
            wtap_block_add_uint64_option(block, option + i, (guint64)(values[i] / unit));
}

/* Wiretap writes it when it closes the file. */
static wtap_block_t statistics_block(const struct pcapng_statistics *s, const struct interface *i, guint index)
{
    wtap_block_t block = wtap_block_create(WTAP_BLOCK_IF_STATISTICS);
    wtapng_if_stats_mandatory_t *fixed = wtap_block_get_mandatory_data(block);
    gint64 tick_ns = power_of_ten(WTAP_TSPREC_NSEC - i->tsprec);
    guint64 reported = (guint64)(MAX(s->time_ns[PCAPNG_REPORTED], 0) / tick_ns);
    fixed->interface_id = index;
    fixed->ts_high = (guint32)(reported >> 32);
    fixed->ts_low = (guint32)reported;
    add_numbers(block, OPT_ISB_STARTTIME, s->time_ns + PCAPNG_START, PCAPNG_TIMES - PCAPNG_START, tick_ns);
    add_numbers(block, OPT_ISB_IFRECV, s->count, PCAPNG_COUNTS, 1);
    return block;
}

static void move_statistics(const struct exporter *e, struct pcapng_statistics *s, int tsprec)
{
    for (guint i = 0; e->time && i < PCAPNG_TIMES; i++)
        if (s->time_ns[i] >= 0 && !timeline_move_ns(e->time, &s->time_ns[i], last_second(e, tsprec)))
            s->time_ns[i] = -1;
}

/* Once: an interface of ours that was added for what was read inside of frames has none. */
static void give_statistics(struct exporter *e, const struct interface *i, wtapng_if_descr_mandatory_t *fixed)
{
    for (guint k = 0; e->statistics && k < e->statistics->len; k++) {
        struct pcapng_statistics *s = &g_array_index(e->statistics, struct pcapng_statistics, k);
        if (!s->known || s->section != i->section || s->interface != i->number)
            continue;
        move_statistics(e, s, i->tsprec);
        wtap_block_t block = statistics_block(s, i, e->interfaces->len);
        fixed->interface_statistics = g_array_new(FALSE, FALSE, sizeof(wtap_block_t));
        fixed->num_stat_entries = 1;
        g_array_append_val(fixed->interface_statistics, block);
        s->known = FALSE;
    }
}

static wtap_block_t interface_block(struct exporter *e, const struct interface *i)
{
    guint index = e->interfaces->len;
    wtap_block_t block = wtap_block_create(WTAP_BLOCK_IF_ID_AND_INFO);
    wtapng_if_descr_mandatory_t *fixed = wtap_block_get_mandatory_data(block);
    char name[16];
    g_snprintf(name, sizeof name, "if%u", index);
    fixed->wtap_encap = i->encap;
    fixed->snap_len = SNAPLEN;
    fixed->tsprecision = i->tsprec;
    fixed->time_units_per_second = (guint64)power_of_ten(i->tsprec);
    give_statistics(e, i, fixed);
    wtap_block_add_string_option(block, OPT_IDB_NAME, name, strlen(name));
    wtap_block_add_uint8_option(block, OPT_IDB_TSRESOL, (guint8)i->tsprec);
    return block;
}

/* Wiretap has a file type of its own for pcap with nanoseconds. */
static int file_type(const struct exporter *e, const struct interface *first)
{
    if (!e->pcap)
        return wtap_pcapng_file_type_subtype();
    return first->tsprec > WTAP_TSPREC_USEC ? wtap_pcap_nsec_file_type_subtype()
                                            : wtap_pcap_file_type_subtype();
}

static gboolean open_dumper(struct exporter *e, const struct interface *first, GError **error)
{
    wtapng_iface_descriptions_t interfaces = {g_array_new(FALSE, FALSE, sizeof(wtap_block_t))};
    e->statistics = e->pcap ? NULL : input_statistics();
    wtap_block_t block = interface_block(e, first);
    wtap_dump_params params = {.encap = e->pcap ? first->encap : WTAP_ENCAP_PER_PACKET,
                               .snaplen = (int)SNAPLEN,
                               .tsprec = first->tsprec,
                               .idb_inf = &interfaces};
    int err = 0;
    char *info = NULL;
    e->file = outfile_new(e->path, error);
    int fd = e->file ? outfile_open(e->file, error) : -1;
    g_array_append_val(interfaces.interface_data, block);
    if (fd >= 0) {
        e->sections = params.shb_hdrs = section_header(e);
        e->dumper = wtap_dump_fdopen(fd, file_type(e, first),
                                     e->gz ? WTAP_GZIP_COMPRESSED : WTAP_UNCOMPRESSED, &params, &err, &info);
        if (!e->dumper)
            wiretap_failed(e, err, info, error);
    }
    wtap_block_array_free(interfaces.interface_data);
    return e->dumper != NULL;
}

/* --- interfaces ------------------------------------------------------------------------------------ */

static gboolean add_interface(struct exporter *e, const struct interface *i, GError **error)
{
    int err = 0;
    char *info = NULL;
    if (!e->dumper) {
        if (!open_dumper(e, i, error))
            return FALSE;
    } else {
        wtap_block_t block = interface_block(e, i);
        gboolean added = wtap_dump_add_idb(e->dumper, block, &err, &info);
        wtap_block_unref(block);
        if (!added)
            return wiretap_failed(e, err, info, error);
    }
    g_array_append_val(e->interfaces, *i);
    return TRUE;
}

static struct interface interface_of(const struct record *r)
{
    return (struct interface){
        .section = r->section, .number = r->interface, .encap = r->encap, .tsprec = r->tsprec};
}

static gboolean is_interface_of(const struct interface *i, const struct record *r)
{
    return i->encap == r->encap && i->tsprec == r->tsprec && i->section == r->section && i->number == r->interface;
}

gboolean record_same_interface(const struct record *a, const struct record *b)
{
    const struct interface i = interface_of(a);
    return is_interface_of(&i, b);
}

/* The output's number of a record's interface, or G_MAXUINT. Few, so a search from the start. */
static guint find_interface(const struct exporter *e, const struct record *r)
{
    for (guint k = 0; k < e->interfaces->len; k++) {
        if (is_interface_of(&g_array_index(e->interfaces, struct interface, k), r))
            return k;
    }
    return G_MAXUINT;
}

gboolean exporter_see(struct exporter *e, const struct record *r, GError **error)
{
    struct interface i = interface_of(r);
    if (e->pcap || record_linktype(r) == G_MAXUINT || find_interface(e, r) != G_MAXUINT)
        return TRUE;
    return add_interface(e, &i, error);
}

gboolean exporter_is_ready(const struct exporter *e)
{
    return e->pcap || e->dumper;
}

/* pcap: the file has the link type and resolution of the first frame written. */
static gboolean fits_pcap(struct exporter *e, const struct record *r, GError **error)
{
    struct interface own = interface_of(r);
    if (!e->interfaces->len)
        return add_interface(e, &own, error);
    const struct interface *i = &g_array_index(e->interfaces, struct interface, 0);
    if (i->encap != r->encap) {
        g_set_error(error, OUTFILE_ERROR, 0,
                    "%s: frame %" G_GUINT64_FORMAT " has another link type, and pcap holds one: use .pcapng",
                    e->path, r->number);
        return FALSE;
    }
    if (r->tsprec > MAX(i->tsprec, WTAP_TSPREC_USEC)) {
        g_set_error(error, OUTFILE_ERROR, 0,
                    "%s: frame %" G_GUINT64_FORMAT
                    " has a finer time, and pcap holds one resolution: use .pcapng",
                    e->path, r->number);
        return FALSE;
    }
    return TRUE;
}

/* --- frames ---------------------------------------------------------------------------------------- */

static void fill_options(struct exporter *e, const struct record_options *o)
{
    if (!o->has_flags && !o->has_drops)
        return;
    e->block = wtap_block_create(WTAP_BLOCK_PACKET);
    if (o->has_flags)
        wtap_block_add_uint32_option(e->block, OPT_PKT_FLAGS, o->flags);
    if (o->has_drops)
        wtap_block_add_uint64_option(e->block, OPT_PKT_DROPCOUNT, o->drops);
}

static void fill_record(struct exporter *e, const struct record *r, gsize caplen, guint32 wire_len)
{
    wtap_rec *rec = &e->rec;
    rec->rec_type = REC_TYPE_PACKET;
    rec->presence_flags = WTAP_HAS_CAP_LEN | (r->has_ts ? WTAP_HAS_TS : 0u);
    rec->ts = r->ts;
    rec->tsprec = r->tsprec;
    memset(&rec->rec_header.packet_header, 0, sizeof rec->rec_header.packet_header);
    rec->rec_header.packet_header.caplen = (guint32)caplen;
    rec->rec_header.packet_header.len = wire_len;
    rec->rec_header.packet_header.pkt_encap = r->encap;
    if (!e->pcap) {
        rec->presence_flags |= WTAP_HAS_INTERFACE_ID;
        rec->rec_header.packet_header.interface_id = find_interface(e, r);
    }
    fill_options(e, &r->options);
    rec->block = e->block;
}

gboolean exporter_write(struct exporter *e, const struct record *r, struct bytes bytes, guint32 wire_len,
                        GError **error)
{
    int err = 0;
    char *info = NULL;
    if (!(e->pcap ? fits_pcap(e, r, error) : exporter_see(e, r, error)))
        return FALSE;
    fill_record(e, r, bytes.n, wire_len);
    gboolean ok = compat_dump(e->dumper, &e->rec, bytes.p, &err, &info);
    e->rec.block = NULL;
    if (e->block)
        wtap_block_unref(e->block);
    e->block = NULL;
    return ok || wiretap_failed(e, err, info, error);
}

/* --- the end --------------------------------------------------------------------------------------- */

static gboolean close_dumper(struct exporter *e, GError **error)
{
    int err = 0;
    char *info = NULL;
    ws_bool needs_reload;
    wtap_dumper *dumper = g_steal_pointer(&e->dumper);
    if (dumper && !wtap_dump_close(dumper, &needs_reload, &err, &info))
        return wiretap_failed(e, err, info, error);
    return TRUE;
}

static gssize read_back(void *arg, gint64 at, void *buffer, gsize n)
{
    return outfile_read(arg, at, buffer, n);
}

/* Wiretap does not tell of a compressed file whose last bytes could not be written: gzwfile_close gives an errno where
 * wtap_dump_close expects EOF. So it is read to its end. */
static gboolean check_end(struct exporter *e, GError **error)
{
    gssize n;
    if (!e->gz)
        return TRUE;
    struct unpack *u = unpack_new(read_back, e->file, TRUE);
    while ((n = unpack_read(u, NULL, G_MAXINT32)) > 0)
        continue;
    unpack_free(u);
    if (n == 0)
        return TRUE;
    if (outfile_was_read(e->file, error))
        g_set_error(error, OUTFILE_ERROR, 0, "%s cannot be written: its last bytes are missing", e->path);
    return FALSE;
}

gboolean exporter_finish(struct exporter *e, GError **error)
{
    struct interface plain = {.encap = WTAP_ENCAP_ETHERNET, .tsprec = WTAP_TSPREC_USEC};
    if (!e->dumper && !add_interface(e, &plain, error))
        return FALSE;
    return close_dumper(e, error) && check_end(e, error) && outfile_sync(e->file, error);
}

struct outfile *exporter_file(struct exporter *e)
{
    return e->file;
}

void exporter_free(struct exporter *e)
{
    if (!e)
        return;
    close_dumper(e, NULL);
    outfile_free(e->file);
    if (e->sections)
        wtap_block_array_free(e->sections);
    wtap_rec_cleanup(&e->rec);
    g_array_free(e->interfaces, TRUE);
    g_clear_pointer(&e->statistics, g_array_unref);
    g_free(e->settings);
    g_free(e->path);
    g_free(e);
}
