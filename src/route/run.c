/* SPDX-License-Identifier: Apache-2.0 */
/* What a method may ask and change while it has a fax (route/method.h). */
#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "core/route_rules.h"
#include "route/route_priv.h"

const struct fx_route_fax *fx_route_run_fax(const struct fx_route_run *run)
{
	return &run->fax;
}

struct fx_route_bytes fx_route_run_data(const struct fx_route_run *run)
{
	return (struct fx_route_bytes){run->data, run->n_data};
}

struct fx_route_bytes fx_route_run_override(const struct fx_route_run *run)
{
	return (struct fx_route_bytes){run->step->override, run->step->n_override};
}

struct fx_route_bytes fx_route_run_failure(const struct fx_route_run *run)
{
	return (struct fx_route_bytes){run->step->failure, run->step->n_failure};
}

uint32_t fx_route_run_tries(const struct fx_route_run *run)
{
	return run->step->tries;
}

size_t fx_route_run_n_files(const struct fx_route_run *run)
{
	return 1 + run->rx->progress.n_files;
}

const char *fx_route_run_file(const struct fx_route_run *run, size_t i, const char **ret_guid)
{
	const struct fx_progress *p = &run->rx->progress;

	if (i > p->n_files) {
		return NULL;
	}
	if (ret_guid) {
		*ret_guid = i ? p->files[i - 1].guid : "";
	}
	return i ? p->files[i - 1].path : run->fax.tiff_path;
}

static size_t file_number(const struct fx_route_run *run, const char *path)
{
	size_t n = fx_route_run_n_files(run), i = 0;

	while (i < n && strcmp(fx_route_run_file(run, i, NULL), path) != 0) {
		i++;
	}
	return i;
}

int fx_route_run_add_file(struct fx_route_run *run, const char *path, const char *guid)
{
	int err;

	if (*path != '/' || !fx_guid_valid(guid)) {
		return FX_EINVAL;
	}
	if (file_number(run, path) < fx_route_run_n_files(run)) {
		return FX_EEXIST;
	}
	err = fx_progress_add_file(&run->rx->progress, path, guid);
	return err ? err : (int)run->rx->progress.n_files;
}

int fx_route_run_delete_file(struct fx_route_run *run, const char *path)
{
	struct fx_progress *p = &run->rx->progress;
	size_t i = file_number(run, path);

	if (!i) {
		return FX_EACCES;
	}
	if (i > p->n_files) {
		return FX_ENOENT;
	}
	(void)fx_free(p->files[i - 1].path);
	memmove(&p->files[i - 1], &p->files[i], (p->n_files - i) * sizeof(p->files[0]));
	p->n_files--;
	return (int)i;
}

int fx_route_run_set_override(struct fx_route_run *run, const char *guid, const uint8_t *p,
			      size_t n)
{
	struct fx_progress *all = &run->rx->progress;

	for (size_t i = 0; i < all->n_steps; i++) {
		if (fx_str_ieq(all->steps[i].guid, guid)) {
			return &all->steps[i] <= run->step ?
				FX_ESTATE : fx_step_set_bytes(&all->steps[i].override,
							      &all->steps[i].n_override, p, n);
		}
	}
	return FX_ENOENT;
}

int fx_route_run_set_owner(struct fx_route_run *run, uint32_t uid, const char *user)
{
	run->owned = true;
	run->uid = uid;
	(void)fx_strlcpy(run->user, user, sizeof(run->user));
	return 0;
}
