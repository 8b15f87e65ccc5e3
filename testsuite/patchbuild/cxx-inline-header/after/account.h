#pragma once

class Account {
public:
    void add(int amount) { balance_ += amount * 2; }
    __attribute__((noinline)) int balance() const { return balance_ + 1000; }

private:
    int balance_ = 0;
};
