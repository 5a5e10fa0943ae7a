#pragma once

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <new>

#include <sys/resource.h>

// Counts every allocation of the program that includes this in its one source file.
inline unsigned long long allocations = 0;

void* operator new(std::size_t n) {
    ++allocations;
    if (void* p = std::malloc(n)) return p;
    throw std::bad_alloc();
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }

inline double cpu_seconds() {
    timespec t{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

// The most memory that the process has held.
inline long peak_kilobytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

// CPU and allocations between construction and `print`, per unit of work.
class measurement {
public:
    void print(double units) const {
        double const seconds = cpu_seconds() - cpu_;
        std::printf("{\"cpu_ns\": %.1f, \"allocations\": %.3f, \"units\": %.0f, \"peak_kb\": %ld}\n",
            seconds * 1e9 / units, static_cast<double>(allocations - allocations_) / units, units, peak_kilobytes());
    }

private:
    double cpu_ = cpu_seconds();
    unsigned long long allocations_ = allocations;
};
