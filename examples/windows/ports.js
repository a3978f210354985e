/* SPDX-License-Identifier: Apache-2.0 */
/* cscript //nologo ports.js [SERVER]                             every port and how it is set up
 * cscript //nologo ports.js [SERVER] PORT NAME=VALUE [...]       change one; PORT is its place */
var NAMES = ["DeviceId", "Name", "Csid", "Tsid", "Rings", "Send", "Receive", "Priority",
	"CanModify"];

function show(ports) {
	var i, k, port, value;
	for (i = 1; i <= ports.Count; i++) {
		port = ports.Item(i);
		WScript.Echo("port " + i);
		for (k = 0; k < NAMES.length; k++) {
			value = port[NAMES[k]];
			WScript.Echo("  " + NAMES[k] + " (" + typeof value + ") = " + value);
		}
	}
}

function main(args) {
	var server = new ActiveXObject("FaxServer.FaxServer"), first = 0, ports, port, pair;
	while (first < args.length && args(first).indexOf("=") < 0) {
		first++;
	}
	server.Connect(first == 2 || first == 1 && first == args.length ? args(0) : "");
	ports = server.GetPorts();
	if (first < args.length) {
		port = ports.Item(Number(args(first - 1)));
		for (; first < args.length; first++) {
			pair = args(first).split("=");
			port[pair[0]] = pair[1];
		}
	}
	show(ports);
	server.Disconnect();
}

try {
	main(WScript.Arguments);
} catch (e) {
	WScript.Echo("error " + (e.number >>> 0).toString(16) + ": " + e.description);
	WScript.Quit(1);
}
WScript.Echo("END");
