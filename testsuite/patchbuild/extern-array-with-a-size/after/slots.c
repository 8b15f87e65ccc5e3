#include "slots.h"

int slots[SLOTS];
