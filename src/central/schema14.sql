-- SPDX-License-Identifier: EUPL-1.2
-- Step 14: how many entries the log had when the epoch began. fork_seq of them
-- are known to be those that clients of the epoch before may have read; it is
-- fewer where another history had gone on from the same beginning unseen.
ALTER TABLE epoch ADD COLUMN size INTEGER NOT NULL DEFAULT 0;
UPDATE epoch SET size = fork_seq;
