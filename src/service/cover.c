/* SPDX-License-Identifier: Apache-2.0 */
/* Cover pages: the rules of a job's (faxcom.md 6.5), and the common ones. */
#include "service/cover.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "document/convert.h"
#include "service/service_priv.h"

/* ---- the cover page of a job ---- */

static int check_common(struct fx_service *s, const char *name, char **ret,
			struct fx_reason *reterr)
{
	char bare[FX_COVER_NAME_MAX + 1];
	int fd = -1, err = fx_cover_name(name, bare);

	if (err) {
		return fx_fail(reterr, err, "\"%.80s\" is no name of a common cover page", name);
	}
	err = s->covers ? fx_coverpages_open(s->covers, bare, &fd) : FX_ENOENT;
	if (err) {
		return fx_fail(reterr, err, "there is no common cover page \"%s\"", bare);
	}
	err = fx_coverpage_check(fd, reterr);
	(void)close(fd);
	if (!err) {
		*ret = fx_asprintf(FX_COVER_COMMON "%s", bare);
		err = *ret ? 0 : FX_ENOMEM;
	}
	return err;
}

static int check_upload(struct fx_service *s, const struct fx_caller *c, const char *name,
			char **ret, struct fx_reason *reterr)
{
	int fd = -1, err;

	if (s->config.server_cover) {
		fx_log_in(FX_LOG_AUDIT, FX_LOG_WARN,
			  "service: refused: a personal cover page of user %s; only common ones "
			  "are allowed (ServerCoverpage) client=%s", c->user, c->client);
		return fx_fail(reterr, FX_EACCES, "only common cover pages are allowed here "
			       "(ServerCoverpage)");
	}
	err = fx_service_upload_is(s, c, name) ?
		      fx_spool_openat(s->spool, FX_SPOOL_QUEUE, name, O_RDONLY, &fd) : FX_ENOENT;
	if (err) {
		return fx_fail(reterr, err, "the cover page was not uploaded by this user, or was "
			       "used already");
	}
	err = fx_coverpage_check(fd, reterr);
	(void)close(fd);
	if (!err) {
		*ret = fx_strdup(name);
		err = *ret ? 0 : FX_ENOMEM;
	}
	return err;
}

int fx_service_cover_check(struct fx_service *s, const struct fx_caller *c, const char *cover_page,
			   char **ret, struct fx_reason *reterr)
{
	size_t n = strlen(FX_COVER_COMMON);

	return strncmp(cover_page, FX_COVER_COMMON, n) == 0 ?
		       check_common(s, cover_page + n, ret, reterr) :
		       check_upload(s, c, cover_page, ret, reterr);
}

/* ---- looking at one ---- */

static const char sample[] =
	"recipient-name=Lucia Rossi\nrecipient-fax=+39 02 7654 3210\nrecipient-company=Officine "
	"Meccaniche Rossi\nrecipient-address=Via Alessandro Manzoni 12\nrecipient-city=Milano\n"
	"recipient-zip=20121\nrecipient-country=Italia\nrecipient-title=Head of Purchasing\n"
	"recipient-department=Purchasing\nrecipient-office=Building 3\n"
	"recipient-office-phone=+39 02 7654 321\nsender-name=Giovanni Caselli\n"
	"sender-fax=+33 1 4268 1865\nsender-company=Pant\xc3\xa9l\xc3\xa9graphe SARL\n"
	"sender-address=4 rue de la Paix, 75002 Paris\nsender-title=Director\n"
	"sender-department=Telegraphy\nsender-office=Room 65\n"
	"sender-home-phone=+33 1 4268 0001\nsender-office-phone=+33 1 4268 1800\n"
	"subject=Drawings of the new pendulum\ntime-sent=16 May 1865, 10:30\n"
	"date-sent=16 May 1865\nbilling-code=1865\nbody-pages=4\n"
	"note=Dear Signora Rossi,\\n\\nhere are the four drawings we spoke about on Thursday. "
	"Sheet 2 has the tolerances of the suspension, which your workshop asked for; sheet 4 is "
	"new and shows the mounting plate.\\n\\nWould you let me know by Friday whether the brass "
	"castings can be made at Milan?\\n\\nWith kind regards,\\nGiovanni Caselli\n";

struct cover_view {
	struct fx_link link;
	struct fx_service *s; /* NULL: the service is gone, nobody is told */
	struct fx_convert *convert;
	int out_fd;
	enum fx_view view;
	uint32_t page;
	char *upload; /* removed at the end; NULL = common */
	fx_service_cover_fn *done;
	void *arg;
};

static void free_view(struct cover_view *v)
{
	if (v->out_fd >= 0) {
		(void)close(v->out_fd);
	}
	(void)fx_free(v->upload);
	fx_list_remove(&v->link);
	(void)fx_free(v);
}

static void use_up(struct fx_service *s, const char *upload)
{
	fx_service_uploads_used(s, upload);
	(void)fx_spool_remove(s->spool, FX_SPOOL_QUEUE, upload);
}

static void tell(struct cover_view *v, int err, const char *words, const uint8_t *p, size_t n,
		 uint32_t pages)
{
	if (v->s) {
		if (v->upload) {
			use_up(v->s, v->upload);
		}
		v->done(v->arg, err, err && !*words ? fx_error_str(err) : words, p, n, pages);
	}
	free_view(v);
}

static void on_viewed(void *arg, int err, const uint8_t *p, size_t n, uint32_t pages)
{
	tell(arg, err, err == FX_EINVAL ? "the cover page has fewer pages" : "", p, n, pages);
}

static void on_drawn(void *arg, const struct fx_convert_result *r)
{
	struct cover_view *v = arg;
	int err = r->err, fd = v->out_fd;

	v->convert = NULL;
	if (!err) {
		v->out_fd = -1;
		err = fx_service_view_file(v->s, fd, -1, v->view, v->page, on_viewed, v);
	}
	if (err) {
		tell(v, err, r->words, NULL, 0, 0);
	}
}

static int start_view(struct fx_service *s, struct cover_view *v, int in_fd)
{
	struct fx_convert_prm prm = {
		.program = s->render_program,
		.in_fd = in_fd,
		.cover_fields = sample,
		.resolution = FX_RES_FINE,
		.letter = s->letter,
	};

	v->out_fd = memfd_create("cover", MFD_CLOEXEC);
	if (v->out_fd < 0) {
		return fx_error_from_errno(errno);
	}
	prm.out_fd = v->out_fd;
	return fx_convert_start(s->loop, &prm, on_drawn, v, &v->convert);
}

static int open_asked(struct fx_service *s, const struct fx_caller *c,
		      const struct fx_cover_ask *ask, int *ret_fd)
{
	int err = ask->common ? fx_service_check_any(c, "looking at a cover page") :
				fx_service_allow(c, FX_RIGHT_JOB_SUBMIT, false,
						 "looking at a cover page");

	if (err) {
		return err;
	}
	if (!ask->name || !s->render_program) {
		return ask->name ? FX_ENOSYS : FX_EINVAL;
	}
	if (ask->common) {
		return s->covers ? fx_coverpages_open(s->covers, ask->name, ret_fd) : FX_ENOENT;
	}
	return fx_service_upload_is(s, c, ask->name) ?
		       fx_spool_openat(s->spool, FX_SPOOL_QUEUE, ask->name, O_RDONLY, ret_fd) :
		       FX_ENOENT;
}

int fx_service_cover_view(struct fx_service *s, const struct fx_caller *c,
			  const struct fx_cover_ask *ask, fx_service_cover_fn *done, void *arg)
{
	struct cover_view *v;
	int fd = -1, err = open_asked(s, c, ask, &fd);

	FX_ON_LOOP(s->loop);
	if (err) {
		return err;
	}
	v = fx_zalloc(sizeof(*v));
	if (v) {
		*v = (struct cover_view){.s = s, .out_fd = -1, .view = ask->view,
					 .page = ask->page, .done = done, .arg = arg,
					 .upload = ask->common ? NULL : fx_strdup(ask->name)};
		fx_list_append(&s->cover_views, &v->link);
	}
	err = !v || (!ask->common && !v->upload) ? FX_ENOMEM : start_view(s, v, fd);
	(void)close(fd);
	if (err && v) {
		free_view(v);
	}
	return err;
}

void fx_service_cover_views_free(struct fx_service *s)
{
	FX_LIST_EACH_SAFE(&s->cover_views, it) {
		struct cover_view *v = FX_CONTAINER(it, struct cover_view, link);

		fx_list_remove(&v->link);
		v->s = NULL;
		if (v->convert) { /* else freed by on_viewed() */
			fx_convert_cancel(v->convert);
			free_view(v);
		}
	}
}

/* ---- the folder ---- */

int fx_service_covers(struct fx_service *s, const struct fx_caller *c, struct fx_coverpage **ret,
		      size_t *ret_n)
{
	int err = fx_service_check_any(c, "listing cover pages");

	FX_ON_LOOP(s->loop);
	if (!err && !s->covers) {
		*ret = NULL;
		*ret_n = 0;
		return 0;
	}
	return err ? err : fx_coverpages_list(s->covers, ret, ret_n);
}

int fx_service_cover_put(struct fx_service *s, const struct fx_caller *c, const char *name,
			 const char *upload, struct fx_reason *reterr)
{
	int fd = -1, err = fx_service_allow(c, FX_RIGHT_CONFIG_SET, false,
					    "installing a cover page");

	FX_ON_LOOP(s->loop);
	if (!err) {
		err = !s->covers ? FX_ENOSYS : fx_service_upload_is(s, c, upload) ? 0 : FX_ENOENT;
	}
	if (!err) {
		err = fx_spool_openat(s->spool, FX_SPOOL_QUEUE, upload, O_RDONLY, &fd);
	}
	if (err) {
		return err;
	}
	err = fx_coverpage_check(fd, reterr);
	err = err ? err : fx_coverpages_put(s->covers, name, fd);
	(void)close(fd);
	if (!err) {
		fx_log(FX_LOG_INFO, "service: user %s installed the cover page %.80s", c->user,
		       name);
	}
	use_up(s, upload);
	return err;
}

int fx_service_cover_remove(struct fx_service *s, const struct fx_caller *c, const char *name)
{
	int err = fx_service_allow(c, FX_RIGHT_CONFIG_SET, false, "removing a cover page");

	FX_ON_LOOP(s->loop);
	if (err) {
		return err;
	}
	err = s->covers ? fx_coverpages_remove(s->covers, name) : FX_ENOENT;
	if (!err) {
		fx_log(FX_LOG_INFO, "service: user %s removed the cover page %.80s", c->user, name);
	}
	return err;
}
