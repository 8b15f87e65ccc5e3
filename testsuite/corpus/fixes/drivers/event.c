/* libevent: an HTTP server and a DNS server on the loopback, both asked by the same loop; buffers and tags. */
#include "event2/event.h"
#include "answer_text.h"
#include "event2/buffer.h"
#include "event2/bufferevent.h"
#include "event2/dns.h"
#include "event2/dns_struct.h"
#include "event2/http.h"
#include "event2/keyvalq_struct.h"
#include "event2/tag.h"
#include <arpa/inet.h>
#include <stdlib.h>
#include <unistd.h>

static struct event_base *base;

static void serve(struct evhttp_request *request, void *unused) {
  (void)unused;
  struct evkeyvalq *in = evhttp_request_get_input_headers(request), *out = evhttp_request_get_output_headers(request);
  struct evkeyval *header;
  struct evbuffer *body = evbuffer_new();
  for (header = in->tqh_first; header; header = header->next.tqe_next)
    if (strcmp(header->key, "Host"))
      evbuffer_add_printf(body, "%s=%s,", header->key, header->value);
  evbuffer_add_printf(body, "%d ", evhttp_add_header(out, "X-A", "one\r\n two"));
  evbuffer_add_printf(body, "%d", evhttp_add_header(out, "X-B", "one"));
  evhttp_send_reply(request, 200, "OK", body);
  evbuffer_free(body);
}

static void name(struct evdns_server_request *request, void *unused) {
  (void)unused;
  for (int i = 0; i < request->nquestions; i++) {
    struct in_addr address = {htonl(0x0a000001)};
    evdns_server_request_add_a_reply(request, request->questions[i]->name, 1, &address, 10);
    evdns_server_request_add_cname_reply(request, "alias.example.org", request->questions[i]->name, 10);
  }
  evdns_server_request_respond(request, 0);
}

static void resolved(int result, char type, int count, int ttl, void *addresses, void *unused) {
  (void)addresses, (void)ttl, (void)unused;
  say("dns %d %d %d;", result, type, count);
  event_base_loopbreak(base);
}
static void got(struct bufferevent *event, short what, void *unused) {
  (void)unused;
  if (what & BEV_EVENT_CONNECTED)
    return;
  static char back[4000];
  size_t count = bufferevent_read(event, back, sizeof back - 1);
  for (size_t i = 0; i + 5 < count; i++) /* the date differs */
    if (!memcmp(back + i, "Date:", 5))
      memset(back + i, '-', 35);
  say("http %.*s;", (int)count, back);
  event_base_loopbreak(base);
}
static void ask(int port, const char *text) {
  struct sockaddr_in to = {
      .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct bufferevent *event = bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
  bufferevent_setcb(event, NULL, NULL, got, NULL), bufferevent_enable(event, EV_READ);
  bufferevent_socket_connect(event, (struct sockaddr *)&to, sizeof to);
  bufferevent_write(event, text, strlen(text));
  event_base_dispatch(base);
  bufferevent_free(event);
}

const char *answer(const char *question) {
  base = event_base_new();
  say("%s ", question);
  struct evhttp *http = evhttp_new(base);
  struct evhttp_bound_socket *bound = evhttp_bind_socket_with_handle(http, "127.0.0.1", 0);
  struct sockaddr_in at;
  socklen_t size = sizeof at;
  getsockname(evhttp_bound_socket_get_fd(bound), (struct sockaddr *)&at, &size);
  evhttp_set_gencb(http, serve, NULL);
  int port = ntohs(at.sin_port);
  ask(port, "GET /a HTTP/1.0\r\nA: b\r\n\r\n"), ask(port, "GET /a HTTP/1.0\r\nA: b\r\n folded\r\n\r\n");
  ask(port,
      "POST /b HTTP/1.1\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nTrailer: x\r\n\r\n");

  int udp = socket(AF_INET, SOCK_DGRAM, 0);
  at.sin_port = 0, size = sizeof at;
  bind(udp, (struct sockaddr *)&at, size), getsockname(udp, (struct sockaddr *)&at, &size);
  evutil_make_socket_nonblocking(udp);
  struct evdns_server_port *server = evdns_add_server_port_with_base(base, udp, 0, name, NULL);
  struct evdns_base *dns = evdns_base_new(base, 0);
  char where[40];
  snprintf(where, sizeof where, "127.0.0.1:%d", ntohs(at.sin_port));
  evdns_base_nameserver_ip_add(dns, where);
  evdns_base_resolve_ipv4(dns, "www.example.org", DNS_QUERY_NO_SEARCH, resolved, NULL);
  event_base_dispatch(base);
  evdns_base_free(dns, 0), evdns_close_server_port(server), evhttp_free(http), close(udp);

  struct evbuffer *one = evbuffer_new(), *two = evbuffer_new();
  evbuffer_add(two, "some text", 9);
  say("%d %zu;", evbuffer_add_buffer_reference(one, two), evbuffer_get_length(one));
  say("%d %zu;", evbuffer_add_buffer_reference(one, two), evbuffer_get_length(one));
  evtag_init();
  struct evbuffer *tags = evbuffer_new();
  evtag_marshal_int(tags, 300, 123456), evtag_marshal_string(tags, 7, "text"), evtag_marshal(tags, 70000, "abc", 3);
  ev_uint32_t number = 0, tag = 0;
  char *text_ = NULL;
  say("%d %u;", evtag_unmarshal_int(tags, 300, &number), number);
  say("%d %u;", evtag_peek(tags, &tag), tag);
  say("%d ", evtag_unmarshal_string(tags, 7, &text_));
  say("%s;%d %u", text_, evtag_peek(tags, &tag), tag);
  free(text_), evbuffer_free(tags), evbuffer_free(one), evbuffer_free(two), event_base_free(base);
  return line();
}
