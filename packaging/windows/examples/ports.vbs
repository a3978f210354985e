' SPDX-License-Identifier: Apache-2.0
' cscript //nologo ports.vbs [SERVER]: every port and what it does now.
Option Explicit
Dim server, ports, port, status, i, name

name = ""
If WScript.Arguments.Count > 0 Then name = WScript.Arguments(0)
Set server = CreateObject("FaxServer.FaxServer")
server.Connect name
Set ports = server.GetPorts
For i = 1 To ports.Count
	Set port = ports.Item(i)
	Set status = port.GetStatus
	WScript.Echo port.DeviceId & "  " & port.Name & ": " & status.Description & _
		", page " & status.CurrentPage & " of " & status.PageCount
Next
server.Disconnect
WScript.Echo "END"
