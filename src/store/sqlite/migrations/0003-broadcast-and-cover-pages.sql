-- SPDX-License-Identifier: Apache-2.0
-- Schema 3. Broadcasts (job.type 0x20 is the parent, parent_id leads to it) and cover pages.
ALTER TABLE job ADD COLUMN parent_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE job ADD COLUMN cover_page TEXT;
ALTER TABLE job ADD COLUMN cover_note TEXT;
ALTER TABLE job ADD COLUMN cover_file TEXT;
ALTER TABLE message ADD COLUMN job_parent_id INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN job_cover_page TEXT;
ALTER TABLE message ADD COLUMN job_cover_note TEXT;
ALTER TABLE message ADD COLUMN job_cover_file TEXT;
