extern int nowhere(void);
int newPadded(void) { return nowhere(); }
