# SPDX-License-Identifier: Apache-2.0
"""Whatever the server and its connections do, every end is told once, and nobody waits for ever."""

import json
import unittest

from watcher_case import JOBS, WatcherCase, create, job, manifest, pod, running, terminated


def is_watch(path):
    return lambda row: row["path"].endswith(path) and "watch" in row["query"]


class Connections(WatcherCase):
    def test_what_may_not_be_seen_is_named_before_anything_is_applied(self):
        server = self.serve()
        server.script("""
            after each GET */pods/*/log do refuse 403 Forbidden pods "x" is forbidden
            after each GET */events watch do refuse 403 Forbidden events is forbidden
        """)
        watcher = self.watch(server, "default/one", logs=self.logs)
        self.assertEqual(1, watcher.finish())
        (opened,) = watcher.all("open")
        self.assertEqual("in namespace default you may not watch events, get pods/log: ask for a Role that grants it",
                         opened["error"])  # fmt: skip
        self.assertEqual({"GET"}, {row["method"] for row in server.requests_so_far() if row["agent"].startswith("headgate")})

    def test_a_page_of_somebody_in_between_is_no_list(self):
        """Nor is what has no items: nothing would be applied on the word of a captive portal."""
        for page in ("<html>welcome</html>", '{"kind":"PodList","metadata":{"resourceVersion":"7"}}'):
            server = self.serve()
            server.script("after each GET */pods limit do text " + page)
            watcher = self.watch(server, "default/one")
            self.assertEqual(1, watcher.finish())
            self.assertEqual("Jobs cannot be followed: the server's answer is no list", watcher.all("open")[0]["error"])

    def test_without_logs_their_right_is_not_asked_for(self):
        server = self.serve()
        server.script("after each GET */pods/*/log do refuse 403 Forbidden no")
        server.put(job("one", "j1", "Complete"))
        self.assertEqual(0, self.watch(server, "default/one").finish())

    def test_a_server_that_is_not_there(self):
        server = self.serve()
        server.close()
        watcher = self.watch(server, "default/one")
        self.assertEqual(1, watcher.finish())
        self.assertIn("nothing accepts connections", watcher.all("open")[0]["error"])

    def test_a_right_that_is_lost_ends_the_watch(self):
        server = self.serve()
        server.script("""
            after GET */jobs watch resourceVersion=* do wait gone
            after each GET */jobs watch resourceVersion=* do refuse 403 Forbidden jobs.batch is forbidden
        """)
        server.put(job("one", "j1", active=1))
        watcher = self.watch(server, "default/one")
        watcher.until("open")
        server.open("gone")
        self.assertEqual(1, watcher.finish())
        self.assertIn("jobs of namespace default cannot be seen", watcher.all("watch")[0]["error"])
        self.assertEqual([], watcher.all("done"))

    def test_watches_that_break_off(self):
        """Reset after a line, and in the middle of the next; ended regularly; the end is told all the same."""
        server = self.serve()
        server.script("""
            after GET */jobs watch resourceVersion=* do bookmark 102
              then text {"type":"MODIFIED","object":{"kind":"Job","metadata":{"na
              then reset
            after GET */jobs watch resourceVersion=* do bookmark 102
              then text {"type":"MODIFIED","obj
              then fin
            after GET */jobs watch resourceVersion=* do framing close
              then text {"type":"MODI
        """)
        server.put(job("one", "j1", active=1), pod("p", "one", "j1", "Running", running()))
        watcher = self.watch(server, "default/one")
        server.wait_for_requests(5, is_watch("/jobs"))
        server.put(pod("p", "one", "j1", "Succeeded", terminated()), job("one", "j1", "Complete", succeeded=1))
        self.assertEqual(0, watcher.finish())
        self.assertEqual("COMPLETE", watcher.phases()[-1])
        self.assertEqual(1, len(watcher.all("done")))

    def test_what_is_said_of_another_object_ends_nothing(self):
        """One of another namespace, or of another kind, has no place in the stream: all is listed again."""
        for spoil in (lambda it: it["metadata"].update(namespace="other"), lambda it: it.update(kind="Pod")):
            server = self.serve()
            server.put(job("one", "j1", active=1))
            ended = dict(job("one", "j1", "Complete", succeeded=1), kind="Job")
            ended["metadata"]["resourceVersion"] = "1000"
            spoil(ended)
            server.script("after GET */jobs watch resourceVersion=* do line " + json.dumps({"type": "MODIFIED", "object": ended}))
            watcher = self.watch(server, "default/one")
            server.wait_for_requests(2, is_watch("/jobs"))
            self.assertNotIn("COMPLETE", watcher.phases())
            server.put(job("one", "j1", "Complete", succeeded=1))
            self.assertEqual(0, watcher.finish())
            self.assertEqual("COMPLETE", watcher.phases()[-1])

    def test_a_server_that_is_slow(self):
        """A list and a watch that come byte by byte are whole all the same."""
        server = self.serve()
        server.script("""
            after GET */jobs !watch limit=1 do drip 7 0.001
              then usual
            after GET */jobs !watch do drip 7 0.001
              then usual
            after GET */jobs watch resourceVersion=* do drip 5 0.001
              then usual
        """)
        server.put(job("one", "j1", active=1), pod("p", "one", "j1", "Running", running()))
        watcher = self.watch(server, "default/one")
        watcher.until("job")
        server.put(pod("p", "one", "j1", "Succeeded", terminated()), job("one", "j1", "Complete", succeeded=1))
        self.assertEqual(0, watcher.finish())
        self.assertEqual("COMPLETE", watcher.phases()[-1])

    def test_a_slow_server_does_not_delay_the_end(self):
        """Who wants to stop does not wait for an answer that comes a byte a minute."""
        server = self.serve()
        server.put(job("one", "j1", active=1))
        server.script("after GET */jobs watch resourceVersion=* do drip 1 60\n  then bookmark 102")
        watcher = self.watch(server, "default/one")
        watcher.until("job")
        server.wait_for_requests(1, is_watch("/jobs"))
        watcher.say("stop")
        watcher.finish()

    def test_a_version_that_is_too_old(self):
        """By status and by event; the Job that went meanwhile is DELETED, and the list is said to be one."""
        for script in ("after GET */jobs watch resourceVersion=* do refuse 410 Expired too old",
                       "after GET */jobs watch resourceVersion=* do error 410 Expired too old resource version: 1 (100)"):  # fmt: skip
            server = self.serve()
            server.put(job("one", "j1", active=1), job("two", "j2", active=1))
            server.script(script.replace(" do ", " do wait gone\nthen "))
            watcher = self.watch(server, "default/one", "default/two")
            server.wait_for_requests(2, is_watch("/jobs"))
            server.put({"type": "DELETED", "object": job("one", "j1")}, job("two", "j2", "Complete"))
            server.open("gone")
            self.assertEqual(0, watcher.finish())
            self.assertEqual("DELETED", watcher.phases(0)[-1])
            self.assertEqual("COMPLETE", watcher.phases(1)[-1])
            self.assertTrue(all(row["flags"] & 1 for row in watcher.all("job")[2:]))
            self.assertEqual([0, 1], sorted(row["item"] for row in watcher.all("done")))

    def test_lists_come_in_pages(self):
        server = self.serve()
        server.put(*[job("j%d" % n, "u%d" % n, "Complete") for n in range(1201)])
        watcher = self.watch(server, "default/j*1201")
        self.assertEqual(0, watcher.finish())
        self.assertEqual(1201, len(watcher.all("done")))
        pages = [row for row in server.requests_so_far() if row["path"] == JOBS and row["query"].get("limit") == "500"]
        self.assertEqual(["", "continue", "continue"], ["continue" if "continue" in row["query"] else "" for row in pages[:3]])

    def test_ttl_0_of_jobs_that_are_made_while_it_watches(self):
        """Complete or Failed, and gone at once: both are told, in that order."""
        for minor in (26, 36):
            server = self.serve("--controller", "--minor", str(minor))
            watcher = self.watch(server, "default/a", "default/b", wanted="not-yet")
            watcher.until("open")
            for name, ends in (("a", "Complete"), ("b", "Failed")):
                one = manifest(name, ends)
                one["spec"]["ttlSecondsAfterFinished"] = 0
                create(server, one)
            watcher.say("* follow")
            self.assertEqual(0, watcher.finish())
            self.assertEqual(["COMPLETE", "DELETED"], watcher.phases(0)[-2:])
            self.assertEqual(["FAILED", "DELETED"], watcher.phases(1)[-2:])

    def test_a_job_that_had_ended_before_and_is_made_again(self):
        """Its second uid is another Job: it is followed to its own end."""
        server = self.serve()
        server.put(job("one", "old", "Complete", succeeded=1), pod("p", "one", "old", "Succeeded", terminated()))
        watcher = self.watch(server, "default/one", wanted="not-yet")
        watcher.until("open")
        server.put({"type": "DELETED", "object": job("one", "old")}, {"type": "DELETED", "object": pod("p", "one", "old", "")})
        server.put(job("one", "new", active=1))
        watcher.say("0 follow")
        watcher.until("job", lambda row: row["uid"] == "new")
        server.put(job("one", "new", "Failed"))
        self.assertEqual(0, watcher.finish())
        self.assertIn("new", [row["uid"] for row in watcher.all("done")])
        self.assertEqual(["COMPLETE", "DELETED"], [row["phase"] for row in watcher.all("job") if row["uid"] == "old"])

    def test_a_job_that_is_known_by_its_uid(self):
        """Another of its name is another Job: the known one is gone."""
        server = self.serve()
        server.put(job("one", "other", active=1))
        watcher = self.watch(server, "default/one@known")
        self.assertEqual(0, watcher.finish())
        (told,) = watcher.all("job")
        self.assertEqual(("DELETED", "known"), (told["phase"], told["uid"]))
        self.assertEqual([{"item": 0, "uid": "known"}], watcher.all("done"))

    def test_a_job_that_came_and_went_unseen(self):
        server = self.serve()
        watcher = self.watch(server, "default/one")
        self.assertEqual(0, watcher.finish())
        self.assertEqual([("DELETED", "")], [(row["phase"], row["uid"]) for row in watcher.all("job")])

    def test_a_pod_that_does_not_end_is_not_waited_for(self):
        """The Job was deleted without its Pods: its log is left, and the Job is done."""
        server = self.serve()
        server.script("after each GET */p/log do text 2026-11-30T10:00:00.000000001Z one\\n\nthen stall")
        server.put(job("one", "j1", active=1), pod("p", "one", "j1", "Running", running()))
        watcher = self.watch(server, "default/one", logs=self.logs)
        watcher.until("log_open")
        server.put({"type": "DELETED", "object": job("one", "j1")})
        self.assertEqual(0, watcher.finish())
        self.assertEqual(["broken"], [row["end"] for row in watcher.all("log_close")])
        self.assertEqual(1, len(watcher.all("done")))

    def test_a_pod_before_its_job(self):
        """The watches are not in step: what came early is told once the Job is there."""
        server = self.serve()
        watcher = self.watch(server, "default/one")
        watcher.until("open")
        server.wait_for_requests(2, is_watch("/pods"))
        server.put(pod("p", "one", "j1", "Succeeded", terminated()), pod("stranger", "other", "j9", "Running", running()))
        server.put(job("one", "j1", "Complete", succeeded=1))
        self.assertEqual(0, watcher.finish())
        names = [what for what, _ in watcher.told if what in ("job", "pod")]
        self.assertEqual(["job", "pod"], names)

    def test_a_pod_that_bears_the_uid_of_a_job(self):
        """No real one does; what waits for that Job is not told of the Pod for ever."""
        server = self.serve()
        server.put(job("one", "j1", active=1), pod("stray", "one", "u", "Running", running()))
        twin = pod("p", "one", "j1", "Succeeded", terminated())
        twin["metadata"]["uid"] = "u"
        watcher = self.watch(server, "default/one")
        server.wait_for_requests(2, is_watch("/pods"))
        server.put(twin, job("one", "j1", "Complete", succeeded=1))
        self.assertEqual(0, watcher.finish())
        self.assertEqual(["p"], [row["name"] for row in watcher.all("pod")])

    def test_stop_and_cancel_and_enough(self):
        for word in ("stop", "cancel", "0 enough", "0 never"):
            with self.subTest(word):
                server = self.serve()
                server.script("after each GET */p/log do stall")
                server.put(job("one", "j1", active=1), pod("p", "one", "j1", "Running", running()))
                watcher = self.watch(server, "default/one", logs=self.logs)
                watcher.until("log_open")
                watcher.say(word)
                self.assertEqual(0, watcher.finish())
                self.assertEqual(["broken"], [row["end"] for row in watcher.all("log_close")])
                self.assertEqual([], watcher.all("done"))

    def test_a_snapshot_of_a_selector(self):
        server = self.serve()
        other = job("other", "j3", active=1)
        other["metadata"]["labels"] = {"app": "other"}
        server.put(job("one", "j1", "Complete", succeeded=1), job("two", "j2", active=1), other)
        server.put(pod("p", "one", "j1", "Succeeded", terminated()), pod("q", "two", "j2", "Running", running()))
        for name in "pq":
            server.log("default", name, "main", "".join("2026-11-30T10:00:0%dZ %s\n" % (n, name) for n in range(9)))
        watcher = self.watch(server, selector="app=test", namespace="default", snapshot=1, tail=3, logs=self.logs)
        self.assertEqual(0, watcher.finish())
        self.assertEqual(["one", "two"], sorted(row["name"] for row in watcher.all("found")))
        self.assertEqual({0, 1}, {row["item"] for row in watcher.all("pod")})
        self.assertEqual(3, self.log("uid-of-p").count(b"\n"))
        self.assertEqual(3, self.log("uid-of-q").count(b"\n"))
        self.assertEqual({"complete", "broken"}, {row["end"] for row in watcher.all("log_close")})


if __name__ == "__main__":
    unittest.main()
