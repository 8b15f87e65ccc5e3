#include <stddef.h>
#include <sys/time.h>
#include <time.h>

const char *answer(const char *question);

const char *answer(const char *question) {
  struct timeval now;
  (void)question;
  if (gettimeofday(&now, NULL) != 0 || time(NULL) + 1 < now.tv_sec)
    return "the clocks differ";
  return "two clocks";
}
