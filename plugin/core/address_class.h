/* address_class.h - which class an address is in, and how addresses of that class are mapped.
 *
 * A table holds the classes of one address space: IANA's special-purpose registries, the multicast
 * registries, and the user's keep= networks. A class is a prefix; the longest prefix that holds an
 * address is its class, so a nested class is no part of the one around it. A keep= network takes all
 * that it holds, classes within it too: what the user named stays as it is.
 *
 * Bounds: at most CLASS_KEEP_MAX networks; a look-up reads each row at most once.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef SIANTO_ADDRESS_CLASS_H
#define SIANTO_ADDRESS_CLASS_H

#include "bytes.h"

#define CLASS_KEEP_MAX 4096
/* Walking takes, on the average over the addresses of a class, at most this many steps. */
#define CLASS_WALK_MAX 4096

enum class_space { SPACE_V4, SPACE_V6, SPACE_MAC };

/* How the addresses of a class are mapped (address_map.c). */
enum class_how {
    CLASS_FIXED,     /* they stay */
    CLASS_BITS,      /* all bits behind `kept` are permuted */
    CLASS_HOST,      /* IPv6: 64 bits of prefix, 64 bits of interface id */
    CLASS_EMBED4,    /* IPv6: the last 32 bits are an IPv4 address */
    CLASS_SIX4,      /* CLASS_HOST whose bits 16 to 47 are an IPv4 address */
    CLASS_TEREDO,    /* RFC 4380 */
    CLASS_SOLICITED, /* MAC of an IPv6 solicited-node group */
};

struct address_class {
    const char *name;           /* static */
    guint64 prefix[2], mask[2]; /* bit 0 of the address is the highest of [0] */
    guint8 len;                 /* bits of the prefix */
    guint8 kept;                /* first bits that stay under mapping, >= len */
    enum class_how how;
};

/* A network, its address at the front of 16 bytes. */
struct network {
    enum class_space space;
    guint8 addr[16];
    guint len;
};

struct class_table;

/* `plain`: only the rows that the plain function (addresses=cryptopan) knows. */
struct class_table *class_table_new(enum class_space space, gboolean plain);
void class_table_free(struct class_table *t);

/* Before class_table_finish. */
void class_table_keep(struct class_table *t, const struct network *net);
/* Puts the rows in order. FALSE with a message where keep= networks leave so little of a class that
 * walking through it could take long (CLASS_WALK_MAX), or lie inside a class that embeds IPv4. */
gboolean class_table_finish(struct class_table *t, GError **error);

/* The class of `addr`, whose space has 16 bytes at most and is filled up with zeros; never NULL.
 * Only classes with a prefix of at most `longest` bits count. Borrowed for the life of the table. */
const struct address_class *class_table_find(const struct class_table *t, const guint8 addr[16],
                                             guint longest);

/* "192.0.2.0/24", "2001:db8::/32", or an address alone. IPv4-mapped networks come out as IPv4. FALSE
 * with a message that begins with a verb ("is no IP address; ...") and does not repeat the text. */
gboolean network_parse(struct network *net, const char *text, GError **error);

/* MAC addresses stand in tables with the group and local bits first: then what stays is a prefix. */
void mac_to_class(const guint8 mac[6], guint8 addr[16]);
void mac_from_class(const guint8 addr[16], guint8 mac[6]);

#endif
