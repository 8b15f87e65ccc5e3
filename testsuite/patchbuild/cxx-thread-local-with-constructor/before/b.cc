#include "state.h"
State::State() : n(0), name("x") {}
thread_local State state;
