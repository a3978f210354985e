/* SPDX-License-Identifier: Apache-2.0 */
/*
 * E-mail: one message to all addresses of the data, the fax attached. The server's answer decides:
 * 4xx, no answer and anything about TLS or the password are tried again (an administrator may set
 * it right meanwhile), 5xx is final. A repeat after a crash has the same Message-ID.
 */
#include <curl/curl.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "base/mem.h"
#include "base/str.h"
#include "route/own.h"

#define ADDRESSES_MAX 50
#define ADDRESS_SIZE 256
#define PASSWORD_SIZE 512
#define WHOLE_TIMES 10 /* the whole conversation may take so many times the timeout */

void fx_mail_init(void)
{
	(void)curl_global_init(CURL_GLOBAL_DEFAULT); /* counts, so it may be called again */
}

/* ---- addresses ---- */

static bool address_good(const char *a)
{
	const char *at = strchr(a, '@');

	for (const char *p = a; *p; p++) {
		if (*p <= 0x20 || *p >= 0x7f || strchr("<>()[]\\\"", *p)) {
			return false;
		}
	}
	return at && at != a && at[1] && !strchr(at + 1, '@') && strlen(a) < ADDRESS_SIZE;
}

/* The next address of a list, cut out of *at; NULL = no more. */
static const char *next_address(char **at)
{
	char *a;

	do {
		a = strsep(at, " ,;\t\n");
	} while (a && !*a);
	return a;
}

int fx_mail_check(const char *text, struct fx_reason *reterr)
{
	fx_auto char *copy = fx_strdup(text);
	char *at = copy;
	const char *a;
	unsigned n = 0;

	if (!copy) {
		return FX_ENOMEM;
	}
	while ((a = next_address(&at)) != NULL) {
		if (!address_good(a)) {
			return fx_fail(reterr, FX_EINVAL, "\"%.150s\" is not a mail address", a);
		}
		n++;
	}
	return n && n <= ADDRESSES_MAX ? 0 :
		fx_fail(reterr, FX_EINVAL, "one to %d mail addresses, divided by commas",
			ADDRESSES_MAX);
}

/* ---- the message ---- */

struct mail {
	struct fx_own_task *t;
	CURL *curl;
	curl_mime *mime;
	struct curl_slist *headers, *rcpt;
	struct fx_buf pdf;
	char error[CURL_ERROR_SIZE];
	char answer[200]; /* the server's last 4xx or 5xx line */
	char password[PASSWORD_SIZE];
};

static int add(struct curl_slist **list, const char *text)
{
	struct curl_slist *l = text ? curl_slist_append(*list, text) : NULL;

	if (!l) {
		return FX_ENOMEM;
	}
	*list = l;
	return 0;
}

static int add_header(struct mail *m, const char *name, const char *value)
{
	fx_auto char *line = fx_asprintf("%s: %s", name, value);

	return add(&m->headers, line);
}

/* RFC 2047: text that is not ASCII goes in encoded words of at most 75 characters. */
static char *encode_words(const char *s)
{
	static const char b64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				  "0123456789+/";
	struct fx_buf b = {0};
	bool ascii = true;

	for (const char *p = s; *p; p++) {
		ascii &= (unsigned char)*p >= 0x20 && (unsigned char)*p < 0x7f;
	}
	if (ascii) {
		return fx_strdup(s);
	}
	while (*s) {
		size_t n = strlen(s) < 42 ? strlen(s) : 42;

		while (n > 1 && ((unsigned char)s[n] & 0xC0) == 0x80) {
			n--; /* whole characters only */
		}
		fx_buf_printf(&b, "%s=?UTF-8?B?", b.len ? "\r\n " : "");
		for (size_t i = 0; i < n; i += 3) {
			uint32_t v = (uint32_t)(unsigned char)s[i] << 16 |
				     (i + 1 < n ? (uint32_t)(unsigned char)s[i + 1] << 8 : 0) |
				     (i + 2 < n ? (uint32_t)(unsigned char)s[i + 2] : 0);

			fx_buf_u8(&b, (uint8_t)b64[v >> 18]);
			fx_buf_u8(&b, (uint8_t)b64[v >> 12 & 63]);
			fx_buf_u8(&b, (uint8_t)(i + 1 < n ? b64[v >> 6 & 63] : '='));
			fx_buf_u8(&b, (uint8_t)(i + 2 < n ? b64[v & 63] : '='));
		}
		fx_buf_printf(&b, "?=");
		s += n;
	}
	fx_buf_u8(&b, 0);
	if (b.err) {
		fx_buf_fini(&b);
	}
	return (char *)b.data;
}

static int subject_of(const struct fx_own_task *t, char **ret)
{
	char filled[FX_ROUTE_NAME_SIZE];
	int err;

	if (t->report) {
		*ret = encode_words(t->report->subject);
		return *ret ? 0 : FX_ENOMEM;
	}
	err = fx_own_fill(t, fx_text(t->settings.mail_subject), filled, NULL);
	if (err) {
		(void)snprintf(filled, sizeof(filled), "Fax, %u pages", t->fax.pages);
	}
	fx_str_clean(filled);
	*ret = encode_words(filled);
	return *ret ? 0 : FX_ENOMEM;
}

static int make_headers(struct mail *m, const char *from, const char *to)
{
	struct fx_own_task *t = m->t;
	time_t at = (time_t)t->fax.received_at;
	struct tm tm = {0};
	char date[64] = "";
	fx_auto char *subject = NULL, *id = NULL;
	int err = subject_of(t, &subject);

	(void)localtime_r(&at, &tm);
	(void)strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S %z", &tm);
	id = fx_asprintf("<%s-%llu-%lld@%s>", t->report ? "report" : "fax",
			 (unsigned long long)t->fax.id,
			 (long long)t->fax.received_at, *t->host ? t->host : "localhost");
	if (err || !id) {
		return FX_ENOMEM;
	}
	err = add_header(m, "From", from);
	err = err ? err : add_header(m, "To", to);
	err = err ? err : add_header(m, "Subject", subject);
	err = err ? err : add_header(m, "Date", date);
	err = err ? err : add_header(m, "Message-ID", id);
	return err ? err : add_header(m, "Auto-Submitted", "auto-generated");
}

static int put_text(curl_mimepart *part, const char *text)
{
	return !text || !part || curl_mime_data(part, text, CURL_ZERO_TERMINATED) ||
	       curl_mime_type(part, "text/plain; charset=utf-8") ||
	       curl_mime_encoder(part, "quoted-printable") ? FX_ENOMEM : 0;
}

static int add_report(struct mail *m)
{
	const char *p = m->t->report->text;
	struct fx_buf b = {0};
	int err;

	for (; *p; p++) { /* lines of mail end in CRLF */
		if (*p == '\n') {
			fx_buf_u8(&b, '\r');
		}
		fx_buf_u8(&b, (uint8_t)*p);
	}
	fx_buf_u8(&b, 0);
	err = b.err ? b.err : put_text(curl_mime_addpart(m->mime), (const char *)b.data);
	fx_buf_fini(&b);
	return err;
}

static int add_text(struct mail *m)
{
	const struct fx_route_fax *f = &m->t->fax;
	time_t at = (time_t)f->received_at;
	struct tm tm = {0};
	char when[64] = "";
	fx_auto char *text = NULL;
	curl_mimepart *part = curl_mime_addpart(m->mime);

	(void)localtime_r(&at, &tm);
	(void)strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S %z", &tm);
	text = fx_asprintf("A fax of %u page%s was received; it is attached.\r\n\r\n"
			   "Caller:       %s\r\nStation:      %s\r\nNumber called: %s\r\n"
			   "Port:         %s\r\nReceived:     %s\r\n", f->pages,
			   f->pages == 1 ? "" : "s", *f->caller_id ? f->caller_id : "unknown",
			   *f->tsid ? f->tsid : "unknown", *f->routing ? f->routing : "unknown",
			   f->device_name, when);
	return put_text(part, text);
}

static int add_fax(struct mail *m)
{
	struct fx_own_task *t = m->t;
	bool tiff = t->settings.mail_format == FX_ROUTE_TIFF;
	curl_mimepart *part = curl_mime_addpart(m->mime);
	char stem[FX_ROUTE_NAME_SIZE], name[FX_ROUTE_NAME_SIZE + 8];
	int err = part ? 0 : FX_ENOMEM;

	if (fx_own_fill(t, fx_text(t->settings.folder_name), stem, NULL)) {
		(void)fx_strlcpy(stem, "fax", sizeof(stem));
	}
	(void)snprintf(name, sizeof(name), "%s%s", stem, tiff ? ".tif" : ".pdf");
	for (char *p = name; *p; p++) { /* a name that every mail program understands */
		*p = (unsigned char)*p < 0x20 || (unsigned char)*p >= 0x7f ? '_' : *p;
	}
	if (!err && tiff) {
		int fd = open(t->fax.tiff_path, O_RDONLY | O_CLOEXEC);

		err = fd < 0 ? fx_error_from_errno(errno) : 0;
		if (fd >= 0) {
			(void)close(fd);
		}
		err = err ? err : curl_mime_filedata(part, t->fax.tiff_path) ? FX_EIO : 0;
	} else if (!err) {
		err = fx_own_pdf(t, &m->pdf);
		err = err ? err : curl_mime_data(part, (const char *)m->pdf.data, m->pdf.len) ?
			FX_ENOMEM : 0;
	}
	return err ? err : curl_mime_type(part, tiff ? "image/tiff" : "application/pdf") ||
			   curl_mime_filename(part, name) ||
			   curl_mime_encoder(part, "base64") ? FX_ENOMEM : 0;
}

static int make_message(struct mail *m)
{
	struct fx_own_task *t = m->t;
	fx_auto char *copy = fx_strdup(t->data), *to = NULL;
	fx_auto char *from = t->settings.mail_from ? fx_strdup(t->settings.mail_from) :
						     fx_asprintf("caselli@%s", t->host);
	fx_auto char *from_path = from ? fx_asprintf("<%s>", from) : NULL;
	char *at = copy;
	const char *a;
	int err = copy && from_path ? 0 : FX_ENOMEM;

	while (!err && (a = next_address(&at)) != NULL) {
		fx_auto char *path = fx_asprintf("<%s>", a);
		char *more = fx_asprintf("%s%s%s", fx_text(to), to ? ", " : "", a);

		(void)fx_free(to);
		to = more;
		err = path && to ? add(&m->rcpt, path) : FX_ENOMEM;
	}
	err = err ? err : make_headers(m, from, fx_text(to));
	m->mime = err ? NULL : curl_mime_init(m->curl);
	err = err ? err : !m->mime ? FX_ENOMEM : t->report ? add_report(m) : add_text(m);
	err = err || t->report ? err : add_fax(m);
	if (!err && (curl_easy_setopt(m->curl, CURLOPT_MAIL_FROM, from_path) ||
		     curl_easy_setopt(m->curl, CURLOPT_MAIL_RCPT, m->rcpt) ||
		     curl_easy_setopt(m->curl, CURLOPT_HTTPHEADER, m->headers) ||
		     curl_easy_setopt(m->curl, CURLOPT_MIMEPOST, m->mime))) {
		err = FX_ENOMEM;
	}
	return err;
}

/* ---- the conversation ---- */

static int on_progress(void *arg, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	(void)a, (void)b, (void)c, (void)d;
	return ((struct fx_own_task *)arg)->cancel;
}

static size_t on_answer(char *p, size_t size, size_t n, void *arg)
{
	struct mail *m = arg;
	size_t len = size * n;

	if (len > 3 && (*p == '4' || *p == '5') && len < sizeof(m->answer)) {
		memcpy(m->answer, p, len);
		m->answer[len] = '\0';
		m->answer[strcspn(m->answer, "\r\n")] = '\0';
	}
	return len;
}

static size_t ignore(char *p, size_t size, size_t n, void *arg)
{
	(void)p, (void)arg;
	return size * n;
}

/* A password that others can read is none. */
static int read_password(struct mail *m, struct fx_reason *why)
{
	const struct fx_route_settings *s = &m->t->settings;
	struct stat st;
	ssize_t n;
	int fd;

	if (!s->mail_password_file) {
		(void)fx_strlcpy(m->password, fx_text(s->mail_password), sizeof(m->password));
		return 0;
	}
	fd = open(s->mail_password_file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0) {
		return fx_fail(why, fx_error_from_errno(errno), "%.150s cannot be read: %s",
			       s->mail_password_file, strerror(errno));
	}
	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || (st.st_mode & S_IROTH)) {
		(void)close(fd);
		return fx_fail(why, FX_EACCES, "%.150s can be read by everybody; chmod o-r",
			       s->mail_password_file);
	}
	n = read(fd, m->password, sizeof(m->password) - 1);
	(void)close(fd);
	m->password[n > 0 ? n : 0] = '\0';
	m->password[strcspn(m->password, "\r\n")] = '\0';
	return n > 0 ? 0 : fx_fail(why, FX_EIO, "%.150s is empty", s->mail_password_file);
}

static int set_up(struct mail *m)
{
	const struct fx_route_settings *s = &m->t->settings;
	static const long tls[] = {
		[FX_MAIL_STARTTLS] = CURLUSESSL_ALL, [FX_MAIL_TLS] = CURLUSESSL_ALL,
		[FX_MAIL_TRY] = CURLUSESSL_TRY, [FX_MAIL_PLAIN] = CURLUSESSL_NONE,
	};
	fx_auto char *url = fx_asprintf("%s://%s/%s", s->mail_tls == FX_MAIL_TLS ? "smtps" : "smtp",
					s->mail_server, *m->t->host ? m->t->host : "localhost");
	long t = (long)s->mail_timeout_s;
	CURL *c = m->curl;
	int bad = !url;

	bad = bad || curl_easy_setopt(c, CURLOPT_URL, url);
	bad = bad || curl_easy_setopt(c, CURLOPT_USE_SSL, tls[s->mail_tls]);
	bad = bad || curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	bad = bad || curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, t);
	bad = bad || curl_easy_setopt(c, CURLOPT_SERVER_RESPONSE_TIMEOUT, t);
	bad = bad || curl_easy_setopt(c, CURLOPT_TIMEOUT, t * WHOLE_TIMES);
	bad = bad || curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
	bad = bad || curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, on_progress);
	bad = bad || curl_easy_setopt(c, CURLOPT_XFERINFODATA, m->t);
	bad = bad || curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_answer);
	bad = bad || curl_easy_setopt(c, CURLOPT_HEADERDATA, m);
	bad = bad || curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, ignore);
	bad = bad || curl_easy_setopt(c, CURLOPT_ERRORBUFFER, m->error);
	bad = bad || curl_easy_setopt(c, CURLOPT_PROXY, "");
	if (s->mail_ca_file) {
		bad = bad || curl_easy_setopt(c, CURLOPT_CAINFO, s->mail_ca_file);
	}
	if (s->mail_user) {
		bad = bad || curl_easy_setopt(c, CURLOPT_USERNAME, s->mail_user);
		bad = bad || curl_easy_setopt(c, CURLOPT_PASSWORD, m->password);
		bad = bad || (s->mail_ntlm &&
			      curl_easy_setopt(c, CURLOPT_LOGIN_OPTIONS, "AUTH=NTLM"));
	}
	return bad ? FX_ENOMEM : 0;
}

/* Was it the server's word on this message, and not on us, TLS or the way there? */
static bool about_the_message(CURLcode rc)
{
	return rc == CURLE_SEND_ERROR || rc == CURLE_RECV_ERROR || rc == CURLE_WEIRD_SERVER_REPLY ||
	       rc == CURLE_REMOTE_ACCESS_DENIED || rc == CURLE_UPLOAD_FAILED;
}

static void judge(struct mail *m, CURLcode rc)
{
	struct fx_own_task *t = m->t;
	long code = 0;

	(void)curl_easy_getinfo(m->curl, CURLINFO_RESPONSE_CODE, &code);
	if (rc == CURLE_OK) {
		fx_own_end(t, FX_ROUTE_DONE, "%s", t->data);
		return;
	}
	fx_own_end(t, code >= 500 && code < 600 && about_the_message(rc) ? FX_ROUTE_FAILED :
									   FX_ROUTE_RETRY,
		   "mail server %s: %s%s%s%s", t->settings.mail_server,
		   *m->error ? m->error : curl_easy_strerror(rc), *m->answer ? " (" : "",
		   m->answer, *m->answer ? ")" : "");
}

/* Connect, TLS, log in, and hang up. */
void fx_mail_look(struct fx_own_task *t)
{
	const struct fx_route_settings *s = &t->settings;
	struct mail m = {.t = t};
	struct fx_reason why = {0};
	CURLcode rc;
	int err;

	if (!s->mail_server) {
		fx_own_end(t, FX_ROUTE_RETRY, "faxes are to be mailed, but [mail] of the settings "
			   "names no server");
		return;
	}
	err = read_password(&m, &why);
	if (!err) {
		m.curl = curl_easy_init();
		err = m.curl ? set_up(&m) : FX_ENOMEM;
	}
	if (!err && curl_easy_setopt(m.curl, CURLOPT_CONNECT_ONLY, 1L)) {
		err = FX_ENOMEM;
	}
	if (err) {
		fx_own_end(t, FX_ROUTE_RETRY, "%s", *why.text ? why.text : fx_error_str(err));
	} else {
		rc = curl_easy_perform(m.curl);
		if (rc == CURLE_OK) {
			fx_own_end(t, FX_ROUTE_DONE, "%.120s answers%s%s", s->mail_server,
				   s->mail_tls == FX_MAIL_PLAIN ? ", unencrypted" : "",
				   s->mail_user ? ", user and password are right" : "");
		} else {
			fx_own_end(t, FX_ROUTE_RETRY, "%.80s: %s%s%s%s", s->mail_server,
				   *m.error ? m.error : curl_easy_strerror(rc),
				   *m.answer ? " (" : "", m.answer, *m.answer ? ")" : "");
		}
	}
	curl_easy_cleanup(m.curl);
	explicit_bzero(m.password, sizeof(m.password));
}

void fx_mail_work(struct fx_own_task *t)
{
	struct mail m = {.t = t};
	struct fx_reason why = {0};
	int err;

	if (!t->settings.mail_server) {
		fx_own_end(t, FX_ROUTE_RETRY, "no mail server is set; see [mail] of the settings");
		return;
	}
	if (fx_mail_check(t->data, &why)) {
		fx_own_end(t, FX_ROUTE_FAILED, "%s", why.text);
		return;
	}
	err = read_password(&m, &why);
	if (!err) {
		m.curl = curl_easy_init();
		err = m.curl ? set_up(&m) : FX_ENOMEM;
	}
	err = err ? err : make_message(&m);
	if (err) {
		fx_own_end(t, err == FX_EDATA ? FX_ROUTE_FAILED : FX_ROUTE_RETRY, "%s",
			   *why.text ? why.text : fx_error_str(err));
	} else {
		judge(&m, curl_easy_perform(m.curl));
	}
	curl_mime_free(m.mime);
	curl_slist_free_all(m.headers);
	curl_slist_free_all(m.rcpt);
	curl_easy_cleanup(m.curl);
	fx_buf_fini(&m.pdf);
	explicit_bzero(m.password, sizeof(m.password));
}
