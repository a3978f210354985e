' SPDX-License-Identifier: Apache-2.0
' errors.vbs FILE DOWN BROKEN: what each failing call says, one line each:
' name, number in hex, source, text. Reached as a user who may read alone.
Option Explicit
Dim server, doc, ports, port, jobs, tiff, value

Sub Said(name)
	WScript.Echo name & "|" & LCase(Hex(Err.Number)) & "|" & Err.Source & "|" & Err.Description
	Err.Clear
End Sub

On Error Resume Next
Set server = CreateObject("FaxServer.FaxServer")
value = server.Retries
Said "not connected"
server.Connect WScript.Arguments(1)
Said "server down"
server.Connect "no.such.host.invalid"
Said "no such host"
server.Connect ""
Said "connected"
server.Retries = 5
Said "no right to configure"
Set doc = server.CreateDocument(WScript.Arguments(0))
doc.FaxNumber = "102"
value = doc.Send
Said "no right to send"
Set ports = server.GetPorts
Set port = ports.Item(1)
port.Tsid = "mine"
Said "no right to a port"
WScript.Echo "CanModify " & port.CanModify
Set value = port.GetRoutingMethods.Item(1)
value.Enable = False
Said "no right to route"
Set jobs = server.GetJobs
Set value = jobs.Item(1)
value.SetStatus 1
Said "no right to a job"
Set value = ports.Item(0)
Said "port 0"
Set value = ports.Item(ports.Count + 1)
Said "port after the last"
Set value = jobs.Item(0)
Said "job 0"
Set value = jobs.Item(jobs.Count + 1)
Said "job after the last"
Set value = port.GetRoutingMethods.Item(-1)
Said "method -1"
value = ports.Item("one")
Said "index is no number"
value = ports.Item
Said "no index"
value = server.Konnect
Said "unknown member"
ports.Count = 3
Said "read only"
Set doc = server.CreateDocument("Z:\no\such\file.pdf")
doc.FaxNumber = "102"
value = doc.Send
Said "no such file"
doc.FaxNumber = ""
value = doc.Send
Said "no number"
Set tiff = CreateObject("FaxTiff.FaxTiff")
value = tiff.Csid
Said "no image"
tiff.Image = "Z:\no\such\file.tif"
Said "no such image"
tiff.Image = WScript.Arguments(2)
Said "no fax"
server.Disconnect
value = ports.Item(1).Name
Said "disconnected"
server.Disconnect
Said "disconnected twice"
Set value = CreateObject("FaxServer.NoSuch")
WScript.Echo "no such class " & (Err.Number <> 0)
WScript.Echo "END"
