#include <stdio.h>
#include <math.h>
#include <stdlib.h>

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%f", cbrt(atof(question)));
    return text;
}
