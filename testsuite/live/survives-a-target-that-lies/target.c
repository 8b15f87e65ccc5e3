// Answers questions, and lies about itself when told to: "lie PLACE MODULE WORD VALUE" changes one word of what the tool
// reads from its memory. It is linked with -z now: nothing here looks a symbol up any more.
#include <elf.h>
#include <link.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>

int number = 1;
__attribute__((noinline)) int value(void) {
  return 1;
}
__attribute__((noinline)) int other(void) {
  return number;
}

extern struct r_debug _r_debug;

static struct link_map *module(unsigned long index) {
  struct link_map *map = _r_debug.r_map;
  while (index-- && map->l_next)
    map = map->l_next;
  return map;
}

static uint64_t dynamicEntry(const struct link_map *map, int64_t tag) {
  for (const ElfW(Dyn) *entry = map->l_ld; entry->d_tag != DT_NULL; ++entry)
    if (entry->d_tag == tag)
      return entry->d_un.d_ptr;
  return 0;
}

// Where the object's first page is: its link_map says the bias, which is that page in all but old executables.
static uint64_t firstPage(const struct link_map *map) {
  return map == _r_debug.r_map ? getauxval(AT_PHDR) & ~4095ul : map->l_addr;
}

static uint64_t placeOf(const char *place, const struct link_map *map) {
  switch (place[0]) {
  case 'd':
    return (uint64_t)map->l_ld;
  case 'e': // the ELF header; the program headers follow it
    return firstPage(map);
  case 'g':
    return dynamicEntry(map, DT_GNU_HASH);
  case 'l':
    return (uint64_t)map;
  case 'r':
    return (uint64_t)&_r_debug;
  case 's':
    return dynamicEntry(map, DT_SYMTAB);
  case 'v':
    return dynamicEntry(map, DT_VERSYM);
  }
  return 0;
}

// A chain of records that all describe the same library, longer than any list of libraries.
static void multiply(void) {
  enum { many = 100000 };
  struct link_map *copies = calloc(many, sizeof *copies);
  struct link_map *last = module(1000);
  for (int i = 0; i < many; ++i) {
    copies[i] = *last;
    copies[i].l_next = i + 1 < many ? &copies[i + 1] : NULL;
  }
  last->l_next = copies;
}

// A name without an end, and one that begins nowhere.
static void nameless(void) {
  char *page = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memset(page, 'x', 1 << 20);
  module(1)->l_name = page;
  module(2)->l_name = (char *)16;
}

int main(void) {
  char line[256], place[32], text[128];
  prctl(PR_SET_NAME, "li\033]2;ar\a"); // would rename the window of whoever prints it
  setvbuf(stdout, NULL, _IOLBF, 0);
  while (fgets(line, sizeof line, stdin)) {
    unsigned long index, word;
    unsigned long long value64;
    if (line[0] == '?') {
      printf("%d %d\n", value(), other());
    } else if (sscanf(line, "lie %31s %lu %lu %llx", place, &index, &word, &value64) == 4) {
      const uint64_t at = placeOf(place, module(index)) + 8 * word;
      const int changeable = mprotect((void *)(at & ~4095ul), 4096, PROT_READ | PROT_WRITE) == 0;
      if (changeable)
        *(uint64_t *)at = value64;
      puts(changeable ? "done" : "cannot");
    } else if (sscanf(line, "name %127s", text) == 1) {
      module(1)->l_name = strdup(text);
      puts("done");
    } else {
      line[0] == 'm' ? multiply() : nameless();
      puts("done");
    }
  }
  return 0;
}
