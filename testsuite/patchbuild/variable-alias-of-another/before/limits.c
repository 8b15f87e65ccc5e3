int soft = 1;
int hard = 2;
extern int limit __attribute__((alias("soft")));
