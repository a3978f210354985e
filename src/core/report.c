/* SPDX-License-Identifier: Apache-2.0 */
#include "core/report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "base/bytes.h"
#include "base/mem.h"
#include "base/str.h"

void fx_report_fini(struct fx_report *r)
{
	(void)fx_free(r->address);
	(void)fx_free(r->subject);
	(void)fx_free(r->text);
	*r = (struct fx_report){0};
}

bool fx_report_wanted(const struct fx_job *job)
{
	return (job->report_type & FX_REPORT_EMAIL) && *fx_text(job->report_address) &&
	       job->type == FX_JT_SEND;
}

/* Texts of clients: one line each, whatever was in them. */
static void put_line(struct fx_buf *b, const char *name, const char *value)
{
	size_t at = b->len;

	if (!*fx_text(value)) {
		return;
	}
	fx_buf_printf(b, "%-12s %s", name, value);
	if (!b->err) {
		fx_buf_u8(b, 0);
	}
	if (!b->err) {
		fx_str_clean((char *)b->data + at);
		b->data[b->len - 1] = '\n';
	}
}

static char *text_of(const struct fx_job *j, bool sent, const char *ended)
{
	struct fx_buf b = {0};
	char pages[64];

	fx_buf_printf(&b, "%s\n\n", sent ? "Your fax was sent." : "Your fax could not be sent.");
	put_line(&b, "Number:", j->number);
	put_line(&b, "Recipient:", j->recipient_name);
	put_line(&b, "Company:", j->recipient_company);
	put_line(&b, "Document:", j->document_name);
	put_line(&b, "Subject:", j->subject);
	(void)snprintf(pages, sizeof(pages), "%u of %u", sent ? j->pages : j->confirmed, j->pages);
	put_line(&b, "Pages:", pages);
	put_line(&b, sent ? "Sent:" : "Given up:", ended);
	put_line(&b, "Station:", sent ? j->remote_id : "");
	put_line(&b, "Billing:", j->billing_code);
	put_line(&b, "Reason:", sent ? "" : j->words);
	(void)snprintf(pages, sizeof(pages), "%u", j->client_id);
	put_line(&b, "Job:", pages);
	if (!sent) {
		fx_buf_printf(&b, "\nThe fax is still in the queue; it can be sent again from "
			      "there, or removed.\n");
	}
	fx_buf_u8(&b, 0);
	if (b.err) {
		fx_buf_fini(&b);
	}
	return (char *)b.data;
}

int fx_report_of_job(const struct fx_job *job, bool sent, const char *ended, struct fx_report *ret)
{
	const char *to = *fx_text(job->recipient_name) ? job->recipient_name : job->number;
	struct fx_report r = {
		.job_id = job->id,
		.ended_at = job->ended_at,
		.address = fx_strdup(fx_text(job->report_address)),
		.subject = fx_asprintf("Fax to %s %s", fx_text(to), sent ? "sent" : "not sent"),
		.text = text_of(job, sent, ended),
	};

	if (!r.address || !r.subject || !r.text) {
		fx_report_fini(&r);
		return FX_ENOMEM;
	}
	fx_str_clean(r.address);
	fx_str_clean(r.subject);
	*ret = r;
	return 0;
}

void fx_report_key(uint64_t job_id, char key[FX_REPORT_KEY_SIZE])
{
	(void)snprintf(key, FX_REPORT_KEY_SIZE, FX_REPORT_PREFIX "%020" PRIu64, job_id);
}

char *fx_report_write(const struct fx_report *r)
{
	return fx_asprintf("1 %" PRIu64 " %" PRId64 " %u %" PRId64 "\n%s\n%s\n%s", r->job_id,
			   r->ended_at, r->tries, r->next_at, r->address, r->subject, r->text);
}

/* The line at *at without its end; NULL = no memory, or none (*at is NULL then). */
static char *take_line(const char **at)
{
	const char *end = *at ? strchr(*at, '\n') : NULL;
	char *line = end ? fx_zalloc((size_t)(end - *at) + 1) : NULL;

	if (line) {
		memcpy(line, *at, (size_t)(end - *at));
	}
	*at = end ? end + 1 : NULL;
	return line;
}

int fx_report_read(const char *text, struct fx_report *ret)
{
	struct fx_report r = {0};
	const char *at = strchr(text, '\n');
	int n = 0;

	if (strlen(text) > FX_REPORT_TEXT_MAX || !at ||
	    sscanf(text, "1 %" SCNu64 " %" SCNd64 " %u %" SCNd64 "%n", &r.job_id, &r.ended_at,
		   &r.tries, &r.next_at, &n) != 4 || text[n] != '\n') {
		return FX_ECORRUPT;
	}
	at++;
	r.address = take_line(&at);
	r.subject = take_line(&at);
	r.text = at ? fx_strdup(at) : NULL;
	if (!r.address || !r.subject || !r.text) {
		fx_report_fini(&r);
		return at ? FX_ENOMEM : FX_ECORRUPT;
	}
	*ret = r;
	return 0;
}
