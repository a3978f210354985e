/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file clients/winfax/winfax_priv.h
 * What the files of winfax share: handles, result blocks, the last error.
 * Thread: any, unless said otherwise.
 */
#ifndef FX_CLIENTS_WINFAX_PRIV_H
#define FX_CLIENTS_WINFAX_PRIV_H

#include "clients/common/lock.h"
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
enum wf_kind { WF_SERVER = 1, WF_PORT = 2, WF_PRINT = 4 };
/** What every object behind a handle begins with. Counted: its handle, and calls under way. */
struct wf_object {
	enum wf_kind kind;
	LONG refs;
	void (*destroy)(void *obj); /**< the last reference is gone */
};
/** A connection. Counted by its ports and print jobs too. */
struct wf_server {
	struct wf_object o;
	struct fx_client *client;
	struct fx_client *waiter; /**< second connection for calls that wait; NULL until used */
	struct fx_ctx svc;
	char *name;
	fx_lock lock;     /**< waiter; and options plus send, which belong together */
};
struct wf_port {
	struct wf_object o;
	struct wf_server *server;
	struct fx_ctx ctx;
	uint32_t device_id, flags;
};
/** Register an object of one reference, which the handle owns then. @return NULL: out of memory */
HANDLE wf_handle_new(void *obj);
/** A new reference, or NULL with the last error set (ERROR_INVALID_HANDLE, or
 * ERROR_INVALID_PARAMETER for a NULL handle). */
void *wf_handle_get(HANDLE h, enum wf_kind kind);
struct wf_server *wf_server_get(HANDLE h);
struct wf_port *wf_port_get(HANDLE h);
/** Take a handle of one of these kinds (bits) out of the table, with its reference. */
void *wf_handle_take(HANDLE h, unsigned kinds);
void wf_ref(void *obj);
void wf_unref(void *obj);

/** Connect, with no handle. @return 0 or a code, with the reason in *why */
uint32_t wf_server_new(const char *name, struct wf_server **ret, struct fx_reason *why);
/** Does the caller hold all of these (old) rights? */
uint32_t wf_check_access(struct wf_server *s, uint32_t mask, bool *granted);

/* ---- Texts of either form ---- */
/** What the A functions speak. */
#ifdef _WIN32
#define WF_TEXT_A FX_TEXT_ANSI
#else
#define WF_TEXT_A FX_TEXT_UTF8
#endif
/** NULL or "". */
bool wf_no_text(const void *s, enum fx_text_form form);
/** The caller's; NULL: out of memory */
char *wf_to_utf8(const void *s, enum fx_text_form form);
/** The other way: a text of that form, the caller's; NULL: out of memory */
void *wf_from_utf8(const char *s, enum fx_text_form form);

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
/** Structures of winfax.h with all their texts. */
extern const struct wf_shape wf_param_shape, wf_cover_shape;
/** Bytes of the texts of one structure. */
size_t wf_text_bytes(const struct wf_shape *shape, const void *src, enum fx_text_form form);
/** Turn a result of the client (array of n; freed here) into *out. FALSE with last error. */
BOOL wf_give(const struct fx_ms_layout *layout, void *src, size_t n, enum fx_text_form form,
	     void **out);
/** The same for a call that lists: its code, its array, and where the count goes. */
BOOL wf_give_list(const struct fx_ms_layout *layout, uint32_t code, void *src, uint32_t n,
		  enum fx_text_form form, void **out, LPDWORD count);

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
/** What the account of the user says, where p says nothing yet. @return 0 or FX_ENOMEM */
FX_MUST_CHECK int wf_profile_account(struct wf_profile *p);
void wf_profile_fini(struct wf_profile *p);

#endif
