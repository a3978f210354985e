-- SPDX-License-Identifier: Apache-2.0
-- Schema 1. Instants (..._at) are Unix seconds, 0 = unset; ..._us are microseconds of call time.
-- Enums whose names may be shown stand by name (state, outcome); the others by the numbers of
-- src/core, which therefore never change:
--   job.type        0 unknown 1 send 2 receive 3 routing 4 fail_receive
--   priority        0 low 1 normal 2 high       schedule  0 now 1 time 2 discount
--   resolution      98 standard 196 fine 391 superfine (lines per inch), 0 unset
--   quality         0 auto 1 text 2 photo       coding    0 none 1 MH 2 MR 3 MMR
--   transport       0 none 1 audio 2 T.38       folder    0 inbox 1 sent
-- SQLite keeps the database's version in user_version; the program sets it after this file.

-- The first id that is not reserved yet.
CREATE TABLE ids(
	id INTEGER PRIMARY KEY CHECK (id = 1),
	next INTEGER NOT NULL
) STRICT;
INSERT INTO ids VALUES(1, 1);

CREATE TABLE meta(
	key TEXT PRIMARY KEY,
	value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE config(
	id INTEGER NOT NULL DEFAULT 1 PRIMARY KEY CHECK (id = 1),
	retries INTEGER NOT NULL,
	retry_delay_min INTEGER NOT NULL,
	dirty_days INTEGER NOT NULL,
	branding INTEGER NOT NULL,
	use_device_tsid INTEGER NOT NULL,
	server_cover INTEGER NOT NULL,
	pause_queue INTEGER NOT NULL,
	cheap_start_hour INTEGER NOT NULL,
	cheap_start_minute INTEGER NOT NULL,
	cheap_stop_hour INTEGER NOT NULL,
	cheap_stop_minute INTEGER NOT NULL,
	archive_outgoing INTEGER NOT NULL,
	archive_directory TEXT,
	inbound_profile TEXT,
	resume_at_unconfirmed INTEGER NOT NULL,
	join_jobs INTEGER NOT NULL
) STRICT, WITHOUT ROWID; -- with a rowid the default of id would not count

CREATE TABLE port(
	device_id INTEGER PRIMARY KEY,
	provider TEXT NOT NULL,
	"line" TEXT NOT NULL,
	"name" TEXT NOT NULL,
	tsid TEXT NOT NULL,
	csid TEXT NOT NULL,
	rings INTEGER NOT NULL,
	priority INTEGER NOT NULL,
	"send" INTEGER NOT NULL,
	"receive" INTEGER NOT NULL,
	is_virtual INTEGER NOT NULL
) STRICT;

CREATE TABLE job(
	id INTEGER PRIMARY KEY,
	client_id INTEGER NOT NULL,
	"type" INTEGER NOT NULL,
	"state" TEXT NOT NULL,
	paused INTEGER NOT NULL,
	no_line INTEGER NOT NULL,
	priority INTEGER NOT NULL,
	schedule INTEGER NOT NULL,
	resolution INTEGER NOT NULL,
	quality INTEGER NOT NULL,
	uid INTEGER NOT NULL,
	report_type INTEGER NOT NULL,
	device_id INTEGER NOT NULL,
	fixed_port INTEGER NOT NULL,
	submitted_at INTEGER NOT NULL,
	schedule_at INTEGER NOT NULL,
	next_try_at INTEGER NOT NULL,
	started_at INTEGER NOT NULL,
	ended_at INTEGER NOT NULL,
	tries INTEGER NOT NULL,
	quick_used INTEGER NOT NULL,
	pages INTEGER NOT NULL,
	confirmed INTEGER NOT NULL,
	size_bytes INTEGER NOT NULL,
	outcome TEXT NOT NULL,
	remote_id TEXT NOT NULL,
	caller_id TEXT NOT NULL,
	routing TEXT NOT NULL,
	"user" TEXT,
	"number" TEXT,
	recipient_name TEXT,
	recipient_company TEXT,
	tsid TEXT,
	sender_name TEXT,
	sender_company TEXT,
	sender_dept TEXT,
	sender_number TEXT,
	billing_code TEXT,
	document_name TEXT,
	report_address TEXT,
	subject TEXT,
	upload_file TEXT,
	tiff_file TEXT,
	"words" TEXT,
	profile TEXT
) STRICT;

CREATE TABLE attempt(
	id INTEGER PRIMARY KEY,
	job_id INTEGER NOT NULL,
	device_id INTEGER NOT NULL,
	first_page INTEGER NOT NULL,
	started_at INTEGER NOT NULL,
	answered_at INTEGER NOT NULL,
	ended_at INTEGER NOT NULL,
	"number" TEXT NOT NULL,
	port_name TEXT NOT NULL,
	log_file TEXT NOT NULL,
	result_outcome TEXT NOT NULL,
	result_engine_code INTEGER NOT NULL,
	result_pages_confirmed INTEGER NOT NULL,
	result_pages_total INTEGER NOT NULL,
	result_rate_bps INTEGER NOT NULL,
	result_ecm INTEGER NOT NULL,
	result_coding INTEGER NOT NULL,
	result_transport INTEGER NOT NULL,
	result_ecm_retries INTEGER NOT NULL,
	result_remote_id TEXT NOT NULL,
	result_answered_us INTEGER NOT NULL,
	result_ended_us INTEGER NOT NULL,
	result_words TEXT NOT NULL
) STRICT;
CREATE INDEX attempt_of_job ON attempt(job_id, id);

CREATE TABLE page(
	job_id INTEGER NOT NULL,
	attempt_id INTEGER NOT NULL,
	page INTEGER NOT NULL,
	"at" INTEGER NOT NULL,
	report_page INTEGER NOT NULL,
	report_resolution INTEGER NOT NULL,
	report_width_px INTEGER NOT NULL,
	report_rows INTEGER NOT NULL,
	report_bad_rows INTEGER NOT NULL,
	report_bytes INTEGER NOT NULL,
	report_rate_bps INTEGER NOT NULL,
	report_ecm INTEGER NOT NULL,
	report_coding INTEGER NOT NULL,
	report_confirmed INTEGER NOT NULL,
	report_at_us INTEGER NOT NULL,
	PRIMARY KEY (job_id, attempt_id, page)
) STRICT, WITHOUT ROWID;

-- The job as it was at its end, and how its last call went.
CREATE TABLE message(
	id INTEGER PRIMARY KEY,
	folder INTEGER NOT NULL,
	"read" INTEGER NOT NULL,
	"partial" INTEGER NOT NULL,
	port_name TEXT NOT NULL,
	job_id INTEGER NOT NULL,
	job_client_id INTEGER NOT NULL,
	job_type INTEGER NOT NULL,
	job_state TEXT NOT NULL,
	job_paused INTEGER NOT NULL,
	job_no_line INTEGER NOT NULL,
	job_priority INTEGER NOT NULL,
	job_schedule INTEGER NOT NULL,
	job_resolution INTEGER NOT NULL,
	job_quality INTEGER NOT NULL,
	job_uid INTEGER NOT NULL,
	job_report_type INTEGER NOT NULL,
	job_device_id INTEGER NOT NULL,
	job_fixed_port INTEGER NOT NULL,
	job_submitted_at INTEGER NOT NULL,
	job_schedule_at INTEGER NOT NULL,
	job_next_try_at INTEGER NOT NULL,
	job_started_at INTEGER NOT NULL,
	job_ended_at INTEGER NOT NULL,
	job_tries INTEGER NOT NULL,
	job_quick_used INTEGER NOT NULL,
	job_pages INTEGER NOT NULL,
	job_confirmed INTEGER NOT NULL,
	job_size_bytes INTEGER NOT NULL,
	job_outcome TEXT NOT NULL,
	job_remote_id TEXT NOT NULL,
	job_caller_id TEXT NOT NULL,
	job_routing TEXT NOT NULL,
	job_user TEXT,
	job_number TEXT,
	job_recipient_name TEXT,
	job_recipient_company TEXT,
	job_tsid TEXT,
	job_sender_name TEXT,
	job_sender_company TEXT,
	job_sender_dept TEXT,
	job_sender_number TEXT,
	job_billing_code TEXT,
	job_document_name TEXT,
	job_report_address TEXT,
	job_subject TEXT,
	job_upload_file TEXT,
	job_tiff_file TEXT,
	job_words TEXT,
	job_profile TEXT,
	result_outcome TEXT NOT NULL,
	result_engine_code INTEGER NOT NULL,
	result_pages_confirmed INTEGER NOT NULL,
	result_pages_total INTEGER NOT NULL,
	result_rate_bps INTEGER NOT NULL,
	result_ecm INTEGER NOT NULL,
	result_coding INTEGER NOT NULL,
	result_transport INTEGER NOT NULL,
	result_ecm_retries INTEGER NOT NULL,
	result_remote_id TEXT NOT NULL,
	result_answered_us INTEGER NOT NULL,
	result_ended_us INTEGER NOT NULL,
	result_words TEXT NOT NULL
) STRICT;
CREATE INDEX message_in_folder ON message(folder, id);
