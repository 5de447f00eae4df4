/* SPDX-License-Identifier: Apache-2.0 */
#include "rules.h"

#include <headgate/diagnostic.h>
#include <stddef.h>

/* The limits that are named here are FILE_TEXT_MAX (file_text.h), YAML_TREE_MAX_DEPTH,
 * YAML_TREE_MAX_NODES, YAML_TREE_MAX_TEXT_MIB and YAML_TREE_MAX_MIB (yaml_tree.h), and
 * READING_MOST_DOCUMENTS (reading.h). */
#define ROW(name, what, why, wrong, right, source)                                                 \
  { sizeof(struct hg_rule), HG_SEVERITY_ERROR, name, what, why, wrong, right, source }

const struct hg_rule scan_rules[SCAN_RULE_COUNT] = {
    ROW("file-type", "A manifest's name stands for something that is no regular file.",
        "A directory holds no manifest, and a pipe in one or a device may never end.",
        "mkfifo job.yaml", "an ordinary file, or a symbolic link to one", "Headgate"),
    ROW("file-unreadable", "The file cannot be opened or read.",
        "What was not read was not judged, so it must not be applied.", "chmod 000 job.yaml",
        "chmod 644 job.yaml", "Headgate"),
    ROW("file-too-large", "The file is larger than 3 MiB, or the input than 64 MiB.",
        "The API server takes no larger request, so no Job in it is that large. A file of many "
        "Jobs is better split. Standard input and pipes, which cannot be, may have 64 MiB.",
        NULL, NULL, "k8s.io/apiserver, the limit of a request's body"),
    ROW("file-empty", "The file holds no document.",
        "kubectl finds no object in it and fails. Comments and null documents do not count. In a "
        "directory it is passed over.",
        "# to be written\n---", "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}",
        "https://kubernetes.io/docs/reference/kubectl/generated/kubectl_apply/"),
    ROW("kubectl-stream",
        "YAML that is right, but that kubectl reads in another way, or not at all.",
        "kubectl cuts a file at each line that starts with --- before it reads any YAML, so it "
        "takes neither a value on such a line nor directives (%YAML, %TAG). {{ x }} without quotes "
        "is a mapping in a mapping's key, which JSON does not have. A number of a JSON text may "
        "not be larger than a float64.",
        "--- {apiVersion: batch/v1, kind: Job}", "---\n{apiVersion: batch/v1, kind: Job}",
        "k8s.io/apimachinery, pkg/util/yaml"),
    ROW("object-list", "kubectl does not take this list of objects apart.",
        "kind: List, JobList and the like are lists; kubectl applies each item alone. It refuses a "
        "list in a list, one without items, items of a JobList that are no Jobs, and, in List and "
        "JobList, null as an item of a list or a value of a map, and a Job without a field that "
        "its schema requires.",
        "apiVersion: v1\nkind: List\nitems:\n- kind: List\n  items: []",
        "apiVersion: v1\nkind: List\nitems:\n- kind: Job", "k8s.io/cli-runtime, pkg/resource"),
    ROW("yaml-syntax", "The text is no YAML.",
        "Nothing after the place can be trusted: the rest of the file is not read.",
        "metadata:\n\tname: a", "metadata:\n  name: a", "https://yaml.org/spec/1.1/"),
    ROW("json-syntax", "The text starts with { and is no JSON.",
        "kubectl reads such a file as JSON, one value after another. Up to 1.32 it takes nothing "
        "else; since 1.33 it then tries YAML, unless two values were read.",
        "{\"apiVersion\": \"batch/v1\", \"kind\": Job}",
        "{\"apiVersion\": \"batch/v1\", \"kind\": \"Job\"}",
        "https://www.rfc-editor.org/rfc/rfc8259"),
    ROW("yaml-limit", "The document passes a limit that keeps hostile files harmless.",
        "Nesting may be 128 deep, and a document may have 250,000 values, counted as often as "
        "aliases repeat them, 6 MiB of text likewise, and take 24 MiB of memory; a file may have "
        "20,000 documents, standard input 100,000. A Job "
        "needs about 20 levels and some hundred values.",
        "a: &a [x, x, x]\nb: &b [*a, *a, *a]\nc: [*b, *b, *b]\n(and so on)", "a: [x, x, x]",
        "Headgate"),
    ROW("yaml-encoding", "The text is UTF-16, or holds a character that YAML does not allow.",
        "kubectl reads UTF-8, and U+FFFD for a byte that is none. In UTF-16 it finds no line with "
        "---, and would apply the first "
        "document alone.",
        "a file saved as UTF-16, or one with NUL bytes", "the same text saved as UTF-8",
        "https://yaml.org/spec/1.1/#id868518"),
};
