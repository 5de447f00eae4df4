/* SPDX-License-Identifier: Apache-2.0 */
/* What the API server accepts as a name. Each function returns NULL where it does, else why not:
 * static text that completes "cannot be used: ...". */
#ifndef GENERATE_KUBERNETES_NAMES_H
#define GENERATE_KUBERNETES_NAMES_H

/* A namespace, a container: "Object Names and IDs", RFC 1123 label names. */
const char *kubernetes_label_name_problem(const char *text);

/* The name of a Job, which its Pods carry as the value of a label: RFC 1123 subdomain names of at
 * most 63 characters. */
const char *kubernetes_job_name_problem(const char *text);

/* The value of a label: "Labels and Selectors", syntax and character set. */
const char *kubernetes_label_value_problem(const char *text);

/* An environment variable of a container. The loosest rule of all versions (1.30 and on): printable
 * ASCII without '='. */
const char *kubernetes_variable_problem(const char *text);

/* A container's image: "Images". The server asks for very little; the kubelet sees the rest. */
const char *kubernetes_image_problem(const char *text);

#endif
