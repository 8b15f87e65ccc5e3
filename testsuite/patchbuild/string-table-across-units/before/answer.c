#include <stdio.h>
#include "names.h"
const char *nameOf(int n);

const char *answer(const char *question)
{
    static char text[128];
    snprintf(text, sizeof text, "%s %s %s", title, names[1], nameOf(question[0]));
    return text;
}
