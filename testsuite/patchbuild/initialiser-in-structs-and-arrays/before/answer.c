#include <stdio.h>

struct limit {
    char name[8];
    short low, high;
    double weight;
    unsigned flags : 3, mode : 5;
};
struct limit limits[3] = {
    {"disk", 1, 10, 1.5, 1, 2},
    {"net", 2, 20, 2.5, 1, 3},
    {"cpu", 3, 30, 3.5, 1, 4},
};

const char *answer(const char *question)
{
    static char text[160];
    if (question[0] == 's')
        limits[2].low = 99;
    int n = 0;
    for (int i = 0; i < 3; i++)
        n += snprintf(text + n, sizeof text - n, "%s:%d:%d:%.1f:%u:%u ", limits[i].name, limits[i].low, limits[i].high,
                      limits[i].weight, limits[i].flags, limits[i].mode);
    return text;
}
