#include <string.h>

extern int hidden; // static in the library
extern __thread int perThread __attribute__((tls_model("initial-exec")));
extern __thread int own __attribute__((tls_model("initial-exec")));

int newValue(void) { return own + 100; }
int newLibraryValue(void) {
  volatile unsigned length = 6;
  char text[16];
  memset(text, 'x', length); // an IFUNC of the C library
  text[length] = 0;
  return hidden + 100 * (int)strlen(text);
}
int newLibraryThread(void) { return perThread + 200; }
