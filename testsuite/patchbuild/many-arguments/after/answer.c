#include <stdio.h>

struct point {
    double x, y, z;
    long name;
};

__attribute__((noinline)) double all(int a, int b, int c, int d, int e, int f, int g, int h, int i, int j, double k, double l, double m, double n,
           double o, double p, double q, double r, double s, double t, struct point point)
{
    return a + b * 2 + c * 3 + d * 4 + e * 5 + f * 6 + g * 7 + h * 8 + i * 9 + j * 10 + k + l * 2 + m * 3 + n * 4 + o * 5 +
           p * 6 + q * 7 + r * 8 + s * 9 + t * 10 + point.x + point.y * 3 + point.z * 7 + point.name * 100;
}

const char *answer(const char *question)
{
    static char text[128];
    struct point point = {1, 2, 3, 4};
    snprintf(text, sizeof text, "%.1f", all(question[0], 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, point));
    return text;
}
