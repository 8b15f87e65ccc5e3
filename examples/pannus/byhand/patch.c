/* The patch as Pannus's users wrote it: an ordinary shared object, bound to the target by name. */
#include <errno.h>
#include <stdio.h>

extern char str_V[]; /* the target's own */

char plug_P[] = "str_P of plug.";

char *plug_J(void)
{
    return "func_J of plug.";
}

void plug_L(void)
{
    printf("func_L of plug. (errno %d, plug_P \"%s\", str_V \"%s\")", errno, plug_P, str_V);
}
