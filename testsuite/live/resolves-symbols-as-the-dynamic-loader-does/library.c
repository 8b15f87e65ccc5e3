// One source for all the libraries of the test: NAME, and what it defines besides, come from the command line.
#define _GNU_SOURCE
#include <dlfcn.h>

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)

// What the loader answers when this library asks: dlsym looks up in the scope of the object that calls it.
void *JOIN(ask_, NAME)(const char *name, const char *version) {
  void *found = *version ? dlvsym(RTLD_DEFAULT, name, version) : dlsym(RTLD_DEFAULT, name);
  __asm__ volatile("" ::: "memory"); // no tail call: dlsym would take the caller for somebody else
  return found;
}

// Every library has these: which one counts is a question of the scope.
int everywhere = 1;
int everywhereFunction(void) { return 1; }
__thread int everywhereThread = 1;
__attribute__((weak)) int everywhereWeak = 1;
int JOIN(only_, NAME) = 2;
__thread int JOIN(thread_, NAME) = 3;
__attribute__((visibility("protected"))) int protectedEverywhere(void) { return 4; }
__attribute__((visibility("hidden"))) int hiddenEverywhere(void) { return 5; }

static int implementation(void) { return 6; }
static int another(void) { return 7; }
static volatile int wanted; // else the compiler chooses, and leaves nothing to the loader (Clang 19)
static int (*choose(void))(void) { return wanted ? another : implementation; }
int indirectEverywhere(void) __attribute__((ifunc("choose")));
int useOfIndirect(void) { return indirectEverywhere() + everywhereThread + JOIN(thread_, NAME); }

// A reference of each kind, for the comparison of slots.
extern int missingEverywhere __attribute__((weak));
extern int JOIN(only_, NEEDED);
int *JOIN(slots_, NAME)[] = {&everywhere, &everywhereWeak, &missingEverywhere, &JOIN(only_, NEEDED)};
int (*JOIN(functions_, NAME)[])(void) = {everywhereFunction, protectedEverywhere, indirectEverywhere};

#ifdef VERSIONS
int oldest(void) { return 1; }
int middle(void) { return 2; }
int newest(void) { return 3; }
__asm__(".symver oldest, versioned@V_1\n.symver middle, versioned@V_2\n.symver newest, versioned@@V_3\n"
        ".symver oldest, onlyOld@V_1\n.symver oldest, onlyOldTwice@V_1\n.symver middle, onlyOldTwice@V_2\n");
#endif
