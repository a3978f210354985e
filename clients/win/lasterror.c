/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/win/lasterror.c  The last error of a thread: a code and a sentence. */
#include <stdio.h>
#include "clients/win/win.h"

static _Thread_local char last_words[320];

void fx_win_set_words(const char *words)
{
	(void)snprintf(last_words, sizeof(last_words), "%s", words);
}

const char *fx_win_words(void)
{
	return last_words;
}

#ifndef _WIN32
static _Thread_local DWORD last_code;

DWORD GetLastError(void)
{
	return last_code;
}

void SetLastError(DWORD code)
{
	last_code = code;
	last_words[0] = 0;
}
#endif
