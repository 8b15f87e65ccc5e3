#include "sample.h"

#include <stddef.h>

char *func_J(void)
{
    return "func_J of target.";
}

char str_V[sizeof "str_V of target."] = "str_V of target.";

char *str_P = NULL;

void (*func_L)(void) = NULL;
