// A generator. Clang 14 knows coroutines, and only under std::experimental, which this libstdc++ does not have.
#pragma once

#if __clang_major__ >= 15
#include <coroutine>
namespace coroutines = std;
#else
namespace std::experimental {

template <class Result, class...>
struct coroutine_traits {
    using promise_type = typename Result::promise_type;
};

template <class Promise = void>
struct coroutine_handle;

template <>
struct coroutine_handle<void> {
    void *frame = nullptr;
    static coroutine_handle from_address(void *address) noexcept
    {
        coroutine_handle handle;
        handle.frame = address;
        return handle;
    }
    void resume() { __builtin_coro_resume(frame); }
};

template <class Promise>
struct coroutine_handle : coroutine_handle<> {
    static coroutine_handle from_address(void *address) noexcept
    {
        coroutine_handle handle;
        handle.frame = address;
        return handle;
    }
    static coroutine_handle from_promise(Promise &promise)
    {
        return from_address(__builtin_coro_promise(&promise, alignof(Promise), true));
    }
    Promise &promise() { return *static_cast<Promise *>(__builtin_coro_promise(frame, alignof(Promise), false)); }
};

struct suspend_always {
    bool await_ready() noexcept { return false; }
    void await_suspend(coroutine_handle<>) noexcept {}
    void await_resume() noexcept {}
};

} // namespace std::experimental
namespace coroutines = std::experimental;
#endif

struct Generator {
    struct promise_type {
        int value;
        Generator get_return_object()
        {
            return {coroutines::coroutine_handle<promise_type>::from_promise(*this)};
        }
        coroutines::suspend_always initial_suspend() noexcept { return {}; }
        coroutines::suspend_always final_suspend() noexcept { return {}; }
        coroutines::suspend_always yield_value(int next)
        {
            value = next;
            return {};
        }
        void return_void() {}
        void unhandled_exception() {}
    };
    coroutines::coroutine_handle<promise_type> handle;
};
