-- SPDX-License-Identifier: Apache-2.0
-- Schema 2. From the number that a client was given to its message, however many there are.
CREATE INDEX message_of_client ON message(job_client_id, id);
