/* SPDX-License-Identifier: Apache-2.0 */
/* casellid: the fax service. */
#include <getopt.h>
#include <unistd.h>
#include <stdio.h>
#include <string.h>
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "daemon/daemon.h"

#ifndef FX_VERSION
#define FX_VERSION "unknown"
#endif

struct options {
	const char *config, *state, *socket, *log_level;
	enum { DO_RUN, DO_CHECK, DO_LIST, DO_MAN } what;
};

static const char usage[] =
	"usage: casellid [OPTIONS]\n"
	"The fax service. Without a settings file it has two loop-back ports.\n\n"
	"  --config FILE      settings (root: /etc/caselli/caselli.conf,\n"
	"                     others: $XDG_CONFIG_HOME/caselli/caselli.conf)\n"
	"  --state DIR        folder of database, documents and archive\n"
	"  --socket PATH      socket for clients\n"
	"  --log-level LEVEL  error, warn, info or debug\n"
	"  --foreground       stay in the foreground (always so)\n"
	"  --check-config     check the settings, warn of what they name and is missing, end\n"
	"  --list-settings    print every setting with its help as an example file\n"
	"  --help, --version\n\n"
	"Signals: TERM and INT end it (calls are hung up, their jobs go on after the next\n"
	"start), HUP reads the settings again.\n"
	"Exit codes: 0 ended as asked, 1 failed, 2 wrong options, 3 wrong settings, 4 runs\n"
	"already, 5 state folder or database unusable, 6 socket unusable.\n";

static void man_page(void)
{
	(void)printf(
		".TH CASELLID 8 \"\" \"caselli %s\" \"Caselli\"\n"
		".SH NAME\ncasellid \\- the fax service\n"
		".SH SYNOPSIS\n.B casellid\n[\\fIoptions\\fR]\n"
		".SH DESCRIPTION\nThe service behind\n.BR caselli (1)\n"
		"and programs that use the Windows fax API. It owns ports, jobs and messages.\n"
		".SH OPTIONS, SIGNALS AND EXIT CODES\n.nf\n%s.fi\n"
		".SH SETTINGS\nAn INI file; an unknown key is an error. A line that begins with "
		"; or # is a comment.\n",
		FX_VERSION, usage);
	fx_settings_man(stdout);
	(void)printf(
		".SH SEE ALSO\n.BR caselli (1),\n.BR caselli-host (8),\n.BR caselli-render (1)\n");
}

static int parse_args(int argc, char **argv, struct options *o)
{
	static const struct option longs[] = {
		{"config", required_argument, NULL, 'c'},
		{"state", required_argument, NULL, 's'},
		{"socket", required_argument, NULL, 'S'},
		{"log-level", required_argument, NULL, 'l'},
		{"foreground", no_argument, NULL, 'f'},
		{"check-config", no_argument, NULL, 'C'},
		{"list-settings", no_argument, NULL, 'L'},
		{"man", no_argument, NULL, 'M'},
		{"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'V'},
		{NULL, 0, NULL, 0},
	};
	int c;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		switch (c) {
		case 'c':
			o->config = optarg;
			break;
		case 's':
			o->state = optarg;
			break;
		case 'S':
			o->socket = optarg;
			break;
		case 'l':
			o->log_level = optarg;
			break;
		case 'f':
			break;
		case 'C':
			o->what = DO_CHECK;
			break;
		case 'L':
			o->what = DO_LIST;
			break;
		case 'M':
			o->what = DO_MAN;
			break;
		case 'h':
			(void)fputs(usage, stdout);
			return 1;
		case 'V':
			(void)printf("casellid %s\n", FX_VERSION);
			return 1;
		default:
			(void)fputs(usage, stderr);
			return FX_EINVAL;
		}
	}
	if (optind < argc) {
		(void)fprintf(stderr, "casellid: \"%s\" is not an option\n%s", argv[optind], usage);
		return FX_EINVAL;
	}
	return 0;
}

/* A path on the command line may be relative to where one is. */
static char *full_path(const char *path)
{
	char cwd[4096];

	if (*path == '/') {
		return fx_strdup(path);
	}
	return getcwd(cwd, sizeof(cwd)) ? fx_asprintf("%s/%s", cwd, path) : NULL;
}

static char *choose(const char *option, const char *setting, const char *place)
{
	return option ? full_path(option) : fx_strdup(setting && *setting ? setting : place);
}

static enum fx_exit with_settings(const struct options *o, const struct fx_places *places,
				  struct fx_settings *s)
{
	fx_auto char *state = choose(o->state, s->state, places->state);
	fx_auto char *socket = choose(o->socket, s->socket, places->socket);
	fx_auto char *config = o->config ? full_path(o->config) : fx_strdup(places->config);
	struct fx_daemon_prm prm = {
		.settings_path = config,
		.settings_required = o->config != NULL,
		.state = state,
		.socket = socket,
		.log_level_fixed = o->log_level != NULL,
	};

	if (!state || !socket || !config) {
		fx_settings_fini(s);
		return FX_EXIT_FAILED;
	}
	if (o->what == DO_CHECK) {
		size_t n = fx_settings_warn(s, stdout);

		(void)printf("The settings are good%s. State in %s, socket %s.\n",
			     n ? ", but see the warnings" : "", state, socket);
		fx_settings_fini(s);
		return FX_EXIT_OK;
	}
	fx_log_set_level((enum fx_log_level)s->log_level);
	return fx_daemon_run(&prm, s);
}

static enum fx_exit run(const struct options *o)
{
	struct fx_places places = {0};
	struct fx_settings s;
	struct fx_reason why = {0};
	enum fx_exit code = FX_EXIT_FAILED;
	int err = fx_places_init(&places);

	if (err) {
		return code;
	}
	err = fx_settings_load(&s, o->config ? o->config : places.config, o->config != NULL, &why);
	if (!err && o->log_level) {
		err = fx_settings_set(&s, "service", "log_level", o->log_level, &why);
	}
	if (err) {
		(void)fprintf(stderr, "casellid: %s\n", *why.text ? why.text : fx_error_str(err));
		fx_settings_fini(&s);
		code = FX_EXIT_SETTINGS;
	} else {
		code = with_settings(o, &places, &s);
	}
	fx_places_fini(&places);
	return code;
}

int main(int argc, char **argv)
{
	struct options o = {0};
	int rc = parse_args(argc, argv, &o);

	if (rc) {
		return rc > 0 ? FX_EXIT_OK : FX_EXIT_USAGE;
	}
	if (o.what == DO_LIST) {
		fx_settings_list(stdout);
		return FX_EXIT_OK;
	}
	if (o.what == DO_MAN) {
		man_page();
		return FX_EXIT_OK;
	}
	return (int)run(&o);
}
