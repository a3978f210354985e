/* SPDX-License-Identifier: Apache-2.0 */
/** @file cli/cmd_messages.c  caselli inbox, sent, save, remove */
#include "cli/commands.h"

#include <errno.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "cli/json.h"
#include "cli/when.h"

#define LIST_DEFAULT 50
#define LIST_MAX     100000
#define LIST_BLOCK   100u /* messages fetched at once */

static const struct fx_column inbox_columns[] = {
	{"MESSAGE", FX_RIGHT, 0}, {"RECEIVED", FX_LEFT, 0}, {"FROM", FX_LEFT, 8},
	{"CALLER", FX_LEFT, 6},   {"PAGES", FX_RIGHT, 0},   {"RESOLUTION", FX_LEFT, 0},
	{"PORT", FX_LEFT, 6},     {"SIZE", FX_RIGHT, 0},    {"", FX_LEFT, 0},
	{"FOR", FX_LEFT, 6},      {"SUBJECT", FX_LEFT, 8},  {NULL, FX_LEFT, 0},
};
static const struct fx_column sent_columns[] = {
	{"MESSAGE", FX_RIGHT, 0}, {"JOB", FX_RIGHT, 0}, {"SENT", FX_LEFT, 0},
	{"NUMBER", FX_LEFT, 8},   {"TO", FX_LEFT, 8},   {"PAGES", FX_RIGHT, 0},
	{"DOCUMENT", FX_LEFT, 8}, {"USER", FX_LEFT, 4}, {NULL, FX_LEFT, 0},
};

static bool is_among(const char *list, const char *name, size_t n)
{
	for (const char *p = list; *p;) {
		size_t k = strcspn(p, ";");

		if (k == n && !strncmp(p, name, n)) {
			return true;
		}
		p += k + (p[k] == ';');
	}
	return false;
}

/* "anna bruno*": the star is for who has read it. */
static void put_owners(struct fx_table *t, const CASELLI_MESSAGE *m)
{
	char text[256] = "";
	size_t at = 0;

	for (const char *p = m->Owners; *p && at < sizeof(text);) {
		int n = (int)strcspn(p, ";");
		int k = snprintf(text + at, sizeof(text) - at, "%s%.*s%s", at ? " " : "", n, p,
				 is_among(m->ReadBy, p, (size_t)n) ? "*" : "");

		at += k > 0 ? (size_t)k : 0;
		p += n + (p[n] == ';');
	}
	fx_cli_check(fx_table_cell(t, text));
}

static void inbox_row(struct fx_table *t, const CASELLI_MESSAGE *m)
{
	char text[40];

	fx_cli_check(fx_table_cellf(t, "%llu", (unsigned long long)m->Id));
	fx_cli_check(fx_table_cell(t, fx_when_text(text, sizeof(text), m->EndedAt, fx_cli_now())));
	/* whom a person named, before what a machine calls itself */
	fx_cli_check(fx_table_cell(t, *m->SenderName ? m->SenderName : m->Tsid));
	fx_cli_check(fx_table_cell(t, *m->SenderNumber ? m->SenderNumber : m->CallerId));
	fx_cli_check(fx_table_cellf(t, "%u", m->Pages));
	fx_cli_check(fx_table_cell(t, fx_word_resolution(m->Resolution)));
	fx_cli_check(fx_table_cell(t, m->PortName));
	fx_cli_check(fx_table_cell(t, fx_text_bytes(text, sizeof(text), m->SizeBytes)));
	fx_cli_check(fx_table_cell(t, m->Partial ? "partial" : m->Read ? "" : "new"));
	put_owners(t, m);
	fx_cli_check(fx_table_cell(t, m->Subject));
}

static void sent_row(struct fx_table *t, const CASELLI_MESSAGE *m)
{
	char text[40];

	fx_cli_check(fx_table_cellf(t, "%llu", (unsigned long long)m->Id));
	fx_cli_check(fx_table_cellf(t, "%u", m->JobId));
	fx_cli_check(fx_table_cell(t, fx_when_text(text, sizeof(text), m->EndedAt, fx_cli_now())));
	fx_cli_check(fx_table_cell(t, m->Number));
	fx_cli_check(fx_table_cell(t, *m->RecipientName ? m->RecipientName : m->Csid));
	fx_cli_check(fx_table_cellf(t, "%u", m->Pages));
	fx_cli_check(fx_table_cell(t, m->DocumentName));
	fx_cli_check(fx_table_cell(t, m->UserName));
}

/* Hand on the newest messages, newest first. */
static int each_message(struct fx_cli *cli, DWORD folder, uint64_t max,
			void (*fn)(void *arg, const CASELLI_MESSAGE *m), void *arg)
{
	uint64_t before = 0;
	DWORD n = LIST_BLOCK, asked = LIST_BLOCK, i;

	/* a block that is not full is the last one */
	for (; max && n == asked; max -= n) {
		CASELLI_MESSAGE *m = NULL;

		asked = max < LIST_BLOCK ? (DWORD)max : LIST_BLOCK;
		if (!CaselliEnumNewestMessages(cli->server, folder, before, asked, &m, &n)) {
			return fx_cli_fail(cli, "list the messages");
		}
		for (i = 0; i < n; i++) {
			fn(arg, &m[i]);
			before = m[i].Id;
		}
		CaselliFree(m);
	}
	return FX_EXIT_OK;
}

struct listing {
	struct fx_table *table;
	struct fx_json *list;
	void (*row)(struct fx_table *t, const CASELLI_MESSAGE *m);
};

static void list_one(void *arg, const CASELLI_MESSAGE *m)
{
	struct listing *l = arg;

	if (l->list) {
		fx_json_add(l->list, fx_json_of(fx_fields_message, m));
	} else {
		l->row(l->table, m);
	}
}

static int list(struct fx_cli *cli, const struct fx_args *args, DWORD folder)
{
	bool inbox = folder == CASELLI_FOLDER_INBOX;
	struct listing l = {.row = inbox ? inbox_row : sent_row};
	const char *max_text = fx_args_value(args, "max");
	uint64_t max = LIST_DEFAULT;
	int code = max_text ? fx_cli_number(cli, max_text, "maximum", LIST_MAX, &max) : FX_EXIT_OK;

	code = code ? code : fx_cli_connect(cli);
	if (code) {
		return code;
	}
	if (cli->globals.json) {
		l.list = fx_json_list();
	} else {
		fx_cli_check(fx_table_new(inbox ? inbox_columns : sent_columns, &l.table));
	}
	code = each_message(cli, folder, max, list_one, &l);
	if (l.list) {
		fx_json_print(l.list, cli->out, false);
	} else if (!code && !fx_table_rows(l.table)) {
		fputs(inbox ? "No fax was received yet.\n" : "No fax was sent yet.\n", cli->out);
	} else if (!code) {
		fx_table_print(l.table, cli->out, fx_cli_width(cli), cli->color);
	}
	(void)fx_table_free(l.table);
	return code;
}

int fx_cmd_inbox(struct fx_cli *cli, const struct fx_args *args)
{
	return list(cli, args, CASELLI_FOLDER_INBOX);
}

int fx_cmd_sent(struct fx_cli *cli, const struct fx_args *args)
{
	return list(cli, args, CASELLI_FOLDER_SENT);
}

struct save {
	uint64_t id;
	DWORD view;
	uint64_t page;      /* 0 = all */
	const char *output; /* NULL = a name of ours, "-" = standard output */
};

static const char *const view_ext[] = {".tif", ".pdf", ".png"};

/* The format that a file name asks for, or -1. */
static int view_by_name(const char *name)
{
	const char *dot = name ? strrchr(name, '.') : NULL;

	if (!dot) {
		return -1;
	}
	return fx_str_ieq(dot, ".pdf")                             ? CASELLI_VIEW_PDF :
	       fx_str_ieq(dot, ".png")                             ? CASELLI_VIEW_PNG :
	       fx_str_ieq(dot, ".tif") || fx_str_ieq(dot, ".tiff") ? CASELLI_VIEW_TIFF :
								     -1;
}

static int save_options(struct fx_cli *cli, const struct fx_args *args, struct save *s)
{
	bool pdf = fx_args_has(args, "pdf"), tiff = fx_args_has(args, "tiff"),
	     png = fx_args_has(args, "png");
	const char *page = fx_args_value(args, "page");
	int by_name;

	s->output = fx_args_value(args, "output");
	if (pdf + tiff + png > 1) {
		return fx_cli_error(cli, FX_EXIT_USAGE, "choose one of --pdf, --tiff, --png");
	}
	by_name = view_by_name(s->output);
	s->view = tiff               ? CASELLI_VIEW_TIFF :
		  png || page        ? CASELLI_VIEW_PNG :
		  pdf || by_name < 0 ? CASELLI_VIEW_PDF :
				       (DWORD)by_name;
	return page ? fx_cli_number(cli, page, "page", UINT32_MAX, &s->page) : FX_EXIT_OK;
}

/* A message by its id; else the message that a job became, by the job's number. */
static int find_message(struct fx_cli *cli, const char *text, uint64_t *ret_id)
{
	CASELLI_MESSAGE *m = NULL;
	CASELLI_JOB *job = NULL;
	uint64_t n;
	bool denied;
	int code = fx_cli_number(cli, text, "message", INT64_MAX, &n);

	if (code) {
		return code;
	}
	if (CaselliGetMessage(cli->server, n, &m)) {
		*ret_id = n;
		CaselliFree(m);
		return FX_EXIT_OK;
	}
	denied = GetLastError() == ERROR_ACCESS_DENIED;
	if (n <= UINT32_MAX && CaselliFindJob(cli->server, (DWORD)n, &job)) {
		*ret_id = job->Id;
		CaselliFree(job);
		return FX_EXIT_OK;
	}
	if (denied) { /* that no job has this number is not what matters */
		return fx_cli_error(cli, FX_EXIT_DENIED, "cannot find message %s: access denied",
				    text);
	}
	return fx_cli_fail(cli, "find message %s (caselli inbox and caselli sent list them)", text);
}

int fx_cli_write_file(struct fx_cli *cli, const char *name, bool own_name, const BYTE *p, DWORD n)
{
	FILE *f;

	if (!strcmp(name, "-")) {
		if (cli->terminal) {
			return fx_cli_error(cli, FX_EXIT_USAGE,
					    "a fax on the terminal is of no use: send the output "
					    "to a file or program");
		}
		return fwrite(p, 1, n, cli->out) == n ? FX_EXIT_OK : FX_EXIT_FAILED;
	}
	/* a name that we chose must not destroy a file; one that the user typed may */
	f = fopen(name, own_name ? "wbx" : "wb");
	if (!f) {
		return fx_cli_error(cli, FX_EXIT_FAILED, "cannot write %s: %s%s", name,
				    strerror(errno),
				    errno == EEXIST ? "; name a file with -o" : "");
	}
	if (fwrite(p, 1, n, f) != n || fflush(f)) {
		int e = errno;

		(void)fclose(f);
		return fx_cli_error(cli, FX_EXIT_FAILED, "cannot write %s: %s", name, strerror(e));
	}
	if (fclose(f)) { /* a quota or a server far away may say no only now */
		return fx_cli_error(cli, FX_EXIT_FAILED, "cannot write %s: %s", name,
				    strerror(errno));
	}
	if (cli->globals.json) {
		struct fx_json *o = fx_json_object();

		fx_json_set_text(o, "file", name);
		fx_json_set_int(o, "size_bytes", n);
		fx_json_print(o, cli->out, true);
	} else {
		fprintf(cli->out, "%s\n", name);
	}
	return FX_EXIT_OK;
}

/* Name of a page's file: the given one with -N before its ending when there are several. */
static int file_name(char *dst, size_t size, const struct save *s, DWORD page, DWORD pages)
{
	const char *dot;
	int n;

	if (!s->output) {
		n = pages > 1 ? snprintf(dst, size, "fax-%llu-%u%s", (unsigned long long)s->id,
					 page, view_ext[s->view]) :
				snprintf(dst, size, "fax-%llu%s", (unsigned long long)s->id,
					 view_ext[s->view]);
	} else if (pages <= 1 || !strcmp(s->output, "-")) {
		n = snprintf(dst, size, "%s", s->output);
	} else {
		dot = view_by_name(s->output) >= 0 ? strrchr(s->output, '.') : NULL;
		n = snprintf(dst, size, "%.*s-%u%s",
			     dot ? (int)(dot - s->output) : (int)strlen(s->output), s->output, page,
			     dot ? dot : view_ext[s->view]);
	}
	return n > 0 && (size_t)n < size ? 0 : FX_EOVERFLOW;
}

static int save_view(struct fx_cli *cli, const struct save *s, DWORD page, bool several,
		     DWORD *ret_pages)
{
	char name[4096];
	BYTE *data = NULL;
	DWORD size = 0, pages = 0;
	int code;

	if (!CaselliView(cli->server, s->id, s->view, page, &data, &size, &pages)) {
		if (s->view == CASELLI_VIEW_PNG && GetLastError() == ERROR_INVALID_PARAMETER) {
			return fx_cli_error(cli, FX_EXIT_FAILED, "the fax has no page %u", page);
		}
		return fx_cli_fail(cli,
				   s->view == CASELLI_VIEW_PNG ? "fetch page %u of it" : "fetch it",
				   page);
	}
	several = several && pages > 1;
	if (several && s->output && !strcmp(s->output, "-")) {
		code = fx_cli_error(cli, FX_EXIT_USAGE,
				    "the fax has %u pages: choose one with "
				    "--page",
				    pages);
	} else if (file_name(name, sizeof(name), s, page, several ? pages : 1)) {
		code = fx_cli_error(cli, FX_EXIT_USAGE, "the name of the file is too long");
	} else {
		code = fx_cli_write_file(cli, name, !s->output, data, size);
	}
	CaselliFree(data);
	*ret_pages = pages;
	return code;
}

int fx_cmd_save(struct fx_cli *cli, const struct fx_args *args)
{
	struct save s = {0};
	DWORD pages = 1, page;
	int code = save_options(cli, args, &s);

	code = code ? code : fx_cli_connect(cli);
	code = code ? code : find_message(cli, args->words[0], &s.id);
	if (code) {
		return code;
	}
	if (s.view != CASELLI_VIEW_PNG || s.page) {
		code = save_view(cli, &s, s.page ? (DWORD)s.page : 1, false, &pages);
	} else {
		for (page = 1; !code && page <= pages; page++) {
			code = save_view(cli, &s, page, true, &pages);
		}
	}
	/* what was read is read; no right to say so is no reason to fail */
	if (!code) {
		(void)CaselliSetMessageRead(cli->server, s.id, TRUE);
	}
	return code;
}

int fx_cmd_remove(struct fx_cli *cli, const struct fx_args *args)
{
	int code = fx_cli_connect(cli);
	size_t i;

	for (i = 0; cli->server && i < args->n_words; i++) {
		uint64_t n;
		int failed = fx_cli_number(cli, args->words[i], "message", INT64_MAX, &n);

		if (!failed && !CaselliRemoveMessage(cli->server, n)) {
			failed = fx_cli_fail(cli, "remove message %s", args->words[i]);
		} else if (!failed && !cli->globals.json) {
			fprintf(cli->out, "Message %s removed.\n", args->words[i]);
		}
		code = code ? code : failed;
	}
	return code;
}
