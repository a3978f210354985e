/* SPDX-License-Identifier: Apache-2.0 */
/* Each message: as its golden file says, there and back; wrong ones are refused. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "port/host_msg.h"
#include "tests/support/support.h"

#define N_TYPES 19
static const enum fx_host_type types[N_TYPES] = {
#define X(name, number) FX_HOST_##name,
	FX_HOST_TYPE_TABLE(X)
#undef X
};

static void fill_dial(struct fx_dial *d, int fd)
{
	fx_strlcpy(d->number, "0302-102", sizeof(d->number));
	fx_strlcpy(d->local_id, "+49 30 101", sizeof(d->local_id));
	d->banner = true;
	fx_strlcpy(d->banner_from, "Caselli", sizeof(d->banner_from));
	fx_strlcpy(d->banner_time, "2026-01-01 00:00", sizeof(d->banner_time));
	d->ecm = true;
	d->modems = FX_MODEM_ALL;
	d->max_call_s = 3600;
	d->answer_timeout_s = 45;
	d->n_docs = 2;
	d->docs[0] = (struct fx_call_doc){.fd = fd, .pages = 3, .name = "letter"};
	d->docs[1] = (struct fx_call_doc){.fd = fd, .first_page = 1, .pages = 2, .before = 3,
					 .total = 5, .name = "plan"};
	d->log_fd = fd;
}

static void fill_status(struct fx_call_status *s)
{
	*s = (struct fx_call_status){
		.state = FX_PORT_SENDING, .sender = true, .transport = FX_TRANSPORT_T38, .page = 2,
		.pages_total = 5, .pages_confirmed = 1, .rate_bps = 14400, .ecm = true,
		.coding = FX_CODING_MMR, .resolution = FX_RES_FINE, .page_bytes = 1024,
		.page_bytes_total = 60000, .ecm_retries = 3, .elapsed_us = 12345678,
		.remote_id = "+49 30 102", .local_id = "+49 30 101", .caller_id = "101",
		.routing = "102",
	};
}

static void fill(struct fx_host_msg *m, enum fx_host_type t, int fd)
{
	static char settings[] = "ports = 2\n";

	memset(m, 0, sizeof(*m));
	m->type = t;
	switch (t) {
	case FX_HOST_HELLO:
		m->hello.version = FX_HOST_VERSION;
		m->hello.abi = FX_PROVIDER_ABI;
		fx_strlcpy(m->hello.provider, "loop", sizeof(m->hello.provider));
		return;
	case FX_HOST_OPEN:
		m->settings = settings;
		return;
	case FX_HOST_READY:
	case FX_HOST_LOST:
		m->ready.err = FX_EINVAL;
		fx_reason_set(&m->ready.why, "ports is 'x'");
		return;
	case FX_HOST_LINE:
		m->about = (struct fx_line){"1", "Loop 1", "101", true, true, "no answer"};
		return;
	case FX_HOST_PING:
	case FX_HOST_PONG:
		return;
	case FX_HOST_TRACE:
		m->trace_mask = 1u << FX_TRACE_T30 | 1u << FX_TRACE_PORT;
		return;
	case FX_HOST_TRACE_LINE:
		m->trace.level = FX_LOG_DEBUG;
		m->trace.facility = FX_TRACE_T30;
		fx_strlcpy(m->trace.text, "call=7 sends 1.500 < DIS", sizeof(m->trace.text));
		return;
	case FX_HOST_DIAL:
		fill_dial(&m->dial, fd);
		break;
	case FX_HOST_INCOMING:
		fx_strlcpy(m->incoming.caller_id, "101", sizeof(m->incoming.caller_id));
		fx_strlcpy(m->incoming.called, "102", sizeof(m->incoming.called));
		break;
	case FX_HOST_ANSWER:
		m->answer = (struct fx_answer){.local_id = "+49 30 102", .rx_fd = fd, .ecm = true,
					       .modems = 7, .max_call_s = 60, .log_fd = -1};
		break;
	case FX_HOST_PAGE_ACK:
		m->ack.page = 4;
		m->ack.ok = true;
		break;
	case FX_HOST_REJECT:
	case FX_HOST_HANGUP:
		break;
	case FX_HOST_RING:
		m->ring = 2;
		break;
	case FX_HOST_STATUS:
		fill_status(&m->status);
		break;
	case FX_HOST_PAGE:
		m->page = (struct fx_page_report){
			.page = 2, .resolution = FX_RES_SUPERFINE, .width_px = 1728, .rows = 4580,
			.bad_rows = 1, .bytes = 70000, .rate_bps = 9600, .coding = FX_CODING_MR,
			.confirmed = true, .at_us = 99000000};
		break;
	case FX_HOST_END:
		m->result = (struct fx_call_result){
			.outcome = FX_OUTCOME_BUSY, .engine_code = -1, .pages_total = 5,
			.answered_us = -1, .ended_us = 1000000, .words = "The number is busy."};
		break;
	}
	m->call = UINT64_C(0x0102030405060709);
	fx_strlcpy(m->line, "1", sizeof(m->line));
}

static size_t dups(const struct fx_host_msg *m, int fds[FX_HOST_FDS_MAX])
{
	size_t n = fx_host_msg_fds(m, fds), i;

	for (i = 0; i < n; i++) {
		fds[i] = dup(fds[i]);
		assert_true(fds[i] >= 0);
	}
	return n;
}

static char *golden_path(enum fx_host_type t)
{
	char *path = fx_asprintf("%s/%s.hex", FX_TEST_GOLDEN, fx_host_type_str(t)), *s;

	for (s = strrchr(path, '/'); *s; s++) {
		*s = *s >= 'A' && *s <= 'Z' ? (char)(*s + 32) : *s;
	}
	return path;
}

/* 16 octets a line. */
static void to_hex(const struct fx_buf *b, struct fx_buf *hex)
{
	size_t i;

	for (i = 0; i < b->len; i++) {
		fx_buf_printf(hex, "%02x%s", b->data[i],
			      i % 16 == 15 || i + 1 == b->len ? "\n" : " ");
	}
	fx_buf_u8(hex, 0);
}

static void messages_are_as_the_golden_files_say(void **state)
{
	int fd = open("/dev/null", O_RDWR);
	size_t i;

	(void)state;
	for (i = 0; i < N_TYPES; i++) {
		struct fx_buf b = {0}, hex = {0}, want = {0};
		fx_auto char *path = golden_path(types[i]);
		struct fx_host_msg m;

		fill(&m, types[i], fd);
		assert_int_equal(fx_host_msg_encode(&m, &b), 0);
		to_hex(&b, &hex);
		if (getenv("FX_GOLDEN_WRITE")) {
			FILE *f = fopen(path, "w");

			assert_non_null(f);
			(void)fputs((char *)hex.data, f);
			(void)fclose(f);
		}
		fx_test_read_file(path, &want);
		fx_buf_u8(&want, 0);
		assert_string_equal((char *)hex.data, (char *)want.data);
		fx_buf_fini(&b);
		fx_buf_fini(&hex);
		fx_buf_fini(&want);
	}
	(void)close(fd);
}

static void messages_come_back_as_they_went(void **state)
{
	int fd = open("/dev/null", O_RDWR), fds[FX_HOST_FDS_MAX];
	size_t i, cut;

	(void)state;
	for (i = 0; i < N_TYPES; i++) {
		struct fx_buf b = {0}, again = {0};
		struct fx_host_msg m, got;

		fill(&m, types[i], fd);
		assert_int_equal(fx_host_msg_encode(&m, &b), 0);
		assert_int_equal(fx_host_msg_decode(&got, b.data, b.len, fds, dups(&m, fds)), 0);
		assert_int_equal(got.type, types[i]);
		assert_int_equal(fx_host_msg_encode(&got, &again), 0);
		assert_int_equal(again.len, b.len);
		assert_memory_equal(again.data, b.data, b.len);
		fx_host_msg_fini(&got);
		/* Cut anywhere, or too long, or without its files: refused, nothing leaks. */
		for (cut = 0; cut < b.len; cut++) {
			assert_int_not_equal(fx_host_msg_decode(&got, b.data, cut, fds,
								dups(&m, fds)), 0);
		}
		fx_buf_u8(&b, 0);
		assert_int_equal(fx_host_msg_decode(&got, b.data, b.len, fds, dups(&m, fds)),
				 FX_EPROTO);
		if (fx_host_msg_fds(&m, fds) != 1) {
			fds[0] = dup(fd);
			assert_int_equal(fx_host_msg_decode(&got, b.data, b.len - 1, fds, 1),
					 FX_EPROTO);
		}
		fx_buf_fini(&b);
		fx_buf_fini(&again);
	}
	assert_int_equal(dup(fd), fd + 1); /* no descriptor is left open */
	(void)close(fd + 1);
	(void)close(fd);
}

static void texts_of_strangers_are_cleaned(void **state)
{
	struct fx_host_msg m = {.type = FX_HOST_INCOMING, .call = 2}, got;
	struct fx_buf b = {0};

	(void)state;
	fx_strlcpy(m.incoming.caller_id, "M\xC3\xBCller\n", sizeof(m.incoming.caller_id));
	memcpy(m.incoming.called, "\xFF\x1B[2J", 6);
	assert_int_equal(fx_host_msg_encode(&m, &b), 0);
	assert_int_equal(fx_host_msg_decode(&got, b.data, b.len, NULL, 0), 0);
	assert_string_equal(got.incoming.caller_id, "M\xC3\xBCller?");
	assert_string_equal(got.incoming.called, "??[2J");
	fx_buf_fini(&b);
}

static void values_out_of_range_are_refused(void **state)
{
	struct fx_host_msg m = {.type = FX_HOST_STATUS, .call = 2}, got;
	struct fx_buf b = {0};

	(void)state;
	m.status.state = (enum fx_port_state)FX_PORT_STATE_COUNT;
	assert_int_equal(fx_host_msg_encode(&m, &b), 0);
	assert_int_equal(fx_host_msg_decode(&got, b.data, b.len, NULL, 0), FX_EPROTO);
	fx_buf_reset(&b);
	m.type = FX_HOST_DIAL;
	memset(&m.dial, 0, sizeof(m.dial));
	m.dial.n_docs = 1;
	m.dial.docs[0].fd = -1;
	assert_int_equal(fx_host_msg_encode(&m, &b), FX_EINVAL);
	fx_buf_fini(&b);
	assert_int_equal(fx_host_msg_decode(&got, (const uint8_t *)"\xC8", 1, NULL, 0), FX_EPROTO);
	assert_int_equal(fx_host_msg_decode(&got, NULL, 0, NULL, 0), FX_ETRUNC);
}

struct sweep {
	enum fx_host_type type;
	int fd;
};

static int there_and_back(void *arg)
{
	const struct sweep *s = arg;
	int fds[FX_HOST_FDS_MAX], err;
	struct fx_host_msg m, got;
	struct fx_buf b = {0};

	fill(&m, s->type, s->fd);
	err = fx_host_msg_encode(&m, &b);
	if (!err) {
		err = fx_host_msg_decode(&got, b.data, b.len, fds, dups(&m, fds));
		fx_host_msg_fini(&got);
	}
	fx_buf_fini(&b);
	return err;
}

static void memory_that_runs_out_is_said(void **state)
{
	struct sweep s = {.fd = open("/dev/null", O_RDWR)};

	(void)state;
	for (size_t i = 0; i < N_TYPES; i++) {
		s.type = types[i];
		fx_test_oom_sweep(there_and_back, &s);
	}
	assert_int_equal(dup(s.fd), s.fd + 1); /* no descriptor is left open */
	(void)close(s.fd + 1);
	(void)close(s.fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_are_as_the_golden_files_say),
		cmocka_unit_test(messages_come_back_as_they_went),
		cmocka_unit_test(texts_of_strangers_are_cleaned),
		cmocka_unit_test(values_out_of_range_are_refused),
		cmocka_unit_test(memory_that_runs_out_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
