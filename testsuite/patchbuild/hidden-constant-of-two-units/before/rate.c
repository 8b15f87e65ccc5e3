#include "rate.h"

const int rates[4] = {1, 2, 3, 4};
