#include <cstdio>
#include "largest.h"

double viaOther(double value);

extern "C" const char *answer(const char *question)
{
    static char text[128];
    std::snprintf(text, sizeof text, "%d %.1f %ld", largest<int>(question[0], 98), viaOther(question[0]), largest<long>(question[0], 7));
    return text;
}
