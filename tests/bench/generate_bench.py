#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a Job of a sweep costs above writing its file: processor time and peak memory, against a program that writes the same
bytes and does nothing else, in the same run.

  generate_bench.py MEASURE BARE-WRITE HEADGATE [COUNT]
"""
import os
import shutil
import subprocess
import sys
import tempfile

TEMPLATE = """\
apiVersion: batch/v1
kind: Job
metadata:
  name: "train-{{ index }}"
  namespace: ml
  labels: {app: train, kueue.x-k8s.io/queue-name: research}
spec:
  backoffLimit: "{{ retries }}"
  template:
    spec:
      restartPolicy: Never
      nodeSelector: {accelerator: a100}
      containers:
      - name: train
        image: registry.example.com/ml/train:1.4.2
        command: [python, train.py]
        args: ["--lr={{ lr }}", "--batch={{ batch }}", "--seed={{ seed }}", "--out=/results/{{ hash }}"]
        env:
%s
        resources:
          requests: {cpu: 4, memory: 16Gi}
          limits: {cpu: 4, memory: 16Gi, nvidia.com/gpu: 1}
"""


def measure(program, *command):
    code, wall, processor, peak = subprocess.run([program, *command], check=True, stdout=subprocess.PIPE, text=True).stdout.split()
    if code != "0":
        sys.exit(f"{command}: exit code {code}")
    return float(wall), float(processor), int(peak)


def main():
    program, bare, headgate = sys.argv[1:4]
    count = int(sys.argv[4]) if len(sys.argv) > 4 else 100000
    place = tempfile.mkdtemp(prefix="headgate-generate-")
    template, sweep, out = (os.path.join(place, name) for name in ("template.yaml", "sweep.yaml", "out"))
    text = TEMPLATE % "\n".join(f"        - {{name: SETTING_{i}, value: a setting of the program}}" for i in range(20))
    with open(template, "w", encoding="utf-8") as file:
        file.write(text)
    seeds = ", ".join(str(i) for i in range(count // 100))
    with open(sweep, "w", encoding="utf-8") as file:
        file.write("parameters:\n  retries: [0]\n  lr: [%s]\n  batch: [%s]\n  seed: [%s]\n" % (
            ", ".join("%de-5" % i for i in range(10)), ", ".join(str(8 << i) for i in range(10)), seeds))
    try:
        wall, processor, peak = measure(program, headgate, "generate", "--template", template, "--sweep", sweep, "--output-dir", out,
                                        "--no-history", "-q")
        manifest = os.path.join(place, "manifest")
        shutil.copy(os.path.join(out, "train-0.yaml"), manifest)
        shutil.rmtree(out)
        print(f"template {len(text)} bytes, manifest {os.path.getsize(manifest)} bytes, {count} Jobs")
        print(f"headgate generate: {wall:.2f} s, processor {processor:.2f} s, {processor / count * 1e6:.1f} us a Job, {peak} KiB")
        for more in ((), ("rename",)):
            os.mkdir(out)
            wall, written, _ = measure(program, bare, out, str(count), manifest, *more)
            shutil.rmtree(out)
            print(f"bare writing{' and renaming' if more else ''}: {wall:.2f} s, processor {written:.2f} s; above it "
                  f"{(processor - written) / count * 1e6:.1f} us a Job, {processor / written:.2f} times")
    finally:
        shutil.rmtree(place)


if __name__ == "__main__":
    main()
