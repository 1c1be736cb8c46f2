-- SPDX-License-Identifier: EUPL-1.2
-- Step 16: whose words of a case were refused or taken back, for when all of it is
-- erased. The others are found by their entries.
CREATE INDEX device_log_in_vain ON device_log(case_id, dev)
	WHERE verdict NOT IN ('accepted', 'merged');
