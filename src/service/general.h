/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file service/general.h
 * What belongs to the configuration and is more than fields of fx_config: folders that clients
 * name, the mail server in force, the size and age of the archive, the activity log, data of
 * routing extensions. As service.h: rights are checked here, done() comes when durable.
 * Thread: the loop thread.
 */
#ifndef FX_SERVICE_GENERAL_H
#define FX_SERVICE_GENERAL_H

#include "route/printers.h"
#include "service/service.h"

/**
 * May a folder of this machine that a client names be written by the service? Looked at, nothing
 * is made. CONFIG_SET: others shall not ask what there is (decision 0641).
 * @return 0, FX_EINVAL (empty, not from the root, "..", another machine's), FX_EOVERFLOW (over
 *         FX_CONFIG_PATH_MAX characters), FX_ENOENT (its last part is missing), FX_ENODEV (an
 *         earlier one is, or a part is no folder), FX_EACCES, FX_EBUSY (one of the service's own)
 */
FX_MUST_CHECK int fx_service_check_folder(struct fx_service *s, const struct fx_caller *c,
					  const char *path);

/** The mail server of delivery reports; texts borrowed until the next turn of the loop. */
struct fx_receipts {
	bool from_file;      /**< of [mail] of the settings file; else set by a client */
	bool receipts;       /**< reports by e-mail are offered */
	bool routing;        /**< the e-mail routing method uses this server */
	enum fx_mail_auth auth;
	const char *server;  /**< host alone; NULL = none */
	uint32_t port;
	const char *from, *user; /**< NULL = none; a password is not told */
	char host[256];
};
FX_MUST_CHECK int fx_service_receipts(struct fx_service *s, const struct fx_caller *c,
				      struct fx_receipts *ret);
/** Print queues; CONFIG_QUERY. done() comes later, not when the service is gone by then. */
FX_MUST_CHECK int fx_service_printers(struct fx_service *s, const struct fx_caller *c,
				      fx_route_printers_fn *done, void *arg);
/** Received faxes are everybody's. No right is needed to know. */
bool fx_service_incoming_public(const struct fx_service *s);

/** Bytes of all messages' files as last counted. CONFIG_QUERY. */
FX_MUST_CHECK int fx_service_archive_size(struct fx_service *s, const struct fx_caller *c,
					  uint64_t *ret);
/** Count anew, and remove what is too old, now. CONFIG_SET. */
FX_MUST_CHECK int fx_service_refresh_archive(struct fx_service *s, const struct fx_caller *c);

/** Where the activity log is (or would be); CONFIG_QUERY. Borrowed. */
FX_MUST_CHECK int fx_service_activity_dir(struct fx_service *s, const struct fx_caller *c,
					  const char **ret);
/** From fx_queue_cb.on_attempt: a line of the activity log, if it is kept. */
void fx_service_on_attempt(struct fx_service *s, const struct fx_job *job,
			   const struct fx_attempt *a);
/** Nothing is left to be written. */
bool fx_service_activity_idle(const struct fx_service *s);

#define FX_EXT_DATA_MAX (1u << 20)
/**
 * Data that clients keep for routing extensions under a GUID, for a port or, device_id 0, for
 * none; of an installed routing method it is the method's data (service/routing.h).
 * CONFIG_QUERY; done() once, perhaps before this returns: FX_ENOENT (none).
 * @return FX_EINVAL (no GUID), FX_ENODEV
 */
typedef void(fx_service_ext_data_fn)(void *arg, int err, const uint8_t *p, size_t n);
FX_MUST_CHECK int fx_service_ext_data(struct fx_service *s, const struct fx_caller *c,
				      uint32_t device_id, const char *guid,
				      fx_service_ext_data_fn *done, void *arg);
/** CONFIG_SET. n 0 removes it. @return also FX_ELIMIT */
FX_MUST_CHECK int fx_service_set_ext_data(struct fx_service *s, const struct fx_caller *c,
					  uint32_t device_id, const char *guid, const uint8_t *p,
					  size_t n, fx_service_done_fn *done, void *arg);

#endif
