/* What the drivers write their answers into: one line, whatever the library says. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static char text[60000];
static size_t length;

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  if (length < sizeof text - 1) {
    int written = vsnprintf(text + length, sizeof text - length, format, arguments);
    length += written > 0 ? (size_t)written : 0;
  }
  va_end(arguments);
  if (length >= sizeof text)
    length = sizeof text - 1;
}

static const char *line(void) {
  for (size_t i = 0; i < length; i++)
    if (text[i] == '\n' || text[i] == '\0')
      text[i] = '~';
  text[length] = '\0';
  length = 0;
  return text;
}
