/* SPDX-License-Identifier: Apache-2.0 */
#include "apply/failure_class.h"

#include "apply/kubectl_words.h"

#include <stddef.h>
#include <string.h>

#define LOOK_AT_MANIFEST "correct the manifest, then validate it again"
#define LOOK_AT_CLUSTER "see whether the cluster is well, then resume the run"

static const struct failure_class classes[FAILURE_KINDS] = {
    [FAILURE_CONNECTION_REFUSED] = {"connection-refused", true,
                                    "nothing accepts connections at the API server's address",
                                    "see whether the cluster runs and the kubeconfig names the "
                                    "right server, then resume the run"},
    [FAILURE_CONNECTION_RESET] = {"connection-reset", true,
                                  "the connection to the API server broke off", LOOK_AT_CLUSTER},
    [FAILURE_TIMEOUT] = {"timeout", true, "the API server did not answer in time", LOOK_AT_CLUSTER},
    [FAILURE_TOO_MANY_REQUESTS] = {"too-many-requests", true,
                                   "the API server has too many requests to answer",
                                   "use a lower --parallel, then resume the run"},
    [FAILURE_SERVER_UNAVAILABLE] = {"server-unavailable", true,
                                    "the API server cannot handle requests now", LOOK_AT_CLUSTER},
    [FAILURE_LEADER_CHANGE] = {"leader-change", true,
                               "the cluster's database was changing its leader", LOOK_AT_CLUSTER},
    [FAILURE_CONFLICT] = {"conflict", true, "somebody else changed the Job at the same time",
                          "see who else changes this Job, then resume the run"},
    [FAILURE_QUOTA_CONFLICT] = {"conflict", true,
                                "the namespace's quota was being changed at the same time",
                                "use a lower --parallel, then resume the run"},
    [FAILURE_WEBHOOK_UNAVAILABLE] = {"webhook-unavailable", true,
                                     "a webhook of the cluster did not answer",
                                     "ask those who run the cluster why, then resume the run"},
    [FAILURE_IMMUTABLE_TEMPLATE] = {"immutable", false, "the Job exists with another template",
                                    "delete it (kubectl delete job) or generate under a new name"},
    [FAILURE_IMMUTABLE] = {"immutable", false,
                           "the Job exists with another value of a field that cannot be changed",
                           "delete it (kubectl delete job) or generate under a new name"},
    [FAILURE_INVALID] = {"invalid", false, "the API server refused it as invalid",
                         LOOK_AT_MANIFEST},
    [FAILURE_UNKNOWN_FIELD] = {"unknown-field", false,
                               "the manifest has a field that the API server does not know",
                               LOOK_AT_MANIFEST},
    [FAILURE_BAD_MANIFEST] = {"bad-manifest", false, "the manifest cannot be read as a Job",
                              LOOK_AT_MANIFEST},
    [FAILURE_MANIFEST_MISSING] = {"manifest-missing", false, "kubectl did not find the manifest",
                                  "put the file back or generate it again"},
    [FAILURE_GENERATE_NAME] = {"generate-name", false,
                               "kubectl apply takes no object with generateName",
                               "give the Job a name (metadata.name)"},
    [FAILURE_UNKNOWN_KIND] = {"not-a-known-kind", false,
                              "the API server does not know this kind of object",
                              "correct kind and apiVersion; a Job has Job and batch/v1"},
    [FAILURE_NOT_FOUND] = {"not-found", false,
                           "the API server does not have what the Job needs, such as its namespace",
                           "create the namespace, or correct metadata.namespace"},
    [FAILURE_FORBIDDEN] = {"forbidden", false, "the API server forbids it",
                           "ask for the right to get, create and patch Jobs in this namespace"},
    [FAILURE_FIELD_CONFLICT] = {"field-conflict", false, "fields of the Job are somebody else's",
                                "use the kubectl applier for this Job"},
    [FAILURE_QUOTA_EXCEEDED] = {"quota-exceeded", false, "it would pass the quota of its namespace",
                                "delete finished Jobs or ask for a higher quota, then resume the "
                                "run"},
    [FAILURE_TOO_LARGE] =
        {"too-large", false, "the manifest is larger than the cluster takes",
         "make it smaller: a cluster takes about 1.5 MiB, and kubectl apply adds a "
         "copy"},
    [FAILURE_NAMESPACE_TERMINATING] = {"namespace-terminating", false,
                                       "its namespace is being deleted",
                                       "wait for that to end and create the namespace again"},
    [FAILURE_ADMISSION_DENIED] = {"admission-denied", false, "a rule of the cluster denied it",
                                  "read in kubectl's words which rule it was, and follow it"},
    [FAILURE_WEBHOOK] = {"webhook-failed", false, "a webhook of the cluster could not be asked",
                         "ask those who run the cluster, then resume the run"},
    [FAILURE_INTERNAL_ERROR] = {"internal-error", false, "the API server had an error of its own",
                                "ask those who run the cluster, then resume the run"},
    [FAILURE_BAD_CREDENTIALS] = {"bad-credentials", false,
                                 "the API server did not accept who you are",
                                 "log in to the cluster again, or give another --kubeconfig or "
                                 "--context"},
    [FAILURE_UNTRUSTED_CERTIFICATE] = {"untrusted-certificate", false,
                                       "the API server's certificate is not trusted",
                                       "correct the certificate authority of this cluster in the "
                                       "kubeconfig"},
    [FAILURE_UNKNOWN_HOST] =
        {"unknown-host", false, "the API server's host name is not known",
         "correct the server of this cluster in the kubeconfig, or the network "
         "(VPN, DNS)"},
    [FAILURE_UNREACHABLE] = {"unreachable", false, "there is no way to the API server",
                             "see whether the network (VPN) is up, then resume the run"},
    [FAILURE_TLS] =
        {"tls", false, "the API server and Headgate did not agree on TLS",
         "see whether the kubeconfig has the right server, port and client certificate"},
    [FAILURE_WRONG_SCHEME] =
        {"wrong-scheme", false,
         "one side speaks HTTP and the other HTTPS at the API server's address",
         "correct the server of this cluster in the kubeconfig: http or https, "
         "and the port"},
    [FAILURE_EXEC_PLUGIN] = {"exec-plugin", false,
                             "this kubectl does not take the credential plugin of the kubeconfig",
                             "write that user of the kubeconfig anew, with the provider's current "
                             "tool (client.authentication.k8s.io/v1), or use an older kubectl"},
    [FAILURE_NO_KUBECONFIG] = {"no-kubeconfig", false,
                               "kubectl has no configuration that it could read",
                               "give the right file with --kubeconfig"},
    [FAILURE_NO_SUCH_CONTEXT] = {"no-such-context", false,
                                 "the kubeconfig does not have this context",
                                 "see kubectl config get-contexts, and give one of those with "
                                 "--context"},
    [FAILURE_KUBECTL_MISSING] = {"kubectl-missing", false, NULL,
                                 "install kubectl or give --kubectl PATH"},
    [FAILURE_KUBECTL_NOT_EXECUTABLE] = {"kubectl-not-executable", false, NULL,
                                        "make it executable or give --kubectl PATH"},
    [FAILURE_KUBECTL_NOT_STARTED] = {"kubectl-not-started", false, NULL,
                                     "give the system what it lacks, then resume the run"},
    [FAILURE_DEADLINE] = {"deadline", false, NULL,
                          "see why the server is so slow, or give more time with --timeout"},
    [FAILURE_SIGNAL] = {"signal", false, NULL,
                        "see what ended kubectl (memory, a person), then resume the run"},
    [FAILURE_CANCELLED] = {"cancelled", false, "ended because the user asked to stop",
                           "resume the run"},
    [FAILURE_UNCONFIRMED] = {"unconfirmed", false, NULL,
                             "see whether the Job is there (kubectl get job), or resume the run"},
    [FAILURE_UNKNOWN_OUTCOME] =
        {"unknown-outcome", false, NULL,
         "see whether its work was done; `headgate resume --repeat-unknown` "
         "applies it again"},
    [FAILURE_UNKNOWN] = {"unknown", false, NULL, ""},
};

/* Words by which a class is known. Of a rule's words the first ones begin a line where they begin
 * with '^'; all of them must be there. The first rule that fits decides: what the server refused
 * comes first, as its text may quote anything. */
struct rule {
  enum failure_kind kind;
  const char *words[3];
};

static const struct rule rules[] = {
    /* The cluster's own rules, in errors of several reasons */
    {FAILURE_ADMISSION_DENIED, {"admission webhook \"", "denied the request"}},
    {FAILURE_ADMISSION_DENIED, {"ValidatingAdmissionPolicy '", "denied request"}},
    /* "The Job "x" is invalid: FIELD: ..." (kubectl, checkErr; API errors of reason Invalid) */
    {FAILURE_IMMUTABLE_TEMPLATE,
     {"^The Job \"", "is invalid: spec.template: Invalid value: ", ": field is immutable"}},
    {FAILURE_IMMUTABLE, {"^The Job \"", "\" is invalid: ", ": field is immutable"}},
    {FAILURE_INVALID, {"^The ", "\" is invalid: "}},
    {FAILURE_INVALID, {"^Error from server (Invalid)"}},
    {FAILURE_BAD_CREDENTIALS, {"^error: You must be logged in to the server"}},
    {FAILURE_BAD_CREDENTIALS, {"^Error from server (Unauthorized)"}},
    {FAILURE_NAMESPACE_TERMINATING, {"^Error from server (Forbidden)", "it is being terminated"}},
    {FAILURE_QUOTA_EXCEEDED, {"^Error from server (Forbidden)", "exceeded quota: "}},
    {FAILURE_FORBIDDEN, {"^Error from server (Forbidden)"}},
    {FAILURE_NOT_FOUND, {"^Error from server (NotFound)"}},
    {FAILURE_TOO_MANY_REQUESTS, {"^Error from server (TooManyRequests)"}},
    {FAILURE_SERVER_UNAVAILABLE, {"^Error from server (ServiceUnavailable)"}},
    {FAILURE_TIMEOUT, {"^Error from server (Timeout)"}},
    {FAILURE_TIMEOUT, {"^Error from server (ServerTimeout)"}},
    {FAILURE_QUOTA_CONFLICT, {"cannot be fulfilled on resourcequotas ", "has been modified"}},
    {FAILURE_CONFLICT, {"^Error from server (Conflict)", "the object has been modified"}},
    {FAILURE_TOO_LARGE, {"^Error from server (RequestEntityTooLarge)"}},
    /* Another client made it between kubectl's look and its own request; next time kubectl sees it.
     */
    {FAILURE_CONFLICT, {"^Error from server (AlreadyExists)"}},
    {FAILURE_UNKNOWN_FIELD, {"^Error from server (BadRequest)", "unknown field \""}},
    {FAILURE_BAD_MANIFEST, {"^Error from server (BadRequest)"}},

    /* kubectl's own, before it asks for anything */
    {FAILURE_BAD_MANIFEST, {"^error: error parsing "}},
    {FAILURE_BAD_MANIFEST, {"^error: unable to decode "}},
    {FAILURE_BAD_MANIFEST, {"^error: no objects passed to apply"}},
    {FAILURE_MANIFEST_MISSING, {"^error: the path \"", "\" does not exist"}},
    {FAILURE_NO_SUCH_CONTEXT, {"^error: context \"", "\" does not exist"}},
    {FAILURE_NO_SUCH_CONTEXT, {"context was not found for specified context: "}},
    {FAILURE_NO_KUBECONFIG, {"^error: stat ", ": no such file or directory"}},
    {FAILURE_NO_KUBECONFIG, {"^error: error loading config file \""}},
    {FAILURE_NO_KUBECONFIG, {"^error: no configuration has been provided"}},
    {FAILURE_NO_KUBECONFIG, {"^error: Missing or incomplete configuration info"}},
    {FAILURE_GENERATE_NAME, {"^error: from ", ": cannot use generate name with apply"}},
    {FAILURE_UNKNOWN_KIND, {"no matches for kind \""}},
    {FAILURE_UNKNOWN_FIELD, {"^error: error validating \"", "unknown field \""}},
    {FAILURE_BAD_MANIFEST, {"^error: error validating \"", "error validating data: ValidationErr"}},
    {FAILURE_BAD_MANIFEST, {"^error: error validating \"", "error validating data: ["}},

    /* etcd's, passed on by the server in errors of several reasons */
    {FAILURE_LEADER_CHANGE, {"etcdserver: leader changed"}},
    {FAILURE_LEADER_CHANGE, {"etcdserver: no leader"}},
    {FAILURE_LEADER_CHANGE, {"possibly due to previous leader failure"}},
    {FAILURE_TIMEOUT, {"etcdserver: request timed out"}},
    {FAILURE_TOO_MANY_REQUESTS, {"etcdserver: too many requests"}},
    {FAILURE_TOO_LARGE, {"etcdserver: request is too large"}},
    {FAILURE_TOO_LARGE, {"trying to send message larger than max"}},
    {FAILURE_WEBHOOK_UNAVAILABLE, {"failed calling webhook \"", "no endpoints available for"}},
    {FAILURE_WEBHOOK_UNAVAILABLE, {"failed calling webhook \"", "context deadline exceeded"}},
    {FAILURE_WEBHOOK_UNAVAILABLE, {"failed calling webhook \"", "Client.Timeout exceeded"}},
    {FAILURE_WEBHOOK_UNAVAILABLE, {"failed calling webhook \"", "connection refused"}},
    {FAILURE_WEBHOOK_UNAVAILABLE, {"failed calling webhook \"", "connection reset by peer"}},
    {FAILURE_WEBHOOK_UNAVAILABLE, {"failed calling webhook \"", "i/o timeout"}},
    {FAILURE_WEBHOOK_UNAVAILABLE, {"failed calling webhook \"", ": EOF"}},
    {FAILURE_WEBHOOK, {"failed calling webhook \""}},
    /* What stands before the API server, in its own words, below any of kubectl's */
    {FAILURE_SERVER_UNAVAILABLE, {"an error on the server (\"", "502 Bad Gateway"}},
    {FAILURE_SERVER_UNAVAILABLE, {"an error on the server (\"", "503 Service"}},
    {FAILURE_SERVER_UNAVAILABLE, {"an error on the server (\"", "504 Gateway"}},
    {FAILURE_SERVER_UNAVAILABLE, {"status code 502 but did not return more information"}},
    {FAILURE_SERVER_UNAVAILABLE, {"status code 503 but did not return more information"}},
    {FAILURE_SERVER_UNAVAILABLE, {"status code 504 but did not return more information"}},
    {FAILURE_INTERNAL_ERROR, {"^Error from server (InternalError)"}},
    {FAILURE_INTERNAL_ERROR, {"^Error from server: Internal error occurred"}},

    /* API errors below other words (discovery, the schema) and without their reason */
    {FAILURE_BAD_CREDENTIALS, {"the server has asked for the client to provide credentials"}},
    {FAILURE_EXEC_PLUGIN, {"exec plugin: invalid apiVersion \""}},
    {FAILURE_EXEC_PLUGIN, {"exec plugin is configured to use API version "}},
    {FAILURE_BAD_CREDENTIALS, {"getting credentials: "}},
    {FAILURE_FORBIDDEN, {"forbidden: User \""}},
    {FAILURE_TOO_MANY_REQUESTS, {"the server has received too many requests"}},
    {FAILURE_SERVER_UNAVAILABLE, {"the server is currently unable to handle the request"}},
    {FAILURE_SERVER_UNAVAILABLE, {"apiserver not ready"}},
    {FAILURE_SERVER_UNAVAILABLE, {"apiserver is shutting down"}},
    {FAILURE_TIMEOUT, {"unable to return a response in the time allotted"}},
    {FAILURE_TIMEOUT, {"request did not complete within"}},
    {FAILURE_CONFLICT, {"the object has been modified; please apply your changes"}},

    /* Without any configuration kubectl asks this address. */
    {FAILURE_NO_KUBECONFIG, {"connection to the server localhost:8080 was refused"}},
    {FAILURE_NO_KUBECONFIG, {"\"http://localhost:8080/", ": connect: connection refused"}},

    /* Go's net and crypto */
    {FAILURE_WRONG_SCHEME, {"server gave HTTP response to HTTPS client"}},
    {FAILURE_WRONG_SCHEME, {"Client sent an HTTP request to an HTTPS server"}},
    {FAILURE_UNTRUSTED_CERTIFICATE, {"x509: "}},
    {FAILURE_UNTRUSTED_CERTIFICATE, {"tls: failed to verify certificate"}},
    {FAILURE_UNKNOWN_HOST, {"dial tcp: lookup ", "no such host"}},
    {FAILURE_UNKNOWN_HOST, {"dial tcp: lookup ", "server misbehaving"}},
    {FAILURE_UNKNOWN_HOST, {"dial tcp: lookup ", "Temporary failure in name resolution"}},
    {FAILURE_CONNECTION_REFUSED, {"^The connection to the server ", " was refused"}},
    {FAILURE_CONNECTION_REFUSED, {"connect: connection ref"}}, /* also where it was cut */
    {FAILURE_UNREACHABLE, {"no route to host"}},
    {FAILURE_UNREACHABLE, {"network is unreachable"}},
    {FAILURE_TIMEOUT, {"Client.Timeout exceeded"}},
    {FAILURE_TIMEOUT, {"context deadline exceeded"}},
    {FAILURE_TIMEOUT, {"TLS handshake timeout"}},
    {FAILURE_TIMEOUT, {"i/o timeout"}},
    {FAILURE_TIMEOUT, {"connect: connection timed out"}},
    {FAILURE_TIMEOUT, {"read: connection timed out"}},
    {FAILURE_TIMEOUT, {"net/http: timeout awaiting response headers"}},
    {FAILURE_CONNECTION_RESET, {"connection reset by peer"}},
    {FAILURE_CONNECTION_RESET, {"write: broken pipe"}},
    {FAILURE_CONNECTION_RESET, {"http2: client connection lost"}},
    {FAILURE_CONNECTION_RESET, {"http2: server sent GOAWAY"}},
    {FAILURE_CONNECTION_RESET, {"http: server closed idle connection"}},
    {FAILURE_CONNECTION_RESET, {"unexpected EOF"}},
    {FAILURE_CONNECTION_RESET, {"^Unable to connect to the server: EOF"}},
    {FAILURE_CONNECTION_RESET, {"\": EOF"}},
};

enum {
  RULES = sizeof rules / sizeof *rules,
  RULE_WORDS = 3,
  LOOKED_AT = 64 * 1024, /* bytes: a flood must not cost time; why kubectl gave up comes last */
};

const struct failure_class *failure_class_of_kind(enum failure_kind kind) {
  return &classes[kind];
}

bool failure_class_is_doubtful(const struct failure_class *class) {
  switch ((enum failure_kind)(class - classes)) {
  case FAILURE_CONNECTION_RESET:
  case FAILURE_TIMEOUT:
  case FAILURE_SERVER_UNAVAILABLE: /* also what a proxy says that lost the server's answer */
  case FAILURE_LEADER_CHANGE:
  case FAILURE_DEADLINE:
  case FAILURE_SIGNAL:
  case FAILURE_CANCELLED:
  case FAILURE_UNCONFIRMED:
  case FAILURE_UNKNOWN_OUTCOME:
    return true;
  default:
    return false;
  }
}

static bool line_has(const char *line, size_t length, const char *words) {
  size_t wanted;

  if (*words != '^')
    return memmem(line, length, words, strlen(words)) != NULL;
  words++;
  wanted = strlen(words);
  return length >= wanted && memcmp(line, words, wanted) == 0;
}

static size_t line_length(const char *line, const char *end) {
  const char *feed = memchr(line, '\n', (size_t)(end - line));

  return (size_t)((feed ? feed : end) - line);
}

/* Whether a line of the text, asides apart, has the words. */
static bool text_has(const struct hg_bytes *text, const char *words) {
  const char *end = text->data + text->length;

  for (const char *line = text->data; line < end;) {
    size_t length = line_length(line, end);

    if (!words_are_aside(line, length) && line_has(line, length, words))
      return true;
    line += length;
    if (line < end)
      line++;
  }
  return false;
}

static struct hg_bytes tail_of(const struct hg_bytes *words) {
  struct hg_bytes tail = *words;

  if (tail.length > LOOKED_AT) {
    tail.data += tail.length - LOOKED_AT;
    tail.length = LOOKED_AT;
  }
  return tail;
}

static bool rule_fits(const struct rule *rule, const struct hg_bytes *text) {
  size_t found = 0;

  while (found < RULE_WORDS && rule->words[found] && text_has(text, rule->words[found]))
    found++;
  return found == RULE_WORDS || !rule->words[found];
}

const struct failure_class *failure_class_of_words(const struct hg_bytes *words) {
  const struct hg_bytes tail = tail_of(words);

  for (size_t i = 0; i < RULES; i++)
    if (rule_fits(&rules[i], &tail))
      return &classes[rules[i].kind];
  return &classes[FAILURE_UNKNOWN];
}

bool failure_words_are_doubtful(const struct hg_bytes *words) {
  const struct hg_bytes tail = tail_of(words);
  bool is_known = false;

  for (size_t i = 0; i < RULES; i++)
    if (rule_fits(&rules[i], &tail)) {
      if (failure_class_is_doubtful(&classes[rules[i].kind]))
        return true;
      is_known = true;
    }
  return !is_known || words->length > LOOKED_AT; /* what is not looked at may say anything */
}
