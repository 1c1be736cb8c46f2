-- SPDX-License-Identifier: EUPL-1.2
-- Step 10: devices that waited, or wait, to be approved. jws: the decision,
-- signed by the central; '' while it waits.
CREATE TABLE device_approval(
	dev TEXT PRIMARY KEY REFERENCES device(id),
	asked_at INTEGER NOT NULL,
	state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'approved', 'refused')),
	jws TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
