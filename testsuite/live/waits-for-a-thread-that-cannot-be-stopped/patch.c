int newValue(void) { return 2; }
