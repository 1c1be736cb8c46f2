-- SPDX-License-Identifier: EUPL-1.2
-- Step 1: the word by which the key before this one named it, and whether the
-- central has still to answer it. certificate is that of the key before until
-- then.
ALTER TABLE device ADD COLUMN rotation TEXT NOT NULL DEFAULT '';
ALTER TABLE device ADD COLUMN rotation_open INTEGER NOT NULL DEFAULT 0;
