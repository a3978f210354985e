/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file tests/unit/winfax/fake_client.h
 * A fax server inside the test: the functions of clients/common/client.h over plain
 * structures. Results go through the real marshalling of MS-FAX, so layouts and text
 * forms are those of the wire. Tests link it in the place of the RPC client.
 */
#ifndef FX_TESTS_FAKE_CLIENT_H
#define FX_TESTS_FAKE_CLIENT_H

#include "clients/common/client.h"

#define FAKE_PORTS 2
#define FAKE_JOBS 8
struct fake_server {
	struct fx_ms_port_info ports[FAKE_PORTS]; /* texts UTF-8, static or in text[] */
	char port_text[FAKE_PORTS][2][64];        /* tsid, csid as set last */
	struct fx_ms_device_status status;
	struct fx_ms_job_entry jobs[FAKE_JOBS];
	uint32_t n_jobs;
	struct fx_ms_configuration config;
	char archive[128], profile[64];
	uint32_t rights; /* old set */
	uint32_t fail;   /* every call answers this, 0 = work */
	uint32_t fail_connect;
	bool modify_held;
	int connections, handles, goodbyes; /* open now; said so far */
	uint32_t last_command, last_command_job;
	char connected_to[64], login[128];
	/* the last submission */
	char ext[16], file_names[256], number[64], recipient[64], sender[64], document[64],
		cover[64], billing[64];
	uint32_t personal; /* GetPersonalCoverPagesOption */
	/* sender, recipient, and the texts of the cover page, UTF-8 */
#define FAKE_PROFILE_TABLE(X)                                                                      \
	X(name) X(fax_number) X(company) X(street) X(city) X(state) X(zip) X(country) X(title)     \
	X(department) X(office_location) X(home_phone) X(office_phone) X(billing_code) X(tsid)
	struct fake_profile {
#define X(f) char f[64];
		FAKE_PROFILE_TABLE(X)
#undef X
	} from, to;
	char note[64], subject[64];
	uint32_t server_cover;
	uint8_t upload[4096];
	size_t upload_len;
	struct fx_cs_send_options options;
	uint32_t schedule_action, report_type;
	bool options_given;
};
extern struct fake_server fake;
/** Everything distinct, so that a mixed-up field is seen. */
void fake_reset(void);

/** For other parts of the server: structures through the wire form into one block of `form`. */
uint32_t fake_block(const struct fx_ms_layout *l, const void *src, size_t n,
		    enum fx_text_form form, void *ret);
void fake_utf8(char *dst, size_t size, union fx_wtext s, enum fx_text_form form);

#endif
