extern int *volatile counter;

static int own;
void count2(void) { counter = &own; }
