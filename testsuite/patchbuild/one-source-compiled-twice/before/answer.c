#include <stdio.h>

int first(void);
int second(void);
const char *answer(const char *question);

const char *answer(const char *question) {
  static char text[64];
  int a = first(), b = second();
  (void)question;
  snprintf(text, sizeof text, "%sfirst %d second %d", a < 0 ? "now " : "", a < 0 ? -a : a, b < 0 ? -b : b);
  return text;
}
