/* SPDX-License-Identifier: Apache-2.0 */
/* The least that applying Jobs by requests can cost: libcurl, and nothing around it. No validation,
 * no history, no look at what the server answers but its status.
 *
 *   bare-apply SERVER CA-FILE NAMESPACE CONNECTIONS [BODY-FILE]...
 *
 * Each BODY-FILE is called NAME.json and is sent as the Job NAME, by server-side apply. Exit status
 * 0: the server said 201 to each.
 */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_CONNECTIONS = 64, MOST_BODY = 64 * 1024, MOST_URL = 1024 };

struct place {
  CURL *handle;
  char url[MOST_URL];
  char body[MOST_BODY];
};

static const char *server, *ca, *namespace;
static struct curl_slist *headers;
static struct place places[MOST_CONNECTIONS];

static size_t drop(char *data, size_t size, size_t count, void *context) {
  (void)data;
  (void)context;
  return size * count;
}

static void give_up(const char *what, const char *why) {
  (void)fprintf(stderr, "bare-apply: %s: %s\n", what, why);
  exit(1);
}

static void open_place(struct place *place) {
  place->handle = curl_easy_init();
  if (!place->handle)
    give_up("libcurl", "out of memory");
  (void)curl_easy_setopt(place->handle, CURLOPT_CUSTOMREQUEST, "PATCH");
  (void)curl_easy_setopt(place->handle, CURLOPT_CAINFO, ca);
  (void)curl_easy_setopt(place->handle, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
  (void)curl_easy_setopt(place->handle, CURLOPT_HTTPHEADER, headers);
  (void)curl_easy_setopt(place->handle, CURLOPT_WRITEFUNCTION, drop);
  (void)curl_easy_setopt(place->handle, CURLOPT_PRIVATE, place);
}

static void send_file(CURLM *multi, struct place *place, const char *path) {
  const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
  FILE *file = fopen(path, "rb");
  size_t length = file ? fread(place->body, 1, MOST_BODY, file) : 0;

  if (length == 0 || length == MOST_BODY)
    give_up(path, "no body, or too large a one");
  (void)fclose(file);
  (void)snprintf(place->url, MOST_URL,
                 "%s/apis/batch/v1/namespaces/%s/jobs/%.*s?fieldManager=headgate"
                 "&fieldValidation=Strict",
                 server, namespace, (int)strcspn(name, "."), name);
  (void)curl_easy_setopt(place->handle, CURLOPT_URL, place->url);
  (void)curl_easy_setopt(place->handle, CURLOPT_POSTFIELDSIZE, (long)length);
  (void)curl_easy_setopt(place->handle, CURLOPT_POSTFIELDS, place->body);
  (void)curl_multi_add_handle(multi, place->handle);
}

static struct place *judge(CURLM *multi, const CURLMsg *message) {
  CURL *handle = message->easy_handle;
  CURLcode code = message->data.result;
  char *place;
  long status = 0;

  (void)curl_easy_getinfo(handle, CURLINFO_PRIVATE, &place);
  (void)curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  if (code != CURLE_OK || status != 201)
    give_up(((struct place *)(void *)place)->url,
            code != CURLE_OK ? curl_easy_strerror(code) : "not created");
  (void)curl_multi_remove_handle(multi, handle);
  return (struct place *)(void *)place;
}

int main(int argc, char **argv) {
  CURLM *multi;
  CURLMsg *message;
  int connections, next = 5, running = 0, left;

  if (argc < 6 || (connections = atoi(argv[4])) < 1 || connections > MOST_CONNECTIONS)
    return 2;
  server = argv[1];
  ca = argv[2];
  namespace = argv[3];
  (void)curl_global_init(CURL_GLOBAL_DEFAULT);
  headers = curl_slist_append(NULL, "Content-Type: application/apply-patch+yaml");
  multi = curl_multi_init();
  (void)curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)connections);
  for (int i = 0; i < connections && next < argc; i++) {
    open_place(&places[i]);
    send_file(multi, &places[i], argv[next++]);
    running++;
  }
  while (running > 0) {
    int ignored;

    (void)curl_multi_perform(multi, &ignored);
    while ((message = curl_multi_info_read(multi, &left))) {
      struct place *place = judge(multi, message);

      if (next < argc)
        send_file(multi, place, argv[next++]);
      else
        running--;
      (void)curl_multi_perform(multi, &ignored);
    }
    if (running > 0)
      (void)curl_multi_poll(multi, NULL, 0, 1000, NULL);
  }
  for (int i = 0; i < connections; i++)
    curl_easy_cleanup(places[i].handle);
  (void)curl_multi_cleanup(multi);
  curl_slist_free_all(headers);
  return 0;
}
