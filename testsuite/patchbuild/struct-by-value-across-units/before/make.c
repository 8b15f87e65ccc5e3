#include "pair.h"

static struct pair last;

struct pair make(int n)
{
    struct pair pair = {n, last.a};
    last = pair;
    return pair;
}
