/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/win/lasterror.c  The last error of a thread: a code and a sentence. */
#include <stdio.h>
#include "clients/win/win.h"

static _Thread_local char last_words[320];

#ifdef _WIN32
/* The code is the system's, who knows nothing of words: they count while the code is theirs. */
static _Thread_local DWORD words_code;

void fx_win_set_words(const char *words)
{
	DWORD code = GetLastError(); /* what follows may change it */

	(void)snprintf(last_words, sizeof(last_words), "%s", words);
	words_code = code;
	SetLastError(code);
}

const char *fx_win_words(void)
{
	DWORD code = GetLastError();
	const char *words = words_code == code ? last_words : "";

	SetLastError(code);
	return words;
}
#else
static _Thread_local DWORD last_code;

void fx_win_set_words(const char *words)
{
	(void)snprintf(last_words, sizeof(last_words), "%s", words);
}

const char *fx_win_words(void)
{
	return last_words;
}

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
