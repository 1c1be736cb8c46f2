-- SPDX-License-Identifier: EUPL-1.2
-- Step 3: what waits to be archived; imported cases never do.
DROP INDEX casefile_closed;
CREATE INDEX casefile_closed ON casefile(id) WHERE state = 'closed' AND type <> 'imported';
