int first2(void) { return 2; }
int second2(void) { return 2; }
int first3(void) { return 3; }
int second3(void) { return 3; }
int third3(void) { return 3; }
int first4(void) { return 4; }
int second4(void) { return 4; }
