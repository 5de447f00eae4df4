-- SPDX-License-Identifier: Apache-2.0
-- A trial.

PRAGMA user_version = 4;

CREATE TABLE tried (a INTEGER) STRICT;
