/* SPDX-License-Identifier: Apache-2.0 */
#include "rig.h"
#include "clients/common/client.h"
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

HANDLE fax, other, port;
DWORD ids[2], foreign_job;
char *dir;
char letter[300], empty[300], missing[300], cover[300];
WCHAR letter_w[300], empty_w[300], missing_w[300], cover_w[300];
static char config_path[300], state_dir[300], socket_path[300];
static pid_t daemon_pid;

int64_t now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Between two looks at a thing that has no event. */
void breathe(void)
{
	struct timespec t = {0, 5 * 1000 * 1000};

	(void)nanosleep(&t, NULL);
}

void ok(BOOL good, const char *what, int line)
{
	if (!good) {
		fail_msg("line %d: %s: %u %s", line, what, GetLastError(), CaselliLastReason());
	}
}

void err(BOOL good, DWORD code, const char *what, int line)
{
	if (good || GetLastError() != code) {
		fail_msg("line %d: %s: %s, last error %u (%s), expected %u", line, what,
			 good ? "worked" : "failed", GetLastError(), CaselliLastReason(), code);
	}
}

static void path_of(char *path, WCHAR *wide, const char *name, const char *content)
{
	FILE *f;
	size_t i;

	(void)snprintf(path, 300, "%s/%s", dir, name);
	for (i = 0; i <= strlen(path); i++) { /* ASCII */
		wide[i] = (unsigned char)path[i];
	}
	if (content) {
		f = fopen(path, "w");
		(void)fputs(content, f);
		(void)fclose(f);
	}
}

static void write_config(const char *users)
{
	FILE *f = fopen(config_path, "w");

	(void)fprintf(f, "[service]\nlog_level = error\n[rights]\nusers = %s\n", users);
	(void)fclose(f);
}

const char *rig_socket(void)
{
	return socket_path;
}

void rig_rights(const char *users)
{
	write_config(users);
	(void)kill(daemon_pid, SIGHUP);
}

static void files(void)
{
	(void)snprintf(state_dir, sizeof(state_dir), "%s/state", dir);
	(void)snprintf(socket_path, sizeof(socket_path), "%s/rpc", dir);
	(void)snprintf(config_path, sizeof(config_path), "%s/caselli.conf", dir);
	path_of(letter, letter_w, "letter.txt", "Dear friend,\n\nthis is a fax.\n");
	path_of(empty, empty_w, "empty.txt", "");
	path_of(missing, missing_w, "missing.txt", NULL);
	path_of(cover, cover_w, "mine.cover",
		"caselli-cover 1\ntext 20 20 0 \"For {recipient-name}: {note}\"\n");
	write_config("job_submit job_query config_query port_query");
	(void)chmod(dir, 0755); /* other users reach the socket */
}

/* On the very first start the provider's host has yet to say which lines it has. */
static int wait_ports(void)
{
	int64_t end = now_ms() + DEADLINE_MS;
	PFAX_PORT_INFOA p = NULL;
	bool ready = false;
	DWORD n = 0;

	while (!ready && now_ms() < end) {
		if (!FaxEnumPortsA(fax, &p, &n)) {
			return -1;
		}
		ready = n == 2 && p[0].State == FPS_AVAILABLE && p[1].State == FPS_AVAILABLE;
		if (ready) {
			ids[0] = p[0].DeviceId;
			ids[1] = p[1].DeviceId;
		}
		FaxFreeBuffer(p);
		breathe();
	}
	return ready ? 0 : -1;
}

int rig_start(const char *casellid)
{
	int64_t end = now_ms() + DEADLINE_MS;

	dir = fx_test_mkdir();
	files();
	(void)setenv("CASELLI_SERVER", socket_path, 1);
	(void)setenv("XDG_CONFIG_HOME", dir, 1);
	(void)setenv("TMPDIR", dir, 1);
	daemon_pid = fork();
	if (daemon_pid == 0) {
		(void)execl(casellid, casellid, "--config", config_path, "--state", state_dir,
			    "--socket", socket_path, (char *)NULL);
		_exit(127);
	}
	while (!FaxConnectFaxServerA(NULL, &fax)) {
		if (now_ms() > end || waitpid(daemon_pid, NULL, WNOHANG) == daemon_pid) {
			(void)fprintf(stderr, "casellid: %s\n", CaselliLastReason());
			return -1;
		}
		breathe();
	}
	if (!FaxConnectFaxServerA(NULL, &other) || wait_ports()) {
		return -1;
	}
	pause_queue(TRUE);
	foreign_job = waiting_job();
	return FaxOpenPort(fax, ids[0], PORT_OPEN_QUERY, &port) ? 0 : -1;
}

int rig_stop(void)
{
	int status = -1;

	(void)FaxClose(port);
	(void)FaxClose(other);
	(void)FaxClose(fax);
	if (daemon_pid > 0) {
		(void)kill(daemon_pid, SIGTERM);
		(void)waitpid(daemon_pid, &status, 0);
	}
	fx_test_rmdir(dir);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

void pause_queue(BOOL on)
{
	PFAX_CONFIGURATIONA c = NULL;

	OK(FaxGetConfigurationA(other, &c));
	c->PauseServerQueue = on;
	OK(FaxSetConfigurationA(other, c));
	FaxFreeBuffer(c);
}

void block_queue(bool on)
{
	struct fx_client *c = NULL;

	assert_int_equal(fx_client_connect(socket_path, 0, &c, NULL), 0);
	assert_int_equal(fx_client_set_queue(c, FX_MS_QUEUE_OUT_PAUSED |
						(on ? FX_MS_QUEUE_OUT_BLOCKED : 0)), 0);
	(void)fx_client_unref(c);
}

DWORD waiting_job(void)
{
	FAX_JOB_PARAMA p = {.SizeOfStruct = sizeof(p), .RecipientNumber = "102",
			    .RecipientName = "Jos\u00E9", .DocumentName = "Gr\u00FC\u00DFe",
			    .ScheduleAction = JSA_SPECIFIC_TIME,
			    .ScheduleTime = {.wYear = 2099, .wMonth = 1, .wDay = 1}};
	DWORD id = 0;

	OK(FaxSendDocumentA(other, letter, &p, NULL, &id));
	return id;
}

void cancel(DWORD job)
{
	OK(FaxAbort(other, job));
}

void cancel_rest(void)
{
	PFAX_JOB_ENTRYA j = NULL;
	DWORD n = 0, i;

	OK(FaxEnumJobsA(other, &j, &n));
	for (i = 0; i < n; i++) {
		if (j[i].JobId != foreign_job) {
			cancel(j[i].JobId);
		}
	}
	FaxFreeBuffer(j);
}

HANDLE modify(void)
{
	HANDLE h = NULL;

	OK(FaxOpenPort(fax, ids[0], PORT_OPEN_MODIFY, &h));
	return h;
}
