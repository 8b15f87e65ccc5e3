#include <stdio.h>

const char *greeting(void);
int objects(int value);
int shared(int value);

int main(void) {
    printf("%s: %d\n", greeting(), shared(objects(3)));
    return 0;
}
