-- SPDX-License-Identifier: EUPL-1.2
-- Step 3: the head as the central signed it, which proves to its operator that a
-- later history is another one. slot: enum outbox_slot.
ALTER TABLE device ADD COLUMN signed_head TEXT NOT NULL DEFAULT '';
ALTER TABLE item ADD COLUMN slot INTEGER NOT NULL DEFAULT 0;
CREATE INDEX item_slot ON item(dev, ctr) WHERE slot = 1;
