/* SPDX-License-Identifier: Apache-2.0 */
/* Security descriptors: bytes both ways, evaluation entry after entry, what is no descriptor; and
 * the rights of version 3. golden/ has a descriptor that another implementation wrote
 * (secdesc_judge.py says so at each run). */
#include <stdio.h>
#include <string.h>
#include "base/str.h"
#include "service/rights.h"
#include "service/secdesc.h"
#include "tests/support/support.h"

static const char *golden_dir;

static struct fx_secdesc example(struct fx_ace aces[4])
{
	aces[0] = (struct fx_ace){.mask = 0x1F03FF, .sid = fx_sid_make(5, 2, 32, 544)};
	aces[1] = (struct fx_ace){.mask = 7, .sid = fx_sid_make(22, 2, 1, 1000)};
	aces[2] = (struct fx_ace){.deny = true, .mask = 0x1F03F8,
				  .sid = fx_sid_make(22, 2, 1, 1000)};
	aces[3] = (struct fx_ace){.mask = 0x200AF, .sid = fx_sid_make(1, 1, 0, 0)};
	return (struct fx_secdesc){.owner = fx_sid_make(5, 2, 32, 544),
				   .group = fx_sid_make(5, 2, 32, 544), .has_dacl = true,
				   .aces = aces, .n_aces = 4};
}

static void golden(void **state)
{
	fx_auto char *path = fx_asprintf("%s/secdesc.bin", golden_dir);
	struct fx_ace aces[4];
	struct fx_secdesc d = example(aces), back = {0};
	struct fx_buf file = {0}, b = {0};
	struct fx_reason why = {0};
	char text[FX_SID_TEXT_SIZE];

	(void)state;
	fx_test_read_file(path, &file);
	assert_int_equal(fx_secdesc_get(file.data, file.len, &back, &why), 0);
	assert_true(fx_sid_equal(&back.owner, &d.owner));
	assert_true(fx_sid_equal(&back.group, &d.group));
	assert_int_equal(back.n_aces, d.n_aces);
	for (size_t i = 0; i < d.n_aces; i++) {
		assert_int_equal(back.aces[i].deny, d.aces[i].deny);
		assert_int_equal(back.aces[i].mask, d.aces[i].mask);
		assert_true(fx_sid_equal(&back.aces[i].sid, &d.aces[i].sid));
	}
	assert_string_equal(fx_sid_str(&back.aces[1].sid, text), "S-1-22-1-1000");
	/* ours: owner, group, list in this order; read back it is the same */
	assert_int_equal(fx_secdesc_put(&b, &d, 7), 0);
	assert_int_equal(b.len, file.len);
	fx_secdesc_fini(&back);
	assert_int_equal(fx_secdesc_get(b.data, b.len, &back, &why), 0);
	assert_int_equal(back.n_aces, 4);
	fx_secdesc_fini(&back);
	/* parts */
	fx_buf_reset(&b);
	assert_int_equal(fx_secdesc_put(&b, &d, FX_SEC_OWNER), 0);
	assert_int_equal(b.len, 20 + 16);
	assert_int_equal(fx_secdesc_get(b.data, b.len, &back, &why), 0);
	assert_false(back.has_dacl);
	assert_int_equal(back.group.n, 0);
	fx_secdesc_fini(&back);
	fx_buf_fini(&b);
	fx_buf_fini(&file);
}

static void entry_after_entry(void **state)
{
	struct fx_ace aces[4];
	struct fx_secdesc d = example(aces);
	const struct fx_sid alice[] = {fx_sid_make(22, 2, 1, 1000), fx_sid_make(1, 1, 0, 0)};
	const struct fx_sid bob[] = {fx_sid_make(22, 2, 1, 1001), fx_sid_make(1, 1, 0, 0)};

	(void)state;
	assert_int_equal(fx_secdesc_granted(&d, alice, 2), 7);
	assert_int_equal(fx_secdesc_granted(&d, bob, 2), 0x200AF);
	aces[3].flags = FX_ACE_INHERIT_ONLY;
	assert_int_equal(fx_secdesc_granted(&d, bob, 2), 0);
	/* a denial first stands above what is granted later */
	aces[1] = aces[2];
	aces[2] = (struct fx_ace){.mask = 0x1F, .sid = aces[1].sid};
	assert_int_equal(fx_secdesc_granted(&d, alice, 2), 7);
	d.null_dacl = true;
	assert_int_equal(fx_secdesc_granted(&d, bob, 2), UINT32_MAX);
}

/* Every cut, and every byte changed: an error or a value, never more than there is. */
static void hostile(void **state)
{
	struct fx_ace aces[4];
	struct fx_secdesc d = example(aces), back;
	struct fx_reason why = {0};
	struct fx_buf b = {0};

	(void)state;
	assert_int_equal(fx_secdesc_put(&b, &d, 7), 0);
	for (size_t n = 0; n < b.len; n++) {
		uint8_t *cut = n ? fx_memdup(b.data, n) : NULL;
		int err = fx_secdesc_get(cut, n, &back, &why);

		assert_true(err == FX_EDATA);
		(void)fx_free(cut);
	}
	for (size_t i = 0; i < b.len; i++) {
		for (unsigned bit = 0; bit < 8; bit++) {
			b.data[i] ^= (uint8_t)(1u << bit);
			if (!fx_secdesc_get(b.data, b.len, &back, &why)) {
				fx_secdesc_fini(&back);
			}
			b.data[i] ^= (uint8_t)(1u << bit);
		}
	}
	/* an entry of another type is told as such */
	b.data[20 + 16 + 16 + 8] = 5;
	assert_int_equal(fx_secdesc_get(b.data, b.len, &back, &why), FX_EINVAL);
	assert_non_null(strstr(why.text, "type 5"));
	b.data[20 + 16 + 16 + 8] = 0;
	b.data[3] = 0; /* not self-relative */
	assert_int_equal(fx_secdesc_get(b.data, b.len, &back, &why), FX_EDATA);
	fx_buf_fini(&b);
}

static void rights_of_version_3(void **state)
{
	uint32_t ours;

	(void)state;
	assert_int_equal(fx_rights_to_v3(FX_RIGHT_ALL), 0x1F03FF);
	assert_int_equal(fx_rights_to_v3(FX_RIGHTS_USER), 0x200AF);
	assert_int_equal(fx_rights_to_v3(FX_RIGHT_PORT_QUERY), 0);
	assert_true(fx_rights_from_v3(0x1F03FF, &ours));
	assert_int_equal(ours, FX_RIGHT_ALL);
	assert_true(fx_rights_from_v3(0x200AF, &ours));
	assert_int_equal(ours, FX_RIGHTS_USER);
	assert_true(fx_rights_from_v3(3, &ours)); /* any priority is all */
	assert_int_equal(ours, FX_RIGHT_JOB_SUBMIT);
	assert_true(fx_rights_from_v3(0x10000000, &ours));
	assert_int_equal(ours, FX_RIGHT_ALL);
	assert_false(fx_rights_from_v3(0x200, &ours)); /* the receive folder alone */
	assert_false(fx_rights_from_v3(0x08, &ours));
	assert_false(fx_rights_from_v3(0x400, &ours));
	for (uint32_t bits = 0; bits < 0x80; bits++) { /* never more than was asked for */
		uint32_t v3 = fx_rights_to_v3(bits);

		assert_true(fx_rights_from_v3(v3, &ours));
		assert_int_equal(ours & ~bits, 0);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden),
		cmocka_unit_test(entry_after_entry),
		cmocka_unit_test(hostile),
		cmocka_unit_test(rights_of_version_3),
	};

	golden_dir = argc > 1 ? argv[1] : ".";
	return cmocka_run_group_tests_name("service_secdesc", tests, NULL, NULL);
}
