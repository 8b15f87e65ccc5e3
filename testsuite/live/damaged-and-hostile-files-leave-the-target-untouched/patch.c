#include <stdio.h>

extern int number;
static int calls;
const char newName[] = "new";
static const char *const texts[] = {"a", "b", newName};

int value2(void) { return 2 + number + calls++ + (printf("%s", texts[calls % 3]) > 100); }
