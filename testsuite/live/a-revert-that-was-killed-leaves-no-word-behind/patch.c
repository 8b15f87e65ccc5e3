#include <unistd.h>
extern int number;
int newParked(int file) {
  char byte;
  return (int)read(file, &byte, 1) + 1;
}
int newValue(void) { return 1000 * number; }
int newOther(void) { return 100 * number; }
