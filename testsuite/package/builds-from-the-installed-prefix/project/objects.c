int objects(int value) { return value - 1; }
