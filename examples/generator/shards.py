#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A generator of one's own: Jobs as JSON, one after another, on standard output.

    shards.py 4 | headgate apply -

Headgate keeps what the annotation says as the Job's parameters.
"""
import json
import sys


def job(shard, shards):
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "name": f"count-{shard}",
            "namespace": "default",
            "annotations": {"headgate.dev/parameters": json.dumps({"shard": str(shard), "shards": str(shards)})},
        },
        "spec": {
            "backoffLimit": 0,
            "template": {
                "spec": {
                    "restartPolicy": "Never",
                    "containers": [{
                        "name": "count",
                        "image": "registry.example.com/tools/count:2.0.1",
                        "command": ["count"],
                        "args": ["--shard", str(shard), "--of", str(shards)],
                        "resources": {"requests": {"cpu": "500m", "memory": "256Mi"},
                                      "limits": {"cpu": "1", "memory": "256Mi"}},
                    }],
                },
            },
        },
    }


def main():
    shards = int(sys.argv[1])
    for shard in range(shards):
        print(json.dumps(job(shard, shards)))


if __name__ == "__main__":
    main()
