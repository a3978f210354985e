/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "cli/commands.h"
#include "tests/unit/cli/fake_api.h"

struct result {
	int code;
	char *out, *err;
};
static struct result r;

static void forget(void)
{
	free(r.out);
	free(r.err);
	memset(&r, 0, sizeof(r));
}

/* Run a command line (words parted by spaces, '_' is a space inside a word). */
static int run(const char *line)
{
	static char copy[512];
	char *argv[32] = {(char *)(uintptr_t) "caselli"}, *save = NULL, *word;
	struct fx_cli cli = {0};
	struct fx_args args;
	struct fx_reason why = {""};
	size_t out_size, err_size;
	int argc = 1;
	char *c;

	forget();
	fake_disconnect();
	snprintf(copy, sizeof(copy), "%s", line);
	for (word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		for (c = word; *c; c++) {
			*c = *c == '_' ? ' ' : *c;
		}
		argv[argc++] = word;
	}
	cli.out = open_memstream(&r.out, &out_size);
	cli.err = open_memstream(&r.err, &err_size);
	assert_int_equal(fx_args_parse(fx_commands, argc, argv, &cli.globals, &args, &why), 0);
	r.code = args.command->run(&cli, &args);
	assert_int_equal(fclose(cli.out), 0);
	assert_int_equal(fclose(cli.err), 0);
	return r.code;
}

static void says(const char *text, const char *part)
{
	if (!strstr(text, part)) {
		fail_msg("\"%s\" is not in: %s", part, text);
	}
}

static char *folder;
static int setup(void **state)
{
	(void)state;
	fake_reset();
	folder = fx_test_mkdir();
	assert_int_equal(chdir(folder), 0);
	assert_int_equal(setenv("TZ", "UTC", 1), 0);
	tzset();
	assert_int_equal(fclose(fopen("letter.pdf", "w")), 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	forget();
	assert_int_equal(chdir("/"), 0);
	fx_test_rmdir(folder);
	return 0;
}

static void send_hands_every_option_on(void **state)
{
	(void)state;
	assert_int_equal(
		run("send +39_06_1 ./letter.pdf letter.pdf -r superfine -q photo --priority "
		    "--at 2027-01-02T10:30:00Z --name Rossi --from Anna --billing 42 "
		    "--port 3"),
		0);
	says(r.out, "Job 7: 2 files to +39 06 1, to be sent at ");
	assert_string_equal(fake.number, "+39 06 1");
	assert_int_equal(fake.send.FileCount, 2);
	assert_int_equal(fake.send.Resolution, CASELLI_RESOLUTION_SUPERFINE);
	assert_int_equal(fake.send.Quality, CASELLI_QUALITY_PHOTO);
	assert_int_equal(fake.send.Priority, CASELLI_PRIORITY_HIGH);
	assert_int_equal(fake.send.DeviceId, 3);
	assert_int_equal(fake.params.ScheduleAction, JSA_SPECIFIC_TIME);
	assert_int_equal(fake.params.ScheduleTime.wDay, 2);
	assert_int_equal(fake.params.ScheduleTime.wHour, 10);
	assert_int_equal(fake.params.ScheduleTime.wMinute, 30);
}

static void send_has_sensible_defaults(void **state)
{
	(void)state;
	assert_int_equal(run("send 102 letter.pdf"), 0);
	assert_int_equal(fake.send.Resolution, CASELLI_RESOLUTION_DEFAULT);
	assert_int_equal(fake.send.Priority, CASELLI_PRIORITY_NORMAL);
	assert_int_equal(fake.params.ScheduleAction, JSA_NOW);
	assert_string_equal(r.out, "Job 7: 1 file to 102\n");
	assert_int_equal(run("send 102 letter.pdf --at discount --json"), 0);
	assert_int_equal(fake.params.ScheduleAction, JSA_DISCOUNT_PERIOD);
	says(r.out, "\"job\": 7");
}

static void send_with_a_cover_page(void **state)
{
	char want[300];

	(void)state;
	assert_int_equal(run("send 102 letter.pdf --cover Generic.cov --note agreed --subject S "
			     "--to-name Lucia --to-company Rossi"), 0);
	assert_string_equal(fake.cover, "Generic.cov|1|agreed|S|Rossi");
	assert_string_equal(fake.params.RecipientName, "Lucia");
	says(r.out, "Job 7: 1 file behind a cover page to 102");
	assert_int_equal(run("send 102 --cover urgent"), 0); /* no file is needed */
	assert_int_equal(fake.send.FileCount, 0);
	says(r.out, "Job 7: a cover page to 102");
	/* a file here is a personal page, by its full path */
	assert_int_equal(fclose(fopen("mine.cover", "w")), 0);
	assert_int_equal(run("send 102 --cover mine.cover"), 0);
	(void)snprintf(want, sizeof(want), "%s/mine.cover|0|-|-|-", folder);
	assert_string_equal(fake.cover, want);
	assert_int_equal(run("send 102"), FX_EXIT_USAGE);
	says(r.err, "what shall be sent?");
	assert_int_equal(run("send 102 letter.pdf --note x"), FX_EXIT_USAGE);
	says(r.err, "name one with --cover");
}

static void cover_pages_are_listed_and_installed(void **state)
{
	char want[300];

	(void)state;
	assert_int_equal(run("covers"), 0);
	says(r.out, "generic  2.0 kB  For every day");
	says(r.out, "of Windows: cannot be used  installed here");
	assert_int_equal(run("covers --json"), 0);
	says(r.out, "\"usable\": false");
	assert_int_equal(run("covers show generic"), 0);
	assert_string_equal(fake.access, "generic 1 2");
	says(r.out, "generic.png");
	assert_int_equal(run("covers show generic"), FX_EXIT_FAILED); /* destroys no file */
	assert_int_equal(run("covers show generic -o page.xyz"), FX_EXIT_USAGE);
	assert_int_equal(run("covers show generic -o a.pdf"), 0);
	assert_string_equal(fake.access, "generic 1 1");
	assert_int_equal(fclose(fopen("mine.cover", "w")), 0);
	assert_int_equal(run("covers check mine.cover"), 0);
	(void)snprintf(want, sizeof(want), "%s/mine.cover 0 1", folder);
	assert_string_equal(fake.access, want);
	assert_int_equal(run("covers install mine.cover house"), 0);
	(void)snprintf(want, sizeof(want), "%s/mine.cover as house", folder);
	assert_string_equal(fake.access, want);
	assert_int_equal(run("covers remove house"), 0);
	assert_string_equal(fake.access, "remove house");
	assert_int_equal(run("covers paint house"), FX_EXIT_USAGE);
	assert_int_equal(run("covers install"), FX_EXIT_USAGE);
	fake.fail = "CaselliViewCoverPage";
	fake.error = ERROR_INVALID_DATA;
	fake.reason = "the cover page is wrong in line 3";
	assert_int_equal(run("covers check mine.cover"), FX_EXIT_FAILED);
	says(r.err, "wrong in line 3");
}

static void send_tells_what_is_wrong(void **state)
{
	(void)state;
	assert_int_equal(run("send 102 missing.pdf"), FX_EXIT_FAILED);
	says(r.err, "missing.pdf: No such file");
	assert_int_equal(run("send 102 letter.pdf --at soon"), FX_EXIT_USAGE);
	says(r.err, "\"soon\" is not a time");
	assert_int_equal(run("send anna letter.pdf"), FX_EXIT_USAGE);
	says(r.err, "\"anna\" is not a fax number");
	fake.fail = "CaselliSend";
	fake.error = ERROR_ACCESS_DENIED;
	assert_int_equal(run("send 102 letter.pdf"), FX_EXIT_DENIED);
	says(r.err, "cannot send to 102: access denied");
	says(r.err, "caselli access show");
	fake_reset();
	fake.preparing = 2;
	fake.end_state = "failed";
	assert_int_equal(run("send 102 letter.pdf"), FX_EXIT_FAILED);
	says(r.err, "job 7 cannot be sent: The document is encrypted.");
	says(r.err, "\n  caselli cancel 7 removes it\n");
	assert_int_equal(fake.preparing, 0);
}

static void waiting_ends_with_the_fax(void **state)
{
	(void)state;
	assert_int_equal(run("send 102 letter.pdf --wait"), 0);
	says(r.out, "Sent: 2 pages to 102");
	fake.end_state = "retries_exceeded";
	assert_int_equal(run("send 102 letter.pdf --wait"), FX_EXIT_FAX_FAILED);
	says(r.err, "job 7 failed: The document is encrypted.");
	assert_int_equal(run("status --watch --until 7"), FX_EXIT_FAX_FAILED);
}

static void a_service_that_is_not_there_has_its_code_and_remedy(void **state)
{
	(void)state;
	fake.connect_error = RPC_S_SERVER_UNAVAILABLE;
	fake.reason = "the service is not running at /run/caselli/rpc";
	assert_int_equal(run("ports"), FX_EXIT_UNREACHABLE);
	says(r.err, "not running at /run/caselli/rpc");
	says(r.err, "systemctl start caselli");
	assert_int_equal(run("cancel 7 8"), FX_EXIT_UNREACHABLE);
	assert_int_equal(fake.command, 0);
	assert_int_equal(run("doctor"), FX_EXIT_UNREACHABLE);
	says(r.out, "BROKEN");
	says(r.out, "0 good, 0 warnings, 1 broken");
}

static void ports_are_a_table_and_json(void **state)
{
	(void)state;
	assert_int_equal(run("ports"), 0);
	says(r.out, "PORT  NAME    STATE      TSID  CSID  RINGS  PRIORITY  SEND  RECEIVE\n"
		    "   1  Loop 1  Available  T1    C1        2         1  yes   yes\n"
		    "   2  Loop 2  Offline                    0         2  no    yes\n");
	assert_int_equal(run("ports --json"), 0);
	says(r.out, "\"name\": \"Loop 2\"");
	says(r.out, "\"send\": false");
	assert_int_equal(run("status"), 0);
	says(r.out, "Loop 1                   Available");
	assert_int_equal(run("status 2 --json"), 0);
	says(r.out, "\"port\": 2");
}

static void a_port_is_changed_by_keys(void **state)
{
	(void)state;
	assert_int_equal(run("port 1 tsid=Casa_1 rings=5 receive=no"), 0);
	assert_int_equal(fake.port.Rings, 5);
	assert_int_equal(fake.port.Flags, FPF_SEND);
	assert_int_equal(run("port 1 rings=100"), FX_EXIT_USAGE);
	assert_int_equal(run("port 1 colour=red"), FX_EXIT_USAGE);
	says(r.err, "colour");
	assert_int_equal(run("port 1 tsid=123456789012345678901"), FX_EXIT_USAGE);
	assert_int_equal(run("port x rings=1"), FX_EXIT_USAGE);
}

static void jobs_are_shown_with_their_tries(void **state)
{
	(void)state;
	fake.end_state = "in_progress";
	assert_int_equal(run("jobs"), 0);
	says(r.out, "  7  send       in_progress  102       1/2");
	says(r.out, " 41  broadcast  in_progress  2 left    1/2");
	assert_null(strstr(r.out, "There are more"));
	assert_int_equal(run("jobs -n 2"), 0);
	says(r.out, "There are more: caselli jobs --after 41");
	assert_null(strstr(r.out, " 42  "));
	assert_int_equal(run("jobs --after 41"), 0);
	says(r.out, " 43  ");
	assert_null(strstr(r.out, " 41  broadcast"));
	assert_int_equal(run("jobs --limit x"), FX_EXIT_USAGE);
	assert_int_equal(run("show 41"), 0);
	says(r.out, "2 in the queue");
	assert_int_equal(run("cancel 41"), 0);
	assert_int_equal(fake.cancelled_broadcast, 41);
	assert_int_equal(run("jobs --json"), 0);
	says(r.out, "\"pages_confirmed\": 1");
	assert_int_equal(run("show 7"), 0);
	says(r.out, "Job 7 (send)");
	says(r.out, "Try 1  busy");
	says(r.out, "14400 bit/s  T.38  MMR  ECM");
	says(r.out, "took 1:01");
	assert_int_equal(run("show 7 --json"), 0);
	says(r.out, "\"attempts\": [");
	assert_int_equal(run("show 8"), FX_EXIT_FAILED);
	says(r.err, "cannot find job 8");
	assert_int_equal(run("show many"), FX_EXIT_USAGE);
	assert_int_equal(run("log 7"), 0);
	says(r.out, "log of attempt 1");
	says(r.out, "log of attempt 2");
	assert_int_equal(run("log 7 --try 2"), 0);
	assert_null(strstr(r.out, "attempt 1"));
	assert_int_equal(run("log 7 --try 3"), FX_EXIT_FAILED);
}

static void job_commands_go_on_after_a_failure(void **state)
{
	(void)state;
	fake.end_state = "pending";
	assert_int_equal(run("pause 7"), 0);
	assert_int_equal(fake.command, JC_PAUSE);
	says(r.out, "Job 7 paused.");
	assert_int_equal(run("restart 7"), 0);
	assert_int_equal(fake.command, JC_RESTART);
	says(r.out, "Job 7 will be tried again.");
	fake.end_state = "in_progress"; /* neither does anything to a call that is going on */
	assert_int_equal(run("pause 7"), 0);
	says(r.out, "Job 7 is being sent; paused if the call does not finish it.");
	assert_int_equal(run("restart 7"), 0);
	says(r.out, "Job 7 is being sent already.");
	assert_int_equal(run("cancel 8 7"), FX_EXIT_FAILED);
	assert_int_equal(fake.command, JC_DELETE);
	says(r.err, "cannot cancel job 8");
	says(r.out, "Job 7 cancelled.");
}

static void messages_are_listed_across_blocks(void **state)
{
	(void)state;
	assert_int_equal(run("inbox -n 110"), 0);
	says(r.out, "    120  ");
	says(r.out, "     11  ");
	assert_null(strstr(r.out, "     10  "));
	assert_int_equal(run("sent"), 0);
	says(r.out, "letter.pdf");
	assert_int_equal(run("remove 5"), 0);
	assert_int_equal(run("remove 500"), FX_EXIT_FAILED);
}

static void a_message_is_saved_as_asked(void **state)
{
	struct fx_buf b;

	(void)state;
	assert_int_equal(run("save 5"), 0);
	assert_string_equal(r.out, "fax-5.pdf\n");
	fx_test_read_file("fax-5.pdf", &b);
	assert_memory_equal(b.data, "view 1 of 5", 11);
	fx_buf_fini(&b);
	assert_int_equal(run("save 5"), FX_EXIT_FAILED); /* our own name never overwrites */
	says(r.err, "File exists");
	assert_int_equal(run("save 5 -o x.tif"), 0);
	fx_test_read_file("x.tif", &b);
	assert_memory_equal(b.data, "view 0 of 5", 11);
	fx_buf_fini(&b);
	assert_int_equal(run("save 5 -o pic.png"), 0);
	assert_string_equal(r.out, "pic-1.png\npic-2.png\n");
	assert_int_equal(run("save 5 --page 2 -o -"), 0);
	assert_string_equal(r.out, "view 2 of 5 page 2");
	assert_int_equal(run("save 5 --png -o -"), FX_EXIT_USAGE);
	assert_int_equal(run("save 5 --png --pdf"), FX_EXIT_USAGE);
	assert_int_equal(run("save 999"), FX_EXIT_FAILED);
}

static void settings_are_read_and_changed(void **state)
{
	(void)state;
	assert_int_equal(run("config get"), 0);
	says(r.out, "retry-delay            10                minutes between two tries");
	assert_int_equal(run("config get retries"), 0);
	assert_string_equal(r.out, "3\n");
	assert_int_equal(run("config set retries 5"), 0);
	assert_int_equal(fake.config.Retries, 5);
	assert_int_equal(fake.config.DirtyDays, 30);
	assert_int_equal(fake.config.SizeOfStruct, sizeof(fake.config));
	assert_int_equal(run("config set log-outbound MIN"), 0);
	assert_int_equal(fake.log[1], FAXLOG_LEVEL_MIN);
	assert_int_equal(fake.log[0], 0);
	assert_int_equal(run("config set log-outbound loud"), FX_EXIT_USAGE);
	assert_int_equal(run("config set join-jobs no"), 0);
	assert_int_equal(run("config set retries many"), FX_EXIT_USAGE);
	assert_int_equal(run("config set colour red"), FX_EXIT_USAGE);
	assert_int_equal(run("config frobnicate"), FX_EXIT_USAGE);
	fake.fail = "FaxSetConfigurationA";
	fake.error = ERROR_ACCESS_DENIED;
	assert_int_equal(run("config set retries 5"), FX_EXIT_DENIED);
}

static void the_archive_and_the_mail_server_too(void **state)
{
	(void)state;
	fake.general.ArchiveBytes = 5000000000;
	fake.general.BlockOutgoing = TRUE;
	assert_int_equal(run("config get"), 0);
	says(r.out, "archive-age            never             days that");
	says(r.out, "archive-bytes          5000000000");
	says(r.out, "mail-server");
	assert_int_equal(run("config set archive-age 365"), 0);
	assert_int_equal(fake.general.ArchiveAgeDays, 365);
	assert_int_equal(fake.general.SizeOfStruct, sizeof(fake.general));
	assert_true(fake.general.BlockOutgoing);
	assert_int_equal(run("config get archive-age"), 0);
	assert_string_equal(r.out, "365\n");
	assert_int_equal(run("config set archive-age never"), 0);
	assert_int_equal(fake.general.ArchiveAgeDays, 0);
	assert_int_equal(run("config set block-outgoing off"), 0);
	assert_false(fake.general.BlockOutgoing);
	assert_int_equal(run("config set activity-directory /var/log/fax"), 0);
	assert_string_equal(fake.directory, "/var/log/fax");
	assert_int_equal(run("config set block-incoming yes"), 0);
	assert_true(fake.general.BlockIncoming);
	assert_int_equal(run("config set archive-bytes 1"), FX_EXIT_USAGE);
	says(r.err, "only shown");
	assert_int_equal(run("config get mail-login"), 0);
	assert_string_equal(r.out, "basic\n");
	assert_int_equal(run("config get mail-by-client"), 0);
	assert_string_equal(r.out, "yes\n");
	assert_int_equal(run("config set mail-server x"), FX_EXIT_USAGE);
	says(r.err, "config reset mail");
	assert_int_equal(run("config reset retries"), FX_EXIT_USAGE);
	assert_int_equal(run("config reset"), FX_EXIT_USAGE);
	assert_int_equal(run("config reset mail"), 0);
	assert_true(fake.mail_reset);
	fake.error = ERROR_ACCESS_DENIED;
	fake.fail = "CaselliResetMail";
	assert_int_equal(run("config reset mail"), FX_EXIT_DENIED);
	fake.fail = "CaselliSetGeneral";
	assert_int_equal(run("config set archive-age 5"), FX_EXIT_DENIED);
}

static void outbound_is_listed_and_changed(void **state)
{
	(void)state;
	assert_int_equal(run("outbound"), 0);
	says(r.out, "north          4 3    some not valid");
	says(r.out, "port 7");
	assert_int_equal(run("outbound groups --json"), 0);
	says(r.out, "\"state\": \"some not valid\"");
	assert_int_equal(run("outbound rules --json"), 0);
	says(r.out, "\"area_code\": 30");
	assert_int_equal(run("outbound add-group south"), 0);
	assert_string_equal(fake.routing, "add group south");
	assert_int_equal(run("outbound remove-group south"), 0);
	assert_string_equal(fake.routing, "remove group south");
	assert_int_equal(run("outbound add NORTH 5 4"), 0);
	assert_string_equal(fake.routing, "set group NORTH 4 3 5");
	assert_int_equal(run("outbound take north 4"), 0);
	assert_string_equal(fake.routing, "set group north 3");
	assert_int_equal(run("outbound take north 9"), FX_EXIT_USAGE);
	assert_int_equal(run("outbound add south 9"), FX_EXIT_USAGE);
	says(r.err, "no outbound group");
	assert_int_equal(run("outbound order north 3 1"), 0);
	assert_string_equal(fake.routing, "order north 3 1");
	assert_int_equal(run("outbound rule +49 30 group north"), 0);
	assert_string_equal(fake.routing, "set rule 49 30 0 north");
	assert_int_equal(run("outbound rule 39 any port 2"), 0);
	assert_string_equal(fake.routing, "add rule 39 0 2 -");
	assert_int_equal(run("outbound rule any any port 2"), 0);
	assert_string_equal(fake.routing, "set rule 0 0 2 -");
	assert_int_equal(run("outbound remove-rule 49 30"), 0);
	assert_string_equal(fake.routing, "remove rule 49 30 0 -");
	assert_int_equal(run("outbound test 030123"), 0);
	assert_string_equal(fake.routing, "way 030123 0");
	says(r.out, "By rule country 49, area 30: group north\n  4  Line 4  free\n");
	assert_int_equal(run("outbound test 030123 --json"), 0);
	says(r.out, "\"rule_area_code\": 30");
	assert_int_equal(run("outbound rule 49 30 north"), FX_EXIT_USAGE);
	assert_int_equal(run("outbound rule x 30 group north"), FX_EXIT_USAGE);
	assert_int_equal(run("outbound frobnicate"), FX_EXIT_USAGE);
	fake.fail = "CaselliAddOutboundRule";
	fake.error = 7003;
	assert_int_equal(run("outbound rule 39 any group none"), FX_EXIT_FAILED);
	says(r.err, "must be there and have ports");
}

static void routing_is_listed_and_changed(void **state)
{
	(void)state;
	assert_int_equal(run("routing"), 0);
	says(r.out, "1  folder");
	says(r.out, "{11111111-2222-3333-4444-555555555555}");
	assert_int_equal(run("routing list --json"), 0);
	says(r.out, "\"method\": \"folder\"");
	assert_int_equal(run("routing list 1"), 0);
	says(r.out, "folder                                  yes      /srv");
	assert_int_equal(run("routing list 1 --json"), 0);
	says(r.out, "\"data\": \"/srv\"");
	assert_int_equal(run("routing enable 1 Folder"), 0);
	assert_string_equal(fake.routing, "enable {92041a90-9af2-11d0-abf7-00c04fd91a4e} 1");
	says(r.out, "Port 1: folder is enabled, to /srv\n");
	assert_int_equal(run("routing disable 1 {11111111-2222-3333-4444-555555555555}"), 0);
	assert_string_equal(fake.routing, "enable {11111111-2222-3333-4444-555555555555} 0");
	assert_int_equal(run("routing set 1 folder /x"), 0);
	assert_string_equal(fake.routing, "data {92041a90-9af2-11d0-abf7-00c04fd91a4e} 6 /x");
	assert_int_equal(run("routing set 1 folder"), 0);
	assert_string_equal(fake.routing, "data {92041a90-9af2-11d0-abf7-00c04fd91a4e} 0 --");
	assert_int_equal(run("routing order folder 2"), 0);
	assert_string_equal(fake.routing, "order {92041a90-9af2-11d0-abf7-00c04fd91a4e} 2");
	assert_int_equal(run("routing test --to 1234 --tsid acme --port 2"), 0);
	assert_string_equal(fake.routing, "test 2 1234 - acme");
	says(r.out, "Rule \"sales\" applies.\n  Store in a folder: /srv  (by the rule)\n");
	assert_int_equal(run("routing test --from 5"), 0);
	says(r.out, "No rule applies");
	says(r.out, "inbox, nothing else");
	assert_int_equal(run("routing test --to 1234 --json"), 0);
	says(r.out, "\"by_rule\": true");
	assert_int_equal(run("routing enable 1 fax"), FX_EXIT_USAGE);
	assert_int_equal(run("routing enable 1"), FX_EXIT_USAGE);
	assert_int_equal(run("routing order folder x"), FX_EXIT_USAGE);
	assert_int_equal(run("routing order folder 3"), FX_EXIT_USAGE);
	says(r.err, "places 1 to 2");
	assert_int_equal(run("routing frobnicate"), FX_EXIT_USAGE);
	fake.fail = "FaxSetRoutingInfoA";
	fake.error = ERROR_INVALID_DATA;
	assert_int_equal(run("routing set 1 folder srv"), FX_EXIT_FAILED);
	says(r.err, "the full path of a folder");
	fake.fail = "FaxEnableRoutingMethodA";
	fake.error = ERROR_BAD_CONFIGURATION;
	assert_int_equal(run("routing enable 1 folder"), FX_EXIT_FAILED);
	says(r.err, "caselli routing set 1 folder DATA first");
	fake.error = ERROR_ACCESS_DENIED;
	assert_int_equal(run("routing enable 1 folder"), FX_EXIT_DENIED);
}

static void plugins_are_listed(void **state)
{
	(void)state;
	assert_int_equal(run("plugins"), 0);
	says(r.out, "provider   folder  Folder    ok");
	says(r.out, "its process ended");
	assert_int_equal(run("plugins --json"), 0);
	says(r.out, "\"kind\": \"extension\"");
	fake.fail = "CaselliEnumPlugins";
	fake.error = ERROR_ACCESS_DENIED;
	assert_int_equal(run("plugins"), FX_EXIT_DENIED);
}

static void plugins_are_registered(void **state)
{
	(void)state;
	assert_int_equal(symlink(FX_TEST_FSP, "fsp.so"), 0);
	assert_int_equal(symlink(FX_TEST_ROUTE, "route.so"), 0);
	assert_int_equal(run("plugins add provider folder ./fsp.so --shown-as Our_lines"), 0);
	assert_string_equal(fake.plugin, "provider folder|Our lines|" FX_TEST_FSP "|");
	says(r.out, "from its next start on");
	assert_int_equal(run("plugins add extension csv route.so FaxRouteInitialize {1} CsvRoute "
			     "{2}"), 0);
	assert_string_equal(fake.plugin, "extension csv|csv|" FX_TEST_ROUTE
			    "|CsvRoute|CsvRoute|CsvRoute|{2}");
	assert_int_equal(run("plugins remove provider folder"), 0);
	assert_string_equal(fake.plugin, "no provider folder");
	assert_int_equal(run("plugins remove extension csv"), 0);
	assert_string_equal(fake.plugin, "no extension csv");
	assert_int_equal(run("plugins add extension csv letter.pdf CsvRoute"), FX_EXIT_USAGE);
	assert_int_equal(run("plugins add extension csv letter.pdf"), FX_EXIT_USAGE);
	assert_int_equal(run("plugins add printer x letter.pdf"), FX_EXIT_USAGE);
	assert_int_equal(run("plugins frobnicate"), FX_EXIT_USAGE);
	assert_int_equal(run("plugins add provider folder gone.so"), FX_EXIT_FAILED);
	says(r.err, "cannot find gone.so: No such file");
	fake.fail = "FaxRegisterServiceProviderW";
	fake.error = ERROR_ACCESS_DENIED;
	assert_int_equal(run("plugins add provider folder fsp.so"), FX_EXIT_DENIED);
	fake.fail = "CaselliUnregisterRoutingExtension";
	fake.error = ERROR_NOT_FOUND;
	assert_int_equal(run("plugins remove extension csv"), FX_EXIT_FAILED);
}

/* What is wrong with the file is said before anything is registered. */
static void plugins_are_looked_into(void **state)
{
	FILE *f;

	(void)state;
	assert_int_equal(symlink(FX_TEST_ROUTE, "route.so"), 0);
	assert_int_equal(run("plugins add provider x route.so"), FX_EXIT_FAILED);
	says(r.err, "does not export FaxDevVirtualDeviceCreation");
	assert_int_equal(run("plugins add extension x route.so Other {1}"), FX_EXIT_FAILED);
	says(r.err, "does not export Other");
	assert_int_equal(run("plugins add provider x letter.pdf"), FX_EXIT_FAILED);
	says(r.err, "cannot be used: it is");
	assert_int_equal(run("plugins add provider x ."), FX_EXIT_FAILED);
	says(r.err, "it is no file");
	f = fopen("x.dll", "w");
	assert_non_null(f);
	assert_true(fprintf(f, "MZ%100s", "") > 100);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(run("plugins add provider x x.dll"), FX_EXIT_FAILED);
	says(r.err, "program of Windows");
	assert_int_equal(chmod("x.dll", 0666), 0);
	assert_int_equal(run("plugins add provider x x.dll"), FX_EXIT_FAILED);
	says(r.err, "everybody may write to it");
	assert_string_equal(fake.plugin, "");
}

static void access_is_listed_and_changed(void **state)
{
	(void)state;
	assert_int_equal(run("access list"), 0);
	says(r.out, "SET BY");
	says(r.out, "user     clerk  job_submit  caselli access  none");
	assert_int_equal(run("access list --json"), 0);
	says(r.out, "\"settings_file\": []");
	says(r.out, "\"job_submit\"");
	assert_int_equal(run("access show clerk"), 0);
	assert_string_equal(r.out, "clerk: job_submit\nby: group fax (settings file)\n");
	assert_int_equal(run("access show"), 0);
	assert_int_equal(run("access set clerk job-submit read"), 0);
	assert_string_equal(fake.access, "0 1 clerk job-submit read");
	assert_int_equal(run("access grant @fax job-manage"), 0);
	assert_string_equal(fake.access, "1 2 fax job-manage");
	assert_int_equal(run("access revoke group:fax all"), 0);
	assert_string_equal(fake.access, "2 2 fax all");
	assert_int_equal(run("access set default none"), 0);
	assert_string_equal(fake.access, "0 0 - none");
	assert_int_equal(run("access reset user:default"), 0);
	assert_string_equal(fake.access, "3 1 default ");
	assert_int_equal(run("access reset"), 0);
	assert_string_equal(fake.access, "4 0 - ");
	assert_int_equal(run("access remove-password clerk"), 0);
	assert_string_equal(fake.access, "password 1 clerk -");
	assert_int_equal(run("access disable clerk"), 0);
	assert_string_equal(fake.access, "password 2 clerk -");
	assert_int_equal(run("access enable clerk"), 0);
	assert_string_equal(fake.access, "password 3 clerk -");
	assert_int_equal(run("access set-password"), FX_EXIT_USAGE);
	assert_int_equal(run("access grant clerk"), FX_EXIT_USAGE);
	assert_int_equal(run("access list all"), FX_EXIT_USAGE);
	assert_int_equal(run("access frobnicate"), FX_EXIT_USAGE);
	fake.fail = "CaselliSetAccess";
	fake.error = ERROR_ACCESS_DENIED;
	assert_int_equal(run("access set clerk all"), FX_EXIT_DENIED);
	fake.error = ERROR_INVALID_PARAMETER;
	assert_int_equal(run("access set clerk job-summit"), FX_EXIT_FAILED);
	says(r.err, "rights: job");
}

static void accounts_are_listed_and_changed(void **state)
{
	(void)state;
	assert_int_equal(run("accounts"), 0);
	says(r.out, "USER          KNOWN TO      SINCE");
	says(r.out, "OFFICE\\bruno  service");
	says(r.out, "zoe           (never here)");
	says(r.out, "since ");
	assert_int_equal(run("accounts list --json"), 0);
	says(r.out, "\"password\": \"set\"");
	says(r.out, "\"account\": \"none\"");
	says(r.out, "\"seen_at\": null");
	assert_int_equal(run("accounts create OFFICE\\anna"), 0);
	assert_string_equal(fake.access, "create OFFICE\\anna");
	assert_int_equal(run("accounts delete anna"), 0);
	assert_string_equal(fake.access, "delete anna");
	assert_int_equal(run("accounts create"), FX_EXIT_USAGE);
	assert_int_equal(run("accounts list anna"), FX_EXIT_USAGE);
	assert_int_equal(run("accounts frobnicate"), FX_EXIT_USAGE);
	/* who may do what tells of passwords, too */
	assert_int_equal(run("access list --json"), 0);
	says(r.out, "\"password\": \"set\"");
	assert_int_equal(run("access list"), 0);
	says(r.out, "without an entry: zoe (disabled)\n");
	fake.fail = "CaselliEnumAccounts";
	fake.error = ERROR_ACCESS_DENIED;
	assert_int_equal(run("accounts"), FX_EXIT_DENIED);
	assert_int_equal(run("access list"), 0);
	fake.fail = "CaselliCreateAccount";
	assert_int_equal(run("accounts create anna"), FX_EXIT_DENIED);
}

static void a_fax_is_given_to_users(void **state)
{
	(void)state;
	assert_int_equal(run("reassign 7 anna"), 0);
	assert_string_equal(fake.access, "7 anna - - - 0");
	assert_int_equal(run("reassign 7 anna OFFICE\\bruno --sender-name ACME --sender-number 030 "
			     "--subject Invoice --has-cover"), 0);
	assert_string_equal(fake.access, "7 anna;OFFICE\\bruno ACME 030 Invoice 1");
	assert_int_equal(run("reassign seven anna"), FX_EXIT_USAGE);
	fake.fail = "CaselliReassign";
	fake.error = ERROR_INVALID_OPERATION;
	assert_int_equal(run("reassign 7 anna"), FX_EXIT_FAILED);
	says(r.err, "cannot give message 7 to anna");
	/* owners, the star of who has read it, and what it is about */
	assert_int_equal(run("inbox -n 120"), 0);
	says(r.out, "anna OFFICE\\bruno*  Invoice");
}

static void traces_are_switched_off_again(void **state)
{
	(void)state;
	fake.reason = "the connection is gone";
	assert_int_equal(run("trace t30 port"), FX_EXIT_UNREACHABLE);
	assert_string_equal(r.out, "t30: DIS\nt30: DIS\n");
	assert_string_equal(fake.traces, "+t30 +port -t30 -port ");
	fake.traces[0] = '\0';
	assert_int_equal(run("trace --off"), 0);
	assert_string_equal(fake.traces, "-all ");
}

static void the_doctor_counts(void **state)
{
	(void)state;
	assert_int_equal(run("doctor"), 0);
	says(r.out, "you may not change settings");
	says(r.out, "1 of 2 ports can send now");
	says(r.out, "only 60 MB are free");
	says(r.out, "4 good, 1 warnings, 0 broken");
	assert_int_equal(run("doctor --json"), 0);
	says(r.out, "\"level\": \"warning\"");
}

static void list_file(const char *text)
{
	FILE *f = fopen("list", "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void a_list_gets_one_document(void **state)
{
	(void)state;
	list_file("\xEF\xBB\xBF# customers\r\n"
		  "+39 06 555; Lucia Rossi ;\"Rossi; \"\"Figli\"\"\"\r\n\n"
		  "102\n103 3M Italia\n(04) 5-6/7 Anna\n105\tBeppe\n106,Carla,ACME\na7@sip.it\n");
	assert_int_equal(run("broadcast list letter.pdf --cover generic --at discount"), 0);
	says(r.out, "Broadcast 41: letter.pdf to 7 recipients, to be sent in the cheap hours");
	assert_string_equal(fake.broadcast,
			    "letter.pdf +39 06 555|Lucia Rossi|generic|Rossi; \"Figli\" "
			    "102|-|generic|- 103|3M Italia|generic|- (04) 5-6/7|Anna|generic|- "
			    "105|Beppe|generic|- 106|Carla|generic|ACME a7@sip.it|-|generic|-");
	fake.recipients = 0;
	assert_int_equal(run("broadcast list letter.pdf --json"), 0);
	says(r.out, "\"job\": 41");
	says(r.out, "\"recipients\": 7");
	says(fake.broadcast, " 102|-|-|- ");
}

static void a_bad_list_sends_nothing(void **state)
{
	(void)state;
	list_file("101\n\nNumber;Name\n");
	assert_int_equal(run("broadcast list letter.pdf"), FX_EXIT_USAGE);
	says(r.err, "list:3: \"Number\" is not a fax number");
	list_file("# nobody\n");
	assert_int_equal(run("broadcast list letter.pdf"), FX_EXIT_USAGE);
	says(r.err, "names no recipient");
	list_file("1234567890123456789012345678901234567890123456789012345678901234\n");
	assert_int_equal(run("broadcast list letter.pdf"), FX_EXIT_USAGE);
	assert_int_equal(run("broadcast gone letter.pdf"), FX_EXIT_FAILED);
	says(r.err, "cannot read gone: No such file");
	assert_int_equal(run("broadcast list gone.pdf"), FX_EXIT_FAILED);
	says(r.err, "cannot read gone.pdf");
	list_file("102\n");
	assert_int_equal(run("broadcast list letter.pdf --note hello"), FX_EXIT_USAGE);
	says(r.err, "--cover");
	assert_int_equal(run("broadcast list letter.pdf --at never"), FX_EXIT_USAGE);
	assert_int_equal(fake.recipients, 0);
}

static void a_broken_broadcast_says_what_is_queued(void **state)
{
	(void)state;
	list_file("101\n102\n103\n");
	fake.fail = "FaxSendDocumentForBroadcastA";
	fake.error = ERROR_DISK_FULL;
	assert_int_equal(run("broadcast list letter.pdf"), FX_EXIT_FAILED);
	says(r.err, "not further than line 2 of list (102)");
	says(r.err, "1 recipients are queued as broadcast 41; caselli cancel 41");
	fake.error = ERROR_ACCESS_DENIED;
	assert_int_equal(run("broadcast list letter.pdf"), FX_EXIT_DENIED);
}

/* The last one: what was interrupted stays so in this process. */
static void ctrl_c_stops_a_broadcast(void **state)
{
	(void)state;
	list_file("101\n102\n103\n");
	fake.stop_after = 2;
	assert_int_equal(run("broadcast list letter.pdf"), FX_EXIT_FAILED);
	assert_int_equal(fake.recipients, 2);
	says(r.err, "interrupted after 2 of 3 recipients");
	says(r.err, "2 recipients are queued as broadcast 41; caselli cancel 41");
}

/* The standard input is a pipe with this text while a command runs. */
static int run_with(const char *line, const char *input)
{
	int fds[2], keep = dup(STDIN_FILENO), code;

	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], input, strlen(input)), (ssize_t)strlen(input));
	(void)close(fds[1]);
	assert_int_equal(dup2(fds[0], STDIN_FILENO), STDIN_FILENO);
	(void)close(fds[0]);
	code = run(line);
	assert_int_equal(dup2(keep, STDIN_FILENO), STDIN_FILENO);
	(void)close(keep);
	return code;
}

static void login(void **state)
{
	char longer[400];

	(void)state;
	fake_reset();
	assert_int_equal(run_with("login fax.example --user OFFICE\\anna --password-stdin",
				  "s e\"c\r\nrest\n"), FX_EXIT_OK);
	assert_string_equal(fake.login, "fax.example|OFFICE\\anna|s e\"c");
	says(r.out, "fax.example takes OFFICE\\anna");
	assert_int_equal(run_with("login h:99 -u a --password-stdin", "\n"), FX_EXIT_OK);
	assert_string_equal(fake.login, "h:99|a|");
	fake.login[0] = '\0';
	assert_int_equal(run_with("login h -u a --password-stdin", ""), FX_EXIT_USAGE);
	says(r.err, "has no password");
	assert_int_equal(run_with("login h -u a", "secret\n"), FX_EXIT_USAGE);
	says(r.err, "--password-stdin");
	assert_int_equal(run_with("login h --password-stdin", "secret\n"), FX_EXIT_USAGE);
	says(r.err, "--user");
	memset(longer, 'x', sizeof(longer));
	longer[399] = '\0';
	assert_int_equal(run_with("login h -u a --password-stdin", longer), FX_EXIT_USAGE);
	assert_string_equal(fake.login, "");
	fake.fail = "CaselliLogin";
	fake.error = ERROR_ACCESS_DENIED;
	fake.reason = "h refuses the login of a: name or password is wrong. To give another: "
		      "caselli login h";
	assert_int_equal(run_with("login h -u a --password-stdin", "no\n"), FX_EXIT_DENIED);
	says(r.err, "cannot log in: h refuses the login of a");
	assert_null(strstr(r.err, "caselli access"));
	fake_reset();
	assert_int_equal(run("logout h"), FX_EXIT_OK);
	assert_string_equal(fake.login, "out|h");
	fake.fail = "CaselliLogout";
	fake.error = ERROR_FILE_NOT_FOUND;
	fake.reason = "No login is kept for h.";
	assert_int_equal(run("logout h"), FX_EXIT_FAILED);
	says(r.err, "cannot log out: No login is kept for h.");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(send_hands_every_option_on),
		T(send_has_sensible_defaults),
		T(send_with_a_cover_page),
		T(cover_pages_are_listed_and_installed),
		T(send_tells_what_is_wrong),
		T(waiting_ends_with_the_fax),
		T(a_service_that_is_not_there_has_its_code_and_remedy),
		T(ports_are_a_table_and_json),
		T(a_port_is_changed_by_keys),
		T(jobs_are_shown_with_their_tries),
		T(job_commands_go_on_after_a_failure),
		T(messages_are_listed_across_blocks),
		T(a_message_is_saved_as_asked),
		T(settings_are_read_and_changed),
		T(the_archive_and_the_mail_server_too),
		T(routing_is_listed_and_changed),
		T(outbound_is_listed_and_changed),
		T(plugins_are_listed), T(plugins_are_registered),
		T(plugins_are_looked_into), T(access_is_listed_and_changed),
		T(accounts_are_listed_and_changed), T(a_fax_is_given_to_users),
		T(traces_are_switched_off_again),
		T(the_doctor_counts),
		T(a_list_gets_one_document),
		T(a_bad_list_sends_nothing),
		T(a_broken_broadcast_says_what_is_queued),
		T(login),
		T(ctrl_c_stops_a_broadcast),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
