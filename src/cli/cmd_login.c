/* SPDX-License-Identifier: Apache-2.0 */
/** @file cli/cmd_login.c  caselli login, logout: credentials for servers on the network */
#include "cli/commands.h"

#include <errno.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include "base/str.h"

#define TEXT_SIZE 256

/* A line of the standard input without its end. @return false: none, too long, or Ctrl-C */
static bool read_line(char dst[TEXT_SIZE])
{
	size_t n = 0;
	ssize_t k;
	char c;

	/* byte by byte: what stands behind the line is not ours; nothing of it stays in a buffer */
	while ((k = read(STDIN_FILENO, &c, 1)) != 0 && c != '\n') {
		if (k < 0 && (errno != EINTR || fx_cli_interrupted())) {
			return false;
		}
		if (k == 1 && n == TEXT_SIZE - 1) {
			return false;
		}
		if (k == 1) {
			dst[n++] = c;
		}
	}
	while (n && dst[n - 1] == '\r') {
		n--;
	}
	dst[n] = '\0';
	return k == 1 || n > 0;
}

/* Ask at the terminal; hidden: what is typed does not show. */
static bool ask(struct fx_cli *cli, const char *question, bool hidden, char dst[TEXT_SIZE])
{
	struct termios old, quiet;
	bool ok;

	(void)fprintf(cli->err, "%s", question);
	(void)fflush(cli->err);
	if (hidden && tcgetattr(STDIN_FILENO, &old) != 0) {
		return false;
	}
	if (hidden) {
		quiet = old;
		quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK);
		quiet.c_lflag |= ECHONL;
		fx_cli_catch_interrupt(); /* so that Ctrl-C does not leave the terminal like that */
		if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) != 0) {
			return false;
		}
	}
	ok = read_line(dst);
	if (hidden) {
		(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &old);
	}
	return ok;
}

bool fx_cli_ask_hidden(struct fx_cli *cli, const char *question, char *dst, size_t size)
{
	char text[TEXT_SIZE];
	bool ok = ask(cli, question, true, text) && strlen(text) < size;

	if (ok) {
		memcpy(dst, text, strlen(text) + 1);
	}
	explicit_bzero(text, sizeof(text));
	return ok;
}

bool fx_cli_read_line(char *dst, size_t size)
{
	char text[TEXT_SIZE];
	bool ok = read_line(text) && strlen(text) < size;

	if (ok) {
		memcpy(dst, text, strlen(text) + 1);
	}
	explicit_bzero(text, sizeof(text));
	return ok;
}

static int login(struct fx_cli *cli, const char *server, const char *user, bool from_stdin,
		 char password[TEXT_SIZE])
{
	char name[TEXT_SIZE], question[TEXT_SIZE + 64];

	if (!user) {
		if (from_stdin || !isatty(STDIN_FILENO)) {
			return fx_cli_error(cli, FX_EXIT_USAGE, "login needs --user NAME here");
		}
		(void)snprintf(question, sizeof(question), "User at %.100s: ", server);
		if (!ask(cli, question, false, name) || !*name) {
			return fx_cli_error(cli, FX_EXIT_USAGE, "no user was given");
		}
		user = name;
	}
	if (from_stdin) {
		if (!read_line(password)) {
			return fx_cli_error(cli, FX_EXIT_USAGE,
					    "the standard input has no password");
		}
	} else if (!isatty(STDIN_FILENO)) {
		return fx_cli_error(cli, FX_EXIT_USAGE,
				    "there is no terminal to ask for the password; "
				    "use --password-stdin");
	} else {
		(void)snprintf(question, sizeof(question), "Password of %.100s at %.100s: ", user,
			       server);
		if (!ask(cli, question, true, password)) {
			return fx_cli_error(cli, FX_EXIT_USAGE, "no password was given");
		}
	}
	if (!CaselliLogin(server, user, password)) {
		return fx_cli_fail(cli, "log in");
	}
	fprintf(cli->out, "%s takes %s; the login is kept for this user\n", server, user);
	return FX_EXIT_OK;
}

int fx_cmd_login(struct fx_cli *cli, const struct fx_args *args)
{
	char password[TEXT_SIZE];
	int code = login(cli, args->words[0], fx_args_value(args, "user"),
			 fx_args_has(args, "password-stdin"), password);

	explicit_bzero(password, sizeof(password));
	return code;
}

int fx_cmd_logout(struct fx_cli *cli, const struct fx_args *args)
{
	return CaselliLogout(args->words[0]) ? FX_EXIT_OK : fx_cli_fail(cli, "log out");
}
