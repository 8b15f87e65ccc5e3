/* c-ares: addresses and sort lists as text; answers of a server parsed. */
#include "answer_text.h"
#include "ares.h"
#include <arpa/inet.h>
#include <netdb.h>

static void list(ares_channel channel, const char *text) {
  say("%s: %d;", text, ares_set_sortlist(channel, text));
}

const char *answer(const char *question) {
  ares_channel channel;
  ares_library_init(ARES_LIB_INIT_ALL), ares_init(&channel);
  say("%s ", question);
  list(channel, "130.155.160.0/255.255.240.0 130.155.0.0"), list(channel, "10.0.0.0/8 192.168/16 0xA0B0/12");
  list(channel, "fe80::/10 2001:db8::1/64 ::ffff:1.2.3.4/96"), list(channel, "1:2:3:4:5:6:7/33"),
      list(channel, "::00:00:00/2");
  list(channel, "300.1.1.1"), list(channel, "::1/200"), list(channel, "x");
  struct in6_addr address;
  for (const char **text = (const char *[]){"::1", "1.2.3.4", "fe80::1:2", "::ffff:0:0:0:0:0", "1:::2", NULL}; *text;
       text++) {
    char back[80] = "";
    int ok = ares_inet_pton(AF_INET6, *text, &address);
    say("%d %s;", ok, ok > 0 ? ares_inet_ntop(AF_INET6, &address, back, sizeof back) : "-");
  }
  say("%d", ares_set_servers_csv(channel, "1.2.3.4:53,[::1]:5353,bad"));
  unsigned char *query = NULL;
  int length_ = 0;
  say("%d %d", ares_create_query("www.example.org", 1, 1, 7, 1, &query, &length_, 512), length_);
  ares_free_string(query);
  ares_destroy(channel), ares_library_cleanup();
  return line();
}
