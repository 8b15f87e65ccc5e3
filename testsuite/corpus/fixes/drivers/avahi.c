/* avahi-common: other names for hosts and services whose own are taken. */
#include "answer_text.h"
#include "avahi-common/alternative.h"
#include "avahi-common/domain.h"
#include "avahi-common/malloc.h"

static void alternatives(const char *name) {
  char *got = avahi_alternative_host_name(name), escaped[400] = "", *end = escaped;
  size_t size = sizeof escaped;
  say("%s ", got ? got : "-"), avahi_free(got);
  got = avahi_alternative_service_name(name);
  say("%s ", got ? got : "-"), avahi_free(got);
  avahi_escape_label(name, strlen(name), &end, &size);
  say("%s %d;", escaped, avahi_is_valid_host_name(name));
}

const char *answer(const char *question) {
  static const char *names[] = {"host",          "host-2",      "host-9",     "host-099", "host-", "my printer",
                                "my printer #2", "-",           " #",         "a-b-c-7",  "",      "x #99",
                                "x #0",          "f\xc3\xbcnf", "host.local", "a\\.b-41"};
  char name[80];
  if (!strcmp(question, "escape at the end")) {
    memset(name, 'A', 60), strcpy(name + 60, "\\\\");
    char *got = avahi_alternative_host_name(name);
    say(got ? "a name" : "none"), avahi_free(got);
    return line();
  }
  say("%s ", question);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    alternatives(names[i]);
  for (int length = 55; length < 64; length++) {
    memset(name, 'n', length), name[length] = 0;
    alternatives(name), strcpy(name + length - 2, "-9"), alternatives(name);
    memset(name, 0, sizeof name);
    for (int i = 0; i + 2 < length; i += 2)
      memcpy(name + i, "\xc3\xbc", 2);
    alternatives(name);
  }
  return line();
}
