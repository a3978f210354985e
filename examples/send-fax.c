/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Send one file to one number.
 *
 *     cc send-fax.c $(pkg-config --cflags --libs winfax) -o send-fax
 *     ./send-fax NUMBER FILE [RECIPIENT]
 *
 * FaxCompleteJobParams fills in the sender from the user's profile; FaxSendDocument
 * returns as soon as the job is queued (the file may be deleted then); FaxGetJob tells how
 * it goes until the job leaves the queue.
 */
#include <winfax.h>
#include <stdio.h>
#include <time.h>

static int failed(const char *what)
{
	fprintf(stderr, "%s: error %u\n", what, (unsigned)GetLastError());
	return 1;
}

static const char *words(const FAX_JOB_ENTRYA *job)
{
	return job->QueueStatus & JS_RETRIES_EXCEEDED ? "given up"
	       : job->QueueStatus & JS_FAILED ? "failed"
	       : job->QueueStatus & JS_RETRYING ? "will be tried again"
	       : job->QueueStatus & JS_INPROGRESS ? "in progress" : "waiting";
}

/* A job that has left the queue is sent (or was cancelled): FaxGetJob no longer finds it. */
static int follow(HANDLE fax, DWORD id)
{
	struct timespec pause = {1, 0};
	PFAX_JOB_ENTRYA job;
	DWORD last = ~0u, ended = JS_FAILED | JS_RETRIES_EXCEEDED;

	while (FaxGetJobA(fax, id, &job)) {
		DWORD status = job->QueueStatus;

		if (status != last) {
			printf("job %u: %s\n", (unsigned)id, words(job));
		}
		last = status;
		FaxFreeBuffer(job);
		if (status & ended) {
			return 1;
		}
		nanosleep(&pause, NULL);
	}
	if (GetLastError() != ERROR_INVALID_PARAMETER) {
		return failed("FaxGetJob");
	}
	printf("job %u: done\n", (unsigned)id);
	return 0;
}

int main(int argc, char **argv)
{
	PFAX_JOB_PARAMA params = NULL;
	PFAX_COVERPAGE_INFOA cover = NULL;
	HANDLE fax = NULL;
	DWORD id = 0;
	BOOL ok;
	int bad;

	if (argc < 3) {
		fprintf(stderr, "usage: send-fax NUMBER FILE [RECIPIENT]\n");
		return 2;
	}
	if (!FaxConnectFaxServerA(NULL, &fax)) {
		return failed("FaxConnectFaxServer");
	}
	if (!FaxCompleteJobParamsA(&params, &cover)) {
		FaxClose(fax);
		return failed("FaxCompleteJobParams");
	}
	params->RecipientNumber = argv[1]; /* SizeOfStruct and the sender are filled in */
	params->RecipientName = argc > 3 ? argv[3] : NULL;
	params->ScheduleAction = JSA_NOW;
	ok = FaxSendDocumentA(fax, argv[2], params, NULL, &id); /* NULL: no cover page */
	bad = ok ? follow(fax, id) : failed("FaxSendDocument");
	FaxFreeBuffer(params);
	FaxFreeBuffer(cover);
	FaxClose(fax);
	return bad;
}
