/* SPDX-License-Identifier: Apache-2.0 */
/* Each message between casellid and the host of a routing extension: as its golden file says,
 * there and back; wrong ones are refused, and memory that runs out is said. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "route/ext_msg.h"
#include "tests/support/support.h"

#define GUID_TEXT "{5e0b3c52-6a57-4c44-9d57-52a2a0c5f0d1}"

static const struct {
	enum fx_ext_type type;
	const char *name;
} types[] = {
#define X(name, number) {FX_EXT_##name, #name},
	FX_EXT_TYPE_TABLE(X)
#undef X
};

static struct fx_ext_data data(const char *s)
{
	return (struct fx_ext_data){(uint8_t *)(uintptr_t)s, (uint32_t)strlen(s)};
}

static void fill_run(struct fx_ext_msg *m)
{
	static struct fx_ext_item files[] = {{0, "/spool/fax.tif", "", {NULL, 0}},
					     {0, "/tmp/note", GUID_TEXT, {NULL, 0}}};
	static char *const texts[] = {GUID_TEXT, "US", "THEM", "101", "102", "", "", "Loop 1"};

	m->number[0] = 12;
	m->number[1] = 7;
	m->number[2] = 3;
	m->wide[0] = 150000000;
	m->wide[1] = UINT64_C(134116992000000000);
	memcpy(m->text, texts, sizeof(texts));
	m->data[0] = data("data");
	m->items = files;
	m->n_items = 2;
}

static void fill(struct fx_ext_msg *m, enum fx_ext_type t)
{
	static struct fx_ext_item methods[] = {{0, GUID_TEXT, "CsvRoute", {NULL, 0}}};
	static struct fx_ext_item changes[] = {{FX_EXT_ADD, "/tmp/a", GUID_TEXT, {NULL, 0}},
					       {FX_EXT_MODIFY, GUID_TEXT, "", {NULL, 0}}};

	*m = (struct fx_ext_msg){.type = t, .serial = 0x01020304};
	switch (t) {
	case FX_EXT_OPEN:
		m->number[0] = FX_EXT_VERSION;
		m->text[0] = "/lib/csv.so";
		m->text[1] = "/state/csv";
		m->items = methods;
		m->n_items = 1;
		break;
	case FX_EXT_RUN:
		fill_run(m);
		break;
	case FX_EXT_ENABLE:
		m->number[0] = 7;
		m->number[1] = UINT32_MAX;
		m->text[0] = GUID_TEXT;
		break;
	case FX_EXT_GET:
		m->number[0] = 7;
		m->text[0] = GUID_TEXT;
		break;
	case FX_EXT_SET:
		m->number[0] = 7;
		m->text[0] = GUID_TEXT;
		m->data[0] = data("path");
		break;
	case FX_EXT_DEVICE:
		m->number[0] = 7;
		m->number[1] = 1;
		break;
	case FX_EXT_ANSWER:
		m->number[0] = 1610;
		m->text[0] = "it does not start";
		m->data[0] = data("");
		break;
	case FX_EXT_RESULT:
		changes[1].data = data("xyz");
		m->number[0] = 2;
		m->number[1] = 5;
		m->text[0] = "words";
		m->data[0] = data("\1\2\3\4");
		m->items = changes;
		m->n_items = 2;
		break;
	}
}

/* 16 octets a line. */
static void to_hex(const struct fx_buf *b, struct fx_buf *hex)
{
	for (size_t i = 0; i < b->len; i++) {
		fx_buf_printf(hex, "%02x%s", b->data[i],
			      i % 16 == 15 || i + 1 == b->len ? "\n" : " ");
	}
	fx_buf_u8(hex, 0);
}

static void as_the_golden_files_say(void **state)
{
	char path[600];

	(void)state;
	for (size_t i = 0; i < FX_ARRAY_LEN(types); i++) {
		struct fx_buf b = {0}, hex = {0}, want = {0};
		struct fx_ext_msg m;

		fill(&m, types[i].type);
		assert_int_equal(fx_ext_msg_encode(&m, &b), 0);
		to_hex(&b, &hex);
		(void)snprintf(path, sizeof(path), "%s/%s.hex", FX_TEST_GOLDEN, types[i].name);
		for (char *s = strrchr(path, '/'); *s; s++) {
			*s = *s >= 'A' && *s <= 'Z' ? (char)(*s + 32) : *s;
		}
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
}

static void back_as_they_went(void **state)
{
	(void)state;
	for (size_t i = 0; i < FX_ARRAY_LEN(types); i++) {
		struct fx_buf b = {0}, again = {0};
		struct fx_ext_msg m, got;

		fill(&m, types[i].type);
		assert_int_equal(fx_ext_msg_encode(&m, &b), 0);
		assert_int_equal(fx_ext_msg_decode(&got, b.data, b.len), 0);
		assert_int_equal(fx_ext_msg_encode(&got, &again), 0);
		assert_int_equal(again.len, b.len);
		assert_memory_equal(again.data, b.data, b.len);
		fx_ext_msg_fini(&got);
		for (size_t cut = 0; cut < b.len; cut++) {
			assert_int_not_equal(fx_ext_msg_decode(&got, b.data, cut), 0);
			fx_ext_msg_fini(&got);
		}
		fx_buf_fini(&b);
		fx_buf_fini(&again);
	}
}

static void messages(void **state)
{
	struct fx_ext_item items[2] = {{FX_EXT_ADD, "/a", "{g}", {NULL, 0}},
				       {FX_EXT_MODIFY, "{h}", "", {(uint8_t *)"xyz", 3}}};
	struct fx_ext_msg m = {.type = FX_EXT_RESULT, .serial = 9, .number = {1, 2, 3, 4},
			       .wide = {UINT64_MAX, 5}, .text = {"words"}, .items = items,
			       .n_items = 2}, got;
	struct fx_buf b = {0};

	(void)state;
	assert_int_equal(fx_ext_msg_encode(&m, &b), 0);
	assert_int_equal(fx_ext_msg_decode(&got, b.data, b.len), 0);
	assert_int_equal(got.serial, 9);
	assert_int_equal(got.number[3], 4);
	assert_true(got.wide[0] == UINT64_MAX);
	assert_string_equal(got.text[0], "words");
	assert_string_equal(got.items[0].b, "{g}");
	assert_null(got.items[0].data.p);
	assert_memory_equal(got.items[1].data.p, "xyz", 3);
	fx_ext_msg_fini(&got);
	for (size_t i = 0; i < b.len; i++) { /* each cut is seen */
		assert_int_not_equal(fx_ext_msg_decode(&got, b.data, i), 0);
		fx_ext_msg_fini(&got);
	}
	fx_buf_u8(&b, 0);
	assert_int_equal(fx_ext_msg_decode(&got, b.data, b.len), FX_EPROTO);
	fx_ext_msg_fini(&got);
	b.data[0] = 99;
	assert_int_equal(fx_ext_msg_decode(&got, b.data, b.len), FX_EPROTO);
	fx_ext_msg_fini(&got);
	fx_buf_fini(&b);
}

static int there_and_back(void *arg)
{
	struct fx_ext_msg m, got = {0};
	struct fx_buf b = {0};
	int err;

	fill(&m, *(const enum fx_ext_type *)arg);
	err = fx_ext_msg_encode(&m, &b);
	if (!err) {
		err = fx_ext_msg_decode(&got, b.data, b.len);
		fx_ext_msg_fini(&got);
	}
	fx_buf_fini(&b);
	return err;
}

static void without_memory(void **state)
{
	(void)state;
	for (size_t i = 0; i < FX_ARRAY_LEN(types); i++) {
		enum fx_ext_type t = types[i].type;

		fx_test_oom_sweep(there_and_back, &t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_the_golden_files_say), cmocka_unit_test(back_as_they_went),
		cmocka_unit_test(messages), cmocka_unit_test(without_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
