# SPDX-License-Identifier: Apache-2.0
"""Jobs are followed to their end with their Pods and logs, and the cluster is only looked at."""

import unittest

from watcher_case import WatcherCase, create, manifest


class Ends(WatcherCase):
    def test_a_job_that_completes(self):
        """Its phases, its Pod and its log, and then that it is done; every request a GET."""
        for minor in (26, 36):
            with self.subTest(minor):
                server = self.serve("--controller", "--minor", str(minor))
                watcher = self.watch(server, "default/one", logs=self.logs)
                watcher.until("open")
                create(server, manifest("one", lines=5))
                self.assertEqual(0, watcher.finish())
                self.assertEqual("COMPLETE", watcher.phases()[-1])
                pod = watcher.all("pod")[-1]
                self.assertEqual(("Succeeded", 0), (pod["phase"], pod["containers"][0]["exit_code"]))
                self.assertEqual(["complete"], [log["end"] for log in watcher.all("log_close")])
                self.assertEqual(5, self.log(pod["uid"]).count(b"\n"))
                self.assertEqual(1, len(watcher.all("done")))
                asked = server.requests_so_far()
                self.assertEqual({"GET"}, {row["method"] for row in asked if row["agent"].startswith("headgate")})


if __name__ == "__main__":
    unittest.main()
