#include <string>
struct State {
    int n;
    std::string name;
    State();
};
extern thread_local State state;
