/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file daemon/settings.h
 * Settings of casellid: one table row each, from which the parser, --check-config,
 * --list-settings and the man page come. What users may change while the service
 * runs (retries, discount ...) is not here but in the store (core/config.h).
 * Value with owned texts.
 */
#ifndef FX_DAEMON_SETTINGS_H
#define FX_DAEMON_SETTINGS_H

#include <stdint.h>
#include <stdio.h>
#include "base/bytes.h"
#include "core/outbound.h"
#include "core/route_rules.h"

struct fx_access_entry;

/** [rpc]: clients on the network. */
struct fx_rpc_settings {
	char *listen;         /**< "ADDRESS:PORT ..."; NULL = none */
	int64_t mapper_port;  /**< of the endpoint mapper; 0 = none */
	char *pipe;           /**< socket that smbd forwards the named pipe to; NULL = none */
	uint32_t auth;        /**< enum fx_rpc_mechs */
	int64_t min_level, local_min_level; /**< enum fx_auth_level - FX_AUTH_LEVEL_CONNECT */
	char *users_file;     /**< NULL: users below the state folder */
	char *keytab;         /**< NULL: the system's */
	bool winbind;
	char *host, *domain;  /**< names of this machine; NULL: its own */
	bool callbacks;       /**< clients are called back with events */
	int64_t callback_auth; /**< of FX_CALLBACK_AUTHS */
	char *callback_user, *callback_password_file;
	int64_t max_connections, max_address_connections, max_user_connections, max_pending;
	int64_t login_timeout_s, idle_timeout_s, max_memory_mb;
};
enum fx_rpc_mechs { FX_MECH_NTLM = 1, FX_MECH_KERBEROS = 2 };

struct fx_settings {
	char *state;          /**< folder of database, documents, archive */
	char *socket;         /**< path of the RPC socket */
	char *coverpages;     /**< folder of common cover pages; NULL = below the state folder */
	char *render;         /**< program; NULL = found beside casellid */
	char *host_program;   /**< the same */
	bool host;            /**< providers in processes of their own */
	int64_t host_calls;   /**< calls after which one is replaced, 0 = never */
	int64_t log_level;    /**< enum fx_log_level */
	int64_t max_renders;
	int64_t min_free_mb;  /**< below it no call is answered */
	int64_t max_connections;
	int64_t log_days;     /**< session logs are kept so long; 0 = for ever */
	int64_t paper;        /**< 0 A4, 1 Letter */
	int64_t country_code; /**< [dialing]: where this machine is; 0 = not said */
	int64_t area_code;    /**< 0 = none */
	char *national_prefix, *international_prefix;
	struct fx_rpc_settings rpc;
	uint32_t user_rights; /**< enum fx_right */
	char *home_domains;
	struct fx_access_entry *access; /**< users and groups of [rights] */
	size_t n_access;
	struct fx_route_settings route; /**< [routing], [folder], [print], [mail], [route NAME] */
	struct fx_buf loop;   /**< [loop] as INI text, NUL-terminated */
	struct fx_buf sip;    /**< [sip] and [trunk NAME] likewise, with their sections; empty text
			       * = there are none */
	bool has_password;    /**< one stands in the file itself */
	struct fx_provider_section {
		char name[32];
		char *text;   /**< lines "key = value" */
	} *providers;         /**< [provider NAME], in order */
	size_t n_providers;
};

/** [dialing] as the queue takes it. */
void fx_settings_dialing(const struct fx_settings *s, struct fx_dialing *ret);

/** Default places, as root or as a user (design: where things live). Texts are the caller's. */
struct fx_places {
	char *config, *state, *socket;
};
FX_MUST_CHECK int fx_places_init(struct fx_places *p);
void fx_places_fini(struct fx_places *p);

/** Defaults, then the file. @param path NULL = no file; @param required a missing file is an error
 * @return 0, FX_EINVAL (file and line in the reason), FX_ENOENT, FX_EACCES, FX_ENOMEM; *s needs
 * fini in any case */
FX_MUST_CHECK int fx_settings_load(struct fx_settings *s, const char *path, bool required,
				   struct fx_reason *reterr);
void fx_settings_fini(struct fx_settings *s);
/** Parse one value, as from a file. @return 0 or FX_EINVAL, FX_ENOMEM with the reason */
FX_MUST_CHECK int fx_settings_set(struct fx_settings *s, const char *section, const char *key,
				  const char *value, struct fx_reason *reterr);
/** What is good and yet will not work on this machine as it is now, a line each. May block on
 * files and on the user database: for --check-config. @return how many lines */
size_t fx_settings_warn(const struct fx_settings *s, FILE *f);
void fx_settings_list(FILE *f); /**< every setting as an example file with its help */
void fx_settings_man(FILE *f);  /**< the same as a section of a man page */

#endif
