/* SPDX-License-Identifier: Apache-2.0 */
#include "manifest_edit.h"

#include <headgate/diagnostic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char good_manifest[] = "apiVersion: batch/v1\n"
                             "kind: Job\n"
                             "metadata:\n"
                             "  name: base\n"
                             "  labels: {team: a}\n"
                             "  annotations: {note: text}\n"
                             "spec:\n"
                             "  backoffLimit: 0\n"
                             "  template:\n"
                             "    metadata: {labels: {app: a}}\n"
                             "    spec:\n"
                             "      restartPolicy: Never\n"
                             "      volumes:\n"
                             "      - name: data\n"
                             "        emptyDir: {}\n"
                             "      containers:\n"
                             "      - name: main\n"
                             "        image: busybox:1.36\n"
                             "        command: [\"true\"]\n"
                             "        env:\n"
                             "        - name: A\n"
                             "          value: b\n"
                             "        ports:\n"
                             "        - containerPort: 80\n"
                             "        volumeMounts:\n"
                             "        - name: data\n"
                             "          mountPath: /data\n"
                             "        resources:\n"
                             "          limits: {cpu: 100m, memory: 1Gi}\n";

char *edit_manifest(const char *from, const char *to) {
  const char *at = strstr(good_manifest, from);
  char *edited = NULL;

  if (!at || asprintf(&edited, "%.*s%s%s", (int)(at - good_manifest), good_manifest, to,
                      at + strlen(from)) < 0) {
    fprintf(stderr, "the good manifest has no \"%s\"\n", from);
    exit(2);
  }
  return edited;
}

char *describe_findings(const struct findings *findings) {
  size_t size = 0;
  char *text = NULL;
  FILE *out = open_memstream(&text, &size);

  if (!out)
    exit(2);
  for (size_t i = 0; i < findings->count; i++) {
    const struct finding *finding = &findings->items[i];

    fprintf(out, "%s%u:%u %s %s: %s\n", finding->severity == HG_SEVERITY_WARNING ? "warning " : "",
            finding->line, finding->column, finding->rule, finding->field, finding->message);
  }
  fclose(out);
  return text;
}
