/* SPDX-License-Identifier: Apache-2.0 */
/* What a far end on a socket may send, before, in and after a call. Our side answers each
 * call that comes in, and calls by itself when the first octet is odd. Virtual time. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "document/fax_tiff.h"
#include "port/provider.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct fx_provider *provider;
static unsigned begun, ended;
static int doc_fd = -1;

static void make_document(void)
{
	struct fx_tiff_wr *w = NULL;
	struct fx_bitmap b = {0};

	doc_fd = memfd_create("doc", MFD_CLOEXEC);
	if (fx_tiff_create(doc_fd, NULL, &w) ||
	    fx_bitmap_init(&b, 1728, 40, FX_RES_FINE) || fx_tiff_write(w, &b) ||
	    fx_tiff_finish(w)) {
		abort();
	}
	fx_bitmap_fini(&b);
}

static void on_line(void *arg, const struct fx_line *line)
{
	(void)arg, (void)line;
}

static void on_incoming(void *arg, uint64_t call, const char *line, const char *caller_id,
			const char *called)
{
	(void)arg, (void)call, (void)line, (void)caller_id, (void)called;
	begun++;
}

static void on_ring(void *arg, uint64_t call, uint32_t n)
{
	struct fx_answer a = {.local_id = "1", .ecm = true, .log_fd = -1};

	(void)arg, (void)n;
	a.rx_fd = memfd_create("rx", MFD_CLOEXEC);
	(void)provider->ops->answer(provider, call, &a);
	(void)close(a.rx_fd);
}

static void on_status(void *arg, uint64_t call, const struct fx_call_status *st)
{
	(void)arg, (void)call, (void)st;
}

static void on_page(void *arg, uint64_t call, const struct fx_page_report *page)
{
	(void)arg;
	(void)provider->ops->page_ack(provider, call, page->page, true);
}

static void on_end(void *arg, uint64_t call, const struct fx_call_result *result)
{
	(void)arg, (void)call;
	ended++;
	if (!result->words[0] || result->outcome == FX_OUTCOME_SUCCESS) {
		abort(); /* there is nobody who could have done it */
	}
}

static void on_lost(void *arg, const char *why)
{
	(void)arg, (void)why;
}

static const struct fx_provider_sink sink = {on_line, on_incoming, on_ring, on_status,
					     on_page, on_end, on_lost};

static int far_socket(const char *path)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	memcpy(sa.sun_path, path, strlen(path) + 1);
	if (connect(fd, (struct sockaddr *)&sa, sizeof(sa)) < 0) {
		abort();
	}
	return fd;
}

static void steps(struct fx_loop *loop, int fd, int n)
{
	char junk[8192];

	while (n--) {
		fx_loop_step(loop, FX_MS);
		while (recv(fd, junk, sizeof(junk), 0) > 0) {
		}
	}
}

static void dial(void)
{
	struct fx_dial d = {.number = "1", .ecm = true, .log_fd = -1, .n_docs = 1,
			    .docs = {{.fd = doc_fd, .pages = 1}}};

	begun += provider->ops->dial(provider, "x", 1, &d) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char settings[160], path[64];
	struct fx_provider_env env = {.sink = &sink, .settings = settings};
	int fd;

	if (!size || size > 20000) {
		return 0;
	}
	if (doc_fd < 0) {
		make_document();
	}
	(void)snprintf(path, sizeof(path), "/tmp/fuzz-far-end-%d", (int)getpid());
	(void)snprintf(settings, sizeof(settings), "ports=0\nring_delay_ms=0\nsocket.x=%s\n", path);
	begun = ended = 0;
	if (fx_loop_new_virtual(0, &env.loop) || fx_loop_provider_ops.open(&env, &provider, NULL)) {
		abort();
	}
	fd = far_socket(path);
	steps(env.loop, fd, 3);
	if (data[0] & 1) {
		(void)send(fd, "H\x14\0caselli-line 1 audio", 23, MSG_NOSIGNAL);
		steps(env.loop, fd, 3);
		dial();
		steps(env.loop, fd, 3);
	}
	(void)send(fd, data + 1, size - 1, MSG_NOSIGNAL);
	steps(env.loop, fd, 40);
	(void)close(fd);
	steps(env.loop, -1, 20);
	if (begun != ended) {
		abort();
	}
	provider->ops->close(provider);
	(void)fx_loop_free(env.loop);
	return 0;
}
