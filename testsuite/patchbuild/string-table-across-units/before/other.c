#include "names.h"

const char *nameOf(int n);
const char *nameOf(int n)
{
    return names[n % 3];
}
