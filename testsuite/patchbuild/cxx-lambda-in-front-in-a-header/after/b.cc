#include "lib.h"
int other(int x) { return both(x); }
