#define MOST 20
#define LEAST 1
