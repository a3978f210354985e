/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file clients/common/client.h
 * The RPC client under winfax and the command line: one connection to a fax
 * server, one typed function per operation, blocking.
 *
 * Every call returns a Win32 or fax code (enum fx_win32), 0 = success; `ret_`
 * parameters change on success only. RPC_S_* codes: 1722 nobody serves there,
 * 1726 connection lost or no answer within the time limit; the connection is then
 * dead and every later call returns 1726 at once (nothing reconnects by itself).
 *
 * Texts: `form` says how the texts of the structures stand in memory, given and
 * returned: FX_TEXT_UTF16 makes a returned block what FAX_..._W is in winfax.h,
 * FX_TEXT_UTF8 the same of the A form. A returned block is one allocation with
 * array, structures and texts; fx_free() frees it.
 *
 * Thread: any; a connection makes one call at a time, others wait for their turn.
 * So a call that waits (fx_client_wait(), fx_client_trace_read()) wants a
 * connection of its own.
 * Owner: a connection is counted; it closes with the last fx_client_unref().
 */
#ifndef FX_CLIENTS_COMMON_CLIENT_H
#define FX_CLIENTS_COMMON_CLIENT_H

#include "rpc/msfax/caselli.h"
#include "rpc/msfax/msfax.h"
#include "rpc/msfax/ops.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fx_client;

#define FX_CLIENT_TIMEOUT_MS 30000u /**< of every call; [MS-FAX] 3.2 */

/** Where a server name leads (faxcom.md 6.1, design: "Where things live"). */
struct fx_client_place {
	bool remote;       /**< TCP to host and port, else a Unix socket */
	char path[108];    /**< socket path */
	char host[256];
	char port[16];     /**< "": the host's endpoint mapper knows it */
};
/**
 * Resolve a server name: NULL, "", "localhost", ".", "127.0.0.1", own host name, `NAME`,
 * `\\NAME`, `\\NAME\Fax`, address, address:port, [IPv6]:port, or a path with '/'. Local names
 * lead to $CASELLI_SERVER if set, else where fx_client_default_server() says: on Linux the user's
 * socket if one is there, else /run/caselli/rpc.
 * @return 0, or FX_W_INVALID_NET_ADDR (name too long or malformed)
 */
uint32_t fx_client_resolve(const char *server, struct fx_client_place *ret);

/**
 * Connect, bind both interfaces, on the network log in (clients/common/login.h says as whom). No
 * fax operation is made yet, except that on the network a harmless one may prove the login.
 * @param timeout_ms  how long a call waits for the server to take or give the next bytes;
 *                    0 = FX_CLIENT_TIMEOUT_MS
 * @param reterr      optional, set on failure: what is wrong and the remedy
 * @return 0, 1722 (nobody there), 5 (also: login refused, no credentials), 8, 87 (credentials
 *         cannot be read), 1707, 1717 (not a fax server), 1723, 1728, 1747 (kind of login not
 *         known there), 1825 (the answers are not those of the server that was logged in to)
 */
uint32_t fx_client_connect(const char *server, uint32_t timeout_ms, struct fx_client **ret,
			   struct fx_reason *reterr);
/** Another connection to the server of this one (its port is known by now), on the network in
 * its association group, so that both share handles. As fx_client_connect(). */
uint32_t fx_client_connect_again(struct fx_client *first, uint32_t timeout_ms,
				 struct fx_client **ret, struct fx_reason *reterr);
/**
 * See that `user` may log in at a server, then keep user and password for later connections
 * (Linux). @param user "user", "DOMAIN\user" or "user@domain". @return as fx_client_connect();
 * 50: a local server, or Windows, which keep none
 */
uint32_t fx_client_login(const char *server, const char *user, const char *password,
			 struct fx_reason *reterr);
/** Forget what is kept. @return 0, 2 (nothing is), or as above */
uint32_t fx_client_logout(const char *server, struct fx_reason *reterr);
struct fx_client *fx_client_ref(struct fx_client *c);
/** NULL is fine. Does not say goodbye: that is fx_client_ref_count(c, h, 0). @return NULL */
struct fx_client *fx_client_unref(struct fx_client *c);
/** End the connection under the feet of a call that waits: it and all later ones answer 1726. */
void fx_client_shut(struct fx_client *c);
/** Code of a fault or a failed call so far, 0 while the connection works. */
uint32_t fx_client_broken(struct fx_client *c);
/** fx_error code to the Win32 code nearest to it, for callers that need one. */
uint32_t fx_client_code(int err);

/* Connection: opnums 80, 1, 25, 101, 37, 84, 85, 36, 40, 104 */
uint32_t fx_client_connect_server(struct fx_client *c, uint32_t client_api, uint32_t *ret_api,
				  struct fx_ctx *ret);
/** ConnectionRefCount: 1 opens, 2 releases, 0 closes; h is updated. */
uint32_t fx_client_ref_count(struct fx_client *c, struct fx_ctx *h, uint32_t connect,
			     uint32_t *ret_can_share);
/** Mask of the later set (enum fx_ms_right). ret_rights: optional. */
uint32_t fx_client_access_check(struct fx_client *c, uint32_t mask, bool *ret_granted,
				uint32_t *ret_rights);
uint32_t fx_client_access_check_ex2(struct fx_client *c, uint32_t mask, bool *ret_granted,
				    uint32_t *ret_rights);
uint32_t fx_client_get_version(struct fx_client *c, struct fx_ms_version *ret);
uint32_t fx_client_get_recipients_limit(struct fx_client *c, uint32_t *ret);
uint32_t fx_client_get_sku(struct fx_client *c, uint32_t *ret);
uint32_t fx_client_get_receipts_options(struct fx_client *c, uint32_t *ret);
uint32_t fx_client_get_personal_cp(struct fx_client *c, uint32_t *ret);
uint32_t fx_client_get_config_option(struct fx_client *c, uint32_t option, uint32_t *ret);

/* Ports: 10, 2, 3, 8, 11, 12, 46, 48. flags: FX_MS_PORT_QUERY, FX_MS_PORT_MODIFY */
uint32_t fx_client_enum_ports(struct fx_client *c, enum fx_text_form form,
			      struct fx_ms_port_info **ret, uint32_t *ret_n);
uint32_t fx_client_open_port(struct fx_client *c, uint32_t device_id, uint32_t flags,
			     struct fx_ctx *ret);
/** h becomes zero. */
uint32_t fx_client_close_port(struct fx_client *c, struct fx_ctx *h);
uint32_t fx_client_get_device_status(struct fx_client *c, const struct fx_ctx *port,
				     enum fx_text_form form, struct fx_ms_device_status **ret);
uint32_t fx_client_get_port(struct fx_client *c, const struct fx_ctx *port,
			    enum fx_text_form form, struct fx_ms_port_info **ret);
uint32_t fx_client_set_port(struct fx_client *c, const struct fx_ctx *port,
			    enum fx_text_form form, const struct fx_ms_port_info *info);
uint32_t fx_client_get_port_ex(struct fx_client *c, uint32_t device_id, enum fx_text_form form,
			       struct fx_ms_port_info_ex **ret);
uint32_t fx_client_enum_ports_ex(struct fx_client *c, enum fx_text_form form,
				 struct fx_ms_port_info_ex **ret, uint32_t *ret_n);

/* Jobs: 4, 5, 6, 9, 7, 28, 29, 88, 87 */
uint32_t fx_client_enum_jobs(struct fx_client *c, enum fx_text_form form,
			     struct fx_ms_job_entry **ret, uint32_t *ret_n);
uint32_t fx_client_get_job(struct fx_client *c, uint32_t job_id, enum fx_text_form form,
			   struct fx_ms_job_entry **ret);
uint32_t fx_client_set_job(struct fx_client *c, uint32_t job_id, uint32_t command);
uint32_t fx_client_abort(struct fx_client *c, uint32_t job_id);
/** First page as TIFF class F; fx_free(*ret). */
uint32_t fx_client_get_page_data(struct fx_client *c, uint32_t job_id, uint8_t **ret,
				 uint32_t *ret_size, uint32_t *ret_width, uint32_t *ret_height);
uint32_t fx_client_enum_jobs_ex(struct fx_client *c, uint32_t types, enum fx_text_form form,
				struct fx_ms_job_entry_ex **ret, uint32_t *ret_n);
uint32_t fx_client_get_job_ex(struct fx_client *c, uint64_t message_id, enum fx_text_form form,
			      struct fx_ms_job_entry_ex **ret);
uint32_t fx_client_enum_jobs_ex2(struct fx_client *c, bool all_accounts, uint32_t types,
				 enum fx_text_form form, struct fx_ms_job_entry_ex **ret,
				 uint32_t *ret_n);
uint32_t fx_client_get_job_ex2(struct fx_client *c, uint64_t message_id, enum fx_text_form form,
			       struct fx_ms_job_entry_ex **ret);

/* Configuration: 19, 20, 32, 33, 38, 97, 76 */
uint32_t fx_client_get_configuration(struct fx_client *c, enum fx_text_form form,
				     struct fx_ms_configuration **ret);
uint32_t fx_client_set_configuration(struct fx_client *c, enum fx_text_form form,
				     const struct fx_ms_configuration *config);
uint32_t fx_client_get_queue_states(struct fx_client *c, uint32_t *ret);
uint32_t fx_client_set_queue(struct fx_client *c, uint32_t states);
uint32_t fx_client_get_outbox_configuration(struct fx_client *c,
					    struct fx_ms_outbox_config **ret);
uint32_t fx_client_get_general_configuration(struct fx_client *c, enum fx_text_form form,
					     struct fx_ms_general_config **ret);
uint32_t fx_client_get_activity(struct fx_client *c, struct fx_ms_activity *ret);

/* Documents: 68, 70, 72, 27. */
/**
 * StartCopyToServer. @param ext ".tif", ".pdf" ... (UTF-8)
 * @param ret_name  UTF-8 name to use in fx_client_send_document()
 */
uint32_t fx_client_start_copy(struct fx_client *c, const char *ext, char ret_name[256],
			      struct fx_ctx *ret);
/** Any n; cut into chunks of FX_MS_COPY_CHUNK here. */
uint32_t fx_client_write_file(struct fx_client *c, const struct fx_ctx *copy, const void *p,
			      size_t n);
uint32_t fx_client_end_copy(struct fx_client *c, struct fx_ctx *copy);
struct fx_client_send {
	const char *file_name;              /**< UTF-8, from start_copy; NULL = cover page only */
	const struct fx_ms_coverpage *cover; /**< NULL = none */
	const struct fx_ms_profile *sender;
	const struct fx_ms_profile *recipients; /**< array */
	uint32_t n_recipients;              /**< 1..FX_MS_RECIPIENTS_MAX; server's limit 84 */
	const struct fx_ms_job_param *param;
	enum fx_text_form form;             /**< of cover, sender, recipients, param */
};
/** @param ret_recipient_ids optional, room for n_recipients */
uint32_t fx_client_send_document(struct fx_client *c, const struct fx_client_send *send,
				 uint32_t *ret_job_id, uint64_t *ret_message_id,
				 uint64_t *ret_recipient_ids);

/* Messages: 63, 65, 64, 66, 67, 90, 91, 89, 103, 69, 71. folder: enum fx_ms_folder */
uint32_t fx_client_start_messages(struct fx_client *c, uint32_t folder, struct fx_ctx *ret);
/** @return 259 (no more items) at the end */
uint32_t fx_client_enum_messages(struct fx_client *c, const struct fx_ctx *h, uint32_t max,
				 enum fx_text_form form, struct fx_ms_message **ret,
				 uint32_t *ret_n);
uint32_t fx_client_end_messages(struct fx_client *c, struct fx_ctx *h);
uint32_t fx_client_get_message(struct fx_client *c, uint64_t id, uint32_t folder,
			       enum fx_text_form form, struct fx_ms_message **ret);
uint32_t fx_client_remove_message(struct fx_client *c, uint64_t id, uint32_t folder);
uint32_t fx_client_start_messages_ex(struct fx_client *c, uint32_t folder, struct fx_ctx *ret);
uint32_t fx_client_enum_messages_ex(struct fx_client *c, const struct fx_ctx *h, uint32_t max,
				    enum fx_text_form form, struct fx_ms_message **ret,
				    uint32_t *ret_n);
uint32_t fx_client_get_message_ex(struct fx_client *c, uint64_t id, uint32_t folder,
				  enum fx_text_form form, struct fx_ms_message **ret);
uint32_t fx_client_set_message_read(struct fx_client *c, uint64_t id, uint32_t folder, bool read);
uint32_t fx_client_start_copy_message(struct fx_client *c, uint64_t id, uint32_t folder,
				      struct fx_ctx *ret);
/** Next bytes into p; *ret_n 0 = end. @param max 1..FX_MS_COPY_CHUNK */
uint32_t fx_client_read_file(struct fx_client *c, const struct fx_ctx *copy, void *p,
			     uint32_t max, uint32_t *ret_n);

/* Routing: 13, 14, 15, 16, 17, 18. guid: UTF-8, with braces, any case */
uint32_t fx_client_enum_routing_methods(struct fx_client *c, const struct fx_ctx *port,
					enum fx_text_form form,
					struct fx_ms_routing_method **ret, uint32_t *ret_n);
uint32_t fx_client_enable_routing_method(struct fx_client *c, const struct fx_ctx *port,
					 const char *guid, bool enable);
/** fx_free(*ret); *ret NULL and *ret_size 0 when the method has no data for this port. */
uint32_t fx_client_get_routing_info(struct fx_client *c, const struct fx_ctx *port,
				    const char *guid, uint8_t **ret, uint32_t *ret_size);
uint32_t fx_client_set_routing_info(struct fx_client *c, const struct fx_ctx *port,
				    const char *guid, const void *p, uint32_t n);
uint32_t fx_client_enum_global_routing(struct fx_client *c, enum fx_text_form form,
				       struct fx_ms_global_routing **ret, uint32_t *ret_n);
/** Only guid and priority of info count. */
uint32_t fx_client_set_global_routing(struct fx_client *c, enum fx_text_form form,
				      const struct fx_ms_global_routing *info);

/** Which rule of the settings applies to a fax, and what would be done with it, in order (our own
 * interface). Texts UTF-8, NULL = unknown. */
uint32_t fx_client_routing_test(struct fx_client *c, uint32_t device_id, const char *to,
				const char *from, const char *tsid, enum fx_text_form form,
				struct fx_cs_routing **ret, uint32_t *ret_n);
/* Outbound routing (calls_outbound.c); blocks are fx_free()d */
FX_MUST_CHECK
uint32_t fx_client_add_outbound_group(struct fx_client *c, const char *name);
/** Name and devices count. */
FX_MUST_CHECK
uint32_t fx_client_set_outbound_group(struct fx_client *c,
				      const struct fx_ms_outbound_group *group);
FX_MUST_CHECK
uint32_t fx_client_remove_outbound_group(struct fx_client *c, const char *name);
FX_MUST_CHECK
uint32_t fx_client_enum_outbound_groups(struct fx_client *c, enum fx_text_form form,
					struct fx_ms_outbound_group **ret, uint32_t *ret_n);
/** @param place  from 1 */
FX_MUST_CHECK
uint32_t fx_client_order_outbound_device(struct fx_client *c, const char *group,
					 uint32_t device_id, uint32_t place);
/** @param group  NULL: to the device */
FX_MUST_CHECK
uint32_t fx_client_add_outbound_rule(struct fx_client *c, uint32_t country, uint32_t area,
				     uint32_t device_id, const char *group);
FX_MUST_CHECK
uint32_t fx_client_set_outbound_rule(struct fx_client *c, uint32_t country, uint32_t area,
				     uint32_t device_id, const char *group);
FX_MUST_CHECK
uint32_t fx_client_remove_outbound_rule(struct fx_client *c, uint32_t country, uint32_t area);
FX_MUST_CHECK
uint32_t fx_client_enum_outbound_rules(struct fx_client *c, enum fx_text_form form,
				       struct fx_ms_outbound_rule **ret, uint32_t *ret_n);
/** @param number  NULL: that of the outgoing job with this id */
FX_MUST_CHECK
uint32_t fx_client_outbound_test(struct fx_client *c, const char *number, uint64_t job_id,
				 enum fx_text_form form, struct fx_cs_outbound **ret,
				 uint32_t *ret_n);

/* Logging categories: 21, 22 */
uint32_t fx_client_get_logging(struct fx_client *c, enum fx_text_form form,
			       struct fx_ms_log_category **ret, uint32_t *ret_n);
uint32_t fx_client_set_logging(struct fx_client *c, enum fx_text_form form,
			       const struct fx_ms_log_category *categories, uint32_t n);

/* Plug-ins: 60, 61, 62, and RegisterRoutingExtension of our own. Texts UTF-8. */
uint32_t fx_client_register_provider(struct fx_client *c, const char *name, const char *friendly,
				     const char *image, const char *tsp);
uint32_t fx_client_unregister_provider(struct fx_client *c, const char *name);
struct fx_client_method {
	const char *name, *friendly, *function, *guid;
};
uint32_t fx_client_register_extension(struct fx_client *c, const char *name, const char *friendly,
				      const char *image, const struct fx_client_method *methods,
				      uint32_t n);
uint32_t fx_client_unregister_extension(struct fx_client *c, const char *name);
/** All that are registered. CONFIG_QUERY. */
/** The same as the forms of MS-FAX, 45 and 78. */
uint32_t fx_client_enum_providers(struct fx_client *c, enum fx_text_form form,
				  struct fx_ms_provider_info **ret, uint32_t *ret_n);
uint32_t fx_client_enum_extensions(struct fx_client *c, enum fx_text_form form,
				   struct fx_ms_extension_info **ret, uint32_t *ret_n);
uint32_t fx_client_plugins(struct fx_client *c, enum fx_text_form form,
			   struct fx_cs_plugin **ret, uint32_t *ret_n);

/**
 * Events in the form of FAX_EVENT (winfax.md 6), those that the caller may hear, in order.
 * @param since 0 = from now on; it moves on. Waits up to timeout_ms (FX_CS_WAIT_MAX_MS) for one.
 * No event in time: success with *ret_n 0. *ret_lost: the reader was so slow that some are gone.
 */
uint32_t fx_client_events(struct fx_client *c, uint64_t *since, uint32_t timeout_ms,
			  struct fx_ms_event **ret, uint32_t *ret_n, bool *ret_lost);

/** One recipient of a broadcast: what FaxSendDocument takes, but the document. */
struct fx_client_recipient {
	const struct fx_ms_coverpage *cover; /**< NULL = none */
	const struct fx_ms_profile *sender, *recipient;
	const struct fx_ms_job_param *param;
};
/** The document of a broadcast. @param file_name from start_copy. @return the parent's number */
uint32_t fx_client_broadcast_start(struct fx_client *c, const char *file_name,
				   enum fx_text_form form, const char *document_name,
				   uint32_t *ret_parent);
/** Queue jobs under it, all or none; durable on return. @param n 1..FX_CLIENT_BROADCAST_MAX
 * @param ret_jobs optional, room for n job numbers */
#define FX_CLIENT_BROADCAST_MAX 250u
uint32_t fx_client_broadcast_add(struct fx_client *c, uint32_t parent, enum fx_text_form form,
				 const struct fx_client_recipient *recipients, uint32_t n,
				 uint32_t *ret_jobs);
/** No more recipients: the document goes when its last job is done. Also when the connection
 * that started it is lost. */
uint32_t fx_client_broadcast_end(struct fx_client *c, uint32_t parent);
/** Cancel it and all of its recipients that are still in the queue. */
uint32_t fx_client_broadcast_cancel(struct fx_client *c, uint32_t parent);

/* Our own interface (docs/caselli-rpc.md). Servers without it: 1717. */
uint32_t fx_client_info(struct fx_client *c, enum fx_text_form form, struct fx_cs_info **ret);
uint32_t fx_client_cs_port(struct fx_client *c, uint32_t device_id, enum fx_text_form form,
			   struct fx_cs_port **ret);
uint32_t fx_client_cs_ports(struct fx_client *c, enum fx_text_form form, struct fx_cs_port **ret,
			    uint32_t *ret_n);
uint32_t fx_client_cs_jobs(struct fx_client *c, enum fx_text_form form, struct fx_cs_job **ret,
			   uint32_t *ret_n);
/**
 * A page of them in order of id, from the first above after_id (0 = from the start) on. Equally
 * fast wherever it is in however long a queue.
 * @param max       1 to FX_CS_PAGE_MAX
 * @param ret_next  after_id of the next page; 0 = this was the last
 */
uint32_t fx_client_jobs_page(struct fx_client *c, uint64_t after_id, uint32_t max,
			     enum fx_text_form form, struct fx_cs_job **ret, uint32_t *ret_n,
			     uint64_t *ret_next);
/** By 64-bit id, see fx_client_resolve_job(). */
uint32_t fx_client_cs_job(struct fx_client *c, uint64_t id, enum fx_text_form form,
			  struct fx_cs_job **ret);
/** Job number to id; *ret_message: the job is finished, see fx_client_cs_message(). */
uint32_t fx_client_resolve_job(struct fx_client *c, uint32_t number, uint64_t *ret_id,
			       bool *ret_message);
uint32_t fx_client_attempts(struct fx_client *c, uint64_t id, enum fx_text_form form,
			    struct fx_cs_attempt **ret, uint32_t *ret_n);
/** Whole session log of an attempt as UTF-8 text with NUL; fx_free(*ret). */
uint32_t fx_client_call_log(struct fx_client *c, uint64_t id, uint64_t attempt_id, char **ret);
uint32_t fx_client_cs_messages(struct fx_client *c, uint32_t folder, uint64_t after_id,
			       uint32_t max, enum fx_text_form form, struct fx_cs_message **ret,
			       uint32_t *ret_n);
/** Newest first, ids below before_id; 0 = from the newest on. */
uint32_t fx_client_cs_newest_messages(struct fx_client *c, uint32_t folder, uint64_t before_id,
				      uint32_t max, enum fx_text_form form,
				      struct fx_cs_message **ret, uint32_t *ret_n);
uint32_t fx_client_cs_message(struct fx_client *c, uint64_t id, enum fx_text_form form,
			      struct fx_cs_message **ret);
enum fx_client_view { FX_CLIENT_VIEW_TIFF, FX_CLIENT_VIEW_PDF, FX_CLIENT_VIEW_PNG };
/** Whole view of a message or queued job in memory; fx_free(*ret). @param page from 1, PNG */
uint32_t fx_client_view(struct fx_client *c, uint64_t id, enum fx_client_view view, uint32_t page,
			uint8_t **ret, size_t *ret_size, uint32_t *ret_pages);
/* Common cover pages */
uint32_t fx_client_covers(struct fx_client *c, enum fx_text_form form, struct fx_cs_cover **ret,
			  uint32_t *ret_n);
/**
 * What a cover page looks like with made-up names. @param name of a common page, or of an upload,
 * which is used up. A page that is wrong: *ret_words tells why (fx_free(); else untouched).
 */
uint32_t fx_client_cover_view(struct fx_client *c, const char *name, bool common,
			      enum fx_client_view view, uint32_t page, uint8_t **ret,
			      size_t *ret_size, uint32_t *ret_pages, char **ret_words);
/** Take an upload in as a common page. @param upload NULL = remove the page of this name */
uint32_t fx_client_cover_put(struct fx_client *c, const char *name, const char *upload);
/** For the next fx_client_send_document() of this connection. */
uint32_t fx_client_send_options(struct fx_client *c, enum fx_text_form form,
				const struct fx_cs_send_options *options);
uint32_t fx_client_trace_list(struct fx_client *c, enum fx_text_form form,
			      struct fx_cs_trace **ret, uint32_t *ret_n);
uint32_t fx_client_trace_set(struct fx_client *c, const char *facility, bool on);
/** Lines after *since (0 = from now); waits up to timeout_ms for one. *since moves on.
 * @param ret_lost lines that were dropped before they could be read */
uint32_t fx_client_trace_read(struct fx_client *c, uint64_t *since, uint32_t timeout_ms,
			      enum fx_text_form form, struct fx_cs_trace_line **ret,
			      uint32_t *ret_n, uint32_t *ret_lost);
uint32_t fx_client_health(struct fx_client *c, enum fx_text_form form, struct fx_cs_health **ret,
			  uint32_t *ret_n);
/**
 * Wait for a change. @param since 0 = return the present position at once, with no events;
 * it moves on. @param kinds bits 1 << enum fx_cs_event_kind, 0 = all. @param id only this job,
 * message or port; 0 = any. @param timeout_ms up to FX_CS_WAIT_MAX_MS
 * No event in time: success with *ret_n 0. *ret_lost: events were dropped, look at all again.
 */
uint32_t fx_client_wait(struct fx_client *c, uint64_t *since, uint32_t kinds, uint64_t id,
			uint32_t timeout_ms, struct fx_cs_event **ret, uint32_t *ret_n,
			bool *ret_lost);
/** Who may do what; the default first, then users, then groups. READ_CONTROL. */
uint32_t fx_client_access_list(struct fx_client *c, enum fx_text_form form,
			       struct fx_cs_access **ret, uint32_t *ret_n);
/** What a user (NULL: the caller) may do and why. 2: no such user. */
uint32_t fx_client_access_show(struct fx_client *c, const char *user, enum fx_text_form form,
			       struct fx_cs_access **ret);
/** @param how   0 set, 1 grant, 2 revoke, 3 reset, 4 reset all
 * @param kind   0 default, 1 user, 2 group. @param name NULL for the default
 * @param rights words as in the settings file; NULL = none. 2: no such user or group */
uint32_t fx_client_access_set(struct fx_client *c, uint32_t how, uint32_t kind, const char *name,
			      const char *rights);
/** @param how  0 set, 1 remove, 2 disable, 3 enable */
uint32_t fx_client_password(struct fx_client *c, uint32_t how, const char *name,
			    const char *password);
uint32_t fx_client_get_extra_config(struct fx_client *c, struct fx_cs_extra_config *ret);
uint32_t fx_client_set_extra_config(struct fx_client *c, const struct fx_cs_extra_config *config);

#ifdef __cplusplus
}
#endif
#endif
