' SPDX-License-Identifier: Apache-2.0
' cscript //nologo jobs.vbs [SERVER]                  every job of the queue
' cscript //nologo jobs.vbs JOB COMMAND [SERVER]      delete, pause, resume or restart one
Option Explicit
Const JC_DELETE = 1, JC_PAUSE = 2, JC_RESUME = 3, JC_RESTART = 3
Const FAX_E_MESSAGE_NOT_FOUND = &H80041B61
Dim server

Sub Show(name, value)
	WScript.Echo "  " & name & " (" & TypeName(value) & ") = " & value
End Sub

Sub List(jobs)
	Dim i, job
	For i = 1 To jobs.Count
		Set job = jobs.Item(i)
		WScript.Echo "job " & job.JobId
		Show "JobId", job.JobId
		Show "Type", job.Type ' 1 outgoing, 2 incoming, 3 and 4 received in part
		Show "UserName", job.UserName
		Show "QueueStatus", job.QueueStatus
		Show "DeviceStatus", job.DeviceStatus
		Show "PageCount", job.PageCount
		Show "FaxNumber", job.FaxNumber
		Show "RecipientName", job.RecipientName
		Show "Tsid", job.Tsid
		Show "SenderName", job.SenderName
		Show "SenderCompany", job.SenderCompany
		Show "SenderDept", job.SenderDept
		Show "BillingCode", job.BillingCode
		Show "DisplayName", job.DisplayName
		Show "DiscountSend", job.DiscountSend
	Next
End Sub

Function Number(command)
	Select Case LCase(command)
	Case "delete" Number = JC_DELETE
	Case "pause" Number = JC_PAUSE
	Case "resume" Number = JC_RESUME
	Case "restart" Number = JC_RESTART
	Case Else Number = CLng(command)
	End Select
End Function

' There is no other way to a job than through the list.
Function Find(jobs, id)
	Dim i
	Set Find = Nothing
	For i = 1 To jobs.Count
		If jobs.Item(i).JobId = id Then Set Find = jobs.Item(i)
	Next
End Function

Sub Change(jobs, id, command)
	Dim job
	Set job = Find(jobs, id)
	If job Is Nothing Then
		WScript.Echo "no job " & id
		WScript.Quit 1
	End If
	job.SetStatus Number(command)
	' What the object says is as old as itself, until Refresh.
	WScript.Echo "was " & job.QueueStatus
	On Error Resume Next
	job.Refresh
	If Err.Number = FAX_E_MESSAGE_NOT_FOUND Then
		WScript.Echo "gone: " & Err.Description
		Err.Clear
		Exit Sub
	End If
	WScript.Echo "is " & job.QueueStatus
End Sub

Sub Main()
	Dim n, name
	n = WScript.Arguments.Count
	name = ""
	If n = 1 Or n = 3 Then name = WScript.Arguments(n - 1)
	Set server = CreateObject("FaxServer.FaxServer")
	server.Connect name
	If n < 2 Then
		List server.GetJobs
	Else
		Change server.GetJobs, CLng(WScript.Arguments(0)), WScript.Arguments(1)
	End If
	server.Disconnect
End Sub

On Error Resume Next
Main
If Err.Number <> 0 Then
	WScript.Echo "error " & Hex(Err.Number) & " " & Err.Source & ": " & Err.Description
	WScript.Quit 1
End If
WScript.Echo "END"
