#include <unistd.h>
extern int number, inside;
int newParked(int file) {
  char byte;
  __atomic_store_n(&inside, 1, __ATOMIC_SEQ_CST);
  return (int)read(file, &byte, 1) + 1;
}
int newValue(void) { return 1000 * number; }
int newOther(void) { return 100 * number; }
