/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tshark.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define EXIT_NO_PROGRAM 127

/* The dissectors that Wireshark hands a frame to, for each link type that the core knows (exporter.c); where one is
 * missing here the run is slower, and nothing else. tshark 4.0 has no --only-protocols. */
static const char *const link_dissectors[] = {
    "eth", "raw", "ip", "ipv6", "sll", "null", "ppp", "pppoes", "chdlc", "fr", "wlan", "prism", "radiotap",
    "wlancap", "ppi", "nflog", "pktap", "user_dlt", "exported_pdu",
};

/* --- the command line ------------------------------------------------------------------------------------ */

static void add(GPtrArray *words, const char *one, const char *two)
{
    g_ptr_array_add(words, g_strdup(one));
    if (two)
        g_ptr_array_add(words, g_strdup(two));
}

static void add_option(GPtrArray *words, const char *option)
{
    g_autofree char *word = g_strconcat("sianto:", option, NULL);
    add(words, "-X", word);
}

/* `parent` first, so that the plugin has it whatever is wrong with the others. */
static GPtrArray *command_line(const struct tshark *t, const char *input, const char *const *options, int parent)
{
    GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *to_parent = g_strdup_printf("parent=%d", parent);
    add(words, t->program, NULL);
    add_option(words, to_parent);
    add(words, "-n", "-q");
    add(words, "-r", input ? input : "/dev/null");
    for (guint i = 0; t->bulk && i < G_N_ELEMENTS(link_dissectors); i++)
        add(words, "--disable-protocol", link_dissectors[i]);
    for (guint i = 0; t->words && t->words[i]; i++)
        add(words, t->words[i], NULL);
    if (t->tables >= 0) {
        g_autofree char *tables = g_strdup_printf("tables=%d", t->tables);
        add_option(words, tables);
    }
    for (guint i = 0; options[i]; i++)
        add_option(words, options[i]);
    g_ptr_array_add(words, NULL);
    return words;
}

/* --- the process ------------------------------------------------------------------------------------------ */

struct told {
    gboolean loaded, written;
};

static void inherit(int fd)
{
    if (fd >= 0)
        fcntl(fd, F_SETFD, fcntl(fd, F_GETFD) & ~FD_CLOEXEC);
}

static void hush(void)
{
    int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    dup2(fd, STDOUT_FILENO);
    dup2(fd, STDERR_FILENO);
}

/* In the child: does not return. */
static void become(const struct tshark *t, char **words, int to_parent)
{
    inherit(to_parent);
    inherit(t->tables);
    if (t->quiet)
        hush();
    execvp(words[0], words);
    _exit(EXIT_NO_PROGRAM);
}

/* Until the pipe's other end is closed, which is when tshark ends. */
static struct told listen_to(int fd)
{
    struct told told = {FALSE, FALSE};
    char text[256];
    gsize n = 0;
    gssize got;
    do {
        got = read(fd, text + n, sizeof text - 1 - n);
        n += (gsize)MAX(got, 0);
    } while (n < sizeof text - 1 && (got > 0 || (got < 0 && errno == EINTR)));
    text[n] = 0;
    told.loaded = strstr(text, "loaded\n") != NULL;
    told.written = strstr(text, "written\n") != NULL;
    return told;
}

/* As a shell gives it: SIGNALLED and a signal's number where one ended it. */
#define SIGNALLED 128

static int wait_for(pid_t pid)
{
    int status;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return STATUS_FAILED;
    return WIFEXITED(status) ? WEXITSTATUS(status) : SIGNALLED + WTERMSIG(status);
}

static int say(int status, const char *format, ...) G_GNUC_PRINTF(2, 3);

static int say(int status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("sianto: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    return status;
}

/* Whom a signal is handed on to; 0: nobody. */
static volatile pid_t running;
static volatile sig_atomic_t stopped;

static int judge(const struct tshark *t, const char *input, struct told told, int status)
{
    if (status == EXIT_NO_PROGRAM)
        return say(STATUS_REFUSED, "%s cannot be run: install tshark", t->program);
    if (status > SIGNALLED && !stopped)
        return say(STATUS_FAILED, "%s was ended by a signal (%s): what it was to write is not there", t->program,
                   strsignal(status - SIGNALLED));
    if (!told.loaded)
        return say(STATUS_REFUSED,
                   "the plugin is not loaded in this %s, so nothing was done: install it for that version of Wireshark "
                   "and for all users (packaging/deb, packaging/setup)",
                   t->program);
    if (told.written && status != 0)
        return say(STATUS_FAILED, "%s was not read to its end: what was written holds what came before", input);
    return MIN(status, STATUS_FAILED); /* tshark's own, which are more from 4.6 on */
}

gboolean tshark_was_stopped(void)
{
    return stopped != 0;
}

static void hand_on(int signum)
{
    stopped = 1;
    if (running > 0)
        kill(running, signum);
}

/* A signal is tshark's to handle, and we only wait for what it makes of it: it must not go on alone. Ctrl-C goes to
 * both of us, and a second one does no harm. */
static void handle_signals(void (*handler)(int))
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    struct sigaction act = {.sa_handler = handler, .sa_flags = SA_RESTART};
    sigemptyset(&act.sa_mask);
    for (guint i = 0; i < G_N_ELEMENTS(signals); i++)
        sigaction(signals[i], &act, NULL);
}

int tshark_run(const struct tshark *t, const char *input, const char *const *options)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return say(STATUS_FAILED, "no pipe: %s", g_strerror(errno));
    g_autoptr(GPtrArray) words = command_line(t, input, options, ends[1]);
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0)
        become(t, (char **)words->pdata, ends[1]);
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        return say(STATUS_FAILED, "no process: %s", g_strerror(errno));
    }
    running = pid;
    handle_signals(hand_on);
    struct told told = listen_to(ends[0]);
    close(ends[0]);
    int status = wait_for(pid);
    running = 0;
    handle_signals(SIG_DFL);
    return judge(t, input, told, status);
}
