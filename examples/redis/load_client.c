/* A load on Redis that checks each reply and knows how long the server kept silent.
 *
 *     load_client PORT CONNECTIONS KEYS
 *
 * Each connection always has one request under way: SET, GET of what it has set, INCR with the number expected, GET of one
 * of the KEYS that `DEBUG POPULATE` made. A line on stdin ends a window of the measurement; the answer is one line of
 * JSON about it. The end of stdin ends the program. redis-benchmark counts neither wrong replies nor gaps: hence this. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST_CONNECTIONS = 64, REPLY_SIZE = 256, RETRY_CONNECT_NS = 1000 * 1000 };
enum Step { SET, GET_OWN, INCR, GET_KEY, STEPS };

struct Connection {
    int fd; /* -1: not connected */
    enum Step step;
    bool counterKnown; /* after a lost connection nobody knows whether the last INCR was done */
    long long counter;
    unsigned long sequence;
    unsigned long key;
    uint64_t sentNs;
    uint64_t retryNs;
    char reply[REPLY_SIZE];
    size_t replySize;
    char expected[REPLY_SIZE];
};

struct Window {
    uint64_t startNs, lastReplyNs, longestGapNs, longestLatencyNs;
    unsigned long long requests, failed, refusedConnections;
    char firstFailure[REPLY_SIZE];
};

static struct Connection connections[MOST_CONNECTIONS];
static int connectionCount;
static struct Window window;
static unsigned long keys;
static struct sockaddr_in server;

static uint64_t nowNs(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void startWindow(void)
{
    uint64_t last = window.lastReplyNs;
    memset(&window, 0, sizeof window);
    window.startNs = nowNs();
    /* A gap that began before the window still counts. */
    window.lastReplyNs = last ? last : window.startNs;
}

static void failed(const char *what, const char *detail)
{
    if (window.failed++ == 0)
        snprintf(window.firstFailure, sizeof window.firstFailure, "%s: %.200s", what, detail);
}

static void disconnect(struct Connection *connection)
{
    close(connection->fd);
    connection->fd = -1;
    connection->retryNs = 0;
}

static void lost(struct Connection *connection, const char *why)
{
    failed("connection lost", why);
    connection->counterKnown = false;
    disconnect(connection);
}

static void sendRequest(struct Connection *connection)
{
    char request[256];
    int self = (int)(connection - connections);
    int size = 0;
    switch (connection->step) {
    case SET:
        ++connection->sequence;
        size = snprintf(request, sizeof request, "SET load:%d value-%lu\r\n", self, connection->sequence);
        snprintf(connection->expected, REPLY_SIZE, "+OK\r\n");
        break;
    case GET_OWN: {
        char value[64];
        int length = snprintf(value, sizeof value, "value-%lu", connection->sequence);
        size = snprintf(request, sizeof request, "GET load:%d\r\n", self);
        snprintf(connection->expected, REPLY_SIZE, "$%d\r\n%s\r\n", length, value);
        break;
    }
    case INCR:
        ++connection->counter;
        size = snprintf(request, sizeof request, "INCR load:%d:count\r\n", self);
        snprintf(connection->expected, REPLY_SIZE, ":%lld\r\n", connection->counter);
        break;
    default: {
        char value[64];
        connection->key = (connection->key * 6364136223846793005u + 1442695040888963407u);
        unsigned long key = (connection->key >> 20) % keys;
        int length = snprintf(value, sizeof value, "value:%lu", key);
        size = snprintf(request, sizeof request, "GET key:%lu\r\n", key);
        snprintf(connection->expected, REPLY_SIZE, "$%d\r\n%s\r\n", length, value);
        break;
    }
    }
    connection->replySize = 0;
    connection->sentNs = nowNs();
    /* One small request into an empty socket buffer: it is taken whole or the connection is gone. */
    if (send(connection->fd, request, (size_t)size, MSG_NOSIGNAL) != size)
        lost(connection, strerror(errno));
}

static void tryConnect(struct Connection *connection)
{
    int on = 1;
    connection->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connection->fd < 0) {
        perror("load_client: socket");
        exit(1);
    }
    if (connect(connection->fd, (struct sockaddr *)&server, sizeof server) != 0) {
        ++window.refusedConnections;
        disconnect(connection);
        connection->retryNs = nowNs() + RETRY_CONNECT_NS;
        return;
    }
    fcntl(connection->fd, F_SETFL, O_NONBLOCK);
    setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    connection->step = SET;
    sendRequest(connection);
}

static bool replyIsComplete(const struct Connection *connection)
{
    const char *end = strstr(connection->reply, "\r\n");
    if (!end)
        return false;
    if (connection->reply[0] != '$' || connection->reply[1] == '-')
        return true;
    return strstr(end + 2, "\r\n") != NULL;
}

static void finishRequest(struct Connection *connection)
{
    uint64_t now = nowNs();
    bool resynchronise = connection->step == INCR && !connection->counterKnown && connection->reply[0] == ':';
    if (resynchronise) {
        connection->counter = strtoll(connection->reply + 1, NULL, 10);
        connection->counterKnown = true;
    } else if (strcmp(connection->reply, connection->expected) != 0) {
        failed("wrong reply", connection->reply);
        connection->counterKnown = false;
    }
    /* A server that is loading answers, but serves nobody: such a reply does not end a gap. */
    if (connection->reply[0] != '-') {
        if (now - window.lastReplyNs > window.longestGapNs)
            window.longestGapNs = now - window.lastReplyNs;
        window.lastReplyNs = now;
    }
    if (now - connection->sentNs > window.longestLatencyNs)
        window.longestLatencyNs = now - connection->sentNs;
    ++window.requests;
    connection->step = (connection->step + 1) % STEPS;
    sendRequest(connection);
}

static void receive(struct Connection *connection)
{
    ssize_t size = recv(connection->fd, connection->reply + connection->replySize,
                        REPLY_SIZE - 1 - connection->replySize, 0);
    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (size <= 0) {
        lost(connection, size == 0 ? "closed by the server" : strerror(errno));
        return;
    }
    connection->replySize += (size_t)size;
    connection->reply[connection->replySize] = 0;
    if (replyIsComplete(connection))
        finishRequest(connection);
    else if (connection->replySize == REPLY_SIZE - 1)
        lost(connection, "a reply of this length was not asked for");
}

static void printReport(void)
{
    char text[REPLY_SIZE];
    size_t size = 0;
    for (const char *at = window.firstFailure; *at && size + 1 < sizeof text; ++at)
        text[size++] = (*at < ' ' || *at == '"' || *at == '\\') ? ' ' : *at;
    text[size] = 0;
    printf("{\"seconds\": %.3f, \"requests\": %llu, \"failed\": %llu, \"refused_connections\": %llu, "
           "\"longest_gap_us\": %.1f, \"longest_latency_us\": %.1f, \"first_failure\": \"%s\"}\n",
           (double)(nowNs() - window.startNs) / 1e9, window.requests, window.failed, window.refusedConnections,
           (double)window.longestGapNs / 1e3, (double)window.longestLatencyNs / 1e3, text);
    fflush(stdout);
}

/* Returns false at the end of stdin. */
static bool endWindow(void)
{
    char line[64];
    if (read(STDIN_FILENO, line, sizeof line) <= 0)
        return false;
    printReport();
    startWindow();
    return true;
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: load_client PORT CONNECTIONS KEYS\n");
        return 2;
    }
    server.sin_family = AF_INET;
    server.sin_port = htons((uint16_t)strtoul(argv[1], NULL, 10));
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connectionCount = atoi(argv[2]);
    keys = strtoul(argv[3], NULL, 10);
    if (connectionCount < 1 || connectionCount > MOST_CONNECTIONS || keys == 0) {
        fprintf(stderr, "load_client: 1 to %d connections, and at least one key\n", MOST_CONNECTIONS);
        return 2;
    }
    startWindow();
    for (int i = 0; i < connectionCount; ++i) {
        connections[i].fd = -1;
        connections[i].key = (unsigned long)i;
    }
    for (;;) {
        struct pollfd waits[MOST_CONNECTIONS + 1];
        bool someAreDown = false;
        for (int i = 0; i < connectionCount; ++i) {
            if (connections[i].fd < 0 && nowNs() >= connections[i].retryNs)
                tryConnect(&connections[i]);
            someAreDown = someAreDown || connections[i].fd < 0;
            waits[i] = (struct pollfd){.fd = connections[i].fd, .events = POLLIN};
        }
        waits[connectionCount] = (struct pollfd){.fd = STDIN_FILENO, .events = POLLIN};
        if (poll(waits, (nfds_t)connectionCount + 1, someAreDown ? 1 : -1) < 0 && errno != EINTR) {
            perror("load_client: poll");
            return 1;
        }
        for (int i = 0; i < connectionCount; ++i)
            if (waits[i].fd >= 0 && waits[i].revents)
                receive(&connections[i]);
        if (waits[connectionCount].revents && !endWindow())
            return 0;
    }
}
