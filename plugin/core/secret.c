/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "secret.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* In front of each block; as wide as any type's alignment. */
struct head {
    gsize bytes; /* of all pages */
    guint64 pad;
};

void *secret_alloc(gsize n)
{
    gsize page = (gsize)sysconf(_SC_PAGESIZE);
    gsize bytes = (n + sizeof(struct head) + page - 1) / page * page;
    struct head *head = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (n > G_MAXSIZE / 2 || head == MAP_FAILED)
        g_error("no memory for a key");
    mlock(head, bytes);
    madvise(head, bytes, MADV_DONTDUMP);
    madvise(head, bytes, MADV_WIPEONFORK);
    head->bytes = bytes;
    return head + 1;
}

void secret_free(void *p)
{
    if (!p)
        return;
    struct head *head = (struct head *)p - 1;
    gsize bytes = head->bytes;
    explicit_bzero(head, bytes);
    munmap(head, bytes);
}
