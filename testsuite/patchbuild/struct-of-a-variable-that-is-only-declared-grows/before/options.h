// Of two programs that are made from this folder; the one under test has no client.
struct client_options {
    const char *host;
    int port;
};
extern struct client_options client;

struct server_options {
    int limit;
};
extern struct server_options server;

int limitOf(int asked);
