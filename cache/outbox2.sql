-- SPDX-License-Identifier: EUPL-1.2
-- Step 2: the epochs of the central in which the answers below were given, and
-- what was offered again after a restore: again 1 until the officer has seen
-- what became of it, then 2; was: the verdict that it had; missing: how many cases
-- the restore took away.
ALTER TABLE device ADD COLUMN epochs TEXT NOT NULL DEFAULT '';
ALTER TABLE device ADD COLUMN missing INTEGER NOT NULL DEFAULT 0;
ALTER TABLE item ADD COLUMN again INTEGER NOT NULL DEFAULT 0;
ALTER TABLE item ADD COLUMN was INTEGER NOT NULL DEFAULT 0;
CREATE INDEX item_again ON item(again) WHERE again = 1;
