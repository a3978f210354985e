/* SPDX-License-Identifier: Apache-2.0 */
/* errors.js FILE DOWN BROKEN: what each failing call says, one line each: name, number in hex,
 * text. Reached as a user who may read alone. */
var server, ports, port, jobs, tiff;

function said(name, call) {
	try {
		call();
		WScript.Echo(name + "|0||");
	} catch (e) {
		WScript.Echo(name + "|" + (e.number >>> 0).toString(16) + "||" + e.description);
	}
}

function sending(file, number) {
	return function () {
		var doc = server.CreateDocument(file);
		doc.FaxNumber = number;
		doc.Send();
	};
}

server = new ActiveXObject("FaxServer.FaxServer");
said("not connected", function () { return server.Retries; });
said("server down", function () { server.Connect(WScript.Arguments(1)); });
said("no such host", function () { server.Connect("no.such.host.invalid"); });
said("connected", function () { server.Connect(""); });
said("no right to configure", function () { server.Retries = 5; });
said("no right to send", sending(WScript.Arguments(0), "102"));
ports = server.GetPorts();
port = ports.Item(1);
said("no right to a port", function () { port.Tsid = "mine"; });
WScript.Echo("CanModify " + port.CanModify);
said("no right to route", function () { port.GetRoutingMethods().Item(1).Enable = false; });
jobs = server.GetJobs();
said("no right to a job", function () { jobs.Item(1).SetStatus(1); });
said("port 0", function () { ports.Item(0); });
said("port after the last", function () { ports.Item(ports.Count + 1); });
said("job 0", function () { jobs.Item(0); });
said("job after the last", function () { jobs.Item(jobs.Count + 1); });
said("method -1", function () { port.GetRoutingMethods().Item(-1); });
said("index is no number", function () { ports.Item("one"); });
said("no index", function () { return ports.Item(); });
said("unknown member", function () { server.Konnect(); });
said("read only", function () { ports.Count = 3; });
said("no such file", sending("Z:\\no\\such\\file.pdf", "102"));
said("no number", sending("Z:\\no\\such\\file.pdf", ""));
tiff = new ActiveXObject("FaxTiff.FaxTiff");
said("no image", function () { return tiff.Csid; });
said("no such image", function () { tiff.Image = "Z:\\no\\such\\file.tif"; });
said("no fax", function () { tiff.Image = WScript.Arguments(2); });
server.Disconnect();
said("disconnected", function () { return ports.Item(1).Name; });
said("disconnected twice", function () { server.Disconnect(); });
try {
	server = new ActiveXObject("FaxServer.NoSuch");
	WScript.Echo("no such class false");
} catch (e) {
	WScript.Echo("no such class true");
}
WScript.Echo("END");
