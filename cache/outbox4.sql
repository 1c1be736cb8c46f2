-- SPDX-License-Identifier: EUPL-1.2
-- Step 4: the public key that named this one, by which another copy of this
-- home may have named another.
ALTER TABLE device ADD COLUMN former_x TEXT NOT NULL DEFAULT '';
