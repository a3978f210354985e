/* SPDX-License-Identifier: Apache-2.0 */
/* cscript //nologo routing.js [SERVER]                       what is done with received faxes
 * cscript //nologo routing.js PORT METHOD on|off [SERVER]    one method of one port
 * PORT is its place in the list, METHOD the FriendlyName or the Guid. */
var NAMES = ["DeviceId", "DeviceName", "FriendlyName", "Guid", "Enable", "FunctionName",
	"ImageName", "ExtensionName", "RoutingData"];

function list(methods) {
	var i, k, method, value;
	for (i = 1; i <= methods.Count; i++) {
		method = methods.Item(i);
		WScript.Echo("method " + i);
		for (k = 0; k < NAMES.length; k++) {
			value = method[NAMES[k]];
			WScript.Echo("  " + NAMES[k] + " (" + typeof value + ") = " + value);
		}
	}
}

function change(methods, wanted, on) {
	var i, method;
	wanted = wanted.toLowerCase();
	for (i = 1; i <= methods.Count; i++) {
		method = methods.Item(i);
		if (method.FriendlyName.toLowerCase() == wanted || method.Guid.toLowerCase() == wanted) {
			method.Enable = on;
			WScript.Echo(method.FriendlyName + ": Enable = " + method.Enable);
		}
	}
}

function main(args) {
	var server = new ActiveXObject("FaxServer.FaxServer"), n = args.length, ports, i;
	server.Connect(n == 1 || n == 4 ? args(n - 1) : "");
	ports = server.GetPorts();
	if (n < 3) {
		for (i = 1; i <= ports.Count; i++) {
			WScript.Echo("port " + i + " " + ports.Item(i).Name);
			list(ports.Item(i).GetRoutingMethods());
		}
	} else {
		change(ports.Item(Number(args(0))).GetRoutingMethods(), args(1), args(2) == "on");
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
