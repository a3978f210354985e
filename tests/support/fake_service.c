/* SPDX-License-Identifier: Apache-2.0 */
#include "fake_service.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>

#include "base/mem.h"
#include "base/str.h"
#include "service/plugins.h"

#define MAY(c, right)                                                                              \
	if (!fx_service_has(c, right)) {                                                           \
		return FX_EACCES;                                                                  \
	}

struct fx_upload {
	struct fx_service *s;
	char name[64];
	struct fx_buf b;
};

int fake_logouts;

struct fx_service *fake_service_new(struct fx_loop *loop, uint32_t n_ports)
{
	struct fx_service *s = fx_zalloc(sizeof(*s));
	uint32_t i;

	FX_ASSERT(s);
	s->loop = loop;
	FX_ASSERT(fx_event_log_new(loop, &s->log) == 0);
	s->rights = FX_RIGHT_ALL;
	s->n_ports = n_ports;
	s->ports = fx_calloc(n_ports, sizeof(*s->ports));
	s->status = fx_calloc(n_ports, sizeof(*s->status));
	FX_ASSERT(s->ports && s->status);
	for (i = 0; i < n_ports; i++) {
		struct fx_port_info *p = &s->ports[i];

		*p = (struct fx_port_info){.device_id = i + 1, .provider = "loop", .rings = 1,
			.priority = i + 1, .send = true, .receive = true, .is_virtual = true};
		(void)snprintf(p->name, sizeof(p->name), "Line %u", i + 1);
		(void)snprintf(p->tsid, sizeof(p->tsid), "TS%u", i + 1);
		(void)snprintf(p->csid, sizeof(p->csid), "CS%u", i + 1);
		s->status[i].call.state = FX_PORT_AVAILABLE;
		s->status[i].fps = 0x20100000;
	}
	fx_config_defaults(&s->config);
	s->message.id = 900;
	s->message.folder = FX_FOLDER_INBOX;
	fx_job_init(&s->message.job);
	s->message.job.id = 900;
	s->message.job.client_id = 90;
	s->message.job.pages = 3;
	s->message.job.ended_at = 1767225600;
	(void)fx_strlcpy(s->message.job.caller_id, "+33 1 5555", FX_NUMBER_SIZE);
	return s;
}

void fake_service_free(struct fx_service *s)
{
	size_t i;

	for (i = 0; i < s->n_jobs; i++) {
		fx_job_fini(&s->jobs[i]);
	}
	fx_message_fini(&s->message);
	fx_config_fini(&s->config);
	fx_outbound_fini(&s->outbound);
	(void)fx_free(s->uploaded);
	(void)fx_free(s->ports);
	(void)fx_free(s->status);
	s->log = fx_event_log_free(s->log);
	(void)fx_free(s);
}

uint64_t fake_service_add_job(struct fx_service *s, const char *number)
{
	struct fx_job *j = &s->jobs[s->n_jobs];

	FX_ASSERT(s->n_jobs < FAKE_JOBS_MAX);
	fx_job_init(j);
	j->id = 1000 + s->n_jobs;
	j->client_id = (uint32_t)++s->n_jobs;
	j->type = FX_JT_SEND;
	j->state = FX_JOB_PENDING;
	j->submitted_at = 1767225600;
	FX_ASSERT(fx_str_replace(&j->number, number) == 0);
	return j->id;
}

void fake_service_event(struct fx_service *s, enum fx_event_kind kind, uint64_t id)
{
	struct fx_event e = {.kind = (uint8_t)kind, .id = id, .uid = FX_UID_NONE};

	fx_event_log_add(s->log, &e);
}

void fake_service_fax_event(struct fx_service *s, enum fx_fei fei, uint32_t device_id,
			    uint32_t client_id, uint32_t uid)
{
	struct fx_event e = {.kind = FX_EVENT_FAX,
			     .fei = (uint8_t)fei,
			     .id = client_id,
			     .device_id = device_id,
			     .client_id = client_id,
			     .uid = uid};

	fx_event_log_add(s->log, &e);
}

void fx_service_login(struct fx_service *s, uid_t uid, gid_t gid, pid_t pid,
		      fx_service_login_fn *done, void *arg)
{
	struct fx_caller c = {.uid = uid, .rights = s->rights};

	(void)gid;
	(void)snprintf(c.user, sizeof(c.user), "user%u", (unsigned)uid);
	(void)snprintf(c.client, sizeof(c.client), "unix pid %d", (int)pid);
	done(arg, 0, &c);
}

struct late_login {
	struct fx_service *s;
	char user[64], client[64];
	fx_service_login_fn *done;
	void *arg;
};

static void answer_login(struct fx_service *s, const char *user, const char *client,
			 fx_service_login_fn *done, void *arg)
{
	struct fx_caller c = {.uid = 5000, .rights = s->rights};

	(void)fx_strlcpy(c.user, user, sizeof(c.user));
	(void)fx_strlcpy(c.client, client, sizeof(c.client));
	for (const char *p = user; *p; p++) {
		c.uid += (uid_t)*p;
	}
	s->logins += strcmp(user, "root") != 0;
	done(arg, strcmp(user, "root") ? 0 : FX_EACCES, &c);
}

static void on_later(void *arg)
{
	struct late_login *l = arg;

	answer_login(l->s, l->user, l->client, l->done, l->arg);
	(void)fx_free(l);
}

/* "root" is refused, "slow ..." answered later, everybody else at once */
void fx_service_login_name(struct fx_service *s, const struct fx_login_name *name,
			   fx_service_login_fn *done, void *arg)
{
	struct late_login *l;

	(void)snprintf(s->last_login, sizeof(s->last_login), "%s@%s %s %s", name->user,
		       name->domain, name->client, name->address);
	if (strncmp(name->user, "slow", 4) != 0) {
		answer_login(s, name->user, name->client, done, arg);
		return;
	}
	l = fx_zalloc(sizeof(*l));
	FX_ASSERT(l);
	*l = (struct late_login){.s = s, .done = done, .arg = arg};
	(void)fx_strlcpy(l->user, name->user, sizeof(l->user));
	(void)fx_strlcpy(l->client, name->client, sizeof(l->client));
	fx_loop_post(s->loop, on_later, l);
}

void fx_service_logout(const struct fx_caller *c)
{
	fake_logouts += c->uid >= 5000; /* who came by name */
}

bool fx_service_has(const struct fx_caller *c, uint32_t rights)
{
	return (c->rights & rights) == rights;
}

bool fx_service_hears_incoming(const struct fx_service *s, const struct fx_caller *c)
{
	return true;
}

bool fx_service_sees_ports(const struct fx_caller *c)
{
	return fx_service_has(c, FX_RIGHT_PORT_QUERY);
}

uint32_t fx_service_rights(const struct fx_caller *c)
{
	return c->rights;
}

int fx_service_check(const struct fx_caller *c, enum fx_right right, const char *what)
{
	return fx_service_has(c, right) ? 0 : FX_EACCES;
}

int fx_service_check_any(const struct fx_caller *c, const char *what)
{
	return c->rights ? 0 : FX_EACCES;
}

int fx_service_ports(struct fx_service *s, const struct fx_caller *c, struct fx_port_info **ret,
		     size_t *ret_n)
{
	MAY(c, FX_RIGHT_PORT_QUERY)
	*ret = fx_memdup(s->ports, s->n_ports * sizeof(*s->ports));
	*ret_n = s->n_ports;
	return *ret ? 0 : FX_ENOMEM;
}

int fx_service_port(struct fx_service *s, const struct fx_caller *c, uint32_t device_id,
		    struct fx_port_info *ret)
{
	MAY(c, FX_RIGHT_PORT_QUERY)
	if (device_id == 0 || device_id > s->n_ports) {
		return FX_ENODEV;
	}
	*ret = s->ports[device_id - 1];
	return 0;
}

int fx_service_port_status(struct fx_service *s, const struct fx_caller *c, uint32_t device_id,
			   struct fx_port_status *ret)
{
	MAY(c, FX_RIGHT_PORT_QUERY)
	if (device_id == 0 || device_id > s->n_ports) {
		return FX_ENODEV;
	}
	*ret = s->status[device_id - 1];
	return 0;
}

struct later {
	fx_service_done_fn *done;
	fx_queue_done_fn *submitted;
	fx_service_view_fn *view;
	void *arg;
	uint64_t id;
	uint32_t client_id;
};

static void run_later(void *arg)
{
	struct later *l = arg;

	if (l->submitted) {
		l->submitted(l->arg, 0, l->id, l->client_id, NULL);
	} else if (l->view) {
		l->view(l->arg, 0, (const uint8_t *)"%PDF-view", 9, 3);
	} else {
		l->done(l->arg, 0, NULL);
	}
	(void)fx_free(l);
}

static int later(struct fx_service *s, struct later v)
{
	struct later *l = fx_memdup(&v, sizeof(v));

	if (!l) {
		return FX_ENOMEM;
	}
	fx_loop_post(s->loop, run_later, l);
	return 0;
}

int fx_service_set_port(struct fx_service *s, const struct fx_caller *c,
			const struct fx_port_info *info, fx_service_done_fn *done, void *arg,
			struct fx_reason *reterr)
{
	struct fx_port_info *p;

	MAY(c, FX_RIGHT_PORT_SET)
	if (info->priority == 0 || info->priority > s->n_ports || info->rings > 99) {
		return FX_EINVAL;
	}
	if (s->status[info->device_id - 1].active) {
		return FX_EBUSY;
	}
	p = &s->ports[info->device_id - 1];
	p->send = info->send;
	p->receive = info->receive;
	p->rings = info->rings;
	p->priority = info->priority;
	memcpy(p->tsid, info->tsid, sizeof(p->tsid));
	memcpy(p->csid, info->csid, sizeof(p->csid));
	return later(s, (struct later){.done = done, .arg = arg});
}

int fx_service_config(struct fx_service *s, const struct fx_caller *c, struct fx_config *ret)
{
	MAY(c, FX_RIGHT_CONFIG_QUERY)
	return fx_config_copy(ret, &s->config);
}

int fx_service_change_config(struct fx_service *s, const struct fx_caller *c,
			     fx_service_config_fn *change, void *change_arg,
			     fx_service_done_fn *done, void *arg, struct fx_reason *reterr)
{
	struct fx_config copy;
	int err;

	MAY(c, FX_RIGHT_CONFIG_SET)
	err = fx_config_copy(&copy, &s->config);
	if (err) {
		return err;
	}
	err = change(change_arg, &copy);
	err = err ? err : fx_config_check(&copy, reterr);
	if (err) {
		fx_config_fini(&copy);
		return err;
	}
	fx_config_fini(&s->config);
	s->config = copy;
	return later(s, (struct later){.done = done, .arg = arg});
}

bool fx_service_may_read(struct fx_service *s, const struct fx_caller *c, uint64_t id)
{
	(void)s, (void)id;
	return fx_service_rights(c) & FX_RIGHTS_ANY;
}

int fx_service_access_list(struct fx_service *s, const struct fx_caller *c,
			   struct fx_access_row **ret, size_t *ret_n)
{
	MAY(c, FX_RIGHT_READ_CONTROL)
	*ret = fx_zalloc(sizeof(**ret));
	**ret = (struct fx_access_row){.entry = s->access, .source = FX_ACCESS_STORE,
				       .in_file = true, .file_mask = FX_RIGHT_PORT_SET};
	*ret_n = 1;
	return 0;
}

int fx_service_access_show(struct fx_service *s, const struct fx_caller *c, const char *user,
			   fx_service_access_fn *done, void *arg)
{
	struct fx_access_shown shown = {.mask = c->rights, .why = "the test"};

	(void)s;
	(void)fx_strlcpy(shown.user, user ? user : c->user, sizeof(shown.user));
	if (!strcmp(shown.user, "nobody-here")) {
		return FX_ENOENT;
	}
	done(arg, 0, &shown);
	return 0;
}

int fx_service_access_change(struct fx_service *s, const struct fx_caller *c,
			     const struct fx_access_entry *entry, enum fx_access_change how,
			     fx_service_done_fn *done, void *arg, struct fx_reason *reterr)
{
	(void)reterr;
	MAY(c, FX_RIGHT_WRITE_DAC)
	s->access = *entry;
	s->access_how = how;
	return later(s, (struct later){.done = done, .arg = arg});
}

int fx_service_logging(struct fx_service *s, const struct fx_caller *c,
		       struct fx_log_setting ret[FX_LOG_CATEGORIES])
{
	MAY(c, FX_RIGHT_CONFIG_QUERY)
	for (uint32_t i = 0; i < FX_LOG_CATEGORIES; i++) {
		ret[i] = (struct fx_log_setting){i, s->log_depth[i]};
	}
	return 0;
}

int fx_service_set_logging(struct fx_service *s, const struct fx_caller *c,
			   const struct fx_log_setting *v, size_t n, fx_service_done_fn *done,
			   void *arg, struct fx_reason *reterr)
{
	(void)reterr;
	MAY(c, FX_RIGHT_CONFIG_SET)
	for (size_t i = 0; i < n; i++) {
		if (v[i].category >= FX_LOG_CATEGORIES || v[i].depth > FX_LOG_MAX) {
			return FX_EINVAL;
		}
	}
	for (size_t i = 0; i < n; i++) {
		s->log_depth[v[i].category] = v[i].depth;
	}
	return later(s, (struct later){.done = done, .arg = arg});
}

int fx_service_queue_states(struct fx_service *s, const struct fx_caller *c,
			    struct fx_queue_states *ret)
{
	*ret = (struct fx_queue_states){s->config.pause_queue, s->config.block_outgoing,
					s->config.block_incoming};
	return fx_service_check_any(c, "");
}

bool fx_service_offers_reports(const struct fx_service *s)
{
	return s->offers_reports;
}

bool fx_service_report_address_good(const char *address)
{
	return address && strchr(address, '@');
}

int fx_service_personal_covers(struct fx_service *s, const struct fx_caller *c, bool *ret)
{
	*ret = !s->config.server_cover;
	return fx_service_check_any(c, "");
}

int fx_service_covers(struct fx_service *s, const struct fx_caller *c, struct fx_coverpage **ret,
		      size_t *ret_n)
{
	*ret = fx_zalloc(sizeof(**ret));
	if (!*ret) {
		return FX_ENOMEM;
	}
	(void)fx_strlcpy((*ret)->name, "generic", sizeof((*ret)->name));
	(void)fx_strlcpy((*ret)->title, "for every day", sizeof((*ret)->title));
	(*ret)->bytes = 100;
	*ret_n = 1;
	return fx_service_check_any(c, "");
}

int fx_service_cover_view(struct fx_service *s, const struct fx_caller *c,
			  const struct fx_cover_ask *ask, fx_service_cover_fn *done, void *arg)
{
	bool good = fx_str_eq(ask->name, "generic") || !ask->common;

	if (fx_str_eq(ask->name, "nothing")) {
		return FX_ENOENT;
	}
	s->views++;
	done(arg, good ? 0 : FX_EDATA, good ? "" : "wrong in line 3", (const uint8_t *)"PAGE",
	     good ? 4 : 0, good);
	return fx_service_check_any(c, "");
}

int fx_service_cover_put(struct fx_service *s, const struct fx_caller *c, const char *name,
			 const char *upload, struct fx_reason *reterr)
{
	MAY(c, FX_RIGHT_CONFIG_SET)
	(void)fx_strlcpy(s->last_cover, name, sizeof(s->last_cover));
	return 0;
}

int fx_service_cover_remove(struct fx_service *s, const struct fx_caller *c, const char *name)
{
	MAY(c, FX_RIGHT_CONFIG_SET)
	return fx_str_eq(name, s->last_cover) ? 0 : FX_ENOENT;
}

int fx_service_activity(struct fx_service *s, const struct fx_caller *c, struct fx_activity *ret)
{
	size_t i;

	MAY(c, FX_RIGHT_CONFIG_QUERY)
	*ret = (struct fx_activity){0};
	for (i = 0; i < s->n_jobs; i++) {
		ret->queued += s->jobs[i].state != FX_JOB_IN_PROGRESS;
		ret->outgoing += s->jobs[i].state == FX_JOB_IN_PROGRESS;
	}
	return 0;
}

int fx_service_upload_start(struct fx_service *s, const struct fx_caller *c, const char *ext,
			    struct fx_upload **ret)
{
	struct fx_upload *u;

	MAY(c, FX_RIGHT_JOB_SUBMIT)
	if (strcmp(ext, ".tif") != 0 && strcmp(ext, ".pdf") != 0) {
		return FX_EINVAL;
	}
	u = fx_zalloc(sizeof(*u));
	if (!u) {
		return FX_ENOMEM;
	}
	u->s = s;
	(void)snprintf(u->name, sizeof(u->name), "0123456789abcdef%s", ext);
	s->uploads_open++;
	*ret = u;
	return 0;
}

const char *fx_upload_name(const struct fx_upload *u)
{
	return u->name;
}

int fx_upload_write(struct fx_upload *u, const void *p, size_t n)
{
	if (u->s->answer) {
		return u->s->answer;
	}
	if (u->b.len > (1u << 20)) {
		return FX_ENOSPC;
	}
	fx_buf_put(&u->b, p, n);
	return u->b.err;
}

static void upload_free(struct fx_upload *u)
{
	u->s->uploads_open--;
	fx_buf_fini(&u->b);
	(void)fx_free(u);
}

int fx_upload_end(struct fx_upload *u)
{
	(void)fx_free(u->s->uploaded);
	u->s->uploaded = u->b.data;
	u->s->uploaded_len = u->b.len;
	memset(&u->b, 0, sizeof(u->b));
	upload_free(u);
	return 0;
}

void fx_upload_abort(struct fx_upload *u)
{
	u->s->uploads_aborted++;
	upload_free(u);
}

int fx_service_submit(struct fx_service *s, const struct fx_caller *c, const struct fx_job *job,
		      fx_queue_done_fn *done, void *arg, struct fx_reason *reterr)
{
	uint64_t id;

	MAY(c, FX_RIGHT_JOB_SUBMIT)
	if (s->n_jobs == FAKE_JOBS_MAX) {
		return FX_EBLOCKED;
	}
	id = fake_service_add_job(s, job->number);
	s->submitted++;
	(void)fx_strlcpy(s->last_number, fx_text(job->number), sizeof(s->last_number));
	(void)fx_strlcpy(s->last_files, fx_text(job->upload_file), sizeof(s->last_files));
	(void)fx_strlcpy(s->last_user, c->user, sizeof(s->last_user));
	(void)fx_strlcpy(s->last_cover, fx_text(job->cover_page), sizeof(s->last_cover));
	(void)fx_strlcpy(s->last_note, fx_text(job->cover_note), sizeof(s->last_note));
	(void)fx_strlcpy(s->last_profile, fx_text(job->profile), sizeof(s->last_profile));
	s->jobs[s->n_jobs - 1].resolution = job->resolution;
	s->jobs[s->n_jobs - 1].priority = job->priority;
	return later(s, (struct later){.submitted = done, .arg = arg, .id = id,
				       .client_id = (uint32_t)s->n_jobs});
}

int fx_service_jobs(struct fx_service *s, const struct fx_caller *c, struct fx_job **ret,
		    size_t *ret_n)
{
	size_t i;

	if (!c->rights) {
		return FX_EACCES;
	}
	*ret = fx_calloc(s->n_jobs, sizeof(**ret));
	if (!*ret) {
		return FX_ENOMEM;
	}
	for (i = 0; i < s->n_jobs; i++) {
		if (fx_job_copy(&(*ret)[i], &s->jobs[i]) != 0) {
			fx_service_jobs_free(*ret, i);
			return FX_ENOMEM;
		}
	}
	*ret_n = s->n_jobs;
	return 0;
}

int fx_service_all_jobs(struct fx_service *s, const struct fx_caller *c, struct fx_job **ret,
			size_t *ret_n)
{
	MAY(c, FX_RIGHT_JOB_QUERY)
	return fx_service_jobs(s, c, ret, ret_n);
}

void fx_service_jobs_free(struct fx_job *jobs, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		fx_job_fini(&jobs[i]);
	}
	(void)fx_free(jobs);
}

int fx_service_job(struct fx_service *s, const struct fx_caller *c, uint32_t client_id,
		   struct fx_job *ret)
{
	if (client_id == 0 || client_id > s->n_jobs) {
		return FX_ENOMSG;
	}
	return fx_job_copy(ret, &s->jobs[client_id - 1]);
}

int fx_service_job_by_id(struct fx_service *s, const struct fx_caller *c, uint64_t id,
			 struct fx_job *ret)
{
	return id < 1000 || id - 1000 >= s->n_jobs ? FX_ENOMSG
						   : fx_job_copy(ret, &s->jobs[id - 1000]);
}

uint32_t fx_service_job_fps(struct fx_service *s, const struct fx_job *job)
{
	return job->state == FX_JOB_IN_PROGRESS ? 0x20000002 : 0;
}

int fx_service_job_command(struct fx_service *s, const struct fx_caller *c, uint32_t client_id,
			   enum fx_job_command cmd, fx_service_done_fn *done, void *arg)
{
	MAY(c, FX_RIGHT_JOB_MANAGE)
	if (client_id == 0 || client_id > s->n_jobs) {
		return FX_ENOMSG;
	}
	if (cmd == FX_JC_DELETE) {
		s->jobs[client_id - 1].state = FX_JOB_DELETING;
	} else {
		s->jobs[client_id - 1].paused = cmd == FX_JC_PAUSE;
	}
	return later(s, (struct later){.done = done, .arg = arg});
}

int fx_service_page_data(struct fx_service *s, const struct fx_caller *c, uint32_t client_id,
			 struct fx_buf *ret, uint32_t *ret_width, uint32_t *ret_rows)
{
	if (client_id == 0 || client_id > s->n_jobs) {
		return FX_ENOMSG;
	}
	fx_buf_put(ret, "II*\0page", 8);
	*ret_width = 1728;
	*ret_rows = 2292;
	return ret->err;
}

int fx_service_attempts(struct fx_service *s, const struct fx_caller *c, uint64_t id,
			struct fx_attempt **ret, size_t *ret_n)
{
	struct fx_attempt *a = fx_zalloc(sizeof(*a));

	if (!a) {
		return FX_ENOMEM;
	}
	a->id = 1;
	a->job_id = id;
	a->result.outcome = FX_OUTCOME_BUSY;
	(void)fx_strlcpy(a->result.words, "The number is busy.", sizeof(a->result.words));
	(void)fx_strlcpy(a->log_file, "x.log", sizeof(a->log_file));
	*ret = a;
	*ret_n = 1;
	return 0;
}

int fx_service_call_log(struct fx_service *s, const struct fx_caller *c, uint64_t id,
			uint64_t attempt_id, struct fx_buf *ret)
{
	int i;

	for (i = 0; i < 20000; i++) {
		fx_buf_printf(ret, "%05d line of the log\n", i);
	}
	return ret->err;
}

int fx_service_resolve(struct fx_service *s, const struct fx_caller *c, uint32_t client_id,
		       uint64_t *ret_id)
{
	if (client_id == 90) {
		*ret_id = 900;
		return 0;
	}
	if (client_id == 0 || client_id > s->n_jobs) {
		return FX_ENOMSG;
	}
	*ret_id = s->jobs[client_id - 1].id;
	return 0;
}

int fx_service_messages(struct fx_service *s, const struct fx_caller *c, enum fx_folder folder,
			uint64_t after_id, size_t max, struct fx_message **ret, size_t *ret_n)
{
	bool have = s->message.id > after_id && folder == s->message.folder && max > 0;

	*ret = fx_calloc(1, sizeof(**ret));
	*ret_n = have;
	return !*ret ? FX_ENOMEM : have ? fx_message_copy(*ret, &s->message) : 0;
}

int fx_service_newest_messages(struct fx_service *s, const struct fx_caller *c,
			       enum fx_folder folder, uint64_t before_id, size_t max,
			       struct fx_message **ret, size_t *ret_n)
{
	bool past = before_id && before_id <= s->message.id;

	return fx_service_messages(s, c, folder, past ? UINT64_MAX : 0, max, ret, ret_n);
}

void fx_service_messages_free(struct fx_message *m, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		fx_message_fini(&m[i]);
	}
	(void)fx_free(m);
}

int fx_service_message(struct fx_service *s, const struct fx_caller *c, uint64_t id,
		       struct fx_message *ret)
{
	return id && id == s->message.id ? fx_message_copy(ret, &s->message) : FX_ENOMSG;
}

int fx_service_message_file(struct fx_service *s, const struct fx_caller *c, uint64_t id,
			    int *ret_fd)
{
	static const char page[40000] = "II*\0message";
	int fd;

	if (id != s->message.id) {
		return FX_ENOMSG;
	}
	fd = memfd_create("message", MFD_CLOEXEC);
	if (fd < 0 || write(fd, page, sizeof(page)) != (ssize_t)sizeof(page)) {
		return FX_EIO;
	}
	*ret_fd = fd;
	return 0;
}

int fx_service_remove_message(struct fx_service *s, const struct fx_caller *c, uint64_t id,
			      fx_service_done_fn *done, void *arg)
{
	MAY(c, FX_RIGHT_JOB_MANAGE)
	s->message.id = 0;
	return later(s, (struct later){.done = done, .arg = arg});
}

int fx_service_set_message_read(struct fx_service *s, const struct fx_caller *c, uint64_t id,
				bool read, fx_service_done_fn *done, void *arg)
{
	s->message.read = read;
	return later(s, (struct later){.done = done, .arg = arg});
}

int fx_service_view(struct fx_service *s, const struct fx_caller *c, uint64_t id, enum fx_view view,
		    uint32_t page, fx_service_view_fn *done, void *arg)
{
	if (id != s->message.id) {
		return FX_ENOMSG;
	}
	s->views++;
	return later(s, (struct later){.view = done, .arg = arg});
}

int fx_service_health(struct fx_service *s, const struct fx_caller *c, struct fx_health **ret,
		      size_t *ret_n)
{
	*ret = fx_zalloc(sizeof(**ret));
	if (!*ret) {
		return FX_ENOMEM;
	}
	(void)fx_strlcpy((*ret)->name, "disk", sizeof((*ret)->name));
	(void)fx_strlcpy((*ret)->text, "enough room", sizeof((*ret)->text));
	*ret_n = 1;
	return 0;
}

struct fx_event_log *fx_service_log(struct fx_service *s)
{
	return s->log;
}

/* ---- broadcasts: jobs like any other, whose parent is one more ---- */

struct later_batch {
	fx_queue_batch_fn *done;
	void *arg;
	struct fx_queue_ids parent;
	size_t n;
	struct fx_queue_ids ids[];
};

static void run_later_batch(void *arg)
{
	struct later_batch *l = arg;

	l->done(l->arg, 0, l->parent, l->ids, NULL);
	(void)fx_free(l);
}

static int batch(struct fx_service *s, struct fx_queue_ids parent, const struct fx_job *jobs,
		 size_t n, fx_queue_batch_fn *done, void *arg)
{
	struct later_batch *l = fx_zalloc(sizeof(*l) + n * sizeof(l->ids[0]));

	if (!l) {
		return FX_ENOMEM;
	}
	l->done = done;
	l->arg = arg;
	l->parent = parent;
	l->n = n;
	for (size_t i = 0; i < n; i++) {
		if (s->n_jobs == FAKE_JOBS_MAX) { /* taken, but not kept */
			l->ids[i] = i ? l->ids[i - 1] : parent;
			l->ids[i].id++;
			continue;
		}
		l->ids[i].id = fake_service_add_job(s, jobs[i].number);
		l->ids[i].client_id = (uint32_t)s->n_jobs;
		s->jobs[s->n_jobs - 1].parent_id = parent.id;
	}
	fx_loop_post(s->loop, run_later_batch, l);
	return 0;
}

static struct fx_queue_ids add_parent(struct fx_service *s, const struct fx_job *parent)
{
	struct fx_queue_ids ids = {.id = fake_service_add_job(s, "")};

	ids.client_id = (uint32_t)s->n_jobs;
	s->jobs[s->n_jobs - 1].type = FX_JT_BROADCAST;
	(void)snprintf(s->last_files, sizeof(s->last_files), "%s", fx_text(parent->upload_file));
	return ids;
}

int fx_service_broadcast(struct fx_service *s, const struct fx_caller *c,
			 const struct fx_job *parent, const struct fx_job *jobs, size_t n,
			 fx_queue_batch_fn *done, void *arg, struct fx_reason *reterr)
{
	MAY(c, FX_RIGHT_JOB_SUBMIT)
	if (s->n_jobs == FAKE_JOBS_MAX) {
		return FX_ELIMIT;
	}
	return batch(s, add_parent(s, parent), jobs, n, done, arg);
}

int fx_service_broadcast_start(struct fx_service *s, const struct fx_caller *c,
			       const struct fx_job *parent, fx_queue_batch_fn *done, void *arg,
			       struct fx_reason *reterr)
{
	MAY(c, FX_RIGHT_JOB_SUBMIT)
	if (s->n_jobs == FAKE_JOBS_MAX) {
		return FX_ELIMIT;
	}
	return batch(s, add_parent(s, parent), NULL, 0, done, arg);
}

int fx_service_broadcast_add(struct fx_service *s, const struct fx_caller *c, uint32_t parent,
			     const struct fx_job *jobs, size_t n, fx_queue_batch_fn *done,
			     void *arg, struct fx_reason *reterr)
{
	MAY(c, FX_RIGHT_JOB_SUBMIT)
	if (!parent || parent > s->n_jobs || s->jobs[parent - 1].type != FX_JT_BROADCAST) {
		return FX_ENOMSG;
	}
	if (s->jobs[parent - 1].state == FX_JOB_FAILED) {
		return FX_EDATA;
	}
	return batch(s, (struct fx_queue_ids){s->jobs[parent - 1].id, parent}, jobs, n, done, arg);
}

void fx_service_broadcast_end(struct fx_service *s, uint64_t parent_id)
{
	s->broadcasts_ended++;
	s->last_ended = parent_id;
}

int fx_service_broadcast_cancel(struct fx_service *s, const struct fx_caller *c, uint32_t parent,
				fx_service_done_fn *done, void *arg)
{
	if (!parent || parent > s->n_jobs || s->jobs[parent - 1].type != FX_JT_BROADCAST) {
		return FX_ENOMSG;
	}
	s->jobs[parent - 1].state = FX_JOB_DELETING;
	return later(s, (struct later){.done = done, .arg = arg});
}

size_t fx_service_broadcast_count(struct fx_service *s, const struct fx_job *parent)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_jobs; i++) {
		n += s->jobs[i].parent_id == parent->id;
	}
	return n;
}

uint32_t fx_service_parent_number(struct fx_service *s, const struct fx_job *job)
{
	return job->parent_id ? (uint32_t)(job->parent_id - 1000 + 1) : 0;
}

int fx_service_jobs_page(struct fx_service *s, const struct fx_caller *c, uint64_t after_id,
			 size_t max, struct fx_job **ret, size_t *ret_n, uint64_t *ret_next)
{
	size_t at = 0, n;
	struct fx_job *v;

	while (at < s->n_jobs && s->jobs[at].id <= after_id) {
		at++;
	}
	n = s->n_jobs - at < max ? s->n_jobs - at : max;
	v = fx_calloc(n ? n : 1, sizeof(*v));
	for (size_t i = 0; v && i < n; i++) {
		FX_ASSERT(fx_job_copy(&v[i], &s->jobs[at + i]) == 0);
	}
	*ret = v;
	*ret_n = n;
	*ret_next = at + n < s->n_jobs ? s->jobs[at + n - 1].id : 0;
	return v ? 0 : FX_ENOMEM;
}

/* ---- plug-ins: none is kept but the last ---- */

static struct fx_plugin the_plugin;

int fx_service_register_plugin(struct fx_service *s, const struct fx_caller *c,
			       const struct fx_plugin *p, fx_service_done_fn *done, void *arg,
			       struct fx_reason *reterr)
{
	int err = fx_plugin_check(p, reterr);

	MAY(c, FX_RIGHT_CONFIG_SET)
	if (err) {
		return err;
	}
	if (fx_str_ieq(the_plugin.name, p->name)) {
		return FX_EEXIST;
	}
	the_plugin = *p;
	return later(s, (struct later){.done = done, .arg = arg});
}

int fx_service_unregister_plugin(struct fx_service *s, const struct fx_caller *c,
				 enum fx_plugin_kind kind, const char *name,
				 fx_service_done_fn *done, void *arg, struct fx_reason *reterr)
{
	(void)reterr;
	MAY(c, FX_RIGHT_CONFIG_SET)
	if (the_plugin.kind != kind || !fx_str_ieq(the_plugin.name, name)) {
		return FX_ENOENT;
	}
	memset(&the_plugin, 0, sizeof(the_plugin));
	return later(s, (struct later){.done = done, .arg = arg});
}

int fx_service_plugins(struct fx_service *s, const struct fx_caller *c,
		       struct fx_plugin_info **ret, size_t *ret_n)
{
	(void)s;
	MAY(c, FX_RIGHT_CONFIG_QUERY)
	*ret = fx_zalloc(sizeof(**ret));
	if (!*ret) {
		return FX_ENOMEM;
	}
	(*ret)->plugin = the_plugin;
	fx_strlcpy((*ret)->state, "ok", sizeof((*ret)->state));
	*ret_n = the_plugin.name[0] != 0;
	return 0;
}
