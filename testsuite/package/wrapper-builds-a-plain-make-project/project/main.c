#include "part.h"

int assembly(void);

int main(void) {
    return part() + assembly();
}
