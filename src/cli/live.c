/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/live.h"

#include <stdarg.h>
#include <string.h>
#include "base/str.h"
#include "cli/json.h"
#include "cli/when.h"

static bool in_call(const CASELLI_PORT_STATUS *s)
{
	return s->Status != FPS_AVAILABLE && s->Status != FPS_OFFLINE;
}

int fx_live_permille(const CASELLI_PORT_STATUS *s)
{
	uint64_t page = 0;

	if (!s->PagesTotal || !in_call(s)) {
		return -1;
	}
	if (s->PagesConfirmed >= s->PagesTotal) {
		return 1000;
	}
	if (s->Page > s->PagesConfirmed && s->PageBytesTotal) {
		page = (uint64_t)s->PageBytes * 1000 / s->PageBytesTotal;
		page = page > 1000 ? 1000 : page;
	}
	return (int)((s->PagesConfirmed * UINT64_C(1000) + page) / s->PagesTotal);
}

char *fx_live_bar(char *dst, size_t size, int permille, size_t columns, bool utf8)
{
	const char *full = utf8 ? "\xe2\x94\x81" : "#", *empty = utf8 ? "\xe2\x94\x80" : "-";
	size_t done = (size_t)permille * columns / 1000, i, used = 0;

	*dst = '\0';
	for (i = 0; i < columns; i++) {
		const char *c = i < done ? full : empty;
		size_t n = strlen(c);

		if (used + n >= size) {
			break;
		}
		memcpy(dst + used, c, n + 1);
		used += n;
	}
	return dst;
}

static void append(char *dst, size_t size, const char *fmt, ...) FX_PRINTF(3, 4);
static void append(char *dst, size_t size, const char *fmt, ...)
{
	size_t used = strlen(dst);
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(dst + used, size - used, fmt, ap);
	va_end(ap);
}

char *fx_live_modes(char *dst, size_t size, const CASELLI_PORT_STATUS *s)
{
	*dst = '\0';
	if (!s->RateBps) {
		return dst;
	}
	append(dst, size, "%u bit/s", s->RateBps);
	if (*fx_text(s->Transport)) {
		append(dst, size, "  %s", s->Transport);
	}
	if (*fx_text(s->Coding)) {
		append(dst, size, "  %s", s->Coding);
	}
	if (s->Ecm) {
		append(dst, size, "  ECM");
	}
	if (s->EcmRetries) {
		append(dst, size, " (%u blocks again)", s->EcmRetries);
	}
	if (s->Resolution) {
		append(dst, size, "  %s", fx_word_resolution(s->Resolution));
	}
	return dst;
}

/* "Sending page 1 of 2 to 102", "Receiving page 1 from +39 06 1" */
static void headline(char *dst, size_t size, const CASELLI_PORT_STATUS *s)
{
	*dst = '\0';
	append(dst, size, "%s", fx_word_fps(s->Status));
	if (s->Page && s->PagesTotal) {
		append(dst, size, " page %u of %u", s->Page, s->PagesTotal);
	} else if (s->Page) {
		append(dst, size, " page %u", s->Page);
	}
	if (s->Active && s->Sending && *fx_text(s->Number)) {
		append(dst, size, " to %s", s->Number);
	} else if (in_call(s) && *fx_text(s->CallerId)) {
		append(dst, size, " from %s", s->CallerId);
	}
}

/* Identifiers and the job, as far as known. */
static void details(char *dst, size_t size, const CASELLI_PORT_STATUS *s)
{
	*dst = '\0';
	if (*fx_text(s->LocalId)) {
		append(dst, size, "local \"%s\"  ", s->LocalId);
	}
	if (*fx_text(s->RemoteId)) {
		append(dst, size, "remote \"%s\"  ", s->RemoteId);
	}
	if (s->JobId) {
		append(dst, size, "job %u", s->JobId);
		if (*fx_text(s->DocumentName)) {
			append(dst, size, ": %s", s->DocumentName);
		}
	}
}

size_t fx_live_panel(const CASELLI_PORT_STATUS *s, size_t width, bool utf8,
		     char lines[FX_LIVE_LINES][FX_LIVE_LINE_SIZE])
{
	char text[FX_LIVE_LINE_SIZE], head[256], name[80], bar[160], modes[160], time[24];
	int permille = fx_live_permille(s);
	size_t bar_width = width > 100 ? 40 : width > 60 ? 24 : 10;

	headline(head, sizeof(head), s);
	fx_text_fit(name, sizeof(name), s->Name, 16);
	if (!in_call(s)) {
		snprintf(text, sizeof(text), "%3u  %s%*s         %s", s->DeviceId, name,
			 (int)(16 - fx_text_width(name)), "", head);
		fx_text_fit(lines[0], FX_LIVE_LINE_SIZE, text, width);
		return 1;
	}
	fx_when_elapsed(time, sizeof(time), s->ElapsedMs);
	snprintf(text, sizeof(text), "%3u  %s%*s  %5s  %s", s->DeviceId, name,
		 (int)(16 - fx_text_width(name)), "", time, head);
	fx_text_fit(lines[0], FX_LIVE_LINE_SIZE, text, width);
	fx_live_modes(modes, sizeof(modes), s);
	if (permille >= 0) {
		fx_live_bar(bar, sizeof(bar), permille, bar_width, utf8);
		snprintf(text, sizeof(text), "     %s %3d %%  %s", bar, permille / 10, modes);
	} else {
		char bytes[24];

		fx_text_bytes(bytes, sizeof(bytes), s->PageBytes);
		snprintf(text, sizeof(text), "     %u stored%s%s  %s", s->PagesConfirmed,
			 s->PageBytes ? ", " : "", s->PageBytes ? bytes : "", modes);
	}
	fx_text_fit(lines[1], FX_LIVE_LINE_SIZE, text, width);
	details(head, sizeof(head), s);
	snprintf(text, sizeof(text), "     %s", head);
	fx_text_fit(lines[2], FX_LIVE_LINE_SIZE, text, width);
	return FX_LIVE_LINES;
}

char *fx_live_line(char *dst, size_t size, const CASELLI_PORT_STATUS *s)
{
	char head[256], modes[160], more[256], time[24], text[FX_LIVE_LINE_SIZE * 2];
	int permille = fx_live_permille(s);

	headline(head, sizeof(head), s);
	snprintf(text, sizeof(text), "port %u  %s  %s", s->DeviceId, fx_text(s->Name), head);
	if (in_call(s)) {
		if (permille >= 0) {
			append(text, sizeof(text), "  %d %%", permille / 10);
		}
		if (*fx_live_modes(modes, sizeof(modes), s)) {
			append(text, sizeof(text), "  %s", modes);
		}
		details(more, sizeof(more), s);
		append(text, sizeof(text), "  %s  %s", more,
		       fx_when_elapsed(time, sizeof(time), s->ElapsedMs));
	}
	return fx_text_fit(dst, size, text, size);
}

bool fx_live_differs(const CASELLI_PORT_STATUS *was, const CASELLI_PORT_STATUS *is)
{
	return was->Status != is->Status || was->Page != is->Page ||
	       was->PagesConfirmed != is->PagesConfirmed || was->RateBps != is->RateBps ||
	       was->JobId != is->JobId ||
	       /* a page takes half a minute: say something at each quarter of the fax */
	       fx_live_permille(was) / 250 != fx_live_permille(is) / 250;
}
