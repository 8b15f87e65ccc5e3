#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int limit = 10;
int touched = 10;
char greeting[16] = "hello";
const char *unit = NULL;
static int plus(int a) { return a + 1; }
int (*operation)(int) = plus;
int table[4] = {1, 2, 3, 4};

__attribute__((noinline)) int value(void) { return limit; }

int main(int argc, char **argv) {
  touched = argc > 1 ? atoi(argv[1]) : 10; // the program has changed it
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    if (line[0] == 'g')
      strcpy(greeting, "changed");
    printf("%d %d %s %s %d %d%d%d%d\n", value(), touched, greeting, unit ? unit : "-", operation(1), table[0], table[1],
           table[2], table[3]);
    fflush(stdout);
  }
  return 0;
}
