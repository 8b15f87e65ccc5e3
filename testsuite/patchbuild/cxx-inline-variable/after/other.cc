#include "shared.h"

int bump();
__attribute__((noinline)) int bump()
{
    return ++level + ++extra;
}
