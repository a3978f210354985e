/* SPDX-License-Identifier: Apache-2.0 */
/** @file cli/commands.c  The table that the parser, the help and the completion read. */
#include "cli/commands.h"

static const struct fx_opt send_opts[] = {
	{"resolution", 'r', FX_OPT_REQUIRED, "standard|fine|superfine", "default: fine"},
	{"quality", 'q', FX_OPT_REQUIRED, "auto|text|photo", "how grey is made; default: auto"},
	{"at", 0, FX_OPT_REQUIRED, "TIME",
	 "22:30, \"tomorrow 8:00\", +2h, or discount (cheap hours)"},
	{"priority", 'p', FX_OPT_OPTIONAL, "low|normal|high", "without a value: high"},
	{"wait", 'w', FX_OPT_FLAG, NULL, "show the call, end when the fax has gone or failed"},
	{"name", 0, FX_OPT_REQUIRED, "NAME", "name of the recipient"},
	{"company", 0, FX_OPT_REQUIRED, "NAME", "company of the sender"},
	{"from", 0, FX_OPT_REQUIRED, "NAME", "name of the sender"},
	{"title", 0, FX_OPT_REQUIRED, "TEXT", "name of the document; default: the first file's"},
	{"tsid", 0, FX_OPT_REQUIRED, "ID", "our identifier, where the port's own is not used"},
	{"billing", 0, FX_OPT_REQUIRED, "CODE", "billing code"},
	{"port", 0, FX_OPT_REQUIRED, "PORT", "send from this port only"},
	{"cover", 'c', FX_OPT_REQUIRED, "NAME", "cover page: a common one (caselli covers), or a file"},
	{"note", 0, FX_OPT_REQUIRED, "TEXT", "on the cover page"},
	{"subject", 0, FX_OPT_REQUIRED, "TEXT", "on the cover page"},
	{"to-name", 0, FX_OPT_REQUIRED, "NAME", "the same as --name"},
	{"to-company", 0, FX_OPT_REQUIRED, "NAME", "on the cover page"},
	{"to-department", 0, FX_OPT_REQUIRED, "NAME", "on the cover page"},
	{"to-title", 0, FX_OPT_REQUIRED, "TEXT", "on the cover page"},
	{"to-address", 0, FX_OPT_REQUIRED, "TEXT", "on the cover page"},
	{"to-phone", 0, FX_OPT_REQUIRED, "NUMBER", "on the cover page"},
	{NULL, 0, FX_OPT_FLAG, NULL, NULL},
};

static const struct fx_opt broadcast_opts[] = {
	{"at", 0, FX_OPT_REQUIRED, "TIME",
	 "22:30, \"tomorrow 8:00\", +2h, or discount (cheap hours)"},
	{"company", 0, FX_OPT_REQUIRED, "NAME", "company of the sender"},
	{"from", 0, FX_OPT_REQUIRED, "NAME", "name of the sender"},
	{"title", 0, FX_OPT_REQUIRED, "TEXT", "name of the document; default: the file's"},
	{"tsid", 0, FX_OPT_REQUIRED, "ID", "our identifier, where the port's own is not used"},
	{"billing", 0, FX_OPT_REQUIRED, "CODE", "billing code"},
	{"cover", 'c', FX_OPT_REQUIRED, "NAME", "cover page: a common one (caselli covers), or a file"},
	{"note", 0, FX_OPT_REQUIRED, "TEXT", "on the cover page"},
	{"subject", 0, FX_OPT_REQUIRED, "TEXT", "on the cover page"},
	{NULL, 0, FX_OPT_FLAG, NULL, NULL},
};

static const struct fx_opt status_opts[] = {
	{"watch", 'w', FX_OPT_FLAG, NULL, "keep showing it until Ctrl-C"},
	{"until", 0, FX_OPT_REQUIRED, "JOB", "with --watch: end when this job is done"},
	{NULL, 0, FX_OPT_FLAG, NULL, NULL},
};

static const struct fx_opt jobs_opts[] = {
	{"limit", 'n', FX_OPT_REQUIRED, "N", "at most so many; default: all"},
	{"after", 0, FX_OPT_REQUIRED, "JOB", "only those that came after this one"},
	{NULL, 0, FX_OPT_FLAG, NULL, NULL},
};

static const struct fx_opt list_opts[] = {
	{"max", 'n', FX_OPT_REQUIRED, "N", "at most so many, newest first; default 50"},
	{NULL, 0, FX_OPT_FLAG, NULL, NULL},
};

static const struct fx_opt save_opts[] = {
	{"pdf", 0, FX_OPT_FLAG, NULL, "as PDF (default, unless the file's name says otherwise)"},
	{"tiff", 0, FX_OPT_FLAG, NULL, "as the fax TIFF that is stored"},
	{"png", 0, FX_OPT_FLAG, NULL, "as PNG, one file a page"},
	{"page", 0, FX_OPT_REQUIRED, "N", "with --png: only this page"},
	{"output", 'o', FX_OPT_REQUIRED, "FILE", "name of the file; - is the standard output"},
	{NULL, 0, FX_OPT_FLAG, NULL, NULL},
};

static const struct fx_opt reassign_opts[] = {
	{"sender-name", 0, FX_OPT_REQUIRED, "NAME", "who sent it; default: as it is"},
	{"sender-number", 0, FX_OPT_REQUIRED, "NUMBER", "from where; default: as it is"},
	{"subject", 0, FX_OPT_REQUIRED, "TEXT", "what it is about; default: as it is"},
	{"has-cover", 0, FX_OPT_FLAG, NULL, "its first page is a cover page"},
	{NULL, 0, FX_OPT_FLAG, NULL, NULL},
};

static const struct fx_opt covers_opts[] = {
	{"output", 'o', FX_OPT_REQUIRED, "FILE", "with show: .png, .pdf or .tif; default: NAME.png"},
	{NULL, 0, FX_OPT_FLAG, NULL, NULL},
};

static const struct fx_opt plugins_opts[] = {
	{"shown-as", 0, FX_OPT_REQUIRED, "NAME", "with add: name for people; default: NAME"},
	{NULL, 0, FX_OPT_FLAG, NULL, NULL},
};

static const struct fx_opt log_opts[] = {
	{"try", 0, FX_OPT_REQUIRED, "N", "only the N-th call; default: all"},
	{NULL, 0, FX_OPT_FLAG, NULL, NULL},
};

static const struct fx_opt routing_opts[] = {
	{"to", 0, FX_OPT_REQUIRED, "NUMBER", "test: the number that was called"},
	{"from", 0, FX_OPT_REQUIRED, "NUMBER", "test: the caller's number"},
	{"tsid", 0, FX_OPT_REQUIRED, "ID", "test: what the far machine calls itself"},
	{"port", 0, FX_OPT_REQUIRED, "PORT", "test: the port that takes the call; default 1"},
	{NULL, 0, FX_OPT_FLAG, NULL, NULL},
};

static const struct fx_opt trace_opts[] = {
	{"off", 0, FX_OPT_FLAG, NULL, "switch these facilities off and end"},
	{NULL, 0, FX_OPT_FLAG, NULL, NULL},
};

static const struct fx_opt login_opts[] = {
	{"user", 'u', FX_OPT_REQUIRED, "USER", "name there: USER, DOMAIN\\USER or USER@DOMAIN"},
	{"password-stdin", 0, FX_OPT_FLAG, NULL, "the password is the first line of the input"},
	{NULL, 0, FX_OPT_FLAG, NULL, NULL},
};

static const struct fx_opt access_opts[] = {
	{"stdin", 0, FX_OPT_FLAG, NULL, "set-password: it is the first line of the input"},
	{NULL, 0, FX_OPT_FLAG, NULL, NULL},
};

#define NO_MAX FX_ARGS_WORDS_MAX

const struct fx_command fx_commands[] = {
	{"send", "NUMBER FILE...", "Send files as one fax",
	 "PDF, PostScript, TIFF, PNG, JPEG and text are understood. The files go out as one\n"
	 "document in this order; they may be deleted as soon as the command has ended. With\n"
	 "--cover no file is needed.",
	 "  caselli send 102 letter.pdf\n"
	 "  caselli send 102 letter.pdf drawing.tif --resolution superfine --wait\n"
	 "  caselli send 102 letter.pdf --cover generic --subject Drawings --note \"As agreed\"\n"
	 "  caselli send 102 note.txt --at \"tomorrow 8:00\" --name \"Signora Rossi\"",
	 send_opts, 1, NO_MAX, fx_cmd_send},
	{"broadcast", "LIST FILE", "Send a file to many numbers",
	 "A line of LIST is NUMBER, or NUMBER;NAME;COMPANY (also with tabs or commas, and quotes\n"
	 "as in CSV); empty lines and those that begin with # do not count; - is the standard\n"
	 "input. The document goes up and is rendered once, each recipient is a job of its own.\n"
	 "The whole list is checked first. Ctrl-C stops: it says what is queued, which stays so.",
	 "  caselli broadcast customers.csv letter.pdf\n"
	 "  caselli broadcast customers.csv letter.pdf --cover generic --subject \"New prices\"\n"
	 "  grep ^0039 all.txt | caselli broadcast - letter.pdf --at discount",
	 broadcast_opts, 2, 2, fx_cmd_broadcast},
	{"covers", "[show NAME|FILE | check FILE | install FILE [NAME] | remove NAME]",
	 "The cover pages of the service",
	 "Without a word it lists them. show draws one with made-up names, check says what is\n"
	 "wrong with a file, install makes a file a page of the service. See caselli-cover(5).",
	 "  caselli covers\n  caselli covers show urgent -o urgent.pdf\n"
	 "  caselli covers install ours.cover",
	 covers_opts, 0, 3, fx_cmd_covers},
	{"ports", "", "List the ports and their settings", NULL, "  caselli ports --json", NULL, 0,
	 0, fx_cmd_ports},
	{"port", "PORT KEY=VALUE...", "Change a port: tsid, csid, rings, priority, send, receive",
	 NULL, "  caselli port 1 tsid=\"+39 06 1234567\" rings=2 receive=no", NULL, 2, NO_MAX,
	 fx_cmd_port},
	{"plugins",
	 "[add provider NAME FILE | add extension NAME FILE FUNCTION GUID... | remove KIND NAME]",
	 "Providers and routing extensions of others",
	 "Without a word it lists those that are used, and whether they serve or why not. add\n"
	 "and remove are for root and the service's user, and count from the next start of the\n"
	 "service on; add looks first whether FILE is made for this machine, has all exports and\n"
	 "is safe from others. An extension has a FUNCTION and a GUID for each of its\n"
	 "routing methods; caselli routing switches them on.",
	 "  caselli plugins\n  caselli plugins add provider folder /usr/local/lib/folder_fsp.so\n"
	 "  caselli plugins add extension csv /usr/local/lib/csv_route.so \\\n"
	 "      CsvRoute {5e0b3c52-6a57-4c44-9d57-52a2a0c5f0d1}\n"
	 "  caselli plugins remove extension csv",
	 plugins_opts, 0, NO_MAX, fx_cmd_plugins},
	{"status", "[PORT]", "Show what the ports are doing now", NULL,
	 "  caselli status\n  caselli status 1 --watch\n  caselli status --watch --until 12",
	 status_opts, 0, 1, fx_cmd_status},
	{"jobs", "", "List the queue",
	 "A broadcast stands there as one row more, of type broadcast, with the number of its\n"
	 "recipients that are left; each of those has a row as any other job.",
	 "  caselli jobs\n  caselli jobs -n 100\n  caselli jobs -n 100 --after 4711", jobs_opts,
	 0, 0, fx_cmd_jobs},
	{"show", "JOB", "Show a job and every try to send it", NULL,
	 "  caselli show 12\n  caselli show 12 --json", NULL, 1, 1, fx_cmd_show},
	{"pause", "JOB...", "Hold jobs back", NULL, "  caselli pause 12", NULL, 1, NO_MAX,
	 fx_cmd_pause},
	{"resume", "JOB...", "Let paused jobs go", NULL, "  caselli resume 12", NULL, 1, NO_MAX,
	 fx_cmd_resume},
	{"restart", "JOB...", "Try failed jobs again", NULL, "  caselli restart 12", NULL, 1,
	 NO_MAX, fx_cmd_restart},
	{"cancel", "JOB...", "Remove jobs from the queue; a call that is going on is ended",
	 "The number of a broadcast cancels all of its recipients that are left.",
	 "  caselli cancel 12 13", NULL, 1, NO_MAX, fx_cmd_cancel},
	{"inbox", "", "List the received faxes", NULL,
	 "  caselli inbox\n  caselli inbox -n 5 --json", list_opts, 0, 0, fx_cmd_inbox},
	{"sent", "", "List the faxes that were sent", NULL, "  caselli sent", list_opts, 0, 0,
	 fx_cmd_sent},
	{"save", "MESSAGE", "Save a fax as PDF, TIFF or PNG", NULL,
	 "  caselli save 7\n  caselli save 7 -o invoice.pdf\n  caselli save 7 --png --page 1 -o - "
	 "| feh -",
	 save_opts, 1, 1, fx_cmd_save},
	{"remove", "MESSAGE...", "Delete faxes from inbox or sent", NULL, "  caselli remove 7",
	 NULL, 1, NO_MAX, fx_cmd_remove},
	{"reassign", "MESSAGE USER...", "Give a received fax to users, who alone see it then",
	 "They are its owners instead of those who were; each has his own mark of having read it.\n"
	 "Only while received faxes are not everybody's: caselli config set incoming-public no.",
	 "  caselli reassign 7 anna\n"
	 "  caselli reassign 7 anna 'OFFICE\\bruno' --sender-name \"ACME\" --subject Invoice",
	 reassign_opts, 2, NO_MAX, fx_cmd_reassign},
	{"log", "JOB", "Show the session log of a job's calls", NULL,
	 "  caselli log 12\n  caselli log 12 --try 1", log_opts, 1, 1, fx_cmd_log},
	{"config", "get [KEY] | set KEY VALUE | reset mail",
	 "Read and change the service's settings",
	 "Without KEY get lists all. dirty-days is the age of the queue, too. reset mail takes\n"
	 "away the mail server that a client set: [mail] of the settings file counts again.",
	 "  caselli config get\n  caselli config get retries\n  caselli config set retries 5\n"
	 "  caselli config set discount-start 22:00\n  caselli config set log-outbound min\n"
	 "  caselli config set archive-age 365\n  caselli config set activity-outgoing yes\n"
	 "  caselli config get mail-server\n  caselli config reset mail",
	 NULL, 1, 3, fx_cmd_config},
	{"accounts", "[list | create USER | delete USER]", "The users that the service knows",
	 "A user of the machine has a fax account from his first connection on; one of the\n"
	 "network (USER, DOMAIN\\USER) too, or by create. Faxes of an account that is deleted are\n"
	 "nobody's; with \"caselli config set auto-accounts no\" only those listed may come.\n"
	 "SEEN is when he last came or went, since the service started; PASSWORD, since when he\n"
	 "has one for the network (caselli access set-password).",
	 "  caselli accounts\n  caselli accounts --json\n"
	 "  caselli accounts create 'OFFICE\\anna'\n  caselli accounts delete 'OFFICE\\anna'",
	 NULL, 0, 2, fx_cmd_accounts},
	{"access", "list | show [USER] | grant | revoke | set WHO RIGHT... | reset [WHO] | "
	 "set-password | remove-password | disable | enable USER",
	 "Show and change who may do what",
	 "WHO is a user, group:NAME (or @NAME), or default: all of whom nothing else is said.\n"
	 "A user's own entry decides alone; without one all entries of his groups together;\n"
	 "without those, default. What is set here counts at once and stands before the settings\n"
	 "file; reset takes it away again. root and the service's own user may do everything.\n"
	 "Rights: job_submit job_query job_manage port_query port_set config_query config_set,\n"
	 "read_control (see this list), write_dac (change it), write_owner delete synchronize;\n"
	 "read (the queries, read_control), write (job_submit, read_control), all, none.\n"
	 "set-password gives USER a password for the network, for this service alone, asked for\n"
	 "twice or, with --stdin, the first line of the input; remove-password takes it away,\n"
	 "disable makes it useless until enable. Only on the machine of the service.",
	 "  caselli access list\n  caselli access show alice\n"
	 "  caselli access set clerk job_submit\n  caselli access grant @fax job_manage\n"
	 "  caselli access revoke default port_query\n  caselli access reset clerk\n"
	 "  caselli access set-password clerk",
	 access_opts, 0, NO_MAX, fx_cmd_access},
	{"routing", "[list [PORT] | enable | disable | set | order | test]",
	 "Show and change what is done with received faxes",
	 "METHOD is folder, email, print, inbox, or the {GUID} of an extension's. DATA is the\n"
	 "folder, the mail addresses, the printer, the user; without it the data is removed.\n"
	 "test says which rule of the settings file a fax would meet, and what would be done.",
	 "  caselli routing list 1\n  caselli routing set 1 folder /srv/fax\n"
	 "  caselli routing enable 1 folder\n  caselli routing disable 1 email\n"
	 "  caselli routing order email 1\n"
	 "  caselli routing test --to 030155 --tsid \"ACME\"",
	 routing_opts, 0, 4, fx_cmd_routing},
	{"outbound",
	 "[groups | rules | add-group | remove-group | add | take | order | rule | remove-rule | "
	 "test]",
	 "Over which ports numbers go, by country and area code",
	 "Without a word it lists groups and rules.\n"
	 "add-group NAME [PORT...], remove-group NAME; add NAME PORT... puts ports behind those\n"
	 "of the group, take NAME PORT... takes them away, order NAME PORT PLACE moves one;\n"
	 "rule COUNTRY AREA group NAME, rule COUNTRY AREA port PORT and remove-rule COUNTRY AREA,\n"
	 "where \"any\" stands for every country or area; test NUMBER says which way one goes.\n"
	 "The most specific rule counts. A fax whose ports are all busy waits; others go on.",
	 "  caselli outbound add-group north 4 3\n  caselli outbound rule 49 30 group north\n"
	 "  caselli outbound rule any any port 1\n  caselli outbound order north 3 1\n"
	 "  caselli outbound test \"+49 30 1234\"",
	 NULL, 0, NO_MAX, fx_cmd_outbound},
	{"trace", "[FACILITY...]", "Watch the service at work: port t30 t38 rpc store ...",
	 "Switches the facilities on (all, when none is named), shows their lines until Ctrl-C\n"
	 "and switches them off again.",
	 "  caselli trace t30 port\n  caselli trace --off", trace_opts, 0, 16, fx_cmd_trace},
	{"doctor", "", "Check the installation, say what is wrong and the remedy", NULL,
	 "  caselli doctor", NULL, 0, 0, fx_cmd_doctor},
	{"login", "HOST[:PORT]", "Log in at a service on another machine, and keep that",
	 "Asks for user and password, sees whether the service takes them, and keeps them in a\n"
	 "file that is yours alone (~/.config/caselli/credentials), for all programs on this\n"
	 "interface. Without one, a Kerberos ticket is used. A local service needs no login.",
	 "  caselli login fax.example.com\n"
	 "  caselli login fax.example.com --user 'OFFICE\\anna' --password-stdin < secret\n"
	 "  caselli --server fax.example.com status", login_opts, 1, 1, fx_cmd_login},
	{"logout", "HOST[:PORT]", "Forget the login that is kept for a service", NULL,
	 "  caselli logout fax.example.com", NULL, 1, 1, fx_cmd_logout},
	{NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, NULL},
};
