/* nghttp2: a client and a server that hand each other their bytes, without a network. */
#include "nghttp2/nghttp2.h"
#include "answer_text.h"
#include <stdlib.h>

static nghttp2_session *sessions[2];
static unsigned char wire[2][100000];
static size_t filled[2];

static ssize_t put(nghttp2_session *session, const uint8_t *data, size_t size, int flags, void *user) {
  (void)session, (void)flags;
  int from = *(int *)user;
  memcpy(wire[!from] + filled[!from], data, size), filled[!from] += size;
  return (ssize_t)size;
}
static ssize_t body(nghttp2_session *s, int32_t id, uint8_t *buffer, size_t size, uint32_t *flags,
                    nghttp2_data_source *source, void *u) {
  (void)s, (void)id, (void)source, (void)u;
  memset(buffer, 'b', size < 300 ? size : 300), *flags |= NGHTTP2_DATA_FLAG_EOF;
  return size < 300 ? (ssize_t)size : 300;
}
#define NV(n, v)                                                                                                       \
  { (uint8_t *)n, (uint8_t *)v, sizeof n - 1, sizeof v - 1, 0 }
static int frame(nghttp2_session *session, const nghttp2_frame *frame_, void *user) {
  int self = *(int *)user;
  say("%d<%d %d %d;", self, frame_->hd.type, frame_->hd.flags, frame_->hd.stream_id);
  if (self == 1 && frame_->hd.type == NGHTTP2_HEADERS && frame_->headers.cat == NGHTTP2_HCAT_REQUEST) {
    nghttp2_nv headers[] = {NV(":status", "200"), NV("server", "test")};
    nghttp2_data_provider provider = {.read_callback = body};
    nghttp2_submit_response(session, frame_->hd.stream_id, headers, 2, &provider);
  }
  return 0;
}
static int chunk(nghttp2_session *s, uint8_t flags, int32_t id, const uint8_t *data, size_t size, void *user) {
  (void)s, (void)flags, (void)data;
  say("%d d%d %zu;", *(int *)user, id, size);
  return 0;
}
static void exchange(void) {
  for (int round = 0; round < 6; round++)
    for (int i = 0; i < 2; i++) {
      nghttp2_session_send(sessions[i]);
      size_t size = filled[!i];
      static unsigned char copy[100000];
      memcpy(copy, wire[!i], size), filled[!i] = 0;
      say("%d ", (int)nghttp2_session_mem_recv(sessions[!i], copy, size));
    }
}

const char *answer(const char *question) {
  static int self[2] = {0, 1};
  nghttp2_session_callbacks *callbacks;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_send_callback(callbacks, put);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, frame);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, chunk);
  say("%s ", question);
  filled[0] = filled[1] = 0;
  nghttp2_session_client_new(&sessions[0], callbacks, &self[0]),
      nghttp2_session_server_new(&sessions[1], callbacks, &self[1]);
  nghttp2_settings_entry settings[] = {{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 10}};
  nghttp2_submit_settings(sessions[0], 0, settings, 1), nghttp2_submit_settings(sessions[1], 0, settings, 1);
  nghttp2_nv headers[] = {NV(":method", "GET"), NV(":scheme", "http"), NV(":path", "/x"), NV(":authority", "localhost"),
                          NV("a", "b")};
  for (int i = 0; i < 3; i++)
    nghttp2_submit_request(sessions[0], NULL, headers, 5, NULL, NULL);
  nghttp2_submit_ping(sessions[0], 0, (uint8_t *)"12345678"), nghttp2_submit_window_update(sessions[0], 0, 0, 1000);
  nghttp2_submit_altsvc(sessions[1], 0, 0, (uint8_t *)"o", 1, (uint8_t *)"h2=\":1\"", 7);
  exchange();
  memcpy(wire[1], "\0\0\1\x77\0\0\0\0\0x\0\0\1\xff\0\0\0\0\0y", 20), filled[1] = 20;
  exchange();
  nghttp2_session_terminate_session(sessions[0], NGHTTP2_NO_ERROR);
  exchange();
  nghttp2_session_del(sessions[0]), nghttp2_session_del(sessions[1]), nghttp2_session_callbacks_del(callbacks);
  return line();
}
