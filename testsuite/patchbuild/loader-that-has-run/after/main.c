#include "parts.h"

#include <stdio.h>

int main(void)
{
    char line[64];
    load();
    while (fgets(line, sizeof line, stdin)) {
        refresh();
        printf("%d\n", total());
        fflush(stdout);
    }
    finish();
    return 0;
}
