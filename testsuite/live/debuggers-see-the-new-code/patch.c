#include <stdio.h>

#ifndef FIRST
#define FIRST 40
#endif
int newCounter = FIRST;

__attribute__((noinline)) static int newInner(int step) {
  char line[64];
  if (!fgets(line, sizeof line, stdin))
    return -1;
  newCounter += step; // the line that the test looks for
  return newCounter;
}

int newValue(void) {
  int got = newInner(2);
  return got < 0 ? got : got + 1000;
}
