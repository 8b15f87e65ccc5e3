#include "rate.h"

const int rates[4] = {1, 20, 3, 4};
