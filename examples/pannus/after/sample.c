#include "sample.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>

char *func_J(void)
{
    return "func_J of plug.";
}

char str_V[sizeof "str_V of target."] = "str_V of plug.";

char plug_P[] = "str_P of plug.";

char *str_P = plug_P;

void plug_L(void)
{
    printf("func_L of plug. (errno %d, plug_P \"%s\", str_V \"%s\")", errno, plug_P, str_V);
}

void (*func_L)(void) = plug_L;
