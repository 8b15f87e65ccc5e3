/* libcurl against a small server of its own process: HTTP/1, redirects, cookies, netrc, bearer tokens, WebSocket, SOCKS
 * 5, HTTP/2 without TLS, TLS (GnuTLS), SFTP. */
#include "curl/curl.h"
#include "answer_text.h"
#include "nghttp2/nghttp2.h"
#include "ssh_server.h"
#include "tls_server.h"
#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PLAIN, TLS, SSH, KINDS };
static int port, ports[KINDS];

#define NV(n, v)                                                                                                       \
  { (uint8_t *)n, (uint8_t *)v, sizeof n - 1, sizeof v - 1, 0 }
static ssize_t put2(nghttp2_session *session, const uint8_t *data, size_t size, int flags, void *user) {
  (void)session, (void)flags;
  return write(*(int *)user, data, size);
}
static int frame2(nghttp2_session *session, const nghttp2_frame *frame, void *user) {
  (void)user;
  if (frame->hd.type == NGHTTP2_HEADERS && frame->hd.flags & NGHTTP2_FLAG_END_STREAM) {
    nghttp2_nv pushed[] = {NV(":method", "GET"), NV(":scheme", "http"), NV(":path", "/pushed"),
                           NV(":authority", "one.test")};
    nghttp2_nv headers[] = {NV(":status", "200"), NV("server", "test"), NV("x-a", "b")};
    int32_t promised = nghttp2_submit_push_promise(session, 0, frame->hd.stream_id, pushed, 4, NULL);
    if (promised > 0)
      nghttp2_submit_response(session, promised, headers, 3, NULL);
    nghttp2_submit_response(session, frame->hd.stream_id, headers, 3, NULL);
  }
  return 0;
}
static void serve2(int peer, const char *first, size_t size) {
  nghttp2_session_callbacks *callbacks;
  nghttp2_session *session;
  char block[8192];
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_send_callback(callbacks, put2),
      nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, frame2);
  nghttp2_session_server_new(&session, callbacks, &peer), nghttp2_session_callbacks_del(callbacks);
  nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, NULL, 0);
  ssize_t count = (ssize_t)size;
  memcpy(block, first, size);
  while (count > 0 && nghttp2_session_mem_recv(session, (uint8_t *)block, (size_t)count) >= 0) {
    nghttp2_session_send(session);
    count = read(peer, block, sizeof block);
  }
  nghttp2_session_del(session);
}

static void *serve(void *descriptor) {
  int peer = (int)(long)descriptor;
  char in[9000] = "", out[20000];
  size_t filled = 0;
  ssize_t count;
  while ((count = read(peer, in + filled, sizeof in - 1 - filled)) > 0) {
    in[filled += (size_t)count] = 0;
    if (in[0] == 5 && filled <= 4) { /* SOCKS: no password */
      (void)!write(peer, "\5\0", 2), filled = 0;
    } else if (in[0] == 5) {
      (void)!write(peer, "\5\0\0\1\177\0\0\1\0\1", 10), filled = 0;
    } else if (!strncmp(in, "PRI * HTTP/2", 12)) {
      serve2(peer, in, filled);
      break;
    } else if (strstr(in, "\r\n\r\n")) {
      if (!strncmp(in, "GET /redirect", 13))
        sprintf(out, "HTTP/1.1 302 Found\r\nLocation: http://two.test:%d/after\r\nContent-Length: 0\r\n\r\n", port);
      else if (!strncmp(in, "GET /cookie", 11))
        sprintf(out, "HTTP/1.1 200 OK\r\nSet-Cookie: a=b; domain=one.test; path=/\r\nSet-Cookie: c=d; "
                     "domain=TEST\r\nContent-Length: 0\r\n\r\n");
      else if (!strncmp(in, "GET /ws", 7))
        sprintf(
            out,
            "HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n");
      else
        sprintf(out, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s", filled, in);
      (void)!write(peer, out, strlen(out)), filled = 0;
      memset(in, 0, sizeof in);
    }
  }
  close(peer);
  return NULL;
}
static void *(*const servers[KINDS])(void *) = {serve, serveTls, serveSsh};
static int listeners[KINDS];
static void *listen_(void *kind) {
  int peer, at = (int)(long)kind;
  while ((peer = accept(listeners[at], NULL, NULL)) >= 0) {
    pthread_t thread;
    pthread_create(&thread, NULL, servers[at], (void *)(long)peer), pthread_detach(thread);
  }
  return NULL;
}
static void start(void) {
  signal(SIGPIPE, SIG_IGN); /* clients that do not like the server hang up on it */
  startTls(), startSsh();
  for (int kind = 0; kind < KINDS; kind++) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    pthread_t thread;
    listeners[kind] = socket(AF_INET, SOCK_STREAM, 0);
    bind(listeners[kind], (struct sockaddr *)&at, size), listen(listeners[kind], 50),
        getsockname(listeners[kind], (struct sockaddr *)&at, &size);
    ports[kind] = ntohs(at.sin_port);
    pthread_create(&thread, NULL, listen_, (void *)(long)kind);
  }
  port = ports[PLAIN];
  FILE *netrc = fopen("netrc", "w");
  fprintf(netrc, "machine one.test login me password secret\ndefault\n"), fclose(netrc);
}

static size_t keep(char *data, size_t one, size_t count, void *unused) {
  (void)unused;
  char number[10], *at = data;
  sprintf(number, ":%d", port);
  for (size_t i = 0; i + strlen(number) <= one * count; i++) /* the port is chance */
    if (!memcmp(at + i, number, strlen(number)))
      memset(at + i + 1, 'P', strlen(number) - 1);
  say("%.*s", (int)(one * count), data);
  return one * count;
}

static int again;
static void get(const char *host, const char *path, void (*more)(CURL *)) {
  char url[2000], hosts[3][60];
  struct curl_slist *names = NULL;
  CURL *curl = curl_easy_init();
  snprintf(url, sizeof url, "http://%s:%d%s", host, port, path);
  for (int i = 0; i < 2; i++) {
    snprintf(hosts[i], sizeof hosts[i], "%s:%d:127.0.0.1", i ? "two.test" : "one.test", port);
    names = curl_slist_append(names, hosts[i]);
  }
  curl_easy_setopt(curl, CURLOPT_URL, url), curl_easy_setopt(curl, CURLOPT_RESOLVE, names);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep), curl_easy_setopt(curl, CURLOPT_TIMEOUT, 5L),
      curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  if (more)
    more(curl);
  long status = 0;
  CURLcode code = curl_easy_perform(curl);
  if (again && !code)
    code = curl_easy_perform(curl); /* over the connection that is there, if it may be used */
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  say("[%s %d %ld]\n", path, code, status);
  curl_easy_cleanup(curl), curl_slist_free_all(names);
}
static void cookies(CURL *curl) {
  curl_easy_setopt(curl, CURLOPT_COOKIEFILE, ""), curl_easy_setopt(curl, CURLOPT_COOKIEJAR, "jar");
}
static void bearer(CURL *curl) {
  curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BEARER), curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, "token");
}
static void netrc(CURL *curl) {
  curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_OPTIONAL), curl_easy_setopt(curl, CURLOPT_NETRC_FILE, "netrc");
}
static void password(CURL *curl) {
  netrc(curl), curl_easy_setopt(curl, CURLOPT_USERPWD, "me:");
}
static void post(CURL *curl) {
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, "field=value");
}
static void two(CURL *curl) {
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE);
}
static void socks(CURL *curl) {
  char proxy[60];
  snprintf(proxy, sizeof proxy, "socks5h://127.0.0.1:%d", port), curl_easy_setopt(curl, CURLOPT_PROXY, proxy);
}
static void proxy(CURL *curl) {
  char text_[60];
  snprintf(text_, sizeof text_, "http://127.0.0.1:%d", port), curl_easy_setopt(curl, CURLOPT_PROXY, text_),
      curl_easy_setopt(curl, CURLOPT_PROXY, text_);
}

static int pushed(CURL *parent, CURL *easy, size_t count, struct curl_pushheaders *headers, void *unused) {
  (void)parent, (void)easy, (void)headers, (void)unused;
  say("push %zu;", count);
  return CURL_PUSH_DENY;
}
static void pushes(void) {
  char url[100];
  int left = 1;
  CURLM *multi = curl_multi_init();
  CURL *curl = curl_easy_init();
  snprintf(url, sizeof url, "http://127.0.0.1:%d/two", port);
  curl_easy_setopt(curl, CURLOPT_URL, url), two(curl), curl_easy_setopt(curl, CURLOPT_TIMEOUT, 5L);
  curl_multi_setopt(multi, CURLMOPT_PUSHFUNCTION, pushed), curl_multi_add_handle(multi, curl);
  while (left && !curl_multi_perform(multi, &left) && !curl_multi_poll(multi, NULL, 0, 100, NULL))
    ;
  curl_multi_remove_handle(multi, curl), curl_easy_cleanup(curl), curl_multi_cleanup(multi);
}
static void webSocket(void) {
  char url[100];
  size_t sent = 0;
  CURL *curl = curl_easy_init();
  snprintf(url, sizeof url, "ws://127.0.0.1:%d/ws", port);
  curl_easy_setopt(curl, CURLOPT_URL, url), curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 2L),
      curl_easy_setopt(curl, CURLOPT_TIMEOUT, 5L);
  say("ws %d ", curl_easy_perform(curl));
  say("%d %zu;", curl_ws_send(curl, "hello", 5, &sent, 0, CURLWS_TEXT), sent);
  curl_easy_cleanup(curl);
}

static void status(CURL *curl) {
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYSTATUS, 1L);
}
static void secure(void (*more)(CURL *)) {
  char url[100];
  CURL *curl = curl_easy_init();
  snprintf(url, sizeof url, "https://127.0.0.1:%d/", ports[TLS]);
  curl_easy_setopt(curl, CURLOPT_URL, url), curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L), curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L),
      curl_easy_setopt(curl, CURLOPT_TIMEOUT, 60L), curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  if (more)
    more(curl);
  say("[tls %d]", curl_easy_perform(curl));
  curl_easy_cleanup(curl);
}
static void wrongKey(CURL *curl) {
  curl_easy_setopt(curl, CURLOPT_SSH_HOST_PUBLIC_KEY_SHA256, "NDVkMTQxMGQ1ODdmMjQ3MjczYjAyOTY5MmRkMjVmNDQ=");
}
static void secureFile(const char *path, void (*more)(CURL *)) {
  char url[200];
  CURL *curl = curl_easy_init();
  snprintf(url, sizeof url, "sftp://me:secret@127.0.0.1:%d%s", ports[SSH], path);
  curl_easy_setopt(curl, CURLOPT_URL, url), curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, 60L), curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  if (more)
    more(curl);
  *sshAskedFor = 0;
  say("[sftp %s %d]", path, curl_easy_perform(curl)), say("%s;", sshAskedFor);
  curl_easy_cleanup(curl);
}

const char *answer(const char *question) {
  if (!port)
    curl_global_sslset(CURLSSLBACKEND_GNUTLS, NULL, NULL), curl_global_init(CURL_GLOBAL_ALL), start();
  say("%s ", question);
  char name[400] = "";
  memset(name, 'h', 300);
  get("one.test", "/plain", NULL), get("one.test", "/cookie", cookies), get("one.test", "/redirect", bearer);
  get("one.test", "/redirect", netrc), get("two.test", "/netrc", netrc), get("one.test", "/netrc", password),
      get("one.test", "/post", post);
  get("127.0.0.1", "/two", two);
  again = 1, get("one.test", "/socks", socks), get(name, "/long", socks), get("one.test", "/proxy", proxy), again = 0;
  secure(NULL), secure(status);
  secureFile("/file", NULL), secureFile("/~", NULL), secureFile("/~/", NULL), secureFile("/~/file", NULL),
      secureFile("/file", wrongKey);
  pushes(), webSocket();
  return line();
}
