#define IDLE 1
#define BUSY 5
