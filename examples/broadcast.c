/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Send one file to many numbers: the document goes to the service once.
 *
 *     cc broadcast.c $(pkg-config --cflags --libs winfax) -o broadcast
 *     ./broadcast FILE < LIST
 *
 * LIST has a line "NUMBER NAME" for each recipient. FaxSendDocumentForBroadcast calls next()
 * until it says that there are no more; each recipient becomes a job of its own.
 */
#include <winfax.h>
#include <stdio.h>
#include <string.h>

struct list {
	FILE *in;
	unsigned recipients;
	char line[256]; /* of the recipient that is described now; copied by the library */
	FAX_JOB_PARAMA params;
};

static BOOL CALLBACK next(HANDLE fax, DWORD n, LPVOID context, PFAX_JOB_PARAMA params,
			  PFAX_COVERPAGE_INFOA cover)
{
	struct list *list = context;
	char *name;

	(void)fax;
	(void)n;
	(void)cover; /* CoverPageName stays NULL: no cover page */
	do {
		if (!fgets(list->line, sizeof(list->line), list->in)) {
			return FALSE;
		}
		list->line[strcspn(list->line, "\r\n")] = 0;
	} while (!list->line[0] || list->line[0] == '#');
	name = strchr(list->line, ' ');
	if (name) {
		*name++ = 0;
	}
	params->RecipientNumber = list->line;
	params->RecipientName = name;
	params->SenderName = list->params.SenderName;
	params->SenderCompany = list->params.SenderCompany;
	params->Tsid = list->params.Tsid;
	list->recipients++;
	return TRUE;
}

int main(int argc, char **argv)
{
	struct list list = {.in = stdin};
	PFAX_COVERPAGE_INFOA cover = NULL;
	PFAX_JOB_PARAMA params = NULL;
	HANDLE fax = NULL;
	DWORD id = 0;
	BOOL ok;

	if (argc != 2) {
		fprintf(stderr, "usage: broadcast FILE < LIST\n");
		return 2;
	}
	ok = FaxConnectFaxServerA(NULL, &fax) && FaxCompleteJobParamsA(&params, &cover);
	if (ok) {
		list.params = *params; /* the sender, from the user's profile */
		ok = FaxSendDocumentForBroadcastA(fax, argv[1], &id, next, &list);
	}
	if (ok) {
		printf("queued for %u recipients\n", list.recipients);
	} else {
		fprintf(stderr, "broadcast: error %u at recipient %u\n", (unsigned)GetLastError(),
			list.recipients);
	}
	FaxFreeBuffer(params);
	FaxFreeBuffer(cover);
	if (fax) {
		FaxClose(fax);
	}
	return ok ? 0 : 1;
}
