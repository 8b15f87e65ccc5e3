// Loads libraries as its arguments say ("local:FILE", "global:FILE", "deep:FILE"), then answers from inside of any of
// them what the dynamic loader answers.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

struct TlsIndex {
  unsigned long module, offset;
};
extern void *__tls_get_addr(struct TlsIndex *);
extern int copied;
extern __thread int thread_start;

static int implementation(void) { return 8; }
static int (*choose(void))(void) { return implementation; }
int ofProgram(void) __attribute__((ifunc("choose")));
int everywhereFunction(void) { return 0; }
typedef int Comparison(const char *, const char *);
// Without PIC this makes a library function's address one in the program.
__attribute__((noinline)) static Comparison *addressTaken(void) { return strcoll; }
__thread int thread_program = 9;

static void *ask_program(const char *name, const char *version) {
  void *found = *version ? dlvsym(RTLD_DEFAULT, name, version) : dlsym(RTLD_DEFAULT, name);
  __asm__ volatile("" ::: "memory");
  return found;
}

typedef void *Ask(const char *, const char *);

int main(int count, char **arguments) {
  void *handles[32] = {0};
  for (int i = 1; i < count; ++i) {
    const char *file = strchr(arguments[i], ':') + 1;
    int mode = arguments[i][0] == 'g' ? RTLD_GLOBAL : arguments[i][0] == 'd' ? RTLD_DEEPBIND : RTLD_LOCAL;
    handles[i] = dlopen(file, RTLD_NOW | mode);
    if (!handles[i])
      printf("%s\n", dlerror());
  }
  printf("ready %d %p\n", ofProgram() + copied + thread_start + thread_program, (void *)addressTaken());
  fflush(stdout);
  char line[4096], who[256], name[3072], version[256];
  while (fgets(line, sizeof line, stdin)) {
    struct TlsIndex index;
    version[0] = 0;
    if (sscanf(line, "tls %lu %lu", &index.module, &index.offset) == 2) {
      printf("at %lx %lx\n", (unsigned long)__tls_get_addr(&index), (unsigned long)__builtin_thread_pointer());
    } else if (sscanf(line, "%255s %3071s %255s", who, name, version) >= 2) {
      Ask *ask = strcmp(who, "program") ? NULL : ask_program;
      char function[300];
      snprintf(function, sizeof function, "ask_%s", who);
      for (int i = 1; i < count && !ask; ++i)
        ask = (Ask *)dlsym(handles[i], function);
      if (!ask)
        ask = (Ask *)dlsym(RTLD_DEFAULT, function);
      void *found = ask ? ask(name, version) : NULL;
      printf(found ? "at %lx\n" : "absent\n", (unsigned long)found);
    } else {
      fflush(stdout); // an empty line ends a batch
    }
  }
  return 0;
}
