#include "extra.h"

static int calls;

int extra(const char *word)
{
    return word[0] + 1000 * ++calls;
}
