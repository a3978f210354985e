/* SPDX-License-Identifier: Apache-2.0 */
/* Cover pages: those of a job as SendDocumentEx brings them, and our operations for common ones. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/cover.h"
#include "rpc/iface/convert.h"
#include "rpc/iface/iface.h"
#include "service/cover.h"

#define VIEW_MAX ((size_t)64 << 20)

/* ---- of a job ---- */

static void put_person(struct fx_buf *b, enum fx_cover_field first, const struct fx_ms_profile *p)
{
	const char *const v[] = {p->name.u8, p->fax_number.u8, p->company.u8, p->street.u8,
				 p->city.u8, p->state.u8, p->zip.u8, p->country.u8, p->title.u8,
				 p->department.u8, p->office_location.u8, p->home_phone.u8,
				 p->office_phone.u8, p->email.u8};

	for (size_t i = 0; i < FX_ARRAY_LEN(v); i++) {
		fx_cover_put(b, (enum fx_cover_field)((size_t)first + i), v[i]);
	}
}

/* A text for as long as the call. */
static char *keep(struct fx_arena *a, const char *s, size_t n)
{
	char *copy = fx_arena_alloc(a, n + 1);

	if (copy) {
		memcpy(copy, s, n);
		copy[n] = '\0';
	}
	return copy;
}

static char *page_name(struct fx_arena *a, const struct fx_ms_coverpage *c)
{
	char text[512];
	int n = snprintf(text, sizeof(text), "%s%s", c->server_based ? FX_COVER_COMMON : "",
			 c->file_name.u8);

	return keep(a, text, n < 0 ? 0 : n < (int)sizeof(text) ? (size_t)n : sizeof(text) - 1);
}

int fx_wire_cover(struct fx_arena *a, const struct fx_ms_coverpage *cover,
		  const struct fx_ms_profile *from, const struct fx_ms_profile *to,
		  struct fx_job *j)
{
	struct fx_buf b = {.max = FX_COVER_TEXT_MAX};
	int err = 0;

	put_person(&b, FX_COVER_SENDER_NAME, from);
	put_person(&b, FX_COVER_RECIPIENT_NAME, to);
	if (b.len) {
		j->profile = b.err ? NULL : keep(a, (const char *)b.data, b.len);
		err = b.err ? b.err : j->profile ? 0 : FX_ENOMEM;
	}
	fx_buf_fini(&b);
	j->cover_note = cover->note.u8 && *cover->note.u8 ? (char *)(uintptr_t)cover->note.u8 :
							    NULL;
	if (!err && cover->file_name.u8 && *cover->file_name.u8) {
		j->cover_page = page_name(a, cover);
		err = j->cover_page ? 0 : FX_ENOMEM;
	}
	return err;
}

/* ---- common ones ---- */

uint32_t fx_cs_covers(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_coverpage *list = NULL;
	struct fx_cs_cover *w;
	size_t n = 0;
	uint32_t code;
	int err = fx_service_covers(a->env->service, &a->caller, &list, &n);

	if (err) {
		return fx_win32(err);
	}
	w = fx_arena_calloc(&call->arena, n, sizeof(*w));
	for (size_t i = 0; w && i < n; i++) {
		w[i] = (struct fx_cs_cover){.own = list[i].own, .windows = list[i].windows,
			.bytes = list[i].bytes, .name = fx_wire_text(list[i].name),
			.title = fx_wire_text(list[i].title)};
	}
	code = w ? fx_icall_array(call, 0, &fx_cs_cover_layout, w, n) : FX_W_NOT_ENOUGH_MEMORY;
	(void)fx_free(list);
	return code;
}

/* A page that is wrong is an answer, not a failure of the call: its words shall arrive. */
static void viewed(void *arg, int err, const char *words, const uint8_t *p, size_t n,
		   uint32_t pages)
{
	struct fx_icall *call = arg;
	struct fx_handle *h = NULL; /* no message's: nothing to ask for again */
	uint8_t *copy = NULL;

	fx_buf_reset(&call->data);
	memset(&call->ctx, 0, sizeof(call->ctx));
	call->out[0].p = &call->ctx;
	err = !err && n > VIEW_MAX ? FX_ELIMIT : err;
	if (!err) {
		copy = fx_memdup(p, n);
		err = copy ? fx_icall_new_document(call, FX_P_CTX_VIEW, -1, copy, n, &h) :
			     FX_ENOMEM;
		if (err) {
			(void)fx_free(copy);
			fx_icall_finish(call, fx_win32(err));
			return;
		}
		call->out[1].u = n;
		call->out[2].u = pages;
	}
	call->out[3].u = fx_win32(err);
	fx_buf_put(&call->data, fx_text(words), strlen(fx_text(words)));
	fx_icall_finish(call, fx_icall_data(call, 4));
}

uint32_t fx_cs_cover_view(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_cover_ask ask = {
		.name = call->in[0].s.u8,
		.common = call->in[1].u != 0,
		.view = (enum fx_view)call->in[2].u,
		.page = (uint32_t)call->in[3].u,
	};

	if (call->in[2].u > FX_VIEW_PNG || (ask.view == FX_VIEW_PNG && !ask.page)) {
		return FX_W_INVALID_PARAMETER;
	}
	return fx_icall_later(fx_service_cover_view(a->env->service, &a->caller, &ask, viewed,
						    call));
}

uint32_t fx_cs_cover_put(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_reason why = {0};
	int err;

	if (call->in[1].s.u8) {
		err = fx_service_cover_put(a->env->service, &a->caller, fx_text(call->in[0].s.u8),
					   call->in[1].s.u8, &why);
	} else {
		err = fx_service_cover_remove(a->env->service, &a->caller,
					      fx_text(call->in[0].s.u8));
	}
	return fx_win32(err);
}
