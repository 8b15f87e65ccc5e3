#include "names.h"

const char *const names[] = {"zero", "eins", "two"};
const char title[] = "Tafel";
