/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file clients/winfax/winfax_priv.h
 * What the files of winfax share: handles, result blocks, the last error.
 * Thread: any, unless said otherwise.
 */
#ifndef FX_CLIENTS_WINFAX_PRIV_H
#define FX_CLIENTS_WINFAX_PRIV_H

#include <pthread.h>
#include <caselli.h>
#include "base/mem.h"
#include "base/str.h"
#include "clients/common/client.h"

/* ---- Last error of the thread ---- */
/** Sets code and reason (NULL: the code's own text). @return FALSE when code is not 0 */
BOOL wf_result(uint32_t code, const struct fx_reason *why);
/** As above with the code's own text. */
BOOL wf_code(uint32_t code);
/** A sentence of our own. @return FALSE */
BOOL wf_fail(uint32_t code, const char *fmt, ...) FX_PRINTF(2, 3);

/* ---- Handles ---- */
enum wf_kind { WF_SERVER, WF_PORT };
/** A connection. Counted: by its handle, its ports, and calls under way. */
struct wf_server {
	enum wf_kind kind;
	LONG refs;
	struct fx_client *client;
	struct fx_client *waiter; /**< second connection for calls that wait; NULL until used */
	struct fx_ctx svc;
	char *name;
	pthread_mutex_t lock;     /**< waiter; and options plus send, which belong together */
};
struct wf_port {
	enum wf_kind kind;
	LONG refs;
	struct wf_server *server;
	struct fx_ctx ctx;
	uint32_t device_id, flags;
};
/** Register an object of one reference, which the handle owns then. @return NULL: out of memory */
HANDLE wf_handle_new(void *obj);
/** A new reference, or NULL with the last error set (ERROR_INVALID_HANDLE, or
 * ERROR_INVALID_PARAMETER for a NULL handle). */
struct wf_server *wf_server_get(HANDLE h);
struct wf_port *wf_port_get(HANDLE h);
/** Take a handle of either kind out of the table; its reference goes to the caller. */
void *wf_handle_take(HANDLE h);
void wf_unref(void *obj);

/* ---- Result blocks ---- */
/** Where the texts of a structure stand. */
struct wf_shape {
	size_t size;
	const uint16_t *text_off;
	size_t n_text;
};
/**
 * n structures and their texts in one new block. `from` is the form of the texts in src, `to`
 * of those in the block. never_null: NULL texts become "".
 * @return for FaxFreeBuffer/CaselliFree; NULL: out of memory
 */
void *wf_pack(const struct wf_shape *shape, const void *src, size_t n, enum fx_text_form from,
	      enum fx_text_form to, bool never_null);
/** A block of bytes, NUL after them. */
void *wf_pack_bytes(const void *p, size_t n);
/** Shape of a wire layout (the structures of winfax.h have the same). */
#define WF_TEXT_MAX 32
struct wf_shape wf_shape_of(const struct fx_ms_layout *layout, uint16_t off[WF_TEXT_MAX]);
/** Turn a result of the client (array of n; freed here) into *out. FALSE with last error. */
BOOL wf_give(const struct fx_ms_layout *layout, void *src, size_t n, enum fx_text_form form,
	     void **out);

/* ---- Documents ---- */
/** What a file is, by its first bytes, else its name. @return ".pdf" ..., NULL = nothing we know */
const char *wf_file_type(const uint8_t *head, size_t n, const char *name);
/** Upload a file. @param ret_name 256 bytes */
BOOL wf_upload(struct wf_server *s, const char *path, const char *ext, char *ret_name);
/** The same from where fd stands; path is what messages and the kind of the file go by. */
BOOL wf_upload_fd(struct wf_server *s, int fd, const char *path, const char *ext, char *ret_name);

/* ---- Profile of the user ---- */
#define WF_PROFILE_TABLE(X)                                                                        \
	X(name) X(fax_number) X(company) X(address) X(title) X(department) X(office)              \
	X(home_phone) X(office_phone) X(email) X(billing_code) X(tsid)
struct wf_profile {
#define X(f) char *f;
	WF_PROFILE_TABLE(X)
#undef X
};
FX_MUST_CHECK int wf_profile_load(struct wf_profile *p);
void wf_profile_fini(struct wf_profile *p);

#endif
