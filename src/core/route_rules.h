/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file core/route_rules.h
 * Decisions of routing (docs/routing.md): which rule of the settings a received fax matches and
 * what it says about a method, when a failed method is started again, and the name of a file in
 * a folder. Pure; values with owned texts.
 */
#ifndef FX_CORE_ROUTE_RULES_H
#define FX_CORE_ROUTE_RULES_H

#include <stddef.h>
#include "core/call.h"
#include "core/routing.h"

#define FX_ROUTE_RULES_MAX 1000u
#define FX_ROUTE_RULE_NAME_SIZE 48

/** What a rule says about one method. */
struct fx_rule_method {
	char guid[FX_GUID_SIZE];
	char *data; /**< text that replaces the port's data; NULL = the method does not run */
};
/** One [route NAME] of the settings. A pattern that is NULL matches everything. */
struct fx_route_rule {
	char name[FX_ROUTE_RULE_NAME_SIZE];
	char *to, *from, *tsid; /**< "0301*, 0302*": '*' any text, '?' one character */
	int64_t port;           /**< device id, 0 = any */
	bool only;              /**< methods that the rule does not name do not run */
	struct fx_rule_method *methods;
	size_t n_methods;
};
/** In the order of the file. Zeroed is empty. */
struct fx_route_rules {
	struct fx_route_rule *v;
	size_t n;
};
void fx_route_rules_fini(struct fx_route_rules *r);
/**
 * One line of a rule; the first one of a name makes it.
 * @param key  to, from, tsid, port, only; folder, email, print, inbox or a "{GUID}": the value is
 *             the method's data, or "off"
 * @return 0, FX_EINVAL (with reason), FX_ELIMIT, FX_ENOMEM
 */
FX_MUST_CHECK int fx_route_rules_set(struct fx_route_rules *r, const char *name, const char *key,
				     const char *value, struct fx_reason *reterr);

/** What is known of a fax when it is routed. Borrowed texts, NULL = unknown. */
struct fx_route_facts {
	const char *to, *from, *tsid;
	uint32_t device_id;
};
/** The first rule that matches in every pattern it has, NULL = none. */
const struct fx_route_rule *fx_route_rules_find(const struct fx_route_rules *r,
						const struct fx_route_facts *facts);
enum fx_rule_says { FX_RULE_NOTHING, FX_RULE_OFF, FX_RULE_ON };
/** @param rule  NULL says nothing; @param ret_data borrowed, set when ON */
enum fx_rule_says fx_route_rule_says(const struct fx_route_rule *rule, const char *guid,
				     const char **ret_data);
/** Case-insensitive (ASCII); pattern NULL matches all. Numbers: blanks and -()./ do not count. */
bool fx_route_matches(const char *patterns, const char *value, bool number);
/** A method's GUID by its short name (folder, email, print, inbox) or as "{...}"; NULL = neither.
 * Static, or the argument. */
const char *fx_routing_guid(const char *word);
/** The short name of one of ours, else NULL. */
const char *fx_routing_word(const char *guid);
/** "{8-4-4-4-12}" in hexadecimal digits? */
bool fx_guid_valid(const char *guid);

/** Seconds until the next try after `tries` failed ones (1 = first): delay, doubled each time up
 * to max; 0 = no more tries. @param retries how many follow the first try */
int64_t fx_route_retry_after(uint32_t tries, int64_t retries, int64_t delay_s, int64_t max_s);

/** What the name of a file in a folder is made of. */
struct fx_route_name {
	const char *to, *from, *tsid, *csid, *port; /**< texts of strangers; cleaned here */
	uint64_t id;
	uint32_t pages;
	const char *date, *time; /**< "2026-11-22", "160704" */
};
#define FX_ROUTE_NAME_SIZE 200
/**
 * Fill a pattern: {date} {time} {from} {tsid} {csid} {to} {port} {pages} {id}. What would be a
 * path, hidden or not printable becomes '_'. No extension.
 * @return 0, or FX_EINVAL (unknown word, '/' or an empty name) with reason
 */
FX_MUST_CHECK int fx_route_file_name(const char *pattern, const struct fx_route_name *n,
				     char ret[FX_ROUTE_NAME_SIZE], struct fx_reason *reterr);

#define FX_ROUTE_RETRIES 10
#define FX_ROUTE_RETRY_DELAY_S 60
#define FX_ROUTE_RETRY_MAX_S 3600
#define FX_ROUTE_MAIL_TIMEOUT_S 60
#define FX_ROUTE_FOLDER_NAME "{date}-{time}-{from}-{id}"
#define FX_ROUTE_MAIL_SUBJECT "Fax from {from}, {pages} pages"
/** Settings of routing; see casellid --list-settings for each. Texts may be NULL. */
struct fx_route_settings {
	struct fx_route_rules rules;
	int64_t retries, retry_delay_s, retry_max_s;
	char *folder_name;
	int64_t folder_format;    /**< 0 TIFF, 1 PDF; the same in the others */
	char *print_server;       /**< host[:port] or socket; NULL = CUPS' own choice */
	int64_t print_format;
	char *mail_server;        /**< host[:port] */
	int64_t mail_tls;         /**< 0 starttls, 1 tls from the start, 2 try, 3 none */
	char *mail_user, *mail_password, *mail_password_file;
	char *mail_from, *mail_subject, *mail_ca_file;
	bool mail_ntlm;           /**< log in by NTLM alone; not of the settings file */
	int64_t mail_format;
	int64_t mail_timeout_s;
};
enum { FX_MAIL_STARTTLS, FX_MAIL_TLS, FX_MAIL_TRY, FX_MAIL_PLAIN };
enum { FX_ROUTE_TIFF, FX_ROUTE_PDF };
FX_MUST_CHECK int fx_route_settings_defaults(struct fx_route_settings *s); /**< s zeroed */
void fx_route_settings_fini(struct fx_route_settings *s);
FX_MUST_CHECK int fx_route_settings_copy(struct fx_route_settings *dst,
					 const struct fx_route_settings *src);
struct fx_config;
/**
 * The mail server that clients set (core/config.h) over that of the settings file: server, port,
 * login and sender; TLS and the rest stay. Without a password of its own the file's is used, if
 * server and user are the file's.
 * @param report  for delivery reports, else for the e-mail method
 * @return 0 or FX_ENOMEM (then *s is to be thrown away)
 */
FX_MUST_CHECK int fx_route_settings_mail(struct fx_route_settings *s, const struct fx_config *c,
					 bool report);

#endif
