#include "part.h"

int part(void) {
    return 2;
}
