// A server of several threads with an epoll each: the main thread accepts and deals the connections out. It ends with
// its standard input.
#include "protocol.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

uint64_t rate = 1; // changes with the functions

__attribute__((noinline)) uint64_t price(uint64_t n) {
  return n + 1;
}
__attribute__((noinline)) uint64_t tax(uint64_t n) {
  return n + 1;
}
__attribute__((noinline)) void answer(const struct Request *request, struct Reply *reply) {
  reply->price = price(request->n);
  reply->tax = tax(request->n);
  reply->rate = rate;
  reply->id = request->id;
}

struct Connection {
  int socket;
  size_t have;
  char bytes[sizeof(struct Request)];
};

static void drop(struct Connection *connection) {
  close(connection->socket);
  free(connection);
}

// Reads what has come and answers each complete request. Memory comes and goes with each of them.
static void serve(struct Connection *connection) {
  ssize_t got =
      read(connection->socket, connection->bytes + connection->have, sizeof connection->bytes - connection->have);
  if (got <= 0)
    return drop(connection);
  connection->have += (size_t)got;
  if (connection->have < sizeof connection->bytes)
    return;
  connection->have = 0;
  struct Request *request = malloc(sizeof *request + 100 + rate % 3);
  memcpy(request, connection->bytes, sizeof *request);
  struct Reply reply;
  answer(request, &reply);
  free(request);
  if (write(connection->socket, &reply, sizeof reply) != sizeof reply)
    drop(connection);
}

static void *worker(void *argument) {
  int events = *(int *)argument;
  struct epoll_event ready[16];
  for (;;) {
    int count = epoll_wait(events, ready, 16, -1);
    if (count < 0) // EINTR too: nothing here gives a reason for it
      abort();
    for (int i = 0; i < count; ++i)
      serve(ready[i].data.ptr);
  }
  return NULL;
}

static void *untilInputEnds(void *unused) {
  while (getchar() != EOF)
    ;
  _exit(0);
  return unused;
}

int main(int argc, char **argv) {
  int threads = argc > 1 ? atoi(argv[1]) : 4;
  int *events = calloc((size_t)threads, sizeof *events);
  pthread_t thread;
  for (int i = 0; i < threads; ++i) {
    events[i] = epoll_create1(0);
    pthread_create(&thread, NULL, worker, &events[i]);
  }
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  if (bind(listener, (struct sockaddr *)&address, size) != 0 || listen(listener, 1000) != 0 ||
      getsockname(listener, (struct sockaddr *)&address, &size) != 0)
    return 1;
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  pthread_create(&thread, NULL, untilInputEnds, NULL);
  for (int next = 0;; next = (next + 1) % threads) {
    struct Connection *connection = calloc(1, sizeof *connection);
    connection->socket = accept(listener, NULL, NULL);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
    if (connection->socket < 0 || epoll_ctl(events[next], EPOLL_CTL_ADD, connection->socket, &event) != 0)
      return 1;
  }
}
