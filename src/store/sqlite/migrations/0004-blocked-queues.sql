-- SPDX-License-Identifier: Apache-2.0
-- Schema 4. Queues that take nothing new (SetQueue of MS-FAX).
ALTER TABLE config ADD COLUMN block_outgoing INTEGER NOT NULL DEFAULT 0;
ALTER TABLE config ADD COLUMN block_incoming INTEGER NOT NULL DEFAULT 0;
