-- SPDX-License-Identifier: Apache-2.0
-- Schema 6. Whom received faxes are assigned to, and whether one has a cover page.
ALTER TABLE message ADD COLUMN owners TEXT;
ALTER TABLE message ADD COLUMN has_cover INTEGER NOT NULL DEFAULT 0;
UPDATE message SET owners = CAST(job_uid AS TEXT) || CASE WHEN read THEN 'r' ELSE '' END
	WHERE folder = 0 AND job_user <> '';
