/* SPDX-License-Identifier: Apache-2.0 */
/* Layouts and operations against the golden bytes, both ways. */
#include "golden.h"
#include "rpc/msfax/caselli.h"
#include "rpc/msfax/event_ex.h"
#include "rpc/msfax/msfax.h"
#include "rpc/msfax/ops.h"

static const struct fx_ctx handle = {{0, 0, 0, 0, 0x11, 0x11, 0x11, 0x11, 0x22, 0x22, 0x33, 0x33,
				      0x44, 0x44, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55}};

#define T8(text) ((union fx_wtext){.u8 = (text)})

/* Write the parameters, compare; read the golden bytes, write again, compare. */
static void both_ways(const char *name, const uint8_t *sig, const struct fx_ms_val *v,
		      bool response, struct fx_ms_val *ret, struct fx_arena *arena)
{
	struct fx_ms_val again[FX_MS_PARAMS_MAX] = {0};
	struct fx_buf b = {0}, want = golden_load(name);
	struct fx_ndr_wr w = fx_ndr_wr_init(&b);
	struct fx_rd r;
	int form;

	fx_ms_put_params(&w, sig, v, FX_TEXT_UTF8);
	if (response) {
		fx_ndr_put_u32(&w, 0);
	}
	golden_equal(name, &b);
	for (form = FX_TEXT_UTF8; form <= FX_TEXT_UTF16; form++) {
		r = fx_rd_init(want.data, want.len);
		fx_ms_get_params(&r, sig, again, arena, (enum fx_text_form)form);
		assert_int_equal(r.err, 0);
		assert_int_equal(fx_rd_left(&r), response ? 4 : 0);
		fx_buf_reset(&b);
		w = fx_ndr_wr_init(&b);
		fx_ms_put_params(&w, sig, again, (enum fx_text_form)form);
		if (response) {
			fx_ndr_put_u32(&w, 0);
		}
		golden_equal(name, &b);
	}
	/* every shorter stub is an error, never more */
	for (size_t n = 0; n + (response ? 4 : 0) < want.len; n++) {
		uint8_t *copy = fx_memdup(want.data, n);

		r = fx_rd_init(copy, n);
		fx_ms_get_params(&r, sig, again, arena, FX_TEXT_UTF8);
		assert_true(r.err != 0);
		(void)fx_free(copy);
	}
	r = fx_rd_init(want.data, want.len);
	fx_ms_get_params(&r, sig, ret, arena, FX_TEXT_UTF8);
	/* bytes are borrowed: keep them in the arena for the caller */
	for (size_t i = 0; i < FX_MS_PARAMS_MAX && sig[i] != FX_P_END; i++) {
		if (ret[i].p && (sig[i] == FX_P_BUF || sig[i] == FX_P_BYTES)) {
			void *copy = fx_arena_alloc(arena, ret[i].n);

			assert_non_null(copy);
			memcpy(copy, ret[i].p, ret[i].n);
			ret[i].p = copy;
		}
	}
	fx_buf_fini(&want);
	fx_buf_fini(&b);
}

static void test_connect(void **state)
{
	const struct fx_ms_op *op = &fx_ms_fax_iface.ops[80];
	struct fx_ms_val in[8] = {{.u = FX_MS_API_3}}, got[8];
	struct fx_ms_val out[8] = {{.u = FX_MS_API_3}, {.p = &handle}};
	struct fx_arena a = {0};

	assert_string_equal(op->name, "ConnectFaxServer");
	both_ways("connect_request", op->in, in, false, got, &a);
	assert_int_equal(got[0].u, FX_MS_API_3);
	both_ways("connect_response", op->out, out, true, got, &a);
	fx_arena_fini(&a);
}

static void test_enum_ports(void **state)
{
	const struct fx_ms_op *op = &fx_ms_fax_iface.ops[10];
	struct fx_ms_port_info ports[2] = {
		{.device_id = 1, .state = 0x20100000, .flags = 3, .rings = 2, .priority = 1,
		 .name = T8("T38-1"), .tsid = T8("TS1"), .csid = T8("CS1")},
		{.device_id = 2, .state = 0x20100000, .flags = 2, .rings = 0, .priority = 2,
		 .name = T8("T38-2"), .tsid = T8("TS2"), .csid = T8("CS2")},
	};
	struct fx_ms_val out[8] = {0}, got[8];
	struct fx_ms_port_info *back;
	struct fx_arena a = {0};
	struct fx_buf b = {0};
	void *block = NULL;

	fx_ms_put(&b, &fx_ms_port_info_layout, ports, 2, FX_TEXT_UTF8);
	out[0] = (struct fx_ms_val){.p = b.data, .n = (uint32_t)b.len};
	out[2].u = 2;
	both_ways("enum_ports_response", op->out, out, true, got, &a);
	assert_int_equal(
		fx_ms_get(&fx_ms_port_info_layout, got[0].p, got[0].n, 2, FX_TEXT_UTF8, &block), 0);
	back = block;
	assert_int_equal(back[1].size, sizeof(*back));
	assert_int_equal(back[1].device_id, 2);
	assert_string_equal(back[1].name.u8, "T38-2");
	assert_string_equal(back[0].csid.u8, "CS1");
	(void)fx_free(block);
	fx_buf_fini(&b);
	fx_arena_fini(&a);
}

static void test_device_status(void **state)
{
	struct fx_ms_device_status s = {.csid = T8("CS1"), .device_id = 1,
		.device_name = T8("T38-1"), .status = 0x20100000, .tsid = T8("TS1")};
	struct fx_ms_val out[8] = {0}, got[8];
	struct fx_ms_device_status *back;
	struct fx_arena a = {0};
	struct fx_buf b = {0};
	void *block = NULL;

	fx_ms_put(&b, &fx_ms_device_status_layout, &s, 1, FX_TEXT_UTF8);
	out[0] = (struct fx_ms_val){.p = b.data, .n = (uint32_t)b.len};
	both_ways("device_status_response", fx_ms_fax_iface.ops[8].out, out, true, got, &a);
	assert_int_equal(fx_ms_get(&fx_ms_device_status_layout, got[0].p, got[0].n, 1,
				   FX_TEXT_UTF16, &block), 0);
	back = block;
	assert_null(back->caller_id.w);
	assert_int_equal(back->csid.w[0], 'C');
	assert_int_equal(back->csid.w[3], 0);
	assert_int_equal(back->status, 0x20100000);
	(void)fx_free(block);
	fx_buf_fini(&b);
	fx_arena_fini(&a);
}

static void test_upload(void **state)
{
	static const uint8_t chunk[] = {0x49, 0x49, 0x2a, 0x00, 0x08};
	struct fx_ms_val out[8] = {{.s = T8("0123456789abcdef.tif")}, {.p = &handle}}, got[8];
	struct fx_ms_val in[8] = {{.p = &handle}, {.p = chunk, .n = 5}, {0}};
	struct fx_arena a = {0};

	both_ways("start_copy_response", fx_ms_fax_iface.ops[68].out, out, true, got, &a);
	assert_int_equal(got[0].u, 21);
	both_ways("write_file_request", fx_ms_fax_iface.ops[70].in, in, false, got, &a);
	assert_int_equal(got[1].n, 5);
	assert_int_equal(got[2].u, 5);
	fx_arena_fini(&a);
}

static void test_send_document(void **state)
{
	const struct fx_ms_op *op = &fx_ms_fax_iface.ops[27];
	struct fx_ms_coverpage cover = {.format = 1, .subject = T8("Subj")};
	struct fx_ms_profile from = {.name = T8("Sender"), .fax_number = T8("100")};
	struct fx_ms_profile to = {.name = T8("Rcpt"), .fax_number = T8("200")};
	struct fx_ms_job_param job = {.priority = 1, .document_name = T8("doc"), .page_count = 3};
	uint64_t id = 0x1122334455667789;
	struct fx_ms_val got[8], in[8] = {{.s = T8("0123456789abcdef.tif")}, {.p = &cover},
		{.p = &from}, {.u = 1}, {.p = &to, .n = 1}, {.p = &job}, {.u = 0}};
	struct fx_ms_val out[8] = {{.u = 7}, {.u = 0x1122334455667788}, {.p = &id, .n = 1}};
	const struct fx_ms_profile *p;
	const struct fx_ms_job_param *j;
	struct fx_arena a = {0};

	both_ways("send_document_request", op->in, in, false, got, &a);
	p = got[4].p;
	assert_int_equal(got[4].n, 1);
	assert_string_equal(p->name.u8, "Rcpt");
	assert_string_equal(p->fax_number.u8, "200");
	j = got[5].p;
	assert_int_equal(j->priority, 1);
	assert_int_equal(j->page_count, 3);
	assert_string_equal(j->document_name.u8, "doc");
	assert_false(got[6].null);
	both_ways("send_document_response", op->out, out, true, got, &a);
	fx_arena_fini(&a);
}

/* BroadcastAdd of our own interface: n, then four arrays of n. */
static void test_broadcast_add(void **state)
{
	const struct fx_ms_op *op = &fx_ms_caselli_iface.ops[FX_CS_BROADCAST_ADD];
	struct fx_ms_coverpage covers[2] = {{.file_name = T8("generic"), .server_based = 1,
					     .note = T8("Hi")}};
	struct fx_ms_profile from[2] = {{.name = T8("Ada")}, {.name = T8("Ada")}};
	struct fx_ms_profile to[2] = {{.name = T8("Rcpt"), .fax_number = T8("200")},
				      {.fax_number = T8("201")}};
	struct fx_ms_job_param jobs[2] = {{.priority = 1, .document_name = T8("doc")},
					  {.schedule_action = 2, .priority = 2,
					   .document_name = T8("doc")}};
	struct fx_cs_batch batch = {2, covers, from, to, jobs};
	uint64_t numbers[2] = {8, 9};
	struct fx_ms_val got[8], in[8] = {{.u = 7}, {.p = &batch}},
			 out[8] = {{.p = numbers, .n = 2}};
	const struct fx_cs_batch *b;
	struct fx_arena a = {0};

	(void)state;
	both_ways("broadcast_add_request", op->in, in, false, got, &a);
	b = got[1].p;
	assert_int_equal(b->n, 2);
	assert_string_equal(b->covers[0].note.u8, "Hi");
	assert_null(b->covers[1].file_name.u8);
	assert_string_equal(b->recipients[1].fax_number.u8, "201");
	assert_int_equal(b->params[1].schedule_action, 2);
	both_ways("broadcast_add_response", op->out, out, true, got, &a);
	fx_arena_fini(&a);
}

/* Form A of 3.2: profiles as custom-marshalled byte arrays. */
static void test_send_document_form_a(void **state)
{
	const struct fx_ms_op *op = &fx_ms_fax_iface.ops[27];
	struct fx_ms_profile from = {.name = T8("Sender"), .fax_number = T8("100")};
	struct fx_ms_profile to[2] = {{.fax_number = T8("200")}, {.fax_number = T8("201")}};
	struct fx_ms_job_param job = {.page_count = 9};
	struct fx_buf b = {0}, one = {0};
	struct fx_ndr_wr w = fx_ndr_wr_init(&b);
	static const uint8_t head[] = {FX_P_STRP, FX_P_COVERPAGE, FX_P_END};
	static const uint8_t tail[] = {FX_P_JOB_PARAM, FX_P_U32P, FX_P_END};
	struct fx_ms_val v[8] = {{.s = T8("a.tif")}, {0}}, got[8],
			 t[2] = {{.p = &job}, {.null = true}};
	const struct fx_ms_profile *p;
	struct fx_arena a = {0};
	struct fx_rd r;
	int i;

	fx_ms_put_params(&w, head, v, FX_TEXT_UTF8);
	fx_ms_put(&one, &fx_ms_profile_layout, &from, 1, FX_TEXT_UTF8);
	fx_ndr_put_bytes(&w, one.data, (uint32_t)one.len);
	fx_ndr_put_u32(&w, 2);
	fx_ndr_put_u32(&w, 2);
	fx_ndr_put_ref(&w, true);
	fx_ndr_put_ref(&w, true);
	for (i = 0; i < 2; i++) {
		fx_buf_reset(&one);
		fx_ms_put(&one, &fx_ms_profile_layout, &to[i], 1, FX_TEXT_UTF8);
		fx_ndr_put_bytes(&w, one.data, (uint32_t)one.len);
	}
	fx_ms_put_params(&w, tail, t, FX_TEXT_UTF8);
	r = fx_rd_init(b.data, b.len);
	fx_ms_get_params(&r, op->in, got, &a, FX_TEXT_UTF8);
	assert_int_equal(r.err, 0);
	p = got[2].p;
	assert_string_equal(p->name.u8, "Sender");
	p = got[4].p;
	assert_int_equal(got[4].n, 2);
	assert_string_equal(p[1].fax_number.u8, "201");
	assert_int_equal(((const struct fx_ms_job_param *)got[5].p)->page_count, 9);
	assert_true(got[6].null);
	fx_buf_fini(&b);
	fx_buf_fini(&one);
	fx_arena_fini(&a);
}

static void test_notification_request(void **state)
{
	struct fx_ms_val got[8], in[8] = {{.s = T8("client.example.test")}, {.s = T8("1034")},
		{.u = 0x123456789abcdef0}, {.s = T8("ncacn_ip_tcp")}, {.u = 1}, {.u = 0x1f2}};
	struct fx_arena a = {0};

	both_ways("start_notification_request", fx_ms_fax_iface.ops[74].in, in, false, got, &a);
	fx_arena_fini(&a);
}

static const struct fx_ms_filetime event_time = {0x11111111, 0x01da0000};

static void test_client_event(void **state)
{
	const struct fx_ms_event e = {
		.time = event_time, .device_id = 1, .event_id = 0x16, .job_id = 7};
	const struct fx_ms_val in[2] = {{.p = &handle}, {.p = &e}};
	struct fx_ms_val got[FX_MS_PARAMS_MAX] = {0};
	struct fx_arena a = {0};

	both_ways("client_event_request", fx_ms_faxclient_iface.ops[1].in, in, false, got, &a);
	assert_int_equal(((const struct fx_ms_event *)got[1].p)->job_id, 7);
	fx_arena_fini(&a);
}

static void test_client_event_ex(void **state)
{
	struct fx_ms_job_status st = {
		.valid = 0x4007f, .job_id = 7, .job_type = 2, .queue_status = 2,
		.extended_status = 4, .size_bytes = 12345, .page_count = 3, .current_page = 1,
		.tsid = T8("TS1"), .device_id = 1, .device_name = T8("T38-1"), .operations = 0x31};
	const struct fx_ms_event_ex e = {.time = event_time, .type = FX_MS_EVENT_OUT_QUEUE,
					 .message_id = UINT64_C(0x1122334455667789),
					 .change = FX_MS_JOB_STATUS, .status = &st};
	struct fx_ms_val in[3] = {{.p = &handle}}, got[FX_MS_PARAMS_MAX] = {0};
	struct fx_ms_event_ex *back = NULL;
	struct fx_buf b = {0};
	struct fx_arena a = {0};

	fx_ms_event_ex_put(&b, &e, FX_TEXT_UTF8);
	assert_int_equal(b.err, 0);
	in[1] = (struct fx_ms_val){.p = b.data, .n = (uint32_t)b.len};
	in[2].u = b.len;
	both_ways("client_event_ex_request", fx_ms_faxclient_iface.ops[3].in, in, false, got, &a);
	assert_int_equal(fx_ms_event_ex_get(got[1].p, got[1].n, FX_TEXT_UTF8, &back), 0);
	assert_int_equal(back->message_id, e.message_id);
	assert_string_equal(back->status->device_name.u8, "T38-1");
	(void)fx_free(back);
	fx_buf_fini(&b);
	fx_arena_fini(&a);
}

/* Each kind there and back; each shorter buffer is an error or has less, never more. */
static void test_all_event_kinds(void **state)
{
	struct fx_ms_job_status st = {.job_id = 3};
	const struct fx_ms_event_ex all[] = {
		{.type = FX_MS_EVENT_IN_QUEUE, .message_id = 5},
		{.type = FX_MS_EVENT_OUT_QUEUE, .message_id = 5, .change = FX_MS_JOB_STATUS,
		 .status = &st},
		{.type = FX_MS_EVENT_CONFIG, .config = 9},
		{.type = FX_MS_EVENT_ACTIVITY, .activity = {.incoming = 1, .information = 8}},
		{.type = FX_MS_EVENT_QUEUE_STATE, .queue_states = 5},
		{.type = FX_MS_EVENT_IN_ARCHIVE, .message_id = 6, .change = FX_MS_JOB_REMOVED,
		 .receive_folder = 1},
		{.type = FX_MS_EVENT_OUT_ARCHIVE, .message_id = 7, .change = FX_MS_JOB_CHANGED},
		{.type = FX_MS_EVENT_FXSSVC_ENDED},
		{.type = FX_MS_EVENT_DEVICE_STATUS, .device_id = 4, .device_status = 2},
		{.type = FX_MS_EVENT_NEW_CALL, .call = 1, .device_id = 2, .caller_id = T8("030")},
	};

	for (size_t i = 0; i < FX_ARRAY_LEN(all); i++) {
		struct fx_ms_event_ex *back = NULL;
		struct fx_buf b = {0};

		fx_ms_event_ex_put(&b, &all[i], FX_TEXT_UTF8);
		assert_int_equal(fx_ms_event_ex_get(b.data, b.len, FX_TEXT_UTF8, &back), 0);
		assert_int_equal(back->type, all[i].type);
		assert_int_equal(back->message_id, all[i].message_id);
		assert_int_equal(back->change, all[i].change);
		assert_int_equal(back->receive_folder, all[i].receive_folder);
		assert_int_equal(back->config, all[i].config);
		assert_int_equal(back->activity.information, all[i].activity.information);
		assert_int_equal(back->queue_states, all[i].queue_states);
		assert_int_equal(back->device_id, all[i].device_id);
		assert_int_equal(back->device_status, all[i].device_status);
		assert_true(!back->status == !all[i].status);
		(void)fx_free(back);
		for (size_t n = 0; n < b.len; n++) {
			uint8_t *copy = fx_memdup(b.data, n);

			if (fx_ms_event_ex_get(copy, n, FX_TEXT_UTF8, &back) == 0) {
				assert_true(n >= 56);
				(void)fx_free(back);
			}
			(void)fx_free(copy);
		}
		fx_buf_fini(&b);
	}
}

/* Elements that a server put on multiples of 8, and a status found by its place. */
static void test_tolerant_reading(void **state)
{
	struct fx_ms_port_info ports[2] = {{.device_id = 1}, {.device_id = 2}}, *back;
	struct fx_ms_job_status st[2] = {{.job_id = 7, .tsid = T8("TS")}, {.job_id = 8}};
	struct fx_ms_job_entry_ex jobs[2] = {{.message_id = 1, .status = &st[0]},
		{.message_id = 2, .status = &st[1]}}, *jb;
	struct fx_buf b = {0}, wide = {0};
	void *block = NULL;

	fx_ms_put(&b, &fx_ms_port_info_layout, ports, 2, FX_TEXT_UTF8);
	fx_buf_put(&wide, b.data, 36);
	fx_buf_zero(&wide, 4);
	fx_buf_put(&wide, b.data + 36, 36);
	fx_buf_zero(&wide, 4);
	assert_int_equal(fx_ms_get(&fx_ms_port_info_layout, wide.data, wide.len, 2, FX_TEXT_UTF8,
				   &block), 0);
	back = block;
	assert_int_equal(back[1].device_id, 2);
	(void)fx_free(block);
	fx_buf_reset(&b);
	fx_ms_put(&b, &fx_ms_job_entry_ex_layout, jobs, 2, FX_TEXT_UTF8);
	memset(b.data + 88, 0, 4);
	assert_int_equal(fx_ms_get(&fx_ms_job_entry_ex_layout, b.data, b.len, 2, FX_TEXT_UTF8,
				   &block), 0);
	jb = block;
	assert_int_equal(jb[0].status->job_id, 7);
	assert_string_equal(jb[0].status->tsid.u8, "TS");
	assert_int_equal(jb[1].status->job_id, 8);
	(void)fx_free(block);
	fx_buf_fini(&b);
	fx_buf_fini(&wide);
}

static void test_hostile_buffers(void **state)
{
	struct fx_ms_port_info one = {.name = T8("port")};
	struct fx_buf b = {0};
	void *block = NULL;
	uint32_t big = 0xFFFFFFF0;

	fx_ms_put(&b, &fx_ms_port_info_layout, &one, 1, FX_TEXT_UTF8);
	assert_int_equal(fx_ms_get(&fx_ms_port_info_layout, b.data, b.len, 2, FX_TEXT_UTF8, &block),
			 FX_ETRUNC);
	assert_int_equal(fx_ms_get(&fx_ms_port_info_layout, b.data, 35, 1, FX_TEXT_UTF8, &block),
			 FX_ETRUNC);
	assert_int_equal(fx_ms_get(&fx_ms_port_info_layout, b.data, b.len, SIZE_MAX, FX_TEXT_UTF8,
				   &block), FX_ETRUNC);
	memcpy(b.data + 24, &big, 4);
	assert_int_equal(fx_ms_get(&fx_ms_port_info_layout, b.data, b.len, 1, FX_TEXT_UTF8, &block),
			 FX_ETRUNC);
	/* a text without end */
	b.data[24] = (uint8_t)(b.len - 2);
	b.data[25] = b.data[26] = b.data[27] = 0;
	b.data[b.len - 2] = 'x';
	assert_int_equal(fx_ms_get(&fx_ms_port_info_layout, b.data, b.len, 1, FX_TEXT_UTF8, &block),
			 FX_ETRUNC);
	assert_null(block);
	fx_buf_fini(&b);
}

/* 5,000 elements that share one long text would cost far more than they weigh. */
static void test_shared_text_is_bounded(void **state)
{
	struct fx_buf b = {0};
	size_t i, n = 5000;
	void *block = NULL;

	for (i = 0; i < n; i++) {
		fx_buf_u32(&b, 36);
		fx_buf_zero(&b, 20);
		fx_buf_u32(&b, (uint32_t)(n * 36));
		fx_buf_u32(&b, (uint32_t)(n * 36));
		fx_buf_u32(&b, (uint32_t)(n * 36));
	}
	for (i = 0; i < 20000; i++) {
		fx_buf_u16(&b, 'x');
	}
	fx_buf_u16(&b, 0);
	assert_int_equal(fx_ms_get(&fx_ms_port_info_layout, b.data, b.len, n, FX_TEXT_UTF8, &block),
			 FX_ELIMIT);
	fx_buf_fini(&b);
}

static void test_strict_strings(void **state)
{
	static const uint32_t bad[][3] = {{3, 1, 3}, {2, 0, 3}, {3, 0, 0}, {40000, 0, 40000}};
	struct fx_arena a = {0};
	size_t i;

	for (i = 0; i < FX_ARRAY_LEN(bad); i++) {
		struct fx_buf b = {0};
		struct fx_rd r;

		fx_buf_u32(&b, bad[i][0]);
		fx_buf_u32(&b, bad[i][1]);
		fx_buf_u32(&b, bad[i][2]);
		fx_buf_u16(&b, 'a');
		fx_buf_u16(&b, 'b');
		fx_buf_u16(&b, 0);
		r = fx_rd_init(b.data, b.len);
		(void)fx_ndr_get_string(&r, &a, FX_TEXT_UTF8, NULL);
		assert_true(r.err != 0);
		/* the same bytes, well counted, but a NUL inside or none at the end */
		b.data[0] = b.data[8] = 3;
		b.data[1] = b.data[4] = b.data[9] = 0;
		b.data[14] = i & 1 ? 0 : 'b';
		b.data[16] = i & 1 ? 0 : 'c';
		r = fx_rd_init(b.data, b.len);
		(void)fx_ndr_get_string(&r, &a, FX_TEXT_UTF8, NULL);
		assert_int_equal(r.err, FX_EPROTO);
		fx_buf_fini(&b);
	}
	fx_arena_fini(&a);
}

static void test_text_forms(void **state)
{
	static const char text[] = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x93\xa0!";
	struct fx_ms_port_info in = {.name = T8(text), .tsid = T8("\xff\xc3")}, *out;
	struct fx_buf b = {0}, c = {0};
	void *w = NULL, *u = NULL;

	fx_ms_put(&b, &fx_ms_port_info_layout, &in, 1, FX_TEXT_UTF8);
	assert_int_equal(fx_ms_get(&fx_ms_port_info_layout, b.data, b.len, 1, FX_TEXT_UTF16, &w),
			 0);
	fx_ms_put(&c, &fx_ms_port_info_layout, w, 1, FX_TEXT_UTF16);
	assert_int_equal(c.len, b.len);
	assert_memory_equal(c.data, b.data, b.len);
	assert_int_equal(fx_ms_get(&fx_ms_port_info_layout, c.data, c.len, 1, FX_TEXT_UTF8, &u), 0);
	out = u;
	assert_string_equal(out->name.u8, text);
	assert_string_equal(out->tsid.u8, "\xef\xbf\xbd\xef\xbf\xbd");
	(void)fx_free(w);
	(void)fx_free(u);
	fx_buf_fini(&b);
	fx_buf_fini(&c);
}

static void test_times(void **state)
{
	static const int64_t when[] = {1, 951782399, 951782400, 1767225600, 4102444799, 68169600};
	struct fx_ms_systemtime t = fx_ms_systemtime_from(1767225600);
	int64_t back;
	size_t i;

	assert_int_equal(t.year, 2026);
	assert_int_equal(t.month, 1);
	assert_int_equal(t.weekday, 4);
	for (i = 0; i < FX_ARRAY_LEN(when); i++) {
		t = fx_ms_systemtime_from(when[i]);
		assert_int_equal(fx_ms_systemtime_to(&t, &back), 0);
		assert_int_equal(back, when[i]);
		assert_int_equal(fx_ms_filetime_to(fx_ms_filetime_from(when[i])), when[i]);
	}
	t = (struct fx_ms_systemtime){.year = 2025, .month = 2, .day = 29};
	assert_int_equal(fx_ms_systemtime_to(&t, &back), FX_EINVAL);
	t = (struct fx_ms_systemtime){0};
	assert_int_equal(fx_ms_systemtime_to(&t, &back), FX_EINVAL);
	assert_int_equal(fx_ms_filetime_from(0).high, 0);
}

/* Any layout: write, read, write gives the same bytes; sizes are those of the tables. */
static void test_all_layouts(void **state)
{
	static const struct fx_ms_layout *const all[] = {
		&fx_ms_port_info_layout, &fx_ms_port_info_ex_layout, &fx_ms_device_status_layout,
		&fx_ms_job_entry_layout, &fx_ms_job_status_layout, &fx_ms_job_entry_ex_layout,
		&fx_ms_job_entry_ex_1_layout, &fx_ms_message_layout, &fx_ms_message_1_layout,
		&fx_ms_profile_layout, &fx_ms_configuration_layout, &fx_ms_outbox_config_layout,
		&fx_ms_general_config_layout, &fx_ms_coverpage_layout, &fx_ms_activity_layout,
		&fx_ms_version_layout, &fx_cs_info_layout, &fx_cs_port_layout, &fx_cs_job_layout,
		&fx_cs_message_layout, &fx_cs_attempt_layout, &fx_cs_health_layout,
		&fx_ms_log_category_layout, &fx_cs_access_layout,
		&fx_cs_trace_layout, &fx_cs_trace_line_layout, &fx_cs_event_layout,
		&fx_ms_event_layout,
	};
	size_t i, k;

	for (i = 0; i < FX_ARRAY_LEN(all); i++) {
		const struct fx_ms_layout *l = all[i];
		uint64_t elem[64] = {0};
		uint32_t end = 0;
		struct fx_buf b = {0}, c = {0};
		void *block = NULL;

		for (k = 0; k < l->n_fields; k++) {
			const struct fx_ms_field *f = &l->fields[k];
			const char *text = "t";
			uint32_t mark = (uint32_t)k + 1;

			assert_true(f->wire_off >= end || k == 0);
			end = f->wire_off + 2u;
			if (f->kind == FX_MS_TEXT) {
				memcpy((char *)elem + f->c_off, &text, sizeof(text));
			} else if (f->kind != FX_MS_SUB && f->kind != FX_MS_SIZE) {
				memcpy((char *)elem + f->c_off, &mark,
				       f->kind == FX_MS_U16 ? 2 : 4);
			}
		}
		assert_true(end <= l->wire_size);
		fx_ms_put(&b, l, elem, 1, FX_TEXT_UTF8);
		assert_int_equal(b.err, 0);
		assert_int_equal(fx_ms_get(l, b.data, b.len, 1, FX_TEXT_UTF16, &block), 0);
		fx_ms_put(&c, l, block, 1, FX_TEXT_UTF16);
		assert_int_equal(b.len, c.len);
		assert_memory_equal(b.data, c.data, b.len);
		(void)fx_free(block);
		fx_buf_fini(&b);
		fx_buf_fini(&c);
	}
}

/* Each allocation fails in turn: an error, nothing lost. */
static int oom_once(void *arg)
{
	const struct fx_buf *stub = arg;
	struct fx_ms_job_status st = {.tsid = T8("TS"), .job_id = 1};
	struct fx_ms_job_entry_ex job = {.recipient_number = T8("200"), .status = &st};
	struct fx_ms_val v[FX_MS_PARAMS_MAX];
	struct fx_arena a = {0};
	struct fx_buf b = {0};
	struct fx_rd r = fx_rd_init(stub->data, stub->len);
	void *block = NULL;
	int err;

	fx_ms_get_params(&r, fx_ms_fax_iface.ops[27].in, v, &a, FX_TEXT_UTF8);
	fx_arena_fini(&a);
	fx_ms_put(&b, &fx_ms_job_entry_ex_layout, &job, 1, FX_TEXT_UTF8);
	err = r.err ? r.err : b.err;
	if (!err) {
		err = fx_ms_get(&fx_ms_job_entry_ex_layout, b.data, b.len, 1, FX_TEXT_UTF16,
				&block);
	}
	(void)fx_free(block);
	fx_buf_fini(&b);
	return err;
}

static void test_out_of_memory(void **state)
{
	struct fx_buf stub = golden_load("send_document_request");

	fx_test_oom_sweep(oom_once, &stub);
	fx_buf_fini(&stub);
}

/* The C declarations of the Windows SDK on a 64-bit machine (winfax.md 2). */
static void test_native_sizes(void **state)
{
	if (sizeof(void *) == 8) {
		assert_int_equal(sizeof(struct fx_ms_port_info), 48);
		assert_int_equal(sizeof(struct fx_ms_device_status), 144);
		assert_int_equal(sizeof(struct fx_ms_job_entry), 136);
		assert_int_equal(sizeof(struct fx_ms_configuration), 64);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_connect), cmocka_unit_test(test_enum_ports),
		cmocka_unit_test(test_device_status), cmocka_unit_test(test_upload),
		cmocka_unit_test(test_send_document), cmocka_unit_test(test_broadcast_add),
		cmocka_unit_test(test_send_document_form_a),
		cmocka_unit_test(test_notification_request),
		cmocka_unit_test(test_client_event), cmocka_unit_test(test_client_event_ex),
		cmocka_unit_test(test_all_event_kinds),
		cmocka_unit_test(test_tolerant_reading), cmocka_unit_test(test_hostile_buffers),
		cmocka_unit_test(test_shared_text_is_bounded),
		cmocka_unit_test(test_strict_strings), cmocka_unit_test(test_text_forms),
		cmocka_unit_test(test_times), cmocka_unit_test(test_all_layouts),
		cmocka_unit_test(test_native_sizes), cmocka_unit_test(test_out_of_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
