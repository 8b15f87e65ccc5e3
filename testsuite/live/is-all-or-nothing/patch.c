int newPadded(void) { return 2; }
int newBare(void) { return 2; }
