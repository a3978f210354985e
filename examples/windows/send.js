/* SPDX-License-Identifier: Apache-2.0 */
/* cscript //nologo send.js FILE NUMBER [SERVER]
 * The shortest way to send a document. Send returns as soon as the job is in the queue. */
function main(args) {
	var server = new ActiveXObject("FaxServer.FaxServer"), doc;
	server.Connect(args.length > 2 ? args(2) : "");
	doc = server.CreateDocument(args(0));
	doc.FaxNumber = args(1);
	WScript.Echo("job " + doc.Send());
	server.Disconnect();
}

if (WScript.Arguments.length < 2) {
	WScript.Echo("usage: cscript //nologo send.js FILE NUMBER [SERVER]");
	WScript.Quit(2);
}
try {
	main(WScript.Arguments);
} catch (e) {
	WScript.Echo("error " + (e.number >>> 0).toString(16) + ": " + e.description);
	WScript.Quit(1);
}
WScript.Echo("END");
