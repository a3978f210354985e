-- SPDX-License-Identifier: Apache-2.0
-- Schema 5. The rest of the general configuration of MS-FAX, receipts, the activity log; ports
-- have a description and may wait for somebody to answer.
--   config.mail_auth   0 anonymous 1 basic 2 NTLM
ALTER TABLE config ADD COLUMN archive_age_days INTEGER NOT NULL DEFAULT 0;
ALTER TABLE config ADD COLUMN quota_warning INTEGER NOT NULL DEFAULT 0;
ALTER TABLE config ADD COLUMN quota_high_mb INTEGER NOT NULL DEFAULT 0;
ALTER TABLE config ADD COLUMN quota_low_mb INTEGER NOT NULL DEFAULT 0;
ALTER TABLE config ADD COLUMN auto_accounts INTEGER NOT NULL DEFAULT 1;
ALTER TABLE config ADD COLUMN incoming_public INTEGER NOT NULL DEFAULT 1;
ALTER TABLE config ADD COLUMN log_incoming INTEGER NOT NULL DEFAULT 0;
ALTER TABLE config ADD COLUMN log_outgoing INTEGER NOT NULL DEFAULT 0;
ALTER TABLE config ADD COLUMN wizard_used INTEGER NOT NULL DEFAULT 0;
ALTER TABLE config ADD COLUMN mail_set INTEGER NOT NULL DEFAULT 0;
ALTER TABLE config ADD COLUMN mail_receipts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE config ADD COLUMN mail_routing INTEGER NOT NULL DEFAULT 0;
ALTER TABLE config ADD COLUMN mail_auth INTEGER NOT NULL DEFAULT 0;
ALTER TABLE config ADD COLUMN mail_port INTEGER NOT NULL DEFAULT 0;
ALTER TABLE config ADD COLUMN activity_dir TEXT;
ALTER TABLE config ADD COLUMN mail_server TEXT;
ALTER TABLE config ADD COLUMN mail_from TEXT;
ALTER TABLE config ADD COLUMN mail_user TEXT;
ALTER TABLE config ADD COLUMN mail_password TEXT;
ALTER TABLE port ADD COLUMN manual_answer INTEGER NOT NULL DEFAULT 0;
ALTER TABLE port ADD COLUMN description TEXT NOT NULL DEFAULT '';
