# SPDX-License-Identifier: Apache-2.0
"""A job controller, a scheduler and a kubelet in one: what becomes of the Jobs of the test API server (--controller).

Each new Job gets one Pod, which is scheduled, runs, writes its log and ends; then the Job ends, its conditions in the
order of the version (--minor): since 1.31 SuccessCriteriaMet or FailureTarget come first. All at once, unless the Job's
annotations say otherwise:

    test/ends     Complete (where nothing is said), Failed (BackoffLimitExceeded, exit code 3), DeadlineExceeded (its Pod is
                  deleted), or what keeps it from ending: never, unschedulable, no-pod (event FailedCreate), or a reason
                  that a container waits for, such as ImagePullBackOff
    test/lines    how many lines its log has, 3
    test/pace     seconds between two of them, 0: all come at once
    test/says     one more line of it
    test/waits    a gate (script.py) that it waits for before it ends, while it runs

--ends GLOB=HOW says the first for Jobs without an annotation, by their names. A Job that completes leaves {"loss": 1 / N}, of N lines,
as its termination message. A suspended Job gets nothing. ttlSecondsAfterFinished: 0 removes it, and its Pod, as soon as it has ended.
"""

import copy
import datetime
import fnmatch
import json
import threading
import time


def _now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class JobController:
    def __init__(self, server):
        self._server = server
        self._objects = server.objects
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        def any_job(job):
            return True

        _, place = self._objects.start("jobs", any_job, "")
        while not self._server.stopping.is_set():
            events, place = self._objects.since("jobs", any_job, place, 0.1)
            for change, job in events:
                if change == "ADDED" and not job["spec"].get("suspend"):
                    threading.Thread(target=self._live, args=(job,), daemon=True).start()

    def _live(self, job):
        settings = job["metadata"].get("annotations") or {}
        ends = settings.get("test/ends") or self._usual_end(job["metadata"]["name"])
        self._change_job(job, startTime=_now(), active=1, ready=0)
        if ends == "no-pod":
            self._failed_create(job)
            return
        pod = self._make_pod(job, ends != "unschedulable")
        if ends == "unschedulable":
            return
        if ends not in ("Complete", "Failed", "DeadlineExceeded", "never"):
            self._change_pod(pod, state={"waiting": {"reason": ends, "message": "%s of a test" % ends}})
            return
        pod = self._change_pod(pod, "Running", {"running": {"startedAt": _now()}})
        self._change_job(job, active=1, ready=1)
        self._write_log(pod, int(settings.get("test/lines", 3)), settings.get("test/says"), float(settings.get("test/pace", 0)))
        if ends == "never":
            return
        if "test/waits" in settings:
            self._server.script.gate(settings["test/waits"]).wait()
        self._end(job, pod, ends, int(settings.get("test/lines", 3)))

    def _usual_end(self, name):
        for row in self._server.ends:
            pattern, _, end = row.rpartition("=")
            if fnmatch.fnmatchcase(name, pattern):
                return end
        return "Complete"

    def _end(self, job, pod, ends, lines):
        name, namespace = pod["metadata"]["name"], pod["metadata"]["namespace"]
        self._server.more_of_log(namespace, name, self._container(pod), False, "", True)
        code = 0 if ends == "Complete" else 137 if ends == "DeadlineExceeded" else 3
        ended = {"exitCode": code, "reason": "Error" if code else "Completed", "startedAt": _now(), "finishedAt": _now()}
        if ends == "Complete":
            ended["message"] = json.dumps({"loss": 1 / max(lines, 1)})
            self._change_pod(pod, "Succeeded", {"terminated": ended})
            self._finish(job, ("SuccessCriteriaMet", "Complete"), "CompletionsReached",
                         "Reached expected number of succeeded pods", succeeded=1, completionTime=_now())  # fmt: skip
        elif ends == "Failed":
            self._change_pod(pod, "Failed", {"terminated": ended})
            self._finish(job, ("FailureTarget", "Failed"), "BackoffLimitExceeded",
                         "Job has reached the specified backoff limit", failed=1)  # fmt: skip
        else:
            pod = self._change_pod(pod, "Failed", {"terminated": ended}, deletionTimestamp=_now())
            self._objects.remove("pods", namespace, name)
            self._finish(job, ("FailureTarget", "Failed"), "DeadlineExceeded",
                         "Job was active longer than specified deadline", failed=1)  # fmt: skip
        if job["spec"].get("ttlSecondsAfterFinished") == 0:
            self._objects.remove("pods", namespace, name)
            self._objects.remove("jobs", namespace, job["metadata"]["name"])

    def _finish(self, job, types, reason, message, **counters):
        """Conditions in the order of the version: the first of the two types is there since 1.31, and alone at first."""
        if self._server.minor < 31:
            types = types[1:]
            reason, message = (reason, message) if types[0] == "Failed" else ("", "")
        end = counters.pop("completionTime", None)
        conditions = []
        for condition in types:
            conditions = conditions + [{"type": condition, "status": "True", "reason": reason, "message": message,
                                        "lastProbeTime": _now(), "lastTransitionTime": _now()}]  # fmt: skip
            is_last = condition == types[-1]
            more = {"completionTime": end} if end and is_last else {}
            self._change_job(job, conditions=conditions, active=0, ready=0, terminating=0, **counters, **more)

    def _change_job(self, job, **status):
        metadata = job["metadata"]
        with self._objects.changed:
            current = self._objects.get("jobs", metadata["namespace"], metadata["name"])
            if current is None or current["metadata"]["uid"] != metadata["uid"]:
                return
            changed = copy.deepcopy(current)
            changed.setdefault("status", {}).update(status)
            self._objects.keep("jobs", changed)

    def _make_pod(self, job, is_scheduled):
        metadata, template = job["metadata"], job["spec"]["template"]
        labels = {**(template["metadata"].get("labels") or {}), "job-name": metadata["name"], "controller-uid": metadata["uid"]}
        if self._server.minor >= 27:
            labels.update({"batch.kubernetes.io/" + name: labels[name] for name in ("job-name", "controller-uid")})
        owner = {"apiVersion": "batch/v1", "kind": "Job", "name": metadata["name"], "uid": metadata["uid"], "controller": True}
        scheduled = {"type": "PodScheduled", "status": "True" if is_scheduled else "False"}
        if not is_scheduled:
            scheduled.update(reason="Unschedulable", message="0/1 nodes are available: 1 Insufficient cpu.")
        pod = {
            "metadata": {"name": metadata["name"][:57] + "-" + metadata["uid"][:5], "namespace": metadata["namespace"],
                         "creationTimestamp": _now(), "labels": labels, "ownerReferences": [owner]},
            "spec": copy.deepcopy(template["spec"]),
            "status": {"phase": "Pending", "conditions": [scheduled]},
        }  # fmt: skip
        if is_scheduled:
            pod["spec"]["nodeName"] = "node-1"
        return self._objects.keep("pods", pod)

    @staticmethod
    def _container(pod):
        return pod["spec"]["containers"][0]["name"]

    def _change_pod(self, pod, phase="Pending", state=None, **metadata):
        changed = copy.deepcopy(pod)
        changed["metadata"].update(metadata)
        changed["status"]["phase"] = phase
        changed["status"]["containerStatuses"] = [
            {"name": container["name"], "image": container.get("image", ""), "restartCount": 0, "state": state,
             "ready": "running" in state}
            for container in pod["spec"]["containers"]
        ]  # fmt: skip
        return self._objects.keep("pods", changed)

    def _write_log(self, pod, lines, more, pace):
        metadata = pod["metadata"]
        texts = ["%%s.%09dZ line %d of %s\n" % (number, number, metadata["name"]) for number in range(lines)]
        texts += ["%%s.%09dZ %s\n" % (lines, more.replace("%", "%%"))] if more else []
        for count in range(0, max(len(texts), 1), 1 if pace else max(len(texts), 1)):
            some = texts[count : count + 1] if pace else texts
            text = "".join(line % _now()[:-1] for line in some)
            self._server.more_of_log(metadata["namespace"], metadata["name"], self._container(pod), False, text, False)
            time.sleep(pace)

    def _failed_create(self, job):
        metadata = job["metadata"]
        involved = {"kind": "Job", "apiVersion": "batch/v1", **{name: metadata[name] for name in ("name", "namespace", "uid")}}
        self._objects.keep("events", {
            "metadata": {"name": metadata["name"] + ".1", "namespace": metadata["namespace"], "creationTimestamp": _now()},
            "involvedObject": involved, "type": "Warning", "reason": "FailedCreate", "count": 1,
            "message": 'Error creating: pods "%s-" is forbidden: exceeded quota: compute' % metadata["name"],
            "firstTimestamp": _now(), "lastTimestamp": _now(), "source": {"component": "job-controller"},
        })  # fmt: skip
