// Preloaded into the tool: whenever it has read where the link EXCHANGED leads, the link leads elsewhere, to OTHERS,
// until the tool has opened a file by a name.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static char first[4096];

static void lead(const char *to) {
  const char *link = getenv("EXCHANGED");
  unlink(link);
  if (symlink(to, link) != 0)
    abort();
}

ssize_t readlinkat(int folder, const char *name, char *target, size_t size) {
  ssize_t length = syscall(SYS_readlinkat, folder, name, target, size);
  if (length > 0 && (size_t)length < sizeof first && !first[0] &&
      strncmp(target, getenv("MINE"), (size_t)length) == 0) {
    static const char said[] = "exchanged\n";
    memcpy(first, target, (size_t)length);
    lead(getenv("OTHERS"));
    (void)!write(STDERR_FILENO, said, sizeof said - 1); // so that the test knows that it was heard at all
  }
  return length;
}

int open(const char *name, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  int file = (int)syscall(SYS_openat, AT_FDCWD, name, flags, va_arg(rest, int));
  va_end(rest);
  if (first[0]) {
    lead(first);
    memset(first, 0, sizeof first);
  }
  return file;
}
