/* SPDX-License-Identifier: Apache-2.0 */
/* cscript //nologo jobs.js [SERVER]                  every job of the queue
 * cscript //nologo jobs.js JOB COMMAND [SERVER]      delete, pause, resume or restart one */
var COMMANDS = { "delete": 1, "pause": 2, "resume": 3, "restart": 3 };
var FAX_E_MESSAGE_NOT_FOUND = 0x80041B61;
/* Type: 1 outgoing, 2 incoming, 3 and 4 received in part */
var NAMES = ["JobId", "Type", "UserName", "QueueStatus", "DeviceStatus", "PageCount", "FaxNumber",
	"RecipientName", "Tsid", "SenderName", "SenderCompany", "SenderDept", "BillingCode",
	"DisplayName", "DiscountSend"];

function list(jobs) {
	var i, k, job, value;
	for (i = 1; i <= jobs.Count; i++) {
		job = jobs.Item(i);
		WScript.Echo("job " + job.JobId);
		for (k = 0; k < NAMES.length; k++) {
			value = job[NAMES[k]];
			WScript.Echo("  " + NAMES[k] + " (" + typeof value + ") = " + value);
		}
	}
}

/* There is no other way to a job than through the list. */
function find(jobs, id) {
	for (var i = 1; i <= jobs.Count; i++) {
		if (jobs.Item(i).JobId == id) {
			return jobs.Item(i);
		}
	}
	throw new Error("There is no job " + id + ".");
}

function change(job, command) {
	job.SetStatus(COMMANDS[command] || Number(command));
	/* What the object says is as old as itself, until Refresh. */
	WScript.Echo("was " + job.QueueStatus);
	try {
		job.Refresh();
	} catch (e) {
		if (e.number >>> 0 != FAX_E_MESSAGE_NOT_FOUND) {
			throw e;
		}
		WScript.Echo("gone: " + e.description);
		return;
	}
	WScript.Echo("is " + job.QueueStatus);
}

function main(args) {
	var server = new ActiveXObject("FaxServer.FaxServer"), n = args.length;
	server.Connect(n == 1 || n == 3 ? args(n - 1) : "");
	if (n < 2) {
		list(server.GetJobs());
	} else {
		change(find(server.GetJobs(), Number(args(0))), args(1));
	}
	server.Disconnect();
}

try {
	main(WScript.Arguments);
} catch (e) {
	WScript.Echo("error " + (e.number >>> 0).toString(16) + ": " + e.description);
	WScript.Quit(1);
}
WScript.Echo("END");
