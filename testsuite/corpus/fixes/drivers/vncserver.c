/* libvncserver: a server of its own process, asked by the same thread over RFB and over HTTP. */
#include "answer_text.h"
#include "rfb/rfb.h"
#include <arpa/inet.h>
#include <stdlib.h>
#include <unistd.h>

static rfbScreenInfoPtr screen;
static int httpPort;

static int freePort(void) {
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof at;
  int descriptor = socket(AF_INET, SOCK_STREAM, 0);
  bind(descriptor, (struct sockaddr *)&at, size), getsockname(descriptor, (struct sockaddr *)&at, &size),
      close(descriptor);
  return ntohs(at.sin_port);
}
static void quiet(const char *format, ...) {
  (void)format;
}

static void start(void) {
  rfbLog = rfbErr = quiet;
  screen = rfbGetScreen(NULL, NULL, 64, 48, 8, 3, 4);
  screen->frameBuffer = calloc(64 * 48, 4), screen->desktopName = "test";
  /* Without a socket for IPv6 the library looks at one that is not there. */
  screen->listen6Interface = "::1";
  screen->listenInterface = htonl(INADDR_LOOPBACK), screen->port = freePort(), screen->ipv6port = -1;
  screen->httpPort = httpPort = freePort(), screen->http6Port = freePort(), screen->httpDir = "www",
  screen->httpEnableProxyConnect = TRUE;
  (void)!system("mkdir -p www; echo '<p>$WIDTH</p>' >www/index.vnc; echo plain >www/page.txt");
  rfbInitServer(screen);
}

static void exchange(int port, const char *data, size_t size, int isShown) {
  struct sockaddr_in at = {
      .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct timeval limit = {0, 20000};
  int peer = socket(AF_INET, SOCK_STREAM, 0);
  unsigned sum = 0;
  char back[20000];
  connect(peer, (struct sockaddr *)&at, sizeof at), setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  (void)!write(peer, data, size);
  for (int i = 0; i < 8; i++) {
    rfbProcessEvents(screen, 1000), rfbHttpCheckFds(screen);
    ssize_t count = recv(peer, back, sizeof back, MSG_DONTWAIT);
    for (ssize_t j = 0; j < count; j++)
      sum = sum * 31 + (unsigned char)back[j];
    if (count > 0 && isShown)
      say("%.*s", count < 60 ? (int)count : 60, back);
  }
  say("%x;", isShown ? 0 : sum);
  close(peer);
  for (int i = 0; i < 3; i++)
    rfbProcessEvents(screen, 1000), rfbHttpCheckFds(screen);
}
static void http(const char *text_) {
  exchange(httpPort, text_, strlen(text_), 1);
}

const char *answer(const char *question) {
  if (!screen)
    start();
  if (!strcmp(question, "no slash")) {
    http("GET foo\r\n\r\n");
    return line();
  }
  say("%s ", question);
  for (int encoding = 0; encoding < 17; encoding++) {
    char hello[] = "RFB 003.008\n\1\1\2\0\0\1\0\0\0\0\3\0\0\0\0\0\0\100\0\60";
    hello[sizeof "RFB 003.008\n\1\1\2\0\0\1\0\0\0" - 1] = (char)encoding;
    for (int i = 0; i < 64 * 48 * 4; i++)
      screen->frameBuffer[i] = (char)(i / 13 * encoding);
    exchange(screen->port, hello, sizeof hello - 1, 0);
  }
  http("GET / HTTP/1.0\r\n\r\n"), http("GET /page.txt HTTP/1.0\r\n\r\n"), http("GET /missing HTTP/1.0\r\n\r\n"),
      http("POST / HTTP/1.0\r\n\r\n");
  return line();
}
