/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sip/pair.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/str.h"

static struct pair_call *find(struct pair_node *n, uint64_t id)
{
	for (unsigned i = 0; i < n->n_calls; i++) {
		if (n->calls[i].id == id) {
			return &n->calls[i];
		}
	}
	return NULL;
}

static struct pair_call *open_call(struct pair_node *n, uint64_t id)
{
	struct pair_call *c = find(n, id);

	assert_non_null(c);
	assert_int_equal(c->ends, 0);
	return c;
}

static struct pair_call *new_call(struct pair_node *n, uint64_t id)
{
	struct pair_call *c;

	assert_null(find(n, id));
	assert_true(n->n_calls < PAIR_CALLS);
	c = &n->calls[n->n_calls++];
	memset(c, 0, sizeof(*c));
	c->node = n;
	c->id = id;
	c->rx_fd = -1;
	c->log_fd = memfd_create("log", MFD_CLOEXEC);
	assert_true(c->log_fd >= 0);
	return c;
}

static void on_line(void *arg, const struct fx_line *line)
{
	struct pair_node *n = arg;
	unsigned i = 0;

	while (i < n->n_lines && strcmp(n->lines[i].line, line->line)) {
		i++;
	}
	assert_true(i < FX_ARRAY_LEN(n->lines));
	n->lines[i] = *line;
	n->n_lines += i == n->n_lines;
}

static void on_incoming(void *arg, uint64_t call, const char *line, const char *caller_id,
			const char *called)
{
	struct pair_node *n = arg;
	struct pair_call *c = new_call(n, call);

	assert_int_equal(call & 1, 0);
	(void)fx_strlcpy(c->line, line, sizeof(c->line));
	(void)fx_strlcpy(c->caller_id, caller_id, sizeof(c->caller_id));
	(void)fx_strlcpy(c->called, called, sizeof(c->called));
	if (n->reject) {
		assert_int_equal(n->p->ops->reject(n->p, call), 0);
	}
}

static void on_ring(void *arg, uint64_t call, uint32_t k)
{
	struct pair_node *n = arg;
	struct pair_call *c = open_call(n, call);
	struct fx_answer a = {.local_id = "+49 30 2", .ecm = !n->no_ecm, .modems = FX_MODEM_ALL,
			      .log_fd = c->log_fd};

	assert_int_equal(k, ++c->rings);
	if (n->no_answer || n->reject || k > 1) {
		return;
	}
	c->rx_fd = a.rx_fd = memfd_create("rx", MFD_CLOEXEC);
	assert_int_equal(n->p->ops->answer(n->p, call, &a), 0);
	assert_int_equal(n->p->ops->answer(n->p, call, &a), FX_ESTATE);
}

static void on_status(void *arg, uint64_t call, const struct fx_call_status *st)
{
	struct pair_call *c = open_call(arg, call);

	if (c->n_st < FX_ARRAY_LEN(c->st)) {
		c->st[c->n_st++] = *st;
	}
	c->t38_seen |= st->transport == FX_TRANSPORT_T38;
}

static void on_page(void *arg, uint64_t call, const struct fx_page_report *page)
{
	struct pair_node *n = arg;
	struct pair_call *c = open_call(n, call);

	assert_int_equal(page->page, ++c->pages);
	if (!(call & 1) && !n->no_ack) {
		assert_int_equal(n->p->ops->page_ack(n->p, call, page->page, !n->nack), 0);
	}
}

static void on_end(void *arg, uint64_t call, const struct fx_call_result *result)
{
	struct pair_node *n = arg;
	struct pair_call *c = open_call(n, call);

	c->ends++;
	c->res = *result;
	n->ended++;
	assert_int_not_equal(result->outcome, FX_OUTCOME_NONE);
	assert_true(*result->words);
}

static void on_lost(void *arg, const char *why)
{
	(void)arg;
	fail_msg("%s", why);
}

static const struct fx_provider_sink sink = {on_line, on_incoming, on_ring, on_status, on_page,
					     on_end, on_lost};

/* A port that is free now: the trunks must know each other's before they listen. */
static unsigned free_port(void)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof(a);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&a, n), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &n), 0);
	(void)close(fd);
	return ntohs(a.sin_port);
}

static void open_node(struct pair *p, struct pair_node *n, unsigned far, bool first,
		      const char *text)
{
	fx_auto char *set = fx_asprintf(
		"[sip]\nstate_dir = %s\nlisten = udp:127.0.0.1:%u\nworkers = 1\n"
		"media_port_min = %u\nmedia_port_max = %u\n"
		"[trunk far]\nhost = 127.0.0.1\nport = %u\nnumber = %s\n"
		"max_calls_per_s = 1000\n%s%s", first ? p->dir : "", n->port,
		first ? 20000u : 30000u, first ? 29998u : 39998u, far, first ? "+49301" : "+49302",
		strstr(fx_text(text), "ports") ? "" : "ports = 3\n", fx_text(text));
	struct fx_provider_env env = {.loop = p->loop, .sink = &sink, .arg = n, .settings = set};
	struct fx_reason why = {{0}};

	n->pair = p;
	n->next_call = n->next_call ? n->next_call : 1;
	if (fx_sip_provider_ops.open(&env, &n->p, &why)) {
		fail_msg("%s", why.text);
	}
	assert_int_equal(n->n_lines, 0);
}

static bool all_online(void *arg)
{
	const struct pair *p = arg;

	return p->a.n_lines && p->b.n_lines && p->a.lines[p->a.n_lines - 1].online &&
	       p->b.lines[p->b.n_lines - 1].online;
}

static bool a_online(void *arg)
{
	const struct pair *p = arg;

	return p->a.n_lines && p->a.lines[p->a.n_lines - 1].online;
}

static struct pair *new_pair(void)
{
	struct pair *p = fx_zalloc(sizeof(*p));

	assert_non_null(p);
	assert_int_equal(fx_loop_new_real(&p->loop), 0);
	p->dir = fx_test_mkdir();
	p->doc_pages = 2;
	p->doc = doc_new(p->doc_pages, FX_RES_STANDARD, 1728, 400, 3);
	p->a.port = free_port();
	p->b.port = free_port();
	return p;
}

struct pair *pair_half(const char *a)
{
	struct pair *p = new_pair();

	open_node(p, &p->a, p->b.port, true, a);
	assert_true(pair_until(p, a_online, p));
	return p;
}

struct pair *pair_new(const char *a, const char *b)
{
	struct pair *p = new_pair();

	open_node(p, &p->a, p->b.port, true, a);
	open_node(p, &p->b, p->a.port, false, b);
	assert_true(pair_until(p, all_online, p));
	return p;
}

void pair_reopen(struct pair_node *n, const char *text)
{
	n->n_lines = 0;
	open_node(n->pair, n, n->pair->b.port, true, text);
	assert_true(pair_until(n->pair, all_online, n->pair));
}

void pair_close(struct pair_node *n)
{
	if (n->p) {
		n->p->ops->close(n->p);
	}
	n->p = NULL;
}

struct pair *pair_free(struct pair *p)
{
	struct pair_node *nodes[] = {&p->a, &p->b};

	for (int i = 0; i < 2; i++) {
		pair_close(nodes[i]);
		for (unsigned k = 0; k < nodes[i]->n_calls; k++) {
			struct pair_call *c = &nodes[i]->calls[k];

			(void)close(c->log_fd);
			if (c->rx_fd >= 0) {
				(void)close(c->rx_fd);
			}
		}
	}
	(void)close(p->doc);
	fx_loop_free(p->loop);
	fx_test_rmdir(p->dir);
	return fx_free(p);
}

int pair_dial(struct pair_node *n, const char *line, const char *number, uint32_t docs,
	      struct pair_call **ret)
{
	struct fx_dial d = {.local_id = "+49 30 1", .ecm = !n->no_ecm, .modems = FX_MODEM_ALL,
			    .n_docs = docs, .answer_timeout_s = n->answer_timeout_s};
	struct pair_call *c = new_call(n, n->next_call);
	int err;

	(void)fx_strlcpy(d.number, number, sizeof(d.number));
	d.log_fd = c->log_fd;
	for (uint32_t i = 0; i < docs; i++) {
		d.docs[i] = (struct fx_call_doc){.fd = n->pair->doc, .pages = n->pair->doc_pages,
						 .name = "doc"};
	}
	err = n->p->ops->dial(n->p, line, c->id, &d);
	if (err) {
		n->n_calls--;
		(void)close(c->log_fd);
		return err;
	}
	n->next_call += 2;
	c->sent = true;
	*ret = c;
	return 0;
}

struct pair_call *pair_incoming(struct pair_node *n)
{
	for (unsigned i = n->n_calls; i--;) {
		if (!n->calls[i].sent) {
			return &n->calls[i];
		}
	}
	return NULL;
}

bool pair_until(struct pair *p, bool (*done)(void *arg), void *arg)
{
	int64_t end = fx_loop_now_us(p->loop) + 25 * FX_SECOND;

	/* What is waited for may happen on another thread, which does not wake the loop. */
	while (!done(arg)) {
		if (fx_loop_now_us(p->loop) > end) {
			return false;
		}
		fx_loop_step(p->loop, 10 * FX_MS);
	}
	return true;
}

static unsigned want;
static bool ended(void *arg)
{
	const struct pair *p = arg;

	return p->a.ended + p->b.ended >= want;
}

void pair_wait(struct pair *p, unsigned n)
{
	want = n;
	if (!pair_until(p, ended, p)) {
		for (unsigned i = 0; i < p->a.n_calls; i++) {
			pair_show(&p->a.calls[i]);
		}
		for (unsigned i = 0; i < p->b.n_calls; i++) {
			pair_show(&p->b.calls[i]);
		}
		fail_msg("%u of %u calls ended", p->a.ended + p->b.ended, n);
	}
}

static size_t read_log(const struct pair_call *c, char *text, size_t size)
{
	ssize_t n = pread(c->log_fd, text, size - 1, 0);

	text[n > 0 ? n : 0] = 0;
	return n > 0 ? (size_t)n : 0;
}

bool pair_logged(const struct pair_call *c, const char *what)
{
	static char text[1 << 20];

	(void)read_log(c, text, sizeof(text));
	return strstr(text, what) != NULL;
}

void pair_show(const struct pair_call *c)
{
	static char text[1 << 20];

	(void)read_log(c, text, sizeof(text));
	(void)fprintf(stderr, "--- call %llu, %u ends: %s\n%s", (unsigned long long)c->id, c->ends,
		      c->res.words, text);
}
