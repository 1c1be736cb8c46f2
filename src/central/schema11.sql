-- SPDX-License-Identifier: EUPL-1.2
-- Step 11: reminders by whose they are, which are told apart from the feeds.
CREATE INDEX log_watch ON log(sub, seq) WHERE act = 'watch.set';
