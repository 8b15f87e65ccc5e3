// Calls on sockets, which have a time limit for sending and receiving.
#include "calls.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

// A socket from which nothing ever comes and which takes nothing, with a time limit for both.
static int deafSocket(int type) {
  int pair[2];
  if (socketpair(AF_UNIX, type, 0, pair))
    return -1;
  char block[4096] = {0};
  while (send(pair[0], block, sizeof block, MSG_DONTWAIT) > 0)
    ;
  while (send(pair[0], block, 1, MSG_DONTWAIT) > 0)
    ;
  struct timeval limit = {0, span * 1000};
  setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(pair[0], SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  return pair[0];
}
#define DEAF(type)                                                                                                     \
  static int deaf = -1;                                                                                                \
  if (deaf < 0)                                                                                                        \
  deaf = deafSocket(type)
static char byte;
static struct iovec piece = {&byte, 1};
static int receive(void) {
  DEAF(SOCK_STREAM);
  return endsWith(recv(deaf, &byte, 1, 0), EAGAIN);
}
static int receiveAll(void) {
  DEAF(SOCK_STREAM);
  char two[2];
  return endsWith(recv(deaf, two, 2, MSG_WAITALL), EAGAIN);
}
static int receiveMessage(void) {
  DEAF(SOCK_DGRAM);
  struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
  return endsWith(recvmsg(deaf, &message, 0), EAGAIN);
}
static int receiveMessages(void) {
  DEAF(SOCK_DGRAM);
  struct mmsghdr messages[2] = {{.msg_hdr = {.msg_iov = &piece, .msg_iovlen = 1}},
                                {.msg_hdr = {.msg_iov = &piece, .msg_iovlen = 1}}};
  return endsWith(recvmmsg(deaf, messages, 2, 0, NULL), EAGAIN);
}
static int readSocket(void) {
  DEAF(SOCK_STREAM);
  return endsWith(read(deaf, &byte, 1), EAGAIN);
}
static int readvSocket(void) {
  DEAF(SOCK_STREAM);
  return endsWith(readv(deaf, &piece, 1), EAGAIN);
}
static int sendSocket(void) {
  DEAF(SOCK_STREAM);
  return endsWith(send(deaf, &byte, 1, MSG_NOSIGNAL), EAGAIN);
}
static int sendMessage(void) {
  DEAF(SOCK_DGRAM);
  struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
  return endsWith(sendmsg(deaf, &message, MSG_NOSIGNAL), EAGAIN);
}
static int sendMessages(void) {
  DEAF(SOCK_DGRAM);
  struct mmsghdr message = {.msg_hdr = {.msg_iov = &piece, .msg_iovlen = 1}};
  return endsWith(sendmmsg(deaf, &message, 1, MSG_NOSIGNAL), EAGAIN);
}
static int writeSocket(void) {
  DEAF(SOCK_STREAM);
  return endsWith(write(deaf, &byte, 1), EAGAIN);
}
static int writevSocket(void) {
  DEAF(SOCK_STREAM);
  return endsWith(writev(deaf, &piece, 1), EAGAIN);
}
static int spliceSocket(void) {
  DEAF(SOCK_STREAM);
  static int ends[2];
  if (!ends[1] && pipe(ends))
    return -1;
  return endsWith(splice(deaf, NULL, ends[1], NULL, 1, 0), EAGAIN);
}
static int sendFile(void) {
  DEAF(SOCK_STREAM);
  static int file;
  if (!file)
    file = open("/proc/self/exe", O_RDONLY);
  off_t from = 0;
  return endsWith(sendfile(deaf, file, &from, 1), EAGAIN);
}

static struct sockaddr_un nameOf(const char *what) {
  struct sockaddr_un name = {.sun_family = AF_UNIX};
  snprintf(name.sun_path + 1, sizeof name.sun_path - 1, "livepatch-%d-%s", getpid(), what);
  return name;
}
static int listener(const char *what, int queue) {
  struct sockaddr_un name = nameOf(what);
  int server = socket(AF_UNIX, SOCK_STREAM, 0);
  struct timeval limit = {0, span * 1000};
  setsockopt(server, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  return bind(server, (struct sockaddr *)&name, sizeof name) || listen(server, queue) ? -1 : server;
}
static int acceptNobody(void) {
  static int server;
  if (!server)
    server = listener("accept", 1);
  return endsWith(accept(server, NULL, NULL), EAGAIN);
}
static int accept4Nobody(void) {
  static int server;
  if (!server)
    server = listener("accept4", 1);
  return endsWith(accept4(server, NULL, NULL, SOCK_CLOEXEC), EAGAIN);
}
static int connectFull(void) { // a queue that is full
  static int server;
  struct sockaddr_un name = nameOf("connect");
  if (!server) {
    server = listener("connect", 0);
    for (int i = 0; i < 4; ++i)
      connect(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0), (struct sockaddr *)&name, sizeof name);
  }
  int client = socket(AF_UNIX, SOCK_STREAM, 0);
  struct timeval limit = {0, span * 1000};
  setsockopt(client, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  int outcome = endsWith(connect(client, (struct sockaddr *)&name, sizeof name), EAGAIN), cause = errno;
  close(client);
  errno = cause;
  return outcome;
}

const struct Call socketCalls[] = {
    {"recv", receive, 0, 0},
    {"recv-waitall", receiveAll, 0, 0},
    {"recvmsg", receiveMessage, 0, 0},
    {"recvmmsg", receiveMessages, 0, 0},
    {"read-socket", readSocket, 0, 0},
    {"readv-socket", readvSocket, 0, 0},
    {"send", sendSocket, 0, 0},
    {"sendmsg", sendMessage, 0, 0},
    {"sendmmsg", sendMessages, 0, 0},
    {"write-socket", writeSocket, 0, 0},
    {"writev-socket", writevSocket, 0, 0},
    {"splice", spliceSocket, 0, 0},
    {"sendfile", sendFile, 0, 0},
    {"accept", acceptNobody, 0, 0},
    {"accept4", accept4Nobody, 0, 0},
    {"connect", connectFull, 0, 0},
    {0, 0, 0, 0},
};
