/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file support/fake_service.h
 * A service in memory for tests of the wire: all of service.h, no store, no calls.
 * Changes finish by fx_loop_post(), as the real one does.
 */
#ifndef FX_TESTS_FAKE_SERVICE_H
#define FX_TESTS_FAKE_SERVICE_H

#include "base/loop.h"
#include "core/outbound.h"
#include "service/cover.h"
#include "service/event_log.h"
#include "service/access.h"
#include "service/logging.h"
#include "service/service.h"

#define FAKE_JOBS_MAX 64

struct fx_service {
	struct fx_loop *loop;
	uint32_t rights;      /**< of every caller */
	bool offers_reports;
	uint32_t n_ports;
	struct fx_port_info *ports;
	struct fx_port_status *status;
	struct fx_config config;
	uint32_t log_depth[FX_LOG_CATEGORIES];
	struct fx_access_entry access; /**< the last change, and the one row of the list */
	unsigned access_how;
	struct fx_job jobs[FAKE_JOBS_MAX];
	size_t n_jobs;
	struct fx_message message; /**< one, in the inbox; id 0 = none */
	uint8_t *uploaded;    /**< bytes of the last upload that ended */
	size_t uploaded_len;
	int uploads_open, uploads_aborted, views, submitted;
	char last_number[64], last_files[256], last_user[64];
	char last_cover[128], last_note[256], last_profile[2048];
	struct fx_event_log *log;
	uint32_t order[3], enabled[3]; /**< routing: fake_routing.c */
	uint8_t routing_data[3][64];
	size_t routing_n[3];
	struct fx_outbound outbound; /**< fake_outbound.c */
	uint8_t ext_data[256]; /**< of any port and GUID: fake_general.c */
	size_t ext_n;
	unsigned refreshed;
	int broadcasts_ended;
	uint64_t last_ended;
	int logins;           /**< by name */
	char last_login[256]; /**< "USER@DOMAIN CLIENT ADDRESS" */
	int answer;           /**< error for upload writes, 0 = fine */
};
/** Two ports (or n), a received message of 3 pages. Owner: the caller, fake_service_free(). */
struct fx_service *fake_service_new(struct fx_loop *loop, uint32_t n_ports);
extern int fake_logouts; /**< of those who came by name */
void fake_service_free(struct fx_service *s);
/** Add a job as if it came by submit(); @return its id */
uint64_t fake_service_add_job(struct fx_service *s, const char *number);
void fake_service_event(struct fx_service *s, enum fx_event_kind kind, uint64_t id);
/** Methods of the fake service: folder, print and {11111111-...}; the last needs data. */
#define FAKE_METHOD "{11111111-2222-3333-4444-555555555555}"
/** A fax event of a job and its port; uid FX_UID_NONE = nobody's. */
void fake_service_fax_event(struct fx_service *s, enum fx_fei fei, uint32_t device_id,
			    uint32_t client_id, uint32_t uid);

#endif
