#include <stdio.h>

int main(void)
{
    char line[64];
    for (;;) {
        if (!fgets(line, sizeof line, stdin))
            continue;
        printf("new %s", line);
        fflush(stdout);
    }
}
