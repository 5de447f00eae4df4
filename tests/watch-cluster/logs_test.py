# SPDX-License-Identifier: Apache-2.0
"""Each run's log is kept once, from its first byte to its last, whatever its connections go through."""

import unittest

from watcher_case import WatcherCase, job, pod, running, terminated, waiting


def lines(count, second=0, start=0):
    return "".join("2026-11-30T10:00:%02d.%09dZ line %d\n" % (second, number, number) for number in range(start, start + count))


class Logs(WatcherCase):
    def begin(self, **keys):
        """A Job whose Pod runs, and its watcher."""
        server = self.serve()
        server.put(job("one", "j1", active=1, ready=1), pod("p", "one", "j1", "Running", running()))
        return server, self.watch(server, "default/one", logs=self.logs, **keys)

    def end(self, server, watcher, code=0):
        """The container, its Pod and Job end; the watcher is through then."""
        server.put(pod("p", "one", "j1", "Failed" if code else "Succeeded", terminated(code)))
        server.put(job("one", "j1", "Failed" if code else "Complete", **{"failed" if code else "succeeded": 1}))
        self.assertEqual(0, watcher.finish())

    def closes(self, watcher):
        return [(row["end"], row["why"]) for row in watcher.all("log_close")]

    def asked(self, server):
        return [row["query"] for row in server.requests_so_far() if row["path"].endswith("/p/log")]

    def test_many_lines_of_one_second_across_broken_connections(self):
        """1,000 lines with one second: cut in the middle of a line, reset, and ended as if all were well."""
        truth = lines(1000) + lines(50, 1, 1000)
        self.write("log", truth)
        server = self.serve()
        server.script("""
            after GET */p/log follow=true do cut 10007
              then log log
              then reset
            after GET */p/log follow=true do cut 20011
              then log log
              then fin
            after GET */p/log follow=true do log log 1-999
            after GET */p/log follow=true do log log 1-
              then open all
              then stall
            after each GET */p/log do log log
        """)
        server.put(job("one", "j1", active=1, ready=1), pod("p", "one", "j1", "Running", running()))
        watcher = self.watch(server, "default/one", logs=self.logs)
        server.wait_for_requests(4, lambda row: row["path"].endswith("/p/log"))
        self.end(server, watcher)
        self.assertEqual(truth.encode(), self.log("uid-of-p"))
        self.assertEqual([("complete", "")], self.closes(watcher))
        self.assertEqual(1, len(watcher.all("log_open")))

    def test_a_line_of_several_parts_begins_in_its_middle(self):
        """The kubelet picks part by part: what has no timestamp is the rest of a line that is there."""
        truth = lines(3) + "2026-11-30T10:00:00.000000009Z long " + "x" * 40000 + "\n" + lines(2, 5, 9)
        self.write("log", truth)
        self.write("rest", "x" * 7000 + "\n" + lines(2, 5, 9))
        server, watcher = None, None
        server = self.serve()
        server.script("""
            after GET */p/log follow=true do log log 1-5
              then reset
            after GET */p/log sinceTime=2026-11-30T10:00:05Z do lines rest
            after each GET */p/log do lines rest
        """)
        server.put(job("one", "j1", active=1, ready=1), pod("p", "one", "j1", "Running", running()))
        watcher = self.watch(server, "default/one", logs=self.logs)
        server.wait_for_requests(2, lambda row: row["path"].endswith("/p/log"))
        self.end(server, watcher)
        self.assertEqual(truth.encode(), self.log("uid-of-p"))

    def test_a_last_line_without_its_end(self):
        """It is kept once the container has ended, and not before."""
        truth = lines(2) + "2026-11-30T10:00:02.000000000Z no end"
        self.write("log", truth)
        server = self.serve()
        server.script("after each GET */p/log do log log")
        server.put(job("one", "j1", active=1, ready=1), pod("p", "one", "j1", "Running", running()))
        watcher = self.watch(server, "default/one", logs=self.logs)
        server.wait_for_requests(2, lambda row: row["path"].endswith("/p/log"))
        self.assertEqual(lines(2).encode(), self.log("uid-of-p"))
        self.end(server, watcher)
        self.assertEqual(truth.encode(), self.log("uid-of-p"))

    def test_what_a_kubelet_says_in_place_of_lines_is_no_line(self):
        self.write("log", lines(5))
        server = self.serve()
        server.script("""
            after GET */p/log do log log 1-3
              then text failed to watch file "/var/log/pods/0.log": no space left on device
            after GET */p/log do text unable to retrieve container logs for containerd://abc
            after each GET */p/log do log log
        """)
        server.put(job("one", "j1", active=1, ready=1), pod("p", "one", "j1", "Running", running()))
        watcher = self.watch(server, "default/one", logs=self.logs)
        server.wait_for_requests(3, lambda row: row["path"].endswith("/p/log"))
        self.end(server, watcher)
        self.assertEqual(lines(5).encode(), self.log("uid-of-p"))
        self.assertEqual([("complete", "")], self.closes(watcher))

    def test_a_log_that_is_not_there_yet(self):
        """204, and 400 that waits: asked for again."""
        self.write("log", lines(5))
        server = self.serve()
        server.script("""
            after GET */p/log do status 204
            after GET */p/log do refuse 400 BadRequest container "main" in pod "p" is waiting to start: ContainerCreating
            after each GET */p/log do log log
        """)
        server.put(job("one", "j1", active=1, ready=1), pod("p", "one", "j1", "Running", running()))
        watcher = self.watch(server, "default/one", logs=self.logs)
        server.wait_for_requests(3, lambda row: row["path"].endswith("/p/log"))
        self.end(server, watcher)
        self.assertEqual(lines(5).encode(), self.log("uid-of-p"))

    def test_a_run_that_was_missed_is_the_previous_one(self):
        server = self.serve()
        self.write("first", lines(3))
        self.write("second", lines(4, 5))
        server.script("""
            after each GET */p/log previous=true do log first
            after each GET */p/log do log second
        """)
        server.put(job("one", "j1", active=1, ready=1))
        server.put(pod("p", "one", "j1", "Running", running(), 1, terminated(1)))
        watcher = self.watch(server, "default/one", logs=self.logs)
        server.wait_for_requests(2, lambda row: row["path"].endswith("/p/log"))
        server.put(pod("p", "one", "j1", "Succeeded", terminated(), 1, terminated(1)))
        server.put(job("one", "j1", "Complete", succeeded=1))
        self.assertEqual(0, watcher.finish())
        self.assertEqual(lines(3).encode(), self.log("uid-of-p", restart=0))
        self.assertEqual(lines(4, 5).encode(), self.log("uid-of-p", restart=1))
        self.assertEqual(2, len(watcher.all("log_open")))
        self.assertEqual([("complete", "")] * 2, self.closes(watcher))

    def test_while_a_container_waits_for_its_next_run_its_last_log_is_the_previous_one(self):
        server = self.serve()
        self.write("first", lines(3))
        server.script("after each GET */p/log previous=true do log first\nafter each GET */p/log do refuse 400 BadRequest no")
        crashed = pod("p", "one", "j1", "Running", waiting("CrashLoopBackOff"), 0, terminated(1))
        status = crashed["status"]["containerStatuses"][0]
        status["containerID"] = status["lastState"]["terminated"]["containerID"] = "containerd://1"
        server.put(job("one", "j1", active=1, ready=0), crashed)
        watcher = self.watch(server, "default/one", logs=self.logs)
        watcher.until("log_close")
        server.put(pod("p", "one", "j1", "Failed"), job("one", "j1", "Failed", failed=1))
        self.assertEqual(0, watcher.finish())
        self.assertEqual(lines(3).encode(), self.log("uid-of-p", restart=0))
        runs = watcher.all("pod")[0]["containers"]
        self.assertEqual([("terminated", 0), ("waiting", 1)], [(run["state"], run["restart"]) for run in runs])

    def test_a_pod_that_is_gone_before_its_log_was_read(self):
        """The log is gone, and that is said; what the container left as its last words was told."""
        server = self.serve()
        server.put(job("one", "j1", active=1))
        watcher = self.watch(server, "default/one", logs=self.logs)
        watcher.until("job")
        server.script("after each GET */p/log do refuse 404 NotFound pods \"p\" not found")
        server.wait_for_requests(1, lambda row: row["path"].endswith("/pods") and "resourceVersion" in row["query"])
        server.put(pod("p", "one", "j1", "Failed", terminated(3)), {"type": "DELETED", "object": pod("p", "one", "j1", "")})
        server.put(job("one", "j1", "Failed", failed=1))
        self.assertEqual(0, watcher.finish())
        (end, why), = self.closes(watcher)
        self.assertEqual("gone", end)
        self.assertTrue(why)
        self.assertEqual(1, len(watcher.all("done")))

    def test_who_will_be_gone_first_gets_the_place(self):
        """All places are taken by containers that run on; a Pod that is being deleted does not wait for them."""
        server = self.serve()
        self.write("log", lines(3))
        server.script("after GET */p/log do stall\nafter each GET */q/log do log log\nafter each GET */p/log do log log")
        server.put(job("one", "j1", active=1, ready=1), pod("p", "one", "j1", "Running", running()))
        server.put(job("two", "j2", active=1, ready=1))
        watcher = self.watch(server, "default/one", "default/two", logs=self.logs, log_streams=1)
        server.wait_for_requests(1, lambda row: row["path"].endswith("/p/log"))
        server.put(pod("q", "two", "j2", "Running", running(), deletionTimestamp="2026-11-30T10:00:30Z"))
        server.wait_for_requests(1, lambda row: row["path"].endswith("/q/log"))
        server.put(pod("q", "two", "j2", "Failed", terminated(143)), job("two", "j2", "Failed", failed=1))
        self.end(server, watcher)
        self.assertEqual(lines(3).encode(), self.log("uid-of-q"))
        self.assertEqual(lines(3).encode(), self.log("uid-of-p"))

    def test_after_a_kill_the_file_is_gone_on_with(self):
        truth = lines(100) + lines(100, 1)
        self.write("log", truth)
        server = self.serve()
        server.script("after GET */p/log do log log 1-150\nthen stall\nafter each GET */p/log do log log")
        server.put(job("one", "j1", active=1, ready=1), pod("p", "one", "j1", "Running", running()))
        watcher = self.watch(server, "default/one", logs=self.logs)
        watcher.until("log_open")
        while self.log("uid-of-p").count(b"\n") < 150:
            pass
        watcher.kill()
        server.put(pod("p", "one", "j1", "Succeeded", terminated()), job("one", "j1", "Complete", succeeded=1))
        watcher = self.watch(server, "default/one@j1", logs=self.logs)
        self.assertEqual(0, watcher.finish())
        self.assertEqual(truth.encode(), self.log("uid-of-p"))
        self.assertEqual("2026-11-30T10:00:01Z", watcher.all("log_open")[0]["second"])

    def test_no_more_than_the_host_keeps(self):
        self.write("log", lines(100))
        server = self.serve()
        server.script("after each GET */p/log do log log")
        server.put(job("one", "j1", "Complete", succeeded=1), pod("p", "one", "j1", "Succeeded", terminated()))
        watcher = self.watch(server, "default/one", logs=self.logs, most=100)
        self.assertEqual(0, watcher.finish())
        self.assertEqual(["broken"], [end for end, _ in self.closes(watcher)])
        self.assertEqual(1, len(self.asked(server)))


if __name__ == "__main__":
    unittest.main()
