/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compat.h"
#include "tables.h"

#include <string.h>

#include <epan/stat_tap_ui.h>
#include <epan/tap.h>

#include "host.h"
#include "postdissector.h"

/* Rows come as they are needed and go when the window is opened anew. */
struct table {
    stat_tap_table_ui ui; /* first: Wireshark's pointer to it is ours */
    GHashTable *rows;     /* text of the first columns -> index + 1 */
};

#define TEXT(name) {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, name, "%-24s"}
#define COUNT(name) {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, name, "%u"}

/* --- rows ------------------------------------------------------------------------------------------ */

static void init(stat_tap_table_ui *ui)
{
    struct table *t = (struct table *)ui;
    /* Another window may show the same rows. */
    if (ui->tables && ui->tables->len && ui->refcount > 1)
        return;
    if (ui->tables && ui->tables->len)
        free_stat_tables(ui);
    if (t->rows)
        g_hash_table_unref(t->rows);
    t->rows = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    stat_tap_add_table(ui, stat_tap_init_table(ui->title, (int)ui->nfields, 0, NULL));
}

static void reset(stat_tap_table *table)
{
    for (guint row = 0; row < table->num_elements; row++) {
        for (guint column = 0; column < table->num_fields; column++) {
            stat_tap_table_item_type *field = stat_tap_get_field_data(table, row, column);
            if (field->type == TABLE_ITEM_UINT)
                field->value.uint_value = 0;
            stat_tap_set_field_data(table, row, column, field);
        }
    }
}

static void free_field(stat_tap_table *table _U_, guint row _U_, guint column _U_, stat_tap_table_item_type *field)
{
    if (field->type == TABLE_ITEM_STRING)
        g_free((char *)(gsize)field->value.string_value);
}

/* `second` where the table has two columns of text. */
static guint row_of(struct table *t, stat_tap_table *table, const char *first, const char *second)
{
    stat_tap_table_item_type fields[8];
    g_autofree char *key = g_strconcat(first, "\n", second, NULL);
    guint row = GPOINTER_TO_UINT(g_hash_table_lookup(t->rows, key));
    if (row)
        return row - 1;
    row = table->num_elements;
    memset(fields, 0, sizeof fields);
    for (guint i = 0; i < t->ui.nfields; i++) {
        fields[i].type = t->ui.fields[i].type;
        if (fields[i].type == TABLE_ITEM_STRING)
            fields[i].value.string_value = g_strdup(i == 0 ? first : second);
    }
    stat_tap_init_table_row(table, row, (guint)t->ui.nfields, fields);
    g_hash_table_insert(t->rows, g_steal_pointer(&key), GUINT_TO_POINTER(row + 1));
    return row;
}

static void add(stat_tap_table *table, guint row, guint column, guint n)
{
    stat_tap_table_item_type *field = stat_tap_get_field_data(table, row, column);
    field->value.uint_value += n;
}

/* The last two columns: the packets in which it was first and last. */
static void seen(stat_tap_table *table, guint row, guint64 number)
{
    stat_tap_table_item_type *first = stat_tap_get_field_data(table, row, table->num_fields - 2);
    stat_tap_table_item_type *last = stat_tap_get_field_data(table, row, table->num_fields - 1);
    if (!first->value.uint_value)
        first->value.uint_value = (guint)number;
    last->value.uint_value = (guint)number;
}

/* --- what is counted ------------------------------------------------------------------------------- */

struct counting {
    struct table *table;
    stat_tap_table *rows;
    const struct journal *journal;
    guint64 number;
    struct journal_frame frame;
};

static void count_packet(struct counting *c)
{
    const char *what = c->frame.drop != DROP_NONE ? drop_reason_text(c->frame.drop)
                       : c->frame.scrubbed        ? "written, scrubbed"
                       : c->frame.undecided       ? "written, scrubbed in part"
                                                  : "written";
    guint row = row_of(c->table, c->rows, what, "");
    add(c->rows, row, 1, 1);
    seen(c->rows, row, c->number);
}

static void count_messages(struct counting *c)
{
    struct journal_event e;
    guint32 at = c->frame.events;
    while (journal_next_event(c->journal, &at, &e)) {
        guint row = row_of(c->table, c->rows, e.name, e.request ? "" : e.cseq_method);
        add(c->rows, row, 2, 1);
        seen(c->rows, row, c->number);
    }
}

static void count_replacements(struct counting *c)
{
    struct journal_message m;
    struct journal_edit edit;
    guint32 at = c->frame.messages;
    guint32 met = 0; /* kinds of this packet */
    G_STATIC_ASSERT(KIND_COUNT <= 32);
    while (journal_next_message(c->journal, &at, &m)) {
        while (journal_next_edit(&m, &edit)) {
            guint row = row_of(c->table, c->rows, kind_name(edit.kind), "");
            add(c->rows, row, 1, 1);
            add(c->rows, row, 2, met & 1u << edit.kind ? 0 : 1);
            met |= 1u << edit.kind;
            seen(c->rows, row, c->number);
        }
    }
}

/* By the address-of-record that is registered: the To of REGISTER and of what answers it. */
static guint client_column(const struct journal_event *e)
{
    enum { NONE, REGISTERS, OK, CHALLENGES, REFUSED, FAILED };
    if (e->request)
        return strcmp(e->name, "REGISTER") == 0 ? REGISTERS : NONE;
    if (strcmp(e->cseq_method, "REGISTER") != 0)
        return NONE;
    if (strcmp(e->name, "401") == 0 || strcmp(e->name, "407") == 0 || strcmp(e->name, "423") == 0)
        return CHALLENGES;
    return e->name[0] == '2' ? OK : e->name[0] == '5' ? FAILED : strchr("346", e->name[0]) ? REFUSED : NONE;
}

static void count_clients(struct counting *c)
{
    struct journal_event e;
    guint32 at = c->frame.events;
    while (journal_next_event(c->journal, &at, &e)) {
        guint column = client_column(&e);
        if (!column)
            continue;
        guint row = row_of(c->table, c->rows, e.to, "");
        add(c->rows, row, column, 1);
        seen(c->rows, row, c->number);
    }
}

/* --- the tables ------------------------------------------------------------------------------------ */

static stat_tap_table_item packet_columns[] = {TEXT("Packets"), COUNT("Count"), COUNT("First packet"),
                                               COUNT("Last packet")};
static stat_tap_table_item message_columns[] = {TEXT("Message"), TEXT("Answers"), COUNT("Count"),
                                                COUNT("First packet"), COUNT("Last packet")};
static stat_tap_table_item replacement_columns[] = {TEXT("Kind"), COUNT("Replaced"), COUNT("Packets"),
                                                    COUNT("First packet"), COUNT("Last packet")};
static stat_tap_table_item client_columns[] = {TEXT("Client"),  COUNT("REGISTER"),     COUNT("2xx"),
                                               COUNT("401, 407, 423"), COUNT("Other 3xx, 4xx, 6xx"), COUNT("5xx"),
                                               COUNT("First packet"), COUNT("Last packet")};

static const struct definition {
    const char *title, *argument;
    stat_tap_table_item *columns;
    guint n_columns;
    void (*count)(struct counting *c);
} definitions[] = {
    {"SiAnTo Packets", "sianto,packets", packet_columns, G_N_ELEMENTS(packet_columns), count_packet},
    {"SiAnTo Messages", "sianto,messages", message_columns, G_N_ELEMENTS(message_columns), count_messages},
    {"SiAnTo Replacements", "sianto,replacements", replacement_columns, G_N_ELEMENTS(replacement_columns),
     count_replacements},
    {"SiAnTo Clients", "sianto,clients", client_columns, G_N_ELEMENTS(client_columns), count_clients},
};

static struct table tables[G_N_ELEMENTS(definitions)];

static void count_range(struct table *table, const struct postdissector_frames *frames)
{
    struct counting c = {.table = table, .journal = frames->journal};
    c.rows = g_array_index(table->ui.tables, stat_tap_table *, 0);
    for (c.number = frames->from; c.number <= frames->to; c.number++)
        if (journal_frame(c.journal, c.number, &c.frame) && c.frame.left)
            definitions[table - tables].count(&c);
}

/* tshark at its end. Wireshark draws the listener first that was registered last, so this one comes before the
 * tables'. */
static void on_end(void *arg _U_)
{
    struct postdissector_frames frames;
    if (!postdissector_finish(&frames))
        return;
    for (guint i = 0; i < G_N_ELEMENTS(tables); i++)
        if (tables[i].ui.tables && tables[i].ui.tables->len)
            count_range(&tables[i], &frames);
}

static void listen_to_end(void)
{
    static gboolean listening;
    if (listening || host_is_gui())
        return;
    listening = TRUE;
    GString *fault = register_tap_listener("frame", &listening, NULL, TL_REQUIRES_NOTHING, NULL, NULL, on_end, NULL);
    if (fault)
        g_string_free(fault, TRUE);
}

static tap_packet_status on_frames(void *arg, packet_info *pinfo _U_, epan_dissect_t *edt _U_, const void *data,
                                   tap_flags_t flags _U_)
{
    const stat_data_t *stat = arg;
    listen_to_end();
    count_range((struct table *)stat->stat_tap_data, data);
    return TAP_PACKET_REDRAW;
}

/* In one pass a packet is counted when it leaves, with a later packet: no filter can know which one it was. */
static void check_filter(const char *argument _U_, const char **filter, char **fault)
{
    if (*filter && **filter && !host_is_gui() && !host_reads_twice())
        *fault = g_strdup("a filter of these tables needs two passes: add -2");
}

void tables_register(void)
{
    static tap_param filter[] = {{PARAM_FILTER, "filter", "Filter", NULL, TRUE}};
    for (guint i = 0; i < G_N_ELEMENTS(definitions); i++) {
        const struct definition *d = &definitions[i];
        tables[i].ui = (stat_tap_table_ui){
            .group = WS_TELEPHONY_GROUP,
            .title = d->title,
            .tap_name = POSTDISSECTOR_TAP,
            .cli_string = d->argument,
            .stat_tap_init_cb = init,
            .packet_func = on_frames,
            .stat_tap_reset_table_cb = reset,
            .stat_tap_free_table_item_cb = free_field,
            .stat_filter_check_cb = check_filter,
            .nfields = d->n_columns,
            .fields = d->columns,
            .nparams = 1,
            .params = filter,
        };
        register_stat_tap_table_ui(&tables[i].ui);
    }
}
