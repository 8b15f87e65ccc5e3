#include <stdio.h>

// 6,400 bytes: more than a page, by which the two tables move apart.
#define TEN(x) x x x x x x x x x x
#define LONG TEN(TEN("a text of 16 bytes a text of 32 bytes a text of 48 bytes 64 bytes"))

struct cipher {
    int bits;
    const char *name;
};
static const struct cipher ciphers[] = {
    {128, "oak"}, {192, "ash"}, {256, "elm"}, {112, "fir"}, {64, "yew"}, {56, "box"}, {40, "bay"}, {0, "none"},
};

// Its rows are chosen by a table of distances, where the code is position independent.
__attribute__((noinline)) const char *cipherOf(int kind)
{
    const struct cipher *chosen = &ciphers[7];
    switch (kind) {
    case 0: chosen = &ciphers[2]; break;
    case 1: chosen = &ciphers[0]; break;
    case 2: chosen = &ciphers[1]; break;
    case 3: chosen = &ciphers[5]; break;
    case 4: chosen = &ciphers[3]; break;
    case 5: chosen = &ciphers[6]; break;
    case 8: chosen = &ciphers[4]; break;
    }
    static char text[80];
    snprintf(text, sizeof text, "%s with %d bits", chosen->name, chosen->bits);
    return text;
}

const char *answer(const char *question)
{
    return *question == 'x' ? LONG : cipherOf(*question - '0');
}
