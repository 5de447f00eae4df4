-- SPDX-License-Identifier: Apache-2.0
-- The manifests of a batch differ in a few words each. What they share is kept once: a history of many
-- Jobs is a third as large, and as much faster written. To ask for `manifests` is as before.

PRAGMA user_version = 6;

-- What texts of manifests are told by: a manifest of their run.
CREATE TABLE manifest_bases (
  base_id INTEGER PRIMARY KEY,
  text    TEXT NOT NULL
) STRICT;

-- Each distinct manifest of a valid Job, as the view `manifests` shows it with its text.
CREATE TABLE kept_manifests (
  manifest_id  INTEGER PRIMARY KEY,
  sha256       BLOB NOT NULL UNIQUE CHECK (length(sha256) = 32),
  -- The text, where base_id is NULL. Else a JSON array of its pieces, in order: a string is the piece, a
  -- number is of bytes of the base's text: where they start, from 1, a million times, and how many they
  -- are. (Two numbers would need functions that a view may not call.)
  text         TEXT,
  image        TEXT NOT NULL,
  labels       TEXT NOT NULL,
  containers   TEXT,
  pods         INTEGER,
  cpu_milli    INTEGER,
  memory_bytes INTEGER,
  gpus         INTEGER,
  -- A row of manifest_bases. No foreign key: with one, SQLite copies each page aside before it writes a
  -- row, in case that fails.
  base_id      INTEGER
) STRICT;

INSERT INTO kept_manifests SELECT *, NULL FROM manifests;
DROP TABLE manifests;

-- Each distinct manifest of a valid Job, once, however many runs had it. The numbers are what one Pod asks
-- for: its containers together, init containers that end before them aside. NULL: it does not say, or more
-- than Headgate counts.
CREATE VIEW manifests AS
SELECT
  manifest_id,
  sha256, -- as jobs.sha256: of the very bytes
  -- As YAML, without comments. The values of env variables are not in it: in the place of each stands
  -- '(hidden, 8 hex)', which changes as the value does and says nothing of it: the key that it was made
  -- with is in the file HISTORY-key. NULL: not kept (--no-manifests), or larger than 256 KiB.
  CASE WHEN base_id IS NULL THEN text ELSE (
    SELECT group_concat(
      CASE p.type WHEN 'text' THEN p.value ELSE
        CAST(substr(CAST(b.text AS BLOB), p.value / 1000000, p.value % 1000000) AS TEXT)
      END, '')
    FROM manifest_bases AS b CROSS JOIN json_each(k.text) AS p WHERE b.base_id = k.base_id
  ) END AS text,
  image,        -- of the first container
  labels,       -- JSON object: metadata.labels
  -- JSON array: name, kind ('main', 'init', 'sidecar') and image of each; cpu_milli, memory_bytes and gpus
  -- where it asks for them. NULL: more containers than Headgate counts.
  containers,
  pods,         -- at a time
  cpu_milli,    -- thousandths of a CPU
  memory_bytes,
  gpus          -- whole ones, of any maker; 0: it asks for none
FROM kept_manifests AS k;
