/* SPDX-License-Identifier: Apache-2.0 */
/* Every class by both of its names, and what a failing call says. */
var classes = ["FaxServer", "FaxTiff", "FaxPorts", "FaxPort", "FaxStatus", "FaxRoutingMethods",
	"FaxRoutingMethod", "FaxJobs", "FaxJob", "FaxDoc"];
var i, v, o, server, name;

function failing(call) {
	try {
		call();
		WScript.Echo("no error");
	} catch (e) {
		WScript.Echo((e.number & 65535) + " " + (e.number >>> 0).toString(16));
		return e.description;
	}
}

for (i = 0; i < classes.length; i++) {
	for (v = 0; v < 2; v++) {
		name = classes[i] + "." + classes[i] + (v ? ".1" : "");
		o = new ActiveXObject(name);
		WScript.Echo(classes[i] + " " + name);
	}
}
server = new ActiveXObject("FaxServer.FaxServer");
WScript.Echo(failing(function () { server.Connect("127.0.0.1:1"); }));
failing(function () { return server.Retries; });
WScript.Echo("END");
