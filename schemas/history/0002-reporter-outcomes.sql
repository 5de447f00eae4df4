-- SPDX-License-Identifier: Apache-2.0
-- Reporters of other processes can end in more ways than one.

PRAGMA user_version = 2;

CREATE TABLE new_reporter_outcomes (
  reporter_outcome_id INTEGER PRIMARY KEY,
  run_id   INTEGER NOT NULL REFERENCES runs (run_id) ON DELETE CASCADE,
  reporter TEXT NOT NULL, -- the plugin's name, or exec:/abs/program
  target   ANY, -- the file that it wrote, or the program's argument; NULL: standard output
  --  ok         it said what it had to say
  --  failed     it said why it could not, or ended with another exit status than 0
  --  crashed    a signal ended it
  --  timed-out  it took longer than --reporter-timeout allows, and was ended
  --  garbage    it broke the rules of speaking with Headgate, and was ended
  outcome  TEXT NOT NULL CHECK (outcome IN ('ok', 'failed', 'crashed', 'timed-out', 'garbage')),
  message  TEXT NOT NULL -- what went wrong, or ''
) STRICT;

INSERT INTO new_reporter_outcomes
SELECT reporter_outcome_id, run_id, reporter, target, outcome, message FROM reporter_outcomes;

DROP TABLE reporter_outcomes;

ALTER TABLE new_reporter_outcomes RENAME TO reporter_outcomes;

CREATE INDEX reporter_outcomes_by_run ON reporter_outcomes (run_id);
