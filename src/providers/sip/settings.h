/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file providers/sip/settings.h
 * [sip] and [trunk NAME] of the settings file: one table row each. Value with owned arrays.
 * Thread: any.
 */
#ifndef FX_SIP_SETTINGS_H
#define FX_SIP_SETTINGS_H

#include "core/call.h"
#include "providers/sip/ua.h"

enum fx_sip_strangers { FX_SIP_DROP, FX_SIP_403, FX_SIP_404 };
/** How the trunk wants numbers: +4930.., 4930.., as people in the country dial, as dialled. */
enum fx_sip_format { FX_SIP_E164, FX_SIP_DIGITS, FX_SIP_NATIONAL, FX_SIP_DIALLED };
enum fx_sip_policy { FX_SIP_T38_FIRST, FX_SIP_G711_FIRST, FX_SIP_T38_ONLY, FX_SIP_G711_ONLY };

/** What may differ by destination: of a trunk, or of `to PATTERN = ...` within it. */
struct fx_sip_route {
	char pattern[FX_NUMBER_SIZE]; /**< canonical number or prefix ending in '*'; "" = all */
	int64_t policy;               /**< enum fx_sip_policy */
	int64_t min_rate, max_rate;   /**< bit/s, 2400..14400 */
	int64_t ecm;                  /**< bool */
};

#define FX_SIP_TRUNK_NAME 25u /* so that "NAME/500" fits fx_line.line */
struct fx_sip_trunk {
	char name[FX_SIP_TRUNK_NAME]; /**< letters, digits, - _ . */
	char host[FX_SIP_NAME_SIZE];  /**< provider or gateway: name or address */
	int64_t port;                 /**< 0 = SRV, or the transport's */
	int64_t transport;            /**< enum fx_sip_transport */
	char proxy[FX_SIP_NAME_SIZE]; /**< outbound proxy "host[:port]", "" = none */
	int64_t do_register;          /**< bool */
	int64_t expires_s;
	char user[FX_SIP_NAME_SIZE], password[FX_SIP_NAME_SIZE], auth_user[FX_SIP_NAME_SIZE];
	char password_file[256];      /**< instead of password; see fx_sip_settings_secrets() */
	char fault[200];              /**< why it cannot be used at all, "" = it can */
	char from_host[FX_SIP_NAME_SIZE], display_name[64];
	char number[FX_NUMBER_SIZE];  /**< our main number: TSID, CSID, caller shown */
	int64_t ports;                /**< fax ports (calls at once), 1..500 */
	int64_t max_calls_per_s;
	/* numbers: dialled -> canonical (+countryarea...) -> what the trunk wants */
	char country[8], area[16];    /**< without 0: "49", "30" */
	char national[8], international[8]; /**< prefixes people dial: "0", "00" */
	int64_t short_digits;         /**< numbers of at most so many digits go as they are */
	int64_t format;               /**< enum fx_sip_format */
	char strip[16], prefix[16];   /**< taken off what the format gave, then put before */
	/* inbound */
	char accept_from[512];        /**< addresses and networks besides the trunk's own */
	/** "301234*=sales, 3099=info": number or range = routing data; "" = all numbers, their
	 * digits are the data. */
	char numbers[1024];
	/* media */
	struct fx_sip_route media;    /**< for all destinations */
	struct fx_sip_route *routes;  /**< for some, the longest pattern counts */
	size_t n_routes;
	int64_t codec;                /**< 1 PCMU first, 2 PCMA first */
	int64_t max_datagram;         /**< 0 = as the peer says */
	int64_t jitter_ms;
	int64_t unpaced;              /**< bool: T.38 as fast as it goes, if they are ours too */
	int64_t t38_from_caller_s;    /**< our own offer as caller: this long after V.21 flags */
	int64_t follow_source;        /**< bool: send media to where theirs comes from */
	int64_t image_at_once;        /**< bool: answer audio and image with image */
	int64_t keepalive_s;          /**< OPTIONS, 0 = none */
	int64_t session_expires_s;
	/* TLS */
	char ca_file[256], tls_name[FX_SIP_NAME_SIZE], client_cert[256];
	int64_t tls_verify;           /**< bool */
	int64_t remember_days;        /**< what worked for a destination; 0 = not at all */
	int64_t dtmf_pause_ms;        /**< digits behind a ',' in the number are sent as DTMF */
};

struct fx_sip_settings {
	char listen[512];             /**< "udp:0.0.0.0:5060, tls:[::]:5061" */
	char cert[256];               /**< PEM of our TLS listener */
	char media_address[64];       /**< in SDP; "" = the one that the peer sees */
	int64_t media_port_min, media_port_max;
	int64_t workers;              /**< media threads, 0 = processors */
	int64_t stranger_limit;       /**< answers a second to unknown addresses */
	int64_t strangers;            /**< enum fx_sip_strangers: what unknown addresses hear */
	char dns[256];
	char state_dir[256];          /**< where what worked is remembered; "" = in memory */
	struct fx_sip_trunk *trunks;
	size_t n_trunks;
};
/** Defaults, then INI text with [sip] and [trunk NAME]. Keys whose value is a list may stand
 * several times and add up. @return 0, FX_EINVAL (section, key and remedy in the reason),
 * FX_ENOMEM; *s needs fini in any case */
FX_MUST_CHECK int fx_sip_settings_parse(struct fx_sip_settings *s, const char *text,
					struct fx_reason *reterr);
void fx_sip_settings_fini(struct fx_sip_settings *s);
/** Check one key as the daemon's parser meets it. @return 0 or FX_EINVAL with the reason */
FX_MUST_CHECK int fx_sip_settings_check(const char *section, const char *key, const char *value,
					struct fx_reason *reterr);
/** Read each password_file; a trunk whose file is missing, empty or open to everybody gets a
 * fault and stays offline with it. Blocks: at the start of the provider. */
void fx_sip_settings_secrets(struct fx_sip_settings *s);
/** [sip] listen as addresses for fx_ua_new(); cert_file points into *s. @return how many */
size_t fx_sip_settings_listen(const struct fx_sip_settings *s, struct fx_ua_listen *ret,
			      size_t max);

enum fx_sip_kind {
	FX_SIP_INT, FX_SIP_FLAG, FX_SIP_CHOICE, FX_SIP_TEXT,
	FX_SIP_PATH, /**< full path, or "" */
	FX_SIP_LIST, /**< parts divided by commas; lines add up */
};
/** One row per setting: parser, manuals and --list-settings read it. */
struct fx_sip_key {
	const char *section;  /**< "sip", "trunk" */
	const char *key;
	enum fx_sip_kind kind;
	int64_t min, max;     /**< of a number; of a choice: what the first one counts */
	const char *def, *choices; /**< as written; "udp|tcp|tls" */
	size_t offset, size;  /**< of the field */
	/** Optional: is one value, or one part of a list, right? */
	int (*check)(const char *value, struct fx_reason *why);
	const char *help;
};
extern const struct fx_sip_key fx_sip_keys[];
extern const size_t fx_sip_n_keys;

/** Line i (from 1) of a trunk: "NAME/1". */
void fx_sip_line_name(const struct fx_sip_trunk *t, uint32_t i, char dst[32]);
/** The trunk that has this line. @param ret_i its number from 1, may be NULL. NULL = none */
const struct fx_sip_trunk *fx_sip_trunk_of_line(const struct fx_sip_settings *s, const char *line,
						uint32_t *ret_i);
/** What holds for a canonical number. */
const struct fx_sip_route *fx_sip_route_of(const struct fx_sip_trunk *t, const char *number);

#endif
