-- SPDX-License-Identifier: EUPL-1.2
-- Step 12: what has left a scope, which its snapshots must not show.
CREATE INDEX feed_gone ON feed(scope, seq) WHERE kind = 'g';
