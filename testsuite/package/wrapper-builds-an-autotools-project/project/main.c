#include <stdio.h>

const char *part(void);
int more(void);

int main(void) {
    printf("built by %s\n", part());
    return more();
}
