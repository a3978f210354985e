/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file tests/unit/cli/fake_api.h
 * The part of winfax.h and caselli.h that the commands use, played by a script: two ports, one
 * fax, and what was asked is noted.
 */
#ifndef FX_TESTS_CLI_FAKE_API_H
#define FX_TESTS_CLI_FAKE_API_H

#include <caselli.h>

struct fake_api {
	DWORD connect_error; /**< FaxConnectFaxServerA fails with it */
	DWORD error;         /**< of the failures asked for below */
	const char *fail;    /**< name of the function that fails, or NULL */
	const char *reason;
	unsigned preparing;    /**< CaselliGetJob says "preparing" so often */
	const char *end_state; /**< then "finished" or a state such as "failed" */
	const char *number;    /**< below: what was asked for */
	CASELLI_SEND send;
	FAX_JOB_PARAMA params;
	FAX_CONFIGURATIONA config;
	CASELLI_GENERAL general;
	char directory[64]; /* of the activity log, as it was set */
	BOOL mail_reset;
	FAX_PORT_INFOA port;
	DWORD command, command_job, cancelled_broadcast;
	char traces[128];
	char access[128];      /**< how, kind, name, rights of the last change */
	char routing[100];     /**< the last change or test of routing */
	char cover[512];       /**< name, common, note, subject, recipient's company */
	char plugin[1024];     /**< what was registered or removed, its texts with | between */
	char login[600];       /**< server|user|password of the last login; out|server */
	DWORD log[4];
	unsigned recipients;   /**< of the last broadcast */
	unsigned stop_after;   /**< Ctrl-C while so many were asked for; 0 = never */
	char broadcast[1024];  /**< file, then number|name|company of the cover of each */
};
extern struct fake_api fake;
void fake_reset(void);
void fake_disconnect(void); /**< a new program: nothing is connected */

#endif
