// SPDX-License-Identifier: Apache-2.0
// cscript //nologo send.js FILE NUMBER [SERVER]: send a document and show the queue.
var a = WScript.Arguments;
if (a.length < 2) {
	WScript.Echo("usage: cscript send.js FILE NUMBER [SERVER]");
	WScript.Quit(2);
}
var server = new ActiveXObject("FaxServer.FaxServer");
server.Connect(a.length > 2 ? a(2) : "");
var doc = server.CreateDocument(a(0));
doc.FaxNumber = a(1);
doc.DisplayName = "sent by send.js";
WScript.Echo("job " + doc.Send());
var jobs = server.GetJobs();
for (var i = 1; i <= jobs.Count; i++) {
	var job = jobs.Item(i);
	WScript.Echo(job.JobId + "  " + job.FaxNumber + "  " + job.QueueStatus);
}
server.Disconnect();
WScript.Echo("END");
