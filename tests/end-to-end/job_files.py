# SPDX-License-Identifier: Apache-2.0
"""Job manifests for tests: good ones that follow every convention, and changes to them."""

import os

_JOB = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: {name}
  namespace: {namespace}
  labels:
    app: arbitrage-tuning
    session_id: {session}
    worker_id: "{worker}"
    component: tuning
    mode: paper
    env: development
  annotations:
    description: Arbitrage tuning job for {worker}
spec:
  backoffLimit: 0
  template:
    metadata:
      labels:
        app: arbitrage-tuning
        session_id: {session}
        worker_id: "{worker}"
        component: tuning
        mode: paper
        env: development
    spec:
      restartPolicy: Never
      containers:
      - name: {name}
        image: {image}
        command: [python]
        args:
        - scripts/run_d24_tuning_session.py
        - --config
        - configs/d23_tuning/advanced_baseline.yaml
        - --iterations
        - "25"
        - --mode
        - paper
        - --session-id
        - {session}
        - --worker-id
        - "{worker}"
        - --output-csv
        - outputs/d29_k8s_session_{worker}.csv
        env:
        - name: APP_ENV
          value: development
        - name: REDIS_HOST
          value: arbitrage-redis
        - name: REDIS_PORT
          value: "6379"
        - name: SESSION_ID
          value: {session}
        - name: WORKER_ID
          value: "{worker}"
        resources:
          requests:
            cpu: 500m
            memory: 512Mi
          limits:
            cpu: "1"
            memory: 1Gi
"""


def job_name(index):
    return "arb-tuning-nightly1-worker-%d-%d" % (index + 1, index)


def job(index=0, name=None, namespace="trading", image="registry.example/arbitrage:1.4.0"):
    """The text of one manifest, about 1.5 KB, without anything to warn of."""
    return _JOB.format(
        name=name or job_name(index),
        namespace=namespace,
        session="nightly1-0000",
        worker="worker-%d" % (index + 1),
        image=image,
    )


def write_jobs(directory, count):
    """`count` manifests, whose byte order is their number's. Returns their paths."""
    os.makedirs(directory, exist_ok=True)
    paths = []
    for index in range(count):
        path = os.path.join(directory, "job-%06d.yaml" % index)
        with open(path, "w", encoding="utf-8") as file:
            file.write(job(index))
        paths.append(path)
    return paths
