#include "CBoostMath.h"

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <limits>

namespace {

using namespace boost::math::policies;

// Results instead of exceptions and of errno.
using Quiet = policy<
    domain_error<ignore_error>, pole_error<ignore_error>, overflow_error<ignore_error>,
    underflow_error<ignore_error>, denorm_error<ignore_error>, rounding_error<ignore_error>,
    evaluation_error<ignore_error>, indeterminate_result_error<ignore_error>>;

using StudentT = boost::math::students_t_distribution<double, Quiet>;
using ChiSquared = boost::math::chi_squared_distribution<double, Quiet>;
using FisherF = boost::math::fisher_f_distribution<double, Quiet>;

template <typename Function>
double quietly(Function function) noexcept {
  try {
    return function();
  } catch (...) {
    return std::numeric_limits<double>::quiet_NaN();
  }
}

}  // namespace

extern "C" {

double cboost_student_t_cumulative(double degrees_of_freedom, double t) {
  return quietly([=] { return cdf(StudentT(degrees_of_freedom), t); });
}

double cboost_student_t_quantile(double degrees_of_freedom, double p) {
  return quietly([=] { return quantile(StudentT(degrees_of_freedom), p); });
}

double cboost_chi_squared_cumulative(double degrees_of_freedom, double x) {
  return quietly([=] { return cdf(ChiSquared(degrees_of_freedom), x); });
}

double cboost_chi_squared_quantile(double degrees_of_freedom, double p) {
  return quietly([=] { return quantile(ChiSquared(degrees_of_freedom), p); });
}

double cboost_fisher_f_cumulative(double numerator, double denominator, double x) {
  return quietly([=] { return cdf(FisherF(numerator, denominator), x); });
}

}  // extern "C"
