' SPDX-License-Identifier: Apache-2.0
' cscript //nologo ports.vbs [SERVER]                             every port and how it is set up
' cscript //nologo ports.vbs [SERVER] PORT NAME=VALUE [...]       change one; PORT is its place
Option Explicit
Dim server

Sub Show(name, value)
	WScript.Echo "  " & name & " (" & TypeName(value) & ") = " & value
End Sub

Sub ShowPort(i, port)
	WScript.Echo "port " & i
	Show "DeviceId", port.DeviceId
	Show "Name", port.Name
	Show "Csid", port.Csid
	Show "Tsid", port.Tsid
	Show "Rings", port.Rings
	Show "Send", port.Send
	Show "Receive", port.Receive
	Show "Priority", port.Priority
	Show "CanModify", port.CanModify
End Sub

Sub Change(port, name, value)
	Select Case LCase(name)
	Case "csid" port.Csid = value
	Case "tsid" port.Tsid = value
	Case "rings" port.Rings = value
	Case "send" port.Send = value
	Case "receive" port.Receive = value
	Case "priority" port.Priority = value
	Case Else
		WScript.Echo "a port has no " & name & " to change"
		WScript.Quit 2
	End Select
End Sub

Sub Main()
	Dim n, i, first, pair, name, ports, port
	n = WScript.Arguments.Count
	first = 0 ' of NAME=VALUE
	Do While first < n
		If InStr(WScript.Arguments(first), "=") > 0 Then Exit Do
		first = first + 1
	Loop
	name = ""
	If first = 2 Or (first = 1 And first = n) Then name = WScript.Arguments(0)
	Set server = CreateObject("FaxServer.FaxServer")
	server.Connect name
	Set ports = server.GetPorts
	If first < n Then
		Set port = ports.Item(CLng(WScript.Arguments(first - 1)))
		For i = first To n - 1
			pair = Split(WScript.Arguments(i), "=")
			Change port, pair(0), pair(1)
		Next
	End If
	For i = 1 To ports.Count
		ShowPort i, ports.Item(i)
	Next
	server.Disconnect
End Sub

On Error Resume Next
Main
If Err.Number <> 0 Then
	WScript.Echo "error " & Hex(Err.Number) & " " & Err.Source & ": " & Err.Description
	WScript.Quit 1
End If
WScript.Echo "END"
