#include "check.h"

#include <stdio.h>

const char *answer(const char *question)
{
    static char text[64];
    snprintf(text, sizeof text, "%s %d", question, checked(5));
    return text;
}
