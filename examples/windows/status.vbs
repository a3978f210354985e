' SPDX-License-Identifier: Apache-2.0
' cscript //nologo status.vbs [SERVER [ROUNDS]]
' What each port does: all properties of its FaxStatus. With ROUNDS the busy ports are asked again,
' that many times at most, until all are idle; each time what has changed is shown.
Option Explicit
Dim server, ports, status, rows

' Name, type and value of a property. BOOL properties are numbers, 1 or 0. Times are UTC.
Function Row(name, value)
	Dim text
	If VarType(value) <> vbDate Then
		text = CStr(value)
	ElseIf CDbl(value) = 0 Then
		text = "-"
	ElseIf CDbl(value) < 1 Then
		text = Hour(value) & ":" & Two(Minute(value)) & ":" & Two(Second(value))
	Else
		text = Year(value) & "-" & Two(Month(value)) & "-" & Two(Day(value)) & " " & _
			Two(Hour(value)) & ":" & Two(Minute(value)) & ":" & Two(Second(value))
	End If
	Row = "  " & name & " (" & TypeName(value) & ") = " & text
End Function

Function Two(number)
	Two = Right("0" & number, 2)
End Function

' A FaxStatus is a snapshot: its values stay until Refresh.
Function Snapshot(s)
	Snapshot = Array(Row("DeviceId", s.DeviceId), Row("DeviceName", s.DeviceName), _
		Row("Description", s.Description), Row("Send", s.Send), Row("Receive", s.Receive), _
		Row("CurrentPage", s.CurrentPage), Row("PageCount", s.PageCount), _
		Row("DocumentName", s.DocumentName), Row("DocumentSize", s.DocumentSize), _
		Row("Address", s.Address), Row("RecipientName", s.RecipientName), _
		Row("SenderName", s.SenderName), Row("Tsid", s.Tsid), Row("Csid", s.Csid), _
		Row("CallerId", s.CallerId), Row("RoutingString", s.RoutingString), _
		Row("StartTime", s.StartTime), Row("SubmittedTime", s.SubmittedTime), _
		Row("ElapsedTime", s.ElapsedTime))
End Function

' Wine has no WScript.Sleep; ping waits a second between two of its questions.
Sub OneSecond()
	CreateObject("WScript.Shell").Run "ping -n 2 127.0.0.1", 0, True
End Sub

Function Changed(i)
	Dim s, before, after, j
	Set s = status.Item(i)
	s.Refresh
	before = rows.Item(i)
	after = Snapshot(s)
	For j = 0 To UBound(after)
		If after(j) <> before(j) Then WScript.Echo "port " & i & after(j)
	Next
	rows.Item(i) = after
	Changed = (s.Description <> "Available")
End Function

Sub Watch(times)
	Dim round, busy, i
	For round = 1 To times
		busy = False
		For i = 1 To ports.Count
			If Changed(i) Then busy = True
		Next
		If Not busy Then Exit For
		OneSecond
	Next
End Sub

Sub Main()
	Dim name, rounds, i, j, now
	name = ""
	rounds = 0
	If WScript.Arguments.Count > 0 Then name = WScript.Arguments(0)
	If WScript.Arguments.Count > 1 Then rounds = CLng(WScript.Arguments(1))
	Set server = CreateObject("FaxServer.FaxServer")
	server.Connect name
	Set ports = server.GetPorts
	Set status = CreateObject("Scripting.Dictionary")
	Set rows = CreateObject("Scripting.Dictionary")
	For i = 1 To ports.Count
		status.Add i, ports.Item(i).GetStatus
		now = Snapshot(status.Item(i))
		rows.Add i, now
		WScript.Echo "port " & i
		For j = 0 To UBound(now)
			WScript.Echo now(j)
		Next
	Next
	Watch rounds
	server.Disconnect
End Sub

On Error Resume Next
Main
If Err.Number <> 0 Then
	WScript.Echo "error " & Hex(Err.Number) & " " & Err.Source & ": " & Err.Description
	WScript.Quit 1
End If
WScript.Echo "END"
