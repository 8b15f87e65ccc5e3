#include "names.h"

const char *const names[] = {"zero", "one", "two"};
const char title[] = "table";
