int newValue(void) { return 99; }
