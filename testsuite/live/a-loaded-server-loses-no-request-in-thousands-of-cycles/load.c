// Keeps connections to the server busy, one thread each, and checks each reply. A connection is replaced by a new one
// after some hundreds of requests. Each line of its standard input is answered with: requests, of them new, failed,
// connections.
#include "protocol.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { requestsOfConnection = 500, longestSeconds = 60 };

static atomic_long requests, new, failed, connections;
static uint16_t port;

static int connected(void) {
  int to = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(port)};
  struct timeval limit = {longestSeconds, 0};
  setsockopt(to, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  if (connect(to, (struct sockaddr *)&address, sizeof address) != 0) {
    close(to);
    return -1;
  }
  atomic_fetch_add(&connections, 1);
  return to;
}

static int asked(int to, uint64_t id) {
  struct Request request = {id, id * 7};
  struct Reply reply = {0};
  ssize_t put = write(to, &request, sizeof request);
  ssize_t got = recv(to, &reply, sizeof reply, MSG_WAITALL);
  int cause = errno;
  uint64_t version = reply.rate;
  if (put == sizeof request && got == sizeof reply && reply.id == id && (version == 1 || version == 2) &&
      reply.price == request.n + version && reply.tax == request.n + version) {
    atomic_fetch_add(&new, version == 2);
    return 1;
  }
  fprintf(stderr, "request %ld of a connection: sent %zd, received %zd (%s): id %ld, price +%ld, tax +%ld, rate %ld\n",
          (long)id, put, got, strerror(cause), (long)reply.id, (long)(reply.price - request.n),
          (long)(reply.tax - request.n), (long)version);
  return 0;
}

static void *client(void *unused) {
  for (;;) {
    int to = connected();
    int ok = to >= 0;
    for (uint64_t i = 0; ok && i < requestsOfConnection; ++i) {
      ok = asked(to, i);
      atomic_fetch_add(&requests, 1);
    }
    if (!ok)
      atomic_fetch_add(&failed, 1);
    close(to);
  }
  return unused;
}

int main(int argc, char **argv) {
  if (argc < 3)
    return 2;
  port = (uint16_t)atoi(argv[1]);
  for (int i = 0; i < atoi(argv[2]); ++i) {
    pthread_t thread;
    pthread_create(&thread, NULL, client, NULL);
  }
  char line[16];
  while (fgets(line, sizeof line, stdin)) {
    printf("%ld %ld %ld %ld\n", requests, new, failed, connections);
    fflush(stdout);
  }
  return 0;
}
