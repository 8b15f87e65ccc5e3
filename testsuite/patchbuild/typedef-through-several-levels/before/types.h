typedef int base_t;
typedef base_t count_t;
typedef count_t hits_t;
struct counters {
    hits_t hits;
};
