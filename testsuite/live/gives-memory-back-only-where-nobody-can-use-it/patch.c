extern void (*volatile callback)(void);

int value2(void) { return 2; }
int value3(void) { return 3; }
int value4(void) { return 4; }
const char *text2(void) { return "new"; }
