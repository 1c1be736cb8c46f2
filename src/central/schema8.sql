-- SPDX-License-Identifier: EUPL-1.2
-- Step 8: keys that a device signed with before the one it has now. Each
-- signed up to a counter; rotation is the JWS by which it named the next one.
-- device.enrolled_at is from when the certificate of the present key holds.
CREATE TABLE device_key(
	dev TEXT NOT NULL REFERENCES device(id),
	n INTEGER NOT NULL,        -- 1, 2, 3 ...
	kid TEXT NOT NULL UNIQUE,
	x TEXT NOT NULL,
	certificate TEXT NOT NULL,
	nbf INTEGER NOT NULL,
	through_ctr INTEGER NOT NULL,
	rotation TEXT NOT NULL,
	PRIMARY KEY(dev, n)
) STRICT, WITHOUT ROWID;
