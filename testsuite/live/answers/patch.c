int value2(void) { return 2; }
int value3(void) { return 3; }
int other3(void) { return 3; }
