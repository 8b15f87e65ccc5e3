#define SLOTS 6
extern int slots[SLOTS];
