#define SLOTS 4
extern int slots[SLOTS];
