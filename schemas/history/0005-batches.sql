-- SPDX-License-Identifier: Apache-2.0
-- What the Jobs of a run are and where they came from: parameters, images, manifests, what was passed
-- over, and the working directory's commit.

PRAGMA user_version = 5;
