-- SPDX-License-Identifier: EUPL-1.2
-- Step 17: when a document was uploaded. What no entry names a day later goes:
-- its action was refused, or never came, or its words were erased meanwhile. Of
-- the older ones those that an entry names are passed over.
ALTER TABLE blob_owner ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
UPDATE blob_owner SET at = 1 WHERE h NOT IN (SELECT h FROM document);
CREATE INDEX blob_owner_by_time ON blob_owner(at);
